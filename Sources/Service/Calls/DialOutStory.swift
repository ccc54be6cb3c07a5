import Basis
import Dialing
import SIP

/// What is inlined into an asynchronous function stands in its frame for as long as that waits, large values included: 8 KB a call that is
/// up. So the story's chapters are not.
extension DialOuts {
    /// One dial-out, from its admission to its end, in the order a person would tell it.
    func tell(_ id: SortableID, _ plan: AttemptPlan, _ first: FirstAttempt?) async {
        switch await hunt(id, plan, first) {
        case .connected(let leg): trunks.follow(leg)
        case .ended(let ending): live.finish(id, ending)
        }
    }

    /// What the hunt came to. Nobody waits for the conversation: most calls that are up are in one, and a task keeps 2 KB for as long as it waits.
    private enum Hunted {
        case connected(LegID)
        case ended(Ending)
    }

    /// Tries one trunk after the other, each at one address after the other, until a phone is reached, nobody is left to ask, or the time
    /// for all of them is over.
    @inline(never)
    private func hunt(_ id: SortableID, _ plan: AttemptPlan, _ first: FirstAttempt?) async -> Hunted {
        var hunt = Hunt(plan), first = first
        var last: Ending?
        var dialled = 0, deadline = Instant.distantFuture
        while world.now < deadline {
            if let ending = live.stopRequest(of: id), first == nil { return .ended(ending) }
            var attempt: PlannedAttempt
            switch await seize(id, hunt, first, until: deadline) {
            case .trunk(let key): attempt = hunt.take(key)
            case .stopped(let ending): return .ended(ending)
            case .none(let ending): return .ended(last ?? ending)
            }
            let known = first?.target
            first = nil
            guard let target = await target(of: &attempt, known, for: id) else {
                let ending = live.stopRequest(of: id)
                trunks.release(attempt.key, because: ending == nil ? .transport : nil)
                if let ending { return .ended(ending) }
                hunt.ask(attempt)
                hunt.ruleOut(attempt.key)
                last = .transportFailed
                continue
            }
            let leg = LegID(dialOut: id, attempt: dialled + 1)
            if let ending = await keep(leg, attempt, target, isKept: known != nil) {
                return .ended(live.stopRequest(of: id) ?? last ?? ending)
            }
            // Who waits in its queue would be sent on, too.
            guard trunks.line(attempt.key)?.takesCalls == true else {
                giveBack(attempt, leg)
                continue
            }
            hunt.ask(attempt)
            dialled += 1
            if dialled == 1 { deadline = world.now + settings.huntTime }
            live.dial(leg, attempt, at: target, until: deadline)
            switch await ring(leg, attempt) {
            case .connected(let leg): return .connected(leg)
            case .reached(let ending): return .ended(ending)
            case .nextAddress(let ending):
                last = ending
                hunt.putBack(attempt)
            case .nextTrunk(let ending, let isOfTrunk):
                last = ending
                if isOfTrunk { hunt.ruleOut(attempt.key) }
            }
        }
        return .ended(last ?? .noTrunk)
    }

    /// Where the attempt goes: the best of the addresses that are left, those that failed lately last.
    @inline(never)
    private func target(of attempt: inout PlannedAttempt, _ known: AttemptTarget?, for id: SortableID) async -> AttemptTarget? {
        if let known {
            attempt.addresses = known.others
            return known
        }
        var addresses: [TrunkAddress]
        if let left = attempt.addresses {
            addresses = left
        } else {
            let found = await self.addresses(of: [attempt.peer], for: id)[attempt.peer] ?? []
            addresses = Array(trunks.ordered(carriers.allowed(found, of: attempt.key)).prefix(TrunkAddress.limit))
        }
        guard !addresses.isEmpty else { return nil }
        let next = addresses.removeFirst()
        attempt.addresses = addresses
        let hosts = attempt.redirectHosts(over: next.transport)
        if hosts.isEmpty { return AttemptTarget(address: next, others: addresses, redirects: [:]) }
        let found = await self.addresses(of: hosts.map(\.uri), for: id, within: LookUps.patience)
        var redirects: [String: SocketAddress] = [:]
        for (host, uri) in hosts { redirects[host] = found[uri]?.first?.address }
        return AttemptTarget(address: next, others: addresses, redirects: redirects)
    }

    /// Sees to it that what ends the leg is on disk before its INVITE leaves; else the channel is given back, and the answer is how the
    /// dial-out ends.
    @inline(never)
    private func keep(_ leg: LegID, _ attempt: PlannedAttempt, _ target: AttemptTarget, isKept: Bool) async -> Ending? {
        var ending: Ending?
        if !isKept, live.stopRequest(of: leg.dialOut) == nil, let dialOut = live[leg.dialOut] {
            let kept = StandingCall(trunks.standing(live.invitation(leg, dialOut, attempt, target)), on: attempt.key)
            do throws(StoreFailure) { try await ledger.admit([.document(kept.document)]) } catch { ending = .storeFails }
        }
        if let stop = live.stopRequest(of: leg.dialOut) { ending = stop }
        if ending != nil { giveBack(attempt, leg) }
        return ending
    }

