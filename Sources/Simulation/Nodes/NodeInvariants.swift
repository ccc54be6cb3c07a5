import Basis
import Dialing
import FarEnd
import Service

/// What holds of several services on one database, by the answers, the far ends, the watchers and the rows (docs/decisions/two-services-on-one-log.md).
struct NodeInvariants {
    private let run: NodesRun
    private let rows: [LogID: [SharedDatabase.Row]]
    private let calls: [CallRecord]

    init(_ run: NodesRun) {
        (self.run, rows) = (run, run.database.rows)
        calls = run.trunks.flatMap(\.calls.values).sorted { $0.callID < $1.callID }
    }

    func violations() -> [String] {
        placesRise() + watchersMissNothing() + oneCallAKey() + nothingIsToldEarly() + nothingIsLost() + nothingIsStale()
            + hintsAreNotNeeded()
            + nothingIsDialledAtTheWrongTime() + nobodyWaitsInACircle() + oneVersionEach()
    }

    /// N1: the places of each log rise by 1.
    private func placesRise() -> [String] {
        rows.sorted { $0.key < $1.key }.compactMap { log, own in
            let places = own.map(\.place)
            return places == Array(1...Int64(places.count)) ? nil : "N1: the places of log \(log) are \(places)"
        }
    }

    /// N2: every watcher sees ids that rise and each event of each dial-out once, in order, whatever node it is at; in the end all of them.
    private func watchersMissNothing() -> [String] {
        var wrong: [String] = []
        for (index, watcher) in run.watchers.enumerated() {
            var last = LogPlaces(), sequences: [SortableID: Int] = [:]
            for sight in watcher.sights {
                if last.isBeyond(sight.id) || last == sight.id { wrong.append("N2: watcher \(index) saw \(sight.id) after \(last)") }
                let next = sequences[sight.event.dialOutId, default: 0] + 1
                if sight.event.sequence != next {
                    wrong.append("N2: watcher \(index) saw event \(sight.event.sequence) of \(sight.event.dialOutId), not \(next)")
                }
                (last, sequences[sight.event.dialOutId]) = (sight.id, sight.event.sequence)
            }
            if watcher.resets + watcher.unreadable > 0 {
                wrong.append("N2: watcher \(index) was reset \(watcher.resets) times, and \(watcher.unreadable) events were none")
            }
            if watcher.sights.count != run.database.tables.events.count {
                wrong.append("N2: watcher \(index) saw \(watcher.sights.count) of \(run.database.tables.events.count) events")
            }
        }
        return wrong
    }

    /// N3: one key is one call at the far ends, and one answer, wherever and however often it was posted.
    private func oneCallAKey() -> [String] {
        let keyed = Dictionary(
            grouping: run.answers.filter { $0.post.request.idempotencyKey != nil }, by: { $0.post.request.idempotencyKey! })
        return keyed.sorted { $0.key < $1.key }.flatMap { key, own -> [String] in
            let said = Set(
                own.filter { ![429, 503].contains($0.answer.status) }.map { answered in
                    "\(answered.answer.status) \(answered.answer.header("Location") ?? "") \(answered.answer.text)"
                })
            let dialled = Set(calls.filter { $0.callee == own[0].post.request.number }.map { $0.sessionID?.prefix(32) ?? "" })
            return (said.count > 1 ? ["N3: \(key) was answered \(said.sorted())"] : [])
                + (dialled.count > 1 ? ["N3: \(key) rang as \(dialled.sorted())"] : [])
        }
    }

    /// N4: who is told of an event, or that a dial-out is accepted, is told of what is on disk.
    private func nothingIsToldEarly() -> [String] {
        var wrong: [String] = []
        for (index, watcher) in run.watchers.enumerated() {
            for sight in watcher.sights where !isCommitted(sight.event.dialOutId, sight.event.sequence, by: sight.at) {
                wrong.append("N4: watcher \(index) saw event \(sight.event.sequence) of \(sight.event.dialOutId) before it was on disk")
            }
        }
        for answered in run.answers {
            guard let id = answered.answer.body["id"].string.flatMap({ SortableID($0) }), !isCommitted(id, 1, by: answered.at) else {
                continue
            }
            wrong.append("N4: \(answered.answer.status) of \(id) was answered before it was on disk")
        }
        return wrong
    }

