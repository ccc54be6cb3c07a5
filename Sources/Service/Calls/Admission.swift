import Basis
import Dialing

/// What became of a request: on disk and dialling, refused and kept, or not taken at all.
enum Admission: Sendable {
    case accepted(DialOut)
    /// The same was asked for a moment ago: that dial-out is the answer.
    case repeated(DialOut)
    case refused(DialOut)
    /// The key was used at another node in this very moment: that dial-out is the answer, and nothing was kept here.
    case answered(UsedKey)
    /// Nothing was kept; the caller may try again.
    case unavailable(StoreFailure)
}

extension DialOuts {
    /// From a well-formed request to a dial-out on disk. What the rules refuse is kept as well, with its reasons.
    ///
    /// The answer to a repeatable request is kept in the same commit.
    func admit(_ order: DialOutOrder, tenant: String, repeatable: Answers.Request?) async -> Admission {
        let directory = administration.directory
        let inquiry = Inquiry(organizer: order.organizer, dialled: order.number, requestedBy: order.requestedBy, kind: order.kind)
        let owner = administration.identities.name(ofTenant: tenant)
        var decision = directory.decide(inquiry, tenant: tenant, using: scratch, pool: uses.pool(of: owner))
        let plan = identifiers.drawing {
            AttemptPlan(
                decision, of: directory.tenant(tenant), in: directory, gatewaysOver: settings.gatewayTransport, using: &$0, scratch)
        }
        decision.refuseWhatCannotBeTried(plan, isDraining: isDraining)
        let limits = administration.limits(of: tenant)
        let wish = Wish(order, decision.number, of: owner, named: repeatable?.key.key)
        if decision.verdict != .refuse, let wish {
            while uses.lookUp(wish, limits) == .inProgress { await uses.wait(for: wish) }
            if let earlier = earlier(wish, limits) { return await repeated(earlier, repeatable) }
        }
        let id = identifiers.next(), now = world.wallTime, began = world.now, steps = clock.note(id, at: now)
        if !steps.isEmpty { ledger.note(steps.map(StoreEntry.document)) }
        decision.tellUsages()
        var dialOut = DialOut(id: id, tenant: tenant, order: order, decision: decision, acceptedAt: now, began: began)
        if decision.verdict != .refuse { dialOut = refused(dialOut, plan, limits) ?? dialOut }
        guard dialOut.decision.verdict != .refuse else { return await keepRefused(dialOut, repeatable) }
        let reservation = reserve(dialOut, plan, limits, as: wish)
        do throws(StoreFailure) {
            if let use = try await keep(&dialOut, .accepted(order, decision), repeatable, reservation.kept) {
                giveBack(reservation)
                return .answered(use)
            }
        } catch {
            giveBack(reservation)
            return .unavailable(error)
        }
        begin(dialOut, plan, reservation)
        uses.settle(reservation.taken, as: id)
        return .accepted(dialOut)
    }

    private func keepRefused(_ dialOut: DialOut, _ repeatable: Answers.Request?) async -> Admission {
        var dialOut = dialOut
        do throws(StoreFailure) {
            if let use = try await keep(&dialOut, .refused(dialOut.order, dialOut.decision), repeatable, nil) { return .answered(use) }
        } catch {
            return .unavailable(error)
        }
        dialOut.decision.reason.map { metrics.refused($0) }
        metrics.ended(.refused, operatorID: nil)
        world.spans?.take(dialOut.spans)
        return .refused(dialOut)
    }

    private func begin(_ dialOut: DialOut, _ plan: AttemptPlan, _ reservation: Reservation) {
        let id = dialOut.id, first = reservation.first
        metrics.admitted()
        live.begin(dialOut)
        for warning in reservation.taken.warnings { live.warned(id, warning) }
        loop.detach { await $0.tell(id, plan, first) }
        if !administration.directory.hasTenant(dialOut.tenant) { live.stop(id, .tenantRemoved) }
    }

