/// Scripts as administrators paste them from articles and blogs, with what must come of them.
enum RealScripts {
    struct Case {
        let name: String
        let script: String
        /// Nil if it must apply, otherwise the line of the error and a word of its message.
        var fails: (line: Int, word: String)?
    }

    static let all: [Case] = [
        Case(
            name: "an article's steps with its greeting, variables and typographic quotes",
            script: """
                # Operator Connect Conferencing: route everything through the operator
                Import-Module MicrosoftTeams
                Connect-MicrosoftTeams
                $usage = “International”
                $number = (Get-CsPhoneNumberAssignment –NumberType OperatorConnect –PstnAssignmentStatus ConferenceAssigned).TelephoneNumber
                Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="US and Canada","Rest"}
                New-CsOnlineVoiceRoute -Identity "US" -NumberPattern '^\\+1(\\d{10})$' -OnlinePstnUsages "US and Canada" `
                    -BridgeSourcePhoneNumber +12065550100 -Priority 1
                New-CsOnlineVoiceRoute -Identity "World" -NumberPattern '.*' -OnlinePstnUsages "Rest" -BridgeSourcePhoneNumber "tel:+14255550100"
                New-CsOnlineAudioConferencingRoutingPolicy "US first" -OnlinePstnUsages "US and Canada", "Rest"
                'alice@contoso.example', "sip:bob@contoso.example", 'Carol' | Grant-CsOnlineAudioConferencingRoutingPolicy -PolicyName "US first"
                Get-CsOnlineUser | Select-Object UserPrincipalName, OnlineAudioConferencingRoutingPolicy | Format-Table -AutoSize
                Disconnect-MicrosoftTeams -Confirm:$false
                """),
        Case(
            name: "swapping usages with Replace, as the article on voice routing does",
            script: """
                Set-CsOnlinePstnUsage -Usage @{add="A","B"}
                New-CsOnlineAudioConferencingRoutingPolicy -Identity P -OnlinePstnUsages "A","B" -Description 'both'
                Set-CsOnlineAudioConferencingRoutingPolicy P -OnlinePstnUsages @{Replace="B","A"}
                Set-CsOnlineAudioConferencingRoutingPolicy -Identity Tag:P -OnlinePstnUsages @{Remove="A"}
                Set-CsOnlineAudioConferencingRoutingPolicy -Identity P -OnlinePstnUsages @{Add=(Get-CsOnlinePstnUsage).Usage; Remove='B'}
                """),
        Case(
            name: "a dial plan from rules in memory",
            script: """
                $nr1 = New-CsVoiceNormalizationRule -Parent Global -Name 'Redmond4' -Description "four digits" -Pattern '^(\\d{4})$' -Translation '+1425555$1' -InMemory
                $nr2 = New-CsVoiceNormalizationRule -Identity "Global/Redmond7" -Pattern '^(\\d{7})$' -Translation '+1425$1' -InMemory
                New-CsTenantDialPlan -Identity RedmondDialPlan -Description "Dial Plan for Redmond" -NormalizationRules @{Add=$nr1,$nr2} -SimpleName "Dial-Plan-for-Redmond"
                Grant-CsTenantDialPlan -Identity alice@contoso.example -PolicyName RedmondDialPlan
                Test-CsEffectiveTenantDialPlan -DialedNumber 0100 -Identity alice@contoso.example
                """),
        Case(
            name: "cleaning up by filter and pipeline",
            script: """
                Get-CsOnlineAudioConferencingRoutingPolicy -Filter tag:* | Remove-CsOnlineAudioConferencingRoutingPolicy
                Get-CsOnlineVoiceRoute -Filter "*" | Remove-CsOnlineVoiceRoute -Force
                Get-CsTenantDialPlan -Filter tag:* | Remove-CsTenantDialPlan
                """, fails: (1, "granted")),
        Case(
            name: "a class is said not to be available",
            script: "$users = Get-CsOnlineUser\nclass U { [string]$Upn }", fails: (2, "class is not available")),
        Case(
            name: "a translation in double quotes",
            script: "New-CsVoiceNormalizationRule -Name r -Pattern \"^(\\d{4})$\" -Translation \"+1425555$1\" -InMemory",
            fails: (1, "single quotes")),
        Case(
            name: "an unescaped plus", script: "New-CsOnlineVoiceRoute -Identity US -NumberPattern \"^+1(425|206)(\\d{7})$\"",
            fails: (1, "did you mean \\+")),
        Case(name: "a mistyped cmdlet", script: "Get-CsOnlinePstnUsages", fails: (1, "Get-CsOnlinePstnUsage?")),
    ]
}
