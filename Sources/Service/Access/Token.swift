import Basis
import Crypto

/// Who may do what (contract, "HTTP"): a role, and the tenant or operator that it is for.
package struct Token: Codable, Equatable, Sendable {
    package enum Role: String, Codable, CaseIterable, Sendable { case meeting, `operator`, admin, platform }

    package let id: SortableID
    package let role: Role
    package let tenant: String?
    package let `operator`: String?
    package let name: String
    /// SHA-256 of the secret, in hex; the secret itself is shown once and kept nowhere.
    package let secretHash: String
    package let createdAt: WallTime
    package let expiresAt: WallTime?

    static let bootstrapID = SortableID(high: 0, low: 0)

    package func isValid(at time: WallTime) -> Bool { expiresAt.map { time < $0 } ?? true }

    static func hash(_ secret: String) -> String {
        Array(SHA256.hash(data: Array(secret.utf8))).hexadecimal
    }

    /// 256 bits in hex behind a prefix that scanners for leaked secrets can know.
    static func makeSecret(_ entropy: () -> UInt64) -> String {
        "dialout_"
            + (0..<4).map { _ in
                let hex = String(entropy(), radix: 16)
                return String(repeating: "0", count: 16 - hex.count) + hex
            }.joined()
    }
}

/// The tokens in force, found by the hash of what the caller shows.
struct Tokens {
    private var byHash: [String: Token] = [:]
    private var bootstrap: Token?
    /// Secrets that were hashed lately, so that a busy caller is not hashed again on each request.
    private var recent: [Secret: String] = [:]

    static let recentLimit = 1024

    init(_ tokens: [Token], bootstrap: Secret?, at time: WallTime) {
        for token in tokens { byHash[token.secretHash] = token }
        guard let bootstrap else { return }
        self.bootstrap = Token(
            id: Token.bootstrapID, role: .platform, tenant: nil, operator: nil, name: "bootstrap",
            secretHash: Token.hash(bootstrap.revealed), createdAt: time, expiresAt: nil)
    }

    var all: [Token] { byHash.values.sorted { $0.id < $1.id } }

    func find(_ id: SortableID) -> Token? { id == bootstrap?.id ? bootstrap : byHash.values.first { $0.id == id } }

    mutating func insert(_ token: Token) { byHash[token.secretHash] = token }

    mutating func remove(_ id: SortableID) -> Token? {
        guard let token = byHash.values.first(where: { $0.id == id }) else { return nil }
        return byHash.removeValue(forKey: token.secretHash)
    }

    /// The latest identifier of all.
    var newest: SortableID { byHash.values.map(\.id).max() ?? Token.bootstrapID }

    /// The token of that secret, in force or not.
    mutating func token(for secret: String) -> Token? {
        let secret = Secret(secret), hash = recent[secret] ?? Token.hash(secret.revealed)
        guard let token = hash == bootstrap?.secretHash ? bootstrap : byHash[hash] else { return nil }
        if recent.count >= Self.recentLimit { recent.removeAll(keepingCapacity: true) }
        recent[secret] = hash
        return token
    }
}
