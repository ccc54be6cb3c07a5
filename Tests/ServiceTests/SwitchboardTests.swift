import Basis
import Dialing
import Testing

@testable import Service

@Suite("The switchboard")
struct SwitchboardTests {
    private let t1 = TrunkKey(operatorID: "op", trunk: "t1"), t2 = TrunkKey(operatorID: "op", trunk: "t2")
    private func at(_ seconds: Double) -> Instant { .zero + .milliseconds(Int64(seconds * 1000)) }
    private func id(_ number: UInt64) -> SortableID { SortableID(high: 0, low: number) }
    private func caller(_ number: UInt64) -> Caller { Caller(id: id(number), tenant: "t", organizer: "o\(number % 3)", isUrgent: false) }

    private func carrier(_ change: (inout Trunk) -> Void = { _ in }) -> Operator {
        var trunks = [Trunk(name: "t1", uri: "sip:a"), Trunk(name: "t2", uri: "sip:b")]
        for index in trunks.indices { change(&trunks[index]) }
        return Operator(id: "op", name: "Op", trunks: trunks)
    }

    private func board(_ change: (inout Trunk) -> Void = { _ in }) -> Switchboard {
        var board = Switchboard()
        board.configure([carrier(change)], at: .zero)
        return board
    }

    /// But for what is told to those who watch over trunks.
    private func effects(_ board: inout Switchboard) -> [Switchboard.Effect] {
        var effects: [Switchboard.Effect] = []
        while let effect = board.nextEffect() {
            if case .news = effect { continue }
            effects.append(effect)
        }
        return effects
    }

    private func seize(_ board: inout Switchboard, _ number: UInt64, at seconds: Double = 0) -> Switchboard.Seizure {
        board.seize([t1, t2], for: caller(number), until: .distantFuture, at: at(seconds))
    }

