import Dialing
import Foundation
import Testing

@testable import Cmdlets

@Suite("At a prompt")
struct PromptTests {
    static let unfinished: [(String, Bool)] = [
        ("Get-CsOnlineUser", false), ("", false), ("if ($true) {", true), ("if ($true) { 1 }", false), ("'abc", true), ("\"abc $(", true),
        ("Get-CsOnlineUser |", true), ("Get-CsOnlineUser | ", true), ("Get-CsOnlineUser `", true), ("$a =", true), ("@'\nx", true),
        ("@'", true), ("@'\nx\n'@", false), ("<# a", true), ("# a {", false), ("'a {'", false), ("foreach ($i in 1..3)", true),
        ("try { 1 }", true), ("try { 1 } catch { }", false), ("@{ a = 1", true), ("1 +", true), ("}", false), ("1 )", false),
        ("Get-X 'a", true), ("function F", true), ("function F {", true), ("switch (1) { 1 {", true), ("$x = @(1,", true),
        ("Get-CsOnlineUser | }", false), ("if", true), ("while (1)", true),
    ]

    @Test("a line goes on where something is open", arguments: unfinished)
    func goesOn(text: String, expected: Bool) { #expect(TypedScript.isUnfinished(text) == expected, "\(text)") }

    static let copied: [(line: String, goesOn: Bool, plain: String, isCopied: Bool)] = [
        ("PS C:\\> Get-CsOnlineUser", false, "Get-CsOnlineUser", true), ("PS> 1", false, "1", true), ("PS>", false, "", true),
        ("PS C:\\Users\\Ann Admin>Get-X", false, "Get-X", true), ("PS /home/ann> 1", false, "1", true), ("PS contoso> 1", false, "1", true),
        (">> 'x'", true, "'x'", true), (">> 'x'", false, ">> 'x'", false), (">>", true, "", true), ("PS", false, "PS", false),
        ("Get-X > a.txt", false, "Get-X > a.txt", false), ("PS $(x) > y", false, "PS $(x) > y", false), (">>   a", true, "  a", true),
    ]

    @Test("a copied prompt is understood", arguments: copied.indices)
    func prompt(index: Int) {
        let example = Self.copied[index]
        let (line, isCopied) = TypedScript.withoutPrompt(example.line, goesOn: example.goesOn)
        #expect(line == example.plain && isCopied == example.isCopied, "\(example.line): \(line)")
    }

    // MARK: completion

    static let completions: [(text: String, typed: Int, candidates: [String], asks: Bool)] = [
        ("Get-CsOnlineVoiceRoute", 22, ["Get-CsOnlineVoiceRoute"], false), ("1 | where-o", 7, ["Where-Object"], false),
        ("Get-CsOnlineVoiceRoute -", 1, ["-Identity", "-Filter"], false), ("Get-CsOnlineVoiceRoute -f", 2, ["-Filter"], false),
        ("Get-CsOnlineVoiceRoute -Filter x -", 1, ["-Identity"], false),
        ("Get-CsGroupPolicyAssignment -PolicyType Tenant", 6, ["TenantDialPlan"], false),
        ("Set-CsTeamsMeetingPolicy -AllowAnonymousUsersToDialOut $", 1, ["$false", "$null", "$true"], false),
        ("$names | ForE", 4, ["ForEach-Object"], false), ("Get-CsOnlineVoiceRoute ", 0, [], true),
        ("Set-CsOnlineVoiceRoute Int", 3, [], true),
        ("Grant-CsOnlineAudioConferencingRoutingPolicy alice ", 0, [], true),
        ("New-CsOnlineVoiceRoute X -OnlinePstnUsages a, In", 2, [], true), ("Grant-CsDialoutPolicy -PolicyName 'Dial", 5, [], true),
        ("'Get-CsOnline", 13, [], false), ("Get-CsOnlineUser -ResultSize ", 0, [], false),
    ]

    @Test("commands, parameters and values are completed", arguments: completions.indices)
    func complete(index: Int) {
        let example = Self.completions[index], completion = Completion(of: example.text)
        #expect(completion.typed == example.typed && completion.candidates == example.candidates, "\(example.text): \(completion)")
        #expect((completion.names != nil) == example.asks, "\(example.text)")
    }

    @Test("names come from the service, in quotes where they must be")
    func names() throws {
        var session = AdminFixture.seeded
        func complete(_ text: String) throws -> [String] {
            let completion = Completion(of: text)
            return completion.candidates(among: session.run(try #require(completion.names, "\(text)")).last("Value"))
        }
        #expect(try complete("Grant-CsOnlineAudioConferencingRoutingPolicy alice int") == ["'International Policy'"])
        #expect(try complete("Grant-CsOnlineAudioConferencingRoutingPolicy -PolicyName int") == ["'International Policy'"])
        #expect(try complete("Grant-CsOnlineAudioConferencingRoutingPolicy -PolicyName \"int") == ["\"International Policy\""])
        #expect(try complete("Set-CsOnlineVoiceRoute int") == ["International"])
        #expect(try complete("Get-CsOnlineUser a") == ["alice@contoso.example"])
        #expect(try complete("Get-CsPhoneNumberAssignment +1206") == ["+12065550100"])
        #expect(try complete("New-CsOnlineVoiceRoute X -OnlinePstnUsages i") == ["International"])
        #expect(try complete("Grant-CsDialoutPolicy -PolicyName DialoutCPCZoneAPSTNI") == ["DialoutCPCZoneAPSTNInternational"])
    }

    @Test("every script for names puts out names")
    func everySource() throws {
        for cmdlet in CmdletTable.all where cmdlet.whyNotHeld == nil {
            for parameter in cmdlet.offered where parameter.kind != .toggle {
                guard let script = Completion(of: "\(cmdlet.name) -\(parameter.name) ").names else { continue }
                var session = AdminFixture.seeded
                let outcome = session.run(script)
                #expect(outcome.applied, "\(cmdlet.name) -\(parameter.name): \(outcome.results.compactMap(\.error))")
                #expect(outcome.results.flatMap(\.output).allSatisfy { $0["Value"] != nil }, "\(script)")
            }
        }
    }

    // MARK: variables

    /// A session whose lines are scripts of their own.
    private struct Typist {
        var session = AdminFixture.seeded
        var variables = ""

        mutating func type(_ line: String) -> ScriptOutcome {
            var input = RunInput()
            input.variables = variables
            let outcome = session.run(line, input)
            if let kept = outcome.variables { variables = kept }
            return outcome
        }
    }

    static let sessions: [(lines: [String], last: [String])] = [
        (["$t = $true; $f = $false", "\"$t $f\""], ["True False"]),
        (["$a = 5", "$a + 1"], ["6"]), (["$a = 'x'; $b = \"$a y\"", "$b.Length"], ["3"]),
        (["$u = Get-CsOnlineUser alice@contoso.example", "$u.DisplayName"], ["Alice"]),
        (["$h = @{a=1}; $g = $h", "$g.b = 2", "$h.b"], ["2"]),
        (["$l = [System.Collections.ArrayList]@()", "[void]$l.Add(7)", "$l.Count"], ["1"]),
        (["$l = [System.Collections.Generic.List[int]]::new()", "$l.Add(7)", "$l.Remove(7)"], ["True"]),
        (["$h = [hashtable]::new()", "$h['a'] = 1; $h['A'] = 2", "$h.Count"], ["2"]),
        (
            ["$o = [System.Collections.Specialized.OrderedDictionary]::new()", "$o['A'] = 1", "\"$($o.Contains('a')) $($o[0])\""],
            ["False 1"]
        ),
        (["$d = [System.Collections.Generic.Dictionary[string,int]]::new()", "$d['A'] = 1", "$d.GetType().Name"], ["Dictionary`2"]),
        (["function Twice($x) { $x * 2 }", "Twice 21"], ["42"]), (["filter Up { $_.ToUpper() }", "'a' | Up"], ["A"]),
        (["$f = { param($x) $x + 1 }", "& $f 4"], ["5"]), (["[int]$n = '3'", "$n = '4'", "$n + 1"], ["5"]),
        (["$d = [datetime]'2026-01-02'", "$d.AddDays(1).Day"], ["3"]), (["$o = [ordered]@{b=1; a=2}", "$o.Keys -join ','"], ["b,a"]),
        (["$r = 2.5; $c = [char]'x'; $s = [timespan]'00:00:05'", "\"$r $c $($s.TotalSeconds)\""], ["2.5 x 5"]),
        (["$a = 1", "$a = 2; Remove-CsOnlineVoiceRoute nope", "$a"], ["1"]), (["$h = @{}; $h.me = $h", "$h.me.me.Count"], ["1"]),
        (["$ErrorActionPreference = 'SilentlyContinue'", "$ErrorActionPreference"], ["SilentlyContinue"]),
        (["$a = 1", "Remove-Variable a", "$null -eq $a"], ["True"]), (["$t = [PSCustomObject]@{x=1}", "$t.x"], ["1"]),
        (["$e = 'é\u{1F600}'", "$e"], ["é\u{1F600}"]), (["$x = $null", "$null -eq $x"], ["True"]), (["$p = [int]", "$p.Name"], ["Int32"]),
        (["Remove-CsOnlineVoiceRoute nope", "$?"], ["False"]), (["1 )", "[string]$? + $Error.Count"], ["False1"]),
        (["Remove-CsOnlineVoiceRoute nope", "'on'", "[string]$? + $Error.Count"], ["True1"]),
        (["$a = 1", "$a = 2; throw 'x'", "\"$($Error[0].Exception.Message) $a\""], ["x 1"]),
        (["Get-CsOnlineVoiceRoute nope -ErrorAction SilentlyContinue", "$?"], ["False"]),
        (["throw 'a'", "throw 'b'", "\"$Error\""], ["b a"]),
        (["throw 'x'", "$Error.Clear()", "$Error.Count"], ["0"]),
        ((1...40).map { "throw 'e\($0)'" } + ["\"$($Error.Count) $($Error[0])\""], ["\(SessionText.errorLimit) e40"]),
    ]

    @Test("variables and functions live from line to line", arguments: sessions.indices)
    func live(index: Int) {
        var typist = Typist(), outcome: ScriptOutcome?
        for line in Self.sessions[index].lines { outcome = typist.type(line) }
        #expect(outcome?.last("Value") == Self.sessions[index].last, "\(Self.sessions[index].lines): \(outcome?.results ?? [])")
    }

    @Test("a script alone keeps nothing, and a session no more than its limit")
    func bounds() throws {
        var session = AdminFixture.seeded
        #expect(session.run("$a = 1").variables == nil)
        var typist = Typist()
        _ = typist.type("$a = 1")
        let outcome = typist.type("$b = 'x' * \(SessionText.limit); Set-CsOnlinePstnUsage -Usage @{Add='y'}")
        #expect(outcome.results.last?.error?.id == "LimitExceeded" && !outcome.applied && outcome.variables == nil)
        #expect(!typist.session.tenant.pstnUsages.contains("y") && typist.type("$a").last("Value") == ["1"])
        #expect(typist.type("$b = 'x' * \(SessionText.limit - 1_000)").applied)
        let deep = typist.type("$b = 0; foreach ($i in 1..\(Meter.levelLimit + 1)) { $b = @($b, $i) }")
        #expect(deep.results.last?.error?.message.contains("nest up to") ?? false)
    }

    @Test("a text that is none of a session's is refused at its byte, and nothing is run")
    func forged() throws {
        var typist = Typist()
        _ = typist.type(
            "$a = @(1, 'x', @{k=2.5}); [int]$n = 3; function F { 1 }; $b = { 2 }; $d = [datetime]'2026-01-02'; $o = Get-CsOnlineUser alice@contoso.example"
        )
        let whole = typist.variables
        // The text of an earlier version ends before the errors.
        let end = try SessionReader.variables(in: whole).utf8.count
        for count in 0..<whole.utf8.count where count > 0 && count != end {
            #expect(throws: SessionText.Unreadable.self, "\(count)") {
                try SessionReader(String(decoding: whole.utf8.prefix(count), as: UTF8.self))
            }
        }
        for forged in [
            "x", "-1;", "1;1;ani5;", "99999999999999999999;", "1;1;ani5;0;z", "1;4;true1;",
            "1;1;an" + String(repeating: "a1;", count: 100) + "n0;",
            "1;1;anr0;0;", "1;1;any3;x!y0;", "0;1;3;1+1", "1;5;errorni1;0;", "1;1;anm-1;0;", "1;1;anc55296;0;", "1;1;anb1;}0;",
        ] {
            typist.variables = forged
            let outcome = typist.type("Set-CsOnlinePstnUsage -Usage @{Add='y'}")
            #expect(!outcome.applied && outcome.results.last?.error?.parameter == "variables", "\(forged)")
        }
    }
}
