import Basis
import Dialing

/// An entry of version 0: the event as earlier versions kept it, a JSON text; of a dial-out's first one its record stands behind, after a
/// byte 0, since they kept the decision there.
enum EarlierEntry {
    static let openingByte = UInt8(ascii: "{")

    static func read(_ bytes: [UInt8]) throws(PackedFault) -> TimedFact {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        do {
            let event = try JSON.decode(CallEvent.self, Array(parts[0]))
            return TimedFact(try fact(event, record: parts.count > 1 ? Array(parts[1]) : nil), at: event.at)
        } catch let fault as PackedFault {
            throw fault
        } catch {
            throw PackedFault("\(error)")
        }
    }

    private static func fact(_ event: CallEvent, record: [UInt8]?) throws -> Fact {
        switch event.type {
        case .accepted: return .accepted(try order(event, record), try decision(record))
        case .refused: return .refused(try order(event, record), try decision(record))
        case .warning:
            guard let limit = event.limit, let count = event.count else { throw PackedFault("a warning has no limit") }
            return .warning(limit, count: count)
        case .queued: return .queued(position: event.position ?? 1)
        case .failedOver: return .failedOver
        case .dialling:
            guard let carrier = event.operator, let trunk = event.trunk, let callerID = event.callerId else {
                throw PackedFault("an attempt has no trunk or caller ID")
            }
            return .dialling(.init(operator: carrier, trunk: trunk, address: event.address, callerID: callerID, callID: nil))
        case .progress, .ringing:
            let reason: Fact.Explanation? =
                event.cause == nil && event.causeText == nil ? nil : .init(cause: event.cause, text: event.causeText)
            return .progress(.init(sip: event.sip ?? 180, phrase: event.phrase ?? "", sdp: nil, reason: reason))
        case .connected: return .answered(sdp: nil)
        case .sessionChanged: return .sessionChanged(sdp: nil)
        case .attemptFailed:
            return .attemptFailed(sip: event.sip, phrase: event.phrase, try ending(event))
        case .ended: return .ended(try ending(event), sip: event.sip, phrase: event.phrase)
        }
    }

    private static func ending(_ event: CallEvent) throws(PackedFault) -> Ending {
        guard let ending = event.ending else { throw PackedFault("an end has no outcome") }
        return ending
    }

    private struct Record: Decodable {
        struct Reasons: Decodable { let because: [String]? }
        let requestedBy: String?
        let displayName: String?
        let decision: Decision
        let reasons: Reasons

        private enum CodingKeys: String, CodingKey { case requestedBy, displayName, decision }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            requestedBy = try container.decodeIfPresent(String.self, forKey: .requestedBy)
            displayName = try container.decodeIfPresent(String.self, forKey: .displayName)
            decision = try container.decode(Decision.self, forKey: .decision)
            reasons = try container.decode(Reasons.self, forKey: .decision)
        }
    }

    private static func record(_ bytes: [UInt8]?) throws -> Record {
        guard let bytes else { throw PackedFault("its record is missing") }
        return try JSON.decode(Record.self, bytes)
    }

    private static func decision(_ bytes: [UInt8]?) throws -> Decision {
        let record = try record(bytes)
        var decision = record.decision
        decision.findings = [.told(record.reasons.because ?? [])]
        return decision
    }

    private static func order(_ event: CallEvent, _ bytes: [UInt8]?) throws -> DialOutOrder {
        let record = try record(bytes)
        return DialOutOrder(
            meetingID: event.meetingId ?? "", kind: event.kind ?? .inviteNumber, organizer: event.organizer ?? "",
            number: record.decision.dialled, requestedBy: record.requestedBy, displayName: record.displayName)
    }
}
