import Basis
import Foundation
import Reactor

/// Steps one after the other against one service, over the same connections and the same callee.
final class Session {
    private let target: Target
    private let loop: EventLoop
    private let pool: ClientPool
    /// By which the service is asked whether it is well.
    private let health: ClientPool
    private var callee: Callee?
    private var step: Step?
    private var failure: (any Error)?
    /// The place of the next step's first call. A session begins where the clock says, so that calls of an earlier one are not mistaken for its own.
    private var base = Int(Date().timeIntervalSince1970) * 997 % Callee.numbers

    init(_ target: Target) throws {
        self.target = target
        loop = try EventLoop()
        pool = ClientPool(loop, to: target.server, token: target.token, connections: target.connections)
        health = ClientPool(loop, to: target.server, token: "", connections: 8)
        callee = try Callee(loop, at: target.callee, ending: target.ending) { [weak self] call, event in self?.step?.heard(call, event) }
        callee?.hold = .seconds(target.hold)
    }

    /// Waits for the service and prepares it, then asks `next` with each report, and with nil at first, for a rate; nil is the end.
    func run(_ next: @escaping (StepReport?) -> Double?) throws {
        let readiness = try Readiness(loop, of: target.server)
        readiness.ask { [weak self] error in
            guard let self else { return }
            if let error { return stop(error) }
            Preparation(pool: pool, callee: target.callee).run { [weak self] refused in
                guard let self else { return }
                if let refused { return stop(refused) }
                if !target.json { print(StepReport.heading) }
                begin(next(nil), next)
            }
        }
        loop.run()
        if let failure { throw failure }
    }

    private func begin(_ rate: Double?, _ next: @escaping (StepReport?) -> Double?) {
        guard let rate else { return loop.stop() }
        let repetitions = callee?.repetitions ?? 0
        let step = Step(target.plan(rate: rate), pool: pool, health: health, base: base) { [weak self] report in
            guard let self else { return }
            var report = report
            report.repetitions = (callee?.repetitions ?? 0) - repetitions
            base += report.calls * 2
            show(report)
            begin(next(report), next)
        }
        self.step = step
        do { try step.start() } catch { stop(error) }
    }

    private func stop(_ error: any Error) {
        failure = error
        loop.stop()
    }

    private func show(_ report: StepReport) {
        defer { fflush(nil) }
        guard target.json else { return print(report.line) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let text = try? encoder.encode(report) { print(String(decoding: text, as: UTF8.self)) }
    }
}
