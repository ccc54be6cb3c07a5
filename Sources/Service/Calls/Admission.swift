import Basis
import Dialing

/// What became of a request: on disk and dialling, refused and kept, or not taken at all.
enum Admission: Sendable {
    case accepted(DialOut)
    case refused(DialOut)
    /// Nothing was kept; the caller may try again.
    case unavailable(StoreFailure)

    var dialOut: DialOut? {
        switch self {
        case .accepted(let dialOut), .refused(let dialOut): dialOut
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
        var dialOut = DialOut(
            id: ids.next(at: now, using: &random), tenant: tenant, order: order, decision: decision, acceptedAt: now)
        dialOut.sequence = 1
        if decision.verdict == .refuse { dialOut.refuse(at: now) } else { meetings.claim(order.meetingID, for: tenant) }
        do throws(StoreFailure) {
            try await keep(dialOut, repeatable)
        } catch {
            return .unavailable(error)
        }
        guard decision.verdict != .refuse else {
            decision.reason.map { metrics.refused($0) }
            metrics.ended(.refused, operatorID: nil)
            return .refused(dialOut)
        }
        metrics.admitted()
        live[dialOut.id] = dialOut
        let id = dialOut.id
        detach { await $0.tell(id, plan) }
        return .accepted(dialOut)
    }

    private func keep(_ dialOut: DialOut, _ repeatable: Answers.Request?) async throws(StoreFailure) {
        let kind: CallEvent.Kind = dialOut.state == .ended ? .refused : .accepted
        var entries: [StoreEntry] = [.event(dialOut.row(for: kind, at: dialOut.acceptedAt)), .dialOut(dialOut.stored)]
        if let repeatable { entries.append(.answer(dialOut.answer(to: repeatable))) }
        try await ledger.admit(entries)
    }
}

extension DialOut {
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
