import Basis
import Dialing
import Foundation
import Testing

@testable import Cmdlets

@Suite("Help")
struct HelpTests {
    private static let held = CmdletTable.all.filter { $0.whyNotHeld == nil && !$0.acceptsAnything }

    @Test("every cmdlet has a description, two examples of its own and a sentence for every parameter")
    func whole() {
        for cmdlet in Self.held {
            let help = cmdlet.help
            #expect(help?.description.hasSuffix(".") ?? false, "\(cmdlet.name)")
            #expect(help?.examples.count == 2 && help?.examples.allSatisfy { $0.says.hasSuffix(".") } ?? false, "\(cmdlet.name)")
            for example in help?.examples ?? [] { #expect(example.code.contains(cmdlet.name), "\(cmdlet.name): \(example.code)") }
            for parameter in cmdlet.parameters {
                let meaning = cmdlet.meaning(of: parameter)
                #expect(
                    meaning.hasSuffix(".") && meaning.first?.isUppercase ?? false || meaning.hasPrefix("$"),
                    "\(cmdlet.name) -\(parameter.name)")
            }
        }
    }

    @Test("every command of PowerShell's own has a description, two examples that run and a sentence for every parameter")
    func utilities() {
        for utility in UtilityTable.all {
            let help = utility.help
            #expect(help?.description.hasSuffix(".") ?? false, "\(utility.name)")
            #expect(help?.examples.count == 2 && help?.examples.allSatisfy { $0.says.hasSuffix(".") } ?? false, "\(utility.name)")
            for parameter in utility.parameters {
                #expect(utility.meaning(of: parameter).hasSuffix("."), "\(utility.name) -\(parameter.name)")
            }
            for example in help?.examples ?? [] {
                #expect(example.code.contains(utility.name), "\(utility.name): \(example.code)")
                var session = AdminFixture.seeded
                let outcome = session.run(example.code)
                #expect(
                    outcome.applied && outcome.exitCode == 0 || outcome.needs != nil && outcome.results.allSatisfy { $0.error == nil },
                    "\(example.code): \(outcome.results.compactMap(\.error))")
            }
        }
        let own = Set(UtilityTable.all.map(\.name)), parameters = Set(UtilityTable.all.flatMap { $0.parameters.map(\.name) })
        #expect(Set(CmdletHelp.utilities.keys) == own && Set(CmdletHelp.utilityParameters.keys).subtracting(parameters) == [])
        for utility in UtilityTable.all {
            let known = Set(utility.parameters.map(\.name))
            #expect(Set(utility.help?.parameters.keys.map { $0 } ?? []).subtracting(known) == [], "\(utility.name)")
        }
        let compared = CommandSet.all.utility("Where-Object")!.parameters.filter { utility in
            CommandSet.all.utility("Where-Object")!.meaning(of: utility).hasPrefix("Compares")
        }
        #expect(
            compared.map(\.name).sorted() == [
                "ceq", "clike", "cmatch", "cne", "contains", "eq", "ge", "gt", "in", "is", "isnot", "le", "like", "lt", "match", "ne",
                "notcontains",
                "notin", "notlike", "notmatch",
            ])
    }

    @Test("no help is for a cmdlet or parameter that is not there")
    func stale() {
        let names = Set(Self.held.map(\.name)), parameters = Set(Self.held.flatMap { $0.parameters.map(\.name) })
        #expect(Set(CmdletHelp.all.keys).subtracting(names) == [])
        #expect(Set(CmdletHelp.parameters.keys).subtracting(parameters) == ["Force"])
        for cmdlet in Self.held {
            #expect(Set(cmdlet.help?.parameters.keys.map { $0 } ?? []).subtracting(cmdlet.parameters.map(\.name)) == [], "\(cmdlet.name)")
        }
    }

    @Test("every example runs", arguments: held.map(\.name))
    func examples(name: String) throws {
        for example in try #require(CmdletTable.named(name)?.help).examples {
            var session = AdminFixture.seeded
            let outcome = session.run(example.code)
            #expect(outcome.applied && outcome.exitCode == 0, "\(example.code): \(outcome.results.compactMap(\.error))")
        }
    }

    @Test("-? shows help and runs nothing, whatever stands beside it")
    func question() {
        for cmdlet in CmdletTable.all where cmdlet.whyNotHeld == nil {
            var session = AdminFixture.seeded
            let before = session
            let outcome = session.run("\(cmdlet.name) -?")
            #expect(outcome.applied && outcome.last("Name") == [cmdlet.name] && session.tenant == before.tenant, "\(cmdlet.name)")
        }
        for utility in UtilityTable.all {
            var session = AdminFixture.seeded
            #expect(session.run("\(utility.name) -?").last("Name") == [utility.name], "\(utility.name)")
        }
        var session = AdminFixture.seeded
        let before = session
        #expect(session.run("Get-CsOnlineVoiceRoute | Remove-CsOnlineVoiceRoute -?").applied && session.tenant == before.tenant)
        #expect(session.run("Remove-CsOnlineVoiceRoute International -? -Confirm:$false").applied && session.tenant == before.tenant)
    }

    @Test("as a person reads it")
    func text() {
        var session = AdminFixture.seeded
        let text = session.run("help Remove-CsTenantDialPlan").results[0].text
        #expect(
            text.hasPrefix(
                """
                NAME
                    Remove-CsTenantDialPlan

                SYNOPSIS
                    Removes a tenant dial plan with its rules

                SYNTAX
                    Remove-CsTenantDialPlan [-Identity] <String>

                DESCRIPTION
                    Its rules go with it. One that users or groups hold stays; Global loses its rules.

                PARAMETERS
                    -Identity <String>
                        The name of the one that is meant.
                        Required? true   Position? 1   Pipeline? true

                """))
        #expect(text.contains("EXAMPLE 2\n    PS> Remove-CsTenantDialPlan -Identity Global -WhatIf\n    Says what would be done.\n"))
    }

    @Test(
        "the nearest that exists is told",
        arguments: [
            ("Get-CsOnlineVoiceRout", "Get-CsOnlineVoiceRoute"), ("Get-Help Get-CsOnlineUsr", "Get-CsOnlineUser"),
            ("Get-CsOnlineUser -Identiti x", "-Identity"), ("Sort-Objekt", "Sort-Object"),
            ("1..3 | Sort-Object -Descendin2", "-Descending"),
            ("Grant-CsOnlineAudioConferencingRoutingPolicy Alice 'Internationl Policy'", "International Policy"),
            ("Get-CsOnlineVoiceRoute Internationl", "International"), ("Set-CsTenantDialPlan Globl -Description x", "Global"),
            ("'x'.Trimm()", "Trim"), ("Get-CsOnlineDialOutPolicy DialoutCPCandPSTNDisable", "DialoutCPCandPSTNDisabled"),
            ("New-CsOnlineVoiceRoute R -OnlinePstnUsages Internationl -NumberPattern 1", "International"),
            ("Get-CsOnlineUser alise@contoso.example", "alice@contoso.example"),
        ])
    func nearest(script: String, word: String) throws {
        var session = AdminFixture.seeded
        let message = try session.run(script).failure().message
        #expect(message.contains("did you mean") && message.contains(word), "\(message)")
    }
}
