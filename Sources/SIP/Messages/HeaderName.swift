/// The header fields that this endpoint reads, by their full and compact names (RFC 3261 §7.3.3); all others are ``other``.
package enum HeaderName: UInt8, CaseIterable, Sendable {
    case other
    case via, from, to, callID, cSeq, contact, contentLength, contentType, maxForwards
    case route, recordRoute, require, proxyRequire, supported, allow, rSeq, rAck
    case sessionExpires, minSE, sessionID, reason, retryAfter, privacy, pAssertedIdentity
    case wwwAuthenticate, proxyAuthenticate, authorization, proxyAuthorization

    /// The full name as it is written, and the compact one.
    var spelling: (full: String, compact: String?) {
        switch self {
        case .other: ("", nil)
        case .via: ("Via", "v")
        case .from: ("From", "f")
        case .to: ("To", "t")
        case .callID: ("Call-ID", "i")
        case .cSeq: ("CSeq", nil)
        case .contact: ("Contact", "m")
        case .contentLength: ("Content-Length", "l")
        case .contentType: ("Content-Type", "c")
        case .maxForwards: ("Max-Forwards", nil)
        case .route: ("Route", nil)
        case .recordRoute: ("Record-Route", nil)
        case .require: ("Require", nil)
        case .proxyRequire: ("Proxy-Require", nil)
        case .supported: ("Supported", "k")
        case .allow: ("Allow", nil)
        case .rSeq: ("RSeq", nil)
        case .rAck: ("RAck", nil)
        case .sessionExpires: ("Session-Expires", "x")
        case .minSE: ("Min-SE", nil)
        case .sessionID: ("Session-ID", nil)
        case .reason: ("Reason", nil)
        case .retryAfter: ("Retry-After", nil)
        case .privacy: ("Privacy", nil)
        case .pAssertedIdentity: ("P-Asserted-Identity", nil)
        case .wwwAuthenticate: ("WWW-Authenticate", nil)
        case .proxyAuthenticate: ("Proxy-Authenticate", nil)
        case .authorization: ("Authorization", nil)
        case .proxyAuthorization: ("Proxy-Authorization", nil)
        }
    }

    /// A name of up to 24 bytes as three words, its letters in lower case: comparing is three instructions.
    private struct Key: Equatable, Sendable {
        private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

        /// 0x20 turns nothing into a letter but a capital, and into a hyphen only a CR, after which LF comes, which is in no name.
        init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
            words.0 = Self.word(bytes, range.lowerBound, range.upperBound)
            guard range.count > 8 else { return }
            words.1 = Self.word(bytes, range.lowerBound + 8, range.upperBound)
            guard range.count > 16 else { return }
            words.2 = Self.word(bytes, range.lowerBound + 16, range.upperBound)
        }

        private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
            let count = min(8, end - start)
            if start + 8 <= bytes.count { return (bytes.word(at: start) | 0x2020_2020_2020_2020) & UInt64.max >> UInt64(64 - count * 8) }
            return (start..<start + count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1] | 0x20) }
        }

        static func == (left: Key, right: Key) -> Bool { left.words == right.words }
    }

    private static let longest = 24
    private static let byLength: [[(key: Key, name: HeaderName)]] = {
        var table = Array(repeating: [(key: Key, name: HeaderName)](), count: longest + 1)
        for name in HeaderName.allCases where name != .other {
            for spelling in [name.spelling.full, name.spelling.compact].compactMap(\.self) {
                let bytes = Array(spelling.utf8)
                table[bytes.count].append((Key(bytes.span, bytes.indices), name))
            }
        }
        return table
    }()

    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self = .other
        guard (1...Self.longest).contains(range.count) else { return }
        let key = Key(bytes, range)
        for entry in Self.byLength[range.count] where entry.key == key {
            self = entry.name
            return
        }
    }
}
