import Foundation
import Service
import Testing

/// The commands that list what the API has: tables, JSON and CSV.
@Suite("The listing commands", .aFewAtATime)
struct ListingTests {
    private func run(_ service: RunningService, _ arguments: String) async throws -> (status: Int32, text: String) {
        let words = arguments.split(separator: " ").map(String.init)
        let child = try Child(Running.executable.path, words, in: service.folder, environment: service.environment)
        return (await child.exitStatus(), child.text)
    }

    @Test("each lists what is there, as a table, as JSON and as CSV")
    func lists() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        for (arguments, header, row) in [
            ("tenants", "id,displayName,country,users,voiceRoutes,routingPolicies,numbers", "contoso,Contoso,US,1,1,"),
            (
                "users --tenant contoso", "upn,displayName,usageLocation,licences,groups,audioConferencingEnabled",
                "alice@contoso.example,Alice,,{OperatorConnectConferencing},{},True"
            ),
            ("operators", "id,name,products,countries", "acme,Acme,{Conferencing},{US}"),
            (
                "operators --mine --tenant contoso",
                "operatorID,status,countries,contact.fullName,contact.email,companySize,agreement.status",
                "acme,active,{US},"
            ),
            (
                "numbers --operator acme", "number,tenant,state,usage,status,country,city,isTollFree",
                "+14255550100,contoso,Active,conference,ConferenceAssigned,US,,False"
            ),
            (
                "numbers --tenant contoso",
                "TelephoneNumber,PstnPartnerName,PstnAssignmentStatus,AssignedPstnTargetId,Capability,IsoCountryCode,City,AcquiredNumberState",
                "+14255550100,Acme,ConferenceAssigned,"
            ),
            ("trunks --operator acme", "name,uri,state,health.state,channelsInUse,maxConcurrentCalls,queued", "t1,sip:127.0.0.1:5,"),
            ("webhooks list --tenant contoso", "id,url,status,kinds,meetings,waiting,dead", ""),
            ("tokens", "id,role,tenant,operator,name,createdAt,expiresAt", ""), ("limits --tenant contoso", "limit,warn,block", ""),
            (
                "credits --tenant contoso --licences 2 --add 90 --below 20 --amount 50", "what,available,used,left,told,recharge",
                "credits,90,0,90,0,50 below 20"
            ),
            ("changes --tenant contoso --search alice@", "id,at,by,from,source,changed", ""),
        ] {
            let csv = try await run(service, arguments + " --csv")
            let lines = csv.text.split(whereSeparator: \.isNewline).map(String.init)
            #expect(
                csv.status == 0 && lines.first == header && (row.isEmpty || lines.contains { $0.hasPrefix(row) }), "\(arguments): \(csv)")
            let table = try await run(service, arguments)
            let names = header.split(separator: ",").map(String.init)
            #expect(
                table.status == 0 && table.text.split(separator: "\n").first?.split(separator: " ").map(String.init) == names, "\(table)")
            let json = try await run(service, arguments + " --json")
            #expect(json.status == 0 && (try? JSON.decode(JSONValue.self, Array(json.text.utf8))) != nil, "\(json)")
        }
        let changes = try await run(service, "changes --tenant contoso --search alice@ --csv")
        #expect(changes.text.contains("127.0.0.1,api,user alice@contoso.example") && !changes.text.contains("number +14255550100"))
        for command in ["tenants", "webhooks list", "lint"] {
            #expect(try await run(service, command + " --json --csv").status == 2)
        }
        let lost = try await service.must("POST", "/v1/tenants/contoso/commands", #"{"script":"New-CsOnlineVoiceRoute Lost"}"#)
        #expect(lost["applied"] == .bool(true))
        let lint = try await run(service, "lint --tenant contoso --csv")
        #expect(lint.status == 1 && lint.text.hasPrefix("object,reason,mend\r\nroute Lost,"), "\(lint)")
        let foreign = try await run(service, "trunks --operator nobody")
        #expect(foreign.status == 1 && foreign.text.contains("nobody"))
        let module = try await run(service, "admin --module")
        #expect(module.status == 0 && module.text.contains("function Get-CsOnlineVoiceRoute {"))
    }

    /// Every command with the names of its options, as ArgumentParser tells them.
    private func commands() async throws -> [(name: String, abstract: String, options: Set<String>)] {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let child = try Child(Running.executable.path, ["--experimental-dump-help"], in: folder)
        #expect(await child.exitStatus() == 0)
        var found: [(name: String, abstract: String, options: Set<String>)] = []
        func visit(_ command: JSONValue, _ parents: [String]) {
            let path = parents + [command["commandName"].string ?? ""]
            let options = command["arguments"].array.flatMap { $0["names"].array.compactMap { $0["name"].string } }
            found.append((path.dropFirst().joined(separator: " "), command["abstract"].string ?? "", Set(options)))
            for subcommand in command["subcommands"].array where subcommand["commandName"].string != "help" { visit(subcommand, path) }
        }
        visit(try JSON.decode(JSONValue.self, Array(child.text.utf8))["command"], [])
        return found
    }

    @Test("whatever lists puts out JSON and CSV; every command says what it is and its version, and stands in the README")
    func table() async throws {
        let all = try await commands(), lists = all.filter { $0.abstract.hasPrefix("List ") }
        #expect(all.count > 30 && lists.count > 10)
        for list in lists { #expect(list.options.isSuperset(of: ["json", "csv"]), "\(list.name)") }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for command in all {
            #expect(!command.abstract.isEmpty && command.options.contains("version"), "\(command.name)")
            guard let top = command.name.split(separator: " ").first else { continue }
            #expect(readme.contains("`\(top)`") || readme.contains("`\(top) "), "\(command.name)")
        }
        for arguments in [["--version"], ["users", "--version"]] {
            let child = try Child(Running.executable.path, arguments, in: folder)
            #expect(await child.exitStatus() == 0 && child.text == Version.current + "\n")
        }
    }
}
