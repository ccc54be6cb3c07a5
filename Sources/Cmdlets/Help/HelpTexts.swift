extension CmdletHelp {
    private static let user = "The user: user principal name, sip: address, object id or display name."
    private static let grantee = ["Identity": user + " Global gives it to everybody."]

    static let routing: [String: CmdletHelp] = [
        "Get-CsOnlinePstnUsage": CmdletHelp(
            "A usage is a label that ties policies to routes. The tenant has one list of them, in order.",
            ["Identity": "Global, the only list.", "Filter": "Taken for scripts that give it: there is only Global."],
            [
                "Get-CsOnlinePstnUsage": "Shows the list.",
                "(Get-CsOnlinePstnUsage).Usage | Sort-Object": "Puts out the usages alone, sorted.",
            ]),
        "Set-CsOnlinePstnUsage": CmdletHelp(
            "Adds usages, takes some away or replaces the whole list. One that a policy or route names cannot go.",
            ["Identity": "Global, the only list."],
            [
                "Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='Nordics'}": "Adds a usage at the end.",
                "Set-CsOnlinePstnUsage -Usage @{Add='Baltics'; Remove='Unused'} -WhatIf": "Says what would be done.",
            ]),
        "New-CsOnlineVoiceRoute": CmdletHelp(
            "A route leads numbers of a pattern to the operator whose number it shows as caller ID. Policies reach it by its usages.",
            [
                "Identity": "The name of the new route; spaces are allowed.",
                "Name": "The same as -Identity; only one of the two is given.",
                "Priority": "The lowest is tried first; without it the route comes last.",
            ],
            [
                #"New-CsOnlineVoiceRoute -Identity Sweden -NumberPattern '^\+46' -OnlinePstnUsages International -BridgeSourcePhoneNumber +14255550100"#:
                    "Makes a route for Swedish numbers.",
                #"New-CsOnlineVoiceRoute Rest -NumberPattern '^\+' -OnlinePstnUsages International -Priority 90"#:
                    "Makes a route that comes after most others; it warns that it leads nowhere yet.",
            ]),
        "Set-CsOnlineVoiceRoute": CmdletHelp(
            "What is not given stays as it is. Where a BridgeSourcePhoneNumber is given, the gateway list must be empty, and the other way round.",
            [:],
            [
                "Set-CsOnlineVoiceRoute -Identity International -Priority 5": "Moves the route among the others.",
                "Get-CsOnlineVoiceRoute | Set-CsOnlineVoiceRoute -Description 'reviewed'": "Describes all routes.",
            ]),
        "Get-CsOnlineVoiceRoute": CmdletHelp(
            "Shows all routes in the order in which they are tried, or those that are asked for.", [:],
            [
                "Get-CsOnlineVoiceRoute -Identity International": "Shows one route.",
                "Get-CsOnlineVoiceRoute -Filter 'Int*' | Format-Table Name, Priority, NumberPattern": "Shows some as a table.",
            ]),
        "Remove-CsOnlineVoiceRoute": CmdletHelp(
            "Calls that the route would have taken go to the next route that matches, or are refused.", [:],
            [
                "Remove-CsOnlineVoiceRoute -Identity International": "Removes a route.",
                "Get-CsOnlineVoiceRoute -Filter 'Int*' | Remove-CsOnlineVoiceRoute -WhatIf": "Says which routes would be removed.",
            ]),
        "New-CsOnlineAudioConferencingRoutingPolicy": CmdletHelp(
            "The policy lists usages in the order in which their routes are tried, and is then granted to organizers.",
            ["Identity": "The name of the new policy."],
            [
                "New-CsOnlineAudioConferencingRoutingPolicy Europe -OnlinePstnUsages International": "Makes a policy.",
                "New-CsOnlineAudioConferencingRoutingPolicy -Identity None -Description 'dials nobody'":
                    "Makes one without usages; it warns that no call goes through an operator.",
            ]),
        "Set-CsOnlineAudioConferencingRoutingPolicy": CmdletHelp(
            "What is not given stays as it is.", ["Identity": "The policy; Global where it is left out."],
            [
                "Set-CsOnlineAudioConferencingRoutingPolicy 'International Policy' -Description 'for all offices'": "Describes a policy.",
                "Set-CsOnlineAudioConferencingRoutingPolicy -OnlinePstnUsages @{Add='International'}":
                    "Lets everybody without a policy use the usage.",
            ]),
        "Get-CsOnlineAudioConferencingRoutingPolicy": CmdletHelp(
            "Shows all policies with Global first, or those that are asked for.", [:],
            [
                "Get-CsOnlineAudioConferencingRoutingPolicy": "Shows all.",
                "Get-CsOnlineAudioConferencingRoutingPolicy -Filter 'Tag:*'": "Shows all but Global.",
            ]),
        "Remove-CsOnlineAudioConferencingRoutingPolicy": CmdletHelp(
            "A policy that users or groups hold stays. Global cannot go; it loses its usages.", [:],
            [
                "New-CsOnlineAudioConferencingRoutingPolicy Old; Remove-CsOnlineAudioConferencingRoutingPolicy Old":
                    "Makes a policy and removes it.",
                "Remove-CsOnlineAudioConferencingRoutingPolicy Global": "Gives Global its values from the start.",
            ]),
        "Grant-CsOnlineAudioConferencingRoutingPolicy": CmdletHelp(
            "The organizer's own policy counts first, then that of the group with the best rank, then Global.", grantee,
            [
                "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity bob@contoso.example -PolicyName 'International Policy'":
                    "Gives it to a user.",
                "Grant-CsOnlineAudioConferencingRoutingPolicy -Group Sales -Rank 1 -PolicyName 'International Policy' -PassThru":
                    "Gives it to a group, before all other groups.",
            ]),
    ]

    static let routingMore: [String: CmdletHelp] = [
        "Get-CsOnlineDialOutPolicy": CmdletHelp(
            "Shows the fixed policies that say where meetings of an organizer may dial out to.", [:],
            [
                "Get-CsOnlineDialOutPolicy -Filter '*Zone*'": "Shows those with zones.",
                "Get-CsOnlineDialOutPolicy Global": "Shows what holds for whoever has been granted nothing.",
            ]),
        "Grant-CsDialoutPolicy": CmdletHelp(
            "Restricts where meetings of an organizer may dial out to.", grantee,
            [
                "Grant-CsDialoutPolicy -Identity bob@contoso.example -PolicyName DialoutCPCDomesticPSTNInternational":
                    "Lets Bob's meetings dial his country only.",
                "Grant-CsDialoutPolicy -Global -PolicyName DialoutCPCandPSTNInternational":
                    "Sets what holds for whoever has been granted nothing.",
            ]),
        "New-CsGroupPolicyAssignment": CmdletHelp(
            "A member of several groups has the policy of the group with the best rank.", [:],
            [
                "New-CsGroupPolicyAssignment -GroupId Board -PolicyType OnlineAudioConferencingRoutingPolicy -PolicyName 'International Policy'":
                    "Gives a policy to a group, after all others.",
                "New-CsGroupPolicyAssignment Board OnlineAudioConferencingRoutingPolicy 'International Policy' -Rank 1 -PassThru":
                    "Gives it before all others and puts out what was made.",
            ]),
        "Get-CsGroupPolicyAssignment": CmdletHelp(
            "Shows what groups have been granted, by type and rank.", [:],
            [
                "Get-CsGroupPolicyAssignment": "Shows all.",
                "Get-CsGroupPolicyAssignment -PolicyType OnlineAudioConferencingRoutingPolicy": "Shows those of a type.",
            ]),
        "Remove-CsGroupPolicyAssignment": CmdletHelp(
            "Ranks below move up.", [:],
            [
                "New-CsGroupPolicyAssignment Board OnlineAudioConferencingRoutingPolicy 'International Policy'; Remove-CsGroupPolicyAssignment Board OnlineAudioConferencingRoutingPolicy":
                    "Gives a policy to a group and takes it back.",
                "Get-CsGroupPolicyAssignment | ForEach-Object { Remove-CsGroupPolicyAssignment -GroupId $_.GroupId -PolicyType $_.PolicyType }":
                    "Takes everything back.",
            ]),
        "Get-CsUserPolicyAssignment": CmdletHelp(
            "A row for each type of policy that does not fall to Global, with where it comes from.", ["Identity": user],
            [
                "Get-CsUserPolicyAssignment -Identity alice@contoso.example": "Shows what holds for Alice.",
                "Get-CsUserPolicyAssignment alice@contoso.example -PolicyType OnlineAudioConferencingRoutingPolicy":
                    "Shows it for one type.",
            ]),
    ]

    static let bridge: [String: CmdletHelp] = [
        "Get-CsOnlineDialInConferencingBridge": CmdletHelp(
            "A tenant has one conference bridge; without audio conferencing none is shown.", ["Identity": "The bridge's identity."],
            [
                "Get-CsOnlineDialInConferencingBridge": "Shows the bridge.",
                "(Get-CsOnlineDialInConferencingBridge).DefaultServiceNumber": "Puts out its default number alone.",
            ]),
        "Set-CsOnlineDialInConferencingBridge": CmdletHelp(
            "Users keep their own default numbers. A number of an operator cannot be the bridge's default.",
            ["Identity": "The bridge's identity.", "Name": "The bridge's name, in place of its identity."],
            [
                "Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber +14255550199":
                    "Sets the default number.",
                "$b = Get-CsOnlineDialInConferencingBridge; $b.Name = 'Main'; Set-CsOnlineDialInConferencingBridge -Instance $b":
                    "Gives the bridge a new name.",
            ]),
        "Get-CsOnlineDialInConferencingServiceNumber": CmdletHelp(
            "Shows the numbers that meetings can be joined by.", ["Identity": "The number, in E.164 form with or without the plus."],
            [
                "Get-CsOnlineDialInConferencingServiceNumber": "Shows all numbers of the bridge.",
                "Get-CsOnlineDialInConferencingServiceNumber -ResultSize 2 | Format-Table Number, Type": "Shows two as a table.",
            ]),
        "Set-CsOnlineDialInConferencingServiceNumber": CmdletHelp(
            "Only numbers of the tenant's own have languages that can be set; those of shared numbers are fixed.",
            ["Identity": "The number, in E.164 form with or without the plus."],
            [
                "Set-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -PrimaryLanguage en-US -SecondaryLanguages fr-CA, es-MX":
                    "Sets three languages.",
                "Set-CsOnlineDialInConferencingServiceNumber +14255550100 -RestoreDefaultLanguages": "Goes back to the country's.",
            ]),
        "Register-CsOnlineDialInConferencingServiceNumber": CmdletHelp(
            "The number must have been uploaded for conferencing by an operator that you have added and not suspended.",
            ["Identity": "The number, in E.164 form with or without the plus."],
            [
                "Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -BridgeName 'Conference Bridge'":
                    "Puts a number on the bridge.",
                "Get-CsPhoneNumberAssignment +14255550100 | Register-CsOnlineDialInConferencingServiceNumber":
                    "The same, from the inventory.",
            ]),
        "Unregister-CsOnlineDialInConferencingServiceNumber": CmdletHelp(
            "A number that a route shows, or that is somebody's default, stays until it is replaced there.",
            ["Identity": "The number, in E.164 form with or without the plus."],
            [
                "Unregister-CsOnlineDialInConferencingServiceNumber -Identity +12065550100 -BridgeName 'Conference Bridge'":
                    "Takes a number off the bridge.",
                "Unregister-CsOnlineDialInConferencingServiceNumber +12065550100 -WhatIf": "Says what would be done.",
            ]),
        "Get-CsOnlineDialInConferencingLanguagesSupported": CmdletHelp(
            "Shows the codes that Set-CsOnlineDialInConferencingServiceNumber takes.", [:],
            [
                "Get-CsOnlineDialInConferencingLanguagesSupported": "Shows all.",
                "Get-CsOnlineDialInConferencingLanguagesSupported | Where-Object Code -like 'en-*'": "Shows the English ones.",
            ]),
    ]

    static let people: [String: CmdletHelp] = [
        "Get-CsOnlineUser": CmdletHelp(
            "Shows users with their licences and what has been granted to each directly.",
            ["Identity": user, "Filter": "Only those for whom these conditions hold, such as \"UsageLocation -eq 'GB'\"."],
            [
                "Get-CsOnlineUser -Identity alice@contoso.example": "Shows a user.",
                "Get-CsOnlineUser -Filter \"UsageLocation -eq 'GB'\" | Select-Object DisplayName":
                    "Shows the names of those in Great Britain.",
            ]),
        "Get-CsOnlineDialInConferencingUser": CmdletHelp(
            "Shows those who hold a conferencing licence and for whom conferencing is switched on.", ["Identity": user],
            [
                "Get-CsOnlineDialInConferencingUser": "Shows all.",
                "Get-CsOnlineDialInConferencingUser -Identity alice@contoso.example": "Shows one.",
            ]),
        "Set-CsOnlineDialInConferencingUser": CmdletHelp(
            "New invites show the numbers that are set here. The user must hold a conferencing licence.", ["Identity": user],
            [
                "Set-CsOnlineDialInConferencingUser -Identity bob@contoso.example -ServiceNumber +12065550100":
                    "Has Bob's new invites show a number.",
                "Set-CsOnlineDialInConferencingUser alice@contoso.example -ResetLeaderPin -SendEmail -SendEmailToAddress alice@home.example":
                    "Resets Alice's PIN and mails it to another address.",
            ]),
        "Enable-CsOnlineDialInConferencingUser": CmdletHelp(
            "The user must hold a conferencing licence; for one who is enabled already nothing happens.", ["Identity": user],
            [
                "Enable-CsOnlineDialInConferencingUser -Identity bob@contoso.example": "Switches conferencing on for Bob.",
                "Enable-CsOnlineDialInConferencingUser alice@contoso.example -BridgeName 'Conference Bridge'":
                    "The same, with the bridge's name.",
            ]),
        "Disable-CsOnlineDialInConferencingUser": CmdletHelp(
            "Meetings of the user dial out no more.", ["Identity": user],
            [
                "Disable-CsOnlineDialInConferencingUser -Identity bob@contoso.example": "Switches conferencing off for Bob.",
                "'bob@contoso.example' | Disable-CsOnlineDialInConferencingUser -WhatIf": "Says what would be done.",
            ]),
        "Get-CsOnlineDialInConferencingTenantSettings": CmdletHelp(
            "Shows the settings that hold for all meetings of the tenant.",
            ["Identity": "Global, the only instance.", "Filter": "Taken for scripts that give it: there is only Global."],
            [
                "Get-CsOnlineDialInConferencingTenantSettings": "Shows the settings.",
                "(Get-CsOnlineDialInConferencingTenantSettings).AllowFederatedUsersToDialOutToSelf": "Puts out one of them.",
            ]),
        "Set-CsOnlineDialInConferencingTenantSettings": CmdletHelp(
            "What is not given stays as it is.", ["Identity": "Global, the only instance."],
            [
                "Set-CsOnlineDialInConferencingTenantSettings -AllowFederatedUsersToDialOutToSelf RequireSameEnterpriseUser":
                    "Restricts who may be called.",
                "Set-CsOnlineDialInConferencingTenantSettings -AllowedDialOutExternalDomains @{Add='partner.example'}":
                    "Lets another organisation dial out.",
            ]),
        "Remove-CsOnlineDialInConferencingTenantSettings": CmdletHelp(
            "Every setting has its value from the start again.", ["Identity": "Global, the only instance."],
            [
                "Remove-CsOnlineDialInConferencingTenantSettings": "Restores the settings.",
                "Remove-CsOnlineDialInConferencingTenantSettings -Identity Global -WhatIf": "Says what would be done.",
            ]),
        "Get-CsOnlineDialinConferencingTenantConfiguration": CmdletHelp(
            "Shows whether the tenant has audio conferencing.", ["Identity": "Global, the only instance."],
            [
                "Get-CsOnlineDialinConferencingTenantConfiguration": "Shows it.",
                "(Get-CsOnlineDialinConferencingTenantConfiguration).Status": "Puts out the status alone.",
            ]),
        "Get-CsOnlineDialinConferencingPolicy": CmdletHelp(
            "Shows whether conferencing is allowed.", ["Identity": "Global, the only instance."],
            [
                "Get-CsOnlineDialinConferencingPolicy": "Shows it.",
                "(Get-CsOnlineDialinConferencingPolicy -Identity Global).AllowService": "Puts out whether it is allowed.",
            ]),
    ]

    static let numbers: [String: CmdletHelp] = [
        "Get-CsPhoneNumberAssignment": CmdletHelp(
            "Shows the tenant's inventory by number. Conditions can be combined; all must hold.",
            ["Filter": "Only those for whom these conditions hold, such as \"NumberType -eq 'OperatorConnect'\"."],
            [
                "Get-CsPhoneNumberAssignment -TelephoneNumber +14255550100": "Shows one number.",
                "Get-CsPhoneNumberAssignment -CapabilitiesContain ConferenceAssignment -PstnAssignmentStatus Unassigned":
                    "Shows what could be put on the bridge.",
            ])
    ]

    static let dialPlans: [String: CmdletHelp] = [
        "New-CsTenantDialPlan": CmdletHelp(
            "A dial plan makes E.164 numbers of what people dial, by its rules in order.",
            ["Identity": "The name of the new dial plan: up to 49 letters, digits, hyphens and dots."],
            [
                "New-CsTenantDialPlan -Identity Seattle -Description 'head office'": "Makes a dial plan.",
                #"$r = New-CsVoiceNormalizationRule -Parent Global -Name Short -Pattern '^(\d{4})$' -Translation '+1425555$1' -InMemory; New-CsTenantDialPlan Redmond -NormalizationRules @{Add=$r}"#:
                    "Makes one with a rule.",
            ]),
        "Set-CsTenantDialPlan": CmdletHelp(
            "What is not given stays as it is.", ["Identity": "The dial plan; Global where it is left out."],
            [
                "Set-CsTenantDialPlan -Identity Global -Description 'for all'": "Describes a dial plan.",
                #"$r = New-CsVoiceNormalizationRule -Parent Global -Name Eight -Pattern '^8(\d+)$' -Translation '+$1' -InMemory; Set-CsTenantDialPlan -NormalizationRules @{Add=$r}"#:
                    "Adds a rule to Global.",
            ]),
        "Get-CsTenantDialPlan": CmdletHelp(
            "Shows all dial plans, or those that are asked for.", [:],
            [
                "Get-CsTenantDialPlan": "Shows all.",
                "(Get-CsTenantDialPlan Global).NormalizationRules": "Shows the rules of one.",
            ]),
        "Remove-CsTenantDialPlan": CmdletHelp(
            "Its rules go with it. One that users or groups hold stays; Global loses its rules.", [:],
            [
                "New-CsTenantDialPlan Old; Remove-CsTenantDialPlan Old": "Makes a dial plan and removes it.",
                "Remove-CsTenantDialPlan -Identity Global -WhatIf": "Says what would be done.",
            ]),
        "Grant-CsTenantDialPlan": CmdletHelp(
            "The user's own dial plan counts first, then that of the group with the best rank, then Global.", grantee,
            [
                "New-CsTenantDialPlan Oslo; Grant-CsTenantDialPlan -Identity bob@contoso.example -PolicyName Oslo":
                    "Makes a dial plan and gives it to a user.",
                "Grant-CsTenantDialPlan -Identity bob@contoso.example -PolicyName $null": "Takes it back.",
            ]),
        "New-CsVoiceNormalizationRule": CmdletHelp(
            "The rule is an object until a dial plan takes it. Write patterns in single quotes.",
            ["Identity": "Scope and name of the rule, such as Global/Local.", "Name": "The name of the rule, with -Parent."],
            [
                #"New-CsVoiceNormalizationRule -Identity Global/Local -Pattern '^0(\d+)$' -Translation '+46$1' -InMemory"#: "Makes a rule.",
                #"New-CsVoiceNormalizationRule -Parent Global -Name Trunk -Pattern '^9(\d{10})$' -Translation '+1$1' -InMemory | Test-CsVoiceNormalizationRule -DialedNumber 94255550123"#:
                    "Makes one and tries it.",
            ]),
        "Test-CsVoiceNormalizationRule": CmdletHelp(
            "Puts out the number that the rule makes, or nothing in it where the rule is not for it.", [:],
            [
                #"New-CsVoiceNormalizationRule -Identity Global/L -Pattern '^0(\d+)$' -Translation '+46$1' -InMemory | Test-CsVoiceNormalizationRule -DialedNumber 081234567"#:
                    "Tries a rule.",
                #"$r = New-CsVoiceNormalizationRule -Identity Global/L -Pattern '^(\d{4})$' -Translation '+1425555$1' -InMemory; Test-CsVoiceNormalizationRule -NormalizationRule $r -DialedNumber 12345"#:
                    "Tries one that is not for the number.",
            ]),
        "Get-CsEffectiveTenantDialPlan": CmdletHelp(
            "Shows the name and the rules of the dial plan that holds for a user.", ["Identity": user],
            [
                "Get-CsEffectiveTenantDialPlan -Identity alice@contoso.example": "Shows Alice's.",
                "(Get-CsEffectiveTenantDialPlan bob@contoso.example).EffectiveTenantDialPlanName": "Puts out its name alone.",
            ]),
        "Test-CsEffectiveTenantDialPlan": CmdletHelp(
            "Shows what becomes of a number that a user dials, and by which rule.", ["Identity": user],
            [
                "Test-CsEffectiveTenantDialPlan -DialedNumber 4255550123 -Identity alice@contoso.example": "Shows it for Alice.",
                "Test-CsEffectiveTenantDialPlan -DialedNumber '+46 8 123 456' -Identity bob@contoso.example -TenantScopeOnly":
                    "Shows it by the tenant's rules alone.",
            ]),
    ]

    static let discovery: [String: CmdletHelp] = [
        "Get-Command": CmdletHelp(
            "Shows every command that scripts may use here, with its parameters.", ["Name": "A wildcard expression for names."],
            [
                "Get-Command *VoiceRoute*": "Shows those about voice routes.",
                "(Get-Command Set-*).Name": "Puts out the names of all that set something.",
            ]),
        "Get-Help": CmdletHelp(
            "Shows description, syntax, parameters and examples. -? behind any command does the same.", ["Name": "The command."],
            [
                "Get-Help New-CsOnlineVoiceRoute": "Shows help for a cmdlet.",
                "(Get-Help Get-CsOnlineUser).Syntax": "Puts out one part of it. Get-CsOnlineUser -? shows the same help and runs nothing.",
            ]),
    ]
}
