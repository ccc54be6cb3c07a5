import Basis
import SIP

/// How a simulated operator authenticates the requests of one call (RFC 7616): each nonce is good for some of them, and its count must rise.
struct DigestGate: Sendable {
    private let behaviour: Behaviour
    private var nonces = 0
    private var uses = 0
    private var counts: Set<UInt32> = []
    /// How often a count came again under its nonce.
    private(set) var reusedCounts = 0

    init(_ behaviour: Behaviour) { self.behaviour = behaviour }

    /// Nil when the request may pass; the first nonces of a call follow from its Call-ID, so nothing has to be remembered before.
    mutating func challenge(_ message: Message, _ method: SIPMethod) -> ResponseDraft? {
        guard let username = behaviour.username, let password = behaviour.password, method == .invite || behaviour.challengesAll else {
            return nil
        }
        if isAuthorized(message, method, username, password), uses < behaviour.nonceUses ?? .max {
            uses += 1
            return nil
        }
        if uses > 0 { (nonces, uses, counts) = (nonces + 1, 0, []) }
        var response = ResponseDraft(behaviour.asksAsProxy ? 407 : 401, "Unauthorized")
        for algorithm in ["SHA-256", "MD5"] {
            response.add(
                behaviour.asksAsProxy ? "Proxy-Authenticate" : "WWW-Authenticate",
                "Digest realm=\"\(behaviour.realm)\", nonce=\"\(nonce(message))\", qop=\"auth\", algorithm=\(algorithm)")
        }
        return response
    }

    private func nonce(_ message: Message) -> String { "\(message.text(message.callID))-\(nonces)" }

    /// The header field that carries the caller's credentials.
    var header: HeaderName { behaviour.asksAsProxy ? .proxyAuthorization : .authorization }

    private mutating func isAuthorized(_ message: Message, _ method: SIPMethod, _ username: String, _ password: String) -> Bool {
        guard let value = message.value(header), let given = Challenge(message, value, isProxy: behaviour.asksAsProxy),
            given.nonce == nonce(message), let count = UInt32(hexadecimal: message.authenticationParameter("nc", value) ?? "")
        else { return false }
        if counts.contains(count) { reusedCounts += 1 }
        guard count > counts.max() ?? 0 else { return false }
        counts.insert(count)
        let expected = given.response(
            username: username, password: password, method: method.rawValue, uri: message.authenticationParameter("uri", value) ?? "",
            nonceCount: count, clientNonce: message.authenticationParameter("cnonce", value) ?? "")
        return message.authenticationParameter("response", value) == expected
    }
}

extension Message {
    /// A parameter of a comma-separated `Authorization` value.
    fileprivate func authenticationParameter(_ name: StaticString, _ value: Range<Int>) -> String? {
        let span = bytes.span
        var at = firstIndex(of: 32, in: span, value) ?? value.upperBound
        while at < value.upperBound {
            let end = endOfElement(span, at..<value.upperBound, .comma)
            let equals = firstIndex(of: UInt8(ascii: "="), in: span, at..<end) ?? end
            if equals < end, matches(span, trimmed(span, at..<equals), name) { return quotedText(trimmed(span, equals + 1..<end)) }
            at = end + 1
        }
        return nil
    }
}
