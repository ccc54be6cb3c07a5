import Basis
import Dialing

/// What a meeting's invite shows of telephone numbers. It was made with the defaults of its time, and keeps them until it is rewritten
/// (domain reference §7.5).
struct Invite: Codable, Equatable, Sendable {
    let meetingID: String
    let organizer: String
    var numbers: InviteNumbers
    let createdAt: WallTime
    /// When it was rewritten last; nil where it never was.
    var rewrittenAt: WallTime?

    /// `owner` is the tenant that the meeting belongs to (``Identities/name(ofTenant:)``). Line breaks part what keys are made of: neither
    /// principal names nor meetings' identifiers have any.
    func document(of owner: String) -> StoredDocument {
        StoredDocument(
            kind: .invite, key: Self.prefix(of: owner, organizer) + meetingID, version: 0, body: JSON.encode(self))
    }

    /// What keys of an organizer's invites begin with.
    static func prefix(of owner: String, _ organizer: String) -> String { "\(owner)\n\(organizer)\n" }
    /// What all keys of a tenant's begin with.
    static func prefix(of owner: String) -> String { "\(owner)\n" }
}

/// Who is the organizer of a tenant's meeting that has an invite.
struct InviteOrganizer: Codable, Equatable, Sendable {
    let organizer: String
    let tenant: String

    func document(of owner: String, meeting: String) -> StoredDocument {
        StoredDocument(kind: .inviteOrganizer, key: Self.key(meeting, owner), version: 0, body: JSON.encode(self))
    }

    static func key(_ meeting: String, _ owner: String) -> String { prefix(of: meeting) + owner }
    /// What all keys of a meeting's begin with, whichever tenant has it.
    static func prefix(of meeting: String) -> String { "\(meeting)\n" }
}

extension Store {
    /// The one document of a kind that is read on demand; nil where there is none.
    func document<Value: Decodable>(_ kind: StoredDocument.Kind, _ key: String, as type: Value.Type) async throws(StoreFailure) -> Value? {
        let found = try await documents(DocumentQuery(kind, prefix: key, limit: 1)).first
        guard let found, found.key == key else { return nil }
        return try found.decoded(type)
    }
}