    @Test("a trunk in doubt is tried last, not never; one that is told to wait, is off or is gone is not tried")
    func preference() {
        func choice(_ change: (inout Switchboard) -> Void) -> Switchboard.Seizure {
            var board = board()
            change(&board)
            return seize(&board, 1)
        }
        let down = { (board: inout Switchboard, key: TrunkKey) in
            for _ in 0..<3 { board.probed(key, .failed(.timeout), at: .zero) }
        }
        let fails = { (board: inout Switchboard, key: TrunkKey) in
            for _ in 0..<5 { board.note(.failed(.code(500)), of: key, at: .zero) }
        }
        #expect(choice { _ in } == .seized(t1))
        #expect(choice { down(&$0, t1) } == .seized(t2))
        #expect(choice { fails(&$0, t1) } == .seized(t2))
        let bothDoubtful = choice { board in
            down(&board, t1)
            fails(&board, t2)
        }
        #expect(bothDoubtful == .seized(t1))
        #expect(choice { $0.note(.toldToWait(.seconds(9)), of: t1, at: .zero) } == .seized(t2))
        #expect(
            choice { board in
                for key in [t1, t2] { board.note(.toldToWait(.seconds(key == t1 ? 9 : 4)), of: key, at: .zero) }
            } == .unavailable(retryAfter: .seconds(4)))
        #expect(choice { $0.configure([carrier { if $0.name == "t1" { $0.enabled = false } }], at: .zero) } == .seized(t2))
        #expect(choice { $0.configure([], at: .zero) } == .unavailable(retryAfter: nil))
    }

    @Test("where all trunks said to wait, one call each five seconds tries one; where another is left, none does")
    func trials() {
        var board = board()
        board.note(.toldToWait(.seconds(60)), of: t1, at: .zero)
        #expect((0..<3).map { seize(&board, UInt64($0), at: 6) } == [.seized(t2), .seized(t2), .seized(t2)])
        board.note(.toldToWait(.seconds(60)), of: t2, at: at(6))
        #expect(seize(&board, 3, at: 7) == .seized(t1))
        #expect(board.refusal([t1, t2], for: caller(4), at: at(8)) == .unavailable(retryAfter: .seconds(3)), "until t2's turn")
        #expect(seize(&board, 4, at: 8) == .unavailable(retryAfter: .seconds(3)))
        #expect(board.refusal([t1, t2], for: caller(5), at: at(11)) == nil)
        #expect(seize(&board, 5, at: 11) == .seized(t2))
        #expect(seize(&board, 6, at: 11.5) == .unavailable(retryAfter: .milliseconds(500)))
        board.note(.worked, of: t1, at: at(11.5))
        #expect((7...8).map { seize(&board, $0, at: 11.6) } == [.seized(t1), .seized(t1)])
    }

    @Test("who waits for a trunk that said to wait tries it, one each five seconds, when no other trunk is left")
    func trialsOfTheQueue() {
        var board = board { $0.maxConcurrentCalls = 2 }
        func wait(_ number: UInt64, _ keys: [TrunkKey]) {
            _ = board.seize(keys, for: caller(number), until: .distantFuture, at: .zero)
        }
        for number in 1...5 as ClosedRange<UInt64> { wait(number, [t1]) }
        board.note(.toldToWait(.seconds(3600)), of: t1, at: .zero)
        for _ in 0..<2 { board.release(t1, at: at(1)) }
        var granted: [String] = []
        for second in 1...70 {
            board.tick(at: at(Double(second)))
            for case .granted(let id, _) in effects(&board) {
                granted.append("\(second): \(id == self.id(3) ? 3 : id == self.id(4) ? 4 : 5)")
            }
            if second == 12 { board.release(t1, at: at(12)) }
        }
        #expect(granted == ["5: 3", "10: 4", "15: 5"])
        var other = self.board { $0.maxConcurrentCalls = 1 }
        for number in 1...2 as ClosedRange<UInt64> { _ = seize(&other, number) }
        _ = seize(&other, 3)
        other.note(.toldToWait(.seconds(60)), of: t1, at: .zero)
        other.release(t1, at: at(1))
        other.tick(at: at(10))
        #expect(effects(&other).isEmpty, "t2 is full, and takes calls")
        other.note(.toldToWait(.seconds(60)), of: t2, at: at(10))
        other.release(t2, at: at(11))
        other.tick(at: at(15))
        #expect(effects(&other) == [.granted(id(3), t2)])
    }

    @Test("a change of a trunk that said to wait takes nobody's trial")
    func trialOfAChanged() {
        var board = board { $0.maxConcurrentCalls = 1 }
        for number in 1...2 as ClosedRange<UInt64> { _ = board.seize([t1], for: caller(number), until: .distantFuture, at: .zero) }
        board.note(.toldToWait(.seconds(60)), of: t1, at: .zero)
        board.release(t1, at: at(1))
        board.configure([carrier { ($0.maxConcurrentCalls, $0.weight) = (1, 7) }], at: at(2))
        #expect(board.nextDeadline == at(5))
        board.tick(at: at(5))
        #expect(effects(&board) == [.granted(id(2), t1)])
    }

    @Test("each place in a queue ends at its trunk's own time")
    func places() {
        var board = board { ($0.maxConcurrentCalls, $0.maxQueueSeconds) = (1, $0.name == "t1" ? 3 : 10) }
        for number in 1...4 as ClosedRange<UInt64> { _ = seize(&board, number) }
        board.tick(at: at(3))
        board.release(t1, at: at(4))
        #expect(effects(&board).isEmpty && board.lines[t1]?.queue.isEmpty == true && board.position(of: id(4)) == 2)
        board.release(t2, at: at(5))
        #expect(effects(&board) == [.granted(id(3), t2)])
        board.tick(at: at(10))
        #expect(effects(&board) == [.waitedTooLong(id(4))] && board.waiting.isEmpty)
    }

    @Test("who waits on several trunks gets the first that is free, and is out of the other's queue")
    func waiting() {
        var board = board { $0.maxConcurrentCalls = 1 }
        #expect((1...4).map { seize(&board, $0) } == [.seized(t1), .seized(t2), .queued(position: 1), .queued(position: 2)])
        board.release(t2, at: at(1))
        #expect(effects(&board) == [.granted(id(3), t2)])
        #expect(board.position(of: id(4)) == 1 && board.position(of: id(3)) == nil)
        board.leave(id(4))
        board.release(t1, at: at(1))
        #expect(effects(&board).isEmpty && board.lines[t1]?.channels.inUse == 0)
        #expect(board.nextDeadline! >= at(30), "only probes are left")
    }

    @Test("nobody overtakes the queue; who waits too long is told once")
    func order() {
        var board = board { ($0.maxCallsPerSecond, $0.maxQueueSeconds) = (1, 3) }
        #expect((1...2).map { seize(&board, $0) } == [.seized(t1), .seized(t2)])
        for trunk in [t1, t2] { board.begin(trunk, at: .zero) }
        for number in 3...12 { _ = seize(&board, UInt64(number)) }
        var told: [Switchboard.Effect] = []
        for half in 1...12 {
            board.tick(at: at(Double(half) / 2))
            for effect in effects(&board) {
                told.append(effect)
                if case .granted(_, let trunk) = effect { board.begin(trunk, at: at(Double(half) / 2)) }
            }
        }
        let granted = told.count { if case .granted = $0 { true } else { false } }
        #expect(granted == 4, "two trunks of one call a second, until the three seconds are over")
        #expect(told.count { if case .waitedTooLong = $0 { true } else { false } } == 6)
        #expect(board.waiting.isEmpty)
    }

    @Test("a queue that is full, or too long for its rate, is known before: with the time after which to ask again")
    func refusal() {
        var small = board { ($0.maxConcurrentCalls, $0.maxQueuedCalls) = (1, 1) }
        _ = (1...3).map { seize(&small, $0) }
        #expect(seize(&small, 4) == .tooMany(retryAfter: Switchboard.usualRetryAfter))
        #expect(small.refusal([t1, t2], for: caller(5), at: .zero) == .tooMany(retryAfter: Switchboard.usualRetryAfter))
        var slow = board { ($0.maxCallsPerSecond, $0.maxQueueSeconds) = (2, 5) }
        #expect(slow.refusal([t1, t2], for: caller(1), at: .zero) == nil)
        func many(_ number: UInt64) -> Caller { Caller(id: id(number), tenant: "t", organizer: "many", isUrgent: false) }
        for number in UInt64(0)..<200 where slow.refusal([t1, t2], for: many(number), at: .zero) == nil {
            _ = slow.seize([t1, t2], for: many(number), until: .distantFuture, at: .zero)
        }
        #expect(slow.waiting.count == 11, "five seconds at two a second, and the one that the last second's rounding lets in")
        #expect(slow.refusal([t1, t2], for: many(900), at: .zero) == .tooMany(retryAfter: .seconds(6)))
        #expect(slow.refusal([t1, t2], for: caller(901), at: .zero) == nil, "another organizer's one comes up in time")
    }

    @Test("who hunts waits no longer than the hunt lasts") func deadline() {
        var board = board { $0.maxConcurrentCalls = 1 }
        _ = (1...2).map { seize(&board, $0) }
        #expect(board.seize([t1, t2], for: caller(3), until: at(3), at: .zero) == .queued(position: 1))
        board.tick(at: at(2.9))
        #expect(effects(&board).isEmpty)
        board.tick(at: at(3))
        #expect(effects(&board) == [.waitedTooLong(id(3))])
        #expect(board.seize([t1, t2], for: caller(4), until: at(3), at: at(3)) == .tooMany(retryAfter: Switchboard.usualRetryAfter))
    }

    @Test("a trunk that says to wait once more is no news; one that works again is") func news() {
        var board = board()
        func news() -> [TrunkNews] {
            var news: [TrunkNews] = []
            while let effect = board.nextEffect() { if case .news(_, let told) = effect { news.append(told) } }
            return news
        }
        board.note(.toldToWait(.seconds(30)), of: t1, at: .zero)
        #expect(news() == [.circuit(.opened(.retryAfter))])
        board.note(.toldToWait(.seconds(30)), of: t1, at: at(1))
        #expect(news().isEmpty)
        board.tick(at: at(31))
        board.note(.worked, of: t1, at: at(31))
        #expect(news() == [.circuit(.closed)])
    }

    @Test("when a trunk goes out of service those that wait for it alone may ask anew, and its calls go on")
    func dislodged() {
        var board = board { $0.maxConcurrentCalls = 1 }
        _ = (1...3).map { seize(&board, $0) }
        board.configure([carrier { ($0.maxConcurrentCalls, $0.enabled) = (1, $0.name == "t2") }], at: at(1))
        #expect(effects(&board).isEmpty && board.position(of: id(3)) == 1)
        board.configure([carrier { ($0.maxConcurrentCalls, $0.enabled) = (1, false) }], at: at(1))
        #expect(effects(&board) == [.dislodged(id(3))])
        #expect(board.lines[t1]?.channels.inUse == 1)
        board.configure([], at: at(2))
        board.release(t1, at: at(3))
        #expect(board.lines[t1] == nil && board.lines[t2] != nil)
    }

    @Test("a call of an earlier start counts on its trunk, and on none that is there no more")
    func occupied() {
        var board = board { $0.maxConcurrentCalls = 1 }
        #expect(board.occupy(t1) && !board.occupy(TrunkKey(operatorID: "op", trunk: "gone")))
        #expect(seize(&board, 1) == .seized(t2) && seize(&board, 2) == .queued(position: 1))
    }

    @Test("a trunk that is let carry more takes who waits for it at once, and nobody loses a place by another change")
    func raised() {
        var board = board { $0.maxConcurrentCalls = 1 }
        _ = (1...4).map { seize(&board, $0) }
        board.configure([carrier { ($0.maxConcurrentCalls, $0.priority) = (1, $0.name == "t2" ? 7 : $0.priority) }], at: at(1))
        #expect(effects(&board).isEmpty && board.position(of: id(3)) == 1 && board.position(of: id(4)) == 2)
        board.configure([carrier { $0.maxConcurrentCalls = $0.name == "t1" ? 2 : 1 }], at: at(2))
        #expect(effects(&board) == [.granted(id(3), t1)])
        #expect(board.position(of: id(4)) == 1)
    }

    @Test("a trunk that is led elsewhere begins anew; by another change it is what it was")
    func elsewhere() {
        var board = board()
        for _ in 0..<3 { board.probed(t1, .failed(.timeout), at: .zero) }
        for _ in 0..<5 { board.note(.failed(.code(500)), of: t1, at: .zero) }
        board.configure([carrier { $0.maxConcurrentCalls = 9 }], at: .zero)
        #expect(seize(&board, 1) == .seized(t2))
        board.configure([carrier { if $0.name == "t1" { $0.uri = "sip:c" } }], at: .zero)
        #expect(seize(&board, 2) == .seized(t1))
    }

    @Test("probes go out once an interval, sooner after a failure, and not for trunks that are off")
    func probes() {
        var board = board { $0.options = .init(seconds: $0.name == "t1" ? 60 : 0, downAfter: 2, upAfter: 1) }
        board.tick(at: at(29))
        #expect(effects(&board).isEmpty)
        board.tick(at: at(30))
        #expect(effects(&board) == [.probe(t1, uri: "sip:a")])
        board.probed(t1, .failed(.timeout), at: at(62))
        board.tick(at: at(72))
        #expect(effects(&board) == [.probe(t1, uri: "sip:a")])
        board.probed(t1, .failed(.timeout), at: at(104))
        #expect(board.lines[t1]?.health.fault == .timeout)
        board.tick(at: at(114))
        board.probed(t1, .answered, at: at(115))
        #expect(board.lines[t1]?.health.fault == nil)
        _ = effects(&board)
        board.tick(at: at(174))
        #expect(effects(&board).isEmpty)
        board.configure([carrier { $0.enabled = false }], at: at(174))
        board.tick(at: at(500))
        #expect(effects(&board).isEmpty)
    }
}
