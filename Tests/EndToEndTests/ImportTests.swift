import Foundation
import Service
import Testing

/// A tenant elsewhere, brought here by what its cmdlets print.
@Suite("Imports", .aFewAtATime)
struct ImportTests {
    private func run(_ service: RunningService, _ arguments: [String]) async throws -> (status: Int32, text: String) {
        let child = try Child(Running.executable.path, arguments, in: service.folder, environment: service.environment)
        let status = await child.exitStatus()
        return (status, child.text)
    }

    private func file(_ name: String, _ text: String, _ service: RunningService) throws -> String {
        let path = service.folder + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static let users = #"""
        [{"Identity":"1b0e","UserPrincipalName":"Bea@Contoso.example","DisplayName":"Bea","UsageLocation":"GB",
          "AssignedPlan":[{"Capability":"MCOMEETADV","CapabilityStatus":"Enabled"},{"Capability":"MCOPSTNPP"},{"Capability":"EXCHANGE"}],
          "OnlineAudioConferencingRoutingPolicy":{"Name":"Tag:Europe","Authority":"Tenant"},"OnlineDialOutPolicy":null},
         {"UserPrincipalName":"alice@contoso.example","DisplayName":"Alice Liddell"}]
        """#

    @Test("dumps of users, usages, routes, policies and dial plans are put in force together, the difference first")
    func dumps() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let files = try [
            file("users.json", Self.users, service),
            file("usages.json", #"{"Identity":"Global","Usage":["International","Europe"],"Key":{"x":1}}"#, service),
            file(
                "routes.json",
                #"{"Identity":"EU","Name":"EU","NumberPattern":"^\\+4","OnlinePstnUsages":["Europe"],"OnlinePstnGatewayList":[],"#
                    + #""BridgeSourcePhoneNumber":"14255550100","Priority":7,"Description":null}"#, service),
            file(
                "policies.json", #"[{"Identity":"Tag:Europe","OnlinePstnUsages":["Europe"],"Description":"d","RouteType":"BYOT"}]"#, service
            ),
            file(
                "plans.json",
                #"{"Identity":"Tag:GB","SimpleName":"GB","NormalizationRules":[{"Name":"R","Pattern":"^(\\d{4})$","Translation":"+4420$1"}]}"#,
                service),
        ]
        let difference =
            """
            ~ usages
            + route EU
            + policy Europe
            + dial plan GB
            ~ user alice@contoso.example
            + user bea@contoso.example
            4 added, 2 changed, 0 removed

            """
        let tried = try await run(service, ["import", "--dry-run", "--tenant", "contoso"] + files)
        #expect(tried.status == 0 && tried.text.lines == difference.lines, "\(tried.text)")
        #expect(try await service.must("GET", "/v1/tenants/contoso/document")["users"].array.count == 1)
        let done = try await run(service, ["import", "--tenant", "contoso"] + files)
        #expect(done.status == 0 && done.text.lines == difference.lines, "\(done.text)")
        let document = try await service.must("GET", "/v1/tenants/contoso/document"), tenant = document["tenant"]
        #expect(tenant["pstnUsages"].array.map(\.string) == ["International", "Europe"])
        let route = try #require(tenant["voiceRoutes"].array.last)
        #expect(route["name"].string == "EU" && route["bridgeSourcePhoneNumber"].string == "+14255550100" && route["priority"].integer == 7)
        #expect(tenant["routingPolicies"].array.last?["name"].string == "Europe")
        #expect(tenant["dialPlans"].array.last?["normalizationRules"].array.first?["translation"].string == "+4420$1")
        let bea = try #require(document["users"].array.first { $0["upn"].string == "bea@contoso.example" })
        #expect(bea["licences"].array.map(\.string) == ["AudioConferencingStandard", "CommunicationsCredits"])
        #expect(bea["usageLocation"].string == "GB" && bea["grants"]["audioConferencingRoutingPolicy"].string == "Europe")
        let alice = try #require(document["users"].array.first { $0["upn"].string == "alice@contoso.example" })
        #expect(alice["displayName"].string == "Alice Liddell" && alice["licences"].array.map(\.string) == ["OperatorConnectConferencing"])
        #expect(alice["grants"]["audioConferencingRoutingPolicy"].string == "International Policy")
        let again = try await run(service, ["import", "--tenant", "contoso"] + files)
        #expect(again.status == 0 && again.text.lines == ["0 added, 0 changed, 0 removed"], "\(again.text)")
    }

    @Test("users come as CSV too, and what a cell does not hold is passed over with a word")
    func csv() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let path = try file(
            "users.csv",
            "UserPrincipalName;DisplayName;UsageLocation;Licences;AssignedPlan\r\ncy@contoso.example;\"Cy; the first\";US;MCOMEETBASIC;System.Object[]\r\n",
            service)
        let done = try await run(service, ["import", "--tenant", "contoso", path])
        #expect(done.status == 0 && done.text.contains("+ user cy@contoso.example") && done.text.contains("column AssignedPlan holds"))
        let cy = try await service.must("GET", "/v1/tenants/contoso/users/cy@contoso.example")
        #expect(cy["displayName"].string == "Cy; the first" && cy["licences"].array.map(\.string) == ["AudioConferencingSelectDialOut"])
    }

    @Test("what export prints import takes, unchanged")
    func exported() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let exported = try await run(service, ["export", "--tenant", "contoso"])
        let path = try file("contoso.json", exported.text, service)
        let back = try await run(service, ["import", path])
        #expect(back.status == 0 && back.text.lines == ["0 added, 0 changed, 0 removed"], "\(back.text)")
    }

    @Test(
        "numbers, unknown objects and what is not JSON are refused with the file, and nothing is changed",
        arguments: [
            (#"[{"TelephoneNumber":"+14255550111","NumberType":"OperatorConnect"}]"#, "telephone numbers come with their operator's order"),
            (#"[{"Identity":"x","Fqdn":"y"}]"#, "an object with Fqdn, Identity is none of Get-CsOnlineUser"), ("[{", "is not JSON"),
            ("[]", "there is no object in it"), (#"[{"UserPrincipalName":""}]"#, "a user has no UserPrincipalName"),
        ])
    func refused(text: String, why: String) async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let done = try await run(service, ["import", "--tenant", "contoso", try file("dump.json", text, service)])
        #expect(done.status == 2 && done.text.contains("dump.json") && done.text.contains(why), "\(done.text)")
    }
}

extension String {
    fileprivate var lines: [String] { split(separator: "\n").map(String.init) }
}
