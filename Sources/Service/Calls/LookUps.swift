import Basis

/// Names that dial-outs which have not dialled wait for.
final class LookUps {
    private struct Wait {
        var missing: Set<TrunkURI>
        var found: [TrunkURI: [TrunkAddress]]
        var waiter: CheckedContinuation<Void, Never>?
    }

    private var waits: [SortableID: Wait] = [:]
    /// Names that did not answer in time, and until when nobody waits for them.
    private var silent: [TrunkURI: Instant] = [:]

    /// How long a call waits for names that it can do without.
    static let patience = Duration.seconds(2)
    /// How long nobody does after one was silent.
    static let silence = Duration.seconds(60)
    static let silentLimit = 1_024

    func isSilent(_ name: TrunkURI, at now: Instant) -> Bool { silent[name].map { now < $0 } ?? false }

    /// A dial-out waits for the missing names; `found` is what is known of the others.
    func begin(_ id: SortableID, for missing: Set<TrunkURI>, beside found: [TrunkURI: [TrunkAddress]]) {
        waits[id] = Wait(missing: missing, found: found)
    }

    /// The waiter is resumed as soon as all names are found, the wait is over, or the dial-out is given up.
    func wait(_ id: SortableID, _ waiter: CheckedContinuation<Void, Never>) {
        if waits[id]?.missing.isEmpty == false { waits[id]!.waiter = waiter } else { waiter.resume() }
    }

    func answered(_ name: TrunkURI, _ addresses: [TrunkAddress], for id: SortableID) {
        silent[name] = nil
        guard waits[id]?.missing.remove(name) != nil else { return }
        waits[id]!.found[name] = addresses
        if waits[id]!.missing.isEmpty { giveUp(id) }
    }

    /// The wait is over: what has not answered is not waited for again for a while.
    func timedOut(_ id: SortableID, at now: Instant) {
        if silent.count >= Self.silentLimit { silent = silent.filter { now < $0.value } }
        for name in waits[id]?.missing ?? [] where silent.count < Self.silentLimit { silent[name] = now + Self.silence }
        giveUp(id)
    }

    /// The dial-out waits no more.
    func giveUp(_ id: SortableID) { waits[id]?.waiter.take()?.resume() }

    /// What was found, once the waiter is resumed.
    func end(_ id: SortableID) -> [TrunkURI: [TrunkAddress]] { waits.removeValue(forKey: id)?.found ?? [:] }
}

extension DialOuts {
    /// Where the names lead, asked for side by side: all that is known as soon as no more is missing, `time` is over, or the dial-out is to stop.
    @inline(never)
    func addresses(of names: [TrunkURI], for id: SortableID, within time: Duration? = nil) async -> [TrunkURI: [TrunkAddress]] {
        let lookUps = live.lookUps
        var found: [TrunkURI: [TrunkAddress]] = [:], missing: [TrunkURI] = []
        for name in names {
            if let known = world.knownAddresses(of: name) {
                found[name] = known
            } else if time == nil || !lookUps.isSilent(name, at: world.now) {
                missing.append(name)
            }
        }
        guard !missing.isEmpty, live.stopRequest(of: id) == nil else { return found }
        lookUps.begin(id, for: Set(missing), beside: found)
        for name in missing { loop.detach { await $0.lookUp(name, for: id) } }
        let alarm = time.map { _ in loop.makeAlarm { $0.live.lookUps.timedOut(id, at: $0.world.now) } }
        alarm?.set(at: time.map { world.now + $0 })
        await withCheckedContinuation { lookUps.wait(id, $0) }
        alarm?.set(at: nil)
        return lookUps.end(id)
    }

    private func lookUp(_ name: TrunkURI, for id: SortableID) async {
        live.lookUps.answered(name, await world.resolve(name), for: id)
    }
}
