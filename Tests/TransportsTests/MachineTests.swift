import Basis
import SIP
import Testing

@testable import Transports

@Suite("A connection's life")
struct ConnectionMachineTests {
    private typealias Machine = ConnectionMachine

    private static let settings: TransportSettings = {
        var settings = TransportSettings()
        settings.pingEvery = .seconds(30)...(.seconds(30))
        return settings
    }()

    /// Plays the events, each at its second, and answers the effects.
    private static func effects(isSecure: Bool = false, isOurs: Bool = true, _ events: [(Int, Machine.Event)]) -> [Machine.Effect] {
        var machine = Machine(settings, isSecure: isSecure, isOurs: isOurs, at: .zero), random = SeededRandom(seed: 1)
        return events.compactMap { machine.handle($1, at: .zero + .seconds($0), using: &random) }
    }

    private static func closed(_ reason: TransportFailure.Reason) -> Machine.Effect { .close(TransportFailure(reason)) }

    @Test("TCP is open once it is connected, TLS once it is secured")
    func opening() {
        #expect(Self.effects([(0, .connected)]) == [.flush])
        #expect(Self.effects(isSecure: true, [(0, .connected), (1, .secured)]) == [.startHandshake, .flush])
        #expect(Self.effects([(4, .tick), (5, .tick)]) == [Self.closed(.connectTimedOut)])
        #expect(Self.effects(isSecure: true, [(4, .connected), (5, .tick)]) == [.startHandshake, Self.closed(.handshakeTimedOut)])
    }

    @Test("we ping what we connected, and a peer that has answered once must answer again")
    func pings() {
        #expect(Self.effects([(0, .connected), (30, .tick), (40, .tick), (60, .tick)]) == [.flush, .sendPing, .sendPing])
        let answering: [(Int, Machine.Event)] = [(0, .connected), (30, .tick), (31, .pong), (60, .tick)]
        #expect(Self.effects(answering + [(69, .tick), (70, .tick)]) == [.flush, .sendPing, .sendPing, Self.closed(.noPong)])
        #expect(Self.effects(answering + [(69, .pong), (70, .tick)]) == [.flush, .sendPing, .sendPing])
        #expect(Self.effects(isOurs: false, [(0, .connected), (300, .tick), (300, .ping)]) == [.flush, .sendPong])
    }

    @Test("an empty line that answers nothing says nothing of pings; two are a ping, wherever the segments were cut")
    func emptyLines() {
        let stray: [(Int, Machine.Event)] = [(0, .connected), (1, .pong), (30, .tick), (41, .tick), (60, .tick)]
        #expect(Self.effects(stray) == [.flush, .sendPing, .sendPing])
        #expect(Self.effects([(0, .connected), (1, .pong), (2, .pong), (3, .pong), (4, .pong)]) == [.flush, .sendPong, .sendPong])
        #expect(Self.effects([(0, .connected), (1, .pong), (2, .message), (3, .pong)]) == [.flush])
    }

    @Test("a message that stays unfinished and a connection that stays silent end, each with its reason")
    func patience() {
        #expect(
            Self.effects(isOurs: false, [(0, .connected), (1, .unfinished(true)), (20, .unfinished(true)), (31, .tick)])
                == [.flush, Self.closed(.messageTooSlow)])
        #expect(Self.effects(isOurs: false, [(0, .connected), (1, .unfinished(true)), (2, .unfinished(false)), (31, .tick)]) == [.flush])
        #expect(
            Self.effects(isOurs: false, [(0, .connected), (100, .message), (1899, .tick), (1900, .tick)]) == [.flush, Self.closed(.idle)])
        #expect(Self.effects(isOurs: false, [(0, .connected), (1799, .tick), (1800, .tick)]) == [.flush, Self.closed(.idle)])
        #expect(Self.effects(isOurs: false, [(0, .connected), (1799, .tick)]) == [.flush])
        #expect(Self.effects(isOurs: false, [(0, .connected), (100, .message), (1899, .tick)]) == [.flush], "from the last message on")
    }

    @Test("a failure closes once, in every state, and nothing comes after it")
    func failing() {
        let failure = TransportFailure(.reset, "ECONNRESET")
        for before in [[], [(0, Machine.Event.connected)], [(0, .connected), (0, .secured)]] {
            let effects = Self.effects(isSecure: true, before + [(1, .failed(failure)), (1, .failed(failure)), (1, .secured), (99, .tick)])
            #expect(effects.count(where: { $0 == .close(failure) }) == 1)
            #expect(effects.last == .close(failure))
        }
    }
}

@Suite("What is remembered of peers")
struct RememberedTests {
    private let peer = Peer(SocketAddress("192.0.2.1:5060")!, .tcp)

    @Test("the pause after a failure doubles up to its limit and ends with a success")
    func backoff() {
        var backoff = Backoff(TransportSettings()), now = Instant.zero
        let failure = TransportFailure(.refused)
        for pause in [500, 1000, 2000, 4000, 8000, 8000] {
            backoff.failed(peer, failure, at: now)
            #expect(backoff.failure(of: peer, at: now + .milliseconds(pause - 1)) == failure)
            #expect(backoff.failure(of: peer, at: now + .milliseconds(pause)) == nil)
            now = now + .milliseconds(pause)
        }
        backoff.succeeded(peer)
        backoff.failed(peer, failure, at: now)
        #expect(backoff.failure(of: peer, at: now + .milliseconds(500)) == nil)
    }

