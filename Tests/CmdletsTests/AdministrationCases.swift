@testable import Cmdlets

/// What is kept beside routing: policies, settings, gateways, numbers, invites. On ``AdminFixture/seeded``, whose clock stands at 1970.
enum AdministrationCases {
    typealias Good = CmdletCases.Good

    static let policies: [Good] = [
        Good("Get-CsTeamsAudioConferencingPolicy", "Identity", ["Global", "Tag:AllowTollfreedialinFalse"]),
        Good("Get-CsTeamsAudioConferencingPolicy AllowTollfreedialinFalse", "AllowTollFreeDialin", ["False"]),
        Good("Get-CsTeamsAudioConferencingPolicy -Filter 'Tag:*'", "MeetingInvitePhoneNumbers", ["{}"]),
        Good(
            "(New-CsTeamsAudioConferencingPolicy A -MeetingInvitePhoneNumbers 14255550100, tel:+18005550100).MeetingInvitePhoneNumbers",
            "Value", ["+14255550100", "+18005550100"]),
        Good("New-CsTeamsAudioConferencingPolicy A -InMemory | Out-Null; Get-CsTeamsAudioConferencingPolicy -Filter Tag:A", "Identity", []),
        Good(
            "New-CsTeamsAudioConferencingPolicy A -MeetingInvitePhoneNumbers +14255550100 | Out-Null; Set-CsTeamsAudioConferencingPolicy A -MeetingInvitePhoneNumbers @{Remove='14255550100'; Add='+12065550100'} -AllowTollFreeDialin $false; (Get-CsTeamsAudioConferencingPolicy A).MeetingInvitePhoneNumbers",
            "Value", ["+12065550100"]),
        Good(
            "Set-CsTeamsAudioConferencingPolicy -AllowTollFreeDialin $false; Remove-CsTeamsAudioConferencingPolicy Global; Get-CsTeamsAudioConferencingPolicy Global",
            "AllowTollFreeDialin", ["True"], warnings: ["values from the start"]),
        Good(
            "Grant-CsTeamsAudioConferencingPolicy Alice AllowTollfreedialinfalse; Get-CsOnlineUser Alice", "TeamsAudioConferencingPolicy",
            ["AllowTollfreedialinFalse"]),
        Good(
            "Grant-CsTeamsAudioConferencingPolicy -Global -PolicyName AllowTollfreedialinFalse; Get-CsTeamsAudioConferencingPolicy Global",
            "AllowTollFreeDialin", ["False"]),
        Good(
            "Grant-CsTeamsAudioConferencingPolicy -Group Sales AllowTollfreedialinFalse -Rank 1; Get-CsGroupPolicyAssignment Sales TeamsAudioConferencingPolicy",
            "PolicyName", ["AllowTollfreedialinFalse"]),
        Good(
            "New-CsGroupPolicyAssignment Sales TeamsAudioConferencingPolicy AllowTollfreedialinFalse; Get-CsUserPolicyAssignment Alice -PolicyType TeamsAudioConferencingPolicy",
            "PolicyName", ["AllowTollfreedialinFalse"]),
        Good(
            "(New-CsTeamsMeetingPolicy M -AllowAnonymousUsersToDialOut $true -AutoAdmittedUsers everyone -AllowPSTNUsersToBypassLobby 1 -Description d).AutoAdmittedUsers",
            "Value", ["Everyone"]),
        Good(
            "New-CsTeamsMeetingPolicy M | Out-Null; Set-CsTeamsMeetingPolicy M -AllowAnonymousUsersToDialOut $true; Get-CsTeamsMeetingPolicy",
            "AllowAnonymousUsersToDialOut", ["False", "True"]),
        Good(
            "Set-CsTeamsMeetingPolicy -AllowAnonymousUsersToDialOut $true -AutoAdmittedUsers InvitedUsers; Get-CsTeamsMeetingPolicy Global | ForEach-Object { \"$($_.AllowAnonymousUsersToDialOut) $($_.AutoAdmittedUsers)\" }",
            "Value", ["True InvitedUsers"]),
        Good(
            "Set-CsTeamsMeetingPolicy -AllowAnonymousUsersToDialOut $true; Remove-CsTeamsMeetingPolicy Global; Get-CsTeamsMeetingPolicy Global",
            "AllowAnonymousUsersToDialOut", ["False"], warnings: ["values from the start"]),
        Good(
            "New-CsTeamsMeetingPolicy M -AllowAnonymousUsersToDialOut $true | Out-Null; Grant-CsTeamsMeetingPolicy -Global -PolicyName M; Get-CsTeamsMeetingPolicy Global",
            "AllowAnonymousUsersToDialOut", ["True"]),
        Good(
            "$seen = @(New-CsTeamsMeetingPolicy M -AllowAnonymousUsersToDialOut $true -AutoAdmittedUsers InvitedUsers -AllowPSTNUsersToBypassLobby $true -Description d); foreach ($d in 'e', $null) { Set-CsTeamsMeetingPolicy M -Description $d; $seen += Get-CsTeamsMeetingPolicy Tag:M }; $seen | ForEach-Object { \"$($_.AllowAnonymousUsersToDialOut) $($_.AutoAdmittedUsers) $($_.AllowPSTNUsersToBypassLobby) '$($_.Description)'\" }",
            "Value", ["True InvitedUsers True 'd'", "True InvitedUsers True 'e'", "True InvitedUsers True ''"]),
        Good("New-CsTeamsMeetingPolicy M | Out-Null; Grant-CsTeamsMeetingPolicy Alice M -PassThru", "PolicyName", ["Tag:M"]),
        Good(
            "New-CsOnlineVoiceRoutingPolicy V -OnlinePstnUsages International | Out-Null; Set-CsOnlineVoiceRoutingPolicy V -Description d; Get-CsOnlineVoiceRoutingPolicy Tag:V",
            "OnlinePstnUsages", ["{International}"]),
        Good(
            "New-CsOnlineVoiceRoutingPolicy V | Out-Null; Grant-CsOnlineVoiceRoutingPolicy Alice V; (Get-CsOnlineUser Alice).OnlineVoiceRoutingPolicy",
            "Value", ["V"]),
        Good(
            "New-CsOnlineVoiceRoutingPolicy V | Out-Null; Remove-CsOnlineVoiceRoutingPolicy V; Get-CsOnlineVoiceRoutingPolicy", "RouteType",
            ["BYOT"]),
        Good("(Get-CsOnlinePstnUsage).ConfigId", "Value", ["Global"]),
        Good("(Get-CsOnlineDialOutPolicy Global).ConfigMetadata", "Value", ["Authority=Tenant"]),
        Good(
            "(Get-CsOnlineAudioConferencingRoutingPolicy 'International Policy').Key", "Value",
            ["{urn:schema:Microsoft.Rtc.Management}International Policy"]),
    ]

