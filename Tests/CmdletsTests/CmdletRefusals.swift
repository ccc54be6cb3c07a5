import Dialing

@testable import Cmdlets

/// Commands on ``AdminFixture/seeded`` that must be refused: the category, and a part of the message.
enum CmdletRefusals {
    typealias Case = (command: String, category: CmdletError.Category, word: String)

    static let binding: [Case] = [
        ("Get-CsOnlinePstnUsag", .objectNotFound, "did you mean Get-CsOnlinePstnUsage?"),
        ("Frobnicate", .objectNotFound, "no cmdlet Frobnicate"),
        ("Get-CsOnlineVoiceRoute -Idenity x", .invalidArgument, "did you mean -Identity?"),
        ("Get-CsOnlineVoiceRoute -X y", .invalidArgument, "no parameter -X"),
        ("New-CsOnlineVoiceRoute r -OnlinePstn x", .invalidArgument, "-OnlinePstnUsages and -OnlinePstnGatewayList"),
        ("Get-CsOnlineVoiceRoute -Identity a -Identity b", .invalidArgument, "given twice"),
        ("Get-CsOnlineVoiceRoute a b", .invalidArgument, "no place for b"),
        ("Get-CsOnlineVoiceRoute -Identity", .invalidArgument, "a value must follow -Identity"),
        ("Get-CsOnlineVoiceRoute -Identity $null", .invalidData, "cannot be $null"),
        ("Get-CsOnlineVoiceRoute -Identity @{a=1}", .invalidType, "takes one text"),
        ("New-CsOnlineVoiceRoute r -Priority high", .invalidArgument, "whole number"),
        ("New-CsOnlineVoiceRoute r -Priority -1", .invalidArgument, "whole number"),
        ("New-CsOnlineVoiceRoute r -Priority 2147483648", .invalidArgument, "2147483647"),
        ("Set-CsTeamsMeetingPolicy -AllowAnonymousUsersToDialOut maybe", .invalidType, "$true or $false"),
        ("Set-CsOnlinePstnUsage Global", .invalidArgument, "needs -Usage"),
        ("'a' | Get-CsOnlineDialInConferencingLanguagesSupported", .invalidArgument, "takes nothing"),
        ("Get-CsOnlineDialInConferencingLanguagesSupported | Remove-CsOnlineVoiceRoute", .invalidArgument, "has no Identity"),
        ("Get-CsOnlineUser | Grant-CsDialoutPolicy -Global -PolicyName $null", .invalidArgument, "beside -Global"),
        ("Get-CsOnlineUser | 'a'", .parserError, "only commands"),
        ("Get-CsOnlineUser -PipelineVariable u", .notImplemented, "use ForEach-Object"),
        ("Get-CsOnlineVoiceRoute $nowhere", .objectNotFound, "no variable $nowhere"),
        ("Get-CsOnlineVoiceRoute \"a$nowhere\"", .objectNotFound, "no variable $nowhere"),
        ("(Get-CsOnlinePstnUsage).Usages", .invalidOperation, "did you mean Usage?"), ("$a.b = 'c'", .invalidOperation, "no property b"),
        ("$a = Get-CsOnlinePstnUsage; $a.Usages = 'x'", .invalidOperation, "did you mean Usage?"),
        ("$a = @{b=International}", .objectNotFound, "text stands in quotes"),
        ("$a = Get-CsOnlinePstnUsage; Get-CsOnlineVoiceRoute $a", .invalidType, "takes one text"),
        ("Get-CsOnlineVoiceRoute -ErrorAction Loudly", .invalidArgument, "one of Stop"),
    ]

    static let usages: [Case] = [
        ("Get-CsOnlinePstnUsage Other", .objectNotFound, "Other"), ("Set-CsOnlinePstnUsage Other -Usage a", .objectNotFound, "only list"),
        ("Set-CsOnlinePstnUsage -Usage @{Add='INTERNATIONAL'}", .resourceExists, "already present"),
        ("Set-CsOnlinePstnUsage -Usage a,A,International", .resourceExists, "twice"),
        ("Set-CsOnlinePstnUsage -Usage @{Add=''}", .invalidArgument, "1 to 256"),
        ("Set-CsOnlinePstnUsage -Usage @{Ad='a'}", .invalidArgument, "not ad"),
        ("Set-CsOnlinePstnUsage -Usage @{Add='a'; Replace='b'}", .invalidArgument, "beside"),
        ("Set-CsOnlinePstnUsage -Usage @{}", .invalidArgument, "neither"),
        ("Set-CsOnlinePstnUsage -Usage @{Add=(Get-CsOnlineUser)}", .invalidArgument, "takes texts"),
        (
            "Set-CsOnlinePstnUsage -Usage @{Remove='international'}", .invalidOperation,
            "policy International Policy and route International"
        ),
        ("Set-CsOnlinePstnUsage -Usage 'Other'", .invalidOperation, "cannot be removed"),
    ]

