import Basis
import Testing
import Webhooks

@Suite("A courier, case by case")
struct CourierTests {
    enum Step {
        /// Events come into the log and are read.
        case events(String)
        case yes(String), no(String), gone(String)
        case pass(Duration)
        case resume, pauseByHand
        case redeliver(Character)
    }

    struct Case: CustomTestStringConvertible {
        let says: String
        let steps: [Step]
        /// What is under way, waits, how far the place is, and the notices.
        let underWay: String
        var waiting = ""
        let place: Int64
        var notices: [Courier.Effect] = []
        var testDescription: String { says }
    }

    static let cases = [
        Case(says: "each dial-out's first event goes out at once", steps: [.events("abc")], underWay: "a1 b1 c1", place: 0),
        Case(says: "a dial-out's second event waits for its first", steps: [.events("aab")], underWay: "a1 b1", place: 0),
        Case(says: "and goes when that has arrived", steps: [.events("aab"), .yes("a1")], underWay: "b1 a2", place: 1),
        Case(says: "the place stays before what has not arrived", steps: [.events("ab"), .yes("b1")], underWay: "a1", place: 0),
        Case(says: "and moves over all at once", steps: [.events("ab"), .yes("b1"), .yes("a1")], underWay: "", place: 2),
        Case(
            says: "five at a time to begin with", steps: [.events("abcdefg")], underWay: "a1 b1 c1 d1 e1", place: 0),
        Case(
            says: "one more after each success", steps: [.events("abcdefgh"), .yes("a1")], underWay: "b1 c1 d1 e1 f1 g1", place: 1),
        Case(
            says: "a failure moves the dial-out with all its events aside, and the place past it", steps: [.events("aba"), .no("a1")],
            underWay: "b1", waiting: "a1..3", place: 1),
        Case(
            says: "what comes later of it waits behind", steps: [.events("ab"), .no("a1"), .yes("b1"), .events("aa")], underWay: "",
            waiting: "a1..4", place: 4),
        Case(
            says: "not before its time", steps: [.events("a"), .no("a1"), .pass(.milliseconds(2_499))], underWay: "", waiting: "a1..1",
            place: 1),
        Case(
            says: "it is tried after 5 seconds at the latest", steps: [.events("a"), .no("a1"), .pass(.seconds(5))], underWay: "a1",
            waiting: "a1..1", place: 1),
        Case(
            says: "then its next event at once, and it waits no more",
            steps: [.events("aa"), .no("a1"), .pass(.seconds(5)), .yes("a1"), .yes("a2")], underWay: "", place: 2),
        Case(
            says: "what came meanwhile with them, in order",
            steps: [.events("aa"), .no("a1"), .events("a"), .pass(.seconds(5)), .yes("a1"), .yes("a2")], underWay: "a3", waiting: "a3..3",
            place: 3),
        Case(
            says: "a second failure waits twice as long",
            steps: [.events("a"), .no("a1"), .pass(.seconds(5)), .no("a1"), .pass(.milliseconds(4_999))],
            underWay: "", waiting: "a1..1", place: 1),
        Case(
            says: "and no longer than that", steps: [.events("a"), .no("a1"), .pass(.seconds(5)), .no("a1"), .pass(.seconds(10))],
            underWay: "a1", waiting: "a1..1", place: 1),
        Case(
            says: "five dial-outs failing in a row pause it: nothing more goes out",
            steps: [.events("abcdefg")] + failing + [.events("xyz"), .pass(.milliseconds(59_999))],
            underWay: "f1 g1", waiting: "a1..1 b2..2 c3..3 d4..4 e5..5", place: 5, notices: [.paused(.failing)]),
        Case(
            says: "a success of what was still under way ends that, and what waits is tried four at a time",
            steps: [.events("abcdefg")] + failing + [.yes("f1")],
            underWay: "g1 a1 b1 c1 d1", waiting: "a1..1 b2..2 c3..3 d4..4 e5..5", place: 6, notices: [.paused(.failing), .resumed]),
        Case(
            says: "one dial-out that fails again and again pauses nothing",
            steps: [.events("a"), .no("a1")] + (1...6).flatMap { _ in [Step.pass(.seconds(400)), .no("a1")] } + [.events("b")],
            underWay: "b1", waiting: "a1..1", place: 1),
        Case(
            says: "a success between starts the count anew", steps: [.events("abcdef")] + failing.prefix(4) + [.yes("e1"), .no("f1")],
            underWay: "", waiting: "a1..1 b2..2 c3..3 d4..4 f6..6", place: 6),
        Case(
            says: "while it is paused, one probe a minute", steps: paused + [.pass(.seconds(60))], underWay: "a1",
            waiting: "a1..1 b2..2 c3..3 d4..4 e5..5", place: 5, notices: [.paused(.failing)]),
        Case(
            says: "a probe that fails waits a minute more", steps: paused + [.pass(.seconds(60)), .no("a1"), .pass(.milliseconds(59_999))],
            underWay: "", waiting: "a1..1 b2..2 c3..3 d4..4 e5..5", place: 5, notices: [.paused(.failing)]),
        Case(
            says: "and the next one is of what waits longest then",
            steps: paused + [.pass(.seconds(60)), .no("a1"), .pass(.seconds(60))],
            underWay: "b1", waiting: "a1..1 b2..2 c3..3 d4..4 e5..5", place: 5, notices: [.paused(.failing)]),
        Case(
            says: "a probe that succeeds ends the pause", steps: paused + [.pass(.seconds(60)), .yes("a1")], underWay: "b1 c1 d1 e1",
            waiting: "b2..2 c3..3 d4..4 e5..5", place: 5, notices: [.paused(.failing), .resumed]),
        Case(
            says: "paused, it reads nothing", steps: paused + [.events("xyz"), .pass(.seconds(59))], underWay: "",
            waiting: "a1..1 b2..2 c3..3 d4..4 e5..5", place: 5, notices: [.paused(.failing)]),
        Case(
            says: "410 pauses at once", steps: [.events("a"), .gone("a1")], underWay: "", waiting: "a1..1", place: 1,
            notices: [.paused(.gone)]),
        Case(
            says: "by hand it is not probed", steps: [.events("a"), .no("a1"), .pauseByHand, .pass(.seconds(4_000))], underWay: "",
            waiting: "a1..1", place: 1, notices: [.paused(.byHand)]),
        Case(
            says: "until it is told to go on", steps: [.events("a"), .no("a1"), .pauseByHand, .pass(.seconds(4_000)), .resume],
            underWay: "a1", waiting: "a1..1", place: 1, notices: [.paused(.byHand), .resumed]),
        Case(
            says: "nor resumed by what was still under way", steps: [.events("ab"), .pauseByHand, .yes("a1"), .no("b1")], underWay: "",
            waiting: "b2..2", place: 2, notices: [.paused(.byHand)]),
        Case(
            says: "after 24 hours it is a dead letter", steps: dead, underWay: "", waiting: "a1..1!", place: 1),
        Case(
            says: "what comes later of it lies with it", steps: dead + [.events("ab"), .pass(.seconds(90_000))], underWay: "b1",
            waiting: "a1..2!", place: 2),
        Case(
            says: "redelivered, it goes in order", steps: dead + [.events("a"), .redeliver("a"), .yes("a1")], underWay: "a2",
            waiting: "a2..2", place: 2),
        Case(
            says: "redelivered and failed, it has 24 hours more", steps: dead + [.redeliver("a"), .no("a1"), .pass(.seconds(5))],
            underWay: "a1", waiting: "a1..1", place: 1),
        Case(
            says: "a redelivery is tried during a pause as well", steps: paused + [.redeliver("c")], underWay: "c1",
            waiting: "a1..1 b2..2 c3..3 d4..4 e5..5", place: 5, notices: [.paused(.failing)]),
        Case(
            says: "with nothing but dead letters, a paused one reads an event to probe with",
            steps: dead + [.events("b"), .gone("b1"), .pass(.seconds(86_400)), .events("cd"), .pass(.seconds(60)), .yes("c1")],
            underWay: "", waiting: "a1..1! b2..2!", place: 3, notices: [.paused(.gone), .resumed]),
    ]

