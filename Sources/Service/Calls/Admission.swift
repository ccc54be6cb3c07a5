import Basis
import Dialing

/// What became of a request: on disk and dialling, refused and kept, or not taken at all.
enum Admission: Sendable {
    case accepted(DialOut)
    /// The same was asked for a moment ago: that dial-out is the answer.
    case repeated(DialOut)
    case refused(DialOut)
    /// Nothing was kept; the caller may try again.
    case unavailable(StoreFailure)

    var dialOut: DialOut? {
        switch self {
        case .accepted(let dialOut), .repeated(let dialOut), .refused(let dialOut): dialOut
        case .unavailable: nil
        }
    }
}

extension Service {
    /// From a well-formed request to a dial-out on disk. What the rules refuse is kept as well, with its reasons.
    ///
    /// The answer to a repeatable request is kept in the same commit.
    func admit(_ order: DialOutOrder, tenant: String, repeatable: Answers.Request?) async -> Admission {
        let now = world.wallTime
        let inquiry = Inquiry(organizer: order.organizer, dialled: order.number, requestedBy: order.requestedBy, kind: order.kind)
        var decision = directory.decide(inquiry, tenant: tenant, using: scratch, pool: carrierUse.pool(of: tenant, at: now))
        let plan = AttemptPlan(decision, of: directory.tenant(tenant), in: directory, using: &random)
        decision.refuseWhatCannotBeTried(plan, isDraining: isDraining)
        let limits = limits(of: tenant)
        let recentKey = decision.number.map { RecentDialOuts.Key(tenant: tenant, meeting: order.meetingID, number: $0) }
        if decision.verdict != .refuse, let recentKey, let earlier = await earlier(recentKey, limits) {
            return await repeated(earlier, repeatable)
        }
        let id = ids.next(at: now, using: &random)
        var dialOut = DialOut(id: id, tenant: tenant, order: order, decision: decision, acceptedAt: now)
        if decision.verdict != .refuse { dialOut = refused(dialOut, plan, limits) ?? dialOut }
        dialOut.sequence = 1
        let isRefused = dialOut.decision.verdict == .refuse
        if isRefused { dialOut.refuse(at: now) } else { meetings.claim(order.meetingID, for: identities.name(ofTenant: tenant)) }
        let subject = isRefused ? nil : dialOut.subject
        let warnings = subject.map { counters.accepted($0, limits, at: world.now) } ?? []
        if !isRefused, let recentKey { recent.begin(recentKey, at: world.now) }
        do throws(StoreFailure) {
            try await keep(dialOut, repeatable)
        } catch {
            if let subject { counters.ended(subject, talked: nil, at: world.now) }
            if !isRefused, let recentKey { recent.settle(recentKey, nil) }
            return .unavailable(error)
        }
        guard !isRefused else {
            dialOut.decision.reason.map { metrics.refused($0) }
            metrics.ended(.refused, operatorID: nil)
            return .refused(dialOut)
        }
        begin(dialOut, plan, warnings)
        if let recentKey { recent.settle(recentKey, id) }
        return .accepted(dialOut)
    }

    private func begin(_ dialOut: DialOut, _ plan: AttemptPlan, _ warnings: [DialOutCounters.Reading]) {
        let id = dialOut.id
        metrics.admitted()
        live[id] = dialOut
        live[id]?.decision.findings = []
        for warning in warnings { warned(id, warning) }
        detach { await $0.tell(id, plan) }
        if !directory.hasTenant(dialOut.tenant) { stop(id, .stopped) }
    }

    /// What the tenant is held to: its own levels, and the service's where it has none.
    func limits(of tenant: String) -> DialOutLimits {
        directory.tenant(tenant)?.settings.limits?.over(defaultLimits) ?? defaultLimits
    }

    /// A dial-out of the same meeting to the same number that was asked for a moment ago and is not over.
    private func earlier(_ key: RecentDialOuts.Key, _ limits: DialOutLimits) async -> DialOut? {
        while true {
            switch recent.lookUp(key, within: .seconds(limits.duplicateSeconds ?? 0), at: world.now) {
            case .none: return nil
            case .inProgress: await withCheckedContinuation { recent.wait(key, $0) }
            case .accepted(let id): return live[id].flatMap { $0.state == .ended ? nil : $0 }
            }
        }
    }