    static let settings: [Good] = [
        Good(
            "Get-CsOnlineDialInConferencingTenantSettings | ForEach-Object { \"$($_.PinLength) $($_.MaskPstnNumbersType) $($_.EnableNameRecording) $($_.AllowPSTNOnlyMeetingsByDefault) $($_.EntryExitAnnouncementsType) $($_.DynamicCallerIdMode)\" }",
            "Value", ["5 MaskedForExternalUsers True False UseNames Disabled"]),
        Good(
            "Set-CsOnlineDialInConferencingTenantSettings -PinLength 12 -MaskPstnNumbersType NoMasking -EntryExitAnnouncementsType ToneOnly -EnableEntryExitNotifications $false -EnableNameRecording $false -AutomaticallySendEmailsToUsers $false; Get-CsOnlineDialInConferencingTenantSettings | ForEach-Object { \"$($_.PinLength) $($_.MaskPstnNumbersType) $($_.EntryExitAnnouncementsType) $($_.EnableEntryExitNotifications) $($_.EnableNameRecording) $($_.AutomaticallySendEmailsToUsers)\" }",
            "Value", ["12 NoMasking ToneOnly False False False"]),
        Good(
            "Set-CsOnlineDialInConferencingTenantSettings -SendEmailFromOverride $true -SendEmailFromAddress conf@contoso.example -SendEmailFromDisplayName Conferencing; (Get-CsOnlineDialInConferencingTenantSettings).SendEmailFromAddress",
            "Value", ["conf@contoso.example"]),
        Good(
            "Set-CsOnlineDialInConferencingTenantSettings -PinLength 8 -AllowPSTNOnlyMeetingsByDefault $true; Remove-CsOnlineDialInConferencingTenantSettings; (Get-CsOnlineDialInConferencingTenantSettings).PinLength",
            "Value", ["5"]),
        Good("(Get-CsOnlineDialinConferencingTenantConfiguration).ThirdPartyNumberStatus", "Value", ["Disabled"]),
        Good("(Get-CsTenant).DisplayName", "Value", ["Contoso"]), Good("(Get-CsTenant contoso).CountryOrRegion", "Value", ["US"]),
        Good("Get-CsTenant -Filter \"CountryOrRegion -eq 'SE'\"", "Name", []), Good("(Get-CsTenant).Domains", "Value", ["contoso.example"]),
        Good("Get-CsTenant (Get-CsTenant).TenantId", "Name", ["contoso"]),
    ]