    private static let failing = "abcde".map { Step.no("\($0)1") }
    private static let paused = [Step.events("abcde")] + failing
    /// One failure after the other for more than 24 hours.
    private static let dead = [Step.events("a"), .no("a1")] + (1...24).flatMap { _ in [Step.pass(.seconds(3_600)), .no("a1")] }

    @Test("what is under way, what waits and how far it is", arguments: cases)
    func runs(one: Case) {
        var bench = Bench()
        for step in one.steps {
            switch step {
            case .events(let letters):
                bench.happen(letters)
                bench.read()
                bench.turn()
            case .yes(let name): bench.answer(name, .ok)
            case .no(let name): bench.answer(name, .no)
            case .gone(let name): bench.answer(name, .answered(status: 410))
            case .pass(let time): bench.pass(time)
            case .resume:
                bench.courier.resume(at: bench.now)
                bench.turn()
            case .pauseByHand:
                bench.courier.pause(.byHand, at: bench.now)
                bench.turn()
            case .redeliver(let letter):
                let isThere = bench.courier.redeliver(.init(Bench.id(letter)), at: bench.now)
                #expect(isThere)
                bench.turn()
            }
        }
        #expect(bench.underWay == one.underWay)
        #expect(bench.waiting == one.waiting)
        #expect(bench.courier.place == one.place)
        #expect(bench.notices == one.notices)
    }

