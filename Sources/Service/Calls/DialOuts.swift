import Basis
import Dialing
import Patterns
import SIP

/// The owner of all dial-outs: from a request that is well formed to the end of its call. Others read them, and ask to have one stopped.
///
/// `Admission.swift` brings a dial-out to the disk, `DialOutStory.swift` tells what becomes of it, ``LiveDialOuts`` keeps its record.
final class DialOuts {
    let world: any World
    let settings: Settings
    let store: any Store
    let ledger: Ledger
    let trunks: Trunks
    let carriers: Carriers
    let metrics: Metrics
    let identifiers: Identifiers
    let administration: Administration
    let uses: DialOutUses
    let live: LiveDialOuts
    let scratch = Pattern.Scratch()
    /// When identifiers were ahead of the wall clock.
    var clock: ClockSteps
    private(set) var isDraining = false
    private var connection: Loop<DialOuts>?

    init(
        world: any World, settings: Settings, store: any Store, ledger: Ledger, trunks: Trunks, carriers: Carriers, metrics: Metrics,
        identifiers: Identifiers, clock: ClockSteps, administration: Administration, uses: DialOutUses, live: LiveDialOuts
    ) {
        (self.world, self.settings, self.store, self.ledger, self.trunks) = (world, settings, store, ledger, trunks)
        (self.carriers, self.metrics, self.identifiers, self.clock) = (carriers, metrics, identifiers, clock)
        (self.administration, self.uses, self.live) = (administration, uses, live)
    }

    /// Called once, before the first admission.
    func start(_ loop: Loop<DialOuts>) {
        connection = loop
        live.start(loop)
        trunks.follower = { [weak self] leg, step in self?.conversed(leg, step) }
    }

    var loop: Loop<DialOuts> {
        guard let connection else { preconditionFailure("dial-outs are started before one is admitted") }
        return connection
    }

    /// Nothing new is taken, and what waits for a trunk is given up.
    func drain() {
        isDraining = true
        trunks.drain()
        for id in trunks.waiting { live.stop(id, .stopped) }
    }

    /// What a tenant that is no more leaves: counts, meetings, and calls in progress, which nobody could end now. `name` is what its meetings are kept
    /// under.
    func forget(tenant id: String, name: String) {
        uses.forget(tenant: id, name: name)
        for dialOut in live.all where dialOut.tenant == id { live.stop(dialOut.id, .tenantRemoved) }
    }
}