    static let people: [Good] = [
        Good("(Get-CsOnlineUser Alice).ObjectId | ForEach-Object { (Get-CsOnlineUser $_).DisplayName }", "Value", ["Alice"]),
        Good(
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity (Get-CsOnlineUser bob@contoso.example).ObjectId -PolicyName 'International Policy'; (Get-CsOnlineUser Bob).OnlineAudioConferencingRoutingPolicy",
            "Value", ["International Policy"]),
        Good("(Get-CsOnlineDialInConferencingBridge (Get-CsOnlineDialInConferencingBridge).Identity).Name", "Value", ["Conference Bridge"]),
        Good("Get-CsOnlineDialInConferencingUser", "ServiceNumber", ["+12065550100", "+12065550100"]),
        Good(
            "Set-CsOnlineDialInConferencingUser Bob -ServiceNumber 14255550100 -TollFreeServiceNumber +18005550100; Get-CsOnlineDialInConferencingUser Bob | ForEach-Object { \"$($_.ServiceNumber) $($_.TollFreeServiceNumber)\" }",
            "Value", ["+14255550100 +18005550100"]),
        Good(
            "Set-CsOnlineDialInConferencingUser Bob -ServiceNumber +14255550100; Set-CsOnlineDialInConferencingUser Bob -ServiceNumber $null; (Get-CsOnlineDialInConferencingUser Bob).ServiceNumber",
            "Value", ["+12065550100"]),
        Good(
            "Set-CsOnlineDialInConferencingUser Bob -ResetLeaderPin -SendEmail -SendEmailToAddress b@home.example; Set-CsOnlineDialInConferencingUser Bob -ResetLeaderPin -AllowTollFreeDialIn $false -AllowPSTNOnlyMeetings $true -AsJob; Get-CsOnlineDialInConferencingUser Bob | ForEach-Object { \"$($_.PinResets) $($_.SendEmailToAddress) $($_.AllowTollFreeDialIn) $($_.AllowPSTNOnlyMeetings)\" }",
            "Value", ["2 b@home.example False True"]),
        Good(
            "Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550100 -NumberType Toll -CountryOrRegion GB; Get-CsOnlineDialInConferencingUser",
            "ServiceNumber", ["+12065550100", "+14255550100"]),
        Good(
            "Set-CsOnlineDialInConferencingUserDefaultNumber $null +18005550100 -NumberType TollFree -BridgeName 'Conference Bridge'; Get-CsOnlineDialInConferencingUser",
            "TollFreeServiceNumber", ["+18005550100", "+18005550100"]),
        Good(
            "Set-CsOnlineDialInConferencingUserDefaultNumber -FromNumber +14255550100 -ToNumber +12065550100 -NumberType Toll",
            warnings: ["no user has +14255550100"]),
        Good(
            "Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550100 -NumberType Toll -RescheduleMeetings; Get-CsMeetingMigrationStatus -State Pending",
            "UserPrincipalName", ["alice@contoso.example", "bob@contoso.example"]),
        Good(
            "Start-CsExMeetingMigration Alice -SourceMeetingType Teams -TargetMeetingType Current; Get-CsMeetingMigrationStatus -Identity Alice",
            "State", ["Pending"]),
        Good(
            "Start-CsExMeetingMigration Alice; Get-CsMeetingMigrationStatus -SummaryOnly | Where-Object UserCount -gt 0", "State",
            ["Pending"]),
        Good("Start-CsExMeetingMigration Alice; Get-CsMeetingMigrationStatus -StartTime '1999-01-01'", "State", []),
        Good("Start-CsExMeetingMigration Alice -SourceMeetingType SfB", warnings: ["no Skype for Business"]),
        Good("Get-CsMeetingMigrationStatus -State Pending", "State", []),
        Good(
            "Set-CsOnlineDialInConferencingTenantSettings -AutomaticallyMigrateUserMeetings $true; Set-CsOnlineDialInConferencingUser Bob -ServiceNumber +12065550100; Get-CsMeetingMigrationStatus",
            "UserPrincipalName", ["bob@contoso.example"]),
        Good(
            "Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550100 -NumberType Toll -CapitalOrMajorCity Leeds",
            warnings: ["no user has no number as the default"]),
        Good(
            "Set-CsOnlineDialInConferencingUserDefaultNumber -FromNumber +12065550100 -ToNumber +14255550100 -NumberType Toll; Get-CsOnlineDialInConferencingUser",
            "ServiceNumber", ["+14255550100", "+14255550100"]),
        Good(
            "Set-CsOnlineDialInConferencingTenantSettings -DynamicCallerIdMode Enabled; (Get-CsOnlineDialInConferencingTenantSettings).DynamicCallerIdMode",
            "Value", ["Enabled"]),
    ]

