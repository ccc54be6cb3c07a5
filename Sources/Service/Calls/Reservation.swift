import Basis
import Dialing
import SIP

/// All that an accepted dial-out takes before it is on disk: it becomes the dial-out's with its commit, or goes back whole.
struct Reservation: Sendable {
    fileprivate let subject: DialOutCounters.Subject?
    fileprivate let tenant: String
    fileprivate let meeting: String
    fileprivate let recent: RecentDialOuts.Ticket?
    fileprivate let at: Instant
    /// The channel of the first attempt, if one was free.
    let first: FirstAttempt?
    /// What ends the first attempt's leg, to be kept in the same commit.
    let kept: StandingCall?
    let warnings: [DialOutCounters.Reading]
}

extension Service {
    /// Counts the dial-out, and takes a channel for it where one is free.
    func reserve(_ dialOut: DialOut, _ plan: AttemptPlan, _ limits: DialOutLimits, named name: String?) -> Reservation {
        let now = world.now, meeting = dialOut.order.meetingID, tenant = identities.name(ofTenant: dialOut.tenant)
        meetings.claim(meeting, for: tenant)
        let ticket = dialOut.recentKey.map { recent.begin($0, named: name, at: now) }
        let warnings = dialOut.subject.map { counters.accepted($0, limits, at: now) } ?? []
        let first = firstAttempt(plan), leg = LegID(dialOut: dialOut.id, attempt: 1)
        let kept = first.flatMap { first -> StandingCall? in
            guard let target = first.target, let attempt = plan.attempts.first(where: { $0.key == first.key }) else { return nil }
            return StandingCall(trunks.standing(invitation(leg, dialOut, attempt, target)), on: first.key)
        }
        return Reservation(
            subject: dialOut.subject, tenant: tenant, meeting: meeting, recent: ticket, at: now, first: first, kept: kept,
            warnings: warnings)
    }

    /// A channel that is free now, and where it leads if nobody has to be asked for that.
    private func firstAttempt(_ plan: AttemptPlan) -> FirstAttempt? {
        guard let key = trunks.seizeAtOnce(plan.attempts.map(\.key)), let attempt = plan.attempts.first(where: { $0.key == key }) else {
            return nil
        }
        return FirstAttempt(key: key, target: knownTarget(of: attempt))
    }

    private func knownTarget(of attempt: PlannedAttempt) -> AttemptTarget? {
        guard let known = knownAddresses(of: attempt.key, attempt.peer) else { return nil }
        var addresses = Array(trunks.ordered(known).prefix(PlannedAttempt.addressLimit))
        guard !addresses.isEmpty else { return nil }
        let next = addresses.removeFirst()
        var redirects: [String: SocketAddress] = [:]
        for (host, uri) in attempt.redirectHosts(over: next.transport) {
            guard let found = world.knownAddresses(of: uri) else { return nil }
            redirects[host] = found.first?.address
        }
        return AttemptTarget(address: next, others: addresses, redirects: redirects)
    }

    /// The dial-out is on disk under this identifier.
    func settle(_ reservation: Reservation, as id: SortableID) {
        meetings.settle(reservation.meeting, for: reservation.tenant, isKept: true)
        if let ticket = reservation.recent { recent.settle(ticket, id) }
    }

    /// The store refused it: nothing was used up.
    func giveBack(_ reservation: Reservation) {
        meetings.settle(reservation.meeting, for: reservation.tenant, isKept: false)
        if let ticket = reservation.recent { recent.settle(ticket, nil) }
        if let subject = reservation.subject { counters.takeBack(subject, acceptedAt: reservation.at, at: world.now) }
        if let first = reservation.first { trunks.release(first.key, because: nil) }
    }
}

extension DialOut {
    /// What a second request for the same would be known by.
    fileprivate var recentKey: RecentDialOuts.Key? {
        decision.number.map { RecentDialOuts.Key(tenant: tenant, meeting: order.meetingID, number: $0) }
    }
}
