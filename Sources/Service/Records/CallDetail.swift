import Basis
import Dialing

/// What a bill, or whoever compares one, asks of a record (domain reference §10.3).
struct CallDetail {
    /// Whose number is shown.
    enum Inventory: String { case toll, service }
    /// Who counted the seconds of the record; `lastSeen`: the service, until it was last there while the call was up.
    enum DurationSource: String { case `operator`, service, lastSeen }

    private let dialOut: DialOut
    private let attempts: [DialOut.Attempt]

    /// As somebody sees it who sees these attempts only.
    init(of dialOut: DialOut, attempts: [DialOut.Attempt]? = nil) {
        (self.dialOut, self.attempts) = (dialOut, attempts ?? dialOut.attempts)
    }

    /// The dial-out's `Session-ID` towards every trunk (RFC 7989).
    var sessionID: String { dialOut.id.description }
    var trunk: String? { attempts.last?.trunk }
    var inventory: Inventory? { dialOut.callerID == nil ? nil : dialOut.decision.verdict == .serviceCarrier ? .service : .toll }
    var reportedSeconds: Int? { attempts.last?.reportedSeconds }
    var durationSource: DurationSource? {
        if reportedSeconds != nil { return .operator }
        guard dialOut.durationSeconds != nil else { return nil }
        return dialOut.isLost ? .lastSeen : .service
    }
    /// From the acceptance to the answer.
    var setupMilliseconds: Int? { Self.milliseconds(from: dialOut.acceptedAt, to: dialOut.connectedAt) }
    /// From the first INVITE to the ringing.
    var postDialDelayMilliseconds: Int? { Self.milliseconds(from: attempts.first?.startedAt, to: dialOut.ringingAt) }

    var charge: Charge? { Charge(of: dialOut, reportedSeconds: reportedSeconds) }
    var destinationName: String? { dialOut.rate?.price.destination }

    private static func milliseconds(from: WallTime?, to: WallTime?) -> Int? {
        guard let from, let to else { return nil }
        return Int(to.milliseconds - from.milliseconds)
    }
}

extension JSONObjectText {
    mutating func add(_ detail: CallDetail) {
        add("sessionId", detail.sessionID)
        add("callType", "conf_out")
        add("trunk", detail.trunk)
        add("inventoryType", detail.inventory)
        add("setupMilliseconds", detail.setupMilliseconds)
        add("postDialDelayMilliseconds", detail.postDialDelayMilliseconds)
        add("durationSource", detail.durationSource)
        add("reportedSeconds", detail.reportedSeconds)
        let charge = detail.charge
        add("destinationName", detail.destinationName)
        add("chargedSeconds", charge?.seconds)
        add("charge", charge?.amount.description)
        add("connectionCharge", charge?.connection.description)
        add("currency", charge?.currency)
    }
}
