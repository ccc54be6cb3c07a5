/// How media that go as SRTP (RFC 3711) come by their keys: in the description itself (RFC 4568), or by a handshake whose certificate it names
/// (RFC 5763).
extension SessionDescription.Media {
    /// Whether it is SRTP: `RTP/SAVP`, `RTP/SAVPF`, `UDP/TLS/RTP/SAVP` and the like.
    var isSecured: Bool { `protocol`.hasSuffix("RTP/SAVP") || `protocol`.hasSuffix("RTP/SAVPF") }

    /// An `a=crypto` line (RFC 4568 §9.1): what is agreed on, and the keys with what belongs to them.
    struct Crypto: Equatable, Sendable {
        let tag: String
        let suite: String
        let rest: String

        init?(_ line: String) {
            guard line.hasPrefix(Self.prefix) else { return nil }
            let parts = line.dropFirst(Self.prefix.count).split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3 else { return nil }
            (tag, suite, rest) = (parts[0], parts[1], parts[2])
        }

        fileprivate static let prefix = "a=crypto:"
    }

    var cryptos: [Crypto] { lines.compactMap(Crypto.init) }

    /// What accepts one of the offered ways to come by keys; nil where there is none in common. Of keys in the description the first whose suite is
    /// ours too is taken, under the offer's tag (RFC 4568 §5.1.2).
    ///
    /// `role` is our part in the handshake that is over, if there was one.
    func keyed(by offered: Self, setup: Setup?, role: Setup?) -> Self? {
        guard isSecured else { return self }
        var copy = self
        copy.lines.removeAll { $0.hasPrefix(Crypto.prefix) }
        if offered.cryptos.isEmpty {
            copy.lines = SessionDescription.answering(setup, role, copy.lines)
            return cryptos.isEmpty ? copy : nil
        }
        for theirs in offered.cryptos {
            guard let ours = cryptos.first(where: { $0.suite == theirs.suite }) else { continue }
            copy.lines.append("\(Crypto.prefix)\(theirs.tag) \(ours.suite) \(ours.rest)")
            return copy
        }
        return nil
    }

    var setup: Setup? { SessionDescription.setup(in: lines) }
}

/// A part in the handshake of a connection (`a=setup`, RFC 4145 §4).
enum Setup: String, Sendable {
    case active, passive, actpass, holdconn

    /// That of the other side, where it is known by this one.
    var opposite: Setup? {
        switch self {
        case .active: .passive
        case .passive: .active
        case .actpass, .holdconn: nil
        }
    }
}

extension SessionDescription {
    fileprivate static let setupPrefix = "a=setup:"

    fileprivate static func setup(in lines: [String]) -> Setup? {
        lines.lazy.filter { $0.hasPrefix(setupPrefix) }.compactMap { Setup(rawValue: String($0.dropFirst(setupPrefix.count))) }.first
    }

    /// Our lines as an answer has them: who answers says who begins the handshake (RFC 4145 §4.1, RFC 8842 §5.3). The other one where the offer
    /// says which, else who did before, for another part would mean another handshake; and who answers the first time.
    static func answering(_ offered: Setup?, _ role: Setup?, _ lines: [String]) -> [String] {
        let answer: Setup =
            switch offered {
            case .active: .passive
            case .passive: .active
            case .actpass, .holdconn, nil: role ?? .active
            }
        return lines.map { $0.hasPrefix(setupPrefix) ? setupPrefix + answer.rawValue : $0 }
    }

    /// What is said for the media, or for all of them.
    func setup(at place: Int) -> Setup? { media[place].setup ?? Self.setup(in: session) }

    /// Our part in the handshake after `answer` to this offer of ours: the first that is known of any media.
    func role(after answer: SessionDescription) -> Setup? {
        media.indices.lazy.filter { $0 < answer.media.count && self.setup(at: $0) != nil }.compactMap { answer.setup(at: $0)?.opposite }
            .first
    }

    /// Whether media of an answer come by keys as was offered: in a profile that is as secure, with one of the keys' ways that the offer names.
    func isKeyed(at place: Int, by answer: SessionDescription) -> Bool {
        let ours = media[place], theirs = answer.media[place]
        guard ours.isSecured else { return !theirs.isSecured }
        guard theirs.isSecured else { return false }
        let isByKey =
            theirs.cryptos.count == 1 && ours.cryptos.contains { $0.tag == theirs.cryptos[0].tag && $0.suite == theirs.cryptos[0].suite }
        let isCertified = namesCertificate(at: place)
        return isByKey || isCertified && answer.namesCertificate(at: place) || ours.cryptos.isEmpty && !isCertified
    }

    /// Of the media, or of the session as a whole (RFC 8122 §5).
    private func namesCertificate(at place: Int) -> Bool { (media[place].lines + session).contains { $0.hasPrefix("a=fingerprint:") } }
}
