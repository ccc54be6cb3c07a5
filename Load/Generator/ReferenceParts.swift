import Basis
import Glibc
import Reactor
import Synchronization
import Web

/// A loop on a thread of its own, whose processor time is known at the end.
final class MeasuredThread {
    private let loop: EventLoop
    private let thread: Reactor.Thread
    private let used = Used()

    private final class Used: Sendable { let nanoseconds = Mutex(0) }

    init(running loop: EventLoop) {
        self.loop = loop
        thread = Reactor.Thread(named: "reference") { [used] in
            loop.run()
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            used.nanoseconds.withLock { $0 = time.tv_sec * 1_000_000_000 + time.tv_nsec }
        }
    }

    /// Does `last` on the loop and ends it; microseconds of processor time.
    func stop(_ last: @escaping @Sendable () -> Void = {}) -> Double {
        loop.submit(last)
        loop.stop()
        thread.join()
        return Double(used.nanoseconds.withLock { $0 }) / 1e3
    }
}

/// An HTTP port that answers everything with the same 202. `@unchecked Sendable`: used on its loop's thread only, once that runs.
final class FixedAnswers: @unchecked Sendable {
    let loop: EventLoop
    private var listener: TCPListener?
    private var streams: [TCPStream] = []
    private static let response = Response.json(202, Array(repeating: UInt8(ascii: " "), count: 1900))

    init(on loop: EventLoop) throws {
        self.loop = loop
        listener = try TCPListener(on: loop, at: SocketAddress("127.0.0.1:0")!) { [weak self] in self?.accept($0) }
    }

    var address: SocketAddress { listener!.localAddress }

    func close() {
        listener = nil
        for stream in streams { stream.close() }
    }

    private func accept(_ stream: TCPStream) {
        streams.append(stream)
        let connection = Connection(at: loop.now), loop = loop
        connection.date = { HTTPDate.text(WallTime(milliseconds: 0)) }
        stream.start(
            received: { [weak stream] bytes in
                for incoming in connection.received(bytes, at: loop.now) {
                    connection.send(Self.response, for: incoming.number, at: loop.now)
                }
                stream?.write(connection.takeOutgoing())
            }, ended: {}, failed: { _ in })
    }
}

/// The kinds of a call's datagrams, told by their first byte, with the sizes that the service and the callee send.
enum Datagram: UInt8 {
    case invite, ringing, answer, ack, bye, byeAnswer

    private static let sizes = [1110, 470, 700, 560, 440, 330]
    private static let texts = sizes.enumerated().map { kind, size in [UInt8(kind)] + Array(repeating: UInt8(ascii: "."), count: size - 1) }
    var bytes: [UInt8] { Self.texts[Int(rawValue)] }
}

/// The service's part of so many calls, some at a time.
final class SixDatagrams {
    let loop: EventLoop
    private var socket: UDPSocket?
    private var unsent: Int
    private var open: Int

    init(on loop: EventLoop, count: Int, done: @escaping () -> Void) throws {
        self.loop = loop
        (unsent, open) = (count, count)
        socket = try UDPSocket(on: loop, at: SocketAddress("127.0.0.1:0")!) { [weak self] bytes, source in
            guard let self else { return }
            switch Datagram(rawValue: bytes[0]) {
            case .answer: socket?.send(Datagram.ack.bytes, to: source)
            case .bye:
                socket?.send(Datagram.byeAnswer.bytes, to: source)
                open -= 1
                if open == 0 { done() }
                next(to: source)
            default: break
            }
        }
    }

    func begin(to peer: SocketAddress, window: Int) {
        for _ in 0..<window { next(to: peer) }
    }

    private func next(to peer: SocketAddress) {
        guard unsent > 0 else { return }
        unsent -= 1
        socket?.send(Datagram.invite.bytes, to: peer)
    }
}
