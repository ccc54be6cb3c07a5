import Basis
import Dialing

/// A piece of work with its beginning and its end, as OpenTelemetry has it (OTLP 1.x, `trace.proto`): a dial-out, or one attempt of it.
///
/// It has no telephone number and no person in it.
package struct TraceSpan: Equatable, Sendable {
    /// By OTLP's numbers.
    package enum Kind: Int, Sendable { case server = 2, client = 3 }
    package enum Value: Equatable, Sendable { case text(String), number(Int) }
    package struct Attribute: Equatable, Sendable {
        package let key: String
        package let value: Value
    }
    package struct Event: Equatable, Sendable {
        package let name: String
        package let at: WallTime
    }

    /// Thirty-two hexadecimal digits.
    package let traceID: String
    /// Sixteen.
    package let id: String
    package let parent: String?
    package let name: String
    package let kind: Kind
    package let begins: WallTime
    package let ends: WallTime
    package let attributes: [Attribute]
    package let events: [Event]
    /// What failed, if something did.
    package let fault: String?
}

/// Where spans of what is over go. It takes what it can and counts the rest.
package protocol SpanSink: AnyObject, Sendable {
    func take(_ spans: [TraceSpan])
}

/// What left for those who look at traces and at SIP, since the start.
package struct ExportFigures: Equatable, Sendable {
    package var spansExported = 0
    /// Those that a collector refused, or that it did not take in time.
    package var spansFailed = 0
    /// Those that found no room.
    package var spansDropped = 0
    package var packetsSent = 0
    package var packetsDropped = 0

    package init() {}

    var text: String {
        Exposition.family(
            "dialout_spans_total", "counter", "Spans for the collector of traces, by what became of them.",
            [("exported", spansExported), ("failed", spansFailed), ("dropped", spansDropped)].map { ("{result=\"\($0)\"}", "\($1)") })
            + Exposition.family(
                "dialout_hep_packets_total", "counter", "SIP messages for Homer, by what became of them.",
                [("sent", packetsSent), ("dropped", packetsDropped)].map { ("{result=\"\($0)\"}", "\($1)") })
    }
}

extension DialOut {
    /// One for the whole of it and one for each attempt, once it is over; none where the caller does not record its trace. A request without a
    /// trace begins one, whose identifier is the dial-out's.
    package var spans: [TraceSpan] {
        let trace = order.origin?.trace
        guard let endedAt, trace?.isSampled != false else { return [] }
        let traceID = trace?.traceID ?? id.high.hexadecimal + id.low.hexadecimal
        let known: [(String, TraceSpan.Value?)] = [
            ("dialout.id", .text("\(id)")), ("dialout.tenant", .text(tenant)), ("dialout.kind", .text(order.kind.rawValue)),
            ("dialout.verdict", .text(decision.verdict.rawValue)), ("dialout.operator", operatorID.map { .text($0) }),
            ("dialout.outcome", (ending?.outcome.rawValue).map { .text($0) }), ("dialout.reason", (ending?.reason).map { .text($0) }),
            ("dialout.ended_by", (ending?.endedBy.rawValue).map { .text($0) }),
            ("dialout.config_version", .number(Int(decision.configVersion))),
        ]
        let whole = TraceSpan(
            traceID: traceID, id: spanID(0), parent: trace?.parentID, name: "dial-out", kind: .server, begins: acceptedAt, ends: endedAt,
            attributes: known.attributes, events: [("ringing", ringingAt), ("connected", connectedAt)].events, fault: ending?.fault)
        return [whole] + attempts.enumerated().map { span(of: $1, at: $0 + 1, in: traceID, until: endedAt) }
    }

    private func span(of attempt: Attempt, at place: Int, in traceID: String, until end: WallTime) -> TraceSpan {
        let known: [(String, TraceSpan.Value?)] = [
            ("dialout.operator", Operator.isOfGateways(attempt.operator) ? nil : .text(attempt.operator)),
            ("dialout.trunk", .text(attempt.trunk)), ("network.peer.address", attempt.address.map { .text($0) }),
            ("sip.call_id", attempt.callID.map { .text("\($0)") }), ("sip.status_code", attempt.sip.map { .number($0) }),
            ("dialout.outcome", (attempt.ending?.outcome.rawValue).map { .text($0) }),
        ]
        let isLast = place == attempts.count
        return TraceSpan(
            traceID: traceID, id: spanID(place), parent: spanID(0), name: "INVITE", kind: .client, begins: attempt.startedAt,
            ends: attempt.endedAt ?? end, attributes: known.attributes,
            events: isLast ? [("ringing", ringingAt), ("connected", connectedAt)].events : [], fault: attempt.ending?.fault)
    }

    /// The same whenever it is made, and not zero.
    private func spanID(_ place: Int) -> String {
        let word = (id.high ^ id.low &* 0x9E37_79B9_7F4A_7C15) &+ UInt64(place)
        return (word == 0 ? 1 : word).hexadecimal
    }
}

extension Ending {
    /// Nil for an end that nobody has to look at.
    fileprivate var fault: String? {
        switch outcome {
        case .unreachable, .failed, .indeterminate: reason ?? outcome.rawValue
        case .completed, .busy, .declined, .noAnswer, .cancelled, .refused: nil
        }
    }
}

extension [(String, TraceSpan.Value?)] {
    fileprivate var attributes: [TraceSpan.Attribute] { compactMap { key, value in value.map { .init(key: key, value: $0) } } }
}

extension [(String, WallTime?)] {
    fileprivate var events: [TraceSpan.Event] { compactMap { name, time in time.map { .init(name: name, at: $0) } } }
}
