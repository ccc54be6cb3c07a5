import Basis
import Testing

@testable import SIP

@Suite struct TransactionTests {
    private static func milliseconds(_ instant: Instant) -> Int64 { instant.nanoseconds / 1_000_000 }

    @Test("timer A doubles until timer B") func timerA() {
        var machine = InviteClientTransaction(timers: Timers(), isReliable: false, at: .zero)
        var sentAt: [Int64] = [0], last: [InviteClientTransaction.Effect] = []
        var now = Instant.zero
        while let due = machine.deadline {
            now = due
            last = machine.handle(.timeout, at: due)
            if last == [.sendInvite] { sentAt.append(Self.milliseconds(due)) }
        }
        #expect(sentAt == [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
        #expect(last == [.failTimedOut])
        #expect(now == .zero + .seconds(32))
    }

    @Test("timer E doubles up to T2 until timer F") func timerE() {
        var machine = NonInviteClientTransaction(timers: Timers(), isReliable: false, at: .zero)
        var sentAt: [Int64] = []
        while let due = machine.deadline {
            if machine.handle(.timeout, at: due) == [.sendRequest] { sentAt.append(Self.milliseconds(due)) }
        }
        #expect(sentAt == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    }

    @Test("a request that is being worked on is repeated each T2, and gives up when it would have; a final answer is absorbed for T4")
    func nonInvite() {
        typealias Machine = NonInviteClientTransaction
        func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }
        func machine(isReliable: Bool = false, patience: Interval? = nil, _ events: [(Machine.Event, Int)] = []) -> Machine {
            var machine = Machine(timers: Timers(), isReliable: isReliable, patience: patience, at: at(0))
            for (event, seconds) in events { _ = machine.handle(event, at: at(seconds)) }
            return machine
        }
        var working = machine(), sentAt: [Int64] = [], last: [Machine.Effect] = []
        #expect(working.handle(.response(100), at: at(1)) == [] && working.deadline == at(5))
        while let due = working.deadline {
            last = working.handle(.timeout, at: due)
            if last == [.sendRequest] { sentAt.append(Self.milliseconds(due)) }
        }
        #expect(sentAt == [5_000, 9_000, 13_000, 17_000, 21_000, 25_000, 29_000] && last == [.failTimedOut])
        #expect(machine(isReliable: true, [(.response(199), 1)]).deadline == at(32), "nothing is repeated there")
        var answered = machine([(.response(180), 1)])
        #expect(answered.handle(.response(200), at: at(2)) == [.deliver(200)] && answered.deadline == at(7))
        #expect(answered.handle(.response(200), at: at(3)) == [] && answered.handle(.transportFailed, at: at(3)) == [])
        #expect(answered.handle(.timeout, at: at(6)) == [] && answered.state == .completed(until: at(7)))
        #expect(answered.handle(.timeout, at: at(7)) == [] && answered.deadline == nil && answered.handle(.response(200), at: at(8)) == [])
        for path in [[], [(Machine.Event.response(100), 1)]] {
            var failed = machine(path), moved = machine(path)
            #expect(failed.handle(.transportFailed, at: at(2)) == [.failTransport] && failed.deadline == nil)
            #expect(moved.handle(.connectionLost, at: at(2)) == [] && moved.deadline == at(6))
            #expect(moved.handle(.timeout, at: at(6)) == [.sendRequest] && moved.deadline == at(10))
        }
        #expect(machine(patience: .init(.seconds(3)), [(.response(100), 1)]).deadline == at(3))
        #expect(machine(isReliable: true, patience: .init(.seconds(90))).deadline == at(32))
        for (patience, isReliable, deadline) in [(nil, true, 32), (2, true, 3), (90, true, 32), (nil, false, 1)] as [(Int64?, Bool, Int)] {
            var other = machine()
            other.moves(isReliable: isReliable, patience: patience.map { Interval(.seconds($0)) }, at: at(1))
            #expect(other.deadline == at(deadline) + (isReliable ? .zero : .milliseconds(500)), "\(String(describing: patience))")
        }
        var worked = machine([(.response(100), 1)])
        worked.moves(isReliable: false, patience: .init(.seconds(1)), at: at(2))
        #expect(worked.deadline == at(5), "what is being worked on waits on")
    }