    private static let route = "New-CsOnlineVoiceRoute r -NumberPattern '\\d+' -OnlinePstnUsages International "
    static let routes: [Case] = [
        ("New-CsOnlineVoiceRoute", .invalidArgument, "needs -Identity"),
        ("New-CsOnlineVoiceRoute -Identity a -Name a", .invalidArgument, "exclude each other"),
        ("New-CsOnlineVoiceRoute INTERNATIONAL", .resourceExists, "already"),
        (route + "-BridgeSourcePhoneNumber abc", .invalidArgument, "not an E.164 number"),
        (route + "-BridgeSourcePhoneNumber +14255550100 -OnlinePstnGatewayList sbc.contoso.example", .invalidArgument, "never both"),
        (route + "-OnlinePstnGatewayList PstnGateway:sbc.contoso.example", .invalidArgument, "plain FQDN"),
        (route + "-BridgeSourcePhoneNumber +14255559999", .invalidArgument, "not a number of this tenant"),
        (route + "-BridgeSourcePhoneNumber +14255550199", .invalidArgument, "service's own carrier"),
        (route + "-BridgeSourcePhoneNumber +14255550111", .invalidArgument, "user use"),
        (route + "-BridgeSourcePhoneNumber +14255550122", .invalidArgument, "Register-Cs"),
        (route + "-BridgeSourcePhoneNumber +18005550100", .invalidArgument, "toll-free"),
        ("New-CsOnlineVoiceRoute r -OnlinePstnUsages Internation", .objectNotFound, "did you mean International?"),
        ("New-CsOnlineVoiceRoute r -NumberPattern '^+1(\\d{10})$'", .invalidArgument, "at offset 1; did you mean \\+"),
        ("New-CsOnlineVoiceRoute r -NumberPattern '(\\d+'", .invalidArgument, "at offset 4"),
        ("New-CsOnlineVoiceRoute r -NumberPattern ''", .invalidArgument, "empty"),
        ("Set-CsOnlineVoiceRoute Nationa", .objectNotFound, "no voice route"),
        ("Set-CsOnlineVoiceRoute International -OnlinePstnGatewayList a.example", .invalidArgument, "never both"),
        ("Get-CsOnlineVoiceRoute Internationale", .objectNotFound, "did you mean International?"),
        ("Remove-CsOnlineVoiceRoute x", .objectNotFound, "no voice route x"),
        ("Remove-CsOnlineVoiceRoute", .invalidArgument, "needs -Identity"),
    ]

    static let policies: [Case] = [
        ("New-CsOnlineAudioConferencingRoutingPolicy 'international policy'", .resourceExists, "already"),
        ("New-CsOnlineAudioConferencingRoutingPolicy Global", .resourceExists, "Global"),
        ("New-CsOnlineAudioConferencingRoutingPolicy P -OnlinePstnUsages X", .objectNotFound, "Set-CsOnlinePstnUsage"),
        ("Set-CsOnlineAudioConferencingRoutingPolicy P", .objectNotFound, "routing policy P"),
        ("Get-CsOnlineAudioConferencingRoutingPolicy P", .objectNotFound, "no policy P"),
        ("Remove-CsOnlineAudioConferencingRoutingPolicy 'International Policy'", .invalidOperation, "user alice@contoso.example"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy nobody@contoso.example 'International Policy'", .objectNotFound, "no user"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy Twin 'International Policy'", .invalidArgument, "2 users"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy Alice Missing", .objectNotFound, "Missing"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy Alice", .invalidArgument, "needs -PolicyName"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy Alice Global", .invalidArgument, "$null"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy -PolicyName $null", .invalidArgument, "needs -Identity"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy Alice $null -Rank 1", .invalidArgument, "goes with -Group"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy Alice -Global -PolicyName $null", .invalidArgument, "no place for Alice"),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy -Identity Alice -Global -PolicyName $null", .invalidArgument, "exclude"),
        ("Get-CsOnlineDialOutPolicy X", .objectNotFound, "dial-out policy X"),
        ("Grant-CsDialoutPolicy Alice DialoutCPCZoneAPSTNDisable", .objectNotFound, "did you mean DialoutCPCZoneAPSTNDisabled?"),
        ("Grant-CsDialoutPolicy -Group Sales -PolicyName DialoutCPCandPSTNDisabled", .notImplemented, "not to groups"),
    ]

