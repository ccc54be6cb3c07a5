/// How a leg ended that was never connected.
package struct Failure: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The far end's final answer, 300 to 699.
        case rejected
        /// We gave up first; see ``Failure/wasAnswered`` for a 200 that crossed our CANCEL.
        case cancelled
        /// Nobody gave up, but it rang for ``Configuration/longestRinging``.
        case abandoned
        /// The far end hung up what it had not answered, by a BYE in the early dialog; ``Failure/reasons`` are those of the BYE.
        case hungUp
        /// No answer to the INVITE in time.
        case timedOut
        case unreachable
        /// The far end took the call without an answer to the offer that we could talk by, and was hung up at once.
        case answeredInVain
        /// The far end took the call, but what would end it could not be kept (``Output/keep(_:_:)``), and it was hung up.
        case notKept
        /// Nothing was sent: a field could not be written.
        case invalid(Invitation.Field)
        /// Nothing was sent: the endpoint holds all the legs it may.
        case tooMany
    }

    package var kind: Kind
    /// The SIP code of the final response, if one came.
    package var code: Int?
    package var phrase: String
    package var reasons: [Reason] = []
    /// Seconds.
    package var retryAfter: Int?
    /// Where a 3xx points that was not followed.
    package var contacts: [String] = []
    /// The response's phrase, with the contacts of a redirection.
    package var summary: String { contacts.isEmpty ? phrase : "\(phrase) (\(contacts.joined(separator: ", ")))" }
    /// Whether the far end took the call in the very moment we gave it up, and was hung up at once.
    package var wasAnswered = false
}

/// Who ended a connected leg.
package enum EndedBy: String, Hashable, Sendable, CaseIterable {
    case farEnd, us
    /// The session timer ran out, or the far end forgot the dialog.
    case sessionExpired
    /// The far end answered an offer within the call so that there is nothing to talk by.
    case incompatible
}
