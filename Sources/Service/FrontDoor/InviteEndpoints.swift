import Basis
import Dialing
import Web

/// An invite as the API shows it.
private struct ShownInvite: Encodable {
    let invite: Invite
    let tenant: String
    /// The address of the page «Find a local number»; nil where the invite shows no numbers.
    let page: String?

    private enum CodingKeys: CodingKey {
        case meetingId, organizer, tenant, tollNumber, tollFreeNumber, tollNumbers, tollFreeNumbers, findANumber, createdAt, rewrittenAt
    }

    /// Every member is written, null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(invite.meetingID, forKey: .meetingId)
        try container.encode(invite.organizer, forKey: .organizer)
        try container.encode(tenant, forKey: .tenant)
        try container.encode(invite.numbers.toll.first, forKey: .tollNumber)
        try container.encode(invite.numbers.tollFree.first, forKey: .tollFreeNumber)
        try container.encode(invite.numbers.toll, forKey: .tollNumbers)
        try container.encode(invite.numbers.tollFree, forKey: .tollFreeNumbers)
        try container.encode(page, forKey: .findANumber)
        try container.encode(invite.createdAt, forKey: .createdAt)
        try container.encode(invite.rewrittenAt, forKey: .rewrittenAt)
    }
}

extension Service {
    /// `POST /v1/meetings/{meetingId}/invite` `{"organizer": "…"}`: takes the organizer's defaults of now and keeps them; asked for again it
    /// gives back what is kept (contract, "Watching").
    func postInvite(_ call: APICall) async throws -> Response {
        struct Body: Decodable { let organizer: String }
        let organizer = try call.body(Body.self).organizer.asciiLowercased, meeting = try call.meetingID()
        let tenant = try tenant(ofOrganizer: organizer, for: call)
        guard let user = directory.user(organizer, of: tenant) else { throw Problem.unknownOrganizer(organizer, of: tenant) }
        let owner = identities.name(ofTenant: tenant)
        try check(meeting, isOpenTo: owner)
        let key = InviteOrganizer.key(meeting, owner)
        await invitesInTheMaking.enter(key)
        defer { invitesInTheMaking.leave(key) }
        if let kept = try await invite(of: meeting, owner) {
            guard kept.organizer == user.upn else {
                throw Problem.conflict("the meeting has an invite already, of the organizer \(kept.organizer)")
            }
            return tagged(200, shown(kept, of: tenant, call))
        }
        guard let document = directory.tenant(tenant) else { throw Problem.notFound("tenant", tenant) }
        let invite = Invite(
            meetingID: meeting, organizer: user.upn, numbers: InviteDefaults(document).numbers(of: user), createdAt: world.wallTime)
        let organizerOf = InviteOrganizer(organizer: user.upn, tenant: tenant)
        uses.claim(meeting, for: owner)
        do {
            try await ledger.admit([
                .document(invite.document(of: owner)), .document(organizerOf.document(of: owner, meeting: meeting)),
            ])
        } catch {
            uses.settle(meeting, for: owner, isKept: false)
            throw error
        }
        uses.settle(meeting, for: owner, isKept: true)
        var response = tagged(201, shown(invite, of: tenant, call))
        response.headers.append(("Location", "/v1/meetings/\(meeting.pathSegment)/invite"))
        return response
    }

    /// `GET /v1/meetings/{meetingId}/invite`: the numbers that the invite shows.
    func getInvite(_ call: APICall) async throws -> Response {
        let (invite, tenant) = try await invite(of: call)
        return tagged(200, shown(invite, of: tenant, call))
    }

    private func shown(_ invite: Invite, of tenant: String, _ call: APICall) -> ShownInvite {
        let hasNumbers = !invite.numbers.toll.isEmpty || !invite.numbers.tollFree.isEmpty
        let path = "/find-a-number/" + conferenceLinks.link(of: identities.name(ofTenant: tenant))
        return ShownInvite(
            invite: invite, tenant: tenant, page: hasNumbers ? (settings.publicURL ?? call.request.ownAddress ?? "") + path : nil)
    }

    /// The invite of the meeting in the path, of the caller's tenant, or for the platform of whichever has it.
    func invite(of call: APICall) async throws -> (Invite, tenant: String) {
        let meeting = try call.meetingID()
        if let tenant = try call.tenantFilter {
            guard directory.hasTenant(tenant) else { throw Problem.notFound("tenant", tenant) }
            if let invite = try await invite(of: meeting, identities.name(ofTenant: tenant)) { return (invite, tenant) }
            throw Problem.notFound("invite of the meeting", meeting)
        }
        let query = DocumentQuery(.inviteOrganizer, prefix: InviteOrganizer.prefix(of: meeting), limit: Self.tenantsOfMeeting)
        let tenants = try await store.documents(query).compactMap { stored throws(StoreFailure) in
            let tenant = try stored.decoded(InviteOrganizer.self).tenant
            let isNow = directory.hasTenant(tenant) && stored.key == InviteOrganizer.key(meeting, identities.name(ofTenant: tenant))
            return isNow ? tenant : nil
        }
        guard tenants.count < 2 else {
            throw InvalidField("tenant", "is needed: \(tenants.joined(separator: " and ")) have such a meeting")
        }
        guard let tenant = tenants.first, let invite = try await invite(of: meeting, identities.name(ofTenant: tenant)) else {
            throw Problem.notFound("invite of the meeting", meeting)
        }
        return (invite, tenant)
    }

    /// Tenants looked at that have had a meeting of one identifier.
    private static let tenantsOfMeeting = 100

    private func invite(of meeting: String, _ owner: String) async throws(StoreFailure) -> Invite? {
        guard
            let organizer = try await store.document(
                .inviteOrganizer, InviteOrganizer.key(meeting, owner), as: InviteOrganizer.self)?.organizer
        else { return nil }
        return try await store.document(.invite, Invite.prefix(of: owner, organizer) + meeting, as: Invite.self)
    }
}

extension APICall {
    /// The meeting named in the path.
    func meetingID() throws(InvalidField) -> String {
        let meeting = self["meetingId"]
        guard (1...128).contains(meeting.utf8.count), meeting.isPrintable else {
            throw InvalidField("meetingId", "has 1 to 128 bytes without control characters")
        }
        return meeting
    }
}

extension Request {
    /// The service's address as the caller wrote it; nil where none was said.
    fileprivate var ownAddress: String? {
        guard let host = headers["host"], (1...255).contains(host.utf8.count),
            host.utf8.allSatisfy({ $0.isIdentifierByte || ":[]".utf8.contains($0) })
        else { return nil }
        return (headers["x-forwarded-proto"]?.lowercased() == "https" ? "https://" : "http://") + host
    }
}
