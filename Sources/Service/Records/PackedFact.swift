import Basis
import Dialing

/// An entry of the log: the version of its form, the fact's number, milliseconds since the acceptance (for the first fact, since 1970), then
/// what the fact bears. Numbers are never given anew.
extension TimedFact {
    /// The form that is written. Entries of version 0 are the events of earlier versions, JSON texts (``EarlierEntry``).
    static let version: UInt8 = 1

    /// `accepted` is the dial-out's acceptance.
    func packed(since accepted: WallTime) -> [UInt8] { packedApart(since: accepted).bytes }

    /// The same, with the place where a decision stands in it.
    func packedApart(since accepted: WallTime) -> (bytes: [UInt8], decision: Range<Int>?) {
        var packed = PackedWriter()
        packed.add(byte: Self.version)
        let begins = fact.begins
        packed.add(case: fact.number, begins ? at.milliseconds : at.milliseconds - accepted.milliseconds)
        let decision = fact.pack(into: &packed)
        return (packed.bytes, decision.map { $0..<packed.bytes.count })
    }

    /// Whether stored bytes are an operator's report of a duration.
    static func isReport(_ bytes: [UInt8]) -> Bool { bytes.count > 1 && bytes[0] == version && bytes[1] == Fact.reportNumber }

    /// `accepted` is nil for a dial-out's first fact. Throws when the bytes are no entry of a version that is known.
    init(stored bytes: [UInt8], since accepted: WallTime?) throws(PackedFault) {
        var packed = PackedReader(bytes)
        let version = try packed.byte()
        if version == EarlierEntry.openingByte {
            self = try EarlierEntry.read(bytes)
            return
        }
        guard version == Self.version else { throw PackedFault("its version is \(version), this program knows version \(Self.version)") }
        let number = try packed.byte(), milliseconds: Int64 = try packed.read()
        fact = try Fact(number, &packed)
        guard packed.isAtEnd else { throw PackedFault("there is more than a fact") }
        guard fact.begins == (accepted == nil) else { throw PackedFault("a dial-out's facts are not in their order") }
        let (moment, isTooFar) = milliseconds.addingReportingOverflow(accepted?.milliseconds ?? 0)
        guard !isTooFar else { throw PackedFault("\(milliseconds) is no moment") }
        at = WallTime(milliseconds: moment)
    }
}

extension Fact {
    fileprivate var begins: Bool {
        switch self {
        case .accepted, .refused: true
        case .warning, .queued, .failedOver, .dialling, .progress, .answered, .sessionChanged, .attemptFailed, .ended, .durationReported,
            .priced:
            false
        }
    }

    fileprivate static let reportNumber: UInt8 = 12

    fileprivate var number: UInt8 {
        switch self {
        case .accepted(let order, _): order.origin == nil ? 1 : 14
        case .refused(let order, _): order.origin == nil ? 2 : 15
        case .warning: 3
        case .queued: 4
        case .failedOver: 5
        case .dialling: 6
        case .progress: 7
        case .answered(_, let sip, let phrase): sip == 200 && phrase == "OK" ? 8 : 16
        case .sessionChanged: 9
        case .attemptFailed: 10
        case .ended: 11
        case .durationReported: Self.reportNumber
        case .priced: 13
        }
    }

    /// Where its decision begins, which comes last.
    fileprivate func pack(into packed: inout PackedWriter) -> Int? {
        switch self {
        case .accepted(let order, let decision), .refused(let order, let decision):
            packed.add(order)
            if let origin = order.origin { packed.add(origin) }
            let place = packed.bytes.count
            packed.add(decision)
            return place
        case .warning(let measure, let count):
            packed.add(measure)
            packed.add(count)
        case .queued(let position): packed.add(position)
        case .failedOver: break
        case .dialling(let dialling): packed.add(dialling)
        case .progress(let progress): packed.add(progress)
        case .answered(let sdp, let sip, let phrase):
            packed.add(sdp)
            guard number == 16 else { break }
            packed.add(sip)
            packed.add(phrase)
        case .sessionChanged(let sdp): packed.add(sdp)
        case .attemptFailed(let sip, let phrase, let ending):
            packed.add(sip)
            packed.add(phrase)
            packed.add(ending)
        case .ended(let ending, let sip, let phrase):
            packed.add(ending)
            packed.add(sip)
            packed.add(phrase)
        case .durationReported(let attempt, let seconds):
            packed.add(attempt)
            packed.add(seconds)
        case .priced(let rate): packed.add(rate)
        }
        return nil
    }

