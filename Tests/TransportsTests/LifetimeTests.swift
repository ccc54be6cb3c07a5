import Basis
import Glibc
import Reactor
import SIP
import Testing

@testable import Transports

/// A connection may end at every step of its life, and nobody who is gone is told of it. `make asan` runs these under AddressSanitizer.
@Suite("Connections that end at every step", .serialized)
struct LifetimeTests {
    /// More than a peer ever says: its handshake and two messages.
    private static let longest = 1800
    /// Each byte of the first header, and one of 19 after it.
    private static let steps = Array(0..<8) + Array(stride(from: 8, to: longest, by: 19))
    private static let batch = 128

    private static var plans: [(step: Int, ending: BarePeer.Ending)] {
        steps.flatMap { step in BarePeer.Ending.allCases.map { (step, $0) } }
    }

    private static func batches<Element>(_ all: [Element]) -> [ArraySlice<Element>] {
        stride(from: 0, to: all.count, by: batch).map { all[$0..<min($0 + batch, all.count)] }
    }

    @Test("a peer that connects ends it at each byte of the handshake and after it, in each way", arguments: [Transport.tcp, .tls])
    func inbound(transport: Transport) throws {
        let certificates = try Certificates()
        try certificates.sign("us", for: "IP:127.0.0.1")
        try onLoop { loop in
            let us = try Side(loop, tls: loopback) { $0.tls = certificates.settings("us") }
            let target = try transport == .tls ? #require(us.transports.tlsAddress) : us.address
            let context = try TLSContext(reading: certificates.settings(nil))
            let text = Array((request() + request(body: 40)).utf8)
            let plans = Self.plans.filter { $0.step <= (transport == .tls ? Self.longest : text.count + 19) }
            for plans in Self.batches(plans) {
                let before = us.transports.failures.values.reduce(0, +)
                let peers = try plans.map { plan in
                    let codec = transport == .tls ? TLSCodec(client: context, to: Peer(target, .tls)) : nil
                    return try BarePeer(
                        on: loop, BarePeer.connect(to: target), codec, saying: text, upTo: plan.step, then: plan.ending)
                }
                try us.waitForPeers { us.transports.failures.values.reduce(0, +) == before + plans.count }
                #expect(us.transports.connectionCount == 0 && us.failures.isEmpty)
                withExtendedLifetime(peers) {}
            }
            #expect(us.arrivals.contains { $0.text == request(body: 40) && $0.transport == transport })
        }
    }

    @Test(
        "a peer that we connected to ends it at each byte, and each request is told to have failed once", arguments: [Transport.tcp, .tls])
    func outbound(transport: Transport) throws {
        let certificates = try Certificates()
        try certificates.sign("trunk", for: "IP:127.0.0.1")
        try onLoop { loop in
            let us = try Side(loop) { $0.tls = certificates.settings(nil) }
            let context = try TLSContext(reading: certificates.settings("trunk"))
            let text = Array((request() + request(body: 40)).utf8)
            let plans = Self.plans.filter { $0.step <= (transport == .tls ? Self.longest : text.count + 19) }
            for plans in Self.batches(plans) {
                let before = us.failures.count
                var peers: [BarePeer] = []
                let trunks = try plans.map { plan in
                    try BareListener(on: loop) { descriptor in
                        let codec = transport == .tls ? TLSCodec(server: context, requiresCertificate: false) : nil
                        let peer = try? BarePeer(
                            on: loop, descriptor, codec, saying: text, upTo: plan.step, then: plan.ending)
                        peers += peer.map { [$0] } ?? []
                    }
                }
                for trunk in trunks { us.send(request("INVITE", over: transport, body: 60_000), to: trunk.address, over: transport) }
                us.wait { us.failures.count == before + plans.count }
                #expect(us.transports.connectionCount == 0)
                #expect(Set(us.failures[before...].map(\.destination)) == Set(trunks.map(\.address)))
            }
        }
    }

    @Test(
        "transports that are closed, or let go, in the middle of it all say nothing more", arguments: [true, false], [0, 1, 2, 4, 8, 16])
    func letGo(closes: Bool, turns: Int) throws {
        let certificates = try Certificates()
        try certificates.sign("us", for: "IP:127.0.0.1")
        try onLoop { loop in
            var told = 0
            var settings = TransportSettings()
            settings.tls = certificates.settings("us")
            var us: SIPTransports? = try SIPTransports(
                on: loop, at: loopback, tls: loopback, settings: settings, random: SeededRandom(seed: 1),
                received: { _, _, _ in told += 1 }, failed: { _, _, _ in told += 1 })
            let target = try #require(us?.tlsAddress), nobody = try closedPort(loop)
            let context = try TLSContext(reading: certificates.settings(nil))
            let peers = try Self.steps.prefix(60).map { step in
                let codec = try #require(TLSCodec(client: context, to: Peer(target, .tls)))
                return try BarePeer(
                    on: loop, BarePeer.connect(to: target), codec, saying: Array(request().utf8), upTo: step * 4, then: .reset)
            }
            us?.send(Array(request("INVITE", over: .tls, body: 60_000).utf8), to: target, over: .tls)
            us?.send(Array(request().utf8), to: nobody, over: .tcp)
            us?.send(Array(request(over: .udp).utf8), to: nobody, over: .udp)
            try run(loop, turns: turns)
            if closes {
                us?.close()
                us?.send(Array(request().utf8), to: nobody, over: .tcp)
                #expect(us?.reaches(nobody, over: .udp) == true)
            } else {
                us = nil
            }
            let before = told
            try run(loop, turns: 40)
            #expect(told == before)
            withExtendedLifetime((us, peers)) {}
        }
    }

    /// Lets the loop look at its sockets so many times.
    private func run(_ loop: EventLoop, turns: Int) throws {
        var left = turns
        var alarm: Alarm?
        alarm = try Alarm(on: loop) {
            left -= 1
            if left < 0 { loop.stop() } else { alarm?.set(at: loop.now) }
        }
        alarm?.set(at: loop.now)
        loop.run()
        alarm = nil
    }
}
