import Basis
import Foundation

/// The offer for requests that bring none: G.711 and telephone events, to and from an IP address (contract, "SIP towards a trunk").
package struct MediaOffer: Equatable, Sendable {
    /// How its media are kept from others (docs/decisions/srtp-in-the-offer.md).
    package enum Security: Equatable, Sendable {
        case none
        /// SRTP with keys in the description (RFC 4568), others in each INVITE.
        case sdes
        /// SRTP with keys that a DTLS handshake agrees on (RFC 5763), by a certificate of that fingerprint: `sha-256 12:34:…` (RFC 8122 §5).
        case dtls(fingerprint: String)
    }

    package var address: String
    package var security = Security.none

    package init(from address: String = "127.0.0.1") { self.address = address }

    /// Whether it is another each time, so that whoever has the media needs to know it.
    var hasKeys: Bool { security == .sdes }

    /// `entropy` gives bits that nobody can guess.
    package func text(drawing entropy: () -> UInt64) -> String {
        let family = address.contains(":") ? "IP6" : "IP4"
        let profile: String, keys: [String]
        switch security {
        case .none: (profile, keys) = ("RTP/AVP", [])
        case .sdes: (profile, keys) = ("RTP/SAVP", ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Self.key(drawing: entropy))"])
        case .dtls(let fingerprint):
            (profile, keys) = ("UDP/TLS/RTP/SAVP", ["a=setup:actpass", "a=fingerprint:\(fingerprint)", "a=rtcp-mux"])
        }
        let lines =
            [
                "v=0", "o=dialout 0 0 IN \(family) \(address)", "s=-", "c=IN \(family) \(address)", "t=0 0",
                "m=audio 49152 \(profile) 8 0 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000",
                "a=fmtp:101 0-16",
            ] + keys + ["a=sendrecv"]
        return lines.map { $0 + "\r\n" }.joined()
    }

    /// A master key of 16 bytes and a salt of 14 (RFC 4568 §6.2) in Base64.
    private static func key(drawing entropy: () -> UInt64) -> String {
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: entropy()) { Array($0) } }
        return Data(bytes.prefix(30)).base64EncodedString()
    }
}

extension MediaOffer.Security {
    /// Hash functions of RFC 8122 §5 that are not broken, and their bytes.
    private static let hashes = ["sha-256": 32, "sha-384": 48, "sha-512": 64]

    /// `none`, `sdes`, or `dtls sha-256 12:34:…`; nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "none": self = .none
        case "sdes": self = .sdes
        default:
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 3, words[0] == "dtls", let bytes = Self.hashes[words[1].lowercased()] else { return nil }
            let pairs = words[2].split(separator: ":", omittingEmptySubsequences: false)
            guard pairs.count == bytes, pairs.allSatisfy({ $0.utf8.count == 2 && UInt8(hexadecimal: $0) != nil }) else {
                return nil
            }
            self = .dtls(fingerprint: "\(words[1].lowercased()) \(words[2].uppercased())")
        }
    }

    package static let rule = "is none, sdes, or dtls with a certificate's fingerprint such as dtls sha-256 12:34:…"
}
