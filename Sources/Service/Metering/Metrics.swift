import Basis
import Dialing
import SIP

/// What is counted, and how it is printed for Prometheus. No label holds a number, a person or a tenant.
final class Metrics {
    /// Upper bounds in seconds.
    static let setupBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    private struct Series: Hashable {
        let operatorID: String
        let outcome: Outcome
    }
    private var ended: [Series: Int] = [:]
    /// What each operator's attempts came to.
    private var attempts: [Series: Int] = [:]
    /// Of each operator's attempts whose end nobody knows those that had been answered.
    private var lostInTalk: [String: Int] = [:]
    private var refused: [RefusalReason: Int] = [:]
    private var warnings: [DialOutLimits.Measure: Int] = [:]
    private var blocks: [DialOutLimits.Measure: Int] = [:]
    private var usageLevels: [UsageLevel: Int] = [:]
    private var recharges = 0
    private var repetitions = 0
    private(set) var accepted = 0
    private var setup = Histogram(Metrics.setupBounds)
    var stages = StageTimes()
    /// Dial-outs that were forgotten because they were old.
    var forgotten = 0

    func admitted() { accepted += 1 }
    func refused(_ reason: RefusalReason) { refused[reason, default: 0] += 1 }

    func warned(_ measure: DialOutLimits.Measure) { warnings[measure, default: 0] += 1 }
    func blocked(_ measure: DialOutLimits.Measure) { blocks[measure, default: 0] += 1 }
    func repeated() { repetitions += 1 }

    private struct UsageLevel: Hashable {
        let kind: UsageNotice.Kind
        let percent: Int
    }

    /// A tenant is told of its minutes or credits.
    func told(_ news: UsageNotice.News) {
        switch news.content {
        case .level(let percent, _, _): usageLevels[UsageLevel(kind: news.type, percent: percent), default: 0] += 1
        case .recharge: recharges += 1
        }
    }

    func attempted(_ outcome: Outcome, operatorID: String) {
        attempts[Series(operatorID: Self.label(of: operatorID), outcome: outcome), default: 0] += 1
    }

    /// An attempt that an earlier start left open.
    func lost(operatorID: String, wasAnswered: Bool) {
        attempted(.indeterminate, operatorID: operatorID)
        if wasAnswered { lostInTalk[Self.label(of: operatorID), default: 0] += 1 }
    }

    func ended(_ outcome: Outcome, operatorID: String?) {
        ended[Series(operatorID: operatorID.map(Self.label) ?? "none", outcome: outcome), default: 0] += 1
    }

    /// All tenants' gateways are one.
    private static func label(of operatorID: String) -> String { Operator.isOfGateways(operatorID) ? "/gateways" : operatorID }

    /// An operator that is no more leaves its figures to nobody of the same name.
    func forget(operatorID: String) {
        ended = ended.filter { $0.key.operatorID != operatorID }
        attempts = attempts.filter { $0.key.operatorID != operatorID }
        lostInTalk[operatorID] = nil
    }

    func connected(_ dialOut: DialOut, at now: WallTime) {
        setup.note(Double(now.milliseconds - dialOut.acceptedAt.milliseconds) / 1000)
    }

    /// An operator's own figures: what each attempt on its trunks came to, and how many of them were answered.
    func statistics(of operatorID: String, trunks: [OperatorStatistics.TrunkUse], live: some Sequence<DialOut>) -> OperatorStatistics {
        let outcomes = Dictionary(
            uniqueKeysWithValues: attempts.filter { $0.key.operatorID == operatorID }.map { ($0.key.outcome.rawValue, $0.value) })
        let total = outcomes.values.reduce(0, +), own = live.filter { $0.operatorID == operatorID && $0.state != .ended }
        let talking = own.count { $0.connectedAt != nil }
        let answered = talking + (outcomes[Outcome.completed.rawValue] ?? 0) + (lostInTalk[operatorID] ?? 0)
        return OperatorStatistics(
            operator: operatorID, live: own.count, ended: total, outcomes: outcomes,
            answerSeizureRatio: total + talking == 0 ? nil : Double(answered) / Double(total + talking), trunks: trunks)
    }

    /// What is true at the moment of printing.
    struct Gauges {
        let live: [CallState: Int]
        let trunks: [(key: TrunkKey, line: Switchboard.Line)]
        let drops: [Dropped: Int]
        let invites: Int
        let transports: TransportFigures
        let subscribers: Int
        let droppedLogLines: Int
        let configVersion: Int64
        let storeFails: Bool
        /// Requests refused for want of time.
        let turnedAway: Int
        let isDraining: Bool
        let routeTables: RouteTableCounts
    }