    static let bridge: [Case] = [
        ("Get-CsOnlineDialInConferencingBridge other", .objectNotFound, "no bridge other"),
        ("Get-CsOnlineDialInConferencingBridge -Name other", .objectNotFound, "called other"),
        (
            "Set-CsOnlineDialInConferencingBridge contoso -DefaultServiceNumber +14255550100", .invalidOperation,
            "Operator Connect Conferencing number"
        ),
        ("Set-CsOnlineDialInConferencingBridge contoso -DefaultServiceNumber +18885550199", .invalidOperation, "toll-free"),
        (
            "Set-CsOnlineDialInConferencingBridge contoso -DefaultServiceNumber +14255550122", .invalidOperation,
            "not assigned to the bridge"
        ),
        ("Set-CsOnlineDialInConferencingBridge -Instance 'a'", .invalidArgument, "puts out"),
        ("Get-CsOnlineDialInConferencingServiceNumber +14255550122", .objectNotFound, "not on the bridge"),
        ("Set-CsOnlineDialInConferencingServiceNumber +14255550122 -PrimaryLanguage en-US", .objectNotFound, "not on the bridge"),
        ("Set-CsOnlineDialInConferencingServiceNumber +14255550100 -PrimaryLanguage tlh", .invalidArgument, "not a language"),
        (
            "Set-CsOnlineDialInConferencingServiceNumber +14255550100 -PrimaryLanguage en-US -SecondaryLanguages en-us", .invalidArgument,
            "twice"
        ),
        (
            "Set-CsOnlineDialInConferencingServiceNumber +14255550100 -SecondaryLanguages de-DE,fr-FR,it-IT,ja-JP,ko-KR", .invalidArgument,
            "up to 4"
        ),
        ("Register-CsOnlineDialInConferencingServiceNumber +14255559999", .objectNotFound, "not a number of this tenant"),
        ("Register-CsOnlineDialInConferencingServiceNumber", .invalidArgument, "needs -Identity"),
        ("Register-CsOnlineDialInConferencingServiceNumber +14255550111", .invalidOperation, "choose a service number"),
        ("Register-CsOnlineDialInConferencingServiceNumber +14255550122", .invalidOperation, "does not offer Conferencing"),
        ("Register-CsOnlineDialInConferencingServiceNumber +14255550100 -BridgeName x", .objectNotFound, "called x"),
        ("Register-CsOnlineDialInConferencingServiceNumber +14255550133", .invalidOperation, "user use"),
        ("Unregister-CsOnlineDialInConferencingServiceNumber +14255550100", .invalidOperation, "BridgeSourcePhoneNumber of International"),
        ("Unregister-CsOnlineDialInConferencingServiceNumber +14255550122", .objectNotFound, "not on the bridge"),
        (
            "Set-CsOnlineDialInConferencingBridge contoso -DefaultServiceNumber 14255550199; Unregister-CsOnlineDialInConferencingServiceNumber 14255550199",
            .invalidOperation, "-RemoveDefaultServiceNumber"
        ),
        ("Get-CsOnlineDialInConferencingLanguagesSupported de", .invalidArgument, "no place"),
    ]