    static let gateways: [Good] = [
        Good("New-CsOnlinePSTNGateway -Fqdn sbc.contoso.example -SipSignalingPort 5061", "Identity", ["sbc.contoso.example"]),
        Good(
            "(New-CsOnlinePSTNGateway sbc.contoso.example -SipSignalingPort 5061) | ForEach-Object { \"$($_.Enabled) $($_.SendSipOptions) $($_.FailoverResponseCodes) $($_.FailoverTimeSeconds) $($_.ForwardPai) $($_.BypassMode) $($_.IPAddressVersion)\" }",
            "Value", ["False True 408, 503, 504 10 False None IPv4"]),
        Good(
            "New-CsOnlinePSTNGateway sbc.contoso.example -SipSignalingPort 5061 -Enabled $true -MaxConcurrentSessions 9 -MediaBypass $true | Out-Null; Set-CsOnlinePSTNGateway SBC.contoso.example -Enabled $false -SipSignalingPort 5067 -MaxConcurrentSessions $null -ProxySbc p -FailoverResponseCodes '500'; Get-CsOnlinePSTNGateway | ForEach-Object { \"$($_.Enabled) $($_.SipSignalingPort) $($_.MaxConcurrentSessions) $($_.ProxySbc) $($_.FailoverResponseCodes) $($_.MediaBypass)\" }",
            "Value", ["False 5067  p 500 True"]),
        Good(
            "New-CsOnlinePSTNGateway sbc.contoso.example -SipSignalingPort 5061 | Out-Null; Remove-CsOnlinePSTNGateway sbc.contoso.example; Get-CsOnlinePSTNGateway",
            "Identity", []),
        Good(
            "New-CsTeamsTranslationRule R -Pattern '^\\+(\\d+)$' -Translation '$1' | Out-Null; New-CsOnlinePSTNGateway sbc.contoso.example -SipSignalingPort 5061 -OutboundPstnNumberTranslationRules R | Out-Null; (Get-CsOnlinePSTNGateway).OutboundPstnNumberTranslationRules",
            "Value", ["R"]),
        Good(
            "New-CsTeamsTranslationRule R -Pattern '^\\+(\\d+)$' -Translation '$1' | Out-Null; Test-CsTeamsTranslationRule +4681234",
            "PhoneNumberTranslated", ["4681234"]),
        Good(
            "New-CsTeamsTranslationRule -Name R -Pattern '^0' -Translation '1' | Out-Null; New-CsTeamsTranslationRule S -Pattern '^\\+' -Translation '00' | Out-Null; Test-CsTeamsTranslationRule +4681234",
            "Identity", ["S"]),
        Good(
            "New-CsTeamsTranslationRule R -Pattern '^0' -Translation '1' | Out-Null; Set-CsTeamsTranslationRule R -Translation '2' -Description d; Get-CsTeamsTranslationRule",
            "Translation", ["2"]),
        Good(
            "New-CsTeamsTranslationRule R -Pattern '^0' -Translation '1' | Out-Null; Remove-CsTeamsTranslationRule R; Get-CsTeamsTranslationRule",
            "Identity", []),
    ]

