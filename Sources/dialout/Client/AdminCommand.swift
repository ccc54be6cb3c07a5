import ArgumentParser
import Cmdlets
import Foundation
import Service

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Run PowerShell cmdlets of Microsoft Teams against a tenant.",
        discussion: """
            Without -f or -c it prompts: Tab completes, the arrows bring back earlier lines, Ctrl-C drops the line, Ctrl-D ends. A script is applied whole or not at all; the files and answers that it asks for are read here, and what it \
            writes is written here. Behind -- stand values for its own param(): -- -Name value. Exit status: 0 all ran, 1 one failed, 2 usage, \
            or what the script's exit gave.
            """)

    @OptionGroup var options: ClientOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Option(name: .shortAndLong, help: "A script; - is standard input.") var file: String?
    @Option(name: .customShort("c"), help: "A command.") var command: String?
    @Flag(help: "Print the objects that were put out, as JSON.") var json = false
    @Flag(help: "Print a module for PowerShell 7 whose functions are the cmdlets of this service.") var module = false
    @Argument(parsing: .postTerminator, help: "Values for the script's param().") var parameters: [String] = []

    func validate() throws {
        guard [file != nil, command != nil, module].count(where: { $0 }) <= 1 else {
            throw ValidationError("-f, -c and --module exclude each other")
        }
        guard parameters.isEmpty || file != nil || command != nil else {
            throw ValidationError("\(parameters[0]): values behind -- are for the script of -f or -c")
        }
    }

    func run() throws {
        if module { return try say(ModuleText.text, terminator: "") }
        let client = try options.client(), tenant = try client.tenant(tenant)
        let isPrompt = file == nil && command == nil
        let player = ScriptPlayer(client, tenant: tenant, json: json, keepsVariables: isPrompt)
        let status: Int32
        if let file {
            let script: String
            do { script = try TextFile.read(file) } catch { throw fail("\(error)", code: 2) }
            status = try player.play(script, name: file, parameters: try CommandRounds.parameters(parameters))
        } else if let command {
            status = try player.play(command, parameters: try CommandRounds.parameters(parameters))
        } else {
            status = try AdminPrompt(player, tenant: tenant).run()
        }
        if status != 0 { throw ExitCode(status) }
    }
}

extension JSONValue {
    /// As a person would read it.
    var text: String {
        switch self {
        case .null: ""
        case .bool(let flag): flag ? "True" : "False"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        case .array(let elements): ListText.write(elements.map(\.text))
        case .object(let members):
            "[" + members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: "; ") + "]"
        }
    }
}
