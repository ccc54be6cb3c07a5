import Basis
import SIP

/// What bytes are thrown at, with what must hold whatever they are; a broken rule traps.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// One datagram, read, answered and read again.
    case message
    /// A TCP stream; the first byte says how it is cut.
    case stream
    /// Datagrams, time and commands for an endpoint with a live call; see ``Script``.
    case endpoint
    /// A script of PowerShell for a tenant, as text or drawn from the grammar; see ``ScriptPlay``.
    case script

    package func run(_ bytes: [UInt8]) {
        switch self {
        case .message: Self.message(bytes)
        case .stream: Self.stream(bytes)
        case .endpoint: Script(bytes).play()
        case .script: ScriptPlay(bytes).play()
        }
    }

    static let us = SocketAddress(host: "192.0.2.1", port: 5060)!
    static let trunk = SocketAddress(host: "192.0.2.2", port: 5060)!

    /// All that can be asked of a message, and the answer of an endpoint that has never heard of it.
    private static func message(_ bytes: [UInt8]) {
        if let message = try? Message(parsing: bytes) {
            precondition(message.body.upperBound <= bytes.count)
            for name in HeaderName.allCases { _ = message.text(name) }
            _ = (message.sdp, message.reasons, message.retryAfter, message.contacts, message.text(named: "Subject"))
        }
        var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1))
        endpoint.received(bytes, from: trunk, at: .zero)
        var sent = 0
        while let output = endpoint.nextOutput() {
            guard case .transmit(let answer, _, _) = output else { continue }
            sent += 1
            precondition((try? Message(parsing: answer, takesAnyNumber: true)) != nil, "an answer that cannot be read")
        }
        precondition(sent <= 1 && endpoint.legCount == 0, "a stranger's message is answered once and leaves nothing behind")
    }

    /// However a stream is cut, the same comes out.
    private static func stream(_ bytes: [UInt8]) {
        let size = Int(bytes.first ?? 0) + 1, rest = Array(bytes.dropFirst())
        var whole = StreamFramer(), parts = StreamFramer()
        var expected = whole.received(rest), found: [StreamFramer.Element] = []
        for start in stride(from: 0, to: rest.count, by: size) {
            found += parts.received(rest[start..<min(start + size, rest.count)])
            precondition(parts.buffered <= StreamFramer.Limits.headSize + Message.Limits.messageSize)
        }
        // Two CRLFs are a ping when they come together and two pongs when they do not.
        (expected, found) = (expected.filter(\.isNoKeepAlive), found.filter(\.isNoKeepAlive))
        precondition(expected == found, "cut into \(size): \(found) and not \(expected)")
        for case .message(let message) in found { precondition(message.count <= Message.Limits.messageSize) }
    }
}

extension StreamFramer.Element {
    fileprivate var isNoKeepAlive: Bool { self != .ping && self != .pong }
}
