import Basis
import Dialing
import Service
import Simulation
import Testing
import Web

/// A person's data are taken out of what is kept beside records.
@Suite("Erasure beside records")
struct ErasureElsewhereTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture(settings: { $0.webhookAddresses = AddressRule(allowsPrivate: true) }) }

    private func erase(_ body: String) -> JSONValue { fixture.client.must(.post, "/v1/tenants/contoso/erasures", body) }

    /// All that is kept, but for users of the directory and the contact that a tenant gave an operator.
    private var kept: String {
        let entries = fixture.store.everything.0.facts.map { String(decoding: $0.row.body, as: UTF8.self) }
        let documents = fixture.store.documents.values.filter { $0.kind != .user && $0.kind != .tenant }
            .map { $0.key + String(decoding: $0.body ?? [], as: UTF8.self) }
        return (entries + documents).joined(separator: "\n").lowercased()
    }

    @Test(
        "a person is gone from changes, notices and invites, with the names beside; the invite still has its numbers, and the list its length"
    )
    func person() throws {
        fixture.client.peer = SocketAddress("198.51.100.7:40000")
        fixture.client.must(
            .put, "/v1/tenants/contoso/users/Carol@contoso.example",
            #"{"displayName":"Carol Jones","licences":["OperatorConnectConferencing"]}"#)
        fixture.client.must(.post, "/v1/meetings/standup/invite", #"{"organizer":"carol@contoso.example"}"#)
        fixture.client.must(
            .patch, "/v1/tenants/contoso/operators/acme",
            #"{"contact":{"fullName":"Carol Jones","email":"CAROL@contoso.example","phone":"+14255550199"}}"#)
        fixture.client.must(.delete, "/v1/tenants/contoso/users/carol@contoso.example")
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"contact":{"fullName":"Ann","email":"ann@contoso.example"}}"#)
        let invite = fixture.client.must(.get, "/v1/meetings/standup/invite"), places = fixture.store.everything.0.facts.map(\.place)
        let changes = fixture.client.must(.get, "/v1/tenants/contoso/changes?limit=500")["changes"].array
        #expect(kept.contains("carol") && "\(changes)".contains("Carol Jones"))
        let answer = erase(#"{"user":"CAROL@contoso.example"}"#), pseudonym = answer["pseudonym"].string ?? ""
        #expect(answer["invites"] == .integer(1) && answer["changes"] == .integer(5) && answer["records"] == .integer(0), "\(answer)")
        #expect(!kept.contains("carol") && !kept.contains("jones"))
        let all = fixture.client.must(.get, "/v1/tenants/contoso/changes?limit=500")["changes"].array, after = Array(all.dropFirst())
        #expect(all[0]["objects"].array[0]["object"].string == "erasure \(pseudonym)")
        #expect(after[0]["from"].string == "198.51.100.7" && after.map { $0["from"] } == changes.map { $0["from"] })
        #expect(after.count == changes.count && after.map { $0["id"] } == changes.map { $0["id"] })
        #expect(after.contains { $0["objects"].array.contains { $0["object"].string == "user \(pseudonym)" } })
        #expect(fixture.store.everything.0.facts.map(\.place).dropLast() == places[...])
        let shown = fixture.client.must(.get, "/v1/meetings/standup/invite")
        #expect(shown["tollNumber"] == invite["tollNumber"] && shown["organizer"].string == pseudonym)
        let again = erase(#"{"user":"carol@contoso.example"}"#)
        #expect(again["changes"] == .integer(0) && again["invites"] == .integer(0), "once more finds nothing")
        let (service, client) = try fixture.restart()
        #expect(client.must(.get, "/v1/tenants/contoso/changes?limit=500")["changes"].array.dropFirst() == all[...])
        withExtendedLifetime(service) {}
    }

    @Test("names that meetings have, and webhooks, go as well; an endpoint goes on under them, and one whose URL had the person is paused")
    func webhooks() {
        let hooks = "/v1/tenants/contoso/webhooks"
        let filtered = fixture.client.must(
            .post, hooks, #"{"url":"http://10.9.0.1/hooks","meetings":["alice@contoso.example/daily","other"]}"#)["id"]
        let named = fixture.client.must(.post, hooks, #"{"url":"http://10.9.0.2/alice@contoso.example"}"#)["id"]
        let id =
            fixture.client.must(
                .post, "/v1/meetings/alice@contoso.example%2Fdaily/dial-outs",
                #"{"kind":"callMeAt","organizer":"sam@contoso.example","number":"+14255550486","webhook":"http://10.9.0.1/hooks/alice@contoso.example"}"#
            )["id"]
            .string ?? ""
        fixture.pass(.seconds(5))
        let answer = erase(#"{"user":"alice@contoso.example"}"#), pseudonym = answer["pseudonym"].string ?? ""
        #expect(answer["records"] == .integer(1) && answer["webhooks"] == .array([named]), "\(answer)")
        let record = fixture.record(id)
        #expect(record["meetingId"].string == "\(pseudonym)/daily" && record["organizer"].string == "sam@contoso.example")
        #expect(!"\(fixture.client.must(.get, "/v1/dial-outs/\(id)/events"))".contains("alice@"))
        #expect(
            fixture.client.must(.get, "\(hooks)/\(filtered.string!)")["meetings"]
                == .array([.string("\(pseudonym)/daily"), .string("other")]))
        let moved = fixture.client.must(.get, "\(hooks)/\(named.string!)")
        #expect(moved["url"].string == "http://10.9.0.2/\(pseudonym)" && moved["pausedBecause"].string == "erased", "\(moved)")
        #expect(fixture.client.must(.get, "\(hooks)/\(filtered.string!)")["status"].string == "active")
        #expect(!kept.contains("alice@"))
        fixture.pass(.seconds(120))
        #expect(fixture.client.must(.get, "\(hooks)/\(named.string!)")["pausedBecause"].string == "erased", "nothing is tried there")
        let given = fixture.client.must(.patch, "\(hooks)/\(named.string!)", #"{"url":"http://10.9.0.2/hooks","status":"active"}"#)
        #expect(given["status"].string == "active" && erase(#"{"user":"alice@contoso.example"}"#)["webhooks"] == .array([]))
    }

    @Test(
        "a subject in a URL is found however its signs are written",
        arguments: [
            (#"{"number":"+14255550486"}"#, "http://10.9.0.2/to/%2B14255550486?n=14255550486", "4255550486"),
            (#"{"user":"alice@contoso.example"}"#, "http://10.9.0.2/Alice%40contoso.example/x", "alice"),
        ])
    func encoded(subject: String, url: String, word: String) throws {
        let hooks = "/v1/tenants/contoso/webhooks"
        let id = fixture.client.must(.post, hooks, #"{"url":"\#(url)"}"#)["id"]
        #expect(erase(subject)["webhooks"] == .array([id]))
        let shown = fixture.client.must(.get, hooks)["webhooks"].array
        #expect(!"\(shown)".lowercased().contains(word) && !kept.contains(word))
        fixture.pass(.seconds(5))
        let (service, client) = try fixture.restart()
        #expect(client.must(.get, hooks)["webhooks"].array.map { $0["pausedBecause"] } == [.string("erased")])
        withExtendedLifetime(service) {}
    }

    @Test("of the platform's changes a tenant reaches those about its own tokens, and the platform all")
    func platform() {
        let administrator = fixture.token("admin", tenant: "contoso")
        for (client, tenant) in [(administrator, "contoso"), (fixture.client, "fabrikam")] {
            client.must(.post, "/v1/tokens", #"{"role":"meeting","tenant":"\#(tenant)","name":"of carol@contoso.example"}"#)
        }
        func named() -> Int { "\(fixture.client.must(.get, "/v1/changes")["changes"])".ranges(of: "carol@").count }
        let before = fixture.client.must(.get, "/v1/changes")["changes"].array.count
        #expect(named() == 2)
        let own = administrator.must(.post, "/v1/tenants/contoso/erasures", #"{"user":"carol@contoso.example"}"#)
        #expect(own["changes"] == .integer(1) && named() == 1, "\(own)")
        #expect(erase(#"{"user":"carol@contoso.example"}"#)["changes"] == .integer(1) && named() == 0)
        #expect(fixture.client.must(.get, "/v1/changes")["changes"].array.count == before)
    }

    @Test("a number is gone from changes as well, and another tenant's entries stay")
    func number() throws {
        fixture.client.must(.put, "/v1/tenants/contoso/users/new@contoso.example", #"{"displayName":"call +14255550486"}"#)
        fixture.client.must(.put, "/v1/tenants/fabrikam/users/new@fabrikam.example", #"{"displayName":"call +14255550486"}"#)
        let answer = erase(#"{"number":"+14255550486"}"#), pseudonym = answer["pseudonym"].string ?? ""
        #expect(answer["changes"] == .integer(1) && answer["invites"] == .integer(0))
        let own = fixture.client.must(.get, "/v1/tenants/contoso/changes")["changes"].array[1]["objects"].array[0]["after"]["displayName"]
        #expect(own == .string(pseudonym), "a name that has the subject in it goes whole: \(own)")
        #expect("\(fixture.client.must(.get, "/v1/tenants/fabrikam/changes"))".contains("call +14255550486"))
    }

    @Test(
        "a change that an erasure has rewritten is not taken back: a pseudonym would come into force",
        arguments: ["number", "user", "pattern"])
    func undone(kind: String) {
        let settings = "/v1/tenants/contoso/settings", user = "/v1/tenants/contoso/users/erin@contoso.example"
        if kind == "number" {
            fixture.client.must(.patch, settings, #"{"deniedPrefixes":["+12065550777"]}"#)
            fixture.client.must(.patch, settings, #"{"deniedPrefixes":[]}"#)
        } else if kind == "pattern" {
            for command in [
                #"New-CsOnlineVoiceRoute One -NumberPattern '^(\+)?12065550777$' -OnlinePstnUsages US"#, "Remove-CsOnlineVoiceRoute One",
            ] { fixture.client.must(.post, "/v1/tenants/contoso/commands", command) }
        } else {
            fixture.client.must(.put, user, #"{"displayName":"Erin"}"#)
            fixture.client.must(.delete, user)
        }
        let change = fixture.client.must(.get, "/v1/tenants/contoso/changes")["changes"].array[0]["id"].string ?? ""
        _ = erase(kind != "user" ? #"{"number":"+12065550777"}"# : #"{"user":"erin@contoso.example"}"#)
        let undone = fixture.client.ask(.post, "/v1/tenants/contoso/changes/\(change)/undo")
        #expect(undone.status == 409 && undone.body["detail"].string?.contains("was rewritten by an erasure") == true, "\(undone)")
        #expect(fixture.client.must(.get, settings)["deniedPrefixes"] == .array([]))
        #expect(!"\(fixture.client.must(.get, "/v1/tenants/contoso/users"))".contains("erased.invalid"))
    }

    @Test("a name within another's stays, and what is no whole name is refused")
    func whole() {
        for name in ["joeve", "eve", "eve.b"] {
            fixture.client.must(.put, "/v1/tenants/contoso/users/\(name)@contoso.example", #"{"displayName":"\#(name) x"}"#)
        }
        fixture.client.must(
            .put, "/v1/tenants/contoso/users/x@contoso.example", #"{"displayName":"eve@contoso.example.org, Eve@contoso.example."}"#)
        fixture.client.must(.put, "/v1/tenants/contoso/users/y@contoso.example", #"{"displayName":"EVE@Contoso.Example"}"#)
        let answer = erase(#"{"user":"eve@contoso.example"}"#), pseudonym = answer["pseudonym"].string ?? ""
        #expect(answer["changes"] == .integer(3))
        let objects = fixture.client.must(.get, "/v1/tenants/contoso/changes")["changes"].array.dropFirst().prefix(5).map {
            $0["objects"].array[0]["object"]
        }
        let names = ["y@contoso.example", "x@contoso.example", "eve.b@contoso.example", pseudonym, "joeve@contoso.example"]
        #expect(objects == names.map { .string("user \($0)") })
        for user in ["", "a", "@", "a@", "@contoso.example", "a@b@"] {
            let refused = fixture.client.ask(.post, "/v1/tenants/contoso/erasures", #"{"user":"\#(user)"}"#)
            #expect(refused.status == 400 && refused.body["field"].string == "user", "\(user)")
        }
    }

    @Test("a store that refuses is an error, and the erasure can be asked for again")
    func refused() {
        fixture.client.must(.put, "/v1/tenants/contoso/users/new@contoso.example", #"{"displayName":"New"}"#)
        fixture.store.isFull = true
        #expect(fixture.client.ask(.post, "/v1/tenants/contoso/erasures", #"{"user":"new@contoso.example"}"#).status == 503)
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        #expect(erase(#"{"user":"new@contoso.example"}"#)["changes"] == .integer(1))
    }
}
