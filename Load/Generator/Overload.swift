import ArgumentParser
import Foundation

/// How much of its peak a service keeps when more is asked of it than it can do.
struct OverloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload", abstract: "Finds the peak of goodput, then offers multiples of it; exits 1 where too little is left.")

    @OptionGroup var target: Target
    @Option(help: "The first rate, in calls a second.") var from = 40.0
    @Option(help: "Each rate by the one before, until goodput falls behind.") var factor = 1.2
    @Option(parsing: .upToNextOption, help: "How many times the peak is offered.") var times: [Double] = [2, 5]
    @Option(help: "The part of the peak that must be left.") var least = 0.9
    @Option(help: "The longest that 99 in 100 answers to /healthz may take, in milliseconds.") var health = 100.0

    func run() throws {
        var rate = from, peak = 0.0, left = times[...], broken: [String] = []
        try Session(target).run { report in
            guard let report else { return rate }
            if report.goodput >= 0.9 * report.offered, left.count == times.count {
                peak = max(peak, report.goodput)
                rate *= factor
                return rate
            }
            if left.count == times.count {
                peak = max(peak, report.goodput)
            } else {
                broken += faults(of: report, peak)
            }
            return left.popFirst().map { $0 * peak }
        }
        print("peak: \(Int(peak)) dial-outs a second")
        for sentence in broken { print("BROKEN: \(sentence)") }
        if !broken.isEmpty { throw ExitCode.failure }
    }

    private func faults(of report: StepReport, _ peak: Double) -> [String] {
        let part = report.goodput / peak, slowest = report.health.milliseconds(at: 99)
        print(
            "\(Int(report.offered)) offered, \(Int(report.goodput)) good: \(Int(part * 100)) % of the peak; /healthz \(slowest) ms at p99")
        var broken: [String] = []
        if part < least { broken.append("\(Int(report.offered)) calls/s: \(Int(part * 100)) % of the peak, at least \(Int(least * 100))") }
        if slowest > health { broken.append("\(Int(report.offered)) calls/s: /healthz \(slowest) ms, at most \(health)") }
        return broken
    }
}