    static let people: [Case] = [
        ("Get-CsOnlineUser nobody", .objectNotFound, "no user nobody"), ("Get-CsOnlineUser -Filter 'A'", .invalidArgument, "a filter is"),
        ("Get-CsOnlineUser -Filter 'A -eq b'", .invalidArgument, "no property A"),
        ("Get-CsOnlineUser -Filter 'Identity -eq a -or b'", .invalidArgument, "a filter is"),
        ("Get-CsOnlineUser -Filter 'Identity -eq a b'", .invalidArgument, "only -and and -or"),
        ("Get-CsOnlineUser -Filter '(Identity -eq a'", .invalidArgument, "parenthesis"),
        ("Get-CsOnlineUser -Filter { Identity -eq $nowhere }", .objectNotFound, "no variable $nowhere"),
        ("Get-CsOnlineUser -Filter \"A -eq 'b\"", .invalidArgument, "not closed"),
        ("Get-CsOnlineUser -Filter ''", .invalidArgument, "empty"),
        ("Get-CsOnlineDialInConferencingUser nobody", .objectNotFound, "nobody"),
        ("Set-CsOnlineDialInConferencingUser Carol", .invalidOperation, "licence"),
        ("Set-CsOnlineDialInConferencingUser Alice -BridgeName x", .objectNotFound, "called x"),
        ("Enable-CsOnlineDialInConferencingUser Carol", .invalidOperation, "licence"),
        ("Disable-CsOnlineDialInConferencingUser nobody", .objectNotFound, "nobody"),
        ("Get-CsUserPolicyAssignment nobody", .objectNotFound, "nobody"),
        ("Get-CsUserPolicyAssignment Alice -PolicyType Other", .invalidArgument, "one of"),
        ("New-CsGroupPolicyAssignment Sales OnlineDialOutPolicy x", .invalidArgument, "one of"),
        ("New-CsGroupPolicyAssignment Sales TenantDialPlan x", .objectNotFound, "no policy x"),
        (
            "New-CsTenantDialPlan P; New-CsGroupPolicyAssignment Sales TenantDialPlan P; New-CsGroupPolicyAssignment sales TenantDialPlan P",
            .resourceExists, "already"
        ),
        ("New-CsGroupPolicyAssignment Sales TenantDialPlan Global 0", .invalidArgument, "whole number"),
        ("New-CsGroupPolicyAssignment Sales TenantDialPlan Tag:Global", .invalidArgument, "with Remove-CsGroupPolicyAssignment"),
        ("Grant-CsTeamsMeetingPolicy -Group Sales -PolicyName global", .invalidArgument, "back with -PolicyName $null"),
        ("New-CsOnlineAudioConferencingRoutingPolicy Tag:Tag:X", .invalidArgument, "Tag: in front once"),
        ("New-CsTeamsMeetingPolicy tag:TAG:X", .invalidArgument, "Tag: in front once"),
        ("New-CsOnlinePSTNGateway g.example -SipSignalingPort 5061 -FailoverResponseCodes '503, 503'", .invalidArgument, "has 503 twice"),
        ("Remove-CsGroupPolicyAssignment Sales TenantDialPlan", .objectNotFound, "has no policy"),
        ("Get-CsGroupPolicyAssignment Sales Other", .invalidArgument, "one of"),
    ]

    static let settings: [Case] = [
        ("Get-CsOnlineDialInConferencingTenantSettings Other", .objectNotFound, "only instance"),
        (
            "Set-CsOnlineDialInConferencingTenantSettings -AllowFederatedUsersToDialOutToSelf Maybe", .invalidArgument,
            "RequireSameEnterpriseUser"
        ),
        ("Set-CsOnlineDialInConferencingTenantSettings -AllowedDialOutExternalDomains 'no domain'", .invalidArgument, "not a domain"),
        ("Remove-CsOnlineDialInConferencingTenantSettings Other", .objectNotFound, "only instance"),
        ("Get-CsOnlineDialinConferencingTenantConfiguration x", .objectNotFound, "only instance"),
        ("Get-CsOnlineDialinConferencingPolicy x", .objectNotFound, "only instance"),
        ("Get-CsTeamsMeetingPolicy x", .objectNotFound, "meeting policy x"),
        ("Set-CsTeamsMeetingPolicy x -AllowAnonymousUsersToDialOut 1", .objectNotFound, "meeting policy x"),
    ]

