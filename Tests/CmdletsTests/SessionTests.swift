import Basis
import Dialing
import Foundation
import Testing

@testable import Cmdlets

@Suite("Scripts as a whole")
struct SessionTests {
    @Test("as pasted from articles", arguments: RealScripts.all.indices)
    func real(index: Int) throws {
        let example = RealScripts.all[index]
        var session = AdminFixture.session
        #expect(session.run("Register-CsOnlineDialInConferencingServiceNumber +14255550100").applied)
        if example.fails?.word == "granted" {
            #expect(
                session.run("New-CsOnlineAudioConferencingRoutingPolicy P; Grant-CsOnlineAudioConferencingRoutingPolicy Alice P").applied)
        }
        let outcome = session.run(example.script)
        if let fails = example.fails {
            let error = try outcome.failure()
            #expect(error.line == fails.line && error.message.contains(fails.word), "\(error)")
        } else {
            #expect(outcome.results.compactMap(\.error) == [] && outcome.applied, "\(example.name)")
        }
    }

    @Test("the organisation shows what is paid in and what recharges, each null where it is not held")
    func credits() {
        func shown(_ change: (inout Tenant) -> Void) -> String {
            var tenant = AdminFixture.tenant
            change(&tenant)
            var session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: [AdminFixture.telecom])
            return session.run("(Get-CsTenant).CommunicationsCredits | ConvertTo-Json -Compress").results.map(\.text).joined()
        }
        #expect(shown { _ in } == "null\n")
        #expect(
            shown { $0.settings.communicationsCreditsBalance = 7 } == #"{"PaidIn":7,"RechargeAmount":null,"RechargeTrigger":null}"# + "\n")
        #expect(
            shown {
                $0.settings.communicationsCreditsBalance = 7
                $0.settings.communicationsCreditsAutoRecharge = AutoRecharge(trigger: 2, amount: 5)
            } == #"{"PaidIn":7,"RechargeAmount":5,"RechargeTrigger":2}"# + "\n")
    }

    @Test("whole or not at all: after a failure nothing is applied and no later command is run")
    func whole() throws {
        var session = AdminFixture.seeded
        let before = session
        let outcome = session.run(
            "Set-CsOnlinePstnUsage -Usage @{Add='x'}\nGrant-CsDialoutPolicy Alice DialoutCPCandPSTNDisabled\nRemove-CsOnlineVoiceRoute nowhere\nSet-CsOnlinePstnUsage -Usage @{Add='y'}"
        )
        #expect(outcome.results.count == 3 && outcome.results.map { $0.error == nil } == [true, true, false])
        #expect(outcome.results[2].command == "Remove-CsOnlineVoiceRoute nowhere")
        let error = try outcome.failure()
        #expect(error.line == 3 && error.column == 1 && error.id == "ObjectNotFound" && error.parameter == "Identity")
        #expect(session.tenant == before.tenant && session.users == before.users)
    }

    @Test("a script that cannot be read is not begun")
    func unread() throws {
        var session = AdminFixture.seeded
        let error = try session.run("Set-CsOnlinePstnUsage -Usage @{Add='x'}\n  Get-X 'abc").failure()
        #expect(session.run("Set-CsOnlinePstnUsage -Usage @{Add='x'}\nGet-Nothing").results.count == 1)
        #expect(error.category == .parserError && error.line == 2 && error.column == 9 && error.message.contains("closing '"))
    }

    @Test("-WhatIf changes nothing, and still refuses what would be refused")
    func whatIf() throws {
        var session = AdminFixture.seeded
        let outcome = session.run(
            "Grant-CsDialoutPolicy Alice DialoutCPCandPSTNDisabled -WhatIf; Remove-CsOnlineVoiceRoute International -WhatIf; Get-CsOnlineVoiceRoute"
        )
        #expect(outcome.applied && outcome.changes.isEmpty && outcome.last("Name") == ["International"])
        #expect(try session.run("Set-CsOnlinePstnUsage -Usage 'x' -WhatIf").failure().category == .invalidOperation)
    }

    @Test("changes name what is different, and only that")
    func changes() {
        var session = AdminFixture.seeded
        #expect(session.run("Get-CsOnlineUser").changes.isEmpty)
        #expect(session.run("Grant-CsOnlineAudioConferencingRoutingPolicy Alice 'International Policy'").changes.isEmpty)
        let outcome = session.run("Get-CsOnlineUser | Grant-CsDialoutPolicy -PolicyName DialoutCPCandPSTNDisabled")
        #expect(outcome.changes.tenant == nil && outcome.changes.users.count == 5)
        #expect(outcome.changes.users.allSatisfy { session.users[$0.upn] == $0 && $0.grants.dialOutPolicy == "DialoutCPCandPSTNDisabled" })
        #expect(session.run("Set-CsOnlinePstnUsage -Usage @{Add='x'}").changes == ScriptOutcome.Changes(tenant: session.tenant))
    }

    static let limits: [(script: String, word: String)] = [
        ("foreach ($i in 0..\(Meter.variableLimit)) { Set-Variable \"v$i\" 1 }", "variables"),
        ("$a = 'x' * \(Meter.textLimit / 2)\n$a = \"$a$a\"\n$a = \"$a$a\"", "a text has up to"),
        ("$a = 'x' * \(Meter.textLimit)\nforeach ($i in 1..100) { $b = \"$a\" }", "bytes of values"),
        ("$a = 'x' * \(Meter.textLimit)\nforeach ($i in 0..\(Meter.outputSizeLimit / Meter.textLimit)) { $a }", "puts out"),
        ("1..\(Meter.outputLimit + 1)", "puts out up to \(Meter.outputLimit) values"),
        ("foreach ($i in 0..\(Meter.runLimit)) { Get-CsOnlineVoiceRoute -Filter x }", "runs up to"),
        ("while ($true) { }", "steps"), ("function f { f }\nf", "nest up to"),
        ("function f { process { $_ | f } }\n1 | f", "nest up to"), ("function f { end { 1 | f } }\n1 | f", "nest up to"),
        ("$b = { $_ | ForEach-Object $b }\n1 | ForEach-Object $b", "nest up to"),
        ("$a = 1..\(Meter.itemLimit + 1)", "an array or hashtable has up to"),
        ("'\(String(repeating: "a", count: 40))' -match '^(a+)+[xy]$'", "regular expression takes up to"),
        ("try { while ($true) { } } catch { 'caught' } finally { 'in the end' }", "steps"),
        ("('X' * 1000000) -replace 'x', 'y'", "steps"),
        ("$x = 'a' * 8000000; $x.Replace('a', $x)", "a text has up to"), ("$x = 'a' * 8000000; 1..9999 -join $x", "a text has up to"),
        ("$x = 'a' * 8000000; $r = foreach ($i in 1..9999) { $x }; $r -join ''", "a text has up to"),
        ("$x = 'a' * 8000000; $r = foreach ($i in 1..9999) { $x }; \"$r\"", "a text has up to"),
        ("$x = 'a' * 8000000; $r = foreach ($i in 1..9999) { $x }; [string]::Concat($r)", "a text has up to"),
        ("$x = 'a' * 8000000; $r = foreach ($i in 1..9999) { $x }; [string]::Join('', $r)", "a text has up to"),
        ("$x = 'a' * 8000000; $r = foreach ($i in 1..9999) { $x }; $r | Measure-Object -Character", "a text has up to"),
        ("$x = 'a' * 8000000; $r = foreach ($i in 1..9999) { $x }; $r | Set-Content x.txt", "files of a script"),
        ("$x = 'a' * 8000000; $r = foreach ($i in 1..9999) { $x }; Write-Host $r", "a text has up to"),
        ("$t = @('ab c' * 500000) * 300; $t | Sort-Object", "steps"), ("$t = @('ab c' * 500000) * 300; [array]::Sort($t)", "steps"),
        ("$t = @('ab c' * 500000) * 300; $t | Select-Object -Unique", "steps"),
        ("$t = @('ab c' * 500000) * 300; $t | Get-Unique", "steps"), ("$t = @('ab c' * 500000) * 300; $t | Group-Object", "steps"),
        ("$t = @('ab c' * 500000) * 300; Compare-Object $t $t", "steps"),
        ("$t = @('ab c' * 500000) * 300; $t | Measure-Object -Maximum", "steps"),
        ("$t = @('ab c' * 500000) * 300; $h = @{}; foreach ($i in $t) { $h[$i] = 1 }", "steps"),
        ("$t = @('ab c' * 500000) * 300; $h = @{}; foreach ($i in $t) { $h[$i] }", "steps"),
        ("$t = @('ab c' * 500000) * 300; $h = @{}; foreach ($i in $t) { $h.ContainsKey($i) }", "steps"),
        ("$t = @('ab c' * 500000) * 300; foreach ($i in $t) { $h = @{ $i = 1 } }", "steps"),
        ("$t = @('ab c' * 500000) * 300; $o = [pscustomobject]@{ a = 1 }; foreach ($i in $t) { $o.$i }", "steps"),
        ("$t = @('ab c' * 500000) * 300; $t -like '*q'", "steps"),
        ("-split ('a ' * 2000000)", "an array or hashtable has up to"), ("('a ' * 2000000).Split()", "an array or hashtable has up to"),
        ("('a' * 2000000).ToCharArray()", "an array or hashtable has up to"),
        ("('a,' * 4000000).Split(',')", "an array or hashtable has up to"),
        ("Set-Content a.txt ('x' * \(Meter.textLimit / 2))\nforeach ($i in 1..20) { $t = Get-Content a.txt -Raw }", "files of a script"),
        ("$a = 'x' * 20000\n$a -replace 'x', ('y' * 1000)", "a text has up to"),
        ("$a = 1; foreach ($i in 1..60) { $a = @($a, $a); $a = , $a }; foreach ($i in 1..1000) { , $a }", "bytes of values"),
        ("$a = @{}; $a.a = $a; $a | ConvertTo-Json -Depth 200", "Depth is a whole number"),
    ]

    @Test("a run keeps to its limits", arguments: limits.indices)
    func runLimits(index: Int) throws {
        var session = AdminFixture.session
        let error = try session.run(Self.limits[index].script).failure()
        #expect(error.message.contains(Self.limits[index].word), "\(error)")
        #expect(error.category == .limitsExceeded || Self.limits[index].script.contains("-Depth"))
    }

    @Test("a script whose time is over ends, whatever it counts")
    func time() throws {
        var session = AdminFixture.session, input = RunInput()
        input.isOverdue = { true }
        let outcome = session.run("foreach ($i in 1..1000) { $i }", input)
        #expect(!outcome.applied && outcome.results.last?.error?.message == "the time that a script may take is over")
    }

    static let edges: [(fits: String, exceeds: String, word: String)] = [
        (
            "(('x' * \(Interpreter.subjectLimit)) -match 'a+').ToString()", "('x' * \(Interpreter.subjectLimit + 1)) -match 'a+'",
            "searches texts of up to \(Interpreter.subjectLimit) bytes"
        ),
        (
            "('x' * \(Interpreter.subjectLimit + 1)) -match '^a'",
            "('x' * \(Interpreter.subjectLimit + 1)) -replace 'a*', 'b'", "searches texts of up to"
        ),
        (
            "Get-CsOnlinePstnUsage -Filter ('x' * \(TenantLimits.text))",
            "Get-CsOnlinePstnUsage -Filter ('x' * \(TenantLimits.text + 1))", "-Filter has up to \(TenantLimits.text) bytes"
        ),
        (
            "function f($n) { if ($n) { f ($n - 1) } else { 'end' } }; f 79",
            "function f($n) { if ($n) { f ($n - 1) } else { 'end' } }; f 85", "nest up to"
        ),
        (
            "function p { process { $_ } }; 1\(String(repeating: " | p", count: 120))",
            "function p { process { $_ } }; 1\(String(repeating: " | p", count: 130))", "nest up to"
        ),
        (
            "[timespan]::FromDays(3652500).TotalDays", "[timespan]::FromDays(3652500) + [timespan]::FromMilliseconds(1)", "time"
        ),
    ]

    @Test("what just fits is taken, and one more is not", arguments: edges.indices)
    func edge(index: Int) throws {
        var session = AdminFixture.seeded
        let outcome = session.run(Self.edges[index].fits)
        #expect(outcome.applied, "\(outcome.results.compactMap(\.error))")
        #expect(try session.run(Self.edges[index].exceeds).failure().message.contains(Self.edges[index].word))
    }

    @Test("what is long, or refers to itself, is let go of without ado")
    func lettingGo() {
        var session = AdminFixture.session
        for script in [
            "$a = 1; foreach ($i in 1..100000) { $a = , $a }; $a = $null; 'done'",
            "$n = @{}; $first = $n; foreach ($i in 1..50000) { $n.next = @{}; $n = $n.next }; $first = $null; $n = $null; 'done'",
            "$h = @{}; $h.self = $h; $l = [System.Collections.ArrayList]@(); [void]$l.Add($l); $o = [PSCustomObject]@{ O = 1 }; $o.O = $o; \"$o\"; 'done'",
        ] {
            let outcome = session.run(script)
            #expect(outcome.applied && outcome.results.last?.text.hasSuffix("done\n") ?? false, "\(outcome.results.last?.error as Any)")
        }
    }

    @Test("a script goes through so many users, numbers and routes and no more")
    func visits() throws {
        var workspace = Workspace(tenant: AdminFixture.tenant, users: AdminFixture.users, operators: [])
        try workspace.visit(Workspace.visitLimit - 5)
        #expect(try workspace.users().count == 5)
        #expect(throws: CmdletError.self) { try workspace.users() }
    }

    @Test("the answer in JSON has the members of the contract")
    func json() throws {
        var session = AdminFixture.seeded
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let good = try String(decoding: encoder.encode(session.run("Get-CsOnlinePstnUsage | select Usage")), as: UTF8.self)
        let line = #""line":1,"output":[{"Usage":["International"]}],"text":"Usage\n-----\n{International}\n","warnings":[]"#
        #expect(good == #"{"applied":true,"results":[{"command":"Get-CsOnlinePstnUsage | select Usage","error":null,\#(line)}]}"#)
        let bad = try String(decoding: encoder.encode(session.run("\nRemove-CsOnlineVoiceRoute x")), as: UTF8.self)
        let error =
            #"{"category":"ObjectNotFound","column":1,"id":"ObjectNotFound","line":2,"message":"there is no voice route x","parameter":"Identity"}"#
        #expect(bad.contains(error) && bad.hasPrefix(#"{"applied":false"#))
    }

    @Test("output in the look of Format-List")
    func listText() {
        var session = AdminFixture.seeded
        let result = session.run("Get-CsOnlineVoiceRoute International | Format-List Identity, Priority, Description, OnlinePstnUsages")
            .results[0]
        #expect(
            result.text
                == "Identity         : International\nPriority         : 1\nDescription      : \nOnlinePstnUsages : {International}\n")
    }
}

