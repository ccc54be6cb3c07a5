import Basis
import SIP

/// What the far end saw of one call.
package struct CallRecord: Sendable, Equatable {
    package enum Ending: String, Sendable {
        /// Still up.
        case none
        /// BYE of the caller, BYE of the callee.
        case callerHungUp, calleeHungUp
        case cancelled, refused
        /// The ACK never came, and the callee gave up.
        case unacknowledged
    }

    package let callID: String
    /// User part of the Request-URI.
    package let callee: String
    /// User part of `From`.
    package let from: String
    package let displayName: String?
    /// User part of `P-Asserted-Identity`.
    package let assertedIdentity: String?
    package let privacy: String?
    package let tenant: String?
    /// The value of `Session-ID`.
    package let sessionID: String?
    package let offer: [UInt8]
    package let startedAt: Instant
    package internal(set) var ringingAt: Instant?
    package internal(set) var answeredAt: Instant?
    package internal(set) var endedAt: Instant?
    package internal(set) var ending = Ending.none
    /// The final response.
    package internal(set) var code: Int?
    package internal(set) var inviteRetransmissions = 0
    /// How often the final response was sent again.
    package internal(set) var answerRetransmissions = 0
    package internal(set) var isAcknowledged = false
    /// BYEs received, repetitions included.
    package internal(set) var byes = 0
    /// Whether a second branch answered and has not been hung up.
    package internal(set) var isForkUp = false
    /// When the second branch answered, and was hung up.
    package internal(set) var forkAnsweredAt: Instant?
    package internal(set) var forkEndedAt: Instant?
    /// Session refreshes received.
    package internal(set) var refreshes = 0
    /// The callee's re-INVITEs and UPDATEs that the caller accepted, refused, and met with 491.
    package internal(set) var changes = 0
    package internal(set) var refusals = 0
    package internal(set) var glares = 0
    /// What the caller last offered, in its INVITE or later, or answered to an offer.
    package internal(set) var callerSDP: [UInt8]?
    /// The `Reason` of the caller's CANCEL or BYE.
    package internal(set) var reasons: [Reason] = []

    /// Requests within the dialog that were challenged, `nc` values that came twice, and ACKs without the INVITE's credentials.
    package internal(set) var challenges = 0
    package internal(set) var reusedCounts = 0
    package internal(set) var strangeAcks = 0

    /// Whether what it said answers the caller's offer.
    package internal(set) var hasMedia = true

    /// A call that the callee has answered and nobody has hung up.
    package var isUp: Bool { answeredAt != nil && endedAt == nil || isForkUp }

    init(_ invite: Message, uri: Range<Int>, tenantHeader: String, at now: Instant) {
        callID = invite.text(invite.callID)
        callee = invite.user(of: uri)
        from = invite.user(of: invite.uri(of: invite.from))
        displayName = invite.displayName(of: invite.from)
        assertedIdentity = invite.value(.pAssertedIdentity).map { invite.user(of: invite.uri(of: $0)) }
        privacy = invite.text(.privacy)
        tenant = invite.text(named: tenantHeader)
        sessionID = invite.text(.sessionID)
        offer = Array(invite.bytes[invite.body])
        startedAt = now
    }
}

extension Message {
    func user(of uri: Range<Int>) -> String {
        guard let parts = SIPURI(bytes[uri]) else { return text(uri) }
        return String(decoding: parts.number, as: UTF8.self)
    }

    func displayName(of value: Range<Int>) -> String? {
        let uri = uri(of: value)
        guard uri.lowerBound > value.lowerBound else { return nil }
        let name = unquoted(bytes.span, trimmed(bytes.span, value.lowerBound..<uri.lowerBound - 1))
        return name.isEmpty ? nil : text(name)
    }
}
