import Basis
import Dialing
import Service
import Simulation
import Testing
import Web

/// A person's data are taken out of what is kept.
@Suite("Erasure")
struct ErasureTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func erase(_ body: String, _ client: SimClient? = nil) -> SimClient.Answer {
        (client ?? fixture.client).ask(.post, "/v1/tenants/contoso/erasures", body)
    }

    private func order(_ number: String, _ more: String) -> String {
        fixture.client.must(
            .post, "/v1/meetings/m\(fixture.store.dialOuts.count)/dial-outs",
            #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"\#(number)"\#(more)}"#)["id"].string ?? ""
    }

    /// All that is kept of facts, as bytes.
    private var log: String { String(decoding: fixture.store.everything.0.facts.flatMap(\.row.body), as: UTF8.self) }

    @Test("of two that a record names the one who is erased goes, and the reasons still name the other")
    func others() throws {
        let id = order("+14255550200", #","requestedBy":"sam@contoso.example""#)
        fixture.pass(.seconds(20))
        let before = fixture.record(id)["decision"]["because"].array.compactMap(\.string).filter { $0.contains("Alice") }
        #expect(!before.isEmpty)
        let pseudonym = erase(#"{"user":"sam@contoso.example"}"#).body["pseudonym"].string ?? ""
        let after = fixture.record(id)["decision"]["because"].array.compactMap(\.string)
        #expect(before.allSatisfy { after.contains($0) } && after.contains { $0.contains(pseudonym) }, "\(after)")
    }

    @Test("a number is gone from records, events, lists and the log; a pseudonym stands there, and counts and places stay")
    func number() throws {
        let one = order("+14255550486", #","displayName":"Carol","requestedBy":"bob@contoso.example""#), other = order("+14255550200", "")
        fixture.pass(.seconds(20))
        let again = order("+14255550486", "")
        fixture.pass(.seconds(5))
        let before = fixture.record(one), summary = fixture.client.must(.get, "/v1/dial-outs/summary?by=outcome"),
            untouched = fixture.record(other)
        let places = fixture.store.everything.0.facts.map(\.place)
        #expect(log.contains("Carol"))
        let answer = erase(#"{"number":"+14255550486"}"#), pseudonym = answer.body["pseudonym"].string ?? ""
        #expect(answer.status == 200 && answer.body["records"] == .integer(2))
        #expect(pseudonym.hasPrefix("+999") && pseudonym.utf8.count == 16)
        for id in [one, again] {
            let record = fixture.record(id)
            #expect(record["number"].string == pseudonym && record["displayName"] == .null && record["outcome"] == .string("busy"))
            #expect(!"\(record)".contains("5550486") && record["decision"]["dialled"].string == pseudonym)
            #expect(!"\(fixture.client.must(.get, "/v1/dial-outs/\(id)/events"))".contains("5550486"))
        }
        let after = fixture.record(one)
        for member in ["acceptedAt", "endedAt", "callerId", "requestedBy", "cause", "attempts", "configVersion"] {
            #expect(after[member] == before[member], "\(member)")
        }
        #expect(after["decision"]["because"].array.count == before["decision"]["because"].array.count)
        #expect(!log.contains("5550486") && !log.contains("Carol"))
        #expect(Array(fixture.store.everything.0.facts.map(\.place).prefix(places.count)) == places && fixture.record(other) == untouched)
        #expect(fixture.client.must(.get, "/v1/dial-outs/summary?by=outcome") == summary)
        let found = fixture.client.must(.get, "/v1/dial-outs?number=%2B\(pseudonym.dropFirst())")["dialOuts"].array
        #expect(found.map { $0["id"].string } == [again, one])
        #expect(fixture.client.must(.get, "/v1/dial-outs?number=+14255550486")["dialOuts"].array.isEmpty)
        #expect(erase(#"{"number":"+14255550486"}"#).body["records"] == .integer(0), "once more finds nothing")
    }

    @Test("the list of changes has who erased, when, and how much, without the subject; it cannot be undone, and stays after a start")
    func audited() throws {
        _ = order("+14255550486", #","requestedBy":"bob@contoso.example""#)
        fixture.pass(.seconds(5))
        let made = fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","name":"bob@contoso.example"}"#)
        let admin = fixture.client.with(token: made["token"].string ?? "")
        for subject in [#"{"number":"+14255550486"}"#, #"{"user":"bob@contoso.example"}"#] {
            let pseudonym = erase(subject, admin).body["pseudonym"].string ?? ""
            let change = fixture.client.must(.get, "/v1/tenants/contoso/changes?limit=1")["changes"].array[0]
            let after = change["objects"].array[0]["after"]
            #expect(change["objects"].array[0]["object"].string == "erasure \(pseudonym)" && change["role"] == "admin", "\(change)")
            #expect(after["records"].integer == 1 && after["pseudonym"].string == pseudonym && after["tenant"] == "contoso", "\(change)")
            #expect(change["request"] == "POST /v1/tenants/contoso/erasures" && change["at"].string != nil)
            #expect(!"\(change)".contains("5550486"))
            let id = change["id"].string ?? ""
            let undone = fixture.client.ask(.post, "/v1/tenants/contoso/changes/\(id)/undo")
            #expect(undone.status == 409 && undone.body["detail"].string?.hasPrefix("what an erasure took out") == true, "\(undone.body)")
        }
        let (service, client) = try fixture.restart()
        let kept = client.must(.get, "/v1/tenants/contoso/changes?q=erasure")["changes"]
        #expect(kept.array.count == 2 && !"\(kept)".contains("bob@"), "also who asked was the subject: \(kept)")
        withExtendedLifetime(service) {}
    }

    @Test("an erasure that breaks off is in the list of changes, without figures")
    func brokenOff() throws {
        _ = order("+14255550486", "")
        fixture.pass(.seconds(5))
        fixture.store.readsFail = true
        #expect(erase(#"{"number":"+14255550486"}"#).status == 503)
        fixture.store.readsFail = false
        let object = fixture.client.must(.get, "/v1/tenants/contoso/changes?limit=1")["changes"].array[0]["objects"].array[0]
        #expect(object["object"].string?.hasPrefix("erasure +999") == true && object["after"]["records"] == .null, "\(object)")
        #expect(erase(#"{"number":"+14255550486"}"#).body["records"] == 1)
    }

    @Test("what the platform erases of a tenant that is no more is in its own list, and what is refused is in none")
    func auditedElsewhere() throws {
        _ = order("+14255550486", "")
        fixture.pass(.seconds(5))
        #expect(erase(#"{"number":"x"}"#).status == 400)
        fixture.client.must(.delete, "/v1/tenants/contoso")
        let answer = erase(#"{"number":"+14255550486"}"#).body
        let changes = fixture.client.must(.get, "/v1/changes?q=erasure")["changes"].array
        #expect(changes.count == 1 && changes[0]["objects"].array[0]["after"]["records"] == answer["records"], "\(changes)")
        #expect(changes[0]["objects"].array[0]["after"]["tenant"] == "contoso" && changes[0]["role"] == "platform")
    }

    @Test("a number is gone from requests that were refused before it was read and from texts of other calls; lists find the former by it")
    func refusedNumbers() throws {
        fixture.client.must(.put, "/v1/tenants/contoso/users/nolic@contoso.example", #"{"displayName":"N","licences":[]}"#)
        func ask(_ organizer: String, _ number: String, _ meeting: String, _ more: String = "") {
            let body = #"{"kind":"inviteNumber","organizer":"\#(organizer)@contoso.example","number":"\#(number)"\#(more)}"#
            _ = fixture.client.ask(.post, "/v1/meetings/\(meeting)/dial-outs", body)
        }
        ask("nolic", "+14255550486", "m1")
        ask("alice", "sip:+14255550486@x", "m2")
        ask("alice", "+14255550200", "call-14255550486", #","displayName":"+14255550486""#)
        fixture.pass(.seconds(20))
        #expect(fixture.client.must(.get, "/v1/dial-outs?number=%2B14255550486")["dialOuts"].array.count == 1)
        #expect(erase(#"{"number":"+14255550486"}"#).body["records"] == .integer(3) && !log.contains("5550486"))
        let records = fixture.client.must(.get, "/v1/dial-outs")["dialOuts"]
        #expect(records.array.count == 3 && !"\(records)".contains("5550486"))
        #expect(records.array.contains { $0["number"].string == "+14255550200" && $0["displayName"].string?.hasPrefix("+999") == true })
    }

    @Test("a person is gone from who asked in whichever form, and a name with two signs can be erased")
    func forms() throws {
        let one = order("+14255550486", #","requestedBy":"sip:bob@contoso.example""#)
        let other = order("+14255550200", #","displayName":"a@b@contoso.example""#)
        fixture.pass(.seconds(20))
        #expect(erase(#"{"user":"bob@contoso.example"}"#).body["records"] == .integer(1) && !log.contains("bob@"))
        #expect(fixture.record(one)["requestedBy"].string?.hasPrefix("sip:erased-") == true)
        #expect(erase(#"{"user":"a@b@contoso.example"}"#).body["records"] == .integer(1))
        #expect(!"\(fixture.record(other))".contains("a@b@"))
    }

    @Test("a new tenant reaches nothing that an earlier one of the name has left; the platform does, also while there is none")
    func earlierTenant() throws {
        let id = order("+14255550486", "")
        fixture.pass(.seconds(5))
        let document = fixture.client.must(.get, "/v1/tenants/contoso/document")
        fixture.client.must(.delete, "/v1/tenants/contoso")
        fixture.client.must(.put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(document), as: UTF8.self))
        let admin = fixture.token("admin", tenant: "contoso")
        for subject in [#"{"number":"+14255550486"}"#, #"{"user":"alice@contoso.example"}"#] {
            #expect(erase(subject, admin).body["records"] == .integer(0), "\(subject)")
        }
        #expect(fixture.record(id)["number"].string == "+14255550486")
        fixture.client.must(.delete, "/v1/tenants/contoso")
        #expect(erase(#"{"number":"+14255550486"}"#).body["records"] == .integer(1))
        #expect(fixture.client.ask(.post, "/v1/tenants/nobody/erasures", #"{"number":"+14255550486"}"#).status == 404)
    }

    @Test("what was erased is no call that a changed configuration would lose")
    func replays() throws {
        for number in ["+14255550486", "+14255550200"] { _ = order(number, "") }
        fixture.pass(.seconds(20))
        _ = erase(#"{"number":"+14255550486"}"#)
        let candidate = String(decoding: JSON.encode(fixture.client.must(.get, "/v1/tenants/contoso/document")["tenant"]), as: UTF8.self)
        let report = fixture.client.must(.post, "/v1/tenants/contoso/replays", #"{"candidate":\#(candidate)}"#)["report"]
        #expect(report["unchanged"] == .integer(1) && report["total"] == .integer(1) && report["erased"] == .integer(1), "\(report)")
        let rehearsed = fixture.client.ask(
            .post, "/v1/tenants/contoso/rehearsals?days=1", #"Set-CsOnlineVoiceRoute "US" -Description "x""#,
            headers: [("Content-Type", "text/plain")])
        #expect(rehearsed.body["replay"]["report"] == report, "\(rehearsed.body)")
    }

    @Test("a person is gone as organizer and as who asked, with the name that was shown; the same pseudonym each time, also after a start")
    func user() throws {
        let one = order("+14255550486", #","requestedBy":"Alice@contoso.example","displayName":"Alice""#)
        fixture.pass(.seconds(5))
        let answer = erase(#"{"user":"ALICE@contoso.example"}"#), pseudonym = answer.body["pseudonym"].string ?? ""
        #expect(answer.body["records"] == .integer(1) && pseudonym.hasPrefix("erased-") && pseudonym.hasSuffix("@erased.invalid"))
        let record = fixture.record(one)
        #expect(record["organizer"].string == pseudonym && record["requestedBy"].string == pseudonym && record["displayName"] == .null)
        #expect(!"\(record)".lowercased().contains("alice@") && record["number"].string == "+14255550486")
        #expect(fixture.client.must(.get, "/v1/dial-outs?organizer=\(pseudonym)")["dialOuts"].array.count == 1)
        let (service, client) = try fixture.restart()
        let next = client.must(
            .post, "/v1/meetings/x/dial-outs", #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550404"}"#)
        fixture.pass(.seconds(5))
        #expect(erase(#"{"user":"alice@contoso.example"}"#, client).body["pseudonym"].string == pseudonym)
        #expect(client.must(.get, "/v1/dial-outs/\(next["id"].string ?? "")")["organizer"].string == pseudonym)
        withExtendedLifetime(service) {}
    }

    @Test("more records than are read at a time are all rewritten, once each")
    func many() throws {
        let count = 53
        for place in 0..<count {
            let refused = fixture.client.ask(
                .post, "/v1/meetings/m\(place)/dial-outs", #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"911"}"#)
            #expect(refused.status == 403)
        }
        #expect(log.contains("alice@"))
        #expect(erase(#"{"user":"alice@contoso.example"}"#).body["records"] == .integer(Int64(count)))
        #expect(!log.contains("alice@"))
    }

    @Test(
        "the name that an organizer is shown by goes from the decision's sentences, also where the number went before",
        arguments: [false, true])
    func organizersName(isNumberFirst: Bool) throws {
        let id = order("+14255550486", "")
        fixture.pass(.seconds(5))
        func sentences() -> [String] { fixture.record(id)["decision"]["because"].array.compactMap(\.string) }
        let before = sentences()
        #expect(before.count { $0.contains("Alice") } > 1, "\(before)")
        if isNumberFirst { #expect(erase(#"{"number":"+1 (425) 555-0486"}"#).body["records"] == .integer(1)) }
        let pseudonym = erase(#"{"user":"alice@contoso.example"}"#).body["pseudonym"].string ?? ""
        #expect(!sentences().contains { $0.contains("Alice") } && sentences().count == before.count, "\(sentences())")
        #expect(sentences().count { $0.contains(pseudonym) } > 1 && !log.contains("Alice"))
    }

    @Test(
        "whichever way a number was written, it is found and erased in the way that it was dialled",
        arguments: ["+4402079460999", "+44 (0)20 7946 0999", "+442079460999"])
    func written(number: String) {
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order(number)).status == 403)
        let query = number.replacing("+", with: "%2B").replacing(" ", with: "%20")
        func found(_ query: String) -> [String?] {
            fixture.client.must(.get, "/v1/dial-outs?number=\(query)")["dialOuts"].array.map { $0["number"].string }
        }
        #expect(found(query) == ["+442079460999"] && found("442079460999") == ["+442079460999"])
        #expect(erase(#"{"number":"\#(number)"}"#).body["records"] == .integer(1))
        #expect(found(query) == [])
    }

    @Test("a call in progress, another tenant's and what is no subject are refused or left")
    func refused() throws {
        let live = order("+14255550999", "")
        fixture.pass(.seconds(1))
        let busy = erase(#"{"number":"+14255550999"}"#)
        #expect(
            busy.status == 409 && busy.body["detail"].string == "1 dial-outs of +14255550999 are in progress; erase when they have ended")
        fixture.client.must(.delete, "/v1/dial-outs/\(live)")
        fixture.pass(.seconds(2))
        let other = fixture.token("admin", tenant: "fabrikam")
        #expect(erase(#"{"number":"+14255550999"}"#, other).status == 403)
        #expect(other.must(.post, "/v1/tenants/fabrikam/erasures", #"{"number":"+14255550999"}"#)["records"] == .integer(0))
        #expect(fixture.record(live)["number"].string == "+14255550999")
        #expect(erase("{}").body["detail"].string == "number or user is required, and not both")
        #expect(erase(#"{"number":"425"}"#).body["field"].string == "number")
        for number in ["+99912345678", "+12", "+4402079460999", "+1 (425) 555-0998"] {
            #expect(erase(#"{"number":"\#(number)"}"#).status == 200, "\(number): whatever a record may have")
        }
        fixture.store.isFull = true
        #expect(erase(#"{"number":"+14255550999"}"#).status == 503)
    }
}
