import Basis
import Service
import Simulation
import Testing
import Web

/// Names that `String` takes for one and that are two, in memory as in the store: those in another Unicode normal form, and those in which a
/// sign of ASCII has another in its place (U+212A KELVIN SIGN is canonically a K, and its small letter is k).
@Suite("Names byte by byte")
struct ExactNameTests {
    private static let composed = "caf%C3%A9", decomposed = "cafe%CC%81", kelvin = "%E2%84%AA"

    @Test("meetings in two normal forms are two: neither a double click nor an owner of one is the other's, and each finds its own")
    func meetings() throws {
        let fixture = try Fixture()
        let ids = [Self.composed, Self.decomposed].map { meeting in
            fixture.client.must(.post, "/v1/meetings/\(meeting)/dial-outs", Fixture.order("+14255550999"))["id"].string ?? ""
        }
        #expect(Set(ids).count == 2)
        func found(_ meeting: String) -> [String] {
            fixture.client.must(.get, "/v1/dial-outs?meeting=\(meeting)")["dialOuts"].array.compactMap { $0["id"].string }
        }
        #expect(found(Self.composed) == [ids[0]] && found(Self.decomposed) == [ids[1]], "while they ring")
        for id in ids { fixture.client.must(.delete, "/v1/dial-outs/\(id)") }
        fixture.pass(.seconds(3))
        #expect(found(Self.composed) == [ids[0]] && found(Self.decomposed) == [ids[1]], "when they are over")
        fixture.client.must(.put, "/v1/tenants/fabrikam/users/fay@fabrikam.example", #"{"licences":["AudioConferencingStandard"]}"#)
        func invite(_ meeting: String) -> Int {
            fixture.client.ask(.post, "/v1/meetings/\(meeting)/invite", #"{"organizer":"fay@fabrikam.example"}"#).status
        }
        fixture.client.must(.post, "/v1/meetings/r%C3%A9union/dial-outs", Fixture.order("+14255550486"))
        #expect(invite("r%C3%A9union") == 403 && invite("re%CC%81union") == 201)
    }

    @Test("keys in two normal forms name two wishes")
    func keys() throws {
        let fixture = try Fixture()
        func ask(_ key: String) -> SimClient.Answer {
            fixture.client.ask(
                .post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999"), headers: [("Idempotency-Key", key)])
        }
        let first = ask("caf\u{E9}"), second = ask("cafe\u{301}"), again = ask("caf\u{E9}")
        #expect([first, second, again].map(\.status) == [202, 202, 202])
        #expect(first.body["id"] != second.body["id"] && first.body["id"] == again.body["id"])
        #expect(second.header("Dialout-Duplicate") == nil && again.header("Idempotent-Replayed") == "true")
    }

    @Test("a key whose bytes are not UTF-8 is refused, as it could not be told from others", arguments: [0xE8, 0xE9] as [UInt8])
    func keyBytes(byte: UInt8) throws {
        let fixture = try Fixture(), head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nIdempotency-Key: cl"
        let request = Web.Connection(at: .zero).received(Array(head.utf8) + [byte] + Array("\r\n\r\n".utf8), at: .zero).first?.request
        let key = [("Idempotency-Key", try #require(request?.headers["idempotency-key"]))], before = fixture.store.documents
        let order = #"{"tenant":"contoso","numbers":["+14255550177"]}"#
        for (path, body) in [("/v1/meetings/m/dial-outs", Fixture.order("+14255550999")), ("/v1/operators/acme/number-orders", order)] {
            let answer = fixture.client.ask(.post, path, body, headers: key)
            #expect(answer.status == 400 && answer.body["field"].string == "Idempotency-Key", "\(path): \(answer.body)")
        }
        #expect(fixture.store.documents == before && fixture.client.must(.get, "/v1/dial-outs")["dialOuts"] == .array([]))
    }

    @Test("a user's name that is none of ASCII is refused and finds nobody, whatever it would be in lower case")
    func users() throws {
        let fixture = try Fixture(), client = fixture.client, users = "/v1/tenants/contoso/users/"
        let kate = client.must(.put, users + "kate@contoso.example", #"{"displayName":"Kate","licences":["AudioConferencingStandard"]}"#)
        let taken = client.ask(.put, users + Self.kelvin + "ate@contoso.example", #"{"displayName":"Other","licences":[]}"#)
        #expect(taken.status == 422 && taken.body["field"].string == "upn", "\(taken.body)")
        #expect(client.ask(.get, users + Self.kelvin + "ate@contoso.example").status == 404)
        #expect(client.ask(.delete, users + Self.kelvin + "ate@contoso.example").status == 404)
        let dialled = client.ask(
            .post, "/v1/meetings/k/dial-outs?tenant=contoso", Fixture.order("+14255550486", organizer: "\u{212A}ate@contoso.example"))
        #expect(dialled.status == 404, "\(dialled.body)")
        let granted = client.must(
            .post, "/v1/tenants/contoso/commands",
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity \"\u{212A}ate@contoso.example\" -PolicyName \"US Policy\"")
        #expect(granted["applied"] == false, "\(granted)")
        let erased = client.ask(.post, "/v1/tenants/contoso/erasures", "{\"user\":\"\u{212A}ate@contoso.example\"}")
        #expect(erased.status == 400 && erased.body["field"].string == "user", "\(erased.body)")
        var document = client.must(.get, "/v1/tenants/contoso/document")
        document["users"] = .array(
            document["users"].array.map { user in
                var user = user
                if user["upn"] == "kate@contoso.example" { user["upn"] = "\u{212A}ate@contoso.example" }
                return user
            })
        let text = String(decoding: JSON.encode(document), as: UTF8.self)
        #expect(client.ask(.put, "/v1/tenants/contoso/document", text).status == 422)
        #expect(client.must(.get, users + "KATE@contoso.example") == kate)
    }

    @Test("what users have in common is shown to each as it was written")
    func spelling() throws {
        let fixture = try Fixture()
        let cities = ["r1": "Orl\u{E9}ans", "r2": "Orle\u{301}ans"]
        for (name, city) in cities {
            fixture.client.must(.put, "/v1/tenants/fabrikam/users/\(name)@fabrikam.example", #"{"displayName":"R","city":"\#(city)"}"#)
        }
        for (name, city) in cities {
            let shown = fixture.client.must(.get, "/v1/tenants/fabrikam/users/\(name)@fabrikam.example")["city"].string
            #expect(shown.map { ExactText($0) } == ExactText(city), "\(name)")
        }
    }

    @Test("a tenant or an operator is found by its own bytes alone, so that nothing is done or kept under another name")
    func owners() throws {
        let fixture = try Fixture(), client = fixture.client, other = "/v1/tenants/" + Self.kelvin + "ontoso"
        client.must(.put, "/v1/tenants/Kontoso", #"{"displayName":"Kontoso","country":"US"}"#)
        client.must(.put, "/v1/operators/Kop", #"{"name":"Kop","countries":["US"]}"#)
        client.must(.put, "/v1/tenants/Kontoso/users/gus@kontoso.example", #"{"displayName":"Gus"}"#)
        let admin = fixture.token("admin", tenant: "Kontoso"), op = fixture.token("operator", operator: "Kop")
        #expect(admin.ask(.delete, other + "/users/gus@kontoso.example").status == 403)
        #expect(op.ask(.get, "/v1/operators/" + Self.kelvin + "op/numbers").status == 403)
        for (method, path, body) in [
            (Method.get, other, ""), (.delete, other + "/users/gus@kontoso.example", ""),
            (.put, other + "/users/new@kontoso.example", "{}"), (.get, "/v1/operators/" + Self.kelvin + "op", ""),
            (.post, "/v1/tenants/Kontoso/operators/" + Self.kelvin + "op", Fixture.consent),
            (.post, "/v1/tokens", "{\"role\":\"meeting\",\"tenant\":\"\u{212A}ontoso\"}"),
            (.post, "/v1/tokens", "{\"role\":\"operator\",\"operator\":\"\u{212A}op\"}"),
            (.post, "/v1/operators/acme/number-orders", "{\"tenant\":\"\u{212A}ontoso\",\"numbers\":[\"+14255550177\"]}"),
        ] {
            let answer = client.ask(method, path, body)
            #expect(answer.status == 404, "\(method) \(path): \(answer.status) \(answer.body)")
        }
        #expect(client.ask(.get, "/v1/tenants/Kontoso/users/gus@kontoso.example").status == 200)
    }
}