    fileprivate init(_ number: UInt8, _ packed: inout PackedReader) throws(PackedFault) {
        switch number {
        case 1: self = .accepted(try packed.read(), try packed.read())
        case 2: self = .refused(try packed.read(), try packed.read())
        case 3: self = .warning(try packed.read(), count: try packed.read())
        case 4: self = .queued(position: try packed.read())
        case 5: self = .failedOver
        case 6: self = .dialling(try packed.read())
        case 7: self = .progress(try packed.read())
        case 8: self = .answered(sdp: try packed.read())
        case 9: self = .sessionChanged(sdp: try packed.read())
        case 10: self = .attemptFailed(sip: try packed.read(), phrase: try packed.read(), try packed.read())
        case 11: self = .ended(try packed.read(), sip: try packed.read(), phrase: try packed.read())
        case Self.reportNumber: self = .durationReported(attempt: try packed.read(), seconds: try packed.read())
        case 13: self = .priced(try packed.read())
        case 14: self = .accepted(try Self.order(&packed), try packed.read())
        case 15: self = .refused(try Self.order(&packed), try packed.read())
        case 16: self = .answered(sdp: try packed.read(), sip: try packed.read(), phrase: try packed.read())
        default: throw PackedFault("there is no fact \(number)")
        }
    }
}

extension Fact {
    /// An order with its origin behind it.
    private static func order(_ packed: inout PackedReader) throws(PackedFault) -> DialOutOrder {
        var order: DialOutOrder = try packed.read()
        order.origin = try packed.read(DialOutOrder.Origin.self)
        return order
    }
}

extension DialOutOrder.Origin: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(home)
        packed.add(trace)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) { self.init(home: try packed.read(), trace: try packed.read()) }
}

extension Fact.Dialling: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(`operator`)
        packed.add(trunk)
        packed.add(address)
        packed.add(callerID)
        packed.add(callID)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(
            operator: try packed.read(), trunk: try packed.read(), address: try packed.read(), callerID: try packed.read(),
            callID: try packed.read())
    }
}

extension Fact.Progress: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(sip)
        packed.add(phrase)
        packed.add(sdp)
        packed.add(reason)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(sip: try packed.read(), phrase: try packed.read(), sdp: try packed.read(), reason: try packed.read())
    }
}

extension Fact.Explanation: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(cause)
        packed.add(text)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(cause: try packed.read(), text: try packed.read())
    }
}

extension Ending: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(outcome)
        packed.add(endedBy)
        packed.add(code)
        packed.add(subcode)
        packed.add(reason)
        packed.add(cause)
        packed.add(causeText)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(
            outcome: try packed.read(), endedBy: try packed.read(), code: try packed.read(), subcode: try packed.read(),
            reason: try packed.read(), cause: try packed.read(), causeText: try packed.read())
    }
}

extension Outcome: Packable {}
extension EndedBy: Packable {}
extension DialOutOrder.Priority: Packable {}

/// Without the offer, which nobody needs once the call was dialled.
extension DialOutOrder: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(meetingID)
        packed.add(kind)
        packed.add(organizer)
        packed.add(number)
        packed.add(requestedBy)
        packed.add(displayName)
        packed.add(ringTimeoutSeconds)
        packed.add(maxDurationSeconds)
        packed.add(webhook)
        packed.add(priority)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        meetingID = try packed.read()
        kind = try packed.read()
        organizer = try packed.read()
        number = try packed.read()
        requestedBy = try packed.read()
        displayName = try packed.read()
        ringTimeoutSeconds = try packed.read()
        maxDurationSeconds = try packed.read()
        sdp = nil
        webhook = try packed.read()
        priority = try packed.read()
    }
}
