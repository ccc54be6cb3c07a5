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

    @Test("lists are searched by the API's own filters, and one that does not go with the list is refused")
    func filters() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        for (arguments, count) in [
            ("tenants --search conto", 1), ("tenants --search nobody", 0), ("users --tenant contoso --search ALICE", 1),
            ("users --tenant contoso --licence OperatorConnectConferencing", 1), ("users --tenant contoso --group sales", 0),
            ("numbers --tenant contoso --country us --status ConferenceAssigned", 1), ("numbers --tenant contoso --country DE", 0),
        ] {
            let json = try await run(service, arguments + " --json")
            #expect(
                json.status == 0 && (try? JSON.decode(JSONValue.self, Array(json.text.utf8)))?.array.count == count, "\(arguments): \(json)"
            )
        }
        for (arguments, status, why) in [
            ("users --tenant contoso --licence Gold", Int32(1), "licence is one of"),
            ("numbers --tenant contoso --status Asigned", 1, "-PstnAssignmentStatus is one of"),
            ("numbers --operator acme --country US", 2, "go with a tenant's inventory"),
            ("operators --mine --tenant contoso --country US", 2, "search all operators, and not --mine"),
            ("calls --follow --json", 2, "--follow goes without --json and --csv"),
            ("calls --follow --csv", 2, "--follow goes without --json and --csv"),
            ("calls --follow --order newest", 2, "--follow shows all that happens"),
            ("calls --follow --outcome busy", 2, "--follow shows all that happens"),
        ] {
            let refused = try await run(service, arguments)
            #expect(refused.status == status && refused.text.contains(why), "\(arguments): \(refused)")
        }
    }

    @Test("an inventory is asked for by the thousand, until a page is not full", arguments: [[999], [1_000, 0], [1_000, 1_000, 7]])
    func inventory(pages: [Int]) async throws {
        let service = try ScriptedService(), folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let child = try Child(
            Running.executable.path, ["numbers", "--tenant", "contoso", "--json"], in: folder, environment: service.environment)
        let owner = try await service.next()
        #expect(owner.text.hasPrefix("GET /v1/token "))
        owner.answer("200 OK", #"{"role":"platform"}"#)
        for (place, count) in pages.enumerated() {
            let request = try await service.next()
            #expect(request.text.hasSuffix("Get-CsPhoneNumberAssignment -Skip \(place * 1_000) -Top 1000"), "\(request.text)")
            let rows = (0..<count).map { "{\"TelephoneNumber\":\"+1425\(5_000_000 + place * 1_000 + $0)\"}" }.joined(separator: ",")
            request.answer("200 OK", "{\"results\":[{\"output\":[\(rows)]}]}")
        }
        #expect(await eventually { !child.isRunning }, "it asks for no more")
        #expect(await child.end() == 0)
        #expect(try JSON.decode(JSONValue.self, Array(child.text.utf8)).array.count == pages.reduce(0, +))
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

    @Test("an operator's prices are put from JSON or CSV, shown so that they can be put again, listed and removed, by whom REST lets")
    func prices() async throws {
        let service = try await RunningService(), folder = service.folder
        try await service.configure(trunkPort: 5)
        _ = try await service.must("PUT", "/v1/operators/spare", #"{"name":"Spare"}"#)
        let lines = ["prefix;destination;perMinute;minimumSeconds", "+49;=Germany;0.012;60", "+1;;0.5;"]
        try (lines.joined(separator: "\r\n") + "\r\n").write(toFile: folder + "/list.csv", atomically: true, encoding: .utf8)
        #expect(try await run(service, "prices put --operator acme list.csv").status == 2, "CSV has no currency")
        let put = try await run(service, "prices put --operator acme --currency EUR list.csv")
        #expect(put.status == 0 && put.text.hasPrefix("2 prices in EUR from 20"), "\(put)")
        let shown = try await run(service, "prices show --operator acme --csv")
        #expect(
            shown.text.hasPrefix(
                "prefix,destination,perMinute,connectionCharge,minimumSeconds,incrementSeconds\r\n+49,'=Germany,0.012,,60,\r\n"))
        try shown.text.write(toFile: folder + "/again.csv", atomically: true, encoding: .utf8)
        #expect(try await run(service, "prices put --operator acme --currency EUR again.csv").status == 0)
        let kept = try await service.must("GET", "/v1/operators/acme/price-list")["inForce"]["prices"].array
        #expect(
            kept.count == 2 && kept[0]["destination"].string == "=Germany" && kept[0]["minimumSeconds"].integer == 60
                && kept[1]["destination"] == .null, "\(kept)")
        let next = #"{"currency":"USD","validFrom":"2099-01-01T00:00:00.000Z","prices":[{"prefix":"+1","perMinute":"1"}]}"#
        try next.write(toFile: folder + "/next.json", atomically: true, encoding: .utf8)
        let coming = try await run(service, "prices put --operator acme next.json")
        #expect(coming.text == "1 prices in USD from 2099-01-01T00:00:00.000Z on\n", "\(coming)")
        let listed = try await run(service, "prices --csv")
        let row = listed.text.split(whereSeparator: \.isNewline).map(String.init)
        #expect(row.count == 2 && row[0] == "operator,currency,validFrom,prices,nextFrom" && row[1].hasPrefix("acme,EUR,20"), "\(listed)")
        #expect(row.last?.hasSuffix(",2,2099-01-01T00:00:00.000Z") == true, "\(listed)")
        #expect(try await run(service, "prices show --operator acme --next").text.contains("+1"))
        for (text, words) in [
            ("prefix,price\n+1,2", "prefix and perMinute"), ("prefix,perMinute,x\n+1,2,3", "no column x"),
            ("prefix,perMinute\n+1", "row 2 has 1"),
            ("prefix,perMinute,minimumSeconds\n+1,2,a", "row 2: minimumSeconds"), ("prefix,perMinute\n+1,1\n+1,2", "prices[1].prefix"),
        ] {
            try text.write(toFile: folder + "/bad.csv", atomically: true, encoding: .utf8)
            let refused = try await run(service, "prices put --operator acme --currency EUR bad.csv")
            #expect([1, 2].contains(refused.status) && refused.text.contains(words), "\(text): \(refused)")
        }
        let made = try await service.must("POST", "/v1/tokens", #"{"role":"operator","operator":"spare"}"#)["token"].string ?? ""
        let foreign = try await run(service, "prices show --operator acme --token \(made)")
        #expect(foreign.status == 1 && foreign.text.contains("403"), "\(foreign)")
        #expect(try await run(service, "prices list --token \(made) --json").text == "[]\n")
        #expect(try await run(service, "prices remove --operator acme").status == 0)
        let none = try await run(service, "prices show --operator acme")
        #expect(none.status == 1 && none.text.contains("no price list is in force"))
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
