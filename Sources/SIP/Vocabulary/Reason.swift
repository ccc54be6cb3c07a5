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
