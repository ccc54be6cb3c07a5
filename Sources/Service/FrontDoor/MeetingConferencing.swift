import Basis
import Dialing
import Web

/// What the meeting service needs to know of a meeting's conferencing: who organizes it, under which licence, and all settings that this service
/// keeps and does not act on (domain reference §7.7, §8.8).
private struct MeetingConferencing: Encodable {
    let meetingId: String, organizer: String, tenant: String
    let licence: Licence?
    let enabled: Bool
    let tollNumbers: [E164], tollFreeNumbers: [E164]
    let allowTollFreeDialIn: Bool, allowPSTNOnlyMeetings: Bool
    /// How often the organizer's PIN was reset.
    let pinResets: Int
    let settings: MeetingSettings
    let meetingPolicy: TeamsMeetingPolicy
    let audioConferencingPolicy: String

    private enum CodingKeys: CodingKey {
        case meetingId, organizer, tenant, licence, enabled, tollNumbers, tollFreeNumbers, allowTollFreeDialIn, allowPSTNOnlyMeetings
        case pinResets, settings, meetingPolicy, audioConferencingPolicy
    }

    /// Every member is written, null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        for (key, text) in [(CodingKeys.meetingId, meetingId), (.organizer, organizer), (.tenant, tenant)] {
            try container.encode(text, forKey: key)
        }
        try container.encode(licence, forKey: .licence)
        try container.encode(enabled, forKey: .enabled)
        try container.encode(tollNumbers, forKey: .tollNumbers)
        try container.encode(tollFreeNumbers, forKey: .tollFreeNumbers)
        try container.encode(allowTollFreeDialIn, forKey: .allowTollFreeDialIn)
        try container.encode(allowPSTNOnlyMeetings, forKey: .allowPSTNOnlyMeetings)
        try container.encode(pinResets, forKey: .pinResets)
        try container.encode(settings, forKey: .settings)
        try container.encode(meetingPolicy, forKey: .meetingPolicy)
        try container.encode(audioConferencingPolicy, forKey: .audioConferencingPolicy)
    }
}

extension Service {
    /// `GET /v1/meetings/{meetingId}/conferencing?organizer=`: of the meeting's organizer, who is named or known by the invite.
    func meetingConferencing(_ call: APICall) async throws -> Response {
        let meeting = try call.meetingID(), id: String, user: User?, kept: InviteNumbers?
        if let organizer = call.request.query["organizer"]?.asciiLowercased {
            id = try tenant(ofOrganizer: organizer, for: call)
            (user, kept) = (directory.user(organizer, of: id), nil)
            guard user != nil else { throw Problem.unknownOrganizer(organizer, of: id) }
        } else {
            let (invite, tenant) = try await invite(of: call)
            (id, user, kept) = (tenant, directory.user(invite.organizer, of: tenant), invite.numbers)
            guard user != nil else { throw Problem.unknownOrganizer(invite.organizer, of: id) }
        }
        guard let user, let document = directory.tenant(id) else { throw Problem.notFound("meeting", meeting) }
        let numbers = kept ?? InviteDefaults(document).numbers(of: user), policy = document.audioConferencingPolicy(of: user)
        let shown = MeetingConferencing(
            meetingId: meeting, organizer: user.upn, tenant: id, licence: user.licences.deciding,
            enabled: user.isEnabledForConferencing && document.settings.audioConferencingEnabled, tollNumbers: numbers.toll,
            tollFreeNumbers: numbers.tollFree,
            allowTollFreeDialIn: policy.allowTollFreeDialin && user.conferencing?.allowTollFreeDialIn ?? true,
            allowPSTNOnlyMeetings: user.conferencing?.allowPSTNOnlyMeetings ?? document.meetings.allowPSTNOnlyMeetingsByDefault,
            pinResets: user.conferencing?.pinResets ?? 0, settings: document.meetings, meetingPolicy: document.meetingPolicy(of: user),
            audioConferencingPolicy: policy.name)
        return .json(200, JSON.encode(shown))
    }
}
