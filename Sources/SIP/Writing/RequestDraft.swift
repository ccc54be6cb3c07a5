/// What every request of ours begins with, from its start line to `Route` (RFC 3261 §8.1.1, §12.2.1.1).
struct RequestDraft {
    let method: SIPMethod
    let uri: [UInt8]
    let branch: UInt64
    /// Values of `From` and `To`.
    let from: [UInt8]
    let to: [UInt8]
    let callID: CallID
    let cSeq: UInt32
    var routes: [[UInt8]] = []
    let transport: Transport
    /// Who stands in `Via` where that is not the endpoint itself.
    var sentBy: String?

    func write(_ endpoint: Stationery, to writer: inout Writer) {
        writer.text(method.rawValue)
        writer.raw(" ")
        writer.raw(uri)
        writer.raw(sentBy.map { Stationery.via(transport, sentBy: $0) } ?? endpoint.via(transport))
        writer.hex(branch)
        writer.raw("\r\nFrom: ")
        writer.raw(from)
        writer.raw("\r\nTo: ")
        writer.raw(to)
        writer.raw("\r\nCall-ID: ")
        writer.hex(callID.high)
        writer.hex(callID.low)
        writer.raw("\r\nCSeq: ")
        writer.number(Int(cSeq))
        writer.raw(" ")
        writer.text(method.rawValue)
        writer.endLine()
        for route in routes { writer.line("Route", route) }
    }

    /// The whole request when it offers nothing and has no body; `authorization` are whole lines.
    func plain(_ endpoint: Stationery, authorization: [UInt8] = []) -> [UInt8] {
        var writer = Writer(capacity: 512 + authorization.count)
        write(endpoint, to: &writer)
        writer.raw(endpoint.plain)
        writer.raw(authorization)
        writer.body([])
        return writer.bytes
    }
}
