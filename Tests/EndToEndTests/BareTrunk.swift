import Foundation
import Glibc
import Testing

/// A far end of plain sockets: it says nothing but what the test lets it say, and outlives the service.
final class BareTrunk {
    enum Wire: String, CaseIterable, Sendable { case udp, tcp }

    struct Message {
        let lines: [String]
        let at: Date
        fileprivate let answerTo: Origin

        var title: String { lines[0].components(separatedBy: " ")[0] }
        func value(_ name: String) -> String {
            lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
    }

    fileprivate enum Origin {
        case datagram(sockaddr_in)
        case connection(Int32)
    }

    let port: UInt16
    private let wire: Wire
    private let descriptor: Int32
    private var connections: [Int32: String] = [:]
    /// All that came, in its order, and how much of it was asked for.
    private(set) var received: [Message] = []
    private var taken = 0

    init(_ wire: Wire) throws {
        self.wire = wire
        port = Running.freePort()
        descriptor = socket(AF_INET, Int32((wire == .udp ? SOCK_DGRAM : SOCK_STREAM).rawValue), 0)
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try #require(bound == 0 && (wire == .udp || listen(descriptor, 8) == 0))
    }

    deinit {
        for connection in connections.keys { close(connection) }
        close(descriptor)
    }

    /// The next request of a method that was not asked for yet; what comes before it is passed over.
    func next(_ method: String, seconds: Int = 20) async throws -> Message {
        var found: Message?
        _ = await eventually(seconds: seconds) {
            take()
            while taken < received.count, found == nil {
                taken += 1
                if received[taken - 1].title == method { found = received[taken - 1] }
            }
            return found != nil
        }
        return try #require(found, "no \(method) came: \(received.map(\.title))")
    }

    func answer(_ request: Message, _ status: String, sdp: Bool = false) {
        let copied = ["Via", "From", "Call-ID", "CSeq"].map { "\($0): \(request.value($0))" }
        let tagged = request.value("To").contains(";tag=") ? request.value("To") : request.value("To") + ";tag=callee"
        let body = sdp ? "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n" : ""
        let head =
            ["SIP/2.0 \(status)"] + copied + ["To: \(tagged)", "Contact: <sip:callee@127.0.0.1:\(port);transport=\(wire.rawValue)>"]
            + (sdp ? ["Content-Type: application/sdp"] : []) + ["Content-Length: \(body.utf8.count)", "", body]
        send(Array(head.joined(separator: "\r\n").utf8), to: request.answerTo)
    }

    /// The same answer by way of a later request's connection.
    func answer(_ request: Message, _ status: String, sdp: Bool = false, by way: Message) {
        answer(Message(lines: request.lines, at: request.at, answerTo: way.answerTo), status, sdp: sdp)
    }

    private func send(_ bytes: [UInt8], to origin: Origin) {
        switch origin {
        case .connection(let connection): _ = Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        case .datagram(var address):
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    private func take() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        guard wire == .tcp else {
            while true {
                var address = sockaddr_in(), length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let count = withUnsafeMutablePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        recvfrom(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT), $0, &length)
                    }
                }
                guard count > 0 else { return }
                note(String(decoding: buffer.prefix(count), as: UTF8.self), .datagram(address))
            }
        }
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 0) == 1 else { break }
            let connection = accept(descriptor, nil, nil)
            if connection >= 0 { connections[connection] = "" }
        }
        for connection in connections.keys {
            let count = recv(connection, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { connections[connection]! += String(decoding: buffer.prefix(count), as: UTF8.self) }
            cut(connection)
        }
    }

    /// Takes whole messages off a connection's text.
    private func cut(_ connection: Int32) {
        while let text = connections[connection], let end = text.range(of: "\r\n\r\n") {
            let head = String(text[..<end.lowerBound]), rest = text[end.upperBound...]
            let length =
                head.components(separatedBy: "\r\n").first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
            guard rest.utf8.count >= length else { return }
            connections[connection] = String(decoding: rest.utf8.dropFirst(length), as: UTF8.self)
            note(head, .connection(connection))
        }
    }

    private func note(_ text: String, _ origin: Origin) {
        let head = text.components(separatedBy: "\r\n\r\n")[0]
        received.append(Message(lines: head.components(separatedBy: "\r\n"), at: Date(), answerTo: origin))
    }
}
