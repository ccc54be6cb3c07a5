import Dialing

/// The tenant's conferencing settings that do not touch dial-out (domain reference §8.8): held as they are documented, and printed.
enum MeetingSettingsParameters {
    private typealias Path = any WritableKeyPath<MeetingSettings, Bool> & Sendable

    /// The switches, in the order in which they are printed.
    private static let truths: [(name: String, path: Path)] = [
        ("EnableDialOutJoinConfirmation", \.enableDialOutJoinConfirmation),
        ("EnableEntryExitNotifications", \.enableEntryExitNotifications),
        ("EnableNameRecording", \.enableNameRecording), ("AllowPSTNOnlyMeetingsByDefault", \.allowPSTNOnlyMeetingsByDefault),
        ("AutomaticallySendEmailsToUsers", \.automaticallySendEmailsToUsers),
        ("AutomaticallyMigrateUserMeetings", \.automaticallyMigrateUserMeetings),
        ("AutomaticallyReplaceAcpProvider", \.automaticallyReplaceAcpProvider),
        ("MigrateServiceNumbersOnCrossForestMove", \.migrateServiceNumbersOnCrossForestMove),
        ("UseUniqueConferenceIds", \.useUniqueConferenceIds),
        ("IncludeTollFreeNumberInMeetingInvites", \.includeTollFreeNumberInMeetingInvites),
        ("SendEmailFromOverride", \.sendEmailFromOverride),
    ]

    static let all =
        truths.map { CmdletParameter($0.name, .truth) } + [
            CmdletParameter("EntryExitAnnouncementsType", .choice(MeetingSettings.Announcement.allCases.map(\.rawValue))),
            CmdletParameter("MaskPstnNumbersType", .choice(MeetingSettings.NumberMask.allCases.map(\.rawValue))),
            CmdletParameter("PinLength", .integer(MeetingSettings.pinLengths)), .text("SendEmailFromAddress", .nullable),
            .text("SendEmailFromDisplayName", .nullable), .text("DynamicCallerIdMode", .nullable),
        ]

    /// Puts what was given into the settings and checks the whole of them.
    static func change(_ settings: inout MeetingSettings, _ given: Arguments) throws(CmdletError) {
        for (name, path) in truths { if let truth = given.truth(name) { settings[keyPath: path] = truth } }
        if let type = given.text("EntryExitAnnouncementsType").flatMap(MeetingSettings.Announcement.init) {
            settings.entryExitAnnouncementsType = type
        }
        if let type = given.text("MaskPstnNumbersType").flatMap(MeetingSettings.NumberMask.init) { settings.maskPstnNumbersType = type }
        if let length = given.integer("PinLength") { settings.pinLength = length }
        if given.has("SendEmailFromAddress") {
            settings.sendEmailFromAddress = try given.text("SendEmailFromAddress").map { text throws(CmdletError) in
                try text.checkedAsName("SendEmailFromAddress")
            }
        }
        if given.has("SendEmailFromDisplayName") {
            settings.sendEmailFromDisplayName = try given.text("SendEmailFromDisplayName").map { text throws(CmdletError) in
                try text.checkedAsName("SendEmailFromDisplayName")
            }
        }
        if given.has("DynamicCallerIdMode") {
            settings.dynamicCallerIdMode = try given.text("DynamicCallerIdMode").map { text throws(CmdletError) in
                try text.checkedAsName("DynamicCallerIdMode")
            }
        }
        guard let broken = settings.brokenRule else { return }
        let parameter = broken.field.prefix(1).uppercased() + broken.field.dropFirst()
        throw .invalid(parameter, "-\(parameter) \(broken.rule)")
    }

    static func output(_ settings: MeetingSettings) -> [OutputObject.Property] {
        func property(_ name: String, _ value: CmdletValue) -> OutputObject.Property { OutputObject.Property(name: name, value: value) }
        return truths.map { property($0.name, .truth(settings[keyPath: $0.path])) } + [
            property("EntryExitAnnouncementsType", .text(settings.entryExitAnnouncementsType.rawValue)),
            property("MaskPstnNumbersType", .text(settings.maskPstnNumbersType.rawValue)),
            property("PinLength", .integer(settings.pinLength)), property("SendEmailFromAddress", .optional(settings.sendEmailFromAddress)),
            property("SendEmailFromDisplayName", .optional(settings.sendEmailFromDisplayName)),
            property("DynamicCallerIdMode", .text(settings.dynamicCallerIdMode ?? "Disabled")),
        ]
    }
}
