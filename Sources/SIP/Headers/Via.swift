import Basis

/// The topmost `Via` of a message (RFC 3261 §20.42).
struct Via {
    /// All of the element, so that a response can repeat it.
    let element: Range<Int>
    let host: Range<Int>
    let port: UInt16?
    let branch: Range<Int>?
    /// The `rport` parameter of RFC 3581; empty when the sender asks for it to be filled in.
    let rport: Range<Int>?

    init?(of message: Message) {
        let bytes = message.bytes.span
        element = trimmed(bytes, message.via.lowerBound..<endOfElement(bytes, message.via, UInt8(ascii: ",")))
        var at = element.lowerBound
        for _ in 0..<2 {
            guard let slash = firstIndex(of: UInt8(ascii: "/"), in: bytes, at..<element.upperBound) else { return nil }
            at = slash + 1
        }
        while at < element.upperBound, isWhite(bytes[at]) { at += 1 }
        while at < element.upperBound, isTokenByte(bytes[at]) { at += 1 }
        let parameters = endOfElement(bytes, at..<element.upperBound, UInt8(ascii: ";"))
        let sentBy = trimmed(bytes, at..<parameters)
        guard !sentBy.isEmpty, sentBy.lowerBound > at, let (host, port) = hostPort(bytes, sentBy) else { return nil }
        self.host = host
        self.port = port
        branch = parameter("branch", of: parameters..<element.upperBound, in: bytes)
        rport = parameter("rport", of: parameters..<element.upperBound, in: bytes)
    }
}

/// `host[:port]` with IPv6 in brackets (which the host keeps).
func hostPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (host: Range<Int>, port: UInt16?)? {
    guard !range.isEmpty else { return nil }
    var searchFrom = range.lowerBound
    if bytes[range.lowerBound] == UInt8(ascii: "[") {
        guard let bracket = firstIndex(of: UInt8(ascii: "]"), in: bytes, range) else { return nil }
        searchFrom = bracket + 1
    }
    guard let colon = firstIndex(of: UInt8(ascii: ":"), in: bytes, searchFrom..<range.upperBound) else {
        return searchFrom > range.lowerBound && searchFrom != range.upperBound ? nil : (range, nil)
    }
    guard let number = decimal(bytes, trimmed(bytes, colon + 1..<range.upperBound)), let port = UInt16(exactly: number), port > 0 else {
        return nil
    }
    let host = trimmed(bytes, range.lowerBound..<colon)
    return host.isEmpty ? nil : (host, port)
}
