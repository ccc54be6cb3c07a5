import Basis
import Dialing

extension Switchboard {
    /// Takes over what is configured of the operators that `isMeant` names: calls in progress stay, who waits for a trunk that takes no more
    /// calls leaves its queue.
    ///
    /// Returns the trunks that have another account than before.
    @discardableResult
    mutating func configure(_ operators: [Operator], _ isMeant: (String) -> Bool = { _ in true }, at now: Instant) -> Set<TrunkKey> {
        var seen: Set<TrunkKey> = [], renewed: Set<TrunkKey> = []
        let keys = operators.flatMap { carrier in carrier.trunks.map { (TrunkKey(operatorID: carrier.id, trunk: $0.name), $0.inForce) } }
        for (index, (key, trunk)) in keys.enumerated() {
            seen.insert(key)
            if let before = lines[key], before.trunk.credentials != trunk.credentials { renewed.insert(key) }
            put(trunk, as: key, share: (index + 1, of: keys.count), at: now)
        }
        for key in lines.keys.filter({ isMeant($0.operatorID) && !seen.contains($0) }).sorted() {
            lines[key]!.isConfigured = false
            dislodge(key)
            if lines[key]!.channels.inUse == 0 { forget(key) }
        }
        return renewed
    }

    /// First probes are spread over the interval.
    private mutating func put(_ trunk: Trunk, as key: TrunkKey, share: (Int, of: Int), at now: Instant) {
        let before = lines[key]
        guard before?.trunk != trunk || before?.isConfigured == false else { return }
        var line = before ?? Line(trunk: trunk)
        (line.trunk, line.isConfigured) = (trunk, true)
        if before?.trunk.uri != trunk.uri { (line.health, line.circuit) = (TrunkHealth(), Circuit()) }
        lines[key] = line
        watchCircuit(key, at: now)
        if !isProbing || !trunk.enabled || line.probing.seconds == 0 {
            timers.set(.probe(key), at: nil)
        } else if before == nil || before?.takesCalls == false || before?.probing != line.probing || before?.trunk.uri != trunk.uri {
            let interval = Duration.seconds(line.probing.seconds)
            timers.set(.probe(key), at: now + interval * share.0 / share.of)
        }
        if line.takesCalls { pump(key, at: now) } else { dislodge(key) }
    }

    private mutating func dislodge(_ key: TrunkKey) {
        for id in lines[key]!.queue.order {
            if !keepsWaiting(id, without: key) { put(.dislodged(id)) }
        }
    }

    mutating func forget(_ key: TrunkKey) {
        lines[key] = nil
        for timer in [Timer.rate(key), .circuit(key), .probe(key)] { timers.set(timer, at: nil) }
    }
}
