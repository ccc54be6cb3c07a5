import Basis
import Dialing
import SIP

/// The dial-outs that are in progress, and what happens to them: each step changes its record, and is told to the log once.
///
/// Nobody else writes a call. What is inlined into an asynchronous function stands in its frame for as long as that waits, large values
/// included; so the steps are not.
final class LiveDialOuts {
    private let world: any World
    private let settings: Settings
    private let ledger: Ledger
    private let trunks: Trunks
    private let metrics: Metrics
    private let uses: DialOutUses
    private let prices: PriceBook
    /// One in progress: found once a step, and changed where it lies.
    private final class Call {
        var dialOut: DialOut
        /// The leg that it has up now.
        var leg: LegID?
        /// The group of the log that has its newest fact.
        var group = 0
        /// How many provisional answers of its latest attempt were told.
        var progressTold = 0
        /// How many of the far end's descriptions within the call were told at once.
        var changesTold = 0

        init(_ dialOut: DialOut) { self.dialOut = dialOut }
    }

    /// Those that are not ended, or whose end is not on disk yet.
    private var live: [SortableID: Call] = [:]
    /// The configured offer, where it is the same in each INVITE.
    private let plainOffer: String?
    /// Offers with keys that went out.
    private var offers: [SortableID: String] = [:]
    /// Dial-outs that are to stop, and how they end if nothing else ends them first.
    private var stopRequests: [SortableID: Ending] = [:]
    /// The newest description of each far end that has changed it too often.
    private var untold: [SortableID: String] = [:]
    private var untoldAlarm: (any WorldAlarm)?
    let lastSeen: LastSeen
    /// Names that those wait for which have not dialled.
    let lookUps = LookUps()
    /// Called where the last one may just have gone.
    private let left: () -> Void

    init(
        world: any World, settings: Settings, ledger: Ledger, trunks: Trunks, metrics: Metrics, uses: DialOutUses, prices: PriceBook,
        left: @escaping () -> Void
    ) {
        (self.world, self.settings, self.ledger, self.trunks) = (world, settings, ledger, trunks)
        (self.metrics, self.uses, self.prices, self.left) = (metrics, uses, prices, left)
        plainOffer = settings.offer.hasKeys ? nil : settings.offer.text(drawing: world.entropy)
        lastSeen = LastSeen(world: world, ledger: ledger)
    }

    /// Called once, before the first one begins.
    func start(_ loop: Loop<DialOuts>) {
        untoldAlarm = loop.makeAlarm { $0.live.tellUntold() }
        lastSeen.alarm = loop.makeAlarm { $0.live.lookAround() }
    }

    private func lookAround() { lastSeen.note(isUp: live.values.contains { $0.dialOut.state == .connected }) }

    subscript(id: SortableID) -> DialOut? { live[id]?.dialOut }
    var all: some Collection<DialOut> { live.values.lazy.map(\.dialOut) }
    var count: Int { live.count }

    /// A dial-out as it stands, which may be ahead of the disk.
    struct Record {
        let dialOut: DialOut
        /// The group of the log that has its newest fact.
        fileprivate let group: Int
    }

    func record(of id: SortableID) -> Record? { live[id].map { Record(dialOut: $0.dialOut, group: $0.group) } }
    func records(where matches: (DialOut) -> Bool) -> [Record] {
        live.values.compactMap { matches($0.dialOut) ? Record(dialOut: $0.dialOut, group: $0.group) : nil }
    }

    /// Returns once all of a record is on disk, true; or false where the store refuses meanwhile.
    func isWritten(_ record: Record) async -> Bool { await ledger.isWritten(record.group) }

    func leg(of id: SortableID) -> LegID? { live[id]?.leg }
    func stopRequest(of id: SortableID) -> Ending? { stopRequests[id] }

    /// A dial-out that is on disk.
    func begin(_ dialOut: DialOut) {
        let call = Call(dialOut)
        call.dialOut.forgetFindings()
        live[dialOut.id] = call
    }

    /// A level of the tenant's limits at which dial-outs are to be looked at: counted each time, told once in a while, and not to operators.
    func warned(_ id: SortableID, _ reading: DialOutCounters.Reading) {
        metrics.warned(reading.measure)
        guard let subject = live[id]?.dialOut.subject, uses.isNews(reading.measure, of: subject) else { return }
        note(.warning(reading.measure, count: reading.count), of: id)
    }

    /// It waits for a trunk, at a place from 1 on.
    @inline(never)
    func queued(_ id: SortableID, at position: Int) { note(.queued(position: position), of: id) }

