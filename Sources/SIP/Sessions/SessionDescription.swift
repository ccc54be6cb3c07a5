/// A session description (RFC 8866), cut as far as an answer (RFC 3264 §6, §8) needs it.
package struct SessionDescription: Equatable, Sendable {
    package enum Direction: String, CaseIterable, Sendable {
        case sendrecv, sendonly, recvonly, inactive

        var sends: Bool { self == .sendrecv || self == .sendonly }
        var receives: Bool { self == .sendrecv || self == .recvonly }

        init(sends: Bool, receives: Bool) {
            self = sends ? (receives ? .sendrecv : .sendonly) : receives ? .recvonly : .inactive
        }

        /// What one who would do `self` answers to `offered` (RFC 3264 §6.1): sends only to one that receives.
        func answering(_ offered: Direction) -> Direction {
            Direction(sends: sends && offered.receives, receives: receives && offered.sends)
        }
    }

    /// One `m=` line with what follows it.
    struct Media: Equatable, Sendable {
        var kind: String
        var port: String
        var `protocol`: String
        var formats: [String]
        /// The lines after it.
        var lines: [String]

        /// The number before a slash; nil of what is none.
        private var portNumber: UInt16? {
            let digits = port.utf8.prefix { $0 != UInt8(ascii: "/") }
            return digits.allSatisfy { (48...57).contains($0) } ? UInt16(Substring(digits)) : nil
        }
        var isRejected: Bool { portNumber == 0 }
        fileprivate var hasPort: Bool { portNumber != nil }
        fileprivate var direction: Direction? { SessionDescription.direction(in: lines) }

        init?(_ value: ArraySlice<UInt8>) {
            let parts = value.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count >= 4 else { return nil }
            (kind, port, self.protocol) = (parts[0], parts[1], parts[2])
            formats = Array(parts[3...])
            lines = []
        }
    }

    var session: [String] = []
    var media: [Media] = []

    /// Nil when it is not `v=0` followed by well-formed lines, or says `m=` more often than ``mediaLimit``. What only fills it up is
    /// passed over: NUL at the end of a line, and lines of nothing but that and spaces.
    package init?(_ bytes: [UInt8]) {
        session.reserveCapacity(8)
        var start = 0
        for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: "\r") || bytes[end] == UInt8(ascii: "\n") {
            defer { start = end + 1 }
            guard let line = Self.line(bytes[start..<end]) else { continue }
            guard take(line) else { return nil }
        }
        guard !session.isEmpty else { return nil }
    }

    /// Takes the next line in; false where it cannot stand there.
    private mutating func take(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: "=") else { return false }
        if session.isEmpty {
            guard line.elementsEqual("v=0".utf8) else { return false }
        } else if line.first == UInt8(ascii: "m") {
            guard media.count < Self.mediaLimit, let next = Media(line.dropFirst(2)) else { return false }
            media.append(next)
            return true
        }
        let text = String(decoding: line, as: UTF8.self)
        if media.isEmpty { session.append(text) } else { media[media.count - 1].lines.append(text) }
        return true
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.contains(where: { $0 != 32 && $0 != 0 }), let last = bytes.lastIndex(where: { $0 != 0 }) else { return nil }
        return bytes[...last]
    }

    /// `m=` lines that are read.
    static let mediaLimit = 16

    var bytes: [UInt8] {
        var lines = session
        for part in media { lines += ["m=\(part.kind) \(part.port) \(part.protocol) \(part.formats.joined(separator: " "))"] + part.lines }
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    /// Whether somebody can talk who takes it: audio that is not switched off (RFC 3264 §5.1), in a codec.
    package var offersAudio: Bool { media.contains { $0.isAudio && $0.hasPort && $0.hasCodec } }

    /// Of the lines that each description has (RFC 8866 §5) the first that is not there, or not as it is to be: its type, with one that is.
    package var missingLine: (type: String, sample: String)? {
        func isNumber(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) } }
        func has(_ type: String, in lines: [String], _ isRight: ([Substring]) -> Bool) -> Bool {
            lines.contains { $0.hasPrefix(type) && isRight($0.dropFirst(2).split(separator: " ")) }
        }
        func hasConnection(_ lines: [String]) -> Bool { has("c=", in: lines) { $0.count == 3 } }
        guard has("o=", in: session, { $0.count == 6 && isNumber($0[1]) && isNumber($0[2]) }) else {
            return ("o=", "o=- 1 1 IN IP4 192.0.2.10")
        }
        guard session.contains(where: { $0.hasPrefix("s=") && $0.utf8.count > 2 }) else { return ("s=", "s=-") }
        guard has("t=", in: session, { $0.count == 2 && $0.allSatisfy(isNumber) }) else { return ("t=", "t=0 0") }
        guard hasConnection(session) || media.allSatisfy({ $0.isRejected || hasConnection($0.lines) }) else {
            return ("c=", "c=IN IP4 192.0.2.10")
        }
        return nil
    }

    /// The direction of each of the media.
    var directions: [Direction] { media.map { $0.direction ?? Self.direction(in: session) ?? .sendrecv } }

    /// `sess-version` of `o=`; it rises with every change (RFC 3264 §8).
    var version: UInt64? {
        get { origin.flatMap { UInt64(session[$0].split(separator: " ")[2]) } }
        set {
            guard let newValue, let origin else { return }
            var parts = session[origin].split(separator: " ").map(String.init)
            parts[2] = String(newValue)
            session[origin] = parts.joined(separator: " ")
        }
    }

    /// Takes the origin of the one that it follows, one version on, and has as many media at least: those that it does not name any more are switched
    /// off (RFC 3264 §8, §8.2).
    mutating func succeed(_ earlier: SessionDescription) {
        media += earlier.media.dropFirst(media.count).map(\.rejected)
        guard let theirs = earlier.origin else { return }
        session.removeAll { $0.hasPrefix("o=") }
        session.insert(earlier.session[theirs], at: 1)
        version = earlier.version.map { $0 &+ 1 }
    }

    private var origin: Int? { session.firstIndex { $0.hasPrefix("o=") && $0.split(separator: " ").count == 6 } }

    /// Whether both say the same under another version.
    func isSame(as other: SessionDescription) -> Bool {
        var copy = self
        copy.version = other.version
        return copy == other
    }

    /// The answer to `offer` by one who can do what this description says; nil when they have nothing in common (488).
    ///
    /// The media correspond by their place, and one whose place is offered as something else answers where it fits first (a stream that is switched
    /// off and offered anew, RFC 3264 §8.1, §8.2); of the formats those are taken that both name, under the offer's numbers.
    ///
    /// `role` is our part in a handshake that is over.
    func answer(to offer: SessionDescription, as role: Setup? = nil) -> SessionDescription? {
        var answer = self
        answer.session = session.filter { !Self.isDirection($0) && !$0.hasPrefix("t=") && offer.permits($0, at: nil) }
        answer.session.insert(contentsOf: offer.session.filter { $0.hasPrefix("t=") }, at: answer.session.endOfTimes)
        let wanted = offer.directions, willing = directions
        var free = Set(media.indices.filter { $0 >= offer.media.count || media[$0].formats(of: offer.media[$0]) == nil })
        answer.media = offer.media.indices.map { place in
            let offered = offer.media[place], hasOwn = place < media.count && !free.contains(place)
            let found = hasOwn ? place : free.sorted().first { media[$0].formats(of: offered) != nil }
            let setup = offer.setup(at: place)
            guard let own = found, var chosen = media[own].formats(of: offered)?.keyed(by: offered, setup: setup, role: role) else {
                return offered.rejected
            }
            free.remove(own)
            chosen.lines.removeAll { Self.isDirection($0) || !offer.permits($0, at: place) }
            chosen.lines = chosen.lines.map { $0.hasPrefix(Self.identification) ? offered.identification ?? $0 : $0 }
            chosen.lines.append("a=\(willing[own].answering(wanted[place]).rawValue)")
            return chosen
        }
        answer.bundle(as: offer)
        if !offer.media.isEmpty { answer.session = Self.answering(offer.setup(at: 0), role, answer.session) }
        let isTaken = answer.media.contains { !$0.isRejected } || offer.media.isEmpty
        let isHeard = answer.media.contains(where: \.isAudio) || !media.contains(where: \.isAudio)
        return isTaken && isHeard ? answer : nil
    }

    /// Whether `answer` lets this description's offerer talk: audio that was offered is taken, in a codec that was offered, with keys as offered.
    /// Where no audio was offered, whatever was taken counts.
    func isAnswered(by answer: SessionDescription) -> Bool {
        let offered = media.indices.filter { media[$0].isAudio }
        guard !offered.isEmpty else { return media.isEmpty || answer.media.contains { !$0.isRejected } }
        return offered.contains { $0 < answer.media.count && media[$0].sharesCodec(with: answer.media[$0]) && isKeyed(at: $0, by: answer) }
    }

    /// Whether those bytes are an answer that lets the offerer talk; an offer that cannot be read is answered by whatever is a description.
    static func isAnswer(_ answer: [UInt8], to offer: [UInt8]) -> Bool {
        guard let said = SessionDescription(answer) else { return false }
        return SessionDescription(offer)?.isAnswered(by: said) != false
    }

    private static func direction(in lines: [String]) -> Direction? {
        lines.lazy.compactMap { $0.hasPrefix("a=") ? Direction(rawValue: String($0.dropFirst(2))) : nil }.first
    }

    private static func isDirection(_ line: String) -> Bool { direction(in: [line]) != nil }
}