    static let numbers: [Good] = [
        Good(
            "Get-CsPhoneNumberAssignment +14255550100 | ForEach-Object { \"$($_.AssignmentBlockedState) $($_.SmsActivationState) $($_.AcquiredNumberState) $($_.LocationUpdateSupported)\" }",
            "Value", ["NotBlocked NotActivated Active False"]),
        Good(
            "Set-CsPhoneNumberAssignment Alice -PhoneNumber 14255550111 -PhoneNumberType OperatorConnect; (Get-CsOnlineUser Alice).LineUri",
            "Value", ["tel:+14255550111"]),
        Good(
            "Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111; Get-CsPhoneNumberAssignment -AssignedPstnTargetId alice@contoso.example",
            "PstnAssignmentStatus", ["UserAssigned"]),
        Good(
            "Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111; Remove-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111 -AssignmentBlockedForever; Get-CsPhoneNumberAssignment +14255550111 | ForEach-Object { \"$($_.PstnAssignmentStatus) $($_.AssignmentBlockedState)\" }",
            "Value", ["Unassigned BlockedForever"]),
        Good(
            "Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -AssignmentBlockedDays 365; Get-CsPhoneNumberAssignment +14255550111 | ForEach-Object { \"$($_.AssignmentBlockedState) $($_.AssignmentBlockedUntil)\" }",
            "Value", ["BlockedUntil 01/01/1971 00:00:00"]),
        Good(
            "Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -AssignmentBlockedDays 1; Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -RemoveAssignmentBlock; (Get-CsPhoneNumberAssignment +14255550111).AssignmentBlockedState",
            "Value", ["NotBlocked"]),
        Good(
            "Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111; Remove-CsPhoneNumberAssignment Alice -RemoveAll; (Get-CsPhoneNumberAssignment +14255550111).AssignedPstnTargetId -eq $null",
            "Value", ["True"]),
        Good(
            "Get-CsOnlineTelephoneNumberOrder (New-CsPhoneNumberUsageChangeOrder -TelephoneNumber +14255550111, +12065550100 -Usage ServiceType) | ForEach-Object { \"$($_.OrderType) $($_.Status) $($_.SuccessPhoneNumbers) $($_.FailedPhoneNumbers) $($_.TotalCount)\" }",
            "Value", ["NumberUsageUpdate PartialSuccess +14255550111 +12065550100 2"]),
        Good(
            "New-CsPhoneNumberUsageChangeOrder +14255550111 -Usage ServiceType | Out-Null; Register-CsOnlineDialInConferencingServiceNumber +14255550111; (Get-CsPhoneNumberAssignment +14255550111).PstnAssignmentStatus",
            "Value", ["ConferenceAssigned"]),
        Good(
            "New-CsOnlineTelephoneNumberReleaseOrder -TelephoneNumber +14255550111 | Out-Null; (Get-CsPhoneNumberAssignment +14255550111).AcquiredNumberState",
            "Value", ["ReleaseRequested"]),
        Good(
            "New-CsOnlineTelephoneNumberReleaseOrder -StartingNumber +14255550111 -EndingNumber +14255550122 | Out-Null; (Get-CsOnlineTelephoneNumberOrder -OrderType Release).SuccessPhoneNumbers",
            "Value", ["+14255550111", "+14255550122"]),
        Good(
            "New-CsOnlineTelephoneNumberReleaseOrder -FileContent \"Numbers`n+14255550111`n\" | Out-Null; (Get-CsOnlineTelephoneNumberOrder).SuccessCount",
            "Value", ["1"]),
        Good(
            "Set-CsOnlineDialInConferencingUser Bob -ServiceNumber +14255550100; New-CsOnlineTelephoneNumberReleaseOrder +14255550100 | Out-Null; (Get-CsOnlineTelephoneNumberOrder).AdditionalDetails.Message",
            "Value",
            ["is the default number of bob@contoso.example, the caller ID of the route International and on the bridge Conference Bridge"]),
        Good(
            "Get-CsPhoneNumberAssignment +14255550100 | Set-CsOnlineDialInConferencingServiceNumber -PrimaryLanguage en-GB; (Get-CsOnlineDialInConferencingServiceNumber +14255550100).PrimaryLanguage",
            "Value", ["en-GB"]),
    ]