    /// The text exposition format, version 0.0.4.
    func text(_ gauges: Gauges) -> String {
        var text = ""
        func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            text += Self.family(name, type, help, samples)
        }
        family("dialout_accepted_total", "counter", "Dial-outs accepted.", [("", "\(accepted)")])
        family(
            "dialout_refused_total", "counter", "Dial-outs refused by the rules, by reason.",
            RefusalReason.allCases.map { ("{reason=\"\($0.rawValue)\"}", "\(refused[$0] ?? 0)") })
        family(
            "dialout_ended_total", "counter", "Dial-outs ended, by operator and outcome.",
            ended.sorted { ($0.key.operatorID, $0.key.outcome.rawValue) < ($1.key.operatorID, $1.key.outcome.rawValue) }
                .map { ("{operator=\"\($0.key.operatorID.asLabel)\",outcome=\"\($0.key.outcome.rawValue)\"}", "\($0.value)") })
        family(
            "dialout_live", "gauge", "Dial-outs in progress, by state.",
            CallState.allCases.map { ("{state=\"\($0.rawValue)\"}", "\(gauges.live[$0] ?? 0)") })
        text += trunkText(gauges.trunks)
        family(
            "dialout_limit_warnings_total", "counter", "Dial-outs accepted above a warning level, by measure.",
            DialOutLimits.Measure.allCases.map { ("{measure=\"\($0.rawValue)\"}", "\(warnings[$0] ?? 0)") })
        family(
            "dialout_limit_blocks_total", "counter", "Dial-outs refused by a limit, by measure.",
            DialOutLimits.Measure.allCases.map { ("{measure=\"\($0.rawValue)\"}", "\(blocks[$0] ?? 0)") })
        text += usageText
        family(
            "dialout_overload_refusals_total", "counter", "Requests for dial-outs refused for want of time.",
            [("", "\(gauges.turnedAway)")])
        family("dialout_duplicates_total", "counter", "Requests answered with a dial-out of a moment ago.", [("", "\(repetitions)")])
        family(
            "dialout_forgotten_total", "counter", "Dial-outs that were forgotten because they were older than they are kept.",
            [("", "\(forgotten)")])
        family("dialout_invites_total", "counter", "INVITEs begun.", [("", "\(gauges.invites)")])
        family(
            "dialout_sip_dropped_total", "counter", "SIP messages dropped, by why.",
            Dropped.allCases.map { ("{why=\"\($0.rawValue)\"}", "\(gauges.drops[$0] ?? 0)") })
        text += Self.transportText(gauges.transports)
        family(
            "dialout_log_lines_dropped_total", "counter", "Lines of the log that nobody read.", [("", "\(gauges.droppedLogLines)")])
        family("dialout_event_subscribers", "gauge", "Event streams open.", [("", "\(gauges.subscribers)")])
        family("dialout_config_version", "gauge", "The configuration version in force.", [("", "\(gauges.configVersion)")])
        let tables = gauges.routeTables
        family(
            "dialout_route_tables", "gauge", "Compiled route tables, by how they decide; pending ones wait for their first decision.",
            [("automaton", tables.automata), ("index", tables.indexes), ("inOrder", tables.inOrder), ("pending", tables.pending)]
                .map { ("{shape=\"\($0)\"}", "\($1)") })
        family("dialout_route_patterns_asked", "gauge", "Patterns in tables that only PCRE2 can decide.", [("", "\(tables.askedPatterns)")])
        family("dialout_route_table_bytes", "gauge", "Memory of the compiled route tables.", [("", "\(tables.bytes)")])
        family("dialout_store_failing", "gauge", "1 while the store refuses.", [("", gauges.storeFails ? "1" : "0")])
        family("dialout_draining", "gauge", "1 while new dial-outs are refused.", [("", gauges.isDraining ? "1" : "0")])
        text += setup.text("dialout_setup_seconds", "From acceptance to the answer.") + stages.text
        return text
    }
}

