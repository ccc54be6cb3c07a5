import Basis
import NameServing
import Reactor
import SIP
import Testing

@testable import Transports

@Suite("SRV records")
struct ServiceRecordTests {
    private static func record(_ priority: UInt16, _ weight: UInt16, _ target: String) -> ServiceRecord {
        ServiceRecord(priority: priority, weight: weight, port: 5060, target: target)
    }

    @Test("priorities come in order; among equals each is first as often as its weight says, weight 0 hardly ever")
    func order() {
        let records = [Self.record(20, 0, "last"), Self.record(10, 75, "c"), Self.record(10, 25, "b"), Self.record(10, 0, "a")]
        var random = SeededRandom(seed: 7), first: [String: Int] = [:]
        for _ in 0..<10_000 {
            let order = records.ordered(using: &random).map(\.target)
            #expect(order.count == 4 && order.last == "last" && Set(order).count == 4)
            first[order[0], default: 0] += 1
        }
        #expect((7300...7700).contains(first["c", default: 0]) && (2300...2700).contains(first["b", default: 0]))
        #expect((1...250).contains(first["a", default: 0]))
    }

    @Test("only weights of 0 make a draw of equals, and nothing at all makes nothing")
    func zeros() {
        var random = SeededRandom(seed: 7)
        #expect([ServiceRecord]().ordered(using: &random).isEmpty)
        #expect(Set([Self.record(1, 0, "a"), Self.record(1, 0, "b")].ordered(using: &random).map(\.target)) == ["a", "b"])
    }

    private static let query: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    private static let question = TinyNameServer.name("_sip._udp.trunk.example") + [0, 33, 0, 1]

    @Test("a response is read with its shortest TTL; a target of the root means that there is no such service")
    func reading() {
        let answers = [
            TinyNameServer.answer(.service(priority: 1, weight: 2, port: 5070, target: "a.trunk.example"), .srv, 300),
            TinyNameServer.answer(.service(priority: 0, weight: 0, port: 1, target: ""), .srv, 60),
        ]
        let response = ServiceResponse(TinyNameServer.message(Self.query, code: 0, question: Self.question, answers))
        #expect(response?.records == [ServiceRecord(priority: 1, weight: 2, port: 5070, target: "a.trunk.example")])
        #expect(response?.seconds == 60)
        let turned = ServiceResponse(TinyNameServer.message(Self.query, code: 0, question: Self.question, answers.reversed()))
        #expect(turned?.seconds == 60, "whichever comes last")
        let absent = ServiceResponse(TinyNameServer.message(Self.query, code: 0, question: Self.question, [answers[1]]))
        #expect(absent?.records == [.absence] && absent?.seconds == 60)
    }

    @Test("of more records than thirty-two the first thirty-two count") func many() {
        let answers = (1...33).map {
            TinyNameServer.answer(.service(priority: 1, weight: 2, port: 5060, target: "t\($0).example"), .srv, 300)
        }
        let response = ServiceResponse(TinyNameServer.message(Self.query, code: 0, question: Self.question, answers))
        #expect(response?.records.map(\.target) == (1...32).map { "t\($0).example" })
    }

    @Test("names are put together from their pieces, and pieces that lead in circles are refused")
    func compression() {
        let header: [UInt8] = [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60]
        func response(_ target: [UInt8]) -> ServiceResponse? {
            let data: [UInt8] = [0, 1, 0, 2, 0, 3] + target
            return ServiceResponse(
                TinyNameServer.message(
                    Self.query, code: 0, question: Self.question, [header + TinyNameServer.word(UInt16(data.count)) + data]))
        }
        #expect(response([1, 97, 0xC0, 22])?.records.map(\.target) == ["a.trunk.example"])
        let here = UInt8(12 + Self.question.count + header.count + 2 + 6)
        for target: [UInt8] in [[0xC0, here], [1, 97, 0xC0, here], [0xC0, here + 1, 0], [0x40, 0], [1, 0, 0], [9, 97, 0], [0xC0]] {
            #expect(response(target) == nil, "\(target)")
        }
        #expect(response(Array(repeating: [UInt8(63)] + Array(repeating: 97, count: 63), count: 4).flatMap { $0 } + [0]) == nil)
    }

    @Test("a response cut anywhere is refused, never misread")
    func cut() {
        let answer = TinyNameServer.answer(.service(priority: 1, weight: 2, port: 5070, target: "a.trunk.example"), .srv, 300)
        let whole = TinyNameServer.message(Self.query, code: 0, question: Self.question, [answer])
        #expect(ServiceResponse(whole) != nil)
        for count in 0..<whole.count { #expect(ServiceResponse(Array(whole[..<count])) == nil, "\(count) bytes") }
    }
}

@Suite("Answers that are remembered")
struct RememberedAnswersTests {
    @Test(
        "each answer holds for its time, within bounds",
        arguments: [
            (DNSAnswer.found(["a"], seconds: 60), ["a"], 60), (.found(["a"], seconds: 0), ["a"], 5),
            (.found(["a"], seconds: 86_400), ["a"], 3600), (.nothing, [], 30), (.failed("SERVFAIL"), [], 5),
        ])
    func times(answer: DNSAnswer<String>, records: [String], seconds: Int) {
        var remembered = RememberedAnswers<String>(limit: 10)
        #expect(remembered.fresh("x", at: .zero) == nil)
        #expect(remembered.note("x", answer, at: .zero) == records)
        #expect(remembered.fresh("x", at: .zero + .seconds(seconds) + .nanoseconds(-1)) == records)
        #expect(remembered.fresh("x", at: .zero + .seconds(seconds)) == nil)
    }

