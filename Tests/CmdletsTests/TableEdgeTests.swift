import Dialing
import Testing

@testable import Cmdlets

/// Where filters, bounds and limits of the table begin and end.
@Suite("Edges of the cmdlets' table")
struct TableEdgeTests {
    private static let rule = "New-CsVoiceNormalizationRule -InMemory -Name r -Pattern '^(\\d+)$'"

    static let cases: [(script: String, shown: String)] = [
        ("(Get-CsPhoneNumberAssignment -TelephoneNumberGreaterThan 18005550100).TelephoneNumber", "+18885550199"),
        ("(Get-CsPhoneNumberAssignment -TelephoneNumberLessThan +14255550100).TelephoneNumber", "+12065550100"),
        ("@(Get-CsPhoneNumberAssignment -Filter \"TelephoneNumber -gt '+18005550100'\").Count", "1"),
        ("@(Get-CsPhoneNumberAssignment -Filter \"TelephoneNumber -ge '+18005550100'\").Count", "2"),
        ("@(Get-CsPhoneNumberAssignment -Filter \"TelephoneNumber -lt '+14255550100'\").Count", "1"),
        ("@(Get-CsPhoneNumberAssignment -Filter \"TelephoneNumber -le '+14255550100'\").Count", "2"),
        ("@(Get-CsPhoneNumberAssignment -Filter 'City -eq $null -and OperatorId -eq nordic-voice').Count", "1"),
        ("@(Get-CsPhoneNumberAssignment -Filter 'City -ne $null').TelephoneNumber", "+14255550100"),
        (
            "Set-CsTenantDialPlan Global -Description x; Remove-CsTenantDialPlan Global -WarningAction SilentlyContinue; "
                + "(Get-CsTenantDialPlan Global).Description.Length", "0"
        ),
        (rule + " -Translation '$1' -WarningAction SilentlyContinue -WarningVariable w | Out-Null; @($w).Count", "1"),
        (rule + " -Translation '+$1' -WarningVariable w | Out-Null; @($w).Count", "0"),
        (
            "$r = \(rule) -Translation '+$1' -IsInternalExtension $true; New-CsTenantDialPlan P -NormalizationRules $r | Out-Null; "
                + "(Get-CsTenantDialPlan P).NormalizationRules[0].IsInternalExtension", "True"
        ),
    ]

    @Test("what a filter, a bound and a rule find and say", arguments: cases.indices)
    func shown(index: Int) {
        let (script, shown) = Self.cases[index]
        var session = AdminFixture.session
        let outcome = session.run(script), text = outcome.results.map(\.text).joined().trimmed
        #expect(outcome.applied && text == shown, "\(script): \(text) \(outcome.results.last?.error?.message ?? "")")
    }

    /// What is taken up to a figure, and why not one more.
    static let limits: [(figure: Int, script: @Sendable (Int) -> String, word: String)] = [
        (256, { "Set-CsOnlinePstnUsage Global -Usage @{Add=('u' * \($0))}" }, "1 to 256 bytes"),
        (1_040, { "New-CsTenantDialPlan P -Description ('d' * \($0))" }, "up to 1040 characters"),
        (512, { rule + " -Translation '+1' -Description ('d' * \($0))" }, "up to 512 characters"),
        (
            50,
            {
                "$r = 1..\($0) | ForEach-Object { New-CsVoiceNormalizationRule -InMemory -Name \"r$_\" -Translation '+1' }; "
                    + "New-CsTenantDialPlan P -NormalizationRules $r"
            }, "at most 50 rules"
        ),
        (
            20,
            { count in
                let filter = Array(repeating: "City -eq 'x'", count: count).joined(separator: " -or ")
                return "Get-CsPhoneNumberAssignment -Filter \"\(filter)\""
            }, "up to 20 conditions"
        ),
        (1_000, { "Get-CsPhoneNumberAssignment -Top \($0)" }, "1000"),
    ]

    @Test("limits are reached and not passed", arguments: limits.indices)
    func limit(index: Int) throws {
        let (figure, script, word) = Self.limits[index]
        var session = AdminFixture.session
        let taken = session.run(script(figure))
        #expect(taken.applied, "\(taken.results.last?.error?.message ?? "")")
        session = AdminFixture.session
        let error = try session.run(script(figure + 1)).failure()
        #expect(error.message.contains(word), "\(error.message)")
    }

    @Test("a tenant has a thousand dial plans and no more") func dialPlans() throws {
        var tenant = AdminFixture.tenant
        for number in 0... {
            guard tenant.dialPlans.count < TenantLimits.dialPlans - 1 else { break }
            tenant.dialPlans["p\(number)"] = TenantDialPlan(name: "p\(number)")
        }
        var session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: [AdminFixture.telecom])
        #expect(session.run("New-CsTenantDialPlan last | Out-Null").applied)
        #expect(try session.run("New-CsTenantDialPlan more").failure().message.contains("at most 1000 dial plans"))
    }

    @Test("two dial plans have two simple names") func simpleNames() throws {
        var session = AdminFixture.session
        let error = try session.run("New-CsTenantDialPlan A -SimpleName s | Out-Null; New-CsTenantDialPlan B -SimpleName S").failure()
        #expect(error.message.contains("another dial plan has the simple name"), "\(error.message)")
    }

    @Test("five hundred numbers are shown where -Top does not say how many") func top() {
        var tenant = AdminFixture.tenant
        for number in 0..<600 {
            tenant.numbers.append(
                PhoneNumberAssignment(
                    telephoneNumber: AdminFixture.number("+1425\(6_000_000 + number)"), operatorID: AdminFixture.telecom.id,
                    country: Country("US")))
        }
        let session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: [AdminFixture.telecom])
        for (more, count) in [("", "500"), (" -Top 600", "600"), (" -Skip 200", "408"), (" -Top 0", "0")] {
            var session = session
            let text = session.run("@(Get-CsPhoneNumberAssignment\(more)).Count").results.map(\.text).joined().trimmed
            #expect(text == count, "\(more)")
        }
    }

    @Test("a number is blocked until its time, and shown so", arguments: [(0, "NotBlocked"), (1_700_000_000_000, "BlockedUntil")])
    func blocked(until: Int, state: String) {
        var tenant = AdminFixture.tenant
        tenant.numbers[5].block = .init(until: until)
        var session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: [AdminFixture.telecom])
        let shown = session.run("(Get-CsPhoneNumberAssignment +14255550111).AssignmentBlockedState").results.map(\.text).joined().trimmed
        #expect(shown == state)
        let filter = "AssignmentBlockedUntil -eq '2023-11-14T23:13:20+01:00'"
        let found = session.run("@(Get-CsPhoneNumberAssignment -Filter \"\(filter)\").Count").results.map(\.text).joined().trimmed
        #expect(found == (until == 0 ? "0" : "1"))
    }
}
