/// Requests that are too long for a datagram (RFC 3261 §18.1.1).
enum LongRequest {
    /// Bytes: what fits where nobody knows the path's MTU.
    static let datagramLimit = 1300

    /// The request as it goes over TCP, which its topmost `Via` has to say; nil for a response, and for what fits in a datagram.
    static func overTCP(_ message: [UInt8]) -> [UInt8]? {
        guard message.count > datagramLimit, let lineEnd = message.firstIndex(of: 13) else { return nil }
        let via = Array("\r\nVia: SIP/2.0/".utf8), protocolName = lineEnd + via.count
        guard message[lineEnd...].starts(with: via), message[protocolName...].starts(with: Array("UDP".utf8)) else { return nil }
        var long = message
        long.replaceSubrange(protocolName..<protocolName + 3, with: Array("TCP".utf8))
        return long
    }
}
