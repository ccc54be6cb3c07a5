/// A trunk's user name and password, and the challenges they have answered in one call.
///
/// Each realm gets one answer, and one more when the far end says that only the nonce was stale; so a far end that
/// never accepts costs a bounded number of requests.
struct Credentials: Sendable {
    private struct Answer: Sendable {
        var challenge: Challenge
        var nonceCount = 0
        var wasStale = false
    }

    let username: String
    let password: String
    private var answers: [Answer] = []

    /// Realms answered in one call, at most.
    static let realmLimit = 2

    init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// Takes in the challenges of a response; false when there is nothing new to try.
    mutating func accept(_ response: Message) -> Bool {
        let challenges = Challenge.strongest(in: response)
        guard !challenges.isEmpty else { return false }
        for challenge in challenges {
            if let known = answers.firstIndex(where: { $0.challenge.realm == challenge.realm && $0.challenge.isProxy == challenge.isProxy })
            {
                guard challenge.isStale, !answers[known].wasStale else { return false }
                answers[known] = Answer(challenge: challenge, wasStale: true)
            } else {
                guard answers.count < Self.realmLimit else { return false }
                answers.append(Answer(challenge: challenge))
            }
        }
        return true
    }

    mutating func write(method: Method, uri: [UInt8], clientNonce: UInt64, to writer: inout Writer) {
        let uri = String(decoding: uri, as: UTF8.self), clientNonce = String(clientNonce, radix: 16)
        for index in answers.indices {
            answers[index].nonceCount += 1
            let challenge = answers[index].challenge
            let response = challenge.response(
                username: username, password: password, method: method.rawValue, uri: uri,
                nonceCount: answers[index].nonceCount, clientNonce: clientNonce)
            writer.text(challenge.isProxy ? "Proxy-Authorization: Digest username=" : "Authorization: Digest username=")
            writer.quoted(username)
            for (name, value) in [(", realm=", challenge.realm), (", nonce=", challenge.nonce), (", uri=", uri), (", response=", response)]
            {
                writer.text(name)
                writer.quoted(value)
            }
            writer.text(", algorithm=\(challenge.algorithm.name)")
            if challenge.hasQualityOfProtection {
                writer.text(", qop=auth, nc=\(hexDigits(UInt32(truncatingIfNeeded: answers[index].nonceCount))), cnonce=\"\(clientNonce)\"")
            }
            if let opaque = challenge.opaque {
                writer.raw(", opaque=")
                writer.quoted(opaque)
            }
            writer.endLine()
        }
    }
}
