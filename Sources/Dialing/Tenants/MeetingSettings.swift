/// The tenant's conferencing settings beside those that touch dial-out (domain reference §8.8): kept, printed and handed to the meeting
/// service. What is nil was never set, where the vendor documents no default.
package struct MeetingSettings: Codable, Equatable, Sendable {
    package enum Announcement: String, Codable, CaseIterable, Sendable { case useNames = "UseNames", toneOnly = "ToneOnly" }
    package enum NumberMask: String, Codable, CaseIterable, Sendable {
        case maskedForExternalUsers = "MaskedForExternalUsers"
        case maskedForAllUsers = "MaskedForAllUsers"
        case noMasking = "NoMasking"
    }

    package var enableDialOutJoinConfirmation = false
    package var enableEntryExitNotifications = true
    package var entryExitAnnouncementsType = Announcement.useNames
    package var enableNameRecording = true
    package var maskPstnNumbersType = NumberMask.maskedForExternalUsers
    /// Digits of new PINs: 4 to 12.
    package var pinLength = 5
    package var allowPSTNOnlyMeetingsByDefault = false
    package var automaticallySendEmailsToUsers = true
    package var automaticallyMigrateUserMeetings = false
    package var automaticallyReplaceAcpProvider = false
    package var migrateServiceNumbersOnCrossForestMove = false
    package var useUniqueConferenceIds = true
    package var includeTollFreeNumberInMeetingInvites = true
    /// True asks for the address and the display name.
    package var sendEmailFromOverride = false
    package var sendEmailFromAddress: String?
    package var sendEmailFromDisplayName: String?

    package static let pinLengths = 4...12

    package init() {}

    /// The first setting that breaks a rule.
    package var brokenRule: (field: String, rule: String)? {
        if !Self.pinLengths.contains(pinLength) { return ("pinLength", "is 4 to 12, not \(pinLength)") }
        if sendEmailFromOverride, sendEmailFromAddress == nil {
            return ("sendEmailFromAddress", "is needed where sendEmailFromOverride is true")
        }
        if sendEmailFromOverride, sendEmailFromDisplayName == nil {
            return ("sendEmailFromDisplayName", "is needed where sendEmailFromOverride is true")
        }
        if let address = sendEmailFromAddress, !address.contains("@") { return ("sendEmailFromAddress", "is an e-mail address") }
        return nil
    }
}

/// What is kept of a user for invites (domain reference §7.5, §8.7). Equal for many users, and kept once for them all.
package struct UserConferencing: Codable, Hashable, Sendable {
    /// The toll number that the user's new invites show; nil: the one of the user's country, or the bridge's default.
    package var serviceNumber: E164?
    package var tollFreeServiceNumber: E164?
    package var allowTollFreeDialIn: Bool?
    package var allowPSTNOnlyMeetings: Bool?
    /// How often the PIN was reset; the meeting service makes a new one when it rises.
    package var pinResets: Int?
    /// Mails to the user: the address where it is another than the user principal name.
    package var sendEmailToAddress: String?
    package var sendEmailFromAddress: String?
    package var sendEmailFromDisplayName: String?
    /// The last time that the user's invites were rewritten with the numbers of that moment.
    package var migration: Migration?

    /// A rewriting of invites: what was made before shows these numbers since.
    package struct Migration: Codable, Hashable, Sendable {
        /// Milliseconds since 1970.
        package var at: Int
        package var tollNumber: E164?
        package var tollFreeNumber: E164?

        package init(at: Int, tollNumber: E164?, tollFreeNumber: E164?) {
            (self.at, self.tollNumber, self.tollFreeNumber) = (at, tollNumber, tollFreeNumber)
        }
    }

    package init() {}
}

/// The numbers that an invite shows.
package struct InviteNumbers: Equatable, Sendable {
    package let toll: [E164]
    package let tollFree: [E164]
}

extension Tenant {
    /// The toll number that a user's invites show by default: the user's own, else the lowest of the user's country on the bridge, else the
    /// bridge's default, else the lowest on the bridge (domain reference §7.5).
    package func defaultTollNumber(of user: User) -> E164? {
        let toll = numbers.filter { $0.status == .conferenceAssigned && !$0.isTollFree }.map { ($0.telephoneNumber, $0.country) }
        if let own = user.conferencing?.serviceNumber, toll.contains(where: { $0.0 == own }) { return own }
        let home = user.usageLocation ?? country
        return toll.filter { $0.1 == home }.map(\.0).min() ?? bridge.defaultServiceNumber ?? toll.map(\.0).min()
    }

    /// The toll-free number that a user's invites show by default: the user's own, if it is on the bridge.
    package func defaultTollFreeNumber(of user: User) -> E164? {
        guard let own = user.conferencing?.tollFreeServiceNumber, let number = number(own), number.status == .conferenceAssigned else {
            return nil
        }
        return own
    }

    /// What a new invite of the user shows: the numbers of the conferencing policy where it has some that are on the bridge, else the user's own
    /// (domain reference §7.5, §8.9).
    package func inviteNumbers(of user: User) -> InviteNumbers {
        let policy = audioConferencingPolicy(of: user)
        let listed = policy.meetingInvitePhoneNumbers.compactMap(number).filter { $0.status == .conferenceAssigned }
        let toll = listed.filter { !$0.isTollFree }.map(\.telephoneNumber)
        let tollFree = listed.filter(\.isTollFree).map(\.telephoneNumber)
        let own = policy.meetingInvitePhoneNumbers.isEmpty ? defaultTollFreeNumber(of: user).map { [$0] } ?? [] : tollFree
        return InviteNumbers(
            toll: toll.isEmpty ? defaultTollNumber(of: user).map { [$0] } ?? [] : toll,
            tollFree: policy.allowTollFreeDialin && user.conferencing?.allowTollFreeDialIn ?? true ? own : [])
    }

    /// The user's own, that of the group with the best rank, or Global.
    package func audioConferencingPolicy(of user: User) -> TeamsAudioConferencingPolicy {
        let groups = groupAssignments.filter { assignment in
            assignment.policyType == .teamsAudioConferencingPolicy
                && user.groups.contains { $0.lowercased() == assignment.group.lowercased() }
        }.sorted { $0.rank < $1.rank }.map(\.policyName)
        for name in [user.grants.audioConferencingPolicy].compactMap(\.self) + groups + ["Global"] {
            if name.lowercased() == TeamsAudioConferencingPolicy.builtIn.name.lowercased() { return .builtIn }
            if let policy = policies.audioConferencing[name] { return policy }
        }
        return TeamsAudioConferencingPolicy(name: "Global")
    }
}