    @Test("what was found last stays while the servers fail, and goes when they say that it is gone")
    func lastGood() {
        var remembered = RememberedAnswers<String>(limit: 10), now = Instant.zero
        _ = remembered.note("x", .found(["a"], seconds: 5), at: now)
        for _ in 0..<1000 {
            now = now + .seconds(60)
            #expect(remembered.fresh("x", at: now) == nil)
            #expect(remembered.note("x", .failed("time-out"), at: now) == ["a"])
        }
        #expect(remembered.note("x", .nothing, at: now) == [])
        #expect(remembered.note("x", .failed("time-out"), at: now) == [])
    }

    @Test("past the limit the answer that ends first makes room")
    func limit() {
        var remembered = RememberedAnswers<String>(limit: 2)
        for (name, seconds) in [("a", 100), ("b", 50), ("c", 200)] {
            _ = remembered.note(name, .found([name], seconds: seconds), at: .zero)
        }
        #expect(["a", "b", "c"].map { remembered.fresh($0, at: .zero) } == [["a"], nil, ["c"]])
    }
}

@Suite("Looking up a trunk")
struct ResolverTests {
    /// Runs an asynchronous story on a loop of its own.
    private func story(_ body: @escaping @Sendable (EventLoop, TinyNameServer, NamePlay) async throws -> Void) throws {
        try onLoop { loop in
            Task(executorPreference: loop.tasks) {
                do {
                    let server = try TinyNameServer(loop)
                    try await body(loop, server, try NamePlay(loop, server))
                } catch { Issue.record(error) }
                loop.stop()
            }
            loop.run()
        }
    }

    /// A resolver whose clock the test moves. Used on its loop only.
    private final class NamePlay: @unchecked Sendable {
        private var resolver: Resolver!
        var now = Instant.zero

        init(_ loop: EventLoop, _ server: TinyNameServer) throws {
            let client = try DNSClient(on: loop, .init(servers: [server.address], timeout: .milliseconds(100), tries: 1))
            resolver = Resolver(client, random: SeededRandom(seed: 3)) { [weak self] in self?.now ?? .zero }
        }

        func ways(_ host: String, _ port: UInt16? = nil, _ transport: Transport? = nil) async -> [String] {
            let target = Resolver.Target(host: host, port: port, transport: transport)
            let found = await resolver.resolve(target)
            if let known = resolver.known(target) { #expect(Set(known) == Set(found), "what is known is what is found") }
            return found.map { "\($0.address) \($0.transport)" }
        }

        /// Whether nobody has to be asked.
        func knows(_ host: String, _ port: UInt16? = nil) -> Bool {
            resolver.known(.init(host: host, port: port, transport: nil)) != nil
        }
    }

    @Test("SRV records in their order, each with its port and addresses of both kinds")
    func services() throws {
        try story { _, server, play in
            server.table = [
                "SRV _sip._udp.trunk.example": .records(
                    [
                        .service(priority: 20, weight: 1, port: 5080, target: "b.example"),
                        .service(priority: 10, weight: 1, port: 5070, target: "a.example"),
                    ], seconds: 60), "A a.example": .records([.address("192.0.2.1")], seconds: 60),
                "AAAA b.example": .records([.address("2001:db8::2")], seconds: 60),
            ]
            #expect(!play.knows("trunk.example") && play.knows("192.0.2.1"))
            #expect(await play.ways("trunk.example").first == "192.0.2.1:5070 udp")
            #expect(play.knows("trunk.example"))
            play.now = play.now + .seconds(60)
            server.table["A b.example"] = .records([.address("192.0.2.2")], seconds: 60)
            #expect(await play.ways("b.example", 5060).count == 2)
            let ways = await play.ways("trunk.example")
            #expect(ways.first == "192.0.2.1:5070 udp")
            #expect(Set(ways) == ["192.0.2.1:5070 udp", "192.0.2.2:5080 udp", "[2001:db8::2]:5080 udp"])
            let asked = server.questions.count
            #expect(await play.ways("trunk.example") == ways && server.questions.count == asked)
        }
    }