    @Test("a 2xx is repeated up to T2 until its ACK, or 64 T1") func answerRetransmission() {
        var machine = InviteServerTransaction(timers: Timers(), isReliable: true)
        #expect(machine.handle(.respond(200), at: .zero) == [.sendResponse])
        var sentAt: [Int64] = [], last: [InviteServerTransaction.Effect] = []
        while let due = machine.deadline {
            last = machine.handle(.timeout, at: due)
            if last == [.sendResponse] { sentAt.append(Self.milliseconds(due)) }
        }
        #expect(sentAt == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
        #expect(last == [.unacknowledged])
    }

    @Test("over a reliable transport nothing is repeated", arguments: [true, false]) func reliable(isInvite: Bool) {
        var invite = InviteClientTransaction(timers: Timers(), isReliable: true, at: .zero)
        var other = NonInviteClientTransaction(timers: Timers(), isReliable: true, at: .zero)
        #expect((isInvite ? invite.deadline : other.deadline) == .zero + .seconds(32))
        #expect(invite.handle(.response(486), at: .zero) == [.sendAck, .deliver(486)])
        #expect(invite.state == .terminated)
        #expect(other.handle(.response(200), at: .zero) == [.deliver(200)])
        #expect(other.state == .terminated)
    }

    @Test("a process that stood still does not make up for lost time") func pause() {
        var invite = InviteClientTransaction(timers: Timers(), isReliable: false, at: .zero)
        let late = Instant.zero + .seconds(20)
        #expect(invite.handle(.timeout, at: late) == [.sendInvite])
        #expect(invite.handle(.timeout, at: late).isEmpty)
        #expect(invite.handle(.timeout, at: .zero + .seconds(120)) == [.failTimedOut])
        #expect(invite.deadline == nil)
    }

    /// RFC 3261 figure 5 with RFC 6026: what each event does in each state, `state event: next effects`.
    @Test("the INVITE client transaction's table") func inviteTable() {
        typealias Machine = InviteClientTransaction
        let t0 = Instant.zero
        let states: [(String, [Machine.Event])] = [
            ("calling", []), ("proceeding", [.response(180)]), ("accepted", [.response(200)]), ("completed", [.response(486)]),
            ("terminated", [.transportFailed]),
        ]
        let events: [(String, Machine.Event)] = [
            ("1xx", .response(180)), ("2xx", .response(200)), ("486", .response(486)), ("transport", .transportFailed),
        ]
        var table: [String] = []
        for (name, path) in states {
            for (label, event) in events {
                var machine = Machine(timers: Timers(), isReliable: false, at: t0)
                for step in path { _ = machine.handle(step, at: t0) }
                let effects = machine.handle(event, at: t0)
                let next = "\(machine.state)".prefix { $0 != "(" }
                table.append("\(name) \(label): \(next) \(effects.map { "\($0)" }.joined(separator: " "))")
            }
        }
        #expect(
            table == [
                "calling 1xx: proceeding deliver(180)", "calling 2xx: accepted deliver(200)", "calling 486: completed sendAck deliver(486)",
                "calling transport: terminated failTransport",
                "proceeding 1xx: proceeding deliver(180)", "proceeding 2xx: accepted deliver(200)",
                "proceeding 486: completed sendAck deliver(486)", "proceeding transport: proceeding ",
                "accepted 1xx: accepted ", "accepted 2xx: accepted deliver(200)", "accepted 486: accepted ",
                "accepted transport: accepted ",
                "completed 1xx: completed ", "completed 2xx: completed deliver(200)", "completed 486: completed sendAck",
                "completed transport: completed ",
                "terminated 1xx: terminated ", "terminated 2xx: terminated ", "terminated 486: terminated ",
                "terminated transport: terminated ",
            ])
    }

    @Test("an agenda gives back what was put in, in order") func agenda() {
        var agenda = Agenda(), random = SeededRandom(seed: 3), appointments: [UInt64: (Appointment, Instant)] = [:]
        for key in 0..<200 as Range<UInt64> {
            var appointment = Appointment()
            var deadline = Instant.zero
            for _ in 0..<5 {
                deadline = Instant(nanoseconds: .random(in: 0..<1_000, using: &random))
                appointment.keep(deadline, for: .request(key), in: &agenda)
            }
            appointments[key] = (appointment, deadline)
        }
        var done: [Instant] = []
        while let next = agenda.next, let (key, at) = agenda.popDue(at: next) {
            guard case .request(let name) = key, let deadline = appointments[name]?.1, appointments[name]?.0.isDue(at: at) == true else {
                continue
            }
            if deadline > at { appointments[name]?.0.keep(deadline, for: key, in: &agenda) } else { done.append(deadline) }
        }
        #expect(done.count == 200)
        #expect(done == done.sorted())
    }
}
