/// One challenge of a 401 or 407 (RFC 7616, RFC 8760) that can be answered.
package struct Challenge: Equatable, Sendable {
    enum Algorithm: Int, CaseIterable, Sendable {
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

    /// What the answer protects: `qop`.
    enum Quality: String, Sendable {
        case auth
        /// The body as well.
        case authInt = "auth-int"
    }

    let realm: Realm
    package let nonce: String
    let opaque: String?
    let algorithm: Algorithm
    /// Whether the password is hashed once for all that is sent under the nonce: `-sess`.
    let isSession: Bool
    /// Nil for the challenge of RFC 2069 without `qop`, or with an empty one.
    let quality: Quality?

    /// Nil for another scheme, an unknown algorithm, a `qop` of others than ``Quality``, a session without `qop`, or no realm or nonce.
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
        let name = parts["algorithm"]?.uppercased() ?? "MD5"
        isSession = name.hasSuffix("-SESS")
        guard let algorithm = Algorithm.allCases.first(where: { name == $0.name || name == $0.name + "-SESS" }) else { return nil }
        self.algorithm = algorithm
        let offered = (parts["qop"] ?? "").lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }.map { Quality(rawValue: String($0)) }
        quality = offered.contains(.auth) ? .auth : offered.contains(.authInt) ? .authInt : nil
        guard quality != nil || offered.isEmpty && !isSession else { return nil }
        self.realm = Realm(name: realm, isProxy: isProxy)
        self.nonce = nonce
        opaque = parts["opaque"]
    }

    /// Challenges that are read of one response, those included that cannot be answered.
    static let limit = 16

    /// The strongest challenge of each realm in a response.
    static func strongest(in message: Message) -> [Challenge] {
        var best: [Challenge] = []
        for (name, isProxy) in [(HeaderName.wwwAuthenticate, false), (.proxyAuthenticate, true)] {
            for value in message.values(name).flatMap({ challenges(in: $0, of: message) }).prefix(limit) {
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

    /// The challenges in one value: its commas part them from each other as well as what they say (RFC 9110 §11.6.1).
    private static func challenges(in value: Range<Int>, of message: Message) -> [Range<Int>] {
        let bytes = message.bytes.span
        var found: [Range<Int>] = [], at = value.lowerBound
        while at < value.upperBound {
            let end = endOfElement(bytes, at..<value.upperBound, .comma), element = trimmed(bytes, at..<end)
            if let last = found.indices.last, !namesScheme(bytes, element) {
                found[last] = found[last].lowerBound..<end
            } else if !element.isEmpty {
                found.append(element)
            }
            at = end + 1
        }
        return found
    }

    /// `Digest realm="a"` names one; `realm = "a"` does not.
    private static func namesScheme(_ bytes: Span<UInt8>, _ element: Range<Int>) -> Bool {
        var at = element.lowerBound
        while at < element.upperBound, isTokenByte(bytes[at]) { at += 1 }
        let rest = trimmed(bytes, at..<element.upperBound)
        return at > element.lowerBound && rest.lowerBound > at && !rest.isEmpty && bytes[rest.lowerBound] != UInt8(ascii: "=")
    }

    /// `response` of RFC 7616 §3.4.1; of a session `clientNonce` is that of its first request.
    package func response(
        username: String, password: String, method: String, uri: String, body: String = "", nonceCount: UInt32, clientNonce: String
    ) -> String {
        var secret = algorithm.hash("\(username):\(realm.name):\(password)")
        if isSession { secret = algorithm.hash("\(secret):\(nonce):\(clientNonce)") }
        let request = algorithm.hash("\(method):\(uri)" + (quality == .authInt ? ":" + algorithm.hash(body) : ""))
        guard let quality else { return algorithm.hash("\(secret):\(nonce):\(request)") }
        return algorithm.hash("\(secret):\(nonce):\(hexDigits(nonceCount)):\(clientNonce):\(quality.rawValue):\(request)")
    }
}
