/// Cuts a TCP or TLS stream into messages by `Content-Length` (RFC 3261 §18.3), with keep-alives of RFC 5626 §3.5.1.
///
/// Holds at most one message's bytes. After ``Element/broken(_:)`` the stream has no meaning any more: close it.
package struct StreamFramer: Sendable {
    package enum Element: Equatable, Sendable {
        case message([UInt8])
        /// A double CRLF, to be answered by one CRLF.
        case ping
        /// A single CRLF between messages.
        case pong
        case broken(Fault)
    }

    package enum Fault: String, Error, Equatable, Sendable, CaseIterable {
        case headerTooLong, messageTooLarge, contentLength
    }

    private var buffer: [UInt8] = []
    private var searched = 0
    private var bodyStart: Int?
    private var messageEnd = 0
    private var fault: Fault?

    package enum Limits {
        /// Bytes of start line and header fields together.
        package static let headSize = 32_768
    }

    package init() {}

    /// How many bytes wait for the rest of their message.
    package var buffered: Int { buffer.count }

    package mutating func received(_ bytes: some Sequence<UInt8>) -> [Element] {
        guard fault == nil else { return [] }
        buffer.append(contentsOf: bytes)
        var elements: [Element] = []
        var start = 0
        while let element = next(from: &start) {
            elements.append(element)
            if case .broken(let fault) = element {
                self.fault = fault
                buffer = []
                return elements
            }
        }
        buffer.removeFirst(start)
        searched -= start
        messageEnd -= start
        if let body = bodyStart { bodyStart = body - start }
        return elements
    }

    private mutating func next(from start: inout Int) -> Element? {
        if bodyStart == nil {
            if let keepAlive = keepAlive(at: &start) { return keepAlive }
            searched = max(searched, start)
            guard let end = endOfHead() else {
                return buffer.count - start > Limits.headSize ? .broken(.headerTooLong) : nil
            }
            guard end - start <= Limits.headSize else { return .broken(.headerTooLong) }
            guard let length = contentLength(start..<end) else { return .broken(.contentLength) }
            guard end - start + length <= Message.Limits.messageSize else { return .broken(.messageTooLarge) }
            bodyStart = end
            messageEnd = end + length
        }
        guard messageEnd <= buffer.count else { return nil }
        let message = Array(buffer[start..<messageEnd])
        start = messageEnd
        searched = messageEnd
        bodyStart = nil
        return .message(message)
    }

    private mutating func keepAlive(at start: inout Int) -> Element? {
        func isLineEnd(_ at: Int) -> Bool { at + 1 < buffer.count && buffer[at] == 13 && buffer[at + 1] == 10 }
        guard isLineEnd(start) else { return nil }
        let isPing = isLineEnd(start + 2)
        start += isPing ? 4 : 2
        searched = start
        return isPing ? .ping : .pong
    }

    /// Just past the empty line; never looks at a byte twice.
    private mutating func endOfHead() -> Int? {
        while searched + 3 < buffer.count {
            if buffer[searched] == 13, buffer[searched + 1] == 10, buffer[searched + 2] == 13, buffer[searched + 3] == 10 {
                return searched + 4
            }
            searched += 1
        }
        return nil
    }

    /// A stream's message must say its length; without the field it has no body (sipp and others leave it out of bodiless ones).
    private func contentLength(_ head: Range<Int>) -> Int? {
        let span = buffer.span
        var at = head.lowerBound, found: Int?
        while at < head.upperBound - 2 {
            var end = firstIndex(of: 13, in: span, at..<head.upperBound) ?? head.upperBound
            while end + 2 < head.upperBound, span[end + 2] == 32 || span[end + 2] == 9 {
                end = firstIndex(of: 13, in: span, end + 2..<head.upperBound) ?? head.upperBound
            }
            if let colon = firstIndex(of: UInt8(ascii: ":"), in: span, at..<end),
                HeaderName(span, trimmed(span, at..<colon)) == .contentLength
            {
                guard found == nil, let length = decimal(span, trimmed(span, colon + 1..<end)) else { return nil }
                found = length
            }
            at = end + 2
        }
        return found ?? 0
    }
}
