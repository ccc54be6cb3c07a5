import Basis
import Service
import Simulation
import Testing
import Web

@Suite("Many dial-outs in one request")
struct BatchTests {
    private static let path = "/v1/meetings/batch/dial-outs"

    private func item(_ number: String, _ more: String = "") -> String {
        #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"\#(number)"\#(more)}"#
    }

    private func ask(_ fixture: Fixture, _ items: [String], headers: [(String, String)] = []) -> SimClient.Answer {
        fixture.client.ask(.post, Self.path, #"{"items":[\#(items.joined(separator: ","))]}"#, headers: headers)
    }

    @Test("each item has the answer that it would have alone, in the items' order")
    func answers() throws {
        let fixture = try Fixture()
        let answer = ask(
            fixture,
            [
                item("+14255550200"), item("+4"), item("+14255550486"), #"{"kind":"callMeAt","organizer":"alice@contoso.example"}"#,
                item("+14255550200"),
            ])
        #expect(answer.status == 200)
        let items = answer.body["items"].array
        #expect(items.map { $0["status"].integer } == [202, 422, 202, 400, 202])
        #expect(items[0]["body"]["number"] == "+14255550200" && items[2]["body"]["number"] == "+14255550486")
        #expect(items[0]["location"].string == "/v1/dial-outs/\(items[0]["body"]["id"].string!)")
        #expect(items[1]["body"]["reason"] == "invalidNumber" && items[1]["location"] == .null)
        #expect(items[3]["body"]["field"] == "number" && items[3]["body"]["detail"] == "number is required")
        #expect(items[4]["duplicate"] == true && items[4]["body"]["id"] == items[0]["body"]["id"] && items[0]["duplicate"] == false)
        fixture.pass(.seconds(20))
        #expect(fixture.record(items[2]["body"]["id"].string!)["outcome"] == "busy")
        #expect(fixture.record(items[0]["body"]["id"].string!)["outcome"] == "completed")
    }

    @Test("an item of another shape is refused for itself, and the others are dialled")
    func shapes() throws {
        let fixture = try Fixture()
        let answer = ask(
            fixture,
            [
                item("+14255550486"), #"{"kind":"callMeAt","numbr":"1"}"#, "7", "null",
                item("+14255550486", #","ringTimeoutSeconds":"long""#),
                item("+14255550486", #","idempotencyKey":7"#), #"{"kind":"phone"}"#, item("+14255550486", #","sdp":"v=0\r\n""#),
                item("+14255550486", #","idempotencyKey":"""#), item("+14255550200"),
            ])
        let items = answer.body["items"].array
        let statuses: [Int64?] = [202, 400, 400, 400, 400, 400, 400, 400, 400, 202]
        #expect(answer.status == 200 && items.map { $0["status"].integer } == statuses, "\(answer)")
        #expect(
            items[1...8].map { $0["body"]["field"].string } == [
                "numbr", "body", "body", "ringTimeoutSeconds", "idempotencyKey", "kind", "sdp", "idempotencyKey",
            ])
        #expect(items[1]["body"]["detail"] == "numbr is not known; did you mean number?")
        #expect(items[4]["body"]["reason"] == "malformedRequest" && items[4]["location"] == .null)
    }

    @Test("a key of an item repeats its answer and no other's")
    func keys() throws {
        let fixture = try Fixture()
        let first = ask(fixture, [item("+14255550200", #","idempotencyKey":"a""#), item("+14255550486", #","idempotencyKey":"b""#)])
        let again = ask(fixture, [item("+14255550486", #","idempotencyKey":"b""#), item("+14255550999", #","idempotencyKey":"a""#)])
        let (before, after) = (first.body["items"].array, again.body["items"].array)
        #expect(after[0]["status"] == 202 && after[0]["replayed"] == true && after[0]["body"] == before[1]["body"])
        #expect(after[1]["status"] == 409 && after[1]["body"]["reason"] == "idempotencyKeyReused" && before[0]["replayed"] == false)
    }

    @Test("a key is used for a request however it is written: alone, or in a batch; and one of before this is still known")
    func keysOfBoth() throws {
        let fixture = try Fixture(), path = "/v1/meetings/m/dial-outs"
        func alone(_ body: String, _ key: String) -> SimClient.Answer {
            fixture.client.ask(.post, path, body, headers: [("Idempotency-Key", key)])
        }
        let one = item("+14255550200")
        let shuffled = #"{ "number": "+14255550200", "organizer": "alice@contoso.example", "kind": "callMeAt" }"#
        let first = fixture.client.must(.post, path, #"{"items":[\#(item("+14255550200", #","idempotencyKey":"a""#))]}"#)["items"].array
        for body in [one, shuffled] {
            let again = alone(body, "a")
            #expect(again.status == 202 && again.body["id"] == first[0]["body"]["id"] && again.header("Idempotent-Replayed") == "true")
        }
        #expect(alone(item("+14255550999"), "a").status == 409)
        let alike = ["requestedBy", "displayName"].map { item("+14255550200", #","\#($0)":"alice@contoso.example""#) }
        let times = ["ringTimeoutSeconds", "maxDurationSeconds"].map { item("+14255550200", #","\#($0)":60"#) }
        for (key, bodies) in [("c", alike), ("d", times)] {
            #expect(bodies.map { alone($0, key).status } == [202, 409], "the same text of another member is another request: \(key)")
        }
        let other = alone(shuffled, "b")
        let inBatch = fixture.client.must(.post, path, #"{"items":[\#(item("+14255550200", #","idempotencyKey":"b""#))]}"#)["items"].array
        #expect(inBatch[0]["replayed"] == true && inBatch[0]["body"]["id"] == other.body["id"])
    }

    @Test(
        "a batch that is none is refused whole",
        arguments: [
            (#"{"items":[]}"#, "items", "items are 1 to 100 dial-outs, not 0"),
            (#"{"items":[{}],"kind":"callMeAt"}"#, "kind", "kind is not known; there are items"),
            (#"{"itens":[]}"#, "itens", "itens is not known; did you mean items?"),
        ])
    func malformed(body: String, field: String, detail: String) throws {
        let answer = try Fixture().client.ask(.post, Self.path, body)
        #expect(answer.status == 400 && answer.body["field"].string == field && answer.body["detail"].string == detail, "\(answer)")
    }

    @Test("a hundred are taken, and one more is not; a key of the whole is refused")
    func limits() throws {
        let fixture = try Fixture(), items = (0..<100).map { _ in item("+4") }
        #expect(ask(fixture, items).body["items"].array.count == 100)
        #expect(ask(fixture, items + [item("+4")]).body["detail"] == "items are 1 to 100 dial-outs, not 101")
        let keyed = ask(fixture, items, headers: [("Idempotency-Key", "k")])
        #expect(keyed.status == 400 && keyed.body["field"] == "Idempotency-Key")
    }
}
