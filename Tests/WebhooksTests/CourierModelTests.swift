import Basis
import Testing
import Webhooks

/// Chance plays log, receiver and kill -9; what must hold is looked at after each step.
@Suite("A courier against chance")
struct CourierModelTests {
    private struct Model {
        var bench = Bench()
        var chance: SeededRandom
        /// What is on disk.
        var kept: (place: Int64, status: Courier.Status, waiting: [WebhookItem.Line: Courier.Waiting]) = (0, .active, [:])
        /// The highest sequence of each line that arrived with all before it.
        var arrived: [WebhookItem.Line: Int] = [:]
        /// Of ten posts so many fail.
        var badness = 0

        init(seed: UInt64) {
            chance = SeededRandom(seed: seed)
            bench.random = chance.fork()
        }

        mutating func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &chance) }

        mutating func step() {
            switch draw(12) {
            case 0...2:
                bench.happen(String("abcdefghijklmnopqrst".randomElement(using: &chance)!))
                bench.read()
            case 3...7: answer()
            case 8: bench.pass(.milliseconds(draw(4_000)))
            case 9: if let due = bench.courier.deadline() { bench.now = max(bench.now, due) }
            case 10: badness = draw(3) == 0 ? 10 : draw(5)
            default:
                if draw(3) == 0 { crash() } else { keep() }
            }
            bench.read()
            bench.turn()
            check()
        }

        mutating func answer() {
            guard let item = bench.posting.randomElement(using: &chance) else { return }
            let isGood = draw(10) >= badness
            // A receiver may have it although the answer says otherwise, or never comes.
            if isGood || draw(4) == 0 { arrive(item) }
            bench.answer(Bench.name(item), isGood ? .ok : .no)
        }

        mutating func arrive(_ item: WebhookItem) {
            let before = arrived[item.line] ?? 0
            #expect(item.sequence <= before + 1, "\(Bench.name(item)) came after \(before)")
            arrived[item.line] = max(before, item.sequence)
        }

        mutating func keep() {
            guard let changes = bench.courier.takeChanges() else { return }
            (kept.place, kept.status) = (changes.place, changes.status)
            for (line, wait) in changes.waiting { kept.waiting[line] = wait }
        }

        mutating func crash() {
            bench.courier = Courier(after: kept.place, kept.status, kept.waiting, at: bench.now)
            for item in bench.posting where draw(2) == 0 { arrive(item) }
            bench.posting = []
        }

        /// Nothing is forgotten: each event has arrived, waits, or comes behind the place; on disk as well.
        func check() {
            #expect(Set(bench.posting.map(\.line)).count == bench.posting.count, "one at a time of a line")
            for item in bench.log where item.sequence > arrived[item.line] ?? 0 {
                let wait = bench.courier.waiting[item.line], keptWait = kept.waiting[item.line]
                #expect(
                    item.place > bench.courier.place || wait.map { $0.place...$0.last ~= item.place } == true, "\(Bench.name(item)) is lost"
                )
                #expect(
                    item.place > kept.place || keptWait.map { $0.place...$0.last ~= item.place } == true,
                    "\(Bench.name(item)) would be lost")
            }
        }

        /// The receiver is well again.
        mutating func finish() -> Bool {
            badness = 0
            for _ in 0..<5_000 {
                bench.read()
                bench.turn()
                if let item = bench.posting.first {
                    arrive(item)
                    bench.answer(Bench.name(item), .ok)
                } else if let due = bench.courier.deadline() {
                    bench.now = max(bench.now, due)
                } else if bench.courier.read == Int64(bench.log.count) {
                    break
                }
            }
            return bench.courier.place == Int64(bench.log.count) && bench.courier.retries == 0
        }
    }

    @Test("at least once, in order of each dial-out, whatever fails and whenever it is killed", arguments: 0..<60)
    func random(seed: UInt64) {
        var model = Model(seed: seed)
        for _ in 0..<400 { model.step() }
        let isDone = model.finish()
        #expect(isDone)
        for item in model.bench.log where model.bench.courier.waiting[item.line] == nil {
            #expect(model.arrived[item.line] ?? 0 >= item.sequence, "\(Bench.name(item))")
        }
    }
}
