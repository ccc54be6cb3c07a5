import Basis

/// A user name and a password, and the challenges that they answer in one dialog or towards one peer (RFC 3261 §22, RFC 7616 §3.3).
///
/// A challenge with a new nonce is a new challenge, whether it says `stale` or not; what bounds a far end that never accepts is the
/// request that it challenges: ``Shown``.
struct Credentials: Sendable {
    private struct Answer: Sendable {
        var challenge: Challenge
        var nonceCount: UInt32 = 0
        /// What the session's first request went out with.
        var clientNonce: String?
    }

    /// What one request has shown of its sender, over all its repetitions with credentials.
    struct Shown: Sendable {
        fileprivate struct Entry: Sendable {
            let realm: Challenge.Realm
            /// The nonce that the request last went out with; empty when it had none.
            var nonce = ""
            /// How often the request was sent again for a challenge of this realm.
            var answers = 0
        }
        fileprivate var entries: [Entry] = []

        fileprivate mutating func update(_ realm: Challenge.Realm, _ change: (inout Entry) -> Void) {
            let known = entries.firstIndex { $0.realm == realm }
            if known == nil { entries.append(Entry(realm: realm)) }
            change(&entries[known ?? entries.count - 1])
        }
    }

    let account: Account
    private var answers: [Answer] = []

    /// Realms that are answered; challenges of others are not.
    static let realmLimit = 4
    /// How often one request is sent again for the challenges of one realm.
    static let answersPerRealm = 2

    init(_ account: Account) { self.account = account }

    /// Takes in the challenges of a response to a request; false when there is nothing new to try.
    ///
    /// The nonce that the request went out with is not answered again: then the credentials themselves are refused.
    mutating func accept(_ response: Message, to request: inout Shown) -> Bool {
        var isNew = false
        for challenge in Challenge.strongest(in: response) {
            let shown = request.entries.first { $0.realm == challenge.realm }
            guard shown?.nonce != challenge.nonce, shown?.answers ?? 0 < Self.answersPerRealm else { continue }
            if let known = answers.firstIndex(where: { $0.challenge.realm == challenge.realm }) {
                if answers[known].challenge.nonce != challenge.nonce { answers[known] = Answer(challenge: challenge) }
            } else {
                guard answers.count < Self.realmLimit else { continue }
                answers.append(Answer(challenge: challenge))
            }
            request.update(challenge.realm) { $0.answers += 1 }
            isNew = true
        }
        return isNew
    }

    /// The `Authorization` and `Proxy-Authorization` lines of a request that is about to be sent; `nc` rises with each under one nonce.
    mutating func lines(_ method: SIPMethod, uri: [UInt8], body: [UInt8] = [], for request: inout Shown, clientNonce: UInt64) -> [UInt8] {
        guard !answers.isEmpty else { return [] }
        let sent = (method: method.rawValue, uri: String(decoding: uri, as: UTF8.self), body: String(decoding: body, as: UTF8.self))
        let clientNonce = String(clientNonce, radix: 16)
        var writer = Writer(capacity: 400 * answers.count)
        for index in answers.indices {
            answers[index].nonceCount += 1
            if !answers[index].challenge.isSession || answers[index].clientNonce == nil { answers[index].clientNonce = clientNonce }
            let answer = answers[index]
            request.update(answer.challenge.realm) { $0.nonce = answer.challenge.nonce }
            write(answer, sent, answer.clientNonce ?? clientNonce, to: &writer)
        }
        return writer.bytes
    }

    private func write(
        _ answer: Answer, _ sent: (method: String, uri: String, body: String), _ clientNonce: String, to writer: inout Writer
    ) {
        let challenge = answer.challenge
        let response = challenge.response(
            username: account.username, password: account.password.revealed, method: sent.method, uri: sent.uri, body: sent.body,
            nonceCount: answer.nonceCount, clientNonce: clientNonce)
        writer.text(challenge.realm.isProxy ? "Proxy-Authorization: Digest username=" : "Authorization: Digest username=")
        writer.quoted(account.username)
        for (name, value) in [
            (", realm=", challenge.realm.name), (", nonce=", challenge.nonce), (", uri=", sent.uri), (", response=", response),
        ] {
            writer.text(name)
            writer.quoted(value)
        }
        writer.text(", algorithm=\(challenge.algorithm.name)\(challenge.isSession ? "-sess" : "")")
        if let quality = challenge.quality {
            writer.text(", qop=\(quality.rawValue), nc=\(hexDigits(answer.nonceCount)), cnonce=\"\(clientNonce)\"")
        }
        if let opaque = challenge.opaque {
            writer.raw(", opaque=")
            writer.quoted(opaque)
        }
        writer.endLine()
    }
}
