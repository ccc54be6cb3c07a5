import SIP

/// How a simulated operator treats one call. Times count from the arrival of the INVITE.
package struct Behaviour: Equatable, Sendable {
    /// What becomes of an INVITE that the caller cancels.
    package enum OnCancel: Equatable, Sendable {
        /// 200 for the CANCEL, 487 for the INVITE.
        case obey
        /// 200 for the CANCEL, and nothing more is ever said about the INVITE.
        case ignore
        /// The callee answers in the same moment: the 200 of the INVITE crosses the CANCEL.
        case answer
    }

    /// What the callee's side asks for while the call is up.
    package enum Change: Hashable, Sendable {
        /// A re-INVITE with `a=sendonly`, and one with `a=sendrecv`.
        case hold, retrieve
        /// A re-INVITE without an offer.
        case offerless
        /// An UPDATE that only keeps the session alive.
        case refresh
    }

    package struct Step: Equatable, Sendable {
        /// Counts from the ACK of the answer.
        package var after: Duration
        package var change: Change

        package init(_ change: Change, after: Duration) {
            self.change = change
            self.after = after
        }
    }

    /// What a 200 has for a body.
    package enum Answer: Equatable, Sendable, CaseIterable {
        /// The far end's session description, as it is or within `multipart/mixed`.
        case description, multipart
        /// None, one that is no description, one with the audio refused, one in another codec, or one in another profile: SRTP where none was
        /// offered, and the other way round.
        case none, rubbish, rejected, otherCodec, otherProfile

        package var isUsable: Bool { self == .description || self == .multipart }
    }

    /// Neither INVITE nor CANCEL is answered at all.
    package var isSilent = false
    package var ringAfter: Duration? = .milliseconds(100)
    /// 183 with SDP in place of 180.
    package var earlyMedia = false
    /// 18x goes reliably (RFC 3262) when the caller supports that.
    package var reliableProvisional = false
    /// Its `RSeq`; nil: drawn from 1 to 2^31 − 1 (RFC 3262 §3).
    package var firstRSeq: UInt32?
    /// Nil: it rings until the caller gives up.
    package var answerAfter: Duration? = .seconds(1)
    package var answer = Answer.description
    /// The 2xx of the answer, and its words.
    package var answerCode = 200
    package var answerPhrase = "OK"
    /// The final answer in place of 200; 302 names ``redirect``, 503 asks to wait five seconds.
    package var finalCode: Int?
    package var finalAfter: Duration = .milliseconds(50)
    /// Its words, and what its `Reason` and that of the 18x say; without them the usual ones, and none.
    package var finalPhrase: String?
    package var finalReason: String?
    package var ringingReason: String?
    /// After the answer.
    package var hangUpAfter: Duration?
    package var onCancel = OnCancel.obey
    /// A second branch answers as well, with a tag of its own, also where the first one refuses.
    package var forks = false
    /// Digest authentication is asked for with these.
    package var username: String?
    package var password: String?
    package var realm = "operator.invalid"
    /// By 407 in place of 401.
    package var asksAsProxy = false
    /// Of all requests, or of INVITEs alone.
    package var challengesAll = false
    /// How many requests a nonce is good for; the next one gets a new nonce, without a word that the old one was stale. Nil: for all.
    package var nonceUses: Int?
    package var redirect = "sip:+19005550100@elsewhere.invalid"
    /// In seconds; an offer below it gets 422.
    package var leastSessionInterval: Int?
    /// What its 2xx say in place of the interval that was offered, in seconds.
    package var answeredInterval: Int?
    /// Whether the session timer is taken up when it is offered; the caller then refreshes, unless the callee's side says it does.
    package var takesSessionTimer = true
    package var isRefresher = false
    /// Whether the caller may refresh by UPDATE; if not it has to use re-INVITE.
    package var allowsUpdate = true
    /// Codes for the caller's first re-INVITEs and UPDATEs, in order; later ones get 200.
    package var refreshRefusals: [Int] = []
    /// In order of time; a change that gets 491 is tried again.
    package var changes: [Step] = []

    package init() {}

    /// The magic numbers: the last four digits of the called number.
    ///
    /// | ends in | does |
    /// |---|---|
    /// | 0183 | early media, answers after 2 s |
    /// | 0200 | answers after 2 s, hangs up 5 s later |
    /// | 0202 | two forks answer |
    /// | 0262 | rings reliably (100rel), answers after 1 s |
    /// | 0283 | puts the caller on hold after 2 s and takes it back 2 s later |
    /// | 0302 | 302 to a premium number elsewhere |
    /// | 0311 | refreshes the session by UPDATE every 40 s, ten times |
    /// | 0404, 0486, 0503, 0603 | that code at once |
    /// | 0407 | asks for digest authentication, `dialout` / `secret`, of each request with a new nonce |
    /// | 0408 | never answers anything |
    /// | 0480 | rings, 480 after 30 s |
    /// | 0487 | rings; answers exactly when it is cancelled |
    /// | 0488 | rings; takes the CANCEL and never says 487 |
    /// | 0491 | says 491 to the caller's first session refresh |
    /// | 0606 | answers without a session description |
    /// | 0999 | rings for ever |
    package static func magic(_ number: String, otherwise normal: Behaviour = Behaviour()) -> Behaviour {
        var behaviour = normal
        switch number.suffix(4) {
        case "0183":
            behaviour.earlyMedia = true
            behaviour.answerAfter = .seconds(2)
        case "0200":
            behaviour.answerAfter = .seconds(2)
            behaviour.hangUpAfter = .seconds(5)
        case "0202": behaviour.forks = true
        case "0262": behaviour.reliableProvisional = true
        case "0283": behaviour.changes = [Step(.hold, after: .seconds(2)), Step(.retrieve, after: .seconds(4))]
        case "0311":
            behaviour.isRefresher = true
            behaviour.changes = (1...10).map { Step(.refresh, after: .seconds(40) * $0) }
        case "0491": behaviour.refreshRefusals = [491]
        case "0302", "0404", "0486", "0503", "0603":
            behaviour.ringAfter = nil
            behaviour.finalCode = Int(number.suffix(3))
        case "0407":
            (behaviour.username, behaviour.password) = ("dialout", "secret")
            (behaviour.challengesAll, behaviour.nonceUses) = (true, 1)
        case "0408": behaviour.isSilent = true
        case "0480":
            behaviour.finalCode = 480
            behaviour.finalAfter = .seconds(30)
        case "0487": (behaviour.answerAfter, behaviour.onCancel) = (nil, .answer)
        case "0488": (behaviour.answerAfter, behaviour.onCancel) = (nil, .ignore)
        case "0606": behaviour.answer = .none
        case "0999": behaviour.answerAfter = nil
        default: break
        }
        return behaviour
    }
}
