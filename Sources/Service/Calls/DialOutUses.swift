import Basis
import Dialing

/// What dial-outs use up: their tenants' and organizers' limits, the service's own carrier, a wish's one minute, a meeting. It is counted with
/// an admission and given back whole where that is not kept.
final class DialOutUses {
    private let world: any World
    private let administration: Administration
    private var counters = DialOutCounters()
    private let accounts: CarrierAccounts
    private let recent = RecentDialOuts()
    private let meetings = MeetingOwners()

    init(world: any World, administration: Administration, accounts: CarrierAccounts) {
        (self.world, self.administration, self.accounts) = (world, administration, accounts)
    }

    /// What a tenant has used of the service's own carrier; `name` is that of ``Identities/name(ofTenant:)``.
    func pool(of name: String) -> MinutePool { accounts.pool(of: name) }

    /// Whether a tenant of that name may dial out of the meeting.
    func allows(_ meeting: String, for name: String) -> Bool { meetings.allows(meeting, for: name) }

    /// The meeting becomes the tenant's when it is nobody's, until ``settle(_:for:isKept:)`` for good or not.
    func claim(_ meeting: String, for name: String) { meetings.claim(meeting, for: name) }
    func settle(_ meeting: String, for name: String, isKept: Bool) { meetings.settle(meeting, for: name, isKept: isKept) }

    /// The limit that keeps a dial-out from being begun now.
    func refusal(of subject: DialOutCounters.Subject, _ limits: DialOutLimits) -> DialOutCounters.Refusal? {
        counters.refusal(of: subject, limits, at: world.now)
    }

    /// Whether a level that is reached is worth being told.
    func isNews(_ measure: DialOutLimits.Measure, of subject: DialOutCounters.Subject) -> Bool {
        counters.isNews(measure, of: subject, at: world.now)
    }

    // MARK: the same wish once more

    func lookUp(_ wish: Wish, _ limits: DialOutLimits) -> RecentDialOuts.Lookup {
        recent.lookUp(wish.key, named: wish.name, within: .seconds(limits.duplicateSeconds ?? 0), at: world.now)
    }

    func wait(for wish: Wish) async { await withCheckedContinuation { recent.wait(wish.key, $0) } }

    /// A second request of the wish was answered with the first one's dial-out.
    func name(_ wish: Wish) { recent.name(wish.key, wish.name) }

    // MARK: admission and end

    /// Counts a dial-out before it is on disk.
    func take(_ dialOut: DialOut, as wish: Wish?, _ limits: DialOutLimits) -> Taken {
        let now = world.now, meeting = dialOut.order.meetingID, tenant = administration.identities.name(ofTenant: dialOut.tenant)
        meetings.claim(meeting, for: tenant)
        let ticket = wish.map { recent.begin($0.key, named: $0.name, at: now) }
        let warnings = dialOut.subject.map { counters.accepted($0, limits, at: now) } ?? []
        return Taken(subject: dialOut.subject, tenant: tenant, meeting: meeting, recent: ticket, at: now, warnings: warnings)
    }

    /// The dial-out is on disk under this identifier.
    func settle(_ taken: Taken, as id: SortableID) {
        meetings.settle(taken.meeting, for: taken.tenant, isKept: true)
        if let ticket = taken.recent { recent.settle(ticket, id) }
    }

    /// The store refused it: nothing was used up.
    func giveBack(_ taken: Taken) {
        meetings.settle(taken.meeting, for: taken.tenant, isKept: false)
        if let ticket = taken.recent { recent.settle(ticket, nil) }
        if let subject = taken.subject { counters.takeBack(subject, acceptedAt: taken.at, at: world.now) }
    }

    /// What its end counts for its tenant, if that is still there: what it used of the service's own carrier is to be kept with the end.
    func ended(_ dialOut: DialOut) -> [StoreEntry] {
        if tenant(of: dialOut) != nil, let subject = dialOut.subject { counters.ended(subject, talked: dialOut.talked, at: world.now) }
        return carried(dialOut)
    }

    /// What it used of the service's own carrier, also in an earlier start whose limits are counted no more.
    func carried(_ dialOut: DialOut) -> [StoreEntry] {
        guard var call = dialOut.carrierCall, let tenant = tenant(of: dialOut) else { return [] }
        let organizer = administration.directory.user(dialOut.order.organizer, of: dialOut.tenant)
        call.holdsCredits = organizer?.licences.contains(.communicationsCredits) == true
        return accounts.count(call, of: tenant)
    }

    /// Nil where its tenant is no more, or is another one of the name.
    private func tenant(of dialOut: DialOut) -> Tenant? {
        guard dialOut.id >= administration.identities[.tenant(dialOut.tenant)] else { return nil }
        return administration.directory.tenant(dialOut.tenant)
    }

    /// A dial-out of an earlier start, which was accepted and ended so long ago by both clocks; called with the newest first.
    func recall(_ earlier: DialOut, readAt now: Instant, _ wallTime: WallTime) {
        let identities = administration.identities
        guard earlier.id >= identities[.tenant(earlier.tenant)], earlier.ending?.outcome != .refused else { return }
        meetings.recall(earlier.order.meetingID, for: identities.name(ofTenant: earlier.tenant))
        guard let subject = earlier.subject else { return }
        func moment(_ time: WallTime) -> Instant { now + .milliseconds(min(0, time.milliseconds - wallTime.milliseconds)) }
        let acceptedAt = moment(earlier.acceptedAt)
        counters.recall(subject, acceptedAt: acceptedAt, isOfLastMinute: now - acceptedAt < .seconds(60))
        if let talked = earlier.talked, let endedAt = earlier.endedAt { counters.talked(subject, talked, until: moment(endedAt)) }
    }

    /// A tenant is no more; `name` is what its meetings are kept under.
    func forget(tenant id: String, name: String) {
        meetings.forget(ownedBy: name)
        counters.forget(tenant: id)
        accounts.forget(tenant: name)
    }
}

/// A number that is to be rung for a meeting, and the `Idempotency-Key` that names the wish.
struct Wish: Sendable {
    let key: RecentDialOuts.Key
    let name: ExactText?

    /// Nil where no number is dialled. `tenant` is what ``Identities/name(ofTenant:)`` calls it.
    init?(_ order: DialOutOrder, _ number: E164?, of tenant: String, named name: ExactText?) {
        guard let number else { return nil }
        key = RecentDialOuts.Key(tenant: tenant, meeting: ExactText(order.meetingID), organizer: order.organizer, number: number)
        self.name = name
    }
}

/// What an admission has used up and its commit makes the dial-out's.
struct Taken: Sendable {
    fileprivate let subject: DialOutCounters.Subject?
    fileprivate let tenant: String
    fileprivate let meeting: String
    fileprivate let recent: RecentDialOuts.Ticket?
    fileprivate let at: Instant
    /// Levels at which the dial-out is to be looked at.
    let warnings: [DialOutCounters.Reading]
}

extension DialOut {
    /// Whom and what its limits count.
    var subject: DialOutCounters.Subject? {
        decision.number.map { .init(tenant: tenant, organizer: order.organizer, number: $0) }
    }
}
