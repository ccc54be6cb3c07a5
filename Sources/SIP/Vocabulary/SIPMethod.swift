/// The request methods that this endpoint knows by name (RFC 3261, 3262, 3311, 3428, 3515, 3903, 6086, 6665).
package enum SIPMethod: String, CaseIterable, Sendable {
    case invite = "INVITE"
    case ack = "ACK"
    case bye = "BYE"
    case cancel = "CANCEL"
    case options = "OPTIONS"
    case prack = "PRACK"
    case update = "UPDATE"
    case info = "INFO"
    case notify = "NOTIFY"
    case refer = "REFER"
    case message = "MESSAGE"
    case subscribe = "SUBSCRIBE"
    case publish = "PUBLISH"
    case register = "REGISTER"

    /// Methods are case-sensitive (RFC 3261 §7.1); nil is a method that nobody here knows.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count >= 3 else { return nil }
        let candidate: SIPMethod
        switch (bytes[range.lowerBound], bytes[range.lowerBound + 1]) {
        case (UInt8(ascii: "I"), UInt8(ascii: "N")): candidate = range.count == 4 ? .info : .invite
        case (UInt8(ascii: "A"), _): candidate = .ack
        case (UInt8(ascii: "B"), _): candidate = .bye
        case (UInt8(ascii: "C"), _): candidate = .cancel
        case (UInt8(ascii: "O"), _): candidate = .options
        case (UInt8(ascii: "P"), UInt8(ascii: "R")): candidate = .prack
        case (UInt8(ascii: "P"), _): candidate = .publish
        case (UInt8(ascii: "U"), _): candidate = .update
        case (UInt8(ascii: "N"), _): candidate = .notify
        case (UInt8(ascii: "R"), _): candidate = range.count == 5 ? .refer : .register
        case (UInt8(ascii: "M"), _): candidate = .message
        case (UInt8(ascii: "S"), _): candidate = .subscribe
        default: return nil
        }
        var at = range.lowerBound
        for byte in candidate.rawValue.utf8 {
            guard at < range.upperBound, bytes[at] == byte else { return nil }
            at += 1
        }
        guard at == range.upperBound else { return nil }
        self = candidate
    }
}