    private func repeated(_ dialOut: DialOut, _ repeatable: Answers.Request?) async -> Admission {
        metrics.repeated()
        guard let answer = repeatable.flatMap({ dialOut.answer(to: $0) }) else { return .repeated(dialOut) }
        do throws(StoreFailure) {
            try await ledger.admit([.answer(answer)])
            return .repeated(dialOut)
        } catch {
            return .unavailable(error)
        }
    }

    /// The dial-out with a refusal by a limit or by its trunks, if there is one.
    private func refused(_ dialOut: DialOut, _ plan: AttemptPlan, _ limits: DialOutLimits) -> DialOut? {
        var decision = dialOut.decision
        let retryAfter: Duration?
        if let subject = dialOut.subject, let refusal = counters.refusal(of: subject, limits, at: world.now) {
            let measure = refusal.reading.measure
            decision.refuse(
                .capacity, measure.isConcurrency ? .tooManyCalls : .tooManyRequests,
                because: .limit(measure, count: refusal.reading.count, block: refusal.block))
            metrics.blocked(measure)
            retryAfter = refusal.retryAfter
        } else {
            switch trunks.refusal(plan.attempts.map(\.key), for: dialOut.caller) {
            case nil, .seized, .queued: return nil
            case .tooMany(let time):
                decision.refuse(.capacity, .tooManyCalls, because: .trunksFull)
                retryAfter = time
            case .unavailable(let time):
                decision.refuse(.operator, .operatorUnavailable, because: .trunksClosed)
                retryAfter = time
            }
        }
        var refused = DialOut(
            id: dialOut.id, tenant: dialOut.tenant, order: dialOut.order, decision: decision, acceptedAt: dialOut.acceptedAt)
        refused.retryAfter = retryAfter
        return refused
    }

    private func keep(_ dialOut: DialOut, _ repeatable: Answers.Request?) async throws(StoreFailure) {
        let kind: CallEvent.Kind = dialOut.state == .ended ? .refused : .accepted
        var entries: [StoreEntry] = [.event(dialOut.row(for: kind, at: dialOut.acceptedAt)), .dialOut(dialOut.stored)]
        if let answer = repeatable.flatMap({ dialOut.answer(to: $0) }) { entries.append(.answer(answer)) }
        try await ledger.admit(entries)
    }
}

extension DialOut {
    /// Whom and what its limits count.
    var subject: DialOutCounters.Subject? {
        decision.number.map { .init(tenant: tenant, organizer: order.organizer, number: $0) }
    }

    /// Ends it before it began, for the decision's reason.
    fileprivate mutating func refuse(at now: WallTime) {
        guard let reason = decision.reason else { preconditionFailure("refused without a reason") }
        state = .ended
        endedAt = now
        ending = Ending(
            outcome: .refused, endedBy: .service, code: reason.code, subcode: reason.subcode, reason: reason.rawValue, cause: reason.cause)
    }
}

extension Decision {
    /// The rules found a way, but there is no trunk behind it, or the service takes no new calls.
    fileprivate mutating func refuseWhatCannotBeTried(_ plan: AttemptPlan, isDraining: Bool) {
        guard verdict != .refuse else { return }
        if isDraining {
            refuse(.capacity, .draining, because: .draining)
        } else if plan.attempts.isEmpty {
            let carrier = routes.first(where: \.usable)?.operator ?? Operator.serviceCarrier
            refuse(.operator, .operatorUnavailable, because: .noTrunk(operator: carrier))
        }
    }
}

extension RefusalReason {
    /// Q.850 (ITU-T Q.850 §2.2.5), as a gateway would say it.
    var cause: Int {
        switch self {
        case .unknownOrganizer: 1
        case .invalidNumber: 28
        case .noRoute: 3
        case .routeUnusable, .operatorUnavailable: 27
        case .draining: 41
        case .tooManyCalls, .tooManyRequests: 34
        case .requesterNotAllowed, .noLicence, .audioConferencingDisabled, .dialOutDisabled, .domesticOnly, .zoneAOnly,
            .destinationBlocked, .emergencyNumber, .premiumNumber, .creditsExhausted:
            21
        }
    }
}
