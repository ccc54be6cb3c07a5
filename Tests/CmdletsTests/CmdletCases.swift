import Dialing

@testable import Cmdlets

/// Scripts on ``AdminFixture/seeded``, each with what its last command puts out, one property of each object.
enum CmdletCases {
    struct Good {
        let script: String
        var property = "Identity"
        var output: [String] = []
        /// Warnings of all commands, each by a part of it.
        var warnings: [String] = []

        init(_ script: String, _ property: String = "Identity", _ output: [String] = [], warnings: [String] = []) {
            (self.script, self.property, self.output, self.warnings) = (script, property, output, warnings)
        }
    }

    static let usages: [Good] = [
        Good("Get-CsOnlinePstnUsage", "Usage", ["{International}"]),
        Good("get-csonlinepstnusage -IDENTITY global", "Identity", ["Global"]),
        Good("Set-CsOnlinePstnUsage -Usage @{Add='US','GB'}; (Get-CsOnlinePstnUsage).Usage", "Value", ["International", "US", "GB"]),
        Good(
            "Set-CsOnlinePstnUsage Global -Usage @{Replace='GB','international'} -WhatIf", "WhatIf",
            [#"Performing the operation "Set-CsOnlinePstnUsage" on target "Global"."#]),
        Good("Set-CsOnlinePstnUsage -Usage 'a','international'; (Get-CsOnlinePstnUsage).Usage", "Value", ["a", "international"]),
        Good("Set-CsOnlinePstnUsage -Usage @{Remove='nothing'}", warnings: ["nothing is not in -Usage"]),
        Good("Set-CsOnlinePstnUsage -U @{add='x'; remove='X'}", warnings: ["X is not in"]),
        Good("Write-Warning careful; 'a' | Write-Warning", warnings: ["careful", "a"]),
        Good("Write-Warning a -WarningAction SilentlyContinue -WarningVariable w; \"$w\"", "Value", ["a"]),
        Good("try { Write-Warning a -WarningAction Stop } catch { 'stopped' }", "Value", ["stopped"]),
        Good(
            "Remove-CsOnlineVoiceRoute International; Set-CsOnlineAudioConferencingRoutingPolicy 'International Policy' -OnlinePstnUsages $null; Set-CsOnlinePstnUsage -Usage $null; Get-CsOnlinePstnUsage",
            "Usage", ["{}"]),
    ]

    static let routes: [Good] = [
        Good("Get-CsOnlineVoiceRoute International | fl", "BridgeSourcePhoneNumber", ["+14255550100"]),
        Good("Get-CsOnlineVoiceRoute -Filter *nat*", "Name", ["International"]), Good("Get-CsOnlineVoiceRoute -Filter x*", "Name", []),
        Good(
            "New-CsOnlineVoiceRoute -Identity US -NumberPattern '^\\+1(\\d{10})$' -OnlinePstnUsages International -BridgeSourcePhoneNumber tel:12065550100 -Description d -Priority 0; Get-CsOnlineVoiceRoute",
            "Name", ["US", "International"]),
        Good(
            "New-CsOnlineVoiceRoute Next -NumberPattern '^\\+44\\d{10}$' -OnlinePstnUsages International -BridgeSourcePhoneNumber 12065550100",
            "Priority", ["2"]),
        Good(
            "New-CsOnlineVoiceRoute -Name Bare -NumberPattern '^\\+44\\d{10}$'", "BridgeSourcePhoneNumber", [""],
            warnings: ["neither a BridgeSourcePhoneNumber", "no OnlinePstnUsages"]),
        Good(
            "New-CsOnlinePSTNGateway sbc1.contoso.example -SipSignalingPort 5061 | Out-Null; New-CsOnlinePSTNGateway 192.0.2.1 -SipSignalingPort 5061 | Out-Null; New-CsOnlineVoiceRoute -Name Gate -NumberPattern '^\\+44\\d{10}$' -OnlinePstnUsages International -OnlinePstnGatewayList sbc1.contoso.example, 192.0.2.1",
            "OnlinePstnGatewayList", ["{sbc1.contoso.example, 192.0.2.1}"], warnings: ["also used by International, with a"]),
        Good(
            "New-CsOnlineVoiceRoute Lint -NumberPattern '^\\+1(425|206) (\\d{7})$' -OnlinePstnUsages International -BridgeSourcePhoneNumber +12065550100",
            "Name", ["Lint"], warnings: ["matches no number", "a space"]),
        Good(
            "New-CsOnlineVoiceRoute Standard -OnlinePstnUsages International -BridgeSourcePhoneNumber +12065550100", "NumberPattern",
            ["[0-9]{10}"], warnings: ["begin it with", "end it with"]),
        Good(
            "Set-CsOnlineVoiceRoute International -Description x -Priority 7 -NumberPattern '^\\+\\d+$'; (Get-CsOnlineVoiceRoute International).Priority",
            "Value", ["7"]),
        Good(
            "New-CsOnlinePSTNGateway sbc.contoso.example -SipSignalingPort 5061 | Out-Null; Set-CsOnlineVoiceRoute International -BridgeSourcePhoneNumber $null -OnlinePstnGatewayList sbc.contoso.example; Get-CsOnlineVoiceRoute",
            "OnlinePstnGatewayList", ["{sbc.contoso.example}"]),
        Good(
            "Get-CsOnlineVoiceRoute | Set-CsOnlineVoiceRoute -OnlinePstnUsages @{Remove='international'}", warnings: ["no OnlinePstnUsages"]
        ),
        Good("Remove-CsOnlineVoiceRoute -Identity international; Get-CsOnlineVoiceRoute"),
        Good(
            "Remove-CsOnlineVoiceRoute nowhere -ErrorAction Ignore; Get-CsOnlineVoiceRoute", "Name", ["International"]),
    ]

    static let policies: [Good] = [
        Good("Get-CsOnlineAudioConferencingRoutingPolicy", "Identity", ["Global", "Tag:International Policy"]),
        Good("Get-CsOnlineAudioConferencingRoutingPolicy -Filter tag:*", "OnlinePstnUsages", ["{International}"]),
        Good(
            "New-CsOnlineAudioConferencingRoutingPolicy -Identity Tag:P -OnlinePstnUsages International -Description d -RouteType BYOT",
            "Identity", ["Tag:P"]),
        Good("New-CsOnlineAudioConferencingRoutingPolicy Q", "RouteType", ["BYOT"], warnings: ["no OnlinePstnUsages"]),
        Good("New-CsVoiceNormalizationRule -Parent Global -Name r -Priority 3 -InMemory", "Name", ["r"], warnings: ["is not kept"]),
        Good(
            "Set-CsOnlineAudioConferencingRoutingPolicy -OnlinePstnUsages International -Description all; Get-CsOnlineAudioConferencingRoutingPolicy Global",
            "Description", ["all"]),
        Good(
            "New-CsOnlineAudioConferencingRoutingPolicy P -OnlinePstnUsages International | Remove-CsOnlineAudioConferencingRoutingPolicy; Get-CsOnlineAudioConferencingRoutingPolicy",
            "Identity", ["Global", "Tag:International Policy"]),
        Good(
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity Global -PolicyName 'international policy'; Remove-CsOnlineAudioConferencingRoutingPolicy Global; (Get-CsOnlineAudioConferencingRoutingPolicy Global).OnlinePstnUsages.Count",
            "Value", ["0"], warnings: ["Global cannot be removed"]),
        Good(
            "Grant-CsOnlineAudioConferencingRoutingPolicy bob@contoso.example 'Tag:International Policy' -PassThru", "PolicyName",
            ["Tag:International Policy"]),
        Good(
            "Grant-CsOnlineAudioConferencingRoutingPolicy sip:ALICE@contoso.example $null; Get-CsOnlineUser Alice",
            "OnlineAudioConferencingRoutingPolicy", [""]),
        Good(
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Group Sales -PolicyName 'International Policy' -Rank 1 -PassThru", "Identity",
            ["Sales"]),
        Good(
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Global 'International Policy'; (Get-CsOnlineAudioConferencingRoutingPolicy Global).OnlinePstnUsages",
            "Value", ["International"]),
        Good("Grant-CsOnlineAudioConferencingRoutingPolicy -Group Nobody -PolicyName $null", warnings: ["has no policy"]),
        Good("Get-CsOnlineDialOutPolicy | Select-Object Identity -First 2", "Identity", ["Global", "Tag:DialoutCPCandPSTNInternational"]),
        Good("(Get-CsOnlineDialOutPolicy).Count", "Value", ["13"]),
        Good("Get-CsOnlineDialOutPolicy Tag:DialoutCPCZoneAPSTNDisabled", "AllowPSTNConferencingDialOutType", ["ZoneA"]),
        Good(
            "Grant-CsDialoutPolicy Bob DialoutCPCDomesticPSTNInternational -PassThru; Get-CsOnlineUser bob@contoso.example",
            "OnlineDialOutPolicy", ["DialoutCPCDomesticPSTNInternational"]),
        Good(
            "Grant-CsDialoutPolicy -Global -PolicyName Tag:DialoutCPCandPSTNDisabled; Get-CsOnlineDialOutPolicy Global",
            "AllowPSTNConferencingDialOutType", ["Disabled"]),
        Good(
            "Grant-CsDialoutPolicy -Global -PolicyName $null; Get-CsOnlineDialOutPolicy Global", "AllowPSTNConferencingDialOutType",
            ["InternationalAndDomestic"]),
    ]

    static let bridge: [Good] = [
        Good(
            "Get-CsOnlineDialInConferencingBridge", "ServiceNumbers", ["{12065550100, 14255550100, 14255550199, 18005550100, 18885550199}"]),
        Good("Get-CsOnlineDialInConferencingBridge -Name 'conference bridge'", "IsDefault", ["True"]),
        Good(
            "Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber 14255550199 -SetDefault; Get-CsOnlineDialInConferencingBridge contoso",
            "DefaultServiceNumber", ["14255550199"]),
        Good(
            "$b = Get-CsOnlineDialInConferencingBridge; $b.Name = 'Main'; Set-CsOnlineDialInConferencingBridge -Instance $b; Get-CsOnlineDialInConferencingBridge",
            "Name", ["Main"]),
        Good("Get-CsOnlineDialInConferencingServiceNumber -City redmond", "Number", ["14255550100"]),
        Good("Get-CsOnlineDialInConferencingServiceNumber tel:+18885550199 -BridgeName 'Conference Bridge'", "Type", ["TollFree"]),
        Good("Get-CsOnlineDialInConferencingServiceNumber -ResultSize 0"),
        Good(
            "Set-CsOnlineDialInConferencingServiceNumber 14255550100 -PrimaryLanguage en-us -SecondaryLanguages de-de,fr-FR; Get-CsOnlineDialInConferencingServiceNumber 14255550100",
            "SecondaryLanguages", ["{de-DE, fr-FR}"]),
        Good(
            "Set-CsOnlineDialInConferencingServiceNumber 14255550100 -SecondaryLanguages 'it-it, de-DE'; Set-CsOnlineDialInConferencingServiceNumber 14255550100 -RestoreDefaultLanguages; Get-CsOnlineDialInConferencingServiceNumber 14255550100",
            "SecondaryLanguages", ["{}"]),
        Good("Register-CsOnlineDialInConferencingServiceNumber 14255550100 -BridgeId contoso -Force", warnings: ["on the bridge already"]),
        Good(
            "Get-CsOnlineDialInConferencingServiceNumber 12065550100 | Unregister-CsOnlineDialInConferencingServiceNumber; Get-CsPhoneNumberAssignment 12065550100",
            "PstnAssignmentStatus", ["Unassigned"]),
        Good(
            "Set-CsOnlineDialInConferencingBridge contoso -DefaultServiceNumber +14255550199; Unregister-CsOnlineDialInConferencingServiceNumber -BridgeName 'Conference Bridge' -RemoveDefaultServiceNumber +14255550199; Get-CsOnlineDialInConferencingBridge",
            "DefaultServiceNumber", [""]),
        Good("(Get-CsOnlineDialInConferencingLanguagesSupported).Code.Count", "Value", ["24"]),
    ]

    static let people: [Good] = [
        Good("Get-CsOnlineUser -ResultSize 2", "UserPrincipalName", ["alice@contoso.example", "bob2@contoso.example"]),
        Good("Get-CsOnlineUser -Filter \"UsageLocation -eq 'GB' -and DisplayName -like 'b*'\"", "SipAddress", ["sip:bob@contoso.example"]),
        Good(
            "Get-CsOnlineUser -Filter { UsageLocation -eq 'GB' -or DisplayName -gt 'C' -and -not (DisplayName -like 'Tw*') }",
            "DisplayName", ["Bob", "Carol"]),
        Good(
            "$c = 'GB'; Get-CsOnlineUser -Filter {UsageLocation -ne $c -and DisplayName -notlike 'T*'}", "DisplayName", ["Alice", "Carol"]),
        Good(
            "Get-CsOnlineUser -Filter \"AssignedPlan -contains 'OperatorConnectConferencing' -and DisplayName -ne 'Bob'\"", "DisplayName",
            ["Alice"]),
        Good("Get-CsOnlineDialInConferencingUser", "Identity", ["alice@contoso.example", "bob@contoso.example"]),
        Good("Get-CsOnlineDialInConferencingUser Carol"),
        Good("Set-CsOnlineDialInConferencingUser Alice -BridgeName 'Conference Bridge'", warnings: ["is given nothing to change"]),
        Good("Disable-CsOnlineDialInConferencingUser Alice; Get-CsOnlineDialInConferencingUser Alice"),
        Good(
            "Disable-CsOnlineDialInConferencingUser Alice; Enable-CsOnlineDialInConferencingUser Alice -BridgeId contoso; Get-CsOnlineDialInConferencingUser Alice",
            "BridgeName", ["Conference Bridge"]),
        Good("Get-CsUserPolicyAssignment Alice", "PolicyType", ["OnlineAudioConferencingRoutingPolicy"]),
        Good(
            "Grant-CsDialoutPolicy Bob DialoutCPCandPSTNDomestic; Get-CsUserPolicyAssignment Bob -PolicyType OnlineDialOutPolicy",
            "PolicyName", ["DialoutCPCandPSTNDomestic"]),
        Good("New-CsTeamsMeetingPolicy M; New-CsGroupPolicyAssignment Sales TeamsMeetingPolicy M 1 -PassThru", "Rank", ["1"]),
        Good(
            "New-CsTeamsMeetingPolicy M; New-CsGroupPolicyAssignment -GroupId Sales -PolicyType TeamsMeetingPolicy -PolicyName M; Get-CsGroupPolicyAssignment sales",
            "PolicyName", ["M"]),
        Good(
            "New-CsTenantDialPlan P; New-CsGroupPolicyAssignment Sales TenantDialPlan P; Remove-CsGroupPolicyAssignment -GroupId Sales -PolicyType TenantDialPlan; Get-CsGroupPolicyAssignment"
        ),
    ]

    static let settings: [Good] = [
        Good("Get-CsOnlineDialInConferencingTenantSettings", "AllowFederatedUsersToDialOutToSelf", ["Yes"]),
        Good(
            "Set-CsOnlineDialInConferencingTenantSettings -AllowFederatedUsersToDialOutToThirdParty requiresameenterpriseuser -AllowedDialOutExternalDomains @{Add='fabrikam.example'}; Get-CsOnlineDialInConferencingTenantSettings",
            "AllowedDialOutExternalDomains", ["{fabrikam.example}"]),
        Good(
            "Set-CsOnlineDialInConferencingTenantSettings -AllowFederatedUsersToDialOutToSelf No; Remove-CsOnlineDialInConferencingTenantSettings; Get-CsOnlineDialInConferencingTenantSettings",
            "AllowFederatedUsersToDialOutToSelf", ["Yes"]),
        Good("Get-CsOnlineDialinConferencingTenantConfiguration", "Status", ["Enabled"]),
        Good("Get-CsOnlineDialinConferencingPolicy", "AllowService", ["True"]),
        Good(
            "Set-CsTeamsMeetingPolicy Global -AllowAnonymousUsersToDialOut $true; Get-CsTeamsMeetingPolicy -Identity Global",
            "AllowAnonymousUsersToDialOut", ["True"]),
    ]

    private static let rule = "$r = New-CsVoiceNormalizationRule -Name Four -Pattern '^(\\d{4})$' -Translation '+1425555$1' -InMemory; "
    static let dialPlans: [Good] = [
        Good("Get-CsTenantDialPlan", "Identity", ["Global"]),
        Good(
            "New-CsVoiceNormalizationRule -Identity Global/One -Description d -IsInternalExtension $true -InMemory", "Pattern",
            ["^(\\d{11})$"]),
        Good(
            "New-CsVoiceNormalizationRule -Parent Global -Name Short -Pattern '^(\\d{5})$' -Translation '$1' -InMemory", "Translation",
            ["$1"], warnings: ["does not begin with a plus"]),
        Good(rule + "$r | Test-CsVoiceNormalizationRule -DialedNumber 0100", "TranslatedNumber", ["+14255550100"]),
        Good(rule + "Test-CsVoiceNormalizationRule -NormalizationRule $r -DialedNumber 12345", "TranslatedNumber", [""]),
        Good("New-CsTenantDialPlan Plain; (Get-CsTenantDialPlan Plain).NormalizationRules.Name", "Value", ["Prefix All"]),
        Good(
            rule + "New-CsTenantDialPlan -Identity DP -SimpleName 'DP(1)' -Description d -NormalizationRules @{Add=$r}", "SimpleName",
            ["DP(1)"]),
        Good(
            rule
                + "Set-CsTenantDialPlan -NormalizationRules @{Add=$r}; Set-CsTenantDialPlan Global -NormalizationRules @{Remove=$r}; (Get-CsTenantDialPlan).NormalizationRules.Count",
            "Value", ["0"]),
        Good("New-CsTenantDialPlan Gone; Remove-CsTenantDialPlan Tag:Gone; Get-CsTenantDialPlan", "Identity", ["Global"]),
        Good(
            rule + "New-CsTenantDialPlan DP -NormalizationRules $r; Grant-CsTenantDialPlan Bob DP; Get-CsEffectiveTenantDialPlan Bob",
            "EffectiveTenantDialPlanName", ["contoso_GB_DP"]),
        Good(
            rule
                + "New-CsTenantDialPlan DP -NormalizationRules $r; Grant-CsTenantDialPlan -Group Sales -PolicyName DP; Test-CsEffectiveTenantDialPlan -DialedNumber '0100' -Identity Alice",
            "MatchingRule", ["Four"]),
        Good("Test-CsEffectiveTenantDialPlan -DialedNumber '(425) 555-0100' -Identity Alice", "TranslatedNumber", ["+14255550100"]),
        Good(
            "$r = New-CsVoiceNormalizationRule -Name P -Pattern '^\\+(\\d{4})$' -Translation '+1425555$1' -InMemory; "
                + "New-CsTenantDialPlan DP -NormalizationRules $r; Grant-CsTenantDialPlan Alice DP; "
                + "Test-CsEffectiveTenantDialPlan -DialedNumber '+5123' -Identity Alice | % { \"$($_.TranslatedNumber)|$($_.MatchingRule)\" }",
            "Value", ["+5123|"]),
        Good("Test-CsEffectiveTenantDialPlan -DialedNumber '(425) 555-0100' -Identity Alice", "MatchingRule", ["US National"]),
        Good("Test-CsEffectiveTenantDialPlan -DialedNumber '00 44 20 7946 0000' -Identity Bob", "MatchingRule", ["GB International"]),
        Good("Test-CsEffectiveTenantDialPlan -DialedNumber '020 7946 0000' -Identity Bob", "MatchingRule", ["GB National"]),
        Good("(Get-CsEffectiveTenantDialPlan Alice).NormalizationRules.Name", "Value", ["US International", "US National"]),
        Good(
            "(Get-CsEffectiveTenantDialPlan Bob).NormalizationRules.Pattern", "Value", ["^00(\\d{7,15})$", "^0?([1-9]\\d{6,12})$"]),
        Good(
            "Test-CsEffectiveTenantDialPlan -DialedNumber 4255550100 -EffectiveTenantDialPlanName contoso_US_Global -TenantScopeOnly",
            "TranslatedNumber", [""]),
    ]

    static let numbers: [Good] = [
        Good("Get-CsPhoneNumberAssignment -Top 2 -Skip 1", "TelephoneNumber", ["+14255550100", "+14255550111"]),
        Good("Get-CsPhoneNumberAssignment 14255550100", "PstnPartnerName", ["Contoso Telecom"]),
        Good(
            "Get-CsPhoneNumberAssignment -NumberType CallingPlan -CapabilitiesContain 'TollFree,ConferenceAssignment'", "TelephoneNumber",
            ["+18885550199"]),
        Good(
            "Get-CsPhoneNumberAssignment -TelephoneNumberStartsWith 1425 -TelephoneNumberContain 555013", "PstnAssignmentStatus",
            ["UserAssigned"]),
        Good(
            "Get-CsPhoneNumberAssignment -TelephoneNumberGreaterThan +14255550133 -TelephoneNumberLessThan 1800", "TelephoneNumber",
            ["+14255550199"]),
        Good(
            "Get-CsPhoneNumberAssignment -PstnAssignmentStatus unassigned -IsoCountryCode us -ActivationState Activated -AssignmentCategory Primary",
            "TelephoneNumber", ["+14255550111", "+14255550122"]),
        Good(
            "Get-CsPhoneNumberAssignment -AssignedPstnTargetId contoso -Filter \"TelephoneNumber -like '+1206*' -and NumberType -eq 'OperatorConnect'\"",
            "City", [""]),
    ]

    static let discovery: [Good] = [
        Good(
            "Get-Command *PstnUsage", "Definition",
            [
                "Get-CsOnlinePstnUsage [[-Identity] <String>] [-Filter <String>]",
                "Set-CsOnlinePstnUsage [[-Identity] <String>] -Usage <PSListModifier>",
            ]),
        Good(
            "Get-Help Grant-CsDialoutPolicy", "Syntax",
            ["Grant-CsDialoutPolicy [-Identity] <String> [-Global] [-PolicyName] <String> [-PassThru]"]),
        Good("help", "Name", ["Get-Help"]),
        Good("Get-CsOnlineUser | select -Last 1 -ExpandProperty DisplayName", "Value", ["Carol"]),
        Good("Get-CsOnlineUser Bob | Format-List *Policy", "OnlineDialOutPolicy", [""]),
        Good("Get-CsOnlineUser | ft DisplayName -Wrap | Format-Table | Out-Null"),
        Good("Write-Host 'done' -ForegroundColor Green", "Value", []), Good("Write-Output done", "Value", ["done"]),
        Good("Import-Module MicrosoftTeams -Force -Anything x", warnings: ["does nothing here"]),
        Good(
            "Connect-MicrosoftTeams -TenantId x; Disconnect-MicrosoftTeams; Install-Module MicrosoftTeams; Update-Module MicrosoftTeams; Set-ExecutionPolicy RemoteSigned",
            warnings: ["Connect", "Disconnect", "Install", "Update", "Set-Exec"]),
    ]

    static let good: [Good] =
        usages + routes + policies + bridge + people + settings + dialPlans + numbers + discovery
        + AdministrationCases.all
}
