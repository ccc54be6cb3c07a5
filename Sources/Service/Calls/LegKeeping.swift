import Basis
import Dialing
import SIP

/// Legs on disk, each from before its INVITE leaves until it is over, so that the next start can end what this one leaves up
/// (docs/decisions/lost-dial-outs.md).
final class LegKeeping {
    private let world: any World
    private let store: any Store
    private let ledger: Ledger
    private let trunks: Trunks
    private let carriers: Carriers
    private let uses: DialOutUses
    private let metrics: Metrics
    private let log: ServiceLog
    private var loop: Loop<LegKeeping>?
    /// The ends of what an earlier start left open, until they are written.
    private var leftOver: [EarlierStart.LeftOver]
    /// Legs that were up then.
    private var standing: [StandingCall]
    /// The key of this store's legs when this start has drawn it, until it is written: before any leg is.
    private var newLegKey: LegKey?
    /// Called where the last one may just have gone.
    private let left: () -> Void

    init(
        world: any World, store: any Store, ledger: Ledger, trunks: Trunks, carriers: Carriers, uses: DialOutUses, metrics: Metrics,
        log: ServiceLog, before: EarlierStart, left: @escaping () -> Void
    ) {
        (self.world, self.store, self.ledger, self.trunks) = (world, store, ledger, trunks)
        (self.carriers, self.uses, self.metrics, self.log, self.left) = (carriers, uses, metrics, log, left)
        (leftOver, standing, newLegKey) = (before.leftOver, before.standing, before.newLegKey)
    }

    /// Connects the trunks with the disk.
    func start(_ loop: Loop<LegKeeping>) -> Trunks.Journal {
        self.loop = loop
        var journal = Trunks.Journal()
        journal.keep = { [weak self] id, trunk, kept in self?.keep(id, on: trunk, kept) ?? false }
        journal.trace = { id, kept in loop.detach { await $0.trace(id, kept) } }
        journal.forget = { [weak self] id in self?.forget(id) }
        return journal
    }

    /// Ends what was in progress when an earlier start of the service stopped without a word: in the records, and on the trunks.
    func closeLeftOver() {
        if !leftOver.isEmpty || !standing.isEmpty {
            log(
                .warning, "calls",
                "an earlier start stopped without a word: what became of its calls is not known, and those on trunks are ended",
                ["dialOuts": "\(leftOver.count)", "legs": "\(standing.count)"])
        }
        if let newLegKey { ledger.note([.document(StoredLegKey.document(newLegKey))]) } else { trunks.takeOver() }
        for one in leftOver {
            if let tried = one.tried { metrics.lost(operatorID: tried, wasAnswered: one.wasAnswered) }
            metrics.ended(.indeterminate, operatorID: one.owner)
            ledger.note(one.entries + uses.carried(one.dialOut))
        }
        for call in standing {
            let trunk = carriers[call.operator]?.trunks.first { $0.name == call.trunk }
            if let peer = trunk.flatMap({ try? TrunkURI($0.uri) }), let hop = call.leg.nextHop {
                world.recall(hop.address, of: peer)
            }
            trunks.takeUp(call.leg, on: call.key, credentials: trunk?.credentials)
        }
        (leftOver, standing, newLegKey) = ([], [], nil)
    }

    /// Keeps a leg as it stands, for the next start; what happens to it waits for that.
    private func keep(_ id: KeptID, on trunk: TrunkKey, _ kept: StandingLeg) -> Bool {
        ledger.note([.document(StandingCall(kept, on: trunk).document)], isAwaited: true)
        ledger.whenCommitted { [weak trunks] in trunks?.kept(id) }
        return ledger.failure == nil
    }

    /// A phone takes a call that this start did not dial, or long ago: the record says on which trunk it was.
    private func trace(_ id: KeptID, _ kept: StandingLeg) async {
        let attempts = (try? await store.dialOut(id.leg.dialOut)?.folded())?.attempts ?? []
        let attempt = attempts.indices.contains(id.leg.attempt - 1) ? attempts[id.leg.attempt - 1] : nil
        let trunk = attempt.map { TrunkKey(operatorID: $0.operator, trunk: $0.trunk) }
        trunks.keep(id, kept, on: trunk)
    }

    private func forget(_ id: KeptID) {
        ledger.note([.document(.over(id))])
        left()
    }
}

/// What an earlier start of the service left open.
struct EarlierStart {
    /// A dial-out without an end: whose trunks it was for, and where an attempt was open, whose, and whether that was answered.
    struct LeftOver {
        let owner: String?
        let tried: String?
        let wasAnswered: Bool
        /// As it is with its end, and what is to be kept of that.
        let dialOut: DialOut
        let entries: [StoreEntry]
    }
    let leftOver: [LeftOver]
    let standing: [StandingCall]
    /// The key of the store's legs, and whether this start has drawn it.
    let legKey: LegKey
    fileprivate let newLegKey: LegKey?

    init(_ contents: StoreContents, at now: WallTime, draw: () -> LegKey) throws(StoreFailure) {
        let stored = contents.legKey
        legKey = stored ?? draw()
        newLegKey = stored == nil ? legKey : nil
        let lost = try contents.openDialOuts.map { stored throws(StoreFailure) in try stored.folded() }, seen = try LastSeen.time(contents)
        leftOver = lost.map { one in
            var closed = one
            let entries = closed.close(at: now, seen: seen)
            return LeftOver(
                owner: one.trunkOwner, tried: one.hasOpenAttempt ? one.attempts.last?.operator : nil,
                wasAnswered: one.connectedAt != nil, dialOut: closed, entries: entries)
        }
        standing = contents.standingCalls(of: lost)
    }
}
