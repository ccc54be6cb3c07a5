import Basis
import Foundation
import Reactor

/// Calls begun at one rate for some seconds, and watched until the last has ended.
final class Step {
    struct Plan {
        var rate = 100.0
        var seconds = 10.0
        /// Calls of the first seconds are made and not reported: a ramp's begin is unlike the rest.
        var warmUp = 1.0
        var hold = 1.0
        /// Different numbers that are dialled, over and over.
        var numbers = Callee.numbers
        var ending = Callee.Ending.callee
        /// The service's, if its use is to be measured.
        var pid: Int?
    }

    private struct Call {
        let due: Instant
        var id: String?
        var sessionID: String?
        var isInvited = false
        var isAnswered = false
        var isEnded = false
        var isAcceptedInTime = false
        var isAcknowledgedInTime = false
        var isWhole: Bool { id != nil && isInvited && isAnswered && isEnded }
    }

    private let plan: Plan
    private let pool: ClientPool
    private let health: ClientPool
    private let base: Int
    private var calls: [Call?]
    private var postedCount = 0
    private let warmUps: Int
    private var report: StepReport
    private var arrivals: Arrivals?
    private var sampler: Alarm?
    private var prober: Alarm?
    private var begun = Instant.zero
    private var deadline = Instant.distantFuture
    private var unsettled: Int
    private let done: (StepReport) -> Void

    /// A 202 or an ACK that comes later than this after its call was due does not count as good.
    private static let good = Duration.seconds(1)
    /// How long calls may take to end after the last hold; then they are lost.
    private static let patience = Duration.seconds(20)

    init(_ plan: Plan, pool: ClientPool, health: ClientPool, base: Int, done: @escaping (StepReport) -> Void) {
        (self.plan, self.pool, self.health, self.base, self.done) = (plan, pool, health, base, done)
        let count = Int(plan.rate * (plan.warmUp + plan.seconds))
        warmUps = Int(plan.rate * plan.warmUp)
        unsettled = count
        calls = Array(repeating: nil, count: count)
        report = StepReport(rate: plan.rate, calls: count - warmUps)
    }

    private var loop: EventLoop { pool.loop }
    private func isMeasured(_ index: Int) -> Bool { index >= warmUps }

    func start() throws {
        report.start(pid: plan.pid)
        begun = loop.now + .milliseconds(50)
        let last = begun + .seconds(Double(calls.count) / plan.rate)
        deadline = last + .seconds(plan.hold) + Self.patience
        sampler = try Alarm(on: loop) { [weak self] in self?.sample() }
        sampler?.set(at: begun)
        arrivals = Arrivals(loop, rate: plan.rate, count: calls.count, from: begun) { [weak self] in self?.post($0, due: $1) }
        prober = try Alarm(on: loop) { [weak self] in self?.probe() }
        prober?.set(at: begun)
    }

    private func post(_ index: Int, due: Instant) {
        calls[index] = Call(due: due)
        if isMeasured(index) { report.pacing.record(loop.now - due) }
        let number = Callee.number(of: base + index % plan.numbers)
        let body = #"{"kind":"callMeAt","organizer":"\#(Preparation.organizer)","number":"\#(number)"}"#
        postedCount = index + 1
        pool.send("POST", "/v1/meetings/load-\(index % 1000)/dial-outs", body) { [weak self] in self?.posted(index, $0) }
        if index == calls.count - 1 { report.posted(calls.count, in: loop.now - begun) }
    }

    private func posted(_ index: Int, _ answer: ClientPool.Answer?) {
        guard let answer, answer.status == 202, let id = answer.location?.split(separator: "/").last else {
            report.errors[answer.map { "\($0.status)" } ?? "connection", default: 0] += 1
            return settle()
        }
        if isMeasured(index) { report.accepted.record(loop.now - calls[index]!.due) }
        let isInTime = isInTime(index)
        calls[index]?.id = String(id)
        calls[index]?.isAcceptedInTime = isInTime
        countGood(index)
        check(index)
    }

    /// What the callee saw of the latest call to the number at `place` of all.
    func heard(_ place: Int, _ event: Callee.Event) {
        let first = (place - base % Callee.numbers + Callee.numbers) % Callee.numbers
        guard first < min(postedCount, plan.numbers) else { return report.strays += 1 }
        let index = first + (postedCount - 1 - first) / plan.numbers * plan.numbers
        guard let known = calls[index] else { return report.strays += 1 }
        switch event {
        case .invited(let sessionID):
            let took = loop.now - known.due
            if isMeasured(index), !known.isInvited { report.invited.record(took) }
            calls[index]?.isInvited = true
            calls[index]?.sessionID = sessionID
        case .acknowledged:
            let isInTime = isInTime(index)
            if !known.isAnswered { calls[index]?.isAcknowledgedInTime = isInTime }
            calls[index]?.isAnswered = true
            countGood(index)
        case .held: hangUp(index)
        case .ended: calls[index]?.isEnded = true
        }
        check(index)
    }

    private func isInTime(_ index: Int) -> Bool { calls[index].map { loop.now - $0.due <= Self.good } ?? false }

    /// Good is what was accepted, answered and acknowledged in time; counted when the second of the two comes.
    private func countGood(_ index: Int) {
        guard isMeasured(index), let call = calls[index], call.isAcceptedInTime, call.isAcknowledgedInTime, !call.isEnded else { return }
        report.good += 1
    }

    /// Asks for `/healthz` twenty times a second while calls begin.
    private func probe() {
        let asked = loop.now
        health.send("GET", "/healthz") { [weak self] answer in
            guard let self else { return }
            report.health.record(answer?.status == 200 ? loop.now - asked : .seconds(60))
        }
        prober?.set(at: postedCount < calls.count ? asked + .milliseconds(50) : nil)
    }

    private func hangUp(_ index: Int) {
        guard let id = calls[index]?.id else { return }
        pool.send("DELETE", "/v1/dial-outs/\(id)") { [weak self] answer in
            guard let self else { return }
            if answer?.status != 202 { report.errors["DELETE \(answer.map { "\($0.status)" } ?? "connection")", default: 0] += 1 }
        }
    }

    private func check(_ index: Int) {
        guard let call = calls[index], call.isWhole else { return }
        if call.id != call.sessionID { report.mismatched += 1 }
        report.complete += 1
        settle()
    }

    private func settle() {
        unsettled -= 1
        if unsettled == 0 { sampler?.set(at: loop.now + .milliseconds(300)) }
    }

    private func sample() {
        report.sample(up: calls.count { $0?.isAnswered == true && $0?.isEnded == false })
        guard unsettled == 0 || loop.now >= deadline else {
            sampler?.set(at: loop.now + .milliseconds(500))
            return
        }
        arrivals?.join()
        report.lost = unsettled
        report.finish()
        (sampler, prober) = (nil, nil)
        done(report)
    }
}