    private static let rule = "$r = New-CsVoiceNormalizationRule -Name Four -Pattern '^(\\d{4})$' -Translation '+1425555$1' -InMemory; "
    static let dialPlans: [Case] = [
        ("New-CsVoiceNormalizationRule -Name a", .invalidOperation, "-InMemory"),
        ("New-CsVoiceNormalizationRule -InMemory", .invalidArgument, "needs -Identity"),
        ("New-CsVoiceNormalizationRule -Identity Global/a -Parent Global -InMemory", .invalidArgument, "exclude"),
        ("New-CsVoiceNormalizationRule -Name a -Pattern '(' -InMemory", .invalidArgument, "not a pattern"),
        ("New-CsVoiceNormalizationRule -Name a -Translation '\(String(repeating: "1", count: 257))' -InMemory", .invalidArgument, "256"),
        ("New-CsVoiceNormalizationRule -Name a -Description '\(String(repeating: "1", count: 513))' -InMemory", .invalidArgument, "512"),
        ("Test-CsVoiceNormalizationRule -DialedNumber 1 -NormalizationRule a", .invalidType, "puts out"),
        (rule + "Test-CsVoiceNormalizationRule -NormalizationRule $r", .invalidArgument, "needs -DialedNumber"),
        (
            "New-CsVoiceNormalizationRule -Name a -Pattern '^(\\d+)+[xy]$' -InMemory | Test-CsVoiceNormalizationRule -DialedNumber \(String(repeating: "1", count: 60))",
            .limitsExceeded, "too many steps"
        ),
        ("New-CsTenantDialPlan global", .resourceExists, "already"), ("New-CsTenantDialPlan .a", .invalidArgument, "no dot in front"),
        ("New-CsTenantDialPlan a_b", .invalidArgument, "letters"),
        ("New-CsTenantDialPlan \(String(repeating: "a", count: 50))", .invalidArgument, "49"),
        ("New-CsTenantDialPlan a -SimpleName Global", .resourceExists, "simple name"),
        ("New-CsTenantDialPlan a -Description '\(String(repeating: "1", count: 1_041))'", .invalidArgument, "1040"),
        ("New-CsTenantDialPlan a -NormalizationRules x", .invalidType, "puts out"),
        (rule + "New-CsTenantDialPlan a -NormalizationRules $r,$r", .resourceExists, "rule Four"),
        ("Set-CsTenantDialPlan x", .objectNotFound, "dial plan x"), ("Get-CsTenantDialPlan x", .objectNotFound, "dial plan x"),
        (
            "New-CsTenantDialPlan a; Grant-CsTenantDialPlan -Group Sales -PolicyName a; Remove-CsTenantDialPlan a", .invalidOperation,
            "group Sales"
        ), ("Grant-CsTenantDialPlan Alice x", .objectNotFound, "no policy x"),
        ("Remove-CsTenantDialPlan x", .objectNotFound, "dial plan x"), ("Get-CsEffectiveTenantDialPlan nobody", .objectNotFound, "nobody"),
        ("Test-CsEffectiveTenantDialPlan -DialedNumber 1", .invalidArgument, "needs -Identity"),
        ("Test-CsEffectiveTenantDialPlan -DialedNumber 1 -EffectiveTenantDialPlanName x", .objectNotFound, "dial plan x"),
    ]

    static let numbers: [Case] = [
        ("Get-CsPhoneNumberAssignment tel:+14255550100", .invalidArgument, "without tel:"),
        ("Get-CsPhoneNumberAssignment -PstnAssignmentStatus Asigned", .invalidArgument, "ConferenceAssigned"),
        ("Get-CsPhoneNumberAssignment -NumberType Calling", .invalidArgument, "CallingPlan"),
        ("Set-CsPhoneNumberAssignment -PhoneNumber +14255550111 -AssignmentBlockedForever $false", .invalidArgument, "Forever:$false"),
        ("Get-CsPhoneNumberAssignment -Top 1001", .invalidArgument, "0 to 1000"),
        ("Get-CsPhoneNumberAssignment -NetworkSiteId x", .notImplemented, "no network sites"),
        ("Get-CsPhoneNumberAssignment -CapabilitiesContain (Get-CsOnlineUser)", .invalidType, "takes one text"),
    ]

    static let discovery: [Case] = [
        ("Get-Command Nothing*", .objectNotFound, "Nothing*"),
        ("Get-Help Get-CsOnlinePstnUsages", .objectNotFound, "did you mean Get-CsOnlinePstnUsage?"),
        ("Get-CsOnlineUser | Select-Object -ExpandProperty X", .invalidOperation, "no property X"),
        ("Get-CsOnlineUser | Format-List -Nonsense", .invalidArgument, "no parameter"),
        ("Get-CsOnlineUser | Format-Table a b", .invalidArgument, "no place"), ("Out-Null a", .invalidArgument, "no place"),
    ]

    static let all: [Case] =
        binding + usages + routes + policies + bridge + people + settings + dialPlans + numbers + discovery
        + AdministrationCases.refusals
}
