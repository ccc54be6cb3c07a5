import Basis
import FarEnd
import SIP
import Service

/// What holds when the service was killed, by what the far ends saw and the store has.
struct CrashInvariants {
    private let run: SimRun
    private let calls: [(trunk: SimTrunk, record: CallRecord)]

    init(_ run: SimRun) {
        self.run = run
        calls = run.trunks.flatMap { trunk in trunk.calls.values.map { (trunk, $0) } }.sorted { $0.1.callID < $1.1.callID }
    }

    func violations() -> [String] { nothingRings() + endedInTime() + neverDialledAgain() + storeIsTidy() }

    /// I16: no far end rings on, but for one that takes CANCEL and says no more.
    private func nothingRings() -> [String] {
        guard !run.deaths.isEmpty else { return [] }
        return calls.filter { $0.record.code == nil && $0.record.endedAt == nil && !$0.record.callee.hasSuffix("0488") }.map {
            trunk, record in
            "I16: \(record.callID) to \(record.callee) rings on at \(trunk.name)"
        }
    }

    /// I17: within five seconds after a new start that lives as long all calls of the one before are over; later only where a far end's name
    /// led elsewhere first. Asked where no datagram is lost.
    private func endedInTime() -> [String] {
        guard run.scenario.faults.losesNothing else { return [] }
        let named = run.scenario.hardships.named
        return run.deaths.flatMap { at, backAt, _ in
            calls.compactMap { trunk, record -> String? in
                guard record.startedAt < at, !record.callee.hasSuffix("0488"), let endedAt = record.endedAt else { return nil }
                let end = max(endedAt, record.forkEndedAt ?? endedAt)
                var due = backAt + .seconds(5)
                if let named, named.trunk == trunk.name {
                    due = due + .milliseconds(named.after) + (named.first == nil ? .zero : .seconds(4))
                }
                guard end > due, !run.deaths.contains(where: { backAt <= $0.at && $0.at < due }) else { return nil }
                return "I17: \(record.callee) at \(trunk.name) was over \(end - backAt) after the new start"
            }
        }
    }

    /// I18: what a crash left without an end is never dialled again.
    private func neverDialledAgain() -> [String] {
        run.network.invites.compactMap { invite in
            guard let first = run.store.events.first(where: { $0.row.dialOut.description == invite.sessionID })?.place,
                run.deaths.contains(where: { $0.backAt <= invite.at && first <= $0.place })
            else { return nil }
            return "I18: \(invite.sessionID) was dialled after the service had died"
        }
    }

    /// I19: nothing is kept of legs that are over, and every dial-out has an end.
    private func storeIsTidy() -> [String] {
        let open = run.store.dialOuts.values.filter(\.isOpen).map(\.id).sorted()
        return run.store.standing.map { "I19: the leg \($0) is kept" } + open.map { "I19: \($0) has no end in the store" }
    }
}