    @Test("the tenth thousand that waits pauses it, and a dead letter beyond as many takes the place of the oldest")
    func full() {
        var bench = Bench(), waiting: [WebhookItem.Line: Courier.Waiting] = [:]
        for number in 1..<10_000 {
            let line = WebhookItem.Line(SortableID(high: 1, low: UInt64(number)))
            waiting[line] = Courier.Waiting(
                sequence: 1, place: Int64(number), last: Int64(number), failures: 1, since: .zero, outcome: .no,
                due: .zero + .seconds(100_000))
        }
        bench.courier = Courier(after: 0, .active, waiting, at: .zero)
        bench.happen("a")
        bench.read()
        bench.turn()
        bench.answer("a1", .no)
        #expect(bench.courier.retries == 10_000 && bench.notices == [.paused(.full)])
        let line = WebhookItem.Line(Bench.id("a"))
        waiting = waiting.mapValues { wait in
            Courier.Waiting(
                sequence: 1, place: wait.place, last: wait.last, failures: 1, since: .zero, outcome: .no, due: nil)
        }
        waiting[WebhookItem.Line(SortableID(high: 2, low: 0))] = Courier.Waiting(
            sequence: 1, place: 10_000, last: 10_000, failures: 1, since: .zero, outcome: .no, due: nil)
        waiting[line] = Courier.Waiting(
            sequence: 1, place: 1, last: 1, failures: 20, since: .zero, outcome: .no, due: .zero + .seconds(86_400))
        bench = Bench()
        bench.happen("a")
        bench.courier = Courier(after: 1, .active, waiting, at: .zero)
        bench.pass(.seconds(86_400))
        bench.answer("a1", .no)
        #expect(bench.courier.deadLetterCount == 9_500 && bench.courier.dropped == 501)
        #expect(bench.courier.waiting[WebhookItem.Line(SortableID(high: 1, low: 501))] != nil)
        #expect(bench.courier.waiting[WebhookItem.Line(SortableID(high: 1, low: 500))] == nil)
    }

    @Test("the window is bounded, and has room again when what was in it has gone")
    func window() {
        var bench = Bench()
        bench.happen(String(repeating: "a", count: 300))
        bench.read()
        bench.turn()
        #expect(bench.courier.room == 0 && bench.courier.read == 128 && bench.underWay == "a1")
        for number in 1...64 { bench.answer("a\(number)", .ok) }
        #expect(bench.courier.room == 64 && bench.courier.place == 64)
    }

    @Test("what it is told again, up to where it has read, is left alone; what lies behind that is taken")
    func again() {
        var bench = Bench()
        bench.happen("abcb")
        bench.courier.take(Array(bench.log.prefix(2)), through: 2)
        bench.courier.take(Array(bench.log.prefix(3)), through: 3)
        bench.courier.take(Array(bench.log.prefix(2)), through: 2)
        bench.turn()
        #expect(bench.underWay == "a1 b1 c1" && bench.courier.read == 3)
        bench.courier.take(bench.log, through: 4)
        for name in ["a1", "b1", "c1", "b2"] { bench.answer(name, .ok) }
        #expect(bench.underWay == "" && bench.courier.place == 4 && bench.courier.room == Courier.windowLimit)
    }

    @Test("changes are told once, and the place only with the waits that it passed")
    func changes() throws {
        var bench = Bench()
        let none = bench.courier.takeChanges()
        #expect(none == nil)
        bench.happen("ab")
        bench.read()
        bench.turn()
        bench.answer("a1", .no)
        let first = bench.courier.takeChanges(), changes = try #require(first)
        #expect(changes.place == 1 && changes.status == .active && changes.waiting.count == 1)
        #expect(changes.waiting[.init(Bench.id("a"))].flatMap { $0 }?.place == 1)
        let again = bench.courier.takeChanges()
        #expect(again == nil)
        bench.pass(.seconds(5))
        bench.answer("a1", .ok)
        let last = bench.courier.takeChanges(), gone = try #require(last)
        #expect(gone.place == 1 && gone.waiting.count == 1 && gone.waiting[.init(Bench.id("a"))]! == nil)
    }

