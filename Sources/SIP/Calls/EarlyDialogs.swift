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
    /// Our side of those in which the far end has offered something else.
    private var owns: [(tag: [UInt8], description: OwnDescription)] = []

    /// Early dialogs of one INVITE; further forks still ring but are not told apart.
    static let limit = 12

    var isEmpty: Bool { dialogs.isEmpty }

    subscript(tag: ArraySlice<UInt8>) -> Dialog? { dialogs.first { $0.remoteTag == tag } }

    /// Whether a response with that tag makes a dialog.
    func isNew(_ tag: ArraySlice<UInt8>) -> Bool { dialogs.count < Self.limit && self[tag] == nil }

    /// Whether it is the first reliable one of its dialog, and says where its PRACK goes: that holds, whatever a response before it has said.
    func isRenewed(by response: Message, tag: ArraySlice<UInt8>) -> Bool {
        guard let known = self[tag], known.lastRSeq == nil, response.isReliable, response.contactURI != nil else { return false }
        return known.routes.isEmpty || response.value(.recordRoute) != nil
    }

    /// A new one, or one that is renewed.
    mutating func add(_ dialog: Dialog) {
        guard let index = place(of: dialog.remoteTag) else { return dialogs.append(dialog) }
        let old = dialogs[index]
        dialogs[index] = dialog
        (dialogs[index].remoteCSeq, dialogs[index].earlyMedia) = (old.remoteCSeq, old.earlyMedia)
    }

    /// Our side of the session in that dialog, where it is another than in the INVITE.
    func own(_ tag: ArraySlice<UInt8>) -> OwnDescription? { owns.first { $0.tag.elementsEqual(tag) }?.description }

    mutating func keep(_ own: OwnDescription, tag: ArraySlice<UInt8>) {
        guard place(of: tag) != nil else { return }
        owns.removeAll { $0.tag.elementsEqual(tag) }
        owns.append((Array(tag), own))
    }

    /// Takes in a provisional response with what it says of the session.
    mutating func take(_ response: Message, tag: ArraySlice<UInt8>, _ sdp: [UInt8]?) -> Provisional {
        guard let index = place(of: tag) else { return .plain }
        if let sdp, !dialogs[index].isOfferAnswered { dialogs[index].earlyMedia = sdp }
        guard response.isReliable, let number = response.number(.rSeq) else { return .plain }
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
        owns.removeAll { $0.tag.elementsEqual(tag) }
        return dialogs.isEmpty
    }

    mutating func endAll() { (dialogs, owns) = ([], []) }

    private func place(of tag: ArraySlice<UInt8>) -> Int? { dialogs.firstIndex { $0.remoteTag == tag } }
}

extension Message {
    /// Whether a provisional response is to be acknowledged by PRACK (RFC 3262 §3).
    fileprivate var isReliable: Bool { hasToken("100rel", in: .require) && number(.rSeq).map { $0 > 0 } == true }
}
