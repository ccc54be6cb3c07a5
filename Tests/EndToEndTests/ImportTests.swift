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
          "AssignedPlan":[{"Capability":"MCOMEETADV","CapabilityStatus":"Enabled"},{"Capability":"MCOPSTNPP"},{"Capability":"EXCHANGE"},
                          {"Capability":"MCOMEETACPEA","CapabilityStatus":"Deleted"}],
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
        let center = try file(
            "center.csv",
            "\u{FEFF}Display name,User principal name,Usage location,Licenses\r\n\"Dee, D.\",dee@contoso.example,GB,Microsoft 365 Audio Conferencing+Visio\r\n",
            service)
        let taken = try await run(service, ["import", "--tenant", "contoso", center])
        #expect(taken.status == 0 && taken.text.contains("Visio is no licence for conferencing, and is passed over"), "\(taken.text)")
        let dee = try await service.must("GET", "/v1/tenants/contoso/users/dee@contoso.example")
        #expect(dee["displayName"].string == "Dee, D." && dee["licences"].array.map(\.string) == ["AudioConferencingStandard"])
        let cy = try await service.must("GET", "/v1/tenants/contoso/users/cy@contoso.example")
        #expect(cy["displayName"].string == "Cy; the first" && cy["licences"].array.map(\.string) == ["AudioConferencingSelectDialOut"])
    }

    @Test("kept policies, gateways, rules, grants and settings are read as they were printed, in whichever wrapper")
    func kept() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let files = try [
            file("usages.json", #"{"value":[{"Identity":"Global","Usage":{"value":["Europe"],"Count":1}}],"Count":1}"#, service),
            file(
                "Get-CsOnlineVoiceRoutingPolicy.json", #"[{"Identity":"Tag:V","OnlinePstnUsages":["Europe"],"RouteType":"BYOT"}]"#, service),
            file(
                "audio.json",
                #"[{"Identity":"Global","AllowTollFreeDialin":true,"MeetingInvitePhoneNumbers":[]},"#
                    + #"{"Identity":"Tag:Invites","AllowTollFreeDialin":false,"MeetingInvitePhoneNumbers":["+14255550100"]}]"#, service),
            file(
                "meetings.json",
                #"[{"Identity":"Global","AllowAnonymousUsersToDialOut":true,"AutoAdmittedUsers":"EveryoneInCompany","AllowPSTNUsersToBypassLobby":false},"#
                    + #"{"Identity":"Tag:Open","AllowAnonymousUsersToDialOut":true,"AutoAdmittedUsers":"Everyone","AllowPSTNUsersToBypassLobby":true}]"#,
                service),
            file("rules.json", ##"{"Identity":"Strip","Pattern":"^\\+1(\\d{10})$","Translation":"$1","Description":null}"##, service),
            file(
                "gateways.json",
                #"{"Identity":"sbc.contoso.example","Fqdn":"sbc.contoso.example","SipSignalingPort":5061,"MaxConcurrentSessions":9,"Enabled":true,"#
                    + #""BypassMode":null,"OutboundPstnNumberTranslationRules":["Strip"]}"#, service),
            file(
                "groups.json",
                #"[{"GroupId":"sales","PolicyType":"teamsmeetingpolicy","PolicyName":"Open","Rank":1},"#
                    + #"{"GroupId":"sales","PolicyType":"TeamsCallingPolicy","PolicyName":"X","Rank":1}]"#, service),
            file(
                "settings.json",
                #"{"Identity":"Global","AllowFederatedUsersToDialOutToSelf":"No","PinLength":8,"DynamicCallerIdMode":"Disabled"}"#, service),
        ]
        let done = try await run(service, ["import", "--tenant", "contoso"] + files)
        #expect(done.status == 0 && done.text.contains("grants of TeamsCallingPolicy to groups are passed over"), "\(done.text)")
        let tenant = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"], held = tenant["heldPolicies"]
        #expect(tenant["pstnUsages"].array.last?.string == "Europe" && held["voiceRouting"].array.map { $0["name"].string } == ["V"])
        #expect(!tenant["routingPolicies"].array.contains { $0["name"].string == "V" })
        #expect(held["audioConferencing"].array.map { $0["name"].string } == ["Invites"])
        #expect(held["audioConferencing"].array.first?["meetingInvitePhoneNumbers"].array.map(\.string) == ["+14255550100"])
        #expect(tenant["settings"]["anonymousUsersMayDialOut"] == .bool(true))
        #expect(held["meeting"].array.map { $0["name"].string } == ["Open"])
        let gateway = try #require(held["gateways"].array.first)
        #expect(gateway["maxConcurrentSessions"].integer == 9 && gateway["bypassMode"].string == "None")
        #expect(gateway["enabled"] == .bool(true))
        #expect(gateway["outboundPstnNumberTranslationRules"].array.map(\.string) == ["Strip"])
        #expect(tenant["groupAssignments"].array.map { $0["policyType"].string } == ["TeamsMeetingPolicy"])
        #expect(tenant["settings"]["federatedUsersToSelf"].string == "No" && tenant["settings"]["meetings"]["pinLength"].integer == 8)
        let again = try await run(service, ["import", "--tenant", "contoso"] + files)
        #expect(again.status == 0 && again.text.contains("0 added, 0 changed, 0 removed"), "\(again.text)")
    }

    @Test("every Get cmdlet's own dump is read back without a change, or refused with the reason")
    func own() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        for cmdlet in [
            "Get-CsOnlineUser", "Get-CsOnlinePstnUsage", "Get-CsOnlineVoiceRoute", "Get-CsOnlineAudioConferencingRoutingPolicy",
            "Get-CsOnlineVoiceRoutingPolicy", "Get-CsTenantDialPlan", "Get-CsTeamsAudioConferencingPolicy", "Get-CsTeamsMeetingPolicy",
            "Get-CsOnlineDialInConferencingTenantSettings",
        ] {
            let printed = try await run(service, ["admin", "--tenant", "contoso", "-c", "\(cmdlet) | ConvertTo-Json -Depth 10"])
            let back = try await run(service, ["import", "--tenant", "contoso", try file("\(cmdlet).json", printed.text, service)])
            #expect(back.status == 0 && back.text.lines == ["0 added, 0 changed, 0 removed"], "\(cmdlet): \(back.text)")
        }
        _ = try await service.must(
            "PUT", "/v1/tenants/contoso/users/-odd@contoso.example",
            #"{"displayName":"=1+1","licences":["OperatorConnectConferencing"],"groups":["Sales, EMEA","a+b","x; y","say \"hi\"","{b}","-dash"]}"#
        )
        let users = try await run(service, ["users", "--csv", "--tenant", "contoso"])
        let back = try await run(service, ["import", "--tenant", "contoso", try file("users.csv", users.text, service)])
        #expect(back.status == 0 && back.text.lines == ["0 added, 0 changed, 0 removed"], "\(back.text)")
        for (cmdlet, why) in [
            ("Get-CsPhoneNumberAssignment", "telephone numbers come with their operator's order"),
            ("Get-CsOnlineDialInConferencingServiceNumber", "numbers go on the bridge by Register-"),
            ("Get-CsOnlineDialInConferencingUser", "are set by Set-CsOnlineDialInConferencingUser"),
            ("Get-CsOnlineDialOutPolicy", "are the same in every tenant"), ("Get-CsTenant", "is none of Get-CsOnlineUser"),
        ] {
            let printed = try await run(service, ["admin", "--tenant", "contoso", "-c", "\(cmdlet) | ConvertTo-Json -Depth 10"])
            let refused = try await run(service, ["import", "--tenant", "contoso", try file("\(cmdlet).json", printed.text, service)])
            #expect(refused.status == 2 && refused.text.contains(why), "\(cmdlet): \(refused.text)")
        }
    }

    @Test("users go out as CSV and come back as they were, whatever is in their names and groups")
    func usersAsCSV() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let names = ["=1+1", "  Ann  ", "'=x", "''=x", "'x", "System.Ann", "a  b", "b,\"c\"", "+1", "x;y", "\u{A0}z\u{A0}"]
        let groups = [" edge ", "'=g", "a + b", "{c}"], encoded = String(decoding: JSON.encode(groups), as: UTF8.self)
        func put(_ place: Int, _ name: String) async throws {
            let name = String(decoding: JSON.encode(name), as: UTF8.self)
            _ = try await service.must(
                "PUT", "/v1/tenants/contoso/users/u\(place)@contoso.example", #"{"displayName":\#(name),"groups":\#(encoded)}"#)
        }
        for (place, name) in names.enumerated() { try await put(place, name) }
        let users = try await run(service, ["users", "--csv", "--tenant", "contoso"]), path = try file("users.csv", users.text, service)
        let same = try await run(service, ["import", "--tenant", "contoso", path])
        #expect(same.status == 0 && same.text.lines == ["0 added, 0 changed, 0 removed"], "\(same.text)")
        for place in names.indices { try await put(place, "other") }
        let back = try await run(service, ["import", "--tenant", "contoso", path])
        #expect(back.status == 0 && back.text.contains("0 added, \(names.count) changed, 0 removed"), "\(back.text)")
        for (place, name) in names.enumerated() {
            let user = try await service.must("GET", "/v1/tenants/contoso/users/u\(place)@contoso.example")
            #expect(user["displayName"].string == name && user["groups"].array.compactMap(\.string) == groups, "\(user)")
        }
    }

    @Test("what export prints import takes, unchanged")
    func exported() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let exported = try await run(service, ["export", "--tenant", "contoso"])
        let path = try file("contoso.json", exported.text, service)
        let other = try await run(service, ["import", "--tenant", "fabrikam", path])
        #expect(other.status == 2 && other.text.contains("a document of the tenant contoso, not of fabrikam"), "\(other.text)")
        let back = try await run(service, ["import", path])
        #expect(back.status == 0 && back.text.lines == ["0 added, 0 changed, 0 removed"], "\(back.text)")
    }

    @Test(
        "numbers, unknown objects and what is not JSON are refused with the file, and nothing is changed",
        arguments: [
            (#"[{"TelephoneNumber":"+14255550111","NumberType":"OperatorConnect"}]"#, "telephone numbers come with their operator's order"),
            (#"[{"Identity":"x","Fqdn":"y"}]"#, "an object with Fqdn, Identity is none of Get-CsOnlineUser"), ("[{", "is not JSON"),
            (#"[{"Identity":"x","OnlinePstnUsages":"System.Object[]"}]"#, "OnlinePstnUsages holds System.Object[] in place of its values"),
            (#"[{"Identity":"x","NormalizationRules":["@{Name=a}"]}]"#, "dump it with ConvertTo-Json -Depth 10"),
            (#"[{"UserPrincipalName":"a@contoso.example","MigrationType":"All"}]"#, "are begun by Start-CsExMeetingMigration"),
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