    @Test("no more peers are remembered than the limit allows")
    func limit() {
        var settings = TransportSettings()
        settings.rememberedLimit = 2
        var backoff = Backoff(settings), known = KnownTrunks(limit: 2)
        for port in 1...3 as ClosedRange<UInt16> {
            backoff.failed(Peer(peer.address.with(port: port), .tcp), TransportFailure(.refused), at: .zero)
            known.learn(SocketAddress("192.0.2.\(port):5061")!, serverName: "sbc\(port).example")
        }
        #expect((1...3).map { backoff.failure(of: Peer(peer.address.with(port: $0), .tcp), at: .zero) != nil } == [true, true, false])
        let names = (1...3).map { known.peer(at: SocketAddress("192.0.2.\($0):5061")!, over: .tls).serverName }
        #expect(names == [nil, nil, "sbc3.example"])
    }

    @Test("peers whose pause is over make room for others") func room() {
        var settings = TransportSettings()
        settings.rememberedLimit = 2
        var backoff = Backoff(settings)
        let peers = (1...3 as ClosedRange<UInt16>).map { Peer(peer.address.with(port: $0), .tcp) }, later = Instant.zero + .seconds(1)
        for peer in peers.prefix(2) { backoff.failed(peer, TransportFailure(.refused), at: .zero) }
        backoff.failed(peers[2], TransportFailure(.refused), at: later)
        #expect(backoff.failure(of: peers[2], at: later) == TransportFailure(.refused))
    }

    @Test("a host's name is that of all its ports, over TLS only")
    func names() {
        var known = KnownTrunks(limit: 10)
        known.learn(peer.address, serverName: "sbc.example")
        #expect(known.peer(at: peer.address.with(port: 5061), over: .tls).serverName == "sbc.example")
        #expect(known.peer(at: peer.address, over: .tcp).serverName == nil)
        #expect(known.peer(at: SocketAddress("192.0.2.2:5061")!, over: .tls).serverName == nil)
    }
}

@Suite("Requests that nobody answered")
struct UnansweredRequestsTests {
    private static func message(
        _ start: String, branch: String, method: String = "INVITE", isRepeated: Bool = false
    ) -> SIPConnection.Outgoing {
        .init(
            bytes: Array("\(start)\r\nVia: SIP/2.0/TCP 192.0.2.1:5060;rport;branch=\(branch)\r\nCSeq: 1 \(method)\r\n\r\n".utf8),
            isRepeated: isRepeated)
    }
    private static let invite = "INVITE sip:a@b SIP/2.0", bye = "BYE sip:a@b SIP/2.0"

    @Test("they are repeated in order, once, without those that are answered; responses and ACKs never are")
    func repeated() {
        var unanswered = UnansweredRequests()
        for (start, branch) in [(Self.invite, "1"), ("CANCEL sip:a@b SIP/2.0", "1"), (Self.bye, "2"), ("ACK sip:a@b SIP/2.0", "3")] {
            unanswered.sent(Self.message(start, branch: branch))
        }
        unanswered.sent(Self.message("SIP/2.0 200 OK", branch: "4"))
        #expect(unanswered.repeated?.map { $0.bytes.prefix(3) } == ["INV", "CAN", "BYE"].map { Array($0.utf8)[...] })
        #expect(unanswered.repeated?.allSatisfy(\.isRepeated) == true)
        unanswered.received(Self.message("SIP/2.0 100 Trying", branch: "1").bytes)
        unanswered.received(Self.message(Self.bye, branch: "2").bytes)
        #expect(unanswered.repeated?.map { $0.bytes.prefix(3) } == ["CAN", "BYE"].map { Array($0.utf8)[...] })
        unanswered.received(Self.message("SIP/2.0 200 OK", branch: "1", method: "CANCEL").bytes)
        #expect(unanswered.repeated?.map { $0.bytes.prefix(3) } == [Array("BYE".utf8)[...]])
        #expect(!unanswered.isEmpty)
        unanswered.received(Self.message("SIP/2.0 200 OK", branch: "2").bytes)
        #expect(unanswered.repeated == nil && unanswered.isEmpty)
        unanswered.sent(Self.message(Self.bye, branch: "5", isRepeated: true))
        #expect(unanswered.repeated == nil)
    }

    @Test("past the limit nothing is repeated until all are answered")
    func limit() {
        var unanswered = UnansweredRequests()
        for branch in 0...UnansweredRequests.limit { unanswered.sent(Self.message(Self.invite, branch: "\(branch)")) }
        #expect(unanswered.repeated == nil)
        for branch in 0..<UnansweredRequests.limit { unanswered.received(Self.message("SIP/2.0 180 Ringing", branch: "\(branch)").bytes) }
        unanswered.sent(Self.message(Self.invite, branch: "x"))
        #expect(unanswered.repeated?.count == 1)
    }
}
