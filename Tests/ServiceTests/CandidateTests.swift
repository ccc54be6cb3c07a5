import Basis
import Service
import Simulation
import Testing
import Web

/// Decisions that are tried: on the configuration in force, and on one that might be.
@Suite("Decisions without a call")
struct CandidateTests {
    private static let test = "/v1/tenants/contoso/route-tests", replay = "/v1/tenants/contoso/replays"

    private func text(_ value: JSONValue) -> String { String(decoding: JSON.encode(value), as: UTF8.self) }

    @Test("a candidate is the tenant's in the path and no other's")
    func whose() throws {
        let fixture = try Fixture(), own = fixture.client.must(.get, "/v1/tenants/contoso/document")["tenant"]
        var other = fixture.client.must(.get, "/v1/tenants/fabrikam/document")["tenant"]
        other["displayName"] = "Contoso"
        for (candidate, status) in [(own, 200), (other, 400)] {
            let order: JSONValue = ["organizer": "alice@contoso.example", "number": "+14255550123", "candidate": candidate]
            for answer in [
                fixture.client.ask(.post, Self.test, text(order)), fixture.client.ask(.post, Self.replay, text(["candidate": candidate])),
            ] {
                #expect(answer.status == status, "\(answer)")
                guard status == 400 else { continue }
                #expect(answer.body["field"].string == "candidate.id")
                #expect(answer.body["detail"].string == "candidate.id is the tenant in the path, contoso")
            }
        }
    }

    @Test("a replay reads all dial-outs of its period, a page after the other, and none beside")
    func period() throws {
        let fixture = try Fixture(), candidate = fixture.client.must(.get, "/v1/tenants/contoso/document")["tenant"]
        let refused = Array(repeating: Fixture.order("+4"), count: 100).joined(separator: ",")
        func dial(_ batches: Int) {
            for _ in 0..<batches { fixture.client.must(.post, "/v1/meetings/m/dial-outs", #"{"items":[\#(refused)]}"#) }
            fixture.pass(.seconds(5))
        }
        dial(1)
        let begin = fixture.world.wallTime
        dial(6)
        let end = fixture.world.wallTime
        dial(1)
        for (period, total) in [
            ([:], 800), (["from": begin], 700), (["to": end], 700), (["from": begin, "to": end], 600), (["from": end, "to": begin], 0),
        ] as [([String: WallTime], Int)] {
            var order: [String: JSONValue] = ["candidate": candidate]
            for (name, time) in period { order[name] = .string(time.rfc3339) }
            let answer = fixture.client.must(.post, Self.replay, text(.object(order)))
            #expect(answer["report"]["total"].integer == Int64(total) && answer["truncated"] == .bool(false), "\(period): \(answer)")
        }
    }

    @Test(
        "whose call it would be and to where has to be said; who asks, and for whom, is as in a dial-out",
        arguments: [
            (#"{"number":"+14255550123"}"#, 400, "organizer"), (#"{"organizer":"","number":"+14255550123"}"#, 400, "organizer"),
            (#"{"organizer":"alice@contoso.example"}"#, 400, "number"),
            (#"{"organizer":"alice@contoso.example","number":""}"#, 400, "number"),
            (#"{"organizer":"ALICE@contoso.example","number":"+14255550123"}"#, 200, "route"),
            (#"{"organizer":"alice@contoso.example","number":"+14255550123","requestedBy":"f@elsewhere.example"}"#, 200, "refuse"),
            (
                #"{"organizer":"alice@contoso.example","number":"+14255550123","requestedBy":"f@elsewhere.example","kind":"callMeAt"}"#,
                200, "route"
            ),
        ])
    func inquiries(body: String, status: Int, word: String) throws {
        let answer = try Fixture().client.ask(.post, Self.test, body)
        #expect(answer.status == status && (answer.body["field"].string ?? answer.body["verdict"].string) == word, "\(answer)")
    }
}