/// Cases of domain reference §13 that administrators meet.
@Suite("Worked cases for cmdlets")
struct WorkedCmdletCasesTests {
    @Test("10: grants to groups, their ranks, and a direct grant above them")
    func groups() {
        var session = AdminFixture.seeded
        let name = "OnlineAudioConferencingRoutingPolicy"
        func effective() -> [String] { session.run("Get-CsUserPolicyAssignment Carol -PolicyType \(name)").last("PolicyName") }
        #expect(effective() == [])
        #expect(
            session.run(
                """
                New-CsOnlineAudioConferencingRoutingPolicy A; New-CsOnlineAudioConferencingRoutingPolicy B; New-CsOnlineAudioConferencingRoutingPolicy C
                New-CsGroupPolicyAssignment Sales \(name) A
                New-CsGroupPolicyAssignment Board \(name) B -Rank 1
                New-CsGroupPolicyAssignment Other \(name) A -Rank 9
                """
            ).applied)
        #expect(session.run("Get-CsGroupPolicyAssignment -PolicyType \(name)").last("GroupId") == ["Board", "Sales", "Other"])
        #expect(session.tenant.groupAssignments.map(\.rank) == [1, 2, 3])
        #expect(effective() == ["B"])
        #expect(session.run("Grant-Cs\(name) Carol C").applied && effective() == ["C"])
        #expect(session.run("Get-CsUserPolicyAssignment Carol").results[0].output[0]["PolicySource"]?.items.count == 3)
        #expect(session.run("Grant-Cs\(name) Carol $null").applied && effective() == ["B"])
        #expect(session.run("Remove-CsGroupPolicyAssignment Board \(name)").applied && effective() == ["A"])
        #expect(session.tenant.groupAssignments.map(\.rank) == [1, 2])
        #expect(session.run("Grant-Cs\(name) -Group Sales -PolicyName C -Rank 2").applied)
        #expect(session.tenant.groupAssignments.map(\.group) == ["Other", "Sales"] && effective() == ["C"])
    }

    @Test("a policy type goes to so many groups and no more")
    func groupLimit() throws {
        var session = AdminFixture.seeded
        let grants = (0..<TenantLimits.groupsOfPolicyType).map { "New-CsGroupPolicyAssignment g\($0) TenantDialPlan P\n" }.joined()
        #expect(session.run("New-CsTenantDialPlan P | Out-Null\n" + grants).applied)
        #expect(try session.run("New-CsGroupPolicyAssignment more TenantDialPlan P").failure().category == .limitsExceeded)
    }

    @Test("a dial plan has so many rules and no more")
    func ruleLimit() throws {
        var session = AdminFixture.seeded
        func rules(_ count: Int) -> String {
            (0..<count).map { "$r\($0) = New-CsVoiceNormalizationRule -Name r\($0) -InMemory\n" }.joined()
                + "New-CsTenantDialPlan p -NormalizationRules " + (0..<count).map { "$r\($0)" }.joined(separator: ",")
        }
        #expect(session.run(rules(TenantDialPlan.ruleLimit)).applied)
        #expect(try session.run("Remove-CsTenantDialPlan p\n" + rules(TenantDialPlan.ruleLimit + 1)).failure().category == .limitsExceeded)
    }

    @Test("14 and 13: guards of the bridge, in the order of work of the article")
    func release() throws {
        var session = AdminFixture.seeded
        #expect(
            try session.run("Unregister-CsOnlineDialInConferencingServiceNumber +14255550100").failure().message.contains("International"))
        let outcome = session.run(
            """
            Set-CsOnlineVoiceRoute International -BridgeSourcePhoneNumber +12065550100
            Unregister-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -BridgeName "Conference Bridge" -Force
            """)
        #expect(outcome.applied && session.tenant.number(AdminFixture.number("+14255550100"))?.status == .unassigned)
    }

    @Test("15: a route through a suspended operator is made with a warning, a number of it is not registered")
    func suspended() throws {
        var tenant = AdminFixture.seeded.tenant
        tenant.operators[0].status = .suspended
        var session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: AdminFixture.session.operators)
        let outcome = session.run("Set-CsOnlineVoiceRoute International -BridgeSourcePhoneNumber +14255550100")
        #expect(outcome.applied && outcome.warnings.count == 1 && outcome.warnings[0].contains("suspended"))
        tenant.voiceRoutes["International"] = nil
        tenant.numbers[0].status = .unassigned
        session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: AdminFixture.session.operators)
        #expect(try session.run("Register-CsOnlineDialInConferencingServiceNumber +14255550100").failure().id == "Forbidden")
        tenant.settings.audioConferencingEnabled = false
        session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: AdminFixture.session.operators)
        #expect(session.run("Get-CsOnlineDialInConferencingBridge").last("Name") == [])
    }

    @Test("a number of a country that its operator is not enabled for is not registered")
    func otherCountry() throws {
        var tenant = AdminFixture.seeded.tenant
        tenant.operators[0].countries = [Country("GB")!]
        tenant.voiceRoutes["International"] = nil
        tenant.numbers[0].status = .unassigned
        var session = CmdletSession(tenant: tenant, users: AdminFixture.users, operators: AdminFixture.session.operators)
        let error = try session.run("Register-CsOnlineDialInConferencingServiceNumber +14255550100").failure()
        #expect(error.id == "Forbidden" && "\(error)".contains("not enabled for US"), "\(error)")
    }

    @Test("a script of twenty thousand commands runs, and is refused whole for its last line")
    func long() throws {
        var session = AdminFixture.seeded
        let lines = (0..<9_999).map {
            "Set-CsOnlinePstnUsage -Usage @{Add='usage \($0 % 100)'}; Set-CsOnlinePstnUsage -Usage @{Remove='usage \($0 % 100)'}\n"
        }.joined()
        #expect(session.run(lines).applied)
        let before = session.tenant
        #expect(try session.run(lines + "Nonsense").failure().category == .objectNotFound)
        #expect(session.tenant == before)
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
