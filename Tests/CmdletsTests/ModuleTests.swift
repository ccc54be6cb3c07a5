import Dialing
import Foundation
import Testing

@testable import Cmdlets

@Suite("The module for PowerShell")
struct ModuleTests {
    private static let text = ModuleText.text

    /// The text of a function, from its name to the next.
    private static func function(_ name: String) -> Substring {
        guard let start = text.range(of: "function \(name) {\n") else { return "" }
        let rest = text[start.upperBound...]
        return rest[..<(rest.range(of: "\nfunction ")?.lowerBound ?? rest.endIndex)]
    }

    @Test("a function for every cmdlet, with every parameter, its type and its place", arguments: ModuleText.exported.map(\.name))
    func parameters(name: String) throws {
        let cmdlet = try #require(CmdletTable.named(name)), text = Self.function(name)
        #expect(text.contains("Invoke-DialoutCmdlet '\(name)' $PSBoundParameters $PSCmdlet"))
        #expect(text.contains("SupportsShouldProcess") == cmdlet.changes && text.contains("$PSCmdlet.ShouldProcess(") == cmdlet.changes)
        let list = text[text.range(of: "param(\n")!.upperBound..<text.range(of: "\n    )\n    process")!.lowerBound]
        let lines = list.isEmpty ? [] : list.split(separator: "\n").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " ,")) }
        #expect(lines.count == cmdlet.parameters.count)
        let places = lines.compactMap { line in line.firstMatch(of: /Position = (\d+)/).flatMap { Int($0.1) } }
        #expect(places == Array(0..<cmdlet.parameters.count { $0.options.contains(.positional) }))
        for (line, parameter) in zip(lines, cmdlet.parameters) {
            #expect(line.hasSuffix(" $\(parameter.name)"), "\(line)")
            let type =
                switch parameter.kind {
                case .toggle: "[switch]"
                case .truth: "[bool]"
                case .integer where parameter.options.contains(.nullable): "[object]"
                case .integer(let range): "[ValidateRange(\(range.lowerBound), \(range.upperBound))] [int]"
                case .choice(let values): "[ValidateSet('\(values.joined(separator: "', '"))')] [string]"
                case .texts: "[string[]]"
                case .text: parameter.options.contains(.nullable) ? "[object]" : "[string]"
                case .listChange, .limit, .value, .ignored, .notHeld: "[object]"
                }
            #expect(line.contains(type + " $"), "\(line)")
            #expect(line.contains("Mandatory") == (parameter.options.contains(.required) && parameter.group == nil), "\(line)")
            #expect(line.contains("Position = ") == parameter.options.contains(.positional), "\(line)")
            #expect(line.contains("ValueFromPipeline,") == parameter.options.contains(.pipeline), "\(line)")
        }
    }

    @Test("it exports what it has, and reads as PowerShell's tokens: quotes, comments and brackets are balanced")
    func balanced() throws {
        #expect(ModuleText.exported.count >= 40)
        for cmdlet in ModuleText.exported { #expect(Self.text.contains("    '\(cmdlet.name)'")) }
        var open: [Character] = [], rest = Substring(Self.text), comments = 0
        let closing: [Character: Character] = ["(": ")", "{": "}", "[": "]"]
        while let character = rest.popFirst() {
            switch character {
            case "#": rest = rest.drop { $0 != "\n" }
            case "<" where rest.first == "#":
                let end = try #require(rest.range(of: "#>"))
                rest = rest[end.upperBound...]
                comments += 1
            case "'":
                let end = try #require(rest.firstIndex(of: "'"))
                #expect(!rest[..<end].contains("\n"))
                rest = rest[rest.index(after: end)...]
            case "\"":
                while let inner = rest.popFirst(), inner != "\"" { if inner == "`" { _ = rest.popFirst() } }
            case "(", "{", "[": open.append(closing[character]!)
            case ")", "}", "]": #expect(open.popLast() == character)
            default: break
            }
        }
        #expect(open.isEmpty && comments == ModuleText.exported.count)
        #expect(!ModuleText.exported.contains { ($0.help?.description ?? "").contains("#>") })
    }

    @Test("the script that a function sends binds what travels beside it as JSON")
    func sent() {
        var session = AdminFixture.seeded
        let line = "$given = Get-Content given.json -Raw | ConvertFrom-Json -AsHashtable\n"
        #expect(Self.text.contains("'$given = Get-Content given.json -Raw | ConvertFrom-Json -AsHashtable' + \"`n\" + $Name + ' @given'"))
        func run(_ cmdlet: String, _ given: String) -> ScriptOutcome {
            var input = RunInput()
            input.files = ["given.json": .text(given)]
            return session.run(line + cmdlet + " @given", input)
        }
        #expect(run("Set-CsOnlinePstnUsage", #"{"Usage": {"Add": ["a'b; Remove-CsOnlineVoiceRoute International", "$(x)"]}}"#).applied)
        #expect(session.tenant.pstnUsages == ["International", "a'b; Remove-CsOnlineVoiceRoute International", "$(x)"])
        #expect(run("Grant-CsOnlineAudioConferencingRoutingPolicy", #"{"Identity": "alice@contoso.example", "PolicyName": null}"#).applied)
        #expect(session.users["alice@contoso.example"]?.grants.audioConferencingRoutingPolicy == nil)
        #expect(run("Set-CsOnlineVoiceRoute", #"{"Identity": "International", "Priority": 7, "Description": "\"x\"\n"}"#).applied)
        #expect(session.tenant.voiceRoutes["International"]?.priority == 7)
        #expect(
            run("Unregister-CsOnlineDialInConferencingServiceNumber", #"{"Identity": "+12065550100", "RemoveDefaultServiceNumber": true}"#)
                .applied)
        #expect(run("Set-CsOnlineDialInConferencingBridge", #"{"Instance": {"Identity": "contoso", "Name": "Main"}}"#).applied)
        #expect(session.tenant.bridge.name == "Main")
    }
}
