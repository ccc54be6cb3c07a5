import Basis
import Reactor

/// Keep-alive HTTP/1.1 connections to one server, a request at a time on each. What finds none free waits, and its waiting counts.
final class ClientPool {
    struct Answer {
        let status: Int
        let location: String?
        let body: [UInt8]
    }

    fileprivate struct Request {
        let bytes: [UInt8]
        /// Given nil when the connection was lost.
        let answered: (Answer?) -> Void
    }

    let loop: EventLoop
    let server: SocketAddress
    private let token: String
    private var all: [ClientConnection] = []
    private var idle: [ClientConnection] = []
    private var waiting: [Request] = []
    private var next = 0

    init(_ loop: EventLoop, to server: SocketAddress, token: String, connections: Int) {
        (self.loop, self.server, self.token) = (loop, server, token)
        all = (0..<connections).map { _ in ClientConnection(self) }
        idle = all
    }

    func send(
        _ method: String, _ path: String, _ body: String = "", type: String = "application/json",
        answered: @escaping (Answer?) -> Void
    ) {
        let text = """
            \(method) \(path) HTTP/1.1\r\nHost: \(server)\r\nAuthorization: Bearer \(token)\r\nContent-Type: \(type)\r\n\
            Content-Length: \(body.utf8.count)\r\n\r\n\(body)
            """
        let request = Request(bytes: Array(text.utf8), answered: answered)
        if let connection = idle.popLast() { connection.send(request) } else { waiting.append(request) }
    }

    fileprivate func isFree(_ connection: ClientConnection) {
        guard next < waiting.count else {
            waiting.removeAll(keepingCapacity: true)
            next = 0
            return idle.append(connection)
        }
        next += 1
        connection.send(waiting[next - 1])
    }
}

private final class ClientConnection {
    private weak var pool: ClientPool?
    private var stream: TCPStream?
    private var request: ClientPool.Request?
    private var buffer: [UInt8] = []

    init(_ pool: ClientPool) { self.pool = pool }

    func send(_ request: ClientPool.Request) {
        self.request = request
        if let stream { return stream.write(request.bytes) }
        guard let pool else { return }
        do {
            stream = try TCPStream(on: pool.loop, to: pool.server) { [weak self] error in
                guard error == nil, let self, let stream else { return self?.finish(nil) ?? () }
                stream.start(
                    received: { [weak self] in self?.received($0) }, ended: { [weak self] in self?.finish(nil) },
                    failed: { [weak self] _ in self?.finish(nil) })
                stream.write(request.bytes)
            }
        } catch { finish(nil) }
    }

    private func received(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
        guard let head = Head(buffer) else { return }
        let end = head.bodyStart + (head.value("Content-Length").flatMap(Int.init(digits:)) ?? 0)
        guard buffer.count >= end, let status = Int(digits: head.startLine.dropFirst(9)) else { return }
        buffer = []
        finish(.init(status: status, location: head.text("Location"), body: Array(head.bytes[head.bodyStart..<end])))
    }

    /// Nil ends the connection; the next request makes a new one.
    private func finish(_ answer: ClientPool.Answer?) {
        if answer == nil {
            stream?.close()
            stream = nil
            buffer = []
        }
        guard let request else { return }
        self.request = nil
        request.answered(answer)
        pool?.isFree(self)
    }
}
