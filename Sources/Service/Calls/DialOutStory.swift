import Basis
import Dialing
import SIP

/// What is inlined into an asynchronous function stands in its frame for as long as that waits, large values included: 8 KB a call that is
/// up. So the story's chapters, and the steps in `LiveDialOuts.swift`, are not.
extension Service {
    /// One dial-out, from its admission to its end, in the order a person would tell it.
    func tell(_ id: SortableID, _ plan: AttemptPlan) async {
        switch await hunt(id, plan) {
        case .connected(let leg): detach { $0.finish(id, await $0.conversation(leg)) }
        case .ended(let ending): finish(id, ending)
        }
    }

    /// What the hunt came to. The conversation is a task of its own: most calls that are up are in one, and a task keeps the room that it
    /// once needed.
    private enum Hunted {
        case connected(LegID)
        case ended(Ending)
    }

    /// Tries one trunk after the other, each at one address after the other, until a phone is reached, nobody is left to ask, or the time
    /// for all of them is over.
    @inline(never)
    private func hunt(_ id: SortableID, _ plan: AttemptPlan) async -> Hunted {
        var left = plan.attempts
        var last: Ending?
        var dialled = 0, deadline = Instant.distantFuture
        while !left.isEmpty, world.now < deadline {
            if let ending = stopRequests[id] { return .ended(ending) }
            let index: Int
            switch await seize(id, left, until: deadline) {
            case .trunk(let key): index = left.firstIndex { $0.key == key }!
            case .stopped(let ending): return .ended(ending)
            case .none(let ending): return .ended(last ?? ending)
            }
            var attempt = left.remove(at: index)
            guard let address = await nextAddress(of: &attempt) else {
                trunks.release(attempt.key, because: .transport)
                last = .transportFailed
                continue
            }
            let redirects = await redirectTargets(of: attempt, over: address.transport)
            if let ending = stopRequests[id] {
                trunks.release(attempt.key, because: nil)
                return .ended(ending)
            }
            dialled += 1
            if dialled == 1 { deadline = world.now + settings.huntTime }
            switch await ring(LegID(dialOut: id, attempt: dialled), attempt, at: address, redirects, until: deadline) {
            case .connected(let leg): return .connected(leg)
            case .reached(let ending): return .ended(ending)
            case .nextAddress(let ending):
                last = ending
                left.insert(attempt, at: 0)
            case .nextTrunk(let ending): last = ending
            }
        }
        return .ended(last ?? .noTrunk)
    }

    /// Takes the best of the addresses that are left; those that failed lately come last.
    private func nextAddress(of attempt: inout PlannedAttempt) async -> TrunkAddress? {
        var addresses: [TrunkAddress]
        if let left = attempt.addresses {
            addresses = left
        } else {
            addresses = Array(trunks.ordered(await world.resolve(attempt.peer)).prefix(PlannedAttempt.addressLimit))
        }
        guard !addresses.isEmpty else { return nil }
        let next = addresses.removeFirst()
        attempt.addresses = addresses
        return next
    }

    /// Where the trunk's own hosts listen; those that are not found are left out.
    private func redirectTargets(of attempt: PlannedAttempt, over transport: Transport) async -> [String: SocketAddress] {
        var targets: [String: SocketAddress] = [:]
        for host in attempt.trunk.redirectHosts ?? [] {
            guard let uri = try? TrunkURI("sip:\(host);transport=\(transport.rawValue.lowercased())") else { continue }
            targets[host.lowercased()] = await world.resolve(uri).first?.address
        }
        return targets
    }

    private enum Seized {
        case trunk(TrunkKey)
        case stopped(Ending)
        /// None was to be had.
        case none(Ending)
    }

    /// A channel on one of the trunks that are left, at once or when its turn comes.
    @inline(never)
    private func seize(_ id: SortableID, _ left: [PlannedAttempt], until deadline: Instant) async -> Seized {
        guard let caller = live[id]?.caller else { return .none(.noTrunk) }
        while true {
            switch trunks.seize(left.map(\.key), for: caller, until: deadline) {
            case .seized(let key): return .trunk(key)
            case .tooMany: return .none(.tooManyCalls)
            case .unavailable: return .none(.noTrunk)
            case .queued(let position): queued(id, at: position)
            }
            if isDraining { stop(id, .stopped) }
            switch await trunks.turnCame(id) {
            case .granted(let key): return .trunk(key)
            case .waitedTooLong: return .none(.tooManyCalls)
            case .givenUp: return .stopped(stopRequests[id] ?? .stopped)
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
        case nextTrunk(Ending)
    }

    /// One INVITE on one trunk, and what it came to.
    @inline(never)
    private func ring(
        _ leg: LegID, _ attempt: PlannedAttempt, at address: TrunkAddress, _ redirects: [String: SocketAddress], until deadline: Instant
    ) async -> Verdict {
        dial(leg, attempt, at: address, redirects, until: deadline)
        var hasRung = false, told: [Reason] = []
        while true {
            switch await trunks.next(leg) {
            case .progress(let code, let phrase, let sdp, let reasons):
                hasRung = hasRung || code > 100
                if !reasons.isEmpty { told = reasons }
                progressed(leg.dialOut, code: code, phrase: phrase, sdp: sdp, reasons)
            case .answered(let sdp):
                connected(leg.dialOut, sdp: sdp)
                return .connected(leg)
            case .sessionChanged(let sdp): sessionChanged(leg.dialOut, sdp: sdp)
            case .silent:
                attemptFailed(leg.dialOut, code: nil, phrase: "no response", .noResponse)
                return attempt.hasOtherAddress ? .nextAddress(.noResponse) : .nextTrunk(.noResponse)
            case .failed(let failure, let stop):
                let ending = Ending(failure, hasRung: hasRung, stop: stop, requested: stopRequests[leg.dialOut], told: told)
                attemptFailed(leg.dialOut, code: failure.code, phrase: failure.account, ending)
                guard stop == nil, !hasRung else { return .reached(ending) }
                if attempt.hasOtherAddress, failure.isOfAddress { return .nextAddress(ending) }
                return attempt.failsOver(failure) ? .nextTrunk(ending) : .reached(ending)
            case .ended(let endedBy, let reasons, let stop):
                return .reached(Ending(by: endedBy, reasons: reasons, stop: stop))
            }
        }
    }

    /// The call lasts until somebody hangs up.
    @inline(never)
    private func conversation(_ leg: LegID) async -> Ending {
        while true {
            switch await trunks.next(leg) {
            case .ended(let endedBy, let reasons, let stop): return Ending(by: endedBy, reasons: reasons, stop: stop)
            case .failed(let failure, let stop):
                return Ending(failure, hasRung: true, stop: stop, requested: stopRequests[leg.dialOut])
            case .sessionChanged(let sdp): sessionChanged(leg.dialOut, sdp: sdp)
            case .progress, .answered, .silent: continue
            }
        }
    }
}

extension DialOut {
    /// The names by which trunks are shared out.
    var caller: Caller {
        Caller(id: id, tenant: tenant, organizer: order.organizer, isUrgent: order.priority == .high)
    }
}
