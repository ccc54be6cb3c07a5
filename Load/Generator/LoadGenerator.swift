import ArgumentParser
import Basis
import Foundation
import Reactor

/// See README.md in this folder.
@main
struct LoadGenerator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load-generator", abstract: "Dial-outs at a given rate against a running service, and the operator's side of them.",
        subcommands: [RunCommand.self, LadderCommand.self, OverloadCommand.self, ColdStartCommand.self, ReferenceCommand.self])
}

extension SocketAddress: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension Callee.Ending: ExpressibleByArgument {}

struct Target: ParsableArguments {
    @Option(help: "The service's HTTP port.") var server = SocketAddress("127.0.0.1:8080")!
    @Option(help: "A platform token.") var token: String
    @Option(help: "Where the operator's side hears SIP.") var callee = SocketAddress("127.0.0.1:5070")!
    @Option(help: "The service's process, to measure its use.") var pid: Int?
    @Option(help: "Keep-alive HTTP connections.") var connections = 64
    @Option(help: "Seconds that a call lasts.") var hold = 1.0
    @Option(help: "Who hangs up: callee, or meeting by DELETE.") var ending = Callee.Ending.callee
    @Option(help: "Different numbers that are dialled, over and over; more than are called at once.") var numbers = Callee.numbers
    @Option(help: "Seconds of each rate.") var seconds = 10.0
    @Option(help: "Seconds before that are not reported.") var warmUp = 1.0
    @Flag(help: "Print each step as one JSON object.") var json = false

    func validate() throws {
        guard (1...Callee.numbers).contains(numbers) else { throw ValidationError("--numbers is from 1 to \(Callee.numbers)") }
    }

    func plan(rate: Double) -> Step.Plan {
        Step.Plan(rate: rate, seconds: seconds, warmUp: warmUp, hold: hold, numbers: numbers, ending: ending, pid: pid)
    }
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "One step for each rate.")

    @OptionGroup var target: Target
    @Option(parsing: .upToNextOption, help: "Calls a second.") var rate: [Double] = [100]
    @Option(help: "A JSON file of limits; exits 1 when a step breaks one.") var thresholds: String?

    func run() throws {
        let thresholds = try thresholds.map { try Thresholds(file: $0) }
        var broken: [String] = []
        var rates = rate[...]
        try Session(target).run { report in
            if let report, let thresholds { broken += thresholds.broken(by: report) }
            return rates.popFirst()
        }
        for sentence in broken { print("BROKEN: \(sentence)") }
        if !broken.isEmpty { throw ExitCode.failure }
    }
}

struct LadderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ladder", abstract: "Rising rates until goodput falls behind what is offered.")

    @OptionGroup var target: Target
    @Option(help: "The first rate, in calls a second.") var from = 100.0
    @Option(help: "Each rate by the one before.") var factor = 1.5
    @Option(help: "Goodput below this part of the offered rate ends the ladder.") var least = 0.95
    @Option(help: "The last rate.") var to = 20_000.0

    func run() throws {
        var next = from, best = 0.0
        try Session(target).run { report in
            if let report {
                guard report.goodput >= least * report.offered else { return nil }
                best = report.goodput
                next *= factor
            }
            return next <= to ? next : nil
        }
        print("sustained: \(Int(best)) dial-outs a second")
    }
}

struct ColdStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cold-start", abstract: "Milliseconds from a start of the service to its first 200 on /readyz.")

    @Argument(help: "The service's executable.") var executable: String
    @Option var times = 5
    @Option var http = SocketAddress("127.0.0.1:18090")!
    @Option var sip = SocketAddress("127.0.0.1:15090")!

    func run() throws {
        let starts = try ColdStart(executable, http: http, sip: sip).measure(times)
        let list = starts.map { column($0, 0, digits: 1) }.joined(separator: " ")
        print("cold start to ready: median \(column(starts.sorted()[times / 2], 0, digits: 1)) ms of \(list)")
    }
}

struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "What a bare POST and the six bare datagrams of a call cost here, in processor time.")

    @Option var count = 100_000

    func run() throws {
        print("reference: a POST with a fixed answer \(column(try Reference.post(count), 0, digits: 1)) us")
        print("reference: the six bare datagrams of a call \(column(try Reference.datagrams(count), 0, digits: 1)) us")
    }
}
