import Basis
import Service
import Simulation
import Testing
import Web

/// A name that comes again is another: nothing of the old one is the new one's.
@Suite("A tenant or operator made anew under an old name")
struct IdentityTests {
    private static let consent = Fixture.consent

    /// Deletes the fixture's tenant and makes it anew, configured as before, after some calls of the old one.
    private func remake(_ fixture: Fixture) {
        let document = fixture.client.must(.get, "/v1/tenants/contoso/document")
        fixture.client.must(.delete, "/v1/tenants/contoso")
        fixture.client.must(.put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(document), as: UTF8.self))
    }

    @Test("no call of a tenant goes on that was removed while it was being accepted")
    func removedMeanwhile() throws {
        for moment in stride(from: 0, through: 12_000, by: 1_000) {
            let fixture = try Fixture()
            fixture.client.send(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999")) { _ in }
            fixture.world.schedule(after: .microseconds(Int64(moment))) { fixture.client.send(.delete, "/v1/tenants/contoso", "") { _ in } }
            fixture.pass(.seconds(5))
            #expect(fixture.client.ask(.get, "/v1/tenants/contoso").status == 404)
            #expect(fixture.isQuiet && fixture.store.dialOuts.values.allSatisfy { !$0.isOpen }, "removed after \(moment) us")
        }
    }

    @Test("tokens, records, events, orders and limits of the old tenant are dead or hidden, before and after a restart")
    func tenant() throws {
        let fixture = try Fixture()
        let order =
            fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["x"]}"#)["id"].string ?? ""
        let old = [fixture.token("admin", tenant: "contoso"), fixture.token("meeting", tenant: "contoso")]
        let stream = EventReader()
        #expect(old[0].watch("/v1/events", into: stream).status == 200)
        let ended = fixture.dial("+14255550486"),
            refused = fixture.client.ask(.post, "/v1/meetings/r/dial-outs", Fixture.order("+8135550123"))
        fixture.pass(.seconds(5))
        #expect(fixture.record(ended)["state"].string == "ended" && refused.status == 403)
        fixture.client.must(.put, "/v1/tenants/contoso/limits", #"{"organizerConcurrentCalls":{"block":1}}"#)
        remake(fixture)
        #expect(stream.isClosed)
        for isRestarted in [false, true] {
            let client = isRestarted ? try fixture.restart().1 : fixture.client
            for token in old { #expect(client.with(token: token.token).ask(.get, "/v1/dial-outs").status == 401) }
            let made = client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso"}"#)
            let admin = client.with(token: made["token"].string ?? "")
            #expect(admin.must(.get, "/v1/dial-outs")["dialOuts"] == .array([]))
            #expect(client.must(.get, "/v1/dial-outs?tenant=contoso")["dialOuts"] == .array([]))
            for id in [ended, refused.body["id"].string ?? ""] {
                #expect(admin.ask(.get, "/v1/dial-outs/\(id)").status == 404)
                #expect(admin.ask(.get, "/v1/dial-outs/\(id)/events").status == 404)
                #expect(client.ask(.get, "/v1/dial-outs/\(id)").status == 200, "the platform still finds it by its id")
            }
            let all = EventReader()
            #expect(admin.watch("/v1/events?lastEventId=0", into: all).status == 200)
            fixture.pass(.seconds(1))
            #expect(all.events.isEmpty, "\(all.text)")
            #expect(client.ask(.get, "/v1/operators/acme/number-orders/\(order)").status == 404)
            let replay = admin.must(.post, "/v1/tenants/contoso/replays", #"{"candidate":\#(candidate(admin))}"#)
            #expect(replay["report"]["total"].integer == 0, "\(replay)")
            let listed = client.must(.get, "/v1/tokens")["tokens"].array.map { $0["tenant"].string }
            #expect(listed == Array(repeating: "contoso", count: isRestarted ? 2 : 1), "only the new ones: \(listed)")
        }
    }

    @Test("the same wish of the new tenant is another one, while a call of the old one is still being taken back")
    func wish() throws {
        let fixture = try Fixture(), order = Fixture.order("+14255550488")
        for headers in [[], [("Idempotency-Key", "k")]] {
            let old = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", order, headers: headers)
            fixture.pass(.milliseconds(500))
            remake(fixture)
            let new = fixture.token("meeting", tenant: "contoso").ask(.post, "/v1/meetings/m/dial-outs", order, headers: headers)
            #expect(old.status == 202 && new.status == 202 && new.body["id"] != old.body["id"] && new.body["id"].string != nil)
            let live = fixture.token("admin", tenant: "contoso").must(.get, "/v1/live")["states"]
            #expect(CallState.allCases.reduce(0) { $0 + (live[$1.rawValue].integer ?? 0) } == 1, "the old one counts no more: \(live)")
            fixture.pass(.seconds(60))
        }
    }

    private func candidate(_ client: SimClient) -> String {
        String(decoding: JSON.encode(client.must(.get, "/v1/tenants/contoso/document")["tenant"]), as: UTF8.self)
    }

    @Test("when the clock is set back over a restart, what is made then is still later than what was: the new tenant's is its own")
    func clockSetBack() throws {
        let fixture = try Fixture()
        remake(fixture)
        var token = ""
        for _ in 0..<3 { token = fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso"}"#)["id"].string ?? "" }
        fixture.world.wallOffset = -3_600_000
        let (_, client) = try fixture.restart()
        let made = client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso"}"#)
        #expect((made["id"].string ?? "") > token)
        let admin = client.with(token: made["token"].string ?? "")
        let id = admin.must(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550486"))["id"].string ?? ""
        #expect(id > token && admin.ask(.get, "/v1/dial-outs/\(id)").status == 200)
        fixture.pass(.seconds(5))
        #expect(admin.must(.get, "/v1/dial-outs")["dialOuts"].array.count == 1)
        client.must(.delete, "/v1/tenants/contoso")
        client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        #expect(client.must(.get, "/v1/dial-outs?tenant=contoso")["dialOuts"].array.isEmpty)
    }

    @Test("when the clock is set back over a restart, orders, changes and dial-outs are named behind all of before, whatever was the last")
    func namesSetBack() throws {
        func order(_ client: SimClient, _ number: String) -> String {
            client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["\#(number)"]}"#)["id"].string ?? ""
        }
        func change(_ client: SimClient, _ name: String) -> String {
            client.must(.put, "/v1/tenants/contoso", #"{"displayName":"\#(name)","country":"US"}"#)
            return client.must(.get, "/v1/tenants/contoso/changes?limit=1")["changes"].array[0]["id"].string ?? ""
        }
        for last in ["change", "order", "refused order", "limits", "dial-out"] {
            let fixture = try Fixture(), client = fixture.client
            var newest = ""
            switch last {
            case "change": newest = change(client, "One")
            case "order": newest = order(client, "+14255550101")
            case "refused order": newest = order(client, "+14255550100")
            case "limits":
                client.must(.put, "/v1/limits", #"{"duplicateSeconds":7}"#)
                newest = client.must(.get, "/v1/changes?limit=1")["changes"].array[0]["id"].string ?? ""
            default:
                newest = fixture.dial("+14255550486")
                fixture.pass(.seconds(5))
            }
            fixture.world.wallOffset = -3_600_000
            let (service, later) = try fixture.restart()
            let dialled = later.must(.post, "/v1/meetings/z/dial-outs", Fixture.order("+14255550404"))["id"].string ?? ""
            let names = [newest, dialled, order(later, "+14255550102"), change(later, "Two")]
            #expect(names == names.sorted() && !newest.isEmpty, "\(last): \(names)")
            withExtendedLifetime(service) {}
        }
    }

    @Test("the same Idempotency-Key and the same meeting are new again, and calls of the old tenant are hung up")
    func keysAndMeetings() throws {
        let fixture = try Fixture()
        let path = "/v1/meetings/standup/dial-outs", key = [("Idempotency-Key", "one")]
        let first = fixture.client.ask(.post, path, Fixture.order("+14255550999"), headers: key)
        #expect(first.status == 202)
        fixture.pass(.seconds(2))
        remake(fixture)
        fixture.pass(.seconds(2))
        let old = fixture.record(first.body["id"].string ?? "")
        #expect(old["state"].string == "ended" && old["endedBy"].string == "service", "\(old)")
        let again = fixture.client.ask(.post, path, Fixture.order("+14255550486"), headers: key)
        #expect(again.status == 202 && again.header("Idempotent-Replayed") == nil, "\(again.body)")
        #expect(fixture.client.ask(.post, path, Fixture.order("+14255550486"), headers: key).header("Idempotent-Replayed") == "true")
        let (_, restarted) = try fixture.restart()
        let third = restarted.ask(.post, path, Fixture.order("+14255550486"), headers: key)
        #expect(third.body["id"] == again.body["id"] && third.header("Idempotent-Replayed") == "true")
    }

    @Test("calls of a tenant that is no more are hung up, and those of others go on")
    func othersGoOn() throws {
        let fixture = try Fixture()
        let calls = ["+14255551234", "+14255550999"].map { fixture.dial($0) }
        fixture.pass(.seconds(4))
        func states() -> [String?] { calls.map { fixture.record($0)["state"].string } }
        #expect(states() == ["connected", "ringing"])
        fixture.client.must(.delete, "/v1/tenants/fabrikam")
        fixture.pass(.seconds(4))
        #expect(states() == ["connected", "ringing"])
        fixture.client.must(.delete, "/v1/tenants/contoso")
        fixture.pass(.seconds(4))
        #expect(states() == ["ended", "ended"] && fixture.isQuiet)
    }

    @Test("another tenant takes over a meeting of a tenant that is no more")
    func meetings() throws {
        let fixture = try Fixture()
        let fabrikam = fixture.token("meeting", tenant: "fabrikam"), order = Fixture.order("+14255550999")
        #expect(fixture.client.ask(.post, "/v1/meetings/shared/dial-outs", order).status == 202)
        #expect(fabrikam.ask(.post, "/v1/meetings/shared/dial-outs", order).body["reason"].string == "requesterNotAllowed")
        fixture.client.must(.delete, "/v1/tenants/contoso")
        #expect(fabrikam.ask(.post, "/v1/meetings/shared/dial-outs", order).body["reason"].string == "unknownOrganizer")
    }

    @Test("counts of the last hour and minutes of the month are the new tenant's own")
    func counts() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/tenants/contoso/limits", #"{"organizerCallsPerMinute":{"block":1}}"#)
        _ = fixture.dial("+14255550486")
        fixture.pass(.seconds(1))
        #expect(fixture.client.ask(.post, "/v1/meetings/n/dial-outs", Fixture.order("+14255550486")).status == 429)
        remake(fixture)
        fixture.pass(.seconds(1))
        for isRestarted in [false, true] {
            let client = isRestarted ? try fixture.restart().1 : fixture.client
            #expect(client.ask(.post, "/v1/meetings/n/dial-outs", Fixture.order("+14255550486")).status == 202)
        }
    }

    @Test("the end of the old tenant's call takes nothing from what the new one's calls count")
    func endings() throws {
        let fixture = try Fixture()
        let old = fixture.dial("+14255550488")
        fixture.pass(.seconds(3))
        remake(fixture)
        fixture.client.must(.put, "/v1/tenants/contoso/limits", #"{"organizerConcurrentCalls":{"block":1}}"#)
        _ = fixture.dial("+14255550999")
        #expect(fixture.record(old)["state"].string != "ended", "its INVITE has no final answer yet")
        fixture.pass(.seconds(40))
        #expect(fixture.record(old)["state"].string == "ended")
        #expect(fixture.client.ask(.post, "/v1/meetings/n/dial-outs", Fixture.order("+14255550999")).status == 429)
    }

    @Test("tokens, calls, events and figures of an operator's old name are not the new one's")
    func carrier() throws {
        let fixture = try Fixture()
        let acme = fixture.token("operator", operator: "acme"), stream = EventReader()
        _ = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        #expect(acme.must(.get, "/v1/operators/acme/calls")["calls"].array.count == 1)
        #expect(acme.watch("/v1/operators/acme/events", into: stream).status == 200)
        #expect(fixture.client.ask(.delete, "/v1/operators/acme").status == 409)
        fixture.client.must(.delete, "/v1/tenants/contoso")
        fixture.client.must(.delete, "/v1/operators/acme")
        #expect(stream.isClosed)
        fixture.client.must(.put, "/v1/operators/acme", Fixture.operatorBody)
        for isRestarted in [false, true] {
            let client = isRestarted ? try fixture.restart().1 : fixture.client
            #expect(client.with(token: acme.token).ask(.get, "/v1/operators/acme/calls").status == 401)
            let made = client.must(.post, "/v1/tokens", #"{"role":"operator","operator":"acme"}"#)
            let new = client.with(token: made["token"].string ?? ""), all = EventReader()
            #expect(new.must(.get, "/v1/operators/acme/calls")["calls"] == .array([]))
            #expect(new.must(.get, "/v1/operators/acme/statistics")["ended"].integer == 0)
            #expect(new.watch("/v1/operators/acme/events?lastEventId=0", into: all).status == 200)
            fixture.pass(.seconds(1))
            #expect(all.events.isEmpty, "\(all.text)")
        }
    }

    @Test("a name that nobody has is of nobody's time: the platform finds under it what all of them left, before a restart as after it")
    func gone() throws {
        let fixture = try Fixture(), first = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        remake(fixture)
        let second = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        #expect(fixture.client.must(.get, "/v1/dial-outs?tenant=contoso")["dialOuts"].array.map { $0["id"].string } == [second])
        fixture.client.must(.delete, "/v1/tenants/contoso")
        for isRestarted in [false, true] {
            let client = isRestarted ? try fixture.restart().1 : fixture.client
            let left = client.must(.get, "/v1/dial-outs?tenant=contoso")["dialOuts"].array.map { $0["id"].string }
            #expect(left == [second, first], "restarted: \(isRestarted)")
        }
    }

    @Test("what a store of an earlier version holds is the first of its name: it keeps what it has")
    func migration() throws {
        let fixture = try Fixture()
        let admin = fixture.token("admin", tenant: "contoso"), ended = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        for key in ["since/tenant/contoso", "since/operator/acme"] {
            #expect(fixture.store.documents["setting/" + key] != nil)
            fixture.store.put(StoredDocument(kind: .setting, key: key, version: 99, body: nil))
        }
        let (_, restarted) = try fixture.restart()
        let same = restarted.with(token: admin.token)
        #expect(same.must(.get, "/v1/dial-outs")["dialOuts"].array.map { $0["id"].string } == [ended])
        #expect(restarted.must(.get, "/v1/operators/acme/calls")["calls"].array.map { $0["id"].string } == [ended])
    }
}

/// Streams and their tokens.
@Suite("A token that ends")
struct TokenStreamTests {
    @Test("a token that is taken away ends its streams at once, and no other's")
    func revoked() throws {
        let fixture = try Fixture()
        func reader(_ client: SimClient, _ path: String) -> EventReader {
            let reader = EventReader()
            #expect(client.watch(path, into: reader).status == 200)
            return reader
        }
        func made(_ body: String) -> (client: SimClient, id: String) {
            let made = fixture.client.must(.post, "/v1/tokens", body)
            return (fixture.client.with(token: made["token"].string ?? ""), made["id"].string ?? "")
        }
        let admin = made(#"{"role":"admin","tenant":"contoso"}"#), acme = made(#"{"role":"operator","operator":"acme"}"#)
        let platform = made(#"{"role":"platform"}"#), other = made(#"{"role":"meeting","tenant":"contoso"}"#)
        let id = fixture.dial("+14255550999")
        let streams = [
            (admin, [reader(admin.client, "/v1/events"), reader(admin.client, "/v1/dial-outs/\(id)/events")]),
            (acme, [reader(acme.client, "/v1/operators/acme/events")]), (platform, [reader(platform.client, "/v1/events")]),
        ]
        let kept = reader(other.client, "/v1/events")
        for (token, readers) in streams {
            #expect(readers.allSatisfy { !$0.isClosed })
            fixture.client.must(.delete, "/v1/tokens/\(token.id)")
            #expect(readers.allSatisfy { $0.isClosed })
        }
        #expect(!kept.isClosed)
        fixture.pass(.seconds(3))
        #expect(kept.events.contains { $0.id == id && $0.type == "ringing" })
    }

    @Test("a token that the clock leaves behind at once is told nothing more on its stream")
    func expiredByStep() throws {
        let fixture = try Fixture()
        let at = WallTime(milliseconds: fixture.world.wallTime.milliseconds + 3_600_000).rfc3339
        let made = fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","expiresAt":"\#(at)"}"#)
        let reader = EventReader()
        #expect(fixture.client.with(token: made["token"].string ?? "").watch("/v1/events", into: reader).status == 200)
        fixture.dial("+14255550200")
        fixture.pass(.milliseconds(20))
        let told = reader.text
        #expect(told.contains("accepted") && !reader.isClosed)
        fixture.world.wallOffset += 7_200_000
        fixture.dial("+14255550201")
        fixture.pass(.milliseconds(20))
        #expect(reader.isClosed && reader.text == told)
    }

    @Test("a token that expires ends its streams then, to the second")
    func expired() throws {
        let fixture = try Fixture()
        func stream(expiringIn milliseconds: Int64) -> EventReader {
            let at = WallTime(milliseconds: fixture.world.wallTime.milliseconds + milliseconds).rfc3339
            let made = fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","expiresAt":"\#(at)"}"#)
            let reader = EventReader()
            #expect(fixture.client.with(token: made["token"].string ?? "").watch("/v1/events", into: reader).status == 200)
            return reader
        }
        let late = stream(expiringIn: 9_000), early = stream(expiringIn: 4_000)
        fixture.pass(.milliseconds(3_500))
        #expect(!early.isClosed && !late.isClosed)
        fixture.pass(.milliseconds(1_000))
        #expect(early.isClosed && !late.isClosed)
        fixture.pass(.seconds(5))
        #expect(late.isClosed)
    }

    @Test("a token that would expire in the past is not made")
    func past() throws {
        let fixture = try Fixture()
        for offset in [-86_400_000, 0] as [Int64] {
            let at = WallTime(milliseconds: fixture.world.wallTime.milliseconds + offset).rfc3339
            let answer = fixture.client.ask(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","expiresAt":"\#(at)"}"#)
            #expect(answer.status == 400 && answer.body["field"].string == "expiresAt", "\(answer.body)")
        }
        #expect(fixture.client.must(.get, "/v1/tokens")["tokens"] == .array([]))
    }
}
