import Basis
import Reactor
import SIP
import Service
import Transports

/// Sends Homer a copy of each SIP message (HEP3 over UDP), joined by the Session-ID of the dial-out. A datagram that the system does not take is
/// dropped and counted: nothing waits for it.
///
/// `@unchecked Sendable`: used on the loop's thread only.
final class CallCapture: @unchecked Sendable {
    private let settings: ObservingSettings.Homer
    private let socket: UDPSocket
    /// Where our end of a transport is.
    private let own: SocketAddress
    private var sessions = SessionsByCall()
    private(set) var sent = 0
    private(set) var dropped = 0

    init(on loop: EventLoop, _ settings: ObservingSettings.Homer, own: SocketAddress) throws {
        (self.settings, self.own) = (settings, own)
        let everywhere = settings.address.isIPv4 ? SocketAddress(ipv4: 0, port: 0) : SocketAddress(high: 0, low: 0, port: 0)
        socket = try UDPSocket(on: loop, at: everywhere) { _, _ in }
    }

    func transmitted(_ message: [UInt8], to peer: SocketAddress, over transport: Transport, at time: WallTime) {
        capture(message, from: own, to: peer, over: transport, at: time)
    }

    func received(_ message: [UInt8], from peer: SocketAddress, over transport: Transport, at time: WallTime) {
        capture(message, from: peer, to: own, over: transport, at: time)
    }

    private func capture(
        _ message: [UInt8], from source: SocketAddress, to destination: SocketAddress, over transport: Transport, at time: WallTime
    ) {
        let packet = HEP3(
            message, from: source, to: destination, over: transport, at: time, agent: settings.agent,
            correlation: sessions.session(of: message)
        ).packet
        if let packet, socket.send(packet, to: settings.address) { sent += 1 } else { dropped += 1 }
    }
}

/// Which session each call belongs to: our own requests say it, and answers and requests of the far end are found by their Call-ID.
struct SessionsByCall {
    /// Calls of the younger half; there are as many of the older one.
    static let limit = 20_000

    private var younger: [[UInt8]: String] = [:]
    private var older: [[UInt8]: String] = [:]

    /// The first half of `Session-ID` (RFC 7989 §5), of this message or of the call's first.
    mutating func session(of message: [UInt8]) -> String? {
        let own = message.headerValue("Session-ID", nil).map { Array($0.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }) }
            .flatMap { $0.count == 32 ? String(decoding: $0, as: UTF8.self) : nil }
        guard let call = message.headerValue("Call-ID", "i") else { return own }
        if let known = younger[call] { return known }
        if let known = older[call] { return remember(known, of: call) }
        return own.map { remember($0, of: call) }
    }

    private mutating func remember(_ session: String, of call: [UInt8]) -> String {
        if younger.count >= Self.limit { (older, younger) = (younger, [:]) }
        younger[call] = session
        return session
    }
}

extension [UInt8] {
    /// The value of the first header field of a name, or of its compact form, in a SIP message's head.
    fileprivate func headerValue(_ name: String, _ compact: String?) -> [UInt8]? {
        for line in split(separator: UInt8(ascii: "\n"), maxSplits: 200, omittingEmptySubsequences: false).dropFirst() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !line.isEmpty, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let field = String(decoding: line[..<colon], as: UTF8.self).lowercased().filter { $0 != " " }
            if field == name.lowercased() || field == compact { return Array(line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }) }
        }
        return nil
    }
}
