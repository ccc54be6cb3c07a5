import Basis
import Glibc
import Outbound
import Reactor
import Testing

/// A server in the same loop that does with a connection what the test says.
final class Peer {
    private(set) var address = SocketAddress("127.0.0.1:0")!
    /// What came, by connection.
    private(set) var heard: [String] = []
    private var listener: TCPListener?
    private var streams: [TCPStream] = []

    /// `answer` is called with each whole request.
    init(on loop: EventLoop, _ answer: @escaping (TCPStream, String) -> Void) throws {
        let listener = try TCPListener(on: loop, at: address) { [weak self] stream in self?.accept(stream, answer) }
        (self.listener, address) = (listener, listener.localAddress)
    }

    private func accept(_ stream: TCPStream, _ answer: @escaping (TCPStream, String) -> Void) {
        let number = heard.count
        heard.append("")
        streams.append(stream)
        stream.start(
            received: { [weak self] bytes in
                self?.heard[number] += String(decoding: bytes.withUnsafeBufferPointer { Array($0) }, as: UTF8.self)
                if self?.heard[number].hasSuffix("}") == true { answer(stream, self?.heard[number] ?? "") }
            }, ended: {}, failed: { _ in })
    }

    func close() {
        listener = nil
        for stream in streams { stream.close() }
        streams = []
    }
}

/// Runs a loop until it is stopped, at most ten seconds.
func onLoop(_ body: (EventLoop) throws -> Void) throws {
    let loop = try EventLoop()
    let watchdog = try Alarm(on: loop) {
        Issue.record("the loop was not stopped")
        loop.stop()
    }
    watchdog.set(at: loop.now + .seconds(10))
    try body(loop)
    loop.run()
}
