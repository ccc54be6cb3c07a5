import Foundation
import Testing

/// A service that answers as the test says, request by request: one connection each.
final class ScriptedService: Sendable {
    struct Request {
        /// From the method to the end of the body.
        let text: String
        fileprivate let connection: Int32

        /// Answers, and closes the connection.
        func answer(_ status: String, _ body: String, type: String = "application/json") {
            let bytes = Array("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nConnection: close\r\n\r\n\(body)".utf8)
            _ = write(connection, bytes, bytes.count)
            close(connection)
        }
    }

    let port: UInt16
    private let listener: Int32

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in(), length = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = listener
        let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isOpen)
        port = address.sin_port.bigEndian
    }

    deinit { close(listener) }

    var environment: [String: String] { ["DIALOUT_SERVER": "http://127.0.0.1:\(port)", "DIALOUT_TOKEN": "any"] }

    /// The next request, whole.
    func next() async throws -> Request {
        let connection = await withCheckedContinuation { waiter in
            Running.queue.async { [listener] in
                var patience = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
                waiter.resume(returning: poll(&patience, 1, 60_000) == 1 ? accept(listener, nil, nil) : -1)
            }
        }
        try #require(connection >= 0, "nothing was asked for within a minute")
        let text = await withCheckedContinuation { waiter in
            Running.queue.async { waiter.resume(returning: Self.read(connection)) }
        }
        return Request(text: text, connection: connection)
    }

    private static func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let length = text.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            bytes += buffer[..<count]
        }
    }
}
