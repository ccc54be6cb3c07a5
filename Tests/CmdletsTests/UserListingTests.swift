import Testing

@testable import Cmdlets

@Suite("Get-CsOnlineUser")
struct UserListingTests {
    private static let granted =
        "Grant-CsDialoutPolicy alice@contoso.example DialoutCPCandPSTNDisabled; $u = Get-CsOnlineUser alice@contoso.example; "
    private static let cases: [(script: String, shown: String)] = [
        ("(Get-CsOnlineUser -ResultSize Unlimited).Count -eq (Get-CsOnlineUser).Count", "True"),
        ("(Get-CsOnlineUser -ResultSize unlimited).Count", "5"), ("@(Get-CsOnlineUser -ResultSize 2).Count", "2"),
        (
            "@(Get-CsOnlineDialInConferencingUser -ResultSize Unlimited).Count -eq @(Get-CsOnlineDialInConferencingUser).Count", "True"
        ),
        ("(Get-CsOnlineUser -AccountType User).Count", "5"), ("@(Get-CsOnlineUser -AccountType Guest).Count", "0"),
        ("@(Get-CsOnlineUser -SoftDeletedUser).Count", "0"),
        (
            "Get-CsOnlineUser alice@contoso.example -Properties DisplayName, Identity",
            "Identity              DisplayName\n--------              -----------\nalice@contoso.example Alice"
        ),
        (
            "(Get-CsOnlineUser -Sort 'DisplayName desc').DisplayName[0] -eq (Get-CsOnlineUser | Sort-Object DisplayName -Descending)[0].DisplayName",
            "True"
        ),
        (
            "(Get-CsOnlineUser -OrderBy UserPrincipalName -ResultSize 1).UserPrincipalName -eq (Get-CsOnlineUser).UserPrincipalName[0]",
            "True"
        ),
        (granted + "$u.OnlineDialOutPolicy", "DialoutCPCandPSTNDisabled"),
        (granted + "$u.OnlineDialOutPolicy.Name", "DialoutCPCandPSTNDisabled"),
        (granted + "$u.OnlineDialOutPolicy.Authority", "Host"),
        (
            granted + "$u.OnlineAudioConferencingRoutingPolicy.Name; $u.OnlineAudioConferencingRoutingPolicy.Authority",
            "International Policy\nTenant"
        ),
        (
            granted + "$u.OnlineDialOutPolicy -eq 'dialoutCPCandPSTNDisabled'; 'DialoutCPCandPSTNDisabled' -eq $u.OnlineDialOutPolicy",
            "True\nTrue"
        ),
        (granted + "\"$($u.OnlineDialOutPolicy)\"; $u.OnlineDialOutPolicy -like 'Dialout*'", "DialoutCPCandPSTNDisabled\nTrue"),
        (granted + "$u.OnlineDialOutPolicy -eq (Get-CsOnlineUser alice@contoso.example).OnlineDialOutPolicy", "True"),
        (granted + "try { $u.OnlineDialOutPolicy.Nam } catch { $_.Exception.Message }", "there is no property Nam; did you mean Name?"),
        (granted + "$null -eq $u.TenantDialPlan; $null -eq $u.TenantDialPlan.Name", "True\nTrue"),
        (
            granted + "($u | Select-Object OnlineDialOutPolicy | ConvertTo-Json -Compress)",
            "{\"OnlineDialOutPolicy\":\"DialoutCPCandPSTNDisabled\"}"
        ),
        (
            granted
                + "Grant-CsDialoutPolicy bob@contoso.example -PolicyName $u.OnlineDialOutPolicy; (Get-CsOnlineUser bob@contoso.example).OnlineDialOutPolicy.Name",
            "DialoutCPCandPSTNDisabled"
        ),
        (
            granted + "@($u.AssignedPlan.Capability) -join ','; @($u.AssignedPlan) -join ','",
            "OperatorConnectConferencing\nOperatorConnectConferencing"
        ),
        (granted + "$null -eq (Get-CsOnlineUser alice@contoso.example -SkipUserPolicies).OnlineDialOutPolicy", "True"),
        ("(Get-CsOnlineUser -Filter \"OnlineAudioConferencingRoutingPolicy -eq 'International Policy'\").DisplayName", "Alice"),
        ("(Get-CsOnlineUser | Where-Object OnlineAudioConferencingRoutingPolicy -eq 'International Policy').DisplayName", "Alice"),
    ]

    @Test("takes what the module takes, and policies have a name and an authority", arguments: cases.indices)
    func shown(index: Int) {
        let (script, shown) = Self.cases[index]
        var session = AdminFixture.seeded
        let outcome = session.run(script), text = outcome.results.map(\.text).joined().trimmed
        #expect(outcome.applied && text == shown, "\(script): \(text) \(outcome.results.last?.error?.message ?? "")")
    }

    private static let refusals: [(script: String, word: String)] = [
        ("Get-CsOnlineUser -ResultSize All", "from 0 to 2147483647, or Unlimited, not All"),
        ("Get-CsOnlineUser -ResultSize -1", "or Unlimited, not -1"), ("Get-CsOnlineUser -AccountType Robot", "-AccountType is one of User"),
        ("Get-CsOnlineUser -Properties Nothing", "no property Nothing to show"),
        ("Get-CsOnlineUser -Sort Nothing", "no property Nothing to sort by"),
        ("Get-CsOnlineUser -Sort 'City up'", "asc or desc behind it, not City up"),
        ("Get-CsOnlineUser -Sort City -OrderBy City", "exclude each other"),
    ]

    @Test("refuses the rest by name", arguments: refusals.indices)
    func refused(index: Int) throws {
        let (script, word) = Self.refusals[index]
        var session = AdminFixture.seeded
        let error = try session.run(script).failure()
        #expect(error.message.contains(word), "\(script): \(error.message)")
    }
}
