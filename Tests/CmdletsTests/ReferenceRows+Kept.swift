@testable import Cmdlets

/// Settings, policies, gateways and the inventory.
extension ReferenceRows {
    private static let tenantSettings = "CsOnlineDialInConferencingTenantSettings"
    static let settings =
        kept(
            tenantSettings, "",
            [
                ("EnableDialOutJoinConfirmation", "$true", "False to True"), ("EnableEntryExitNotifications", "$false", "True to False"),
                ("EntryExitAnnouncementsType", "ToneOnly", "UseNames to ToneOnly"), ("EnableNameRecording", "$false", "True to False"),
                ("MaskPstnNumbersType", "NoMasking", "MaskedForExternalUsers to NoMasking"), ("PinLength", "12", "5 to 12"),
                ("AllowPSTNOnlyMeetingsByDefault", "$true", "False to True"), ("AutomaticallySendEmailsToUsers", "$false", "True to False"),
                ("AutomaticallyMigrateUserMeetings", "$true", "False to True"),
                ("AutomaticallyReplaceAcpProvider", "$true", "False to True"),
                ("MigrateServiceNumbersOnCrossForestMove", "$true", "False to True"), ("UseUniqueConferenceIds", "$false", "True to False"),
                ("IncludeTollFreeNumberInMeetingInvites", "$false", "True to False"),
                ("SendEmailFromOverride", "$true -SendEmailFromAddress c@contoso.example -SendEmailFromDisplayName C", "False to True"),
                ("SendEmailFromAddress", "c@contoso.example", " to c@contoso.example"), ("SendEmailFromDisplayName", "C", " to C"),
            ])
        + printed(
            "Get-\(tenantSettings)",
            [
                "AllowPSTNOnlyMeetingsByDefault", "AllowedDialOutExternalDomains", "AllowFederatedUsersToDialOutToSelf",
                "AllowFederatedUsersToDialOutToThirdParty", "AutomaticallyMigrateUserMeetings", "AutomaticallyReplaceAcpProvider",
                "AutomaticallySendEmailsToUsers", "DynamicCallerIdMode", "EnableDialOutJoinConfirmation", "EnableEntryExitNotifications",
                "EnableNameRecording", "EntryExitAnnouncementsType", "IncludeTollFreeNumberInMeetingInvites", "MaskPstnNumbersType",
                "MigrateServiceNumbersOnCrossForestMove", "PinLength", "SendEmailFromAddress", "SendEmailFromDisplayName",
                "SendEmailFromOverride", "UseUniqueConferenceIds",
            ])
        + printed("Get-CsOnlineDialinConferencingTenantConfiguration", ["EnableCustomTrunking", "ThirdPartyNumberStatus"])

    private static let meetingPolicy = "New-CsTeamsMeetingPolicy M | Out-Null; "
    static let meetings =
        kept(
            "CsTeamsMeetingPolicy", "M",
            [
                ("AutoAdmittedUsers", "Everyone", "EveryoneInCompany to Everyone"),
                ("AllowPSTNUsersToBypassLobby", "$true", "False to True"),
            ], begin: meetingPolicy) + [
            ReferenceRow("New-CsTeamsMeetingPolicy", "an organizer's own", "(New-CsTeamsMeetingPolicy M).Identity", "Tag:M"),
            ReferenceRow(
                "Grant-CsTeamsMeetingPolicy", "to a user",
                meetingPolicy + "Grant-CsTeamsMeetingPolicy Alice M; (Get-CsOnlineUser Alice).TeamsMeetingPolicy", "M"),
        ]

