extension CmdletHelp {
    private static let user = "The user: user principal name, sip: address, object id or display name."
    private static let grantee = ["Identity": user + " Global gives it to everybody."]
    private static let policy = ["Identity": "The policy; Global where it is left out."]

    static let kept: [String: CmdletHelp] = [
        "New-CsTeamsAudioConferencingPolicy": CmdletHelp(
            "The policy says which numbers the invites of those who hold it show, in place of their own default numbers.",
            ["Identity": "The name of the new policy, up to 64 bytes."],
            [
                "New-CsTeamsAudioConferencingPolicy -Identity EMEA -AllowTollFreeDialin $false":
                    "Makes a policy whose invites show no toll-free number.",
                "New-CsTeamsAudioConferencingPolicy HQ -MeetingInvitePhoneNumbers +14255550100, +18005550100":
                    "Makes one with two numbers of the bridge.",
            ]),
        "Set-CsTeamsAudioConferencingPolicy": CmdletHelp(
            "What is not given stays as it is. New invites follow at once, those made before when they are migrated.", policy,
            [
                "Set-CsTeamsAudioConferencingPolicy -Identity Global -AllowTollFreeDialin $false": "Takes toll-free numbers off invites.",
                "Set-CsTeamsAudioConferencingPolicy -MeetingInvitePhoneNumbers @{Add='+14255550100'}": "Has all invites show a number.",
            ]),
        "Get-CsTeamsAudioConferencingPolicy": CmdletHelp(
            "Shows Global, the built-in policy and those of your own.", [:],
            [
                "Get-CsTeamsAudioConferencingPolicy": "Shows all.",
                "Get-CsTeamsAudioConferencingPolicy -Filter 'Tag:*' | Format-Table Identity, AllowTollFreeDialin":
                    "Shows all but Global as a table.",
            ]),
        "Remove-CsTeamsAudioConferencingPolicy": CmdletHelp(
            "A policy that users or groups hold stays.", [:],
            [
                "New-CsTeamsAudioConferencingPolicy Old; Remove-CsTeamsAudioConferencingPolicy Old": "Makes a policy and removes it.",
                "Remove-CsTeamsAudioConferencingPolicy Global": "Gives Global its values from the start.",
            ]),
        "Grant-CsTeamsAudioConferencingPolicy": CmdletHelp(
            "The user's own policy counts first, then that of the group with the best rank, then Global.", grantee,
            [
                "Grant-CsTeamsAudioConferencingPolicy -Identity bob@contoso.example -PolicyName AllowTollfreedialinFalse":
                    "Gives Bob the built-in policy.",
                "Grant-CsTeamsAudioConferencingPolicy -Group Sales -Rank 1 -PolicyName AllowTollfreedialinFalse -PassThru":
                    "Gives it to a group.",
            ]),
        "New-CsTeamsMeetingPolicy": CmdletHelp(
            "Of a meeting policy what concerns phones is held here: dialling out by anonymous participants, and the lobby.",
            ["Identity": "The name of the new policy, up to 64 bytes."],
            [
                "New-CsTeamsMeetingPolicy -Identity Webinars -AllowAnonymousUsersToDialOut $true": "Makes a policy.",
                "New-CsTeamsMeetingPolicy Strict -AutoAdmittedUsers OrganizerOnly -Description 'board meetings'":
                    "Makes one with a closed lobby.",
            ]),
        "Set-CsTeamsMeetingPolicy": CmdletHelp(
            "What is not given stays as it is.", policy,
            [
                "Set-CsTeamsMeetingPolicy -Identity Global -AllowAnonymousUsersToDialOut $true": "Lets anonymous participants dial out.",
                "Set-CsTeamsMeetingPolicy -AllowPSTNUsersToBypassLobby $true -WhatIf": "Says what would be done.",
            ]),
        "Get-CsTeamsMeetingPolicy": CmdletHelp(
            "Shows Global and the policies of your own.", [:],
            [
                "Get-CsTeamsMeetingPolicy -Identity Global": "Shows what holds for whoever has been granted nothing.",
                "(Get-CsTeamsMeetingPolicy -Identity Global).AllowAnonymousUsersToDialOut": "Puts out one setting.",
            ]),
        "Remove-CsTeamsMeetingPolicy": CmdletHelp(
            "A policy that users or groups hold stays.", [:],
            [
                "New-CsTeamsMeetingPolicy Old; Remove-CsTeamsMeetingPolicy Old": "Makes a policy and removes it.",
                "Remove-CsTeamsMeetingPolicy Global": "Gives Global its values from the start.",
            ]),
        "Grant-CsTeamsMeetingPolicy": CmdletHelp(
            "The organizer's own policy counts first, then that of the group with the best rank, then Global.", grantee,
            [
                "New-CsTeamsMeetingPolicy Open; Grant-CsTeamsMeetingPolicy -Identity bob@contoso.example -PolicyName Open":
                    "Makes a policy and gives it to Bob.",
                "Grant-CsTeamsMeetingPolicy -Identity bob@contoso.example -PolicyName $null": "Takes it back.",
            ]),
        "New-CsOnlineVoiceRoutingPolicy": CmdletHelp(
            "The policy is kept for calls of persons, which this service does not place.",
            ["Identity": "The name of the new policy, up to 64 bytes."],
            [
                "New-CsOnlineVoiceRoutingPolicy -Identity Calls -OnlinePstnUsages International": "Makes a policy.",
                "New-CsOnlineVoiceRoutingPolicy None -Description 'no calls'": "Makes one without usages.",
            ]),
        "Set-CsOnlineVoiceRoutingPolicy": CmdletHelp(
            "What is not given stays as it is.", policy,
            [
                "Set-CsOnlineVoiceRoutingPolicy -Identity Global -OnlinePstnUsages @{Add='International'}": "Adds a usage to Global.",
                "Set-CsOnlineVoiceRoutingPolicy -Description 'for all'": "Describes Global.",
            ]),
        "Get-CsOnlineVoiceRoutingPolicy": CmdletHelp(
            "Shows Global and the policies of your own.", [:],
            [
                "Get-CsOnlineVoiceRoutingPolicy": "Shows all.",
                "(Get-CsOnlineVoiceRoutingPolicy Global).OnlinePstnUsages": "Puts out the usages of one.",
            ]),
        "Remove-CsOnlineVoiceRoutingPolicy": CmdletHelp(
            "A policy that users or groups hold stays.", [:],
            [
                "New-CsOnlineVoiceRoutingPolicy Old; Remove-CsOnlineVoiceRoutingPolicy Old": "Makes a policy and removes it.",
                "Remove-CsOnlineVoiceRoutingPolicy Global -WhatIf": "Says what would be done.",
            ]),
        "Grant-CsOnlineVoiceRoutingPolicy": CmdletHelp(
            "The user's own policy counts first, then that of the group with the best rank, then Global.", grantee,
            [
                "New-CsOnlineVoiceRoutingPolicy Calls; Grant-CsOnlineVoiceRoutingPolicy -Identity bob@contoso.example -PolicyName Calls":
                    "Makes a policy and gives it to Bob.",
                "Grant-CsOnlineVoiceRoutingPolicy -Identity bob@contoso.example -PolicyName $null": "Takes it back.",
            ]),
        "New-CsOnlinePSTNGateway": CmdletHelp(
            "Routes that name it lead calls of meetings to it, with the bridge's default number as caller ID, but none under Operator Connect Conferencing or pay-per-minute.",
            ["Identity": "The FQDN of the gateway.", "Fqdn": "The same as -Identity; only one of the two is given."],
            [
                "New-CsOnlinePSTNGateway -Identity sbc1.contoso.example -SipSignalingPort 5061 -Enabled $true":
                    "Makes a gateway that takes calls.",
                "New-CsOnlinePSTNGateway -Fqdn sbc2.contoso.example -SipSignalingPort 5067 -MaxConcurrentSessions 100 -FailoverResponseCodes '408, 503, 504'":
                    "Makes one with limits.",
            ]),
        "Set-CsOnlinePSTNGateway": CmdletHelp(
            "What is not given stays as it is. A gateway that is not enabled takes no new calls.",
            ["Identity": "The FQDN of the gateway.", "Fqdn": "The same as -Identity; only one of the two is given."],
            [
                "New-CsOnlinePSTNGateway sbc1.contoso.example -SipSignalingPort 5061; Set-CsOnlinePSTNGateway sbc1.contoso.example -Enabled $true":
                    "Makes a gateway and enables it.",
                "Get-CsOnlinePSTNGateway | Set-CsOnlinePSTNGateway -Enabled $false": "Drains all gateways.",
            ]),
        "Get-CsOnlinePSTNGateway": CmdletHelp(
            "Shows the gateways with their settings.", [:],
            [
                "Get-CsOnlinePSTNGateway": "Shows all.",
                "Get-CsOnlinePSTNGateway -Filter 'sbc*' | Format-Table Identity, Enabled": "Shows some as a table.",
            ]),
        "Remove-CsOnlinePSTNGateway": CmdletHelp(
            "A gateway must be removed from all routes first.", [:],
            [
                "New-CsOnlinePSTNGateway sbc1.contoso.example -SipSignalingPort 5061; Remove-CsOnlinePSTNGateway sbc1.contoso.example":
                    "Makes a gateway and removes it.",
                "Get-CsOnlinePSTNGateway | Remove-CsOnlinePSTNGateway -WhatIf": "Says which would be removed.",
            ]),
        "New-CsTeamsTranslationRule": CmdletHelp(
            "A rule writes a number as a gateway wants it, or reads it. Gateways take rules by name.",
            ["Identity": "The name of the new rule.", "Name": "The same as -Identity; only one of the two is given."],
            [
                #"New-CsTeamsTranslationRule -Identity StripPlus -Pattern '^\+(\d+)$' -Translation '$1'"#:
                    "Makes a rule that takes the plus away.",
                #"New-CsTeamsTranslationRule Local -Pattern '^(\d{7})$' -Translation '+1425$1' -Description 'seven digits'"#:
                    "Makes one for local numbers.",
            ]),
        "Set-CsTeamsTranslationRule": CmdletHelp(
            "What is not given stays as it is.", [:],
            [
                #"New-CsTeamsTranslationRule R -Pattern '^\+' -Translation '00'; Set-CsTeamsTranslationRule R -Translation '011'"#:
                    "Makes a rule and changes it.",
                "Get-CsTeamsTranslationRule | Set-CsTeamsTranslationRule -Description 'reviewed'": "Describes all rules.",
            ]),
        "Get-CsTeamsTranslationRule": CmdletHelp(
            "Shows the rules in the order in which they were made.", [:],
            [
                "Get-CsTeamsTranslationRule": "Shows all.",
                "Get-CsTeamsTranslationRule -Filter 'Strip*'": "Shows some.",
            ]),
        "Remove-CsTeamsTranslationRule": CmdletHelp(
            "A rule that a gateway uses stays.", [:],
            [
                #"New-CsTeamsTranslationRule R -Pattern '^\+' -Translation '00'; Remove-CsTeamsTranslationRule R"#:
                    "Makes a rule and removes it.",
                "Get-CsTeamsTranslationRule | Remove-CsTeamsTranslationRule -WhatIf": "Says which would be removed.",
            ]),
        "Test-CsTeamsTranslationRule": CmdletHelp(
            "The first rule whose pattern matches makes the number; that none does, or that it makes no number, is an error.",
            ["PhoneNumber": "The number as it is before.", "Identity": "Only this rule is tried."],
            [
                #"New-CsTeamsTranslationRule R -Pattern '^\+(\d+)$' -Translation '$1'; Test-CsTeamsTranslationRule -PhoneNumber +14255550123"#:
                    "Makes a rule and tries all.",
                #"New-CsTeamsTranslationRule R -Pattern '^\+' -Translation '00'; Test-CsTeamsTranslationRule +46812345 -Identity R"#:
                    "Makes a rule and tries it alone.",
            ]),
        "Get-CsTenant": CmdletHelp(
            "Shows the organisation with its object id, country and domains.",
            [
                "Identity": "The organisation, by its id or name.",
                "Filter": "Only if this condition holds, such as \"CountryOrRegion -eq 'US'\".",
            ],
            [
                "Get-CsTenant": "Shows the organisation.",
                "(Get-CsTenant).TenantId": "Puts out its object id alone.",
            ]),
    ]

