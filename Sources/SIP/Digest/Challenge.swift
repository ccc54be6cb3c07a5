/// One challenge of a 401 or 407 (RFC 7616, RFC 8760) that can be answered.
package struct Challenge: Equatable, Sendable {
    enum Algorithm: Int, Sendable {
        case md5, sha256, sha512t256

        func hash(_ text: String) -> String {
            switch self {
            case .md5: MD5.hex(text)
            case .sha256: SHA256.hex(text)
            case .sha512t256: SHA512t256.hex(text)
            }
        }

        var name: String {
            switch self {
            case .md5: "MD5"
            case .sha256: "SHA-256"
            case .sha512t256: "SHA-512-256"
            }
        }
    }

    /// Who challenges: the same name may be a proxy's (407) and the server's (401).
    struct Realm: Hashable, Sendable {
        let name: String
        let isProxy: Bool
    }

    let realm: Realm
    package let nonce: String
    let opaque: String?
    let algorithm: Algorithm
    /// False for the challenge of RFC 2069 without `qop`.
    let hasQualityOfProtection: Bool

    /// Nil for another scheme, an unknown algorithm, a `qop` without `auth`, or no realm or nonce.
    package init?(_ message: Message, _ value: Range<Int>, isProxy: Bool) {
        let bytes = message.bytes.span
        var at = value.lowerBound
        while at < value.upperBound, isTokenByte(bytes[at]) { at += 1 }
        guard matches(bytes, value.lowerBound..<at, "digest") else { return nil }
        var parts: [String: String] = [:]
        while at < value.upperBound {
            let end = endOfElement(bytes, at..<value.upperBound, .comma)
            let equals = firstIndex(of: UInt8(ascii: "="), in: bytes, at..<end) ?? end
            if equals < end {
                let name = message.text(trimmed(bytes, at..<equals)).lowercased()
                parts[name] = message.quotedText(trimmed(bytes, equals + 1..<end))
            }
            at = end + 1
        }
        guard let realm = parts["realm"], let nonce = parts["nonce"], !nonce.isEmpty else { return nil }
        switch parts["algorithm"]?.uppercased() {
        case nil, "MD5": algorithm = .md5
        case "SHA-256": algorithm = .sha256
        case "SHA-512-256": algorithm = .sha512t256
        default: return nil
        }
        let qualities = parts["qop"]?.split(separator: ",").map { $0.drop { $0 == " " }.prefix { $0 != " " }.lowercased() }
        if let qualities, !qualities.contains("auth") { return nil }
        self.realm = Realm(name: realm, isProxy: isProxy)
        self.nonce = nonce
        opaque = parts["opaque"]
        hasQualityOfProtection = qualities != nil
    }

    /// The strongest challenge of each realm in a response, at most four read.
    static func strongest(in message: Message) -> [Challenge] {
        var best: [Challenge] = []
        for (name, isProxy) in [(HeaderName.wwwAuthenticate, false), (.proxyAuthenticate, true)] {
            for value in message.values(name).prefix(4) {
                guard let challenge = Challenge(message, value, isProxy: isProxy) else { continue }
                if let same = best.firstIndex(where: { $0.realm == challenge.realm }) {
                    if best[same].algorithm.rawValue < challenge.algorithm.rawValue { best[same] = challenge }
                } else {
                    best.append(challenge)
                }
            }
        }
        return best
    }

    /// `response` of RFC 7616 §3.4.1.
    package func response(username: String, password: String, method: String, uri: String, nonceCount: UInt32, clientNonce: String)
        -> String
    {
        let secret = algorithm.hash("\(username):\(realm.name):\(password)")
        let request = algorithm.hash("\(method):\(uri)")
        guard hasQualityOfProtection else { return algorithm.hash("\(secret):\(nonce):\(request)") }
        return algorithm.hash("\(secret):\(nonce):\(hexDigits(nonceCount)):\(clientNonce):auth:\(request)")
    }
}
