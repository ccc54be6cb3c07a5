/// Why a call ended, as one value of a `Reason` header field (RFC 3326, RFC 8606).
package struct Reason: Hashable, Sendable {
    /// `Q.850` or `SIP` as a rule.
    package let `protocol`: String
    /// 0 to 127 for `Q.850`, a final response's code for `SIP`; nil also for another number there.
    package let cause: Int?
    package let text: String?
    /// Where the call was ended, as ISUP names it: `U` for the user, `LN`, `TN` and others for networks (RFC 8606 §3).
    package let location: String?

    package init(protocol: String, cause: Int?, text: String?, location: String? = nil) {
        self.protocol = `protocol`
        self.cause = cause
        self.text = text
        self.location = location
    }

    /// Q.850 cause 16.
    package static let normalClearing = Reason(protocol: "Q.850", cause: 16, text: "Normal call clearing")
    /// Q.850 cause 19: the user was alerted and did not answer.
    package static let noAnswer = Reason(protocol: "Q.850", cause: 19, text: "No answer from user")
    /// Q.850 cause 102: a timer of ours ran out.
    package static let timerExpired = Reason(protocol: "Q.850", cause: 102, text: "Recovery on timer expiry")
    /// Q.850 cause 88: there is no media in common.
    package static let incompatible = Reason(protocol: "Q.850", cause: 88, text: "Incompatible destination")
    /// Q.850 cause 41: the service is going down.
    package static let temporaryFailure = Reason(protocol: "Q.850", cause: 41, text: "Temporary failure")
}

extension Reason {
    fileprivate static func causes(of protocol: String) -> ClosedRange<Int> {
        switch `protocol`.uppercased() {
        case "Q.850": 0...127
        case "SIP": 200...699
        default: 0...Int(UInt32.max)
        }
    }
}

extension Message {
    /// Values of `Reason` that are read from one message, at most.
    private static let reasonLimit = 4

    package var reasons: [Reason] {
        elements(.reason, limit: Self.reasonLimit).map { element in
            let nameEnd = endOfElement(bytes.span, element, .semicolon)
            let name = text(trimmed(bytes.span, element.lowerBound..<nameEnd))
            let cause = parameter("cause", of: element).flatMap { decimal(bytes.span, $0) }
            return Reason(
                protocol: name, cause: cause.flatMap { Reason.causes(of: name).contains($0) ? $0 : nil },
                text: parameter("text", of: element).map { withoutPairs($0) },
                location: parameter("location", of: element).map { text($0).uppercased() })
        }
    }

    /// Seconds after which the far end may be asked again.
    package var retryAfter: Int? { seconds(.retryAfter) }

    /// The URIs of all `Contact` values, at most eight.
    package var contacts: [String] { elements(.contact, limit: 8).map { text(uri(of: $0)) } }
}