    @inline(never)
    func dial(_ leg: LegID, _ attempt: PlannedAttempt, at target: AttemptTarget, until deadline: Instant) {
        guard let call = live[leg.dialOut] else { preconditionFailure("a dial-out that is dialled for is live") }
        let dialOut = call.dialOut
        (call.leg, call.progressTold) = (leg, 0)
        if dialOut.attempts.isEmpty { metrics.stages.invited.note(world.now - dialOut.began) }
        if dialOut.trunkOwner != attempt.key.operatorID { note(.failedOver, of: leg.dialOut) }
        note(
            .dialling(
                .init(
                    operator: attempt.key.operatorID, trunk: attempt.key.trunk, address: target.address.address.description,
                    callerID: attempt.callerID, callID: trunks.callID(of: leg))), of: leg.dialOut)
        trunks.dial(
            invitation(leg, dialOut, attempt, target), on: attempt.key, hasOtherAddress: attempt.hasOtherAddress,
            timing: .init(
                silence: min(attempt.silence, deadline - world.now), ringing: .seconds(dialOut.order.ringTimeoutSeconds),
                maxDuration: .seconds(dialOut.order.maxDurationSeconds)))
    }

    /// What an attempt puts on the wire.
    @inline(never)
    func invitation(_ leg: LegID, _ dialOut: DialOut, _ attempt: PlannedAttempt, _ target: AttemptTarget) -> Invitation {
        var invitation = Invitation(
            id: leg, destination: target.address.address, host: attempt.peer.hostport, number: attempt.written.callee,
            callerID: attempt.written.caller, sdp: Array((dialOut.order.sdp ?? ownOffer(of: leg.dialOut)).utf8))
        invitation.transport = target.address.transport
        invitation.takesTCP = target.address.transport == .udp && !attempt.peer.namesTransport
        invitation.ownHosts = target.redirects
        invitation.isAsserted = attempt.isAsserted
        invitation.privacy = attempt.isWithheld ? .id : .none
        invitation.tenantHeader = (name: settings.tenantHeader, value: dialOut.tenant)
        invitation.credentials = attempt.trunk.credentials
        invitation.ringSeconds = dialOut.order.ringTimeoutSeconds
        return invitation
    }

    /// The configured offer; what has keys is shown for as long as the dial-out is in progress, and kept nowhere.
    private func ownOffer(of id: SortableID) -> String {
        if let plainOffer { return plainOffer }
        let offer = settings.offer.text(drawing: world.entropy)
        offers[id] = offer
        return offer
    }

    /// The offer of the INVITE that counts, where it has keys that whoever has the media needs.
    func keyedOffer(of id: SortableID) -> String? { offers[id] }

    /// Provisional answers of one attempt that are told: a far end may send as many as it likes.
    static let progressLimit = 32

    /// A provisional answer; repeated ones are not told again unless they bring another description, and a plain 100 is no news.
    @inline(never)
    func progressed(_ id: SortableID, code: Int, phrase: String, sdp: String?, _ reasons: [Reason]) {
        guard let call = live[id], let attempt = call.dialOut.attempts.last,
            attempt.sip != code || sdp.map({ $0 != call.dialOut.sdpAnswer }) == true
        else { return }
        let since = call.dialOut.time(at: world.now).milliseconds - attempt.startedAt.milliseconds
        if attempt.sip == nil { metrics.stages.provisional.note(.milliseconds(since)) }
        if code == 180, attempt.sip != code { metrics.stages.ringing.note(.milliseconds(since)) }
        guard code > 100, call.progressTold < Self.progressLimit else { return call.dialOut.tried(code, phrase) }
        call.progressTold += 1
        note(.progress(.init(sip: code, phrase: phrase, sdp: sdp, reason: Fact.Explanation(reasons))), of: id)
    }

    @inline(never)
    func connected(_ id: SortableID, code: Int, phrase: String, sdp: String?) {
        guard let call = live[id] else { return }
        call.dialOut.forgetAlternatives()
        if let attempt = call.dialOut.attempts.last {
            let since = call.dialOut.time(at: world.now).milliseconds - attempt.startedAt.milliseconds
            metrics.stages.answered.note(.milliseconds(since))
        }
        note(.answered(sdp: sdp, sip: code, phrase: phrase), of: id)
        if let rate = prices.rate(of: call.dialOut) { note(.priced(rate), of: id) }
        metrics.connected(call.dialOut, at: call.dialOut.time(at: world.now))
        lastSeen.begin()
    }

    /// Descriptions of one far end's that are told at once: it may offer as many as it likes.
    static let changesLimit = 32
    /// How long a later one may wait, for the last of those that came meanwhile to be told alone.
    static let changesPace = Duration.seconds(60)

