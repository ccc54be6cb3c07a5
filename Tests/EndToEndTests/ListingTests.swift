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
            ("tokens", "id,role,tenant,operator,name,createdAt,expiresAt", ""), ("limits --tenant contoso", "limit,warn,block", ""),
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
        #expect(try await run(service, "tenants --json --csv").status == 2)
        let changes = try await run(service, "changes --tenant contoso --search alice@ --csv")
        #expect(changes.text.contains("127.0.0.1,api,user alice@contoso.example") && !changes.text.contains("number +14255550100"))
        let foreign = try await run(service, "trunks --operator nobody")
        #expect(foreign.status == 1 && foreign.text.contains("nobody"))
        let module = try await run(service, "admin --module")
        #expect(module.status == 0 && module.text.contains("function Get-CsOnlineVoiceRoute {"))
    }
}