extension Metrics {
    fileprivate static func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) -> String {
        Exposition.family(name, type, help, samples)
    }

    private static func transportText(_ figures: TransportFigures) -> String {
        func connections(_ name: String, _ type: String, _ help: String, _ value: (TransportFigures.Connections) -> Int) -> String {
            family(
                name, type, help,
                figures.connections.map {
                    ("{transport=\"\($0.transport.rawValue)\",made_by=\"\($0.areOurs ? "us" : "peer")\"}", "\(value($0))")
                })
        }
        return connections("dialout_sip_connections", "gauge", "SIP connections open, by transport and who made them.") { $0.open }
            + connections("dialout_sip_connections_opened_total", "counter", "SIP connections opened, TLS handshake included.") {
                $0.opened
            }
            + family(
                "dialout_sip_reconnections_total", "counter", "SIP connections made anew because one broke with requests unanswered.",
                [("", "\(figures.reconnections)")])
            + family(
                "dialout_sip_transport_failures_total", "counter",
                "Messages that did not get there and connections that ended or were not made, by reason.",
                figures.failures.sorted { $0.key < $1.key }.map { ("{reason=\"\($0.key.asLabel)\"}", "\($0.value)") })
            + family(
                "dialout_sip_lost_responses_total", "counter", "SIP responses whose connection was gone.",
                [("", "\(figures.lostResponses)")])
            + family(
                "dialout_tls_certificate_end_timestamp_seconds", "gauge",
                "When our own certificate for SIP over TLS ends, in Unix time; +Inf where there is none.",
                [("", figures.certificateEnd.map { "\($0.milliseconds / 1000)" } ?? "+Inf")])
    }

    /// What tenants were told of their minutes and credits.
    private var usageText: String {
        let levels = [(kind: UsageNotice.Kind.minutesUsed, what: "minutes"), (.creditsUsed, "credits")].flatMap { kind, what in
            UsageNotice.levels.map { percent in
                (
                    labels: "{what=\"\(what)\",percent=\"\(percent)\"}",
                    value: "\(usageLevels[UsageLevel(kind: kind, percent: percent)] ?? 0)"
                )
            }
        }
        return Self.family(
            "dialout_usage_levels_total", "counter", "Tenants told that so many percent of their minutes or credits are used.", levels)
            + Self.family(
                "dialout_credit_recharges_total", "counter", "Times that credits recharged by themselves.", [("", "\(recharges)")])
    }

    /// What is known of each trunk.
    private func trunkText(_ trunks: [(key: TrunkKey, line: Switchboard.Line)]) -> String {
        func gauge(_ name: String, _ help: String, _ value: (Switchboard.Line) -> Int) -> String {
            Self.family(
                name, "gauge", help,
                trunks.map { ("{operator=\"\($0.key.operatorID.asLabel)\",trunk=\"\($0.key.trunk.asLabel)\"}", "\(value($0.line))") })
        }
        return gauge("dialout_trunk_channels", "Calls on each trunk now.") { $0.channels.inUse }
            + gauge("dialout_trunk_channels_max", "Calls that each trunk may have; 0 where there is no limit.") {
                $0.trunk.maxConcurrentCalls ?? 0
            }
            + gauge("dialout_trunk_queued", "Dial-outs that wait for each trunk.") { $0.queue.count }
            + gauge("dialout_trunk_queue_max", "Dial-outs that may wait for each trunk.") { $0.queueLimit }
            + gauge("dialout_trunk_enabled", "1 while the trunk takes new calls.") { $0.takesCalls ? 1 : 0 }
            + gauge("dialout_trunk_up", "1 unless the trunk does not answer OPTIONS.") { $0.health.fault == nil ? 1 : 0 }
            + gauge("dialout_trunk_circuit", "0 closed, 1 half open, 2 open.") { $0.circuit.state.level }
            + Self.family(
                "dialout_attempts_total", "counter", "Attempts ended, by operator and outcome.",
                attempts.sorted { ($0.key.operatorID, $0.key.outcome.rawValue) < ($1.key.operatorID, $1.key.outcome.rawValue) }
                    .map { ("{operator=\"\($0.key.operatorID.asLabel)\",outcome=\"\($0.key.outcome.rawValue)\"}", "\($0.value)") })
    }
}

extension String {
    /// As it stands in a label's value: backslash, quote and line feed are escaped (Prometheus text format 0.0.4).
    fileprivate var asLabel: String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") }) else {
            return self
        }
        return replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

extension Circuit.State {
    fileprivate var level: Int {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}

/// What an operator sees of its own traffic since this start of the service.
struct OperatorStatistics: Encodable {
    struct TrunkUse: Encodable {
        let trunk: String
        let channelsInUse: Int
        let maxConcurrentCalls: Int?
        let maxCallsPerSecond: Int?
        let enabled: Bool
    }
    let `operator`: String
    let live: Int
    /// Attempts on its trunks that are over, and what they came to.
    let ended: Int
    let outcomes: [String: Int]
    /// Of the attempts that were answered or are over the share that was answered, 0 to 1 (ITU-T E.411); one that still rings counts nowhere, as in
    /// a summary. Nil where there is none.
    let answerSeizureRatio: Double?
    let trunks: [TrunkUse]
}
