/// Requests that a connection carried and nobody answered, in order: when it breaks they are said once more on another one, and whoever
/// had them already takes them for repetitions, by their branch (RFC 3261 §17.2.3).
package struct UnansweredRequests: Sendable {
    /// A message on its way.
    package struct Outgoing: Sendable {
        package let bytes: [UInt8]
        /// Whether it went out before, on a connection that broke.
        package let isRepeated: Bool

        package init(bytes: [UInt8], isRepeated: Bool = false) { (self.bytes, self.isRepeated) = (bytes, isRepeated) }
    }

    /// Requests held at once; past it nothing is said again until all are answered.
    package static let limit = 4096

    private var requests: [[UInt8]: (number: Int, message: Outgoing)] = [:]
    private var next = 0
    /// Whether no request is missing here.
    package private(set) var isComplete = true

    package init() {}

    package var isEmpty: Bool { requests.isEmpty }

    /// A message went out. An ACK is never answered, and its 200 asks for it again.
    package mutating func sent(_ message: Outgoing) {
        guard let key = Self.key(ofRequest: message.bytes) else { return }
        guard requests.count < Self.limit else { return isComplete = false }
        requests[key] = (next, message)
        next += 1
    }

    /// A message came in; a response of any kind is an answer.
    package mutating func received(_ message: [UInt8]) {
        guard !requests.isEmpty, message.starts(with: Array("SIP/2.0 ".utf8)), let branch = Self.branch(message) else { return }
        requests[branch + [Self.isOfCancel(message) ? Self.cancel : Self.other]] = nil
        if requests.isEmpty { isComplete = true }
    }

    /// What is to be said again; nil when something could not be or was already, so that the failure has to be told.
    package var repeated: [Outgoing]? {
        let messages = requests.values.sorted { $0.number < $1.number }.map(\.message)
        guard isComplete, !messages.isEmpty, !messages.contains(where: \.isRepeated) else { return nil }
        return messages.map { .init(bytes: $0.bytes, isRepeated: true) }
    }

    /// A CANCEL has the branch of its INVITE.
    private static let cancel: UInt8 = 67, other: UInt8 = 0

    /// Whether a response's `CSeq` names CANCEL.
    private static func isOfCancel(_ response: [UInt8]) -> Bool {
        let line = response.split(separator: 10).first { line in line.prefix(4).map { $0 | 0x20 } == Array("cseq".utf8) }
        return line?.split(whereSeparator: { $0 <= 32 }).last == Array("CANCEL".utf8)[...]
    }

    private static func key(ofRequest message: [UInt8]) -> [UInt8]? {
        let isResponse = message.starts(with: Array("SIP/2.0 ".utf8)), isAck = message.starts(with: Array("ACK ".utf8))
        guard !isResponse, !isAck, let branch = branch(message) else { return nil }
        return branch + [message.starts(with: Array("CANCEL ".utf8)) ? cancel : other]
    }

    /// The first `branch` of the message is that of the topmost `Via`, which we wrote or which repeats what we wrote.
    private static func branch(_ message: [UInt8]) -> [UInt8]? {
        let mark = Array(";branch=".utf8)
        var at = message.startIndex
        while let semicolon = message[at...].firstIndex(of: mark[0]) {
            at = semicolon + 1
            guard message[semicolon...].starts(with: mark) else { continue }
            return Array(message[(semicolon + mark.count)...].prefix { $0 > 32 && $0 != mark[0] && $0 != 44 })
        }
        return nil
    }
}
