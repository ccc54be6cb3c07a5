import Basis
import Crypto
import Foundation
import Webhooks

/// Where a tenant wants its events POSTed, and what they are signed with (contract, "Watching").
struct WebhookEndpoint: Codable, Equatable, Sendable {
    /// A secret that was replaced and still signs.
    struct EarlierSecret: Codable, Equatable, Sendable {
        let secret: Secret
        let until: WallTime
    }

    let id: SortableID
    let tenant: String
    var url: String
    /// Events it wants, by their `type`; none: all.
    var kinds: [String]
    /// Meetings whose events it wants; none: all.
    var meetings: [String]
    var secret: Secret
    var earlier: [EarlierSecret]
    let createdAt: WallTime

    /// How long a replaced secret still signs, in milliseconds.
    static let rotation: Int64 = 24 * 3600 * 1000
    /// Replaced secrets that may sign at a time.
    static let earlierLimit = 3
    static let meetingLimit = 100
    /// Endpoints of one tenant.
    static let limit = 200

    /// `whsec_` and 32 bytes in Base64 (Standard Webhooks 1.0, "Signature scheme").
    static func makeSecret(_ entropy: () -> UInt64) -> Secret {
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: entropy()) { Array($0) } }
        return Secret("whsec_" + Data(bytes).base64EncodedString())
    }

    /// Secrets that sign at a moment, the newest first.
    func secrets(at now: WallTime) -> [Secret] { [secret] + earlier.filter { now < $0.until }.map(\.secret) }

    /// One signature of each secret in force, with spaces between (Standard Webhooks 1.0, `webhook-signature`).
    func signature(id: String, timestamp: Int64, body: [UInt8], at now: WallTime) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return secrets(at: now).map { "v1," + $0.webhookSignature(of: signed) }.joined(separator: " ")
    }

    /// Replaces the secret; the one before signs for a day more. Throws when so many were replaced within a day.
    mutating func rotate(to new: Secret, at now: WallTime) throws(TooManyRotations) {
        earlier.removeAll { $0.until <= now }
        guard earlier.count < Self.earlierLimit else { throw TooManyRotations(until: earlier.map(\.until).min()!) }
        earlier.insert(EarlierSecret(secret: secret, until: WallTime(milliseconds: now.milliseconds + Self.rotation)), at: 0)
        secret = new
    }

    struct TooManyRotations: Error { let until: WallTime }

    func wants(_ event: ToldEvent) -> Bool {
        (kinds.isEmpty || kinds.contains(event.kind)) && (meetings.isEmpty || event.meeting.map(isOfMeeting) == true)
    }

    private func isOfMeeting(_ id: String) -> Bool { meetings.contains { ExactText($0) == ExactText(id) } }

    /// Names that `kinds` may have.
    static let knownKinds =
        CallEvent.Kind.allCases.map(\.rawValue) + WebhookNotice.Kind.allCases.map(\.rawValue) + UsageNotice.Kind.allCases.map(\.rawValue)
}

extension Secret {
    /// HMAC-SHA256 in Base64 under the key that stands behind `whsec_`.
    package func webhookSignature(of bytes: [UInt8]) -> String {
        let key = SymmetricKey(data: Data(base64Encoded: String(revealed.dropFirst("whsec_".count))) ?? Data())
        return Data(HMAC<SHA256>.authenticationCode(for: bytes, using: key)).base64EncodedString()
    }

    /// Whether it is `whsec_` and 24 to 64 bytes in Base64.
    package var isWebhookSecret: Bool {
        revealed.hasPrefix("whsec_")
            && Data(base64Encoded: String(revealed.dropFirst("whsec_".count))).map { (24...64).contains($0.count) } == true
    }
}
