/// The early dialogs of an INVITE, told apart by the far end's tag (RFC 3261 §12.1.2), and what of their provisional responses was
/// acknowledged (RFC 3262 §4).
struct EarlyDialogs: Sendable {
    /// What a provisional response is to its dialog.
    enum Provisional {
        case plain
        /// It, or one after it, has been acknowledged.
        case repeated
        /// It is to be acknowledged by PRACK.
        case reliable(Dialog, rSeq: Int)
    }

    private var dialogs: [Dialog] = []

    /// Early dialogs of one INVITE; further forks still ring but are not told apart.
    static let limit = 12

    var isEmpty: Bool { dialogs.isEmpty }

    subscript(tag: ArraySlice<UInt8>) -> Dialog? { dialogs.first { $0.remoteTag == tag } }

    /// Whether a response with that tag makes a dialog.
    func isNew(_ tag: ArraySlice<UInt8>) -> Bool { dialogs.count < Self.limit && self[tag] == nil }

    mutating func add(_ dialog: Dialog) { dialogs.append(dialog) }

    /// Takes in a provisional response with what it says of the session.
    mutating func take(_ response: Message, tag: ArraySlice<UInt8>, _ sdp: [UInt8]?) -> Provisional {
        guard let index = place(of: tag) else { return .plain }
        if let sdp, !dialogs[index].isOfferAnswered { dialogs[index].earlyMedia = sdp }
        guard response.hasToken("100rel", in: .require), let number = response.number(.rSeq), number > 0 else { return .plain }
        if let last = dialogs[index].lastRSeq {
            guard number == last + 1 else { return .repeated }
        }
        dialogs[index].lastRSeq = number
        if sdp != nil { dialogs[index].isOfferAnswered = true }
        return .reliable(dialogs[index], rSeq: number)
    }

    /// The answer to our offer in a first 2xx, or that which its dialog had before: a reliable response's is final (RFC 3262 §5, RFC 6337 §3.1),
    /// an unreliable one's counts where the 2xx has none (RFC 3261 §13.2.1).
    func answer(in response: Message, tag: ArraySlice<UInt8>) -> [UInt8]? {
        let early = self[tag]
        return early?.isOfferAnswered == true ? early?.earlyMedia : response.sdp ?? early?.earlyMedia
    }

    /// What the far end said in an UPDATE of its own.
    mutating func say(_ sdp: [UInt8], tag: ArraySlice<UInt8>) {
        if let index = place(of: tag) { dialogs[index].earlyMedia = sdp }
    }

    /// Notes the sequence number of a request.
    mutating func received(_ number: UInt32, tag: ArraySlice<UInt8>) {
        if let index = place(of: tag) { dialogs[index].remoteCSeq = number }
    }

    mutating func move(to target: SIPURI, tag: ArraySlice<UInt8>) {
        if let index = place(of: tag) { dialogs[index].move(to: target) }
    }

    /// The far end has hung that one up; answers whether none is left.
    mutating func end(_ tag: ArraySlice<UInt8>) -> Bool {
        dialogs.removeAll { $0.remoteTag == tag }
        return dialogs.isEmpty
    }

    mutating func endAll() { dialogs = [] }

    private func place(of tag: ArraySlice<UInt8>) -> Int? { dialogs.firstIndex { $0.remoteTag == tag } }
}
