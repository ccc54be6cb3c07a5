/// What every request of ours begins with, from its start line to `Route` (RFC 3261 §8.1.1, §12.2.1.1).
struct RequestHead {
    let method: Method
    let uri: [UInt8]
    let branch: UInt64
    /// Values of `From` and `To`.
    let from: [UInt8]
    let to: [UInt8]
    let callID: CallID
    let cSeq: UInt32
    var routes: [[UInt8]] = []
    let transport: Transport

    func write(_ endpoint: Stationery, to writer: inout Writer) {
        writer.text(method.rawValue)
        writer.text(" ")
        writer.raw(uri)
        writer.raw(endpoint.via(transport))
        writer.hex(branch)
        writer.text("\r\nFrom: ")
        writer.raw(from)
        writer.text("\r\nTo: ")
        writer.raw(to)
        writer.text("\r\nCall-ID: ")
        writer.hex(callID.high)
        writer.hex(callID.low)
        writer.text("\r\nCSeq: ")
        writer.number(Int(cSeq))
        writer.text(" ")
        writer.text(method.rawValue)
        writer.endLine()
        for route in routes { writer.line("Route", route) }
    }

    /// The whole request when it offers nothing and has no body.
    func plain(_ endpoint: Stationery) -> [UInt8] {
        var writer = Writer(capacity: 512)
        write(endpoint, to: &writer)
        writer.raw(endpoint.plain)
        writer.body([])
        return writer.bytes
    }
}
