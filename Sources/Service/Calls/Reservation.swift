import Basis
import Dialing
import SIP

/// All that an accepted dial-out takes before it is on disk: it becomes the dial-out's with its commit, or goes back whole.
struct Reservation: Sendable {
    let taken: Taken
    /// The channel of the first attempt, if one was free.
    let first: FirstAttempt?
    /// What ends the first attempt's leg, to be kept in the same commit.
    let kept: StandingCall?
}

extension DialOuts {
    /// Counts the dial-out, and takes a channel for it where one is free.
    func reserve(_ dialOut: DialOut, _ plan: AttemptPlan, _ limits: DialOutLimits, as wish: Wish?) -> Reservation {
        let taken = uses.take(dialOut, as: wish, limits), first = firstAttempt(plan)
        let kept = first.flatMap { first -> StandingCall? in
            guard let target = first.target, let attempt = plan.attempts.first(where: { $0.key == first.key }) else { return nil }
            let leg = LegID(dialOut: dialOut.id, attempt: 1)
            return StandingCall(trunks.standing(live.invitation(leg, dialOut, attempt, target)), on: first.key)
        }
        return Reservation(taken: taken, first: first, kept: kept)
    }

    /// A channel that is free now, and where it leads if nobody has to be asked for that.
    private func firstAttempt(_ plan: AttemptPlan) -> FirstAttempt? {
        guard let key = trunks.seizeAtOnce(plan.attempts.map(\.key)), let attempt = plan.attempts.first(where: { $0.key == key }) else {
            return nil
        }
        return FirstAttempt(key: key, target: knownTarget(of: attempt))
    }

    private func knownTarget(of attempt: PlannedAttempt) -> AttemptTarget? {
        guard let known = carriers.knownAddresses(of: attempt.key, attempt.peer) else { return nil }
        var addresses = Array(trunks.ordered(known).prefix(TrunkAddress.limit))
        guard !addresses.isEmpty else { return nil }
        let next = addresses.removeFirst()
        var redirects: [String: SocketAddress] = [:]
        for (host, uri) in attempt.redirectHosts(over: next.transport) {
            guard let found = world.knownAddresses(of: uri) else { return nil }
            redirects[host] = found.first?.address
        }
        return AttemptTarget(address: next, others: addresses, redirects: redirects)
    }

    /// The store refused it: nothing was used up.
    func giveBack(_ reservation: Reservation) {
        uses.giveBack(reservation.taken)
        if let first = reservation.first { trunks.release(first.key, because: nil) }
    }
}
