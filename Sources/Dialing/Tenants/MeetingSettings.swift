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
    /// Kept as text: the vendor documents no values (domain reference §15).
    package var dynamicCallerIdMode: String?

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
    /// The toll number that the user was given when conferencing was switched on; it stays when the bridge's default is another later. Nil where
    /// the bridge had none then.
    package var givenServiceNumber: E164?

    package init() {}

    private static let mostPINResets = Int(Int32.max)

    /// A new PIN is asked for.
    package mutating func resetPIN() {
        let resets = pinResets ?? 0
        pinResets = (0..<Self.mostPINResets).contains(resets) ? resets + 1 : 1
    }

    /// The first field that breaks a rule by itself.
    var brokenRule: (field: String, rule: String)? {
        if let pinResets, !(0...Self.mostPINResets).contains(pinResets) {
            return ("pinResets", "is 0 to \(Self.mostPINResets), not \(pinResets)")
        }
        for (field, address) in [("sendEmailToAddress", sendEmailToAddress), ("sendEmailFromAddress", sendEmailFromAddress)] {
            if let address, !address.isEMailAddress { return (field, "is an e-mail address") }
        }
        if let name = sendEmailFromDisplayName, !name.isName {
            return ("sendEmailFromDisplayName", String.nameRule)
        }
        let isWhole = (sendEmailFromAddress == nil) == (sendEmailFromDisplayName == nil)
        return isWhole ? nil : ("sendEmailFromAddress", "goes with sendEmailFromDisplayName")
    }
}