    static let orders: [String: CmdletHelp] = [
        "Set-CsOnlineDialInConferencingUserDefaultNumber": CmdletHelp(
            "Every user who has the one number as the default gets the other. Invites that were made before keep the old one until they are migrated.",
            [
                "FromNumber": "The number to be replaced; left out or $null, those who have none of their own.",
                "ToNumber": "The number in its place; it must be on the bridge and of the type.", "NumberType": "Toll or TollFree.",
            ],
            [
                "Set-CsOnlineDialInConferencingUserDefaultNumber -ToNumber +14255550100 -NumberType Toll -CountryOrRegion US":
                    "Gives a number to all in the US who have none of their own.",
                "Set-CsOnlineDialInConferencingUserDefaultNumber -FromNumber +14255550100 -ToNumber +12065550100 -NumberType Toll -RescheduleMeetings":
                    "Replaces a number everywhere, on earlier invites too.",
            ]),
        "Start-CsExMeetingMigration": CmdletHelp(
            "Invites that the user made before show the numbers of now. It is done at once.", ["Identity": user],
            [
                "Start-CsExMeetingMigration -Identity alice@contoso.example": "Rewrites Alice's invites.",
                "Get-CsOnlineDialInConferencingUser | Start-CsExMeetingMigration -TargetMeetingType Current": "Rewrites everybody's.",
            ]),
        "Get-CsMeetingMigrationStatus": CmdletHelp(
            "Shows whose invites have been rewritten and when.",
            ["Identity": user, "State": "Only those in this state; here a migration is done at once, so that all are Succeeded."],
            [
                "Start-CsExMeetingMigration alice@contoso.example; Get-CsMeetingMigrationStatus -Identity alice@contoso.example":
                    "Rewrites Alice's invites and shows that.",
                "Get-CsMeetingMigrationStatus -SummaryOnly": "Counts them by state.",
            ]),
        "Set-CsPhoneNumberAssignment": CmdletHelp(
            "The assignment is kept and shown; calls of persons are not placed here. Numbers of the bridge go by Register-CsOnlineDialInConferencingServiceNumber.",
            ["Identity": user, "PhoneNumber": "A number that was provided for users."],
            [
                "Set-CsPhoneNumberAssignment -Identity alice@contoso.example -PhoneNumber +14255550111 -PhoneNumberType OperatorConnect":
                    "Assigns a number to Alice.",
                "Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -AssignmentBlockedDays 30": "Blocks a number for thirty days.",
            ]),
        "Remove-CsPhoneNumberAssignment": CmdletHelp(
            "The number is free again, or blocked for a time.", ["Identity": user, "PhoneNumber": "The number that is taken back."],
            [
                "Set-CsPhoneNumberAssignment alice@contoso.example -PhoneNumber +14255550111; Remove-CsPhoneNumberAssignment -Identity alice@contoso.example -PhoneNumber +14255550111":
                    "Assigns a number and takes it back.",
                "Remove-CsPhoneNumberAssignment -Identity alice@contoso.example -RemoveAll": "Takes all numbers from Alice.",
            ]),
        "New-CsPhoneNumberUsageChangeOrder": CmdletHelp(
            "Puts out the order's id; Get-CsOnlineTelephoneNumberOrder shows what came of each number.",
            [
                "TelephoneNumber": "The numbers; each must be unassigned.",
                "Usage": "UserType for users, ServiceType for the conference bridge.",
            ],
            [
                "New-CsPhoneNumberUsageChangeOrder -TelephoneNumber +14255550111 -Usage ServiceType":
                    "Makes a service number of a user's number.",
                "Get-CsOnlineTelephoneNumberOrder -OrderId (New-CsPhoneNumberUsageChangeOrder -TelephoneNumber +14255550111 -Usage ServiceType)":
                    "Makes the order and shows what came of it.",
            ]),
        "New-CsOnlineTelephoneNumberReleaseOrder": CmdletHelp(
            "A number goes back to its operator when nothing holds it any more. Puts out the order's id; what holds a number is said there.",
            [
                "TelephoneNumber": "The numbers.", "StartingNumber": "The first of a range.", "EndingNumber": "The last of a range.",
                "FileContent": "The text of a file with a number a line.",
            ],
            [
                "New-CsOnlineTelephoneNumberReleaseOrder -TelephoneNumber +14255550111": "Releases a number.",
                "New-CsOnlineTelephoneNumberReleaseOrder -StartingNumber +14255550111 -EndingNumber +14255550111 -WhatIf":
                    "Says what would be done.",
            ]),
        "Get-CsOnlineTelephoneNumberOrder": CmdletHelp(
            "Shows the latest orders of the tenant about its numbers, and of each number what came of it.",
            ["OrderId": "The id that the order put out.", "OrderType": "Release or NumberUsageUpdate."],
            [
                "Get-CsOnlineTelephoneNumberOrder": "Shows all.",
                "Get-CsOnlineTelephoneNumberOrder -OrderType Release": "Shows release orders.",
            ]),
    ]
}