    /// The far end has other media, or holds the call, or has taken our media that moved; a refresh that changes nothing is not told.
    @inline(never)
    func sessionChanged(_ id: SortableID, sdp: String, isOurs: Bool) {
        guard let call = live[id] else { return }
        guard isOurs || call.changesTold < Self.changesLimit else {
            if untold.isEmpty { untoldAlarm?.set(at: world.now + Self.changesPace) }
            return untold[id] = sdp
        }
        untold[id] = nil
        guard isOurs || call.dialOut.sdpAnswer != sdp else { return }
        if !isOurs { call.changesTold += 1 }
        note(.sessionChanged(sdp: sdp), of: id)
    }

    /// Tells the last description of each that had too many.
    func tellUntold() {
        for id in untold.keys.sorted() { if let change = untoldChange(of: id) { note(change, of: id) } }
    }

    private func untoldChange(of id: SortableID) -> Fact? {
        guard !untold.isEmpty, let sdp = untold.removeValue(forKey: id), live[id]?.dialOut.sdpAnswer != sdp else { return nil }
        return .sessionChanged(sdp: sdp)
    }

    /// `leg` is what is over; nil where it is still taken back in the background.
    @inline(never)
    func attemptFailed(_ id: SortableID, code: Int?, phrase: String?, _ ending: Ending, over leg: LegID?) {
        guard let call = live[id], let attempt = call.dialOut.attempts.last else { return }
        call.leg = nil
        metrics.attempted(ending.outcome, operatorID: attempt.operator)
        let hasRung = attempt.sip ?? 0 > 100, ownPhrase = hasRung && code == nil ? attempt.phrase : nil
        note(
            .attemptFailed(sip: code ?? (hasRung ? attempt.sip : nil), phrase: phrase ?? ownPhrase, ending), of: id,
            with: leg.map { [.document(.over($0))] } ?? [])
    }

    /// The end: told, kept, and forgotten here once it is on disk. It was at `instant`, or is now.
    @inline(never)
    func finish(_ id: SortableID, _ ending: Ending, at instant: Instant? = nil) {
        (stopRequests[id], offers[id]) = (nil, nil)
        guard let call = live[id] else { return }
        let leg = call.leg
        call.leg = nil
        let attempt = call.dialOut.hasOpenAttempt ? call.dialOut.attempts.last : nil, now = call.dialOut.end(at: instant ?? world.now)
        let change = untoldChange(of: id).map { call.dialOut.note($0, at: now) }
        let told = call.dialOut.note(.ended(ending, sip: attempt?.sip, phrase: attempt?.phrase), at: now), dialOut = call.dialOut
        if let attempt { metrics.attempted(ending.outcome, operatorID: attempt.operator) }
        metrics.ended(ending.outcome, operatorID: dialOut.trunkOwner)
        var entries: [StoreEntry] = [told, .dialOut(dialOut.row)] + uses.ended(dialOut)
        if let change { entries.insert(change, at: 0) }
        if let leg { entries.append(.document(.over(leg))) }
        call.group = ledger.nextGroup
        ledger.note(entries)
        ledger.whenCommitted { [weak self] in self?.forget(id) }
    }

    private func forget(_ id: SortableID) {
        if let ended = live.removeValue(forKey: id) { world.spans?.take(ended.dialOut.spans) }
        left()
    }

    /// Cancels what rings, hangs up what is connected, and stops what has not dialled yet. Repeatable; the first reason counts.
    func stop(_ id: SortableID, _ ending: Ending) {
        guard let call = live[id], call.dialOut.state != .ended, stopRequests[id] == nil else { return }
        stopRequests[id] = ending
        guard let leg = call.leg else {
            trunks.giveUp(id)
            return lookUps.giveUp(id)
        }
        trunks.stop(leg, because: ending.endedBy == .meeting ? .meeting : .draining)
    }

    /// Cancels or hangs up all that are in progress, in the order of their identifiers.
    func stopAll() {
        for id in live.keys.sorted() { stop(id, .stopped) }
    }

    private func note(_ fact: Fact, of id: SortableID, with more: [StoreEntry] = []) {
        guard let call = live[id] else { return }
        let now = call.dialOut.time(at: world.now), entry = call.dialOut.note(fact, at: now)
        call.group = ledger.nextGroup
        ledger.note([entry] + more)
    }
}

extension Fact.Explanation {
    /// Nil where no reason is given.
    fileprivate init?(_ reasons: [Reason]) {
        guard !reasons.isEmpty else { return nil }
        self.init(cause: reasons.q850, text: reasons.words)
    }
}
