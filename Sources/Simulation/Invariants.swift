import Basis
import Dialing
import FarEnd
import SIP
import Service

/// The invariants of a single call, checked after a run by what everybody outside saw: the callers' answers, the store, the far ends, the watchers.
struct Invariants {
    private let run: SimRun
    private let calls: [(trunk: SimTrunk, record: CallRecord)]

    init(_ run: SimRun) {
        self.run = run
        calls = run.trunks.flatMap { trunk in trunk.calls.values.map { (trunk, $0) } }
    }

    func violations() -> [String] {
        keptAndEnded() + oneCallARequest() + nothingLeftUp() + onlyAllowedRoutes() + timesAreRight() + everythingWasTold()
            + talksHaveMedia()
            + credentialsAreFresh() + logSaysTheSame() + streamsAreFramed()
            + nothingIsForged() + logIsOfUse()
    }

    /// I23: no line of the log shows a number that is dialled or shown, and none comes with each message: the same is said once in a second by each
    /// start of the service.
    private func logIsOfUse() -> [String] {
        var said: [String: Instant] = [:], wrong: [String] = []
        let numbers = Set(calls.map(\.record.callee) + calls.map(\.record.from)).map { String($0.drop { $0 == "+" }) }.filter {
            $0.count > 6
        }
        for (at, line) in run.world.logLines {
            let text = ([line.label, line.message] + line.fields.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
            if numbers.contains(where: { text.contains($0) }) { wrong.append("I23: a line of the log shows a number: \(text)") }
            let isNewStart = run.deaths.contains { (said[text] ?? at) <= $0.backAt && $0.backAt <= at }
            if line.label != "configuration", !isNewStart, let last = said[text], at - last < .seconds(1) {
                wrong.append("I23: within a second again: \(text)")
            }
            said[text] = at
        }
        return wrong
    }

    /// I20: whoever reads the log finds what was told when it happened, and the records that callers were shown.
    private func logSaysTheSame() -> [String] {
        let (page, stored) = run.store.everything
        do {
            let told = try page.told().filter { !$0.told.isForOperatorAlone }.map(\.told.written), live = run.store.events.map(\.row.body)
            if told != live { return ["I20: the log says \(told.count) events, \(live.count) were told, or others"] }
            return try stored.compactMap { dialOut in
                let record = try dialOut.folded(), known = run.finalRecords["\(record.id)"]
                return known == nil || known == record.shown ? nil : "I20: the record of \(record.id) is another than was shown"
            }
        } catch {
            return ["I20: \(error)"]
        }
    }

    /// I21: what goes by TCP can be cut into messages, wherever its bytes are cut.
    private func streamsAreFramed() -> [String] { run.network.streams.unframed.map { "I21: \($0)" } }

    /// I22: whatever anybody wrote, and by whatever way, no call shows a number that its operator did not give to the tenant.
    private func nothingIsForged() -> [String] {
        calls.compactMap { trunk, record in
            record.callerID == SimRun.given[trunk.operatorID]
                ? nil : "I22: \(record.callee) was called as \(record.callerID) by \(trunk.operatorID)"
        }
    }

    private func field(_ record: JSONValue, _ name: String) -> String { record[name].string ?? "" }

    /// I1: each request answered 202 is in the store and has come to exactly one end; each refusal with an id is kept.
    private func keptAndEnded() -> [String] {
        var wrong: [String] = []
        for (_, answer) in run.answers {
            guard let id = answer.body["id"].string else { continue }
            let record = run.finalRecords[id] ?? .null
            if field(record, "state") != "ended" { wrong.append("I1: \(id) was answered \(answer.status) and is \(record)") }
            let ends = run.store.events.count { $0.row.dialOut.description == id && isEnd($0) }
            if ends != 1 { wrong.append("I1: \(id) has \(ends) ends in the log") }
            if answer.status != 202, field(record, "outcome") != "refused" {
                wrong.append("I1: \(id) was refused and is \(field(record, "outcome"))")
            }
            if let sortable = SortableID(id), run.store.dialOuts[sortable]?.isOpen != false {
                wrong.append("I1: \(id) is not ended in the store")
            }
        }
        return wrong
    }

    private func isEnd(_ event: SimEvent) -> Bool {
        (try? JSON.decode(CallEvent.self, event.row.body)).map { $0.type == .ended || $0.type == .refused } ?? false
    }

    /// I2: at most one answered call at a time for one request, one answer for one idempotency key, no INVITE without a request.
    private func oneCallARequest() -> [String] {
        var wrong: [String] = []
        for (id, own) in Dictionary(grouping: calls, by: { String($0.record.sessionID?.prefix(32) ?? "") }) {
            if run.finalRecords[id] == nil { wrong.append("I2: an INVITE for \(id), which nobody asked for") }
            let talks = own.compactMap { call in call.record.answeredAt.map { ($0, call.record.endedAt ?? .distantFuture) } }.sorted {
                $0.0 < $1.0
            }
            let connected = run.store.events.count { $0.row.dialOut.description == id && isKind(.connected, $0) }
            if connected > 1 { wrong.append("I2: \(id) was connected \(connected) times") }
            if talks.count > 1, connected == 1, zip(talks, talks.dropFirst()).contains(where: { ($0.1 - $1.0) > .seconds(34) }) {
                wrong.append("I2: \(id) had two answered calls at a time")
            }
        }
        for (key, own) in Dictionary(grouping: run.answers.filter { $0.post.idempotencyKey != nil }, by: { $0.post.idempotencyKey! }) {
            let ids = Set(own.map(\.answer).filter { ![409, 429, 503].contains($0.status) }.compactMap { $0.body["id"].string })
            if ids.count > 1 { wrong.append("I2: \(key) made \(ids.count) dial-outs") }
        }
        return wrong
    }

    private func isKind(_ kind: CallEvent.Kind, _ event: SimEvent) -> Bool {
        (try? JSON.decode(CallEvent.self, event.row.body))?.type == kind
    }

    /// I14: who answers without a session description, early or late, is not connected.
    private func talksHaveMedia() -> [String] {
        let answered = calls.filter { $0.record.answeredAt != nil || $0.record.forkAnsweredAt != nil }
        return Dictionary(grouping: answered) { String($0.record.sessionID?.prefix(32) ?? "") }.sorted { $0.key < $1.key }.compactMap {
            id, own in
            guard !own.contains(where: \.record.hasMedia) else { return nil }
            let isConnected = run.store.events.contains { $0.row.dialOut.description == id && isKind(.connected, $0) }
            return isConnected ? "I14: \(id) has no media and is connected" : nil
        }
    }

    /// I15: no count of a nonce is used twice. Asked where nothing is lost or late: an answer to a call that is long forgotten is hung up by
    /// credentials that know nothing of the others.
    private func credentialsAreFresh() -> [String] {
        guard run.scenario.faults.losesNothing else { return [] }
        return calls.compactMap { _, record in
            record.reusedCounts > 0 ? "I15: \(record.callID) has credentials that were used before" : nil
        }
    }

    /// I3: no far end is left up, and each 2xx had its ACK. The one that has none was answered while the store refused, so that its BYE went
    /// first, and the service died between that and its answer: nobody repeats a 2xx whose call is over, and the next start knows of none.
    private func nothingLeftUp() -> [String] {
        calls.compactMap { trunk, record in
            if record.isUp { return "I3: \(record.callID) to \(record.callee) is left up at \(trunk.name)" }
            if record.answeredAt != nil, !diedBeforeItsACK(record), !run.network.acknowledged.contains(record.callID) {
                return "I3: \(record.callID) at \(trunk.name) never had its ACK"
            }
            return nil
        }
    }

    private func diedBeforeItsACK(_ record: CallRecord) -> Bool {
        guard let outage = run.scenario.outage, record.ending == .callerHungUp, let answeredAt = record.answeredAt,
            let endedAt = record.endedAt
        else { return false }
        let refusing = run.begun + .seconds(outage.lowerBound - 1)...run.begun + .seconds(outage.upperBound + 1)
        let waiting = endedAt + .seconds(-1)...endedAt + Timers().timeout + .seconds(1)
        return refusing.contains(answeredAt) && run.deaths.contains { waiting.contains($0.at) }
    }

    /// I4: every INVITE went to an operator, with a caller ID, that the slow reading of the rules allows, and the first one first.
    private func onlyAllowedRoutes() -> [String] {
        var wrong: [String] = []
        for (id, own) in Dictionary(grouping: calls, by: { String($0.record.sessionID?.prefix(32) ?? "") }) {
            let record = run.finalRecords[id] ?? .null
            guard let version = record["decision"]["configVersion"].integer, let directory = run.directories[version],
                let tenant = directory.tenant("contoso"), let organizer = directory.user(field(record, "organizer"), of: "contoso")
            else {
                wrong.append("I4: \(id) names a configuration that was never in force")
                continue
            }
            let number = field(record, "number")
            let allowed = (try? ReferenceRouter.sources(number, organizer: organizer, in: tenant)) ?? nil
            let routed = allowed.map { $0.filter { SimRun.given[$0.operatorID] == $0.callerID } }
            let standing =
                routed ?? (organizer.licences.contains(.audioConferencingStandard) ? [(Operator.serviceCarrier, "+12065550199")] : [])
            for call in own
            where !standing.contains(where: { $0.operatorID == call.trunk.operatorID && $0.callerID == call.record.callerID }) {
                wrong.append(
                    "I4: \(number) of \(organizer.upn) went to \(call.trunk.operatorID) as \(call.record.callerID), allowed is \(standing)")
            }
            for call in own where call.record.callee != number {
                wrong.append("I4: \(call.record.callee) was dialled in place of \(number)")
            }
            if let first = record["attempts"].array.first, let wanted = standing.first, field(first, "operator") != wanted.operatorID,
                run.scenario.hardships.limits == nil, run.scenario.hardships.drain == nil, !hasFailed(wanted.operatorID, before: id)
            {
                wrong.append("I4: \(number) was first tried at \(field(first, "operator")), not \(wanted.operatorID)")
            }
        }
        return wrong
    }

    /// Whether a call of the operator failed in a way that speaks against the trunk, or its trunk did not answer, before the dial-out ended.
    private func hasFailed(_ operatorID: String, before id: String) -> Bool {
        if run.scenario.hardships.probing > 0, run.scenario.deadTrunk || run.scenario.hardships.deaf != nil { return true }
        if run.scenario.hardships.probing > 0 || operatorID.isEmpty, !run.scenario.faults.losesNothing { return true }
        return run.store.events.prefix { $0.row.dialOut.description != id || !isEnd($0) }.contains { event in
            guard event.row.operatorID ?? "" == operatorID, event.row.dialOut.description != id,
                let told = try? JSON.decode(CallEvent.self, event.row.body), told.type == .attemptFailed
            else { return false }
            return told.sip.map { $0 >= 500 } ?? true
        }
    }

    /// I5: a record's times only rise, and the time it says it was connected is the far end's.
    private func timesAreRight() -> [String] {
        var wrong: [String] = []
        for (id, record) in run.finalRecords {
            let times = ["acceptedAt", "dialledAt", "ringingAt", "connectedAt", "endedAt"].compactMap { record[$0].string }
            if times != times.sorted() { wrong.append("I5: the times of \(id) go back: \(times)") }
            guard let from = record["connectedAt"].string.flatMap(WallTime.init(rfc3339:)),
                let until = record["endedAt"].string.flatMap(WallTime.init(rfc3339:)), run.scenario.faults.losesNothing,
                run.scenario.outage == nil, field(record, "outcome") != "indeterminate"
            else { continue }
            let talks = calls.filter { $0.record.sessionID?.hasPrefix(id) == true }.map(\.record).flatMap { record in
                [(record.answeredAt, record.endedAt), (record.forkAnsweredAt, record.forkEndedAt)].compactMap { from, until in
                    from.flatMap { from in until.map { ($0 - from).nanoseconds / 1_000_000 } }
                }
            }
            let said = until.milliseconds - from.milliseconds
            if !talks.contains(where: { abs($0 - said) <= 2_500 }) { wrong.append("I5: \(id) says \(said) ms, the far end \(talks)") }
        }
        return wrong
    }

    /// I6: each change of state is in the log, numbered without a gap, and every watcher saw its own in order, each once.
    private func everythingWasTold() -> [String] {
        var wrong: [String] = []
        for (id, own) in Dictionary(grouping: run.store.events, by: \.row.dialOut) {
            let times = own.compactMap { try? JSON.decode(CallEvent.self, $0.row.body).at }
            if times != times.sorted() { wrong.append("I5: the events of \(id) go back") }
            let sequence = own.map(\.row.sequence)
            if sequence != Array(1...max(1, own.count)) { wrong.append("I6: the events of \(id) are numbered \(sequence)") }
        }
        for watcher in run.watchers {
            let expected = run.store.events.filter { event in
                switch watcher.scope {
                case .tenant(let tenant): event.row.tenant == tenant
                case .operator(let id): event.row.operatorID == id
                case .all, .dialOut: true
                }
            }.map(\.place)
            if watcher.places != Array(expected.prefix(watcher.places.count)) {
                wrong.append("I6: \(watcher.scope) saw \(watcher.places), not \(expected)")
            }
            if case .tenant = watcher.scope, !watcher.wasClosed, watcher.places.count != expected.count {
                wrong.append("I6: \(watcher.scope) saw \(watcher.places.count) of \(expected.count) events")
            }
            if watcher.unreadable > 0 { wrong.append("I6: \(watcher.unreadable) events could not be read") }
            if case .operator = watcher.scope, watcher.events.contains(where: { $0.organizer != nil || $0.meetingId != nil }) {
                wrong.append("I6: an operator was shown who meets with whom")
            }
        }
        return wrong
    }
}

extension CallRecord {
    /// What the far end takes for the caller's number: a gateway has it beside an anonymous `From` (domain reference §9.2).
    fileprivate var callerID: String { from == "anonymous" ? assertedIdentity ?? from : from }
}
