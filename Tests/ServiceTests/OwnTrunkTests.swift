import Dialing
import Service
import Simulation
import Testing
import Web

/// An operator changes of its own trunks what the platform leaves to it.
@Suite("An operator's own settings of its trunks")
struct OwnTrunkTests {
    private static let path = "/v1/operators/acme/trunks/t1"
    private let fixture: Fixture
    private let acme: SimClient

    init() throws {
        fixture = try Fixture()
        acme = fixture.token("operator", operator: "acme")
    }

    /// Puts the operator as it is, leaving so much to it.
    private func leave(_ settings: [String]) {
        guard case .object(var body) = fixture.client.must(.get, "/v1/operators/acme") else { return }
        body["trunkSettings"] = .array(settings.map { .string($0) })
        body["id"] = nil
        fixture.client.must(.put, "/v1/operators/acme", String(decoding: JSON.encode(JSONValue.object(body)), as: UTF8.self))
    }

    private var trunk: JSONValue { fixture.client.must(.get, "/v1/operators/acme")["trunks"].array[0] }

    /// A value of each setting, as JSON, and where it shows.
    static let values: [(setting: String, value: String, shown: String)] = [
        ("enabled", "false", "enabled"), ("uri", #""sip:10.1.0.77;transport=tcp""#, "uri"), ("priority", "7", "priority"),
        ("weight", "8", "weight"), ("maxConcurrentCalls", "3", "ownLimits.maxConcurrentCalls"),
        ("maxCallsPerSecond", "4", "ownLimits.maxCallsPerSecond"), ("maxQueuedCalls", "5", "maxQueuedCalls"),
        ("maxQueueSeconds", "6", "maxQueueSeconds"), ("options", #"{"seconds":30,"downAfter":2,"upAfter":1}"#, "options"),
        ("redirectHosts", #"["sbc.acme.example:5070"]"#, "redirectHosts"),
        ("calledNumberRules", #"[{"name":"plain","pattern":"^\\+","translation":"00"}]"#, "calledNumberRules"),
        ("callerIDRules", #"[{"name":"plain","pattern":"^\\+","translation":"00"}]"#, "callerIDRules"),
        ("username", #""dialout""#, "username"),
        ("password", #""s3cret""#, ""),
    ]

    @Test("each setting is the operator's where the platform leaves it to it, and is refused by its name where not")
    func settings() throws {
        #expect(Self.values.map(\.setting) == Trunk.Setting.allCases.map(\.rawValue))
        for (setting, value, shown) in Self.values {
            let own = try OwnTrunkTests(), body = #"{"\#(setting)":\#(value)}"#
            own.leave(Self.values.map(\.setting).filter { $0 != setting })
            let before = own.fixture.store.documents, refused = own.acme.ask(.patch, Self.path, body)
            #expect(refused.status == 403 && refused.body["field"].string == "trunks[t1].\(setting)", "\(setting): \(refused)")
            #expect(own.fixture.store.documents == before)
            own.leave([setting])
            let done = own.acme.ask(.patch, Self.path, body)
            #expect(done.status == 200, "\(setting): \(done)")
            let kept = shown.split(separator: ".").reduce(own.trunk) { $0[String($1)] }
            #expect(
                shown.isEmpty ? kept["password"] == .null : kept == (try JSON.decode(JSONValue.self, Array(value.utf8))),
                "\(setting): \(kept)")
            let trunk = own.trunk, (service, client) = try own.fixture.restart()
            #expect(client.must(.get, "/v1/operators/acme")["trunks"].array[0] == trunk, "\(setting)")
            withExtendedLifetime(service) {}
        }
    }

    @Test("where nothing is said an operator takes a trunk out and puts it back, and where nothing is left not even that")
    func usual() throws {
        #expect(acme.ask(.patch, Self.path, #"{"enabled":false}"#).status == 200)
        #expect(acme.ask(.patch, Self.path, #"{"enabled":true,"weight":9}"#).body["field"].string == "trunks[t1].weight")
        #expect(trunk["enabled"] == .bool(false), "of a change that is refused nothing is done")
        leave([])
        #expect(acme.ask(.patch, Self.path, #"{"enabled":true}"#).status == 403)
        #expect(acme.ask(.post, Self.path + "/drain", #"{"seconds":0}"#).status == 403 && trunk["enabled"] == .bool(false))
        #expect(fixture.client.ask(.patch, Self.path, #"{"enabled":true,"weight":9,"uri":"sip:10.1.0.9"}"#).status == 200)
        #expect(acme.ask(.post, Self.path + "/drain", #"{"seconds":0}"#).status == 403)
    }

    @Test("who may not say whether a trunk takes calls ends no drain and hangs up nothing, also where it is off already")
    func turning() throws {
        leave(["weight"])
        let call = fixture.dial("+14255551234")
        fixture.pass(.seconds(4))
        fixture.client.must(.post, Self.path + "/drain", #"{"seconds":5}"#)
        #expect(acme.ask(.post, Self.path + "/drain", #"{"seconds":0}"#).status == 403)
        fixture.pass(.seconds(2))
        #expect(fixture.record(call)["state"].string == "connected")
        #expect(acme.ask(.patch, Self.path, #"{"enabled":false}"#).status == 200)
        fixture.pass(.seconds(5))
        #expect(fixture.record(call)["state"].string == "ended")
    }

    @Test("an operator's own limit is below the platform's, holds calls, and is there when the platform puts the operator anew")
    func limits() throws {
        leave(["maxConcurrentCalls", "maxCallsPerSecond"])
        fixture.client.must(.patch, Self.path, #"{"maxConcurrentCalls":5}"#)
        for (value, status) in [("6", 422), ("0", 422), ("\"1\"", 400), ("1", 200)] {
            let answer = acme.ask(.patch, Self.path, #"{"maxConcurrentCalls":\#(value)}"#)
            #expect(answer.status == status, "\(value): \(answer)")
            #expect(status == 200 || answer.body["field"].string?.contains("maxConcurrentCalls") == true, "\(answer)")
        }
        #expect(acme.must(.get, Self.path)["maxConcurrentCalls"] == .integer(1), "what holds is read back")
        let calls = (0..<3).map { fixture.dial("+1425555123\($0)") }
        fixture.pass(.seconds(3))
        let used = calls.flatMap { fixture.record($0)["attempts"].array.compactMap { $0["trunk"].string } }
        #expect(used.count { $0 == "t1" } == 1 && used.count == 3, "\(used)")
        leave(["maxConcurrentCalls"])
        #expect(trunk["ownLimits"]["maxConcurrentCalls"] == .integer(1) && trunk["maxConcurrentCalls"] == .integer(5))
        fixture.client.must(.patch, Self.path, #"{"maxConcurrentCalls":null}"#)
        #expect(acme.must(.get, Self.path)["maxConcurrentCalls"] == .integer(1))
        acme.must(.patch, Self.path, #"{"maxConcurrentCalls":null}"#)
        #expect(acme.must(.get, Self.path)["maxConcurrentCalls"] == .null && trunk["ownLimits"] == .null)
    }

    @Test("what GET gives changes nothing when it is sent back, and what is no setting is refused")
    func same() throws {
        leave(Self.values.map(\.setting))
        acme.must(.patch, Self.path, #"{"maxConcurrentCalls":2}"#)
        let before = fixture.store.documents
        let shown = String(decoding: JSON.encode(acme.must(.get, Self.path)), as: UTF8.self)
        #expect(acme.ask(.patch, Self.path, shown).status == 200)
        #expect(fixture.store.documents == before)
        for (body, field) in [
            ("{}", "body"), (#"{"uri":null}"#, "uri"), (#"{"uri":"ftp:x"}"#, "uri"), (#"{"redirectHosts":["a;b"]}"#, "redirectHosts[0]"),
            (#"{"name":"t9"}"#, "name"), (#"{"enable":true}"#, "enable"),
        ] {
            let refused = acme.ask(.patch, Self.path, body)
            #expect(refused.status == 400 && refused.body["field"].string == field, "\(body): \(refused)")
        }
        #expect(fixture.store.documents == before)
    }

    @Test("an own limit that the platform's has fallen below keeps the operator from no other change") func lowered() {
        leave(["maxConcurrentCalls", "weight"])
        fixture.client.must(.patch, Self.path, #"{"maxConcurrentCalls":10}"#)
        acme.must(.patch, Self.path, #"{"maxConcurrentCalls":5}"#)
        fixture.client.must(.patch, Self.path, #"{"maxConcurrentCalls":3}"#)
        acme.must(.patch, Self.path, #"{"weight":7}"#)
        #expect(trunk["weight"] == .integer(7))
        #expect(acme.ask(.patch, Self.path, #"{"maxConcurrentCalls":4}"#).body["field"].string?.hasSuffix("maxConcurrentCalls") == true)
    }
}