    /// A dial-out of the same meeting to the same number that was asked for a moment ago, and neither is over nor is to end.
    private func earlier(_ wish: Wish, _ limits: DialOutLimits) -> DialOut? {
        guard case .accepted(let id) = uses.lookUp(wish, limits), let dialOut = live[id], dialOut.state != .ended,
            live.stopRequest(of: id) == nil
        else { return nil }
        uses.name(wish)
        return dialOut
    }

    private func repeated(_ dialOut: DialOut, _ repeatable: Answers.Request?) async -> Admission {
        metrics.repeated()
        guard let use = repeatable.map({ UsedKey($0, for: dialOut, at: world.wallTime) }) else { return .repeated(dialOut) }
        do throws(StoreFailure) {
            return try await ledger.admitNamed([.key(use)]).map { .answered($0) } ?? .repeated(dialOut)
        } catch {
            return .unavailable(error)
        }
    }

    /// The dial-out with a refusal by a limit or by its trunks, if there is one.
    private func refused(_ dialOut: DialOut, _ plan: AttemptPlan, _ limits: DialOutLimits) -> DialOut? {
        var decision = dialOut.decision
        let retryAfter: Duration?
        if let subject = dialOut.subject, let refusal = uses.refusal(of: subject, limits) {
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
            id: dialOut.id, tenant: dialOut.tenant, order: dialOut.order, decision: decision, acceptedAt: dialOut.acceptedAt,
            began: dialOut.began)
        refused.retryAfter = retryAfter
        return refused
    }

    /// Returns what the key was used for where another node's request was first.
    private func keep(
        _ dialOut: inout DialOut, _ fact: Fact, _ repeatable: Answers.Request?, _ leg: StandingCall?
    ) async throws(StoreFailure) -> UsedKey? {
        var entries = [dialOut.note(fact, at: dialOut.acceptedAt), .dialOut(dialOut.row)]
        if let repeatable, !dialOut.isAskedAgain { entries.append(.key(UsedKey(repeatable, for: dialOut, at: dialOut.acceptedAt))) }
        if let leg { entries.append(.document(leg.document)) }
        return try await ledger.admitNamed(entries)
    }

    /// Takes back an admission whose caller was told that it is not kept, and that is on disk after all: it is not dialled. Where there are other
    /// nodes its key stays: they may have answered with it meanwhile.
    func takeBack(_ entries: [StoreEntry]) {
        for entry in entries {
            switch entry {
            case .key where store.others != nil: continue
            case .key(let use): ledger.note([.keyReleased(tenant: use.tenant, key: use.key)])
            case .document(let document) where document.kind == .dialog: ledger.note([.document(.over(document))])
            case .fact(let row, _):
                let stored = StoredDialOut(id: row.dialOut, tenant: row.tenant, facts: [StoredFact(place: 0, row: row)], outcome: nil)
                guard var dialOut = try? stored.begun(), dialOut.state != .ended else { continue }
                metrics.ended(.indeterminate, operatorID: dialOut.operatorID)
                ledger.note(dialOut.close(at: world.wallTime))
            case .dialOut, .document, .keyReleased, .use: continue
            }
        }
    }
}

extension UsedKey {
    init(_ request: Answers.Request, for dialOut: DialOut, at time: WallTime) {
        self.init(tenant: request.key.tenant, key: request.key.key.text, bodyHash: request.bodyHash, dialOut: dialOut.id, at: time)
    }
}

extension DialOut {
    /// Whether it is a refusal that asks to be asked again: its key stays free.
    fileprivate var isAskedAgain: Bool { state == .ended && decision.reason?.isTransient == true }
}

extension Decision {
    /// The rules found a way, but there is no trunk behind it, or the service takes no new calls.
    fileprivate mutating func refuseWhatCannotBeTried(_ plan: AttemptPlan, isDraining: Bool) {
        guard verdict != .refuse else { return }
        if isDraining {
            refuse(.capacity, .draining, because: .draining)
        } else if plan.attempts.isEmpty {
            let first = routes.first(where: \.usable)
            refuse(
                .operator, .operatorUnavailable, because: .noTrunk(operator: first?.operator ?? first?.gateway ?? Operator.serviceCarrier))
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
