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

    /// A name of up to 24 letters, in lower case, as three words: comparing is three instructions.
    private struct Key: Equatable, Sendable {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

        mutating func append(_ byte: UInt8, at place: Int) {
            let lower = (65...90).contains(byte) ? byte | 0x20 : byte
            switch place / 8 {
            case 0: words.0 = words.0 << 8 | UInt64(lower)
            case 1: words.1 = words.1 << 8 | UInt64(lower)
            default: words.2 = words.2 << 8 | UInt64(lower)
            }
        }

        static func == (left: Key, right: Key) -> Bool { left.words == right.words }
    }

    private static let longest = 24
    private static let byLength: [[(key: Key, name: HeaderName)]] = {
        var table = Array(repeating: [(key: Key, name: HeaderName)](), count: longest + 1)
        for name in HeaderName.allCases where name != .other {
            for spelling in [name.spelling.full, name.spelling.compact].compactMap(\.self) {
                var key = Key()
                for (place, byte) in spelling.utf8.enumerated() { key.append(byte, at: place) }
                table[spelling.utf8.count].append((key, name))
            }
        }
        return table
    }()

    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self = .other
        guard range.count <= Self.longest else { return }
        var key = Key()
        for at in range { key.append(bytes[at], at: at - range.lowerBound) }
        for entry in Self.byLength[range.count] where entry.key == key {
            self = entry.name
            return
        }
    }
}
