import Basis

/// The topmost `Via` of a message (RFC 3261 §20.42).
package struct Via {
    /// What a branch begins with (RFC 3261 §8.1.1.7).
    static let cookie = "z9hG4bK"

    /// All of the element, so that a response can repeat it.
    let element: Range<Int>
    let host: Range<Int>
    let port: UInt16?
    package let branch: Range<Int>?
    /// The `rport` parameter of RFC 3581; empty when the sender asks for it to be filled in.
    let rport: Range<Int>?
    /// Whether another element comes after it in the same field.
    let isFollowed: Bool

    package init?(of message: Message) {
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
            let parameter = HeaderParameter(bytes, at + 1..<next)
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
        if let branch = via.branch, bytes[branch].starts(with: Via.cookie.utf8) { return Array(bytes[branch]) }
        return Array(bytes[via.element]) + [32] + Array("\(cSeq.number)".utf8)
    }
}

extension Message {
    /// The branch of the `Via` when this endpoint made it and it is the only one: no other hop's is left in a response that has reached
    /// its end (RFC 3261 §8.1.3.3).
    package var ownBranch: UInt64? {
        guard let via = Via(of: self), !via.isFollowed, let branch = via.branch, branch.count == Via.cookie.utf8.count + 16 else {
            return nil
        }
        let span = bytes.span
        var at = branch.lowerBound
        for byte in Via.cookie.utf8 {
            guard span[at] == byte else { return nil }
            at += 1
        }
        return fields.count { $0.name == .via } == 1 ? hexWord(span, at) : nil
    }
}