    private static let audio = "CsTeamsAudioConferencingPolicy"
    private static let audioPolicy = "New-\(audio) A | Out-Null; "
    static let conferencing =
        kept(
            audio, "A",
            [
                ("MeetingInvitePhoneNumbers", "@{Add='+14255550100'}", " to +14255550100"),
                ("AllowTollFreeDialin", "$false", "True to False"),
            ], begin: audioPolicy) + [
            ReferenceRow("New-\(audio)", "-Identity", "(New-\(audio) -Identity A).Identity", "Tag:A"),
            ReferenceRow(
                "New-\(audio)", "-AllowTollFreeDialin", "(New-\(audio) A -AllowTollFreeDialin $false).AllowTollFreeDialin", "False"),
            ReferenceRow(
                "New-\(audio)", "-MeetingInvitePhoneNumbers",
                "(New-\(audio) A -MeetingInvitePhoneNumbers +14255550100).MeetingInvitePhoneNumbers", "+14255550100"),
            ReferenceRow(
                "New-\(audio)", "-InMemory", "New-\(audio) A -InMemory | Out-Null; (Get-\(audio) -Filter Tag:A).Count", "0"),
            ReferenceRow("Get-\(audio)", "-Identity", audioPolicy + "(Get-\(audio) -Identity A).Identity", "Tag:A"),
            ReferenceRow("Get-\(audio)", "what is built in", "(Get-\(audio)).Identity -join ' '", "Global Tag:AllowTollfreedialinFalse"),
            ReferenceRow(
                "Grant-\(audio)", "-Identity, -PolicyName",
                audioPolicy + "Grant-\(audio) -Identity Alice -PolicyName A; (Get-CsOnlineUser Alice).TeamsAudioConferencingPolicy", "A"),
            ReferenceRow(
                "Grant-\(audio)", "-Global",
                "Grant-\(audio) -Global -PolicyName AllowTollfreedialinFalse; (Get-\(audio) Global).AllowTollFreeDialin", "False"),
            ReferenceRow(
                "Grant-\(audio)", "-Group",
                audioPolicy + "Grant-\(audio) -Group Sales -PolicyName A; (Get-CsGroupPolicyAssignment Sales).PolicyName", "A"),
            ReferenceRow(
                "Grant-\(audio)", "-Rank",
                audioPolicy
                    + "Grant-\(audio) -Group Sales A; Grant-\(audio) -Group Board A -Rank 1; (Get-CsGroupPolicyAssignment).GroupId -join ' '",
                "Board Sales"),
            ReferenceRow(
                "Remove-\(audio)", "-Identity", audioPolicy + "Remove-\(audio) -Identity A; (Get-\(audio) -Filter Tag:A*).Identity",
                "Tag:AllowTollfreedialinFalse"),
        ]

    static let dialPlans = [
        ReferenceRow(
            "Set-CsTenantDialPlan", "$plan.NormalizationRules +=",
            "New-CsTenantDialPlan P | Out-Null; $dp = Get-CsTenantDialPlan P; $dp.NormalizationRules += New-CsVoiceNormalizationRule -Parent P -Name R -Pattern '^(\\d{4})$' -Translation '+1425555$1' -InMemory; Set-CsTenantDialPlan P -NormalizationRules $dp.NormalizationRules; (Get-CsTenantDialPlan P).NormalizationRules.Name",
            "Prefix All\nR"),
        ReferenceRow(
            "Get-CsEffectiveTenantDialPlan", "the country's rules", "(Get-CsEffectiveTenantDialPlan Alice).NormalizationRules.Count -gt 0",
            "True"),
    ]

