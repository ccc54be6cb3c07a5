import Basis
import Foundation
import Histogram

/// Times from the moment that a call was due, in microseconds.
struct Latency: Encodable {
    private var histogram = Histogram<UInt32>(highestTrackableValue: 600_000_000, numberOfSignificantValueDigits: .three)

    mutating func record(_ duration: Duration) { histogram.record(UInt64(max(0, duration.nanoseconds / 1_000))) }

    func milliseconds(at percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) / 1000 }

    private enum Key: String, CodingKey { case p50, p90, p99, p999, max }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (key, percentile) in [(Key.p50, 50.0), (.p90, 90), (.p99, 99), (.p999, 99.9), (.max, 100)] {
            try container.encode(histogram.valueAtPercentile(percentile), forKey: key)
        }
    }

    /// p50, p90, p99, p99.9 and the longest, in milliseconds.
    var line: String {
        [50.0, 90, 99, 99.9, 100].map { column(Double(histogram.valueAtPercentile($0)) / 1000, 7, digits: 1) }.joined()
    }
}

/// What came of one step.
struct StepReport: Encodable {
    /// Calls a second that were due, and that were posted.
    let offered: Double
    private(set) var achieved = 0.0
    /// Calls a second that were accepted, answered and acknowledged within a second of the moment they were due.
    private(set) var goodput = 0.0
    /// Calls due after the warm-up; what follows down to `lost` counts the warm-up's as well.
    let calls: Int
    var complete = 0
    var errors: [String: Int] = [:]
    /// Taken with 202, and then not invited, not acknowledged or not ended.
    var lost = 0
    /// INVITEs whose Session-ID is not their dial-out's.
    var mismatched = 0
    /// Repetitions by the callee or to it: a datagram was lost or came late.
    var repetitions = 0
    var strays = 0

    var accepted = Latency()
    var invited = Latency()
    /// How late the generator itself began each call.
    var pacing = Latency()
    /// Answers to `/healthz` while calls were begun.
    var health = Latency()

    /// Of the service, per complete dial-out, in microseconds.
    private(set) var processor: Double?
    private(set) var processorOfLoop: Double?
    /// Shares of one core, 1 for a whole one.
    private(set) var serviceShare: Double?
    private(set) var generatorShare = 0.0
    /// Of the service, in bytes.
    private(set) var residentBefore: Int?
    private(set) var residentAfter: Int?
    private(set) var residentMost: Int?
    private(set) var mostCallsUp = 0
    /// Growth up to the moment of most calls up, divided by these; only a step with many calls up says much.
    private(set) var bytesPerCall: Int?

    var good = 0
    private let seconds = ContinuousClock.now
    private var pid: Int?
    private var own: ProcessUse?
    private var service: ProcessUse?

    init(rate: Double, calls: Int) { (offered, self.calls) = (rate, calls) }

    private enum CodingKeys: String, CodingKey {
        case offered, achieved, goodput, calls, complete, errors, lost, mismatched, repetitions, strays, accepted, invited, pacing, health
        case processor, processorOfLoop, serviceShare, generatorShare
        case residentBefore, residentAfter, residentMost, mostCallsUp, bytesPerCall
    }

    mutating func start(pid: Int?) {
        self.pid = pid
        own = ProcessUse(pid: Int(getpid()))
        service = pid.flatMap { ProcessUse(pid: $0) }
        residentBefore = service?.resident
    }

    mutating func posted(_ count: Int, in time: Duration) { achieved = Double(count) / (Double(time.nanoseconds) / 1e9) }

    mutating func sample(up: Int) {
        guard let pid, let use = ProcessUse(pid: pid) else { return }
        residentMost = max(residentMost ?? 0, use.resident)
        guard up > mostCallsUp else { return }
        mostCallsUp = up
        bytesPerCall = max(0, use.resident - (residentBefore ?? 0)) / up
    }

    mutating func finish() {
        goodput = Double(good) / Double(calls) * offered
        let took = Double((ContinuousClock.now - seconds).nanoseconds) / 1e9
        if let own, let now = ProcessUse(pid: Int(getpid())) { generatorShare = (now.processor - own.processor) / took }
        guard let pid, let service, let now = ProcessUse(pid: pid) else { return }
        serviceShare = (now.processor - service.processor) / took
        residentAfter = now.resident
        guard complete > 0 else { return }
        processor = (now.processor - service.processor) / Double(complete) * 1e6
        processorOfLoop = (now.mainThread - service.mainThread) / Double(complete) * 1e6
    }
}

extension StepReport {
    static let heading = """
                             |           POST to 202, ms          |         POST to INVITE, ms         |            healthz, ms             | service         | shares of a core  |
        offered achieved good|    p50    p90    p99  p99.9    max |    p50    p90    p99  p99.9    max |    p50    p90    p99  p99.9    max | us each    loop | service generator |\
          up  MB max  complete errors  lost repeated
        """

    var line: String {
        let figures = [column(offered, 7), column(achieved, 9, digits: 1), column(goodput, 5)].joined()
        let use = [column(processor ?? .nan, 8), column(processorOfLoop ?? .nan, 8)].joined()
        let shares = [column(serviceShare ?? .nan, 8, digits: 2), column(generatorShare, 10, digits: 2)].joined()
        let counts = [
            column(Double(mostCallsUp), 6), column(Double(residentMost ?? 0) / 1e6, 8), column(Double(complete), 10),
            column(Double(errors.values.reduce(0, +)), 7), column(Double(lost), 6), column(Double(repetitions), 9),
        ].joined()
        return "\(figures)|\(accepted.line) |\(invited.line) |\(health.line) |\(use) |\(shares)  |\(counts)"
    }
}

/// A number at the right edge of a column.
func column(_ value: Double, _ width: Int, digits: Int = 0) -> String {
    let text = value.isNaN ? "-" : String(format: "%.\(digits)f", value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
}
