/// Documented cmdlets for what this service does not hold: they are known, so that a script is told plainly.
enum NotHeldCmdlets {
    static let all =
        family("CsTeamsAudioConferencingPolicy", ["New", "Set", "Get", "Remove", "Grant"], "it writes no invitations")
        + family("CsOnlineVoiceRoutingPolicy", ["New", "Set", "Get", "Remove", "Grant"], "it places calls of meetings, not of persons")
        + family("CsOnlinePSTNGateway", ["New", "Set", "Get", "Remove"], "its trunks belong to operators")
        + family("CsOnlineDialInConferencingUserDefaultNumber", ["Set"], "it writes no invitations")
        + family("CsExMeetingMigration", ["Start"], "it writes no invitations")
        + family("CsMeetingMigrationStatus", ["Get"], "it writes no invitations")
        + family(
            "CsPhoneNumberAssignment", ["Set", "Remove"], "numbers go on the bridge with Register-CsOnlineDialInConferencingServiceNumber")
        + family("CsPhoneNumberUsageChangeOrder", ["New"], "the operator uploads a number for its use")
        + family("CsOnlineTelephoneNumberReleaseOrder", ["New"], "the operator takes its numbers back")
        + family("CsOnlineTelephoneNumberOrder", ["Get"], "orders are kept with the operator")

    private static func family(_ noun: String, _ verbs: [String], _ why: String) -> [Cmdlet] {
        verbs.map { Cmdlet.notHeld("\($0)-\(noun)", why) }
    }
}