extension SessionDescription.Media {
    /// Audio that is not switched off.
    var isAudio: Bool { kind == "audio" && !isRejected }

    /// Whether both are audio, and name a codec in common.
    fileprivate func sharesCodec(with other: SessionDescription.Media) -> Bool {
        guard isAudio, other.isAudio, other.hasPort else { return false }
        let ours = formats.map(encoding)
        return other.formats.contains { number in
            // A dynamic number whose meaning the answer does not repeat means what it means in the offer.
            let said = other.encoding(number), meant = said == number ? encoding(number) : said
            return Self.isCodec(meant) && ours.contains(meant)
        }
    }

    fileprivate var hasCodec: Bool { formats.contains { Self.isCodec(encoding($0)) } }

    fileprivate var rejected: SessionDescription.Media {
        var copy = self
        (copy.port, copy.lines) = ("0", [])
        return copy
    }

    /// This media with the formats that `offered` names too; nil when there are none, of audio no codec, or either is switched off.
    fileprivate func formats(of offered: SessionDescription.Media) -> SessionDescription.Media? {
        guard kind == offered.kind, `protocol` == offered.protocol, !isRejected, !offered.isRejected, offered.hasPort else { return nil }
        let ours = Dictionary(formats.map { (encoding($0), $0) }) { first, _ in first }
        let common = offered.formats.compactMap { number in ours[offered.encoding(number)].map { (theirs: number, ours: $0) } }
        guard common.contains(where: { kind != "audio" || Self.isCodec(offered.encoding($0.theirs)) }) else { return nil }
        var copy = self
        copy.formats = common.map(\.theirs)
        copy.lines = lines.filter { Self.format(of: $0) == nil }
        for pair in common {
            copy.lines += lines.compactMap { line in
                guard let (name, format, rest) = Self.format(of: line), format == pair.ours else { return nil }
                return "a=\(name):\(pair.theirs)\(rest)"
            }
        }
        return copy
    }

