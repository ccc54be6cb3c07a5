@testable import Cmdlets

/// What administrators write from the vendor's reference and once got no answer to, a row for each parameter, output or guard: a script on
/// ``AdminFixture/seeded``, and what it shows or why it is refused.
struct ReferenceRow {
    enum Outcome {
        /// The text of all that is put out.
        case shows(String)
        /// A part of the refusal, which has to name what is refused; and why an administrator is told no.
        case refused(String, because: String)
        /// A part of the question that is asked first.
        case asks(String)
    }

    let cmdlet: String, what: String, script: String, outcome: Outcome

    init(_ cmdlet: String, _ what: String, _ script: String, _ outcome: Outcome) {
        (self.cmdlet, self.what, self.script, self.outcome) = (cmdlet, what, script, outcome)
    }

    init(_ cmdlet: String, _ what: String, _ script: String, _ shown: String) { self.init(cmdlet, what, script, .shows(shown)) }
}

enum ReferenceRows {
    static let all =
        metadata + routing + twins + bridge + users + defaultNumbers + migrations + settings + meetings + conferencing + dialPlans
        + gateways + inventory + orders + groups + others

    /// That each of these properties is printed: an empty one counts.
    static func printed(_ cmdlet: String, _ names: [String], of argument: String = "") -> [ReferenceRow] {
        names.map { name in
            ReferenceRow(
                cmdlet, "prints \(name)", "(\(cmdlet) \(argument) | Get-Member \(name) | Select-Object -Unique Name).Name", name)
        }
    }

    /// A parameter of `Set-`: what `Get-` prints before and after.
    static func kept(_ noun: String, _ identity: String, _ cases: [(String, String, String)], begin: String = "") -> [ReferenceRow] {
        cases.map { name, value, shown in
            let read = "(Get-\(noun) \(identity)).\(name)"
            return ReferenceRow(
                "Set-\(noun)", "-\(name)",
                "\(begin)$b = \(read); Set-\(noun) \(identity) -\(name) \(value); \"$b to $(\(read))\"", shown)
        }
    }

    static let metadata =
        ["Get-CsOnlinePstnUsage", "Get-CsOnlineAudioConferencingRoutingPolicy", "Get-CsOnlineDialOutPolicy"].map { cmdlet in
            ReferenceRow(
                cmdlet, "Key, ConfigMetadata, ConfigId",
                "\(cmdlet) Global | ForEach-Object { \"$($_.Key) $($_.ConfigMetadata) $($_.ConfigId)\" }",
                "{urn:schema:Microsoft.Rtc.Management}Global Authority=Tenant Global")
        }

    static let routing = [
        ReferenceRow(
            "New-CsOnlineVoiceRoute", "a gateway that is not there", "New-CsOnlineVoiceRoute R -OnlinePstnGatewayList sbc.contoso.example",
            .refused("gateway sbc.contoso.example", because: "the route would lead nowhere; New-CsOnlinePSTNGateway makes the gateway")),
        ReferenceRow(
            "Get-CsOnlineVoiceRoute", "LocalRoute", "Get-CsOnlineVoiceRoute LocalRoute",
            .refused("a tenant begins without LocalRoute", because: "it has no usage and no target, so no call would ever take it")),
        ReferenceRow(
            "Grant-CsOnlineAudioConferencingRoutingPolicy", "-Identity of an object id",
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity (Get-CsOnlineUser Bob).ObjectId -PolicyName 'International Policy'; (Get-CsOnlineUser Bob).OnlineAudioConferencingRoutingPolicy",
            "International Policy"),
    ]

