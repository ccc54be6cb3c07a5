/// Attributes that an answer has only where its offer has them: each asks the other side to do something that it may not know.
extension SessionDescription {
    /// Attributes of ours, each with the one that allows it in an answer: itself, or what all of its kind go by.
    private static let negotiated = [
        // RFC 8035 §3, RFC 5506 §5.1, RFC 8285 §6.
        "rtcp-mux": "rtcp-mux", "rtcp-rsize": "rtcp-rsize", "extmap": "extmap", "extmap-allow-mixed": "extmap-allow-mixed",
        // RFC 5888 §9, RFC 9143 §7.3, RFC 8830 §3.
        "mid": "mid", "group": "group", "msid": "msid", "msid-semantic": "msid-semantic",
        // RFC 8839 §4.3.
        "ice-ufrag": "ice-ufrag", "ice-pwd": "ice-ufrag", "ice-options": "ice-ufrag", "ice-lite": "ice-ufrag", "candidate": "ice-ufrag",
        "remote-candidates": "ice-ufrag", "end-of-candidates": "ice-ufrag",
    ]

    /// The name of an attribute's line.
    private static func attribute(_ line: String) -> Substring? {
        line.hasPrefix("a=") ? line.dropFirst(2).prefix { $0 != ":" } : nil
    }

    /// Whether a line of ours may stand in an answer to this offer: in that of the media, or of the session for nil.
    func permits(_ line: String, at place: Int?) -> Bool {
        guard let name = Self.attribute(line) else { return true }
        // Only an offer says so (RFC 8858 §3).
        if name == "rtcp-mux-only" { return false }
        guard let needed = Self.negotiated[String(name)] else { return true }
        let lines = session + (place.map { media[$0].lines } ?? media.flatMap(\.lines))
        return lines.contains { Self.attribute($0)?.elementsEqual(needed) == true }
    }

    static let identification = "a=mid:"
    private static let bundled = "a=group:BUNDLE"

    /// In place of our bundle the offer's, with those of its media that are taken (RFC 9143 §7.3.2).
    mutating func bundle(as offer: SessionDescription) {
        guard let ours = session.firstIndex(where: { $0.hasPrefix(Self.bundled) }) else { return }
        let wanted = offer.session.first { $0.hasPrefix(Self.bundled) }?.split(separator: " ").dropFirst() ?? []
        let taken = media.lazy.filter { !$0.isRejected }.compactMap { $0.identification?.dropFirst(Self.identification.count) }
        let both = wanted.filter { taken.contains($0) }
        if both.isEmpty {
            session.remove(at: ours)
        } else {
            session[ours] = ([Self.bundled] + both.map(String.init)).joined(separator: " ")
        }
    }
}

extension SessionDescription.Media {
    /// The line that names it (RFC 5888 §4).
    var identification: String? { lines.first { $0.hasPrefix(SessionDescription.identification) } }
}
