import Basis
import SIP

/// What calls cost the SIP endpoint: processor time of a parse and of a whole call, memory of calls that ring and of calls that talk.
/// The far end is made of strings, so all that is measured is the endpoint's. Memory is measured by a process of its own each:
/// `call-benchmark`, `call-benchmark ringing`, `call-benchmark connected`.
@main
struct CallBenchmark {
    static func main() {
        switch CommandLine.arguments.dropFirst().first.flatMap(Stage.init(rawValue:)) {
        case .ringing: measureMemory(10_000, .ringing)
        case .connected: measureMemory(50_000, .connected)
        case nil: measureTimes()
        }
    }

    private static func measureTimes() {
        measureParsing()
        measureCalls(concurrent: 1_000, rounds: 20)
        measureCalls(concurrent: 50_000, rounds: 2)
        measureReports(beside: 1_000)
        measureReports(beside: 50_000)
        measureDeadlines()
    }

    /// A peer that is gone answers each datagram with a report that nothing gets there.
    private static func measureReports(beside count: Int) {
        var calls = Calls(500)
        for _ in 0..<count / 500 {
            calls.invite()
            calls.ring()
            calls.answer()
        }
        calls.settle()
        report("a report that nothing gets there, beside \(count) calls", Double(calls.reports(1_000)) / 1_000, "ns")
    }

    private static func measureParsing() {
        var calls = Calls(1)
        calls.invite()
        for (name, bytes) in [("INVITE", calls.invites[0]), ("200", calls.response(200, "OK", to: calls.invites[0], sdp: Calls.answer))] {
            var total = 0
            let time = processorNanoseconds { for _ in 0..<100_000 { total += (try? Message(parsing: bytes))?.body.count ?? 0 } }
            precondition(total > 0)
            report("parse of \(name), \(bytes.count) bytes", Double(time) / 100_000, "ns")
        }
    }

    /// INVITE, 100, 180, 200, ACK, BYE, 200, and being forgotten.
    private static func measureCalls(concurrent: Int, rounds: Int) {
        var calls = Calls(concurrent), time = 0
        for _ in 0..<rounds { time += calls.whole() }
        report("whole call, \(concurrent) at once", Double(time) / Double(concurrent * rounds) / 1_000, "µs")
    }

    private enum Stage: String { case ringing, connected }

    /// In portions of 500, so that messages on their way do not count.
    private static func measureMemory(_ count: Int, _ stage: Stage) {
        let before = residentBytes()
        var calls = Calls(500)
        for _ in 0..<count / 500 {
            calls.invite()
            calls.ring()
            if stage == .connected { calls.answer() }
        }
        calls.settle()
        report("a call of \(count) \(stage.rawValue)", Double(residentBytes() - before) / Double(count), "bytes")
        withExtendedLifetime(calls) {}
    }

    /// A hundred thousand keys, each moved once and then due.
    private static func measureDeadlines() {
        let count = 100_000
        var deadlines = Deadlines<LegID>(), random = SeededRandom(seed: 1), due = 0
        let keys = (0..<count).map { LegID(dialOut: SortableID(high: UInt64($0), low: 7), attempt: 1) }
        let time = processorNanoseconds {
            for _ in 0..<2 {
                for key in keys { deadlines.set(key, at: Instant(nanoseconds: .random(in: 0..<1_000_000, using: &random))) }
            }
            while deadlines.popDue(at: .distantFuture) != nil { due += 1 }
        }
        precondition(due == count)
        report("a deadline set, moved and due", Double(time) / Double(count), "ns")
    }

    private static func report(_ what: String, _ value: Double, _ unit: String) {
        print("\((value * 10).rounded() / 10) \(unit): \(what)")
    }
}
