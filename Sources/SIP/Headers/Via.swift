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
    /// Whether another element comes after it in the same field.
    let isFollowed: Bool

    init?(of message: Message) {
        let bytes = message.bytes.span, start = message.via.lowerBound, end = message.via.upperBound
        var at = start, slashes = 0
        while at < end, slashes < 2 {
            if bytes[at] == UInt8(ascii: "/") { slashes += 1 } else if bytes[at] == UInt8(ascii: ",") { return nil }
            at += 1
        }
        while at < end, isWhite(bytes[at]) { at += 1 }
        while at < end, isTokenByte(bytes[at]) { at += 1 }
        let transportEnd = at
        at = endOfElement(bytes, at..<end, [.comma, .semicolon])
        let sentBy = trimmed(bytes, transportEnd..<at)
        guard !sentBy.isEmpty, sentBy.lowerBound > transportEnd, let (host, port) = hostPort(bytes, sentBy) else { return nil }
        self.host = host
        self.port = port
        var branch: Range<Int>?, rport: Range<Int>?
        while at < end, bytes[at] == UInt8(ascii: ";") {
            let next = endOfElement(bytes, at + 1..<end, [.comma, .semicolon])
            let parameter = Parameter(bytes, at + 1..<next)
            if branch == nil, matches(bytes, parameter.name, "branch") { branch = parameter.value }
            if rport == nil, matches(bytes, parameter.name, "rport") { rport = parameter.value }
            at = next
        }
        self.branch = branch
        self.rport = rport
        element = trimmed(bytes, start..<at)
        isFollowed = at < end
    }
}

extension Message {
    /// What tells a request's server transaction from others (RFC 3261 §17.2.3): the branch when it has the magic cookie, and otherwise,
    /// as RFC 2543 had it, the topmost `Via` with the sequence number. Nil when the `Via` cannot be read.
    var transactionKey: [UInt8]? {
        guard let via = Via(of: self) else { return nil }
        if let branch = via.branch, bytes[branch].starts(with: Identifiers.cookie.utf8) { return Array(bytes[branch]) }
        return Array(bytes[via.element]) + [32] + Array("\(cSeq.number)".utf8)
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
