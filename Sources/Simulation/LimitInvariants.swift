import Basis
import Dialing
import FarEnd
import SIP
import Service

/// What holds of limits and failover in every run, by what left the service and what everybody was told.
struct LimitInvariants {
    private let run: SimRun
    private let events: [CallEvent]

    init(_ run: SimRun) {
        self.run = run
        events = run.store.events.compactMap { try? JSON.decode(CallEvent.self, $0.row.body) }
    }

    func violations() -> [String] {
        channelsAreKept() + ratesAreKept() + noPhoneRingsTwice() + callIDsAreFresh() + nobodyStarves() + operatorsHearTheEnd()
            + otherAddressFirst()
    }

    /// Trunks that the limits are of: a gateway has its own.
    private var operators: [SimTrunk] { run.trunks.filter { !$0.operatorID.isEmpty } }

    /// I7: never more calls on a trunk than it has channels. Asked where no datagram is lost: there a far end's call is over before the
    /// service's channel is free.
    private func channelsAreKept() -> [String] {
        guard let limits = run.scenario.hardships.limits, run.scenario.faults.losesNothing else { return [] }
        return Dictionary(grouping: operators, by: \.name).sorted { $0.key < $1.key }.compactMap { name, farEnds in
            let calls = farEnds.flatMap(\.calls.values).filter { $0.endedAt != nil }
            let most = calls.map { begun in
                calls.filter { $0.startedAt <= begun.startedAt && begun.startedAt < $0.endedAt! }
            }.max { $0.count < $1.count }
            guard let most, most.count > limits.channels else { return nil }
            let told = most.map { "\($0.callee) from \($0.startedAt - .zero) to \($0.endedAt! - .zero)" }.sorted()
            return "I7: \(most.count) calls at once on \(name), which has \(limits.channels) channels: \(told.joined(separator: ", "))"
        }
    }

    /// I8: never more calls begun in a time than the rate allows, with a burst of one second's.
    private func ratesAreKept() -> [String] {
        guard let limits = run.scenario.hardships.limits else { return [] }
        let names = Dictionary(uniqueKeysWithValues: run.trunks.map { ($0.address, $0.name) })
        let limited = run.network.invites.filter { !Gateways.names.contains(names[$0.trunk] ?? "") }
        return Dictionary(grouping: limited, by: { names[$0.trunk] ?? "\($0.trunk)" }).sorted { $0.key < $1.key }.flatMap {
            trunk, invites in
            let times = invites.map(\.at)
            return times.indices.compactMap { first -> String? in
                guard
                    let last = times.indices[first...].first(where: { last in
                        let span = (times[last] - times[first]).nanoseconds
                        return Int64(last - first + 1 - limits.callsPerSecond) * 1_000_000_000 > span * Int64(limits.callsPerSecond)
                    })
                else { return nil }
                return "I8: \(last - first + 1) calls to \(trunk) in \(times[last] - times[first]) at \(limits.callsPerSecond) a second"
            }
        }
    }

    /// I9: after a 101–199 or a 6xx nothing else is dialled.
    private func noPhoneRingsTwice() -> [String] {
        Dictionary(grouping: events, by: \.dialOutId).sorted { $0.key < $1.key }.compactMap { id, own in
            let told = own.firstIndex { $0.type == .ringing || $0.type == .connected || $0.type == .attemptFailed && ($0.sip ?? 0) >= 600 }
            guard let told, own[told...].contains(where: { $0.type == .dialling }) else { return nil }
            return "I9: \(id) went on after \(own[told].sip ?? 0)"
        }
    }

    /// I10: each attempt has a Call-ID of its own, and each Call-ID goes to one trunk.
    private func callIDsAreFresh() -> [String] {
        var wrong: [String] = []
        for (callID, own) in Dictionary(grouping: run.network.invites, by: \.callID) where own.count > 1 {
            wrong.append("I10: \(callID) went to \(own.count) trunks")
        }
        let begun = Dictionary(grouping: events.filter { $0.type == .dialling }, by: \.dialOutId.description).mapValues(\.count)
        for (id, own) in Dictionary(grouping: run.network.invites, by: \.sessionID) where begun[id] != own.count && !isIndeterminate(id) {
            wrong.append("I10: \(id) has \(begun[id] ?? 0) attempts and \(own.count) Call-IDs")
        }
        return wrong
    }

    /// A crash may have come between an INVITE and the event that tells of it.
    private func isIndeterminate(_ id: String) -> Bool { run.finalRecords[id]?["outcome"].string == "indeterminate" }

    /// Grants that are under way while somebody joins a queue, and are told after.
    private static let underWay = 4

    /// I11: whoever is the only one of an organizer in a queue waits for at most one call of each other organizer.
    private func nobodyStarves() -> [String] {
        var wrong: [String] = []
        for (place, event) in events.enumerated() where event.type == .queued {
            let later = events[place...]
            guard let end = later.firstIndex(where: { $0.dialOutId == event.dialOutId && $0.type != .queued }),
                events[end].type == .dialling, !hasCompany(event, until: end)
            else { continue }
            let between = events[place..<end].filter { $0.type == .dialling && $0.trunk == events[end].trunk }
            for (organizer, own) in Dictionary(grouping: between, by: \.organizer) where own.count > 1 + Self.underWay {
                wrong.append("I11: \(event.dialOutId) waited for \(own.count) calls of \(organizer ?? "")")
            }
        }
        return wrong
    }

    /// Whether another dial-out of the same organizer has waited before that place in the log.
    private func hasCompany(_ event: CallEvent, until end: Int) -> Bool {
        events[..<end].contains { $0.type == .queued && $0.organizer == event.organizer && $0.dialOutId != event.dialOutId }
    }

    /// I12: an operator that was told of a dial-out is told how it ended there.
    private func operatorsHearTheEnd() -> [String] {
        var last: [String: CallEvent] = [:]
        for stored in run.store.events {
            guard let operatorID = stored.row.operatorID, let event = try? JSON.decode(CallEvent.self, stored.row.body) else { continue }
            last["\(operatorID) \(event.dialOutId)"] = event.maskedForOperator
        }
        return last.sorted { $0.key < $1.key }.compactMap { who, event in
            event.state == .ended ? nil : "I12: the last that \(who) was told is \(event.type.rawValue)"
        }
    }

    /// I13: after the first of a trunk's two addresses the second is tried before another trunk. Asked where nothing else speaks against
    /// the trunk.
    private func otherAddressFirst() -> [String] {
        let hardships = run.scenario.hardships, first = Hardships.firstAddress.description
        guard let (trunk, _) = hardships.split, hardships.limits == nil, hardships.drain == nil, hardships.deaf == nil,
            run.scenario.faults.losesNothing, !run.scenario.deadTrunk,
            !events.contains(where: {
                $0.type == .attemptFailed && $0.trunk == trunk && $0.address != first && (500..<600).contains($0.sip ?? 500)
            })
        else { return [] }
        return run.finalRecords.sorted { $0.key < $1.key }.compactMap { id, record in
            let attempts = record["attempts"].array
            guard let place = attempts.firstIndex(where: { $0["address"].string == first }),
                ["unreachable", "failed"].contains(attempts[place]["outcome"].string),
                !["cancelled", "indeterminate"].contains(record["outcome"].string)
            else { return nil }
            let next = attempts.dropFirst(place + 1).first
            return next?["trunk"].string == trunk ? nil : "I13: \(id) left \(trunk) without a try at its other address"
        }
    }
}