    private static let voicePolicy = "New-CsOnlineVoiceRoutingPolicy V -OnlinePstnUsages International | Out-Null; "
    static let twins = [
        ReferenceRow("New-CsOnlineVoiceRoutingPolicy", "kept", "(New-CsOnlineVoiceRoutingPolicy V -Description d).Identity", "Tag:V"),
        ReferenceRow(
            "Set-CsOnlineVoiceRoutingPolicy", "kept",
            voicePolicy + "Set-CsOnlineVoiceRoutingPolicy V -Description d; (Get-CsOnlineVoiceRoutingPolicy V).Description", "d"),
        ReferenceRow(
            "Get-CsOnlineVoiceRoutingPolicy", "kept", voicePolicy + "(Get-CsOnlineVoiceRoutingPolicy V).OnlinePstnUsages", "International"),
        ReferenceRow(
            "Remove-CsOnlineVoiceRoutingPolicy", "kept",
            voicePolicy + "Remove-CsOnlineVoiceRoutingPolicy V; (Get-CsOnlineVoiceRoutingPolicy).Identity", "Global"),
        ReferenceRow(
            "Grant-CsOnlineVoiceRoutingPolicy", "kept",
            voicePolicy + "Grant-CsOnlineVoiceRoutingPolicy Alice V; (Get-CsOnlineUser Alice).OnlineVoiceRoutingPolicy", "V"),
    ]

    static let bridge = [
        ReferenceRow(
            "Get-CsOnlineDialInConferencingBridge", "Identity is a GUID",
            "(Get-CsOnlineDialInConferencingBridge).Identity -match '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'", "True"),
        ReferenceRow(
            "Get-CsOnlineDialInConferencingServiceNumber", "-City",
            "(Get-CsOnlineDialInConferencingServiceNumber -City Redmond).Number", "14255550100"),
        ReferenceRow(
            "Set-CsOnlineDialInConferencingServiceNumber", "a shared number",
            "Set-CsOnlineDialInConferencingServiceNumber +14255550199 -PrimaryLanguage en-US",
            .refused("shared number", because: "other tenants' callers hear it too, so its languages are the service's")),
        ReferenceRow(
            "Register-CsOnlineDialInConferencingServiceNumber", "piped from Get-CsPhoneNumberAssignment",
            "New-CsPhoneNumberUsageChangeOrder +14255550111 -Usage ServiceType | Out-Null; Get-CsPhoneNumberAssignment +14255550111 | Register-CsOnlineDialInConferencingServiceNumber; (Get-CsPhoneNumberAssignment +14255550111).PstnAssignmentStatus",
            "ConferenceAssigned"),
    ]

    static let users =
        printed("Get-CsOnlineUser", ["TeamsAudioConferencingPolicy", "OnlineVoiceRoutingPolicy", "LineUri"], of: "Alice")
        + printed("Get-CsOnlineDialInConferencingUser", ["ServiceNumber", "TollFreeServiceNumber"], of: "Bob")
        + kept(
            "CsOnlineDialInConferencingUser", "Bob",
            [
                ("ServiceNumber", "+14255550100", "+12065550100 to +14255550100"),
                ("TollFreeServiceNumber", "+18005550100", " to +18005550100"), ("AllowTollFreeDialIn", "$false", "True to False"),
                ("AllowPSTNOnlyMeetings", "$true", "False to True"),
            ]) + [
            ReferenceRow(
                "Set-CsOnlineDialInConferencingUser", "-ResetLeaderPin",
                "Set-CsOnlineDialInConferencingUser Bob -ResetLeaderPin; (Get-CsOnlineDialInConferencingUser Bob).PinResets", "1"),
            ReferenceRow(
                "Set-CsOnlineDialInConferencingUser", "-SendEmail alone",
                "Set-CsOnlineDialInConferencingUser Bob -ResetLeaderPin -SendEmail; (Get-CsOnlineDialInConferencingUser Bob).PinResets", "1"
            ),
            ReferenceRow(
                "Set-CsOnlineDialInConferencingUser", "-SendEmailToAddress",
                "Set-CsOnlineDialInConferencingUser Bob -SendEmail -SendEmailToAddress b@home.example; (Get-CsOnlineDialInConferencingUser Bob).SendEmailToAddress",
                "b@home.example"),
            ReferenceRow(
                "Set-CsOnlineDialInConferencingUser", "-SendEmailFromAddress without -SendEmailFromDisplayName",
                "Set-CsOnlineDialInConferencingUser Bob -SendEmail -SendEmailFromAddress a@b.example",
                .refused("together", because: "the vendor documents that each needs the other")),
            ReferenceRow(
                "Set-CsOnlineDialInConferencingUser", "-AsJob",
                "Set-CsOnlineDialInConferencingUser Bob -AllowPSTNOnlyMeetings $true -AsJob; (Get-CsOnlineDialInConferencingUser Bob).AllowPSTNOnlyMeetings",
                "True"),
        ]