    @Test("what the log no longer has is let go and counted; a log that cannot be read is asked again")
    func lost() {
        var bench = Bench(), line = WebhookItem.Line(Bench.id("a"))
        bench.happen("a")
        bench.read()
        bench.turn()
        bench.answer("a1", .no)
        bench.now = bench.now + .seconds(5)
        let effects = bench.courier.next(at: bench.now, using: &bench.random)
        #expect(effects == [.find(line, after: 0, through: 1)])
        bench.courier.notFound(line, at: bench.now)
        let deadline = bench.courier.deadline()
        #expect(deadline == bench.now + .seconds(5))
        bench.log = []
        bench.pass(.seconds(5))
        #expect(bench.waiting == "" && bench.courier.dropped == 1 && bench.underWay == "")
        line = .init(Bench.id("b"))
        let isThere = bench.courier.redeliver(line, at: bench.now)
        #expect(!isThere)
    }

    @Test(
        "a wait is doubled from 5 seconds to an hour, and half of it is chance",
        arguments: [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (500, 3600)])
    func backoff(failures: Int, longest: Int) {
        var random = SeededRandom(seed: UInt64(failures))
        let delays = (0..<1_000).map { _ in WebhookBackoff.delay(after: failures, using: &random) }
        #expect(delays.allSatisfy { $0 >= .seconds(longest) / 2 && $0 <= .seconds(longest) })
        #expect(delays.max()! - delays.min()! > .seconds(longest) / 2 * 9 / 10)
    }
}

@Suite("Events that wait for their turn")
struct WaitingEventTests {
    @Test("with each success one more is under way, sixteen at the most; a failure takes half of them back, but leaves five")
    func allowance() {
        var bench = Bench()
        bench.happen("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR")
        bench.read()
        bench.turn()
        #expect(bench.posting.count == 5)
        for _ in 0..<12 { bench.answer(Bench.name(bench.posting[0]), .ok) }
        #expect(bench.posting.count == 16)
        bench.answer(Bench.name(bench.posting[0]), .no)
        let counts = (0..<6).map { _ in
            bench.answer(Bench.name(bench.posting[0]), .ok)
            return bench.posting.count
        }
        #expect(counts == [14, 13, 12, 12, 13, 14], "eight are left, and one more with each success")
    }

    @Test("an event that arrives late leaves its dial-out's next one all of the patience", arguments: [true, false])
    func afresh(isRedelivered: Bool) throws {
        var bench = Bench()
        let line = WebhookItem.Line(Bench.id("a"))
        bench.happen("aa")
        bench.read()
        bench.turn()
        bench.answer("a1", .no)
        for _ in 0..<3 {
            bench.pass(WebhookBackoff.longest)
            bench.answer("a1", .no)
        }
        #expect(bench.courier.waiting[line]?.failures == 4)
        if isRedelivered {
            let isTaken = bench.courier.redeliver(line, at: bench.now)
            #expect(isTaken)
            bench.turn()
            bench.answer("a1", .no)
        } else {
            bench.pass(WebhookBackoff.longest)
            bench.answer("a1", .ok)
            bench.answer("a2", .no)
        }
        let waiting = try #require(bench.courier.waiting[line]), due = try #require(waiting.due)
        #expect(waiting.failures == 1 && due - bench.now <= WebhookBackoff.first)
    }

    @Test("one that the log has otherwise by now goes out as the log has it; what is under way is left alone")
    func renewed() {
        var random = SeededRandom(seed: 1), courier = Courier(after: 0)
        let line = WebhookItem.Line(SortableID(high: 1, low: 1))
        func item(_ place: Int64, _ body: String) -> WebhookItem {
            WebhookItem(line: line, place: place, sequence: Int(place), at: WallTime(milliseconds: 0), body: Array(body.utf8))
        }
        courier.take([item(1, "old"), item(2, "old")], through: 2)
        #expect(courier.next(at: .zero, using: &random) == [.post(item(1, "old"))])
        #expect(courier.dialOutsToCome == [line.dialOut])
        for place in [1, 2, 3] as [Int64] { courier.renew(item(place, "new")) }
        courier.posted(item(1, "old"), .answered(status: 200), at: .zero, using: &random)
        #expect(courier.next(at: .zero, using: &random) == [.post(item(2, "new"))])
        courier.posted(item(2, "new"), .answered(status: 200), at: .zero, using: &random)
        #expect(courier.place == 2 && courier.dialOutsToCome.isEmpty)
    }
}
