import Basis
import Reactor
import SIP
import Testing

@testable import Transports

let loopback = SocketAddress("127.0.0.1:0")!

func onLoop(_ body: (EventLoop) throws -> Void) throws {
    let loop = try EventLoop()
    let watchdog = try Alarm(on: loop) {
        Issue.record("what was waited for did not come")
        loop.stop()
    }
    watchdog.set(at: loop.now + .seconds(60))
    try body(loop)
}

/// Transports of one side, and all that they said.
final class Side {
    struct Arrival {
        let text: String
        let source: SocketAddress
        let transport: Transport
    }

    private(set) var transports: SIPTransports!
    private(set) var arrivals: [Arrival] = []
    private(set) var failures: [(destination: SocketAddress, transport: Transport, reason: TransportFailure.Reason)] = []
    private(set) var details: [String] = []
    private var check: () -> Void = {}
    let loop: EventLoop

    init(
        _ loop: EventLoop, at address: SocketAddress = loopback, tls: SocketAddress? = nil,
        _ change: (inout TransportSettings) -> Void = { _ in }
    ) throws {
        self.loop = loop
        var settings = TransportSettings()
        change(&settings)
        transports = try SIPTransports(
            on: loop, at: address, tls: tls, settings: settings, random: SeededRandom(seed: 1),
            received: { [weak self] message, source, transport in
                guard let self else { return }
                arrivals.append(Arrival(text: String(decoding: message, as: UTF8.self), source: source, transport: transport))
                check()
            },
            failed: { [weak self] destination, transport, failure in
                guard let self else { return }
                failures.append((destination, transport, failure.reason))
                details.append(failure.detail)
                check()
            })
    }

    var address: SocketAddress { transports.localAddress }

    func send(_ text: String, to address: SocketAddress, over transport: Transport) {
        transports.send(Array(text.utf8), to: address, over: transport)
    }

    /// Runs the loop until it is so; the fixture's watchdog is the bound.
    func wait(until isSo: @escaping () -> Bool) {
        if isSo() { return }
        check = { [loop] in if isSo() { loop.stop() } }
        loop.run()
        check = {}
    }

    /// The same for what no closure tells: looks again in each turn.
    func waitForPeers(until isSo: @escaping () -> Bool) throws {
        var alarm: Alarm?
        alarm = try Alarm(on: loop) { [loop] in
            if isSo() { loop.stop() } else { alarm?.set(at: loop.now + .milliseconds(5)) }
        }
        alarm?.set(at: loop.now)
        loop.run()
        alarm = nil
    }
}

/// A request as the endpoint writes it, its body as long as asked for.
func request(_ method: String = "OPTIONS", over transport: Transport = .tcp, body: Int = 0) -> String {
    "\(method) sip:a@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/\(transport.rawValue) 192.0.2.2:5060;branch=z9hG4bK1\r\n"
        + "Content-Length: \(body)\r\n\r\n" + String(repeating: "a", count: body)
}

let answer = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 192.0.2.2:5060;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n"

/// A port of this machine that nobody listens on.
func closedPort(_ loop: EventLoop) throws -> SocketAddress { try TCPListener(on: loop, at: loopback) { _ in }.localAddress }