    @Test("the URI's transport and port say what is asked, and the name is the last resort")
    func targets() throws {
        try story { _, server, play in
            let a = TinyNameServer.Reply.records([.address("192.0.2.1")], seconds: 60)
            func service(_ port: UInt16) -> TinyNameServer.Reply {
                .records([.service(priority: 1, weight: 1, port: port, target: "a.example")], seconds: 60)
            }
            server.table = [
                "A a.example": a, "A plain.example": a, "SRV _sip._udp.plain.example": .noSuchName,
                "SRV _sip._tcp.tcp.example": service(5071),
                "SRV _sip._udp.all.example": service(5070), "SRV _sip._tcp.all.example": service(5071),
                "SRV _sips._tcp.all.example": service(5072),
            ]
            #expect(await play.ways("all.example") == ["192.0.2.1:5070 udp"])
            #expect(await play.ways("all.example", nil, .tcp) == ["192.0.2.1:5071 tcp"])
            #expect(await play.ways("all.example", nil, .tls) == ["192.0.2.1:5072 tls"])
            #expect(await play.ways("tcp.example") == ["192.0.2.1:5071 tcp"])
            #expect(await play.ways("plain.example") == ["192.0.2.1:5060 udp"])
            #expect(await play.ways("plain.example", nil, .tls) == ["192.0.2.1:5061 tls"])
            server.table["A ported.example"] = a
            server.table["SRV _sip._tcp.ported.example"] = service(5071)
            let asked = server.questions.count
            #expect(await play.ways("ported.example", 5090, .tcp) == ["192.0.2.1:5090 tcp"])
            #expect(await play.ways("ported.example", 5060) == ["192.0.2.1:5060 udp"])
            #expect(server.questions.dropFirst(asked).sorted() == ["A ported.example", "AAAA ported.example"])
            #expect(await play.ways("none.example") == [])
        }
    }

    @Test("a service that is said not to be there is not asked of the host; another one that is there is taken")
    func absence() throws {
        try story { _, server, play in
            let none = TinyNameServer.Reply.records([.service(priority: 0, weight: 0, port: 0, target: "")], seconds: 60)
            let there = TinyNameServer.Reply.records([.service(priority: 1, weight: 1, port: 5071, target: "a.example")], seconds: 60)
            let a = TinyNameServer.Reply.records([.address("192.0.2.1")], seconds: 60)
            server.table = [
                "A a.example": a, "A no.example": a, "A tcp.example": a, "A udp.example": a, "SRV _sip._udp.no.example": none,
                "SRV _sip._udp.tcp.example": none, "SRV _sip._tcp.tcp.example": there, "SRV _sips._tcp.udp.example": none,
            ]
            #expect(await play.ways("no.example") == [])
            #expect(await play.ways("no.example", nil, .udp) == [])
            #expect(await play.ways("no.example", nil, .tcp) == ["192.0.2.1:5060 tcp"])
            #expect(await play.ways("no.example", 5060) == ["192.0.2.1:5060 udp"])
            #expect(await play.ways("tcp.example") == ["192.0.2.1:5071 tcp"])
            #expect(await play.ways("udp.example") == ["192.0.2.1:5060 udp"])
            #expect(await play.ways("udp.example", nil, .tls) == [])
        }
    }

    @Test("an answer is used for its TTL, then asked for again; a server that fails or is silent takes nothing away")
    func lastGood() throws {
        try story { _, server, play in
            server.table = [
                "SRV _sip._udp.trunk.example": .records([.service(priority: 1, weight: 1, port: 5070, target: "a.example")], seconds: 300),
                "A a.example": .records([.address("192.0.2.1")], seconds: 60),
            ]
            let first = await play.ways("trunk.example"), asked = server.questions.count
            play.now = play.now + .seconds(59)
            #expect(await play.ways("trunk.example") == first && server.questions.count == asked)
            server.table["A a.example"] = .records([.address("192.0.2.9")], seconds: 60)
            play.now = play.now + .seconds(1)
            #expect(await play.ways("trunk.example") == ["192.0.2.9:5070 udp"])
            for reply in [TinyNameServer.Reply.servFail, .silence] {
                for question in server.table.keys { server.table[question] = reply }
                server.table["AAAA a.example"] = reply
                play.now = play.now + .seconds(86_400)
                #expect(await play.ways("trunk.example") == ["192.0.2.9:5070 udp"])
            }
            server.table["SRV _sip._udp.trunk.example"] = .noSuchName
            play.now = play.now + .seconds(86_400)
            #expect(await play.ways("trunk.example") == [])
        }
    }

    @Test("names that hang keep nobody else waiting, and who waits for one name asks once")
    func hanging() throws {
        try story { _, server, play in
            server.table = [
                "A slow.example": .silence, "AAAA slow.example": .silence, "SRV _sip._udp.slow.example": .silence,
                "SRV _sip._tcp.slow.example": .silence,
                "SRV _sip._udp.backed.example": .records(
                    [
                        .service(priority: 1, weight: 1, port: 5060, target: "fast.example"),
                        .service(priority: 2, weight: 1, port: 5060, target: "slow.example"),
                    ], seconds: 60),
                "A fast.example": .records([.address("192.0.2.1")], seconds: 60),
            ]
            async let slow = play.ways("slow.example")
            async let again = play.ways("slow.example", 5060)
            async let more = play.ways("slow.example", 5061)
            #expect(await play.ways("fast.example") == ["192.0.2.1:5060 udp"])
            #expect(await play.ways("backed.example") == ["192.0.2.1:5060 udp"])
            #expect(await [slow, again, more] == [[], [], []])
            #expect(server.questions.count(where: { $0 == "A slow.example" }) == 1)
        }
    }
}
