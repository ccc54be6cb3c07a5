import Basis
import Service
import Simulation
import Testing
import Web

/// Invites, their numbers, their rewriting and the public page.
@Suite("Invites and their numbers")
struct InviteTests {
    static let post = #"{"organizer":"alice@contoso.example"}"#

    func run(_ fixture: Fixture, _ script: String, _ location: SourceLocation = #_sourceLocation) -> JSONValue {
        let ran = fixture.client.must(.post, "/v1/tenants/contoso/commands", script)
        #expect(ran["applied"] == .bool(true), "\(ran)", sourceLocation: location)
        return ran["results"].array.last?["output"] ?? .null
    }

    /// Uploads numbers of the operator and puts them on the bridge.
    func register(_ fixture: Fixture, _ numbers: [String], of carrier: String = "acme") {
        let list = numbers.map { "\"\($0)\"" }.joined(separator: ",")
        fixture.client.must(.post, "/v1/operators/\(carrier)/number-orders", #"{"tenant":"contoso","numbers":[\#(list)]}"#)
        _ = run(fixture, numbers.map { "Register-CsOnlineDialInConferencingServiceNumber \($0)" }.joined(separator: "\n"))
    }

    /// Waits until no rewriting is left.
    func settle(_ fixture: Fixture) {
        fixture.pass(.seconds(2))
        let left = run(fixture, "Get-CsMeetingMigrationStatus | Where-Object { $_.State -eq 'Pending' -or $_.State -eq 'InProgress' }")
        #expect(left == .array([]))
    }

    @Test("an invite takes the organizer's defaults of its time by the licence, and keeps them, over a restart too")
    func kept() throws {
        let fixture = try Fixture(), path = "/v1/meetings/standup/invite"
        let meeting = fixture.token("meeting", tenant: "contoso")
        let made = meeting.ask(.post, path, Self.post, headers: [("Host", "dialout.example:8080")])
        #expect(made.status == 201 && made.header("Location") == path)
        #expect(made.body["tollNumber"].string == "+14255550100" && made.body["tollFreeNumber"] == .null)
        #expect(made.body["tollNumbers"] == ["+14255550100"] && made.body["tollFreeNumbers"] == .array([]))
        let page = try #require(made.body["findANumber"].string)
        #expect(page.hasPrefix("http://dialout.example:8080/find-a-number/") && page.split(separator: "/").last?.count == 40)
        #expect(made.body["organizer"].string == "alice@contoso.example" && made.body["rewrittenAt"] == .null)
        let own = meeting.must(.post, "/v1/meetings/sams/invite", #"{"organizer":"SAM@contoso.example"}"#)
        #expect(own["tollNumber"].string == "+12065550199", "a Standard licence has the carrier's numbers, the lowest of the country first")
        register(fixture, ["+14255550101", "+18885550144"])
        _ = run(
            fixture,
            "Set-CsOnlineDialInConferencingUser alice@contoso.example -ServiceNumber +14255550101 -TollFreeServiceNumber +18885550144")
        let again = meeting.ask(.post, path, Self.post)
        #expect(again.status == 200 && again.body["tollNumber"].string == "+14255550100", "what was made keeps its number")
        #expect(meeting.must(.get, path)["tollFreeNumber"] == .null)
        let next = meeting.must(.post, "/v1/meetings/next/invite", Self.post)
        #expect(next["tollNumber"].string == "+14255550101" && next["tollFreeNumber"].string == "+18885550144")
        let (_, restarted) = try fixture.restart()
        #expect(restarted.must(.get, path)["tollNumber"].string == "+14255550100", "a platform token finds it without a tenant")
        #expect(restarted.must(.get, "/v1/meetings/next/invite")["findANumber"].string?.suffix(40) == page.suffix(40), "the link stays")
    }

    @Test("a new invite is found where Location says", arguments: ["x%2Fy", "caf%C3%A9", "a%20b%3Fc"])
    func location(meeting: String) throws {
        let fixture = try Fixture(), path = "/v1/meetings/\(meeting)/invite"
        let made = fixture.client.ask(.post, path, Self.post)
        #expect(made.status == 201 && made.header("Location") == path)
        #expect(fixture.client.must(.get, made.header("Location") ?? "") == made.body)
    }

    @Test("the page's address has the host of an absolute target")
    func host() throws {
        let fixture = try Fixture()
        let made = fixture.client.ask(
            .post, "http://public.example/v1/meetings/m/invite", Self.post, headers: [("Host", "proxy.internal:8080")])
        #expect(made.body["findANumber"].string?.hasPrefix("http://public.example/find-a-number/") == true)
    }

    @Test("who has no licence has no numbers; another organizer, tenant or no such user is refused")
    func refusals() throws {
        let fixture = try Fixture(), path = "/v1/meetings/m/invite"
        fixture.client.must(.put, "/v1/tenants/contoso/users/zoe@contoso.example", #"{"displayName":"Zoe"}"#)
        let bare = fixture.client.must(.post, "/v1/meetings/zoes/invite", #"{"organizer":"zoe@contoso.example"}"#)
        #expect(bare["tollNumber"] == .null && bare["findANumber"] == .null)
        #expect(fixture.client.ask(.get, path).status == 404)
        let nobody = fixture.client.ask(.post, path, #"{"organizer":"nobody@contoso.example"}"#)
        #expect(nobody.status == 404 && nobody.body["reason"].string == "unknownOrganizer")
        fixture.client.must(.post, path, Self.post)
        #expect(fixture.client.ask(.post, path, #"{"organizer":"sam@contoso.example"}"#).status == 409)
        let stranger = fixture.token("meeting", tenant: "fabrikam")
        #expect(stranger.ask(.get, path).status == 404)
        #expect(stranger.ask(.post, path, Self.post).status == 404)
        fixture.client.must(.put, "/v1/tenants/fabrikam/users/f@fabrikam.example", #"{"licences":["AudioConferencingStandard"]}"#)
        #expect(stranger.ask(.post, path, #"{"organizer":"f@fabrikam.example"}"#).status == 403, "the meeting is contoso's")
    }

    @Test("where two tenants have a meeting of one identifier, the platform says whose invite it asks for")
    func twoTenants() throws {
        let fixture = try Fixture(), path = "/v1/meetings/m/invite"
        fixture.client.must(.put, "/v1/tenants/fabrikam/users/f@fabrikam.example", #"{"licences":["AudioConferencingStandard"]}"#)
        fixture.client.must(.post, path, Self.post)
        let (_, later) = try fixture.restart()
        later.must(.post, path, #"{"organizer":"f@fabrikam.example"}"#)
        let both = later.ask(.get, path)
        #expect(both.status == 400 && both.body["field"].string == "tenant")
        #expect(both.body["detail"].string == "tenant is needed: contoso and fabrikam have such a meeting")
        let nobody = later.ask(.get, path + "?tenant=nobody")
        #expect(nobody.status == 404 && nobody.body["detail"].string?.contains("tenant nobody") == true, "\(nobody.body)")
        #expect(later.must(.get, path + "?tenant=fabrikam")["organizer"].string == "f@fabrikam.example")
        #expect(later.must(.get, path + "?tenant=contoso")["organizer"].string == "alice@contoso.example")
    }

    @Test("rewriting invites: asked for, done beside everything else, counted, and found in any state")
    func migration() throws {
        let fixture = try Fixture()
        for meeting in ["a", "b", "c"] { fixture.client.must(.post, "/v1/meetings/\(meeting)/invite", Self.post) }
        register(fixture, ["+14255550101"])
        let asked = run(
            fixture,
            """
            Set-CsOnlineDialInConferencingUser alice@contoso.example -ServiceNumber +14255550101
            Start-CsExMeetingMigration alice@contoso.example
            Get-CsMeetingMigrationStatus -Identity alice@contoso.example
            """
        ).array
        #expect(asked.map { $0["State"].string } == ["Pending"])
        settle(fixture)
        let status = run(fixture, "Get-CsMeetingMigrationStatus -State Succeeded").array
        #expect(status.map { $0["UserPrincipalName"].string } == ["alice@contoso.example"])
        #expect(status[0]["TotalMeeting"] == .integer(3) && status[0]["SucceededMeeting"] == .integer(3))
        #expect(status[0]["FailedMeeting"] == .integer(0) && status[0]["LastMessage"].string == "")
        for meeting in ["a", "b", "c"] {
            let invite = fixture.client.must(.get, "/v1/meetings/\(meeting)/invite")
            #expect(invite["tollNumber"].string == "+14255550101" && invite["rewrittenAt"] != .null)
        }
        let summary = run(fixture, "Get-CsMeetingMigrationStatus -SummaryOnly").array
        #expect(summary.map { $0["State"].string } == ["Pending", "InProgress", "Succeeded", "Failed"])
        #expect(summary.map { $0["UserCount"].integer } == [0, 0, 1, 0] && summary[2]["MeetingCount"] == .integer(3))
    }

    @Test("an invite that cannot be read makes the rewriting fail, with how many; a user who goes takes the status along")
    func failed() throws {
        let fixture = try Fixture()
        for meeting in ["a", "b"] { fixture.client.must(.post, "/v1/meetings/\(meeting)/invite", Self.post) }
        let kept = try #require(fixture.store.documents.values.first { $0.kind == .invite })
        fixture.store.put(StoredDocument(kind: .invite, key: kept.key, version: 0, body: [0]))
        _ = run(fixture, "Start-CsExMeetingMigration alice@contoso.example")
        settle(fixture)
        let status = run(fixture, "Get-CsMeetingMigrationStatus").array
        #expect(status.map { $0["State"].string } == ["Failed"] && status[0]["FailedMeeting"] == .integer(1))
        #expect(status[0]["SucceededMeeting"] == .integer(1) && status[0]["LastMessage"].string == "1 of 2 invites cannot be read")
        fixture.client.must(.delete, "/v1/tenants/contoso/users/alice@contoso.example")
        #expect(run(fixture, "Get-CsMeetingMigrationStatus") == .array([]))
        #expect(!fixture.store.documents.values.contains { $0.kind == .migration })
    }

    @Test("the number given on enablement stays when the bridge's default is another; one's own is kept by PUT")
    func given() throws {
        let fixture = try Fixture()
        let order = #"{"tenant":"contoso","numbers":["+442079460101","+442079460102"]}"#
        fixture.client.must(.post, "/v1/operators/service-carrier/number-orders", order)
        _ = run(
            fixture,
            """
            Register-CsOnlineDialInConferencingServiceNumber +442079460102
            Set-CsOnlineDialInConferencingBridge -Name "Conference Bridge" -DefaultServiceNumber +442079460102
            """)
        let path = "/v1/tenants/contoso/users/hans@contoso.example"
        let put = fixture.client.must(.put, path, #"{"usageLocation":"DE","licences":["AudioConferencingStandard"],"city":"Bonn"}"#)
        #expect(put["conferencing"]["givenServiceNumber"].string == "+442079460102" && put["city"].string == "Bonn")
        _ = run(fixture, "Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber +12065550199")
        let shown = run(fixture, "Get-CsOnlineDialInConferencingUser hans@contoso.example").array
        #expect(shown[0]["ServiceNumber"].string == "+442079460102", "who is enabled keeps the number")
        fixture.client.must(
            .put, "/v1/tenants/contoso/users/ida@contoso.example", #"{"usageLocation":"DE","licences":["AudioConferencingStandard"]}"#)
        #expect(run(fixture, "Get-CsOnlineDialInConferencingUser ida@contoso.example").array[0]["ServiceNumber"].string == "+12065550199")
        _ = run(
            fixture,
            "Set-CsOnlineDialInConferencingUserDefaultNumber -FromNumber +442079460102 -ToNumber +12065550199 -NumberType Toll -CapitalOrMajorCity bonn"
        )
        let again = fixture.client.must(.put, path, #"{"displayName":"Hans"}"#)
        #expect(again["conferencing"]["serviceNumber"].string == "+12065550199", "PUT leaves what it does not say")
    }

    @Test("an Operator Connect Conferencing licence has no number of the service's own carrier, on whatever way")
    func licence() throws {
        let fixture = try Fixture()
        let refused = fixture.client.must(
            .post, "/v1/tenants/contoso/commands",
            "Set-CsOnlineDialInConferencingUser alice@contoso.example -ServiceNumber +12065550199")
        #expect(refused["applied"] == .bool(false))
        #expect(refused["results"].array.last?["error"]["message"].string?.contains("licence does not include") == true, "\(refused)")
        var document = fixture.client.must(.get, "/v1/tenants/contoso/document")
        var users = document["users"].array
        users[0]["conferencing"] = ["serviceNumber": "+12065550199"]
        document["users"] = .array(users)
        let put = fixture.client.ask(
            .put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(document), as: UTF8.self))
        #expect(put.status == 422 && put.body["field"].string == "conferencing.serviceNumber", "\(put.body)")
    }

    @Test("a meeting whose invite the store refused is nobody's still")
    func refusedByTheStore() throws {
        let fixture = try Fixture(), fabrikam = fixture.token("meeting", tenant: "fabrikam")
        fixture.store.isFull = true
        #expect(fixture.client.ask(.post, "/v1/meetings/m/invite", Self.post).status == 503)
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        func reason() -> String? {
            fabrikam.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999")).body["reason"].string
        }
        #expect(reason() == "unknownOrganizer")
        fixture.client.must(.post, "/v1/meetings/m/invite", Self.post)
        #expect(reason() == "requesterNotAllowed")
    }

    @Test("where the page is, as the caller wrote the service's address, if that is one")
    func address() throws {
        let fixture = try Fixture(), path = "/v1/meetings/m/invite"
        fixture.client.must(.post, path, Self.post)
        let secured = ("X-Forwarded-Proto", "HTTPS")
        for (headers, start) in [
            ([("Host", "dialout.example:8080")], "http://dialout.example:8080/"), ([("Host", "[::1]:8080")], "http://[::1]:8080/"),
            ([("Host", "dialout.example"), secured], "https://dialout.example/"), ([secured], "/"),
            ([("Host", "a"), ("X-Forwarded-Proto", "http")], "http://a/"), ([("Host", "a/b")], "/"), ([("Host", "a<b")], "/"),
            ([("Host", String(repeating: "a", count: 255))], "http://" + String(repeating: "a", count: 255) + "/"),
            ([("Host", String(repeating: "a", count: 256))], "/"), ([("Host", "")], "/"),
        ] as [([(String, String)], String)] {
            let link = fixture.client.must(.get, path, headers: headers)["findANumber"].string ?? ""
            #expect(link.hasPrefix(start + "find-a-number/"), "\(headers): \(link)")
        }
    }

    @Test("where the service has an address of its own, the page is there, whatever the caller wrote") func publicAddress() throws {
        let fixture = try Fixture(settings: { $0.publicURL = "https://dialout.example" })
        let shown = fixture.client.must(.post, "/v1/meetings/m/invite", Self.post, headers: AdministrationTests.json + [("Host", "a")])
        #expect(shown["findANumber"].string?.hasPrefix("https://dialout.example/find-a-number/") == true, "\(shown)")
    }

    @Test("the page has what is on the bridge alone, and toll numbers before those that are toll-free") func pageOrder() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+18005550199"],"country":"US"}"#)
        fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#)
        _ = run(fixture, "Register-CsOnlineDialInConferencingServiceNumber +18005550199")
        let html = try fixture.page(fixture.client.must(.post, "/v1/meetings/m/invite", Self.post)["findANumber"].string!).html
        let numbers = ["+12065550199", "+14255550100", "+18005550199"].map { html.firstRange(of: "tel:\($0)")?.lowerBound }
        #expect(numbers.compactMap(\.self).count == 3 && numbers.compactMap(\.self) == numbers.compactMap(\.self).sorted())
        #expect(!html.contains("+14255550177"), "it is on no bridge")
    }

    @Test("the page: by country and city with languages, escaped, without a token or a script; an unknown link is a page of 404")
    func page() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso <& Sons>","country":"US"}"#)
        _ = run(
            fixture,
            "Set-CsOnlineDialInConferencingServiceNumber +14255550100 -PrimaryLanguage fr-CA -SecondaryLanguages en-US,es-MX")
        register(fixture, ["+18885550144"])
        fixture.client.must(
            .post, "/v1/operators/service-carrier/number-orders",
            #"{"tenant":"contoso","numbers":["+18686250101"],"city":"St. Ann's <Port> & \"Spain\""}"#)
        _ = run(fixture, "Register-CsOnlineDialInConferencingServiceNumber +18686250101")
        let link = fixture.client.must(.post, "/v1/meetings/m/invite", Self.post)["findANumber"].string!
        #expect(link.hasPrefix("/find-a-number/"), "no Host was said")
        let nobody = fixture.client.with(token: "")
        let text = try fixture.page(link)
        #expect(text.html.contains("<title>Find a local number: Contoso &lt;&amp; Sons&gt;</title>"))
        #expect(text.html.contains(#"<h2 id="US">United States</h2>"#) && !text.html.contains("<script"))
        #expect(text.html.contains(##"<li><a href="#TT">Trinidad and Tobago</a></li>"##))
        #expect(text.html.contains(#"<th scope="row">St. Ann&#39;s &lt;Port&gt; &amp; &quot;Spain&quot;</th>"#))
        #expect(
            text.html.contains(
                #"<td><a href="tel:+14255550100">+14255550100</a></td><td>Toll</td><td>French (Canada), English (United States), Spanish (Mexico)</td>"#
            ))
        #expect(text.html.contains(#"+12065550199</a></td><td>Toll</td><td>English (United States)</td>"#))
        #expect(text.html.contains(#"+18885550144</a></td><td>Toll-free</td>"#))
        #expect(text.headers["Content-Type"] == "text/html; charset=utf-8" && text.headers["Cache-Control"] == "no-cache")
        #expect(text.headers["Referrer-Policy"] == "no-referrer" && text.headers["X-Content-Type-Options"] == "nosniff")
        #expect(text.headers["Content-Security-Policy"] == StaticFiles.contentSecurityPolicy)
        let known = nobody.ask(.get, link, headers: [("If-None-Match", text.headers["ETag"] ?? "")])
        #expect(known.status == 304)
        let missing = nobody.ask(.get, "/find-a-number/\(String(repeating: "0", count: 40))")
        #expect(missing.status == 404 && missing.header("Content-Type") == "text/html; charset=utf-8")
        #expect(nobody.ask(.post, link).status == 405)
        fixture.client.must(.delete, "/v1/tenants/contoso")
        fixture.client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Another","country":"US"}"#)
        #expect(nobody.ask(.get, link).status == 404, "another tenant of the name has another link")
        fixture.pass(.seconds(1))
        #expect(!fixture.store.documents.values.contains { $0.kind == .invite || $0.kind == .inviteOrganizer })
    }

    @Test("the meeting service is told what holds for the organizer")
    func conferencing() throws {
        let fixture = try Fixture()
        _ = run(
            fixture,
            """
            Set-CsOnlineDialInConferencingTenantSettings -PinLength 8 -MaskPstnNumbersType NoMasking
            New-CsTeamsMeetingPolicy Open -AutoAdmittedUsers Everyone -AllowPSTNUsersToBypassLobby $true
            New-CsGroupPolicyAssignment -GroupId Sales -PolicyType TeamsMeetingPolicy -PolicyName Open -Rank 1
            Set-CsOnlineDialInConferencingUser alice@contoso.example -ResetLeaderPin
            """)
        fixture.client.must(.put, "/v1/tenants/contoso/users/alice@contoso.example", #"{"groups":["sales"]}"#)
        let meeting = fixture.token("meeting", tenant: "contoso")
        #expect(meeting.ask(.get, "/v1/meetings/m/conferencing").status == 404)
        fixture.client.must(.post, "/v1/meetings/m/invite", Self.post)
        let told = meeting.must(.get, "/v1/meetings/m/conferencing")
        #expect(told["organizer"].string == "alice@contoso.example" && told["licence"].string == "OperatorConnectConferencing")
        #expect(told["settings"]["pinLength"] == .integer(8) && told["settings"]["maskPstnNumbersType"].string == "NoMasking")
        #expect(told["meetingPolicy"]["name"].string == "Open" && told["meetingPolicy"]["autoAdmittedUsers"].string == "Everyone")
        #expect(told["pinResets"] == .integer(1) && told["enabled"] == .bool(true) && told["tollNumbers"] == ["+14255550100"])
        let named = meeting.must(.get, "/v1/meetings/other/conferencing?organizer=sam@contoso.example")
        #expect(named["licence"].string == "AudioConferencingStandard" && named["meetingPolicy"]["name"].string == "Global")
        fixture.client.must(.put, "/v1/tenants/contoso/users/sam@contoso.example", #"{"licences":[]}"#)
        #expect(meeting.must(.get, "/v1/meetings/other/conferencing?organizer=sam@contoso.example")["enabled"] == .bool(false))
        fixture.client.must(.patch, "/v1/tenants/contoso/settings", #"{"audioConferencingEnabled":false}"#)
        #expect(meeting.must(.get, "/v1/meetings/m/conferencing")["enabled"] == .bool(false))
    }
}

extension Fixture {
    /// A page as it comes to somebody without a token.
    fileprivate func page(_ path: String) throws -> (html: String, headers: [String: String]) {
        let request = try Request(.get, path, headers: Headers([]), body: [])
        var answer: Response?
        let service = service
        let take = PageTaker { answer = $0 }
        Task(executorPreference: service.world.tasks) {
            if case .response(let response) = await service.answer(request) { take.call(response) }
        }
        _ = world.run(until: world.now + .seconds(10)) { answer != nil }
        let response = try #require(answer)
        return (
            String(decoding: response.bytes ?? [], as: UTF8.self),
            Dictionary(response.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        )
    }

    /// `@unchecked Sendable`: called on the world's thread.
    private struct PageTaker: @unchecked Sendable {
        let call: (Response) -> Void
    }
}