    static let all = policies + settings + people + gateways + numbers

    // MARK: refusals

    private static let policy = "New-CsTeamsAudioConferencingPolicy A -MeetingInvitePhoneNumbers +14255550100 | Out-Null; "
    private static let gateway = "New-CsOnlinePSTNGateway sbc.contoso.example -SipSignalingPort 5061 | Out-Null; "
    private static let rule = "New-CsTeamsTranslationRule R -Pattern '^0' -Translation '1' | Out-Null; "

    static let refusals: [CmdletRefusals.Case] = [
        ("New-CsTeamsAudioConferencingPolicy Global", .resourceExists, "already"),
        ("New-CsTeamsAudioConferencingPolicy AllowTollfreedialinFalse", .resourceExists, "already"),
        ("New-CsTeamsAudioConferencingPolicy A -MeetingInvitePhoneNumbers +14255550111", .invalidOperation, "not a number of the bridge"),
        ("Set-CsTeamsAudioConferencingPolicy AllowTollfreedialinFalse -AllowTollFreeDialin $true", .invalidOperation, "built in"),
        ("Set-CsTeamsAudioConferencingPolicy x -AllowTollFreeDialin $true", .objectNotFound, "policy x"),
        ("Get-CsTeamsAudioConferencingPolicy x", .objectNotFound, "policy x"),
        (
            policy + "Grant-CsTeamsAudioConferencingPolicy Alice A; Remove-CsTeamsAudioConferencingPolicy A", .invalidOperation,
            "user alice@contoso.example"
        ),
        ("Grant-CsTeamsAudioConferencingPolicy Alice x", .objectNotFound, "no policy x"),
        (
            policy + "Remove-CsOnlineVoiceRoute International; Unregister-CsOnlineDialInConferencingServiceNumber +14255550100",
            .invalidOperation, "policies A"
        ),
        ("New-CsTeamsMeetingPolicy Global", .resourceExists, "already"),
        ("Set-CsTeamsMeetingPolicy -AutoAdmittedUsers Nobody", .invalidArgument, "EveryoneInCompany"),
        ("Get-CsTeamsMeetingPolicy x", .objectNotFound, "policy x"), ("Grant-CsTeamsMeetingPolicy Alice x", .objectNotFound, "no policy x"),
        (
            "New-CsTeamsMeetingPolicy M | Out-Null; Grant-CsTeamsMeetingPolicy -Group Sales M; Remove-CsTeamsMeetingPolicy M",
            .invalidOperation, "group Sales"
        ),
        ("New-CsOnlineVoiceRoutingPolicy V -OnlinePstnUsages Nope", .objectNotFound, "Nope"),
        ("Set-CsOnlineVoiceRoutingPolicy x -Description d", .objectNotFound, "policy x"),
        ("Get-CsOnlineVoiceRoutingPolicy x", .objectNotFound, "policy x"),
        ("Grant-CsOnlineVoiceRoutingPolicy Alice x", .objectNotFound, "no policy x"),
        (
            "New-CsOnlineVoiceRoutingPolicy V | Out-Null; Grant-CsOnlineVoiceRoutingPolicy Alice V; Remove-CsOnlineVoiceRoutingPolicy V",
            .invalidOperation, "alice@contoso.example"
        ),
        ("Set-CsOnlineDialInConferencingTenantSettings -PinLength 3", .invalidArgument, "4 to 12"),
        ("Set-CsOnlineDialInConferencingTenantSettings -PinLength 13", .invalidArgument, "4 to 12"),
        ("Set-CsOnlineDialInConferencingTenantSettings -SendEmailFromOverride $true", .invalidArgument, "SendEmailFromAddress"),
        (
            "Set-CsOnlineDialInConferencingTenantSettings -SendEmailFromOverride $true -SendEmailFromAddress a@b.example", .invalidArgument,
            "SendEmailFromDisplayName"
        ),
        ("Set-CsOnlineDialInConferencingTenantSettings -SendEmailFromAddress nowhere", .invalidArgument, "e-mail address"),
        ("Set-CsOnlineDialInConferencingTenantSettings -MaskPstnNumbersType Some", .invalidArgument, "NoMasking"),
        ("Get-CsTenant fabrikam", .objectNotFound, "fabrikam"),
        ("Set-CsOnlineDialInConferencingUser Bob -ServiceNumber +18005550100", .invalidOperation, "toll-free"),
        ("Set-CsOnlineDialInConferencingUser Bob -TollFreeServiceNumber +14255550100", .invalidOperation, "a toll number"),
        ("Set-CsOnlineDialInConferencingUser Bob -ServiceNumber +14255550111", .invalidOperation, "not a number of the bridge"),
        ("Set-CsOnlineDialInConferencingUser Bob -SendEmailToAddress a@b.example", .invalidArgument, "-SendEmail"),
        ("Set-CsOnlineDialInConferencingUser Bob -SendEmail -SendEmailFromAddress a@b.example", .invalidArgument, "together"),
        (
            "Set-CsOnlineDialInConferencingUser Bob -ServiceNumber +12065550100; Unregister-CsOnlineDialInConferencingServiceNumber +12065550100",
            .invalidOperation, "default number of bob@contoso.example"
        ),
        (
            "Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550111 -NumberType Toll", .invalidOperation,
            "not a number of the bridge"
        ),
        ("Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550100 -NumberType TollFree", .invalidOperation, "toll number"),
        (
            "Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550100 -NumberType Toll -Country Sweden", .invalidArgument,
            "two letters"
        ),
        ("Start-CsExMeetingMigration nobody", .objectNotFound, "nobody"),
        ("Get-CsMeetingMigrationStatus -StartTime yesterday", .invalidArgument, "not a date"),
        ("New-CsOnlinePSTNGateway sbc -SipSignalingPort 65536", .invalidArgument, "1 to 65535"),
        ("New-CsOnlinePSTNGateway 'a b' -SipSignalingPort 1", .invalidArgument, "host name"),
        (gateway + "New-CsOnlinePSTNGateway SBC.contoso.example -SipSignalingPort 1", .resourceExists, "already"),
        ("New-CsOnlinePSTNGateway a -SipSignalingPort 1 -FailoverResponseCodes '200'", .invalidArgument, "400 to 699"),
        ("New-CsOnlinePSTNGateway a -SipSignalingPort 1 -InboundTeamsNumberTranslationRules x", .objectNotFound, "translation rule x"),
        ("Set-CsOnlinePSTNGateway x -Enabled $true", .objectNotFound, "gateway x"),
        ("Get-CsOnlinePSTNGateway x", .objectNotFound, "gateway x"),
        (
            gateway
                + "Set-CsOnlineVoiceRoute International -BridgeSourcePhoneNumber $null -OnlinePstnGatewayList sbc.contoso.example; Remove-CsOnlinePSTNGateway sbc.contoso.example",
            .invalidOperation, "removed from all routes first"
        ),
        ("New-CsOnlineVoiceRoute R -OnlinePstnGatewayList sbc.contoso.example", .objectNotFound, "gateway sbc.contoso.example"),
        ("New-CsTeamsTranslationRule R -Pattern '(' -Translation x", .invalidArgument, "not a pattern"),
        ("Set-CsTeamsTranslationRule x -Translation y", .objectNotFound, "translation rule x"),
        ("Get-CsTeamsTranslationRule x", .objectNotFound, "translation rule x"),
        (
            rule
                + "New-CsOnlinePSTNGateway sbc -SipSignalingPort 1 -InboundPstnNumberTranslationRules R | Out-Null; Remove-CsTeamsTranslationRule R",
            .invalidOperation, "gateways sbc"
        ),
        (rule + "New-CsTeamsTranslationRule r -Pattern 1 -Translation 2", .resourceExists, "already"),
        ("Test-CsTeamsTranslationRule +1 -Identity x", .objectNotFound, "translation rule x"),
        (rule + "Test-CsTeamsTranslationRule +4681234", .invalidArgument, "no translation rule matches"),
        (
            "New-CsTeamsTranslationRule R -Pattern '^\\+(\\d+)$' -Translation 'sip:$1' | Out-Null; Test-CsTeamsTranslationRule +4681234",
            .invalidArgument, "is no number"
        ),
        ("New-CsTeamsTranslationRule R -Pattern 1 -Translation \(String(repeating: "1", count: 257))", .invalidArgument, "1 to 256 bytes"),
        ("Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550100", .invalidOperation, "conference use"),
        ("Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550133", .invalidOperation, "assigned to a user"),
        (
            "Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111 -PhoneNumberType CallingPlan", .invalidOperation,
            "OperatorConnect, not CallingPlan"
        ),
        (
            "Remove-CsPhoneNumberAssignment -PhoneNumber +14255550133 -PhoneNumberType DirectRouting", .invalidOperation,
            "OperatorConnect, not DirectRouting"
        ),
        (
            "Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -AssignmentBlockedForever -PhoneNumberType DirectRouting",
            .invalidOperation, "OperatorConnect, not DirectRouting"
        ),
        ("Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111 -EnterpriseVoiceEnabled $true", .notImplemented, "calls of users"),
        ("Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550999", .objectNotFound, "not a number of this tenant"),
        (
            "Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -AssignmentBlockedDays 1; Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111",
            .invalidOperation, "blocked until 1970-01-02"
        ),
        ("Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -AssignmentBlockedDays 366", .invalidArgument, "1 to 365"),
        ("Set-CsPhoneNumberAssignment -PhoneNumber +12065550100 -AssignmentBlockedForever", .invalidOperation, "ConferenceAssigned"),
        (
            "New-CsOnlineTelephoneNumberReleaseOrder +14255550111 | Out-Null; Set-CsPhoneNumberAssignment Alice -PhoneNumber +14255550111",
            .invalidOperation, "ReleaseRequested"
        ),
        ("Remove-CsPhoneNumberAssignment -PhoneNumber +12065550100", .invalidOperation, "not assigned to a user"),
        ("Remove-CsPhoneNumberAssignment Alice", .invalidArgument, "-RemoveAll"),
        ("New-CsPhoneNumberUsageChangeOrder -TelephoneNumber x -Usage ServiceType", .invalidArgument, "E.164"),
        ("New-CsOnlineTelephoneNumberReleaseOrder", .invalidArgument, "at least one number"),
        ("New-CsOnlineTelephoneNumberReleaseOrder -StartingNumber +19 -EndingNumber +190", .invalidArgument, "stand 0 numbers"),
        ("Get-CsOnlineTelephoneNumberOrder x", .objectNotFound, "order x"),
        ("Set-CsOnlineDialInConferencingServiceNumber +14255550199 -PrimaryLanguage en-US", .invalidOperation, "shared number"),
    ]
}
