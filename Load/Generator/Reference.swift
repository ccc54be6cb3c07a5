import Basis
import Reactor

/// What the bare parts cost on this machine in this run, as processor time of the serving thread: the measure for the service's own figures.
enum Reference {
    private static let connections = 64
    /// Calls at once: few enough that no socket's buffer ever overflows, since nothing is sent again.
    private static let window = 16

    /// Microseconds for a POST of a dial-out's size answered with fixed bytes: TCP, HTTP, and nothing behind it.
    static func post(_ count: Int) throws -> Double {
        let own = try EventLoop()
        let server = try FixedAnswers(on: EventLoop())
        let pool = ClientPool(own, to: server.address, token: String(repeating: "t", count: 72), connections: connections)
        let body = #"{"kind":"callMeAt","organizer":"\#(Preparation.organizer)","number":"\#(Callee.number(of: 0))"}"#
        var unsent = count, unanswered = count
        func next() {
            guard unsent > 0 else { return }
            unsent -= 1
            pool.send("POST", "/v1/meetings/load/dial-outs", body) { _ in
                unanswered -= 1
                if unanswered == 0 { own.stop() }
                next()
            }
        }
        let thread = MeasuredThread(running: server.loop)
        for _ in 0..<connections { next() }
        own.run()
        return thread.stop { server.close() } / Double(count)
    }

    /// Microseconds for the six datagrams of a call, in their sizes and unread: INVITE out, 180 and 200 in, ACK out, BYE in, 200 out.
    static func datagrams(_ count: Int) throws -> Double {
        let own = try EventLoop()
        let caller = try SixDatagrams(on: EventLoop(), count: count) { own.stop() }
        var socket: UDPSocket?
        socket = try UDPSocket(on: own, at: SocketAddress("127.0.0.1:0")!) { bytes, source in
            switch Datagram(rawValue: bytes[0]) {
            case .invite:
                socket?.send(Datagram.ringing.bytes, to: source)
                socket?.send(Datagram.answer.bytes, to: source)
            case .ack: socket?.send(Datagram.bye.bytes, to: source)
            default: break
            }
        }
        caller.begin(to: socket!.localAddress, window: window)
        let thread = MeasuredThread(running: caller.loop)
        own.run()
        return thread.stop() / Double(count)
    }
}