    private static let noun = "CsOnlinePSTNGateway"
    private static let rule = "New-CsTeamsTranslationRule R -Pattern '^\\+(\\d+)$' -Translation '$1' | Out-Null; "
    private static let gateway = "New-\(noun) sbc.contoso.example -SipSignalingPort 5061 | Out-Null; "
    static let gateways =
        [
            ("Identity", "-Identity g.contoso.example -SipSignalingPort 5061", "g.contoso.example"),
            ("Fqdn", "-Fqdn g.contoso.example -SipSignalingPort 5061", "g.contoso.example"),
            ("SipSignalingPort", "g -SipSignalingPort 5067", "5067"), ("Enabled", "g -SipSignalingPort 1 -Enabled $true", "True"),
            ("MaxConcurrentSessions", "g -SipSignalingPort 1 -MaxConcurrentSessions 9", "9"),
            ("SendSipOptions", "g -SipSignalingPort 1 -SendSipOptions $false", "False"),
            ("FailoverResponseCodes", "g -SipSignalingPort 1 -FailoverResponseCodes '500,503'", "500,503"),
            ("FailoverTimeSeconds", "g -SipSignalingPort 1 -FailoverTimeSeconds 20", "20"),
            ("ForwardPai", "g -SipSignalingPort 1 -ForwardPai $true", "True"),
            ("ForwardCallHistory", "g -SipSignalingPort 1 -ForwardCallHistory $true", "True"),
            ("MediaBypass", "g -SipSignalingPort 1 -MediaBypass $true", "True"),
            ("BypassMode", "g -SipSignalingPort 1 -BypassMode Always", "Always"),
            ("GatewaySiteId", "g -SipSignalingPort 1 -GatewaySiteId Oslo", "Oslo"),
            ("GatewaySiteLbrEnabled", "g -SipSignalingPort 1 -GatewaySiteLbrEnabled $true", "True"),
            ("GatewayLbrEnabledUserOverride", "g -SipSignalingPort 1 -GatewayLbrEnabledUserOverride $true", "True"),
            ("PidfLoSupported", "g -SipSignalingPort 1 -PidfLoSupported $true", "True"),
            ("ProxySbc", "g -SipSignalingPort 1 -ProxySbc p.contoso.example", "p.contoso.example"),
            ("IPAddressVersion", "g -SipSignalingPort 1 -IPAddressVersion IPv6", "IPv6"),
            ("MediaRelayRoutingLocationOverride", "g -SipSignalingPort 1 -MediaRelayRoutingLocationOverride NO", "NO"),
            ("InboundTeamsNumberTranslationRules", "g -SipSignalingPort 1 -InboundTeamsNumberTranslationRules R", "R"),
            ("InboundPstnNumberTranslationRules", "g -SipSignalingPort 1 -InboundPstnNumberTranslationRules R", "R"),
            ("OutboundTeamsNumberTranslationRules", "g -SipSignalingPort 1 -OutboundTeamsNumberTranslationRules R", "R"),
            ("OutboundPstnNumberTranslationRules", "g -SipSignalingPort 1 -OutboundPstnNumberTranslationRules R", "R"),
            ("Description", "g -SipSignalingPort 1 -Description d", "d"),
        ].map { name, arguments, shown in
            ReferenceRow("New-\(noun)", "-\(name)", "\(rule)New-\(noun) \(arguments) | Out-Null; (Get-\(noun)).\(name)", shown)
        } + [
            ReferenceRow(
                "Set-\(noun)", "-Identity",
                gateway + "Set-\(noun) -Identity SBC.contoso.example -SipSignalingPort 5067; (Get-\(noun)).SipSignalingPort", "5067"),
            ReferenceRow(
                "Set-\(noun)", "-Enabled", gateway + "Set-\(noun) sbc.contoso.example -Enabled $true; (Get-\(noun)).Enabled", "True"),
            ReferenceRow("Get-\(noun)", "-Identity", gateway + "(Get-\(noun) -Identity sbc.contoso.example).Fqdn", "sbc.contoso.example"),
            ReferenceRow(
                "Get-\(noun)", "-Filter", gateway + "(Get-\(noun) -Filter x*).Count; (Get-\(noun) -Filter sbc*).Fqdn",
                "0\nsbc.contoso.example"),
            ReferenceRow("Remove-\(noun)", "-Identity", gateway + "Remove-\(noun) -Identity sbc.contoso.example; (Get-\(noun)).Count", "0"),
            ReferenceRow("New-CsTeamsTranslationRule", "kept", rule + "(Get-CsTeamsTranslationRule).Translation", "$1"),
            ReferenceRow(
                "Test-CsTeamsTranslationRule", "tried", rule + "(Test-CsTeamsTranslationRule +4681234).PhoneNumberTranslated", "4681234"),
        ]
}