    /// What bulk changes show: each user's default toll number behind them.
    private static func bulk(_ what: String, _ arguments: String, _ shown: String) -> ReferenceRow {
        let cmdlet = "Set-CsOnlineDialInConferencingUserDefaultNumber"
        return ReferenceRow(
            cmdlet, what,
            "Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber 14255550199; \(cmdlet) \(arguments); (Get-CsOnlineDialInConferencingUser | ForEach-Object { \"$($_.ServiceNumber) $($_.TollFreeServiceNumber)\".Trim() }) -join ', '",
            shown)
    }

    static let defaultNumbers = [
        bulk("-FromNumber", "-FromNumber +14255550199 -ToNumber +14255550100 -NumberType Toll", "+12065550100, +14255550100"),
        bulk("-ToNumber", "-ToNumber +14255550100 -NumberType Toll", "+14255550100, +14255550100"),
        bulk("-NumberType", "-ToNumber +18005550100 -NumberType TollFree", "+12065550100 +18005550100, +14255550199 +18005550100"),
        bulk(
            "-BridgeName", "-ToNumber +14255550100 -NumberType Toll -BridgeName 'Conference Bridge'", "+14255550100, +14255550100"),
        bulk(
            "-BridgeId", "-ToNumber +14255550100 -NumberType Toll -BridgeId (Get-CsOnlineDialInConferencingBridge).Identity",
            "+14255550100, +14255550100"),
        bulk("-CountryOrRegion", "-ToNumber +14255550100 -NumberType Toll -CountryOrRegion GB", "+12065550100, +14255550100"),
        bulk("-Country", "-ToNumber +14255550100 -NumberType Toll -Country US", "+14255550100, +14255550199"),
        bulk("-AreaOrState", "-ToNumber +14255550100 -NumberType Toll -AreaOrState Ohio", "+12065550100, +14255550199"),
        bulk("-CapitalOrMajorCity", "-ToNumber +14255550100 -NumberType Toll -CapitalOrMajorCity Leeds", "+12065550100, +14255550199"),
        ReferenceRow(
            "Set-CsOnlineDialInConferencingUserDefaultNumber", "-RescheduleMeetings",
            "Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550100 -NumberType Toll -RescheduleMeetings; (Get-CsMeetingMigrationStatus).UserPrincipalName -join ' '",
            "alice@contoso.example bob@contoso.example"),
    ]

    private static let migrating = "Start-CsExMeetingMigration Alice; "
    static let migrations = [
        ReferenceRow("Start-CsExMeetingMigration", "-Identity", migrating + "(Get-CsMeetingMigrationStatus).State", "Pending"),
        ReferenceRow(
            "Start-CsExMeetingMigration", "-SourceMeetingType",
            "Start-CsExMeetingMigration Alice -SourceMeetingType SfB; (Get-CsMeetingMigrationStatus).Count", "0"),
        ReferenceRow(
            "Start-CsExMeetingMigration", "-TargetMeetingType",
            "Start-CsExMeetingMigration Alice -TargetMeetingType Teams; (Get-CsMeetingMigrationStatus).State", "Pending"),
        ReferenceRow(
            "Get-CsMeetingMigrationStatus", "-Identity", migrating + "(Get-CsMeetingMigrationStatus -Identity Bob).Count", "0"),
        ReferenceRow(
            "Get-CsMeetingMigrationStatus", "-StartTime", migrating + "(Get-CsMeetingMigrationStatus -StartTime 1999-01-01).Count", "0"),
        ReferenceRow(
            "Get-CsMeetingMigrationStatus", "-EndTime",
            migrating + "(Get-CsMeetingMigrationStatus -EndTime 1999-01-01).UserPrincipalName", "alice@contoso.example"),
        ReferenceRow("Get-CsMeetingMigrationStatus", "-State", migrating + "(Get-CsMeetingMigrationStatus -State Failed).Count", "0"),
        ReferenceRow(
            "Get-CsMeetingMigrationStatus", "-SummaryOnly",
            migrating + "(Get-CsMeetingMigrationStatus -SummaryOnly | ForEach-Object { \"$($_.State) $($_.UserCount)\" }) -join ', '",
            "Pending 1, InProgress 0, Succeeded 0, Failed 0"),
    ]
}