    private func isCommitted(_ id: SortableID, _ sequence: Int, by time: Instant) -> Bool {
        row(id, sequence).map { $0.at <= time } ?? false
    }

    private func row(_ id: SortableID, _ sequence: Int) -> SharedDatabase.Row? {
        guard let log = run.database.tables.home[id] else { return nil }
        return rows[log]?.first { $0.dialOut == id && $0.sequence == sequence }
    }

    /// N5: what was accepted is there and has come to one end, and no far end is left up.
    private func nothingIsLost() -> [String] {
        let ends = Dictionary(
            grouping: run.database.tables.events.filter { event in
                (try? JSON.decode(CallEvent.self, event.row.body)).map { $0.type == .ended || $0.type == .refused } ?? false
            }, by: \.row.dialOut
        ).mapValues(\.count)
        let ids = Set(run.answers.filter { $0.answer.status == 202 }.compactMap { $0.answer.body["id"].string.flatMap { SortableID($0) } })
        let lost = ids.union(run.database.tables.dialOuts.keys).sorted().compactMap { id -> String? in
            ends[id] == 1 && run.database.tables.dialOuts[id]?.isOpen == false ? nil : "N5: \(id) has \(ends[id] ?? 0) ends"
        }
        return lost + calls.filter(\.isUp).map { "N5: \($0.callID) to \($0.callee) is left up" }
    }

    /// N6: no row was written by a process whose log was another's by then.
    private func nothingIsStale() -> [String] {
        rows.sorted { $0.key < $1.key }.flatMap { log, own in
            own.filter(\.isStale).map { "N6: place \($0.place) of log \(log) was written by a process of before" }
        }
    }

    /// N7: what is on disk is seen at each other node that works within 200 ms and a round trip, hint or not.
    private func hintsAreNotNeeded() -> [String] {
        let bound = Duration.milliseconds(200) + SharedStore.slowest * 2
        return run.watchers.flatMap { watcher in
            watcher.sights.compactMap { sight in
                guard let row = row(sight.event.dialOutId, sight.event.sequence), sight.since < row.at, sight.at - row.at > bound,
                    run.database.tables.home[row.dialOut] != run.nodes[sight.node].log, !hadTrouble(sight.node, row.at...sight.at)
                else { return nil }
                return "N7: node \(sight.node + 1) told of \(sight.event.dialOutId) \(sight.event.sequence) after \(sight.at - row.at)"
            }
        }
    }

    private func hadTrouble(_ node: Int, _ time: ClosedRange<Instant>) -> Bool {
        let node = run.nodes[node]
        return (node.troubles + node.processes.flatMap(\.store.gaps)).contains { $0.overlaps(time) }
    }

    /// N8: an INVITE leaves behind the dial-out's acceptance, and before its end, on disk.
    private func nothingIsDialledAtTheWrongTime() -> [String] {
        run.network.invites.compactMap { invite in
            guard let id = SortableID(invite.sessionID), let first = row(id, 1)?.at else {
                return "N8: nobody asked for \(invite.sessionID)"
            }
            let end = run.database.tables.events.last { $0.row.dialOut == id }.flatMap { row(id, $0.row.sequence)?.at }
            guard invite.at < first || end.map({ $0 < invite.at }) ?? false else { return nil }
            return
                "N8: \(id) was dialled at \(invite.at - .zero), and was on disk from \(first - .zero) to its end at \(end.map { "\($0 - .zero)" } ?? "")"
        }
    }

    /// N9: no two transactions wait for each other.
    private func nobodyWaitsInACircle() -> [String] {
        run.database.deadlocks == 0 ? [] : ["N9: \(run.database.deadlocks) transactions waited in a circle"]
    }

    /// N10: of changes made at the same moment one is in force.
    private func oneVersionEach() -> [String] {
        let made = run.changes.count { $0 < 300 }
        return made <= 1 ? [] : ["N10: \(made) nodes have put the same version in force"]
    }
}