    /// What a format number means: its `rtpmap`, without which it is the number itself.
    private func encoding(_ format: String) -> String {
        for line in lines {
            guard let said = Self.mapping(of: format, in: line)?.lowercased() else { continue }
            let codec = said.hasSuffix("/1") ? String(said.dropLast(2)) : said
            return Self.assigned[codec] ?? codec
        }
        return format
    }

    /// What `a=rtpmap` says of that format; nil of a line that is another's.
    private static func mapping(of format: String, in line: String) -> Substring? {
        guard line.hasPrefix("a=rtpmap:") else { return nil }
        let value = line.utf8.dropFirst("a=rtpmap:".utf8.count), end = value.firstIndex(of: UInt8(ascii: " ")) ?? value.endIndex
        guard value[..<end].elementsEqual(format.utf8) else { return nil }
        return line[end...].dropFirst()
    }

    /// Payload types that need no `rtpmap` (RFC 3551 §6).
    private static let assigned = [
        "pcmu/8000": "0", "gsm/8000": "3", "g723/8000": "4", "pcma/8000": "8", "g722/8000": "9", "cn/8000": "13", "g728/8000": "15",
        "g729/8000": "18",
    ]

    /// Whether speech goes in it: tones (RFC 4733), comfort noise (RFC 3389) and redundancy (RFC 2198) go beside a codec.
    private static func isCodec(_ encoding: String) -> Bool {
        let name = encoding[..<(encoding.utf8.firstIndex(of: UInt8(ascii: "/")) ?? encoding.endIndex)]
        return encoding != "13" && !besideCodecs.contains { $0 == name }
    }

    private static let besideCodecs = ["telephone-event", "tone", "cn", "red"]

    /// `a=rtpmap`, `a=fmtp` and `a=rtcp-fb` lines in parts: name, format number, the rest with its space.
    private static func format(of line: String) -> (name: String, format: String, rest: String)? {
        for name in ["rtpmap", "fmtp", "rtcp-fb"] where line.hasPrefix("a=\(name):") {
            let value = line.dropFirst(name.count + 3)
            let format = value.prefix { $0 != " " }
            return (name, String(format), String(value[format.endIndex...]))
        }
        return nil
    }
}

extension [String] {
    /// Where `t=` lines belong (RFC 8866 §5): before `r=`, `z=`, `k=` and `a=`.
    fileprivate var endOfTimes: Int { firstIndex { ["r=", "z=", "k=", "a="].contains($0.prefix(2)) } ?? count }
}