    /// The attempt is not made: its channel is another's, and of its leg nothing is to be kept.
    private func giveBack(_ attempt: PlannedAttempt, _ leg: LegID) {
        ledger.note([.document(.over(leg))])
        trunks.release(attempt.key, because: nil)
    }

    private enum Seized {
        case trunk(TrunkKey)
        case stopped(Ending)
        /// None was to be had.
        case none(Ending)
    }

    /// A channel on one of the trunks that are left, at once or when its turn comes; the first one perhaps with the admission.
    @inline(never)
    private func seize(
        _ id: SortableID, _ hunt: Hunt, _ first: FirstAttempt?, until deadline: Instant
    ) async -> Seized {
        if let first { return .trunk(first.key) }
        let open = hunt.open.map(\.key)
        guard !open.isEmpty, let caller = live[id]?.caller else { return .none(.noTrunk) }
        while true {
            switch trunks.seize(open, for: caller, until: deadline) {
            case .seized(let key): return .trunk(key)
            case .tooMany: return .none(.tooManyCalls)
            case .unavailable: return .none(.noTrunk)
            case .queued(let position): live.queued(id, at: position)
            }
            if isDraining { live.stop(id, .stopped) }
            switch await trunks.turnCame(id) {
            case .granted(let key): return .trunk(key)
            case .waitedTooLong: return .none(.tooManyCalls)
            case .givenUp: return .stopped(live.stopRequest(of: id) ?? .stopped)
            case .dislodged: continue
            }
        }
    }

    private enum Verdict {
        case connected(LegID)
        /// The phone, or its owner, was reached: nothing else is dialled.
        case reached(Ending)
        /// This address failed, and the trunk has others.
        case nextAddress(Ending)
        /// `isOfTrunk`: also for whoever else calls by it.
        case nextTrunk(Ending, isOfTrunk: Bool)
    }

    /// One INVITE on one trunk, and what it came to.
    @inline(never)
    private func ring(_ leg: LegID, _ attempt: PlannedAttempt) async -> Verdict {
        var hasRung = false, told: [Reason] = []
        while true {
            switch await trunks.next(leg) {
            case .progress(let code, let phrase, let sdp, let reasons):
                hasRung = hasRung || code > 100
                if !reasons.isEmpty { told = reasons }
                live.progressed(leg.dialOut, code: code, phrase: phrase, sdp: sdp, reasons)
            case .answered(let code, let phrase, let sdp):
                live.connected(leg.dialOut, code: code, phrase: phrase, sdp: sdp)
                return .connected(leg)
            case .sessionChanged(let sdp, let isOurs): live.sessionChanged(leg.dialOut, sdp: sdp, isOurs: isOurs)
            case .silent:
                live.attemptFailed(leg.dialOut, code: nil, phrase: "no response", .noResponse, over: nil)
                return attempt.hasOtherAddress ? .nextAddress(.noResponse) : .nextTrunk(.noResponse, isOfTrunk: true)
            case .failed(let failure, let stop):
                let ending = Ending(failure, hasRung: hasRung, stop: stop, requested: live.stopRequest(of: leg.dialOut), told: told)
                live.attemptFailed(leg.dialOut, code: failure.code, phrase: failure.account, ending, over: leg)
                guard stop == nil, !hasRung else { return .reached(ending) }
                if attempt.hasOtherAddress, failure.isOfAddress { return .nextAddress(ending) }
                guard attempt.failsOver(failure) else { return .reached(ending) }
                return .nextTrunk(ending, isOfTrunk: attempt.isOfTrunk(failure))
            case .ended(let endedBy, let reasons, let stop, _):
                return .reached(Ending(by: endedBy, reasons: reasons, stop: stop))
            }
        }
    }

    /// The call lasts until somebody hangs up; `step` is what happens meanwhile, or its end.
    func conversed(_ leg: LegID, _ step: Trunks.Step) {
        switch step {
        case .ended(let endedBy, let reasons, let stop, let instant):
            live.finish(leg.dialOut, Ending(by: endedBy, reasons: reasons, stop: stop), at: instant)
        case .failed(let failure, let stop):
            live.finish(leg.dialOut, Ending(failure, hasRung: true, stop: stop, requested: live.stopRequest(of: leg.dialOut)))
        case .sessionChanged(let sdp, let isOurs): live.sessionChanged(leg.dialOut, sdp: sdp, isOurs: isOurs)
        case .progress, .answered, .silent: break
        }
    }
}

extension DialOut {
    /// The names by which trunks are shared out.
    var caller: Caller {
        Caller(id: id, tenant: tenant, organizer: order.organizer, isUrgent: order.priority == .high)
    }
}
