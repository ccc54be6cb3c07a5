/// Documented cmdlets for what this service does not hold: they are known, so that a script is told plainly.
enum NotHeldCmdlets {
    static let all =
        family(
            "CsTeamsSharedCallingRoutingPolicy", ["New", "Set", "Get", "Remove", "Grant"], "it places calls of meetings, not of persons")
        + family(
            "CsOnlineDirectRoutingTelephoneNumberUploadOrder", ["New"], "numbers come from operators, who upload them to your inventory")
        + family("CsOnlineVoiceUser", ["Get", "Set"], "use Get-CsOnlineUser, and Set-CsPhoneNumberAssignment for a number")
        + family("CsOnlineVoicemailUserSettings", ["Get", "Set"], "it places calls of meetings and has no voicemail")

    private static func family(_ noun: String, _ verbs: [String], _ why: String) -> [Cmdlet] {
        verbs.map { Cmdlet.notHeld("\($0)-\(noun)", why) }
    }
}
