import Basis
import Dialing
import FarEnd
import SIP
import Simulation
import Testing
import Web

@testable import Service

/// Records are found by each thing that people ask for, live and stored.
@Suite("Records are searched")
struct SearchTests {
    private func ids(_ answer: SimClient.Answer, _ name: String = "dialOuts") -> [String] {
        answer.body[name].array.compactMap { $0["id"].string }
    }

    @Test("what was accepted after a clock that was ahead was set right is found by its time, over a restart as well, and once")
    func clockSetRight() throws {
        let fixture = try Fixture()
        fixture.world.wallOffset += 7_200_000
        let ahead = fixture.dial("+14255550200")
        fixture.pass(.seconds(10))
        fixture.world.wallOffset -= 7_200_000
        var dialled = [fixture.dial("+14255550201")]
        fixture.pass(.seconds(10))
        dialled.insert(fixture.dial("+14255550202"), at: 0)
        fixture.pass(.seconds(10))
        func at(_ id: String, _ client: SimClient) throws -> Int64 {
            try #require(WallTime(rfc3339: client.must(.get, "/v1/dial-outs/\(id)")["acceptedAt"].string ?? "")).milliseconds
        }
        var client = fixture.client
        for round in ["live", "restarted", "later"] {
            func found(_ from: Int64, _ to: Int64, _ path: String = "/v1/dial-outs?") -> [String] {
                func text(_ time: Int64) -> String { WallTime(milliseconds: time).rfc3339 }
                return ids(client.ask(.get, "\(path)from=\(text(from))&to=\(text(to))"), path.contains("calls") ? "calls" : "dialOuts")
            }
            let times = try dialled.map { try at($0, client) }, aheadAt = try at(ahead, client)
            #expect(found(times[1] - 60_000, times[0] + 60_000) == dialled, "\(round): \(client.must(.get, "/v1/dial-outs"))")
            #expect(found(times[0], times[0]) == [dialled[0]] && found(times[1], times[1]) == [dialled[1]], "\(round)")
            #expect(found(times[1], times[0] - 1) == [dialled[1]] && found(aheadAt, aheadAt) == [ahead], "\(round)")
            #expect(found(times[1] - 60_000, times[0], "/v1/operators/acme/calls?") == dialled, "\(round)")
            let window = "from=\(WallTime(milliseconds: times[1]).rfc3339)&to=\(WallTime(milliseconds: times[0]).rfc3339)"
            #expect(client.must(.get, "/v1/dial-outs/summary?by=operator&\(window)")["rows"].array.first?["count"].integer == 2, "\(round)")
            if round == "live" {
                client = try fixture.restart().1
                fixture.pass(.seconds(1))
            }
            if round == "restarted" { fixture.world.wallOffset += 4 * 7_200_000 }
        }
    }

    @Test("each filter finds what it names and nothing else, while calls are up and after their end")
    func filters() throws {
        let fixture = try Fixture()
        let first = fixture.dial("+14255550200")
        fixture.pass(.seconds(1))
        let between = WallTime(milliseconds: fixture.world.wallTime.milliseconds).rfc3339
        fixture.pass(.seconds(1))
        let second = fixture.dial("+14255550486")
        fixture.pass(.seconds(2))
        let refused = fixture.client.ask(.post, "/v1/meetings/other/dial-outs", Fixture.order("911")).body["id"].string ?? ""
        for round in ["live", "ended"] {
            func found(_ query: String) -> [String] { ids(fixture.client.ask(.get, "/v1/dial-outs?\(query)")) }
            #expect(found("number=%2B14255550200") == [first] && found("number=+14255550200") == [first], "\(round)")
            #expect(found("number=14255550486") == [second] && found("number=+14255550999") == [])
            #expect(found("callerId=+14255550100") == [second, first] && found("callerId=+14255550101") == [])
            #expect(found("from=\(between)") == [refused, second] && found("to=\(between)") == [first])
            let at = try #require(WallTime(rfc3339: fixture.record(first)["acceptedAt"].string ?? ""))
            let before = WallTime(milliseconds: at.milliseconds - 1)
            #expect(found("from=\(at.rfc3339)&to=\(at.rfc3339)") == [first] && found("to=\(before.rfc3339)") == [], "to the millisecond")
            #expect(found("outcome=busy") == [second] && found("outcome=refused") == [refused])
            #expect(found("operator=acme") == [second, first] && found("operator=other") == [])
            #expect(found("meeting=other") == [refused])
            let callID = fixture.record(first)["attempts"].array.first?["callId"].string ?? ""
            #expect(callID == fixture.trunks[0].calls.values.first { $0.callee == "+14255550200" }?.callID)
            #expect(found("callId=\(callID)") == [first] && found("callId=\(String(repeating: "0", count: 32))") == [])
            #expect(found("callId=x") == [])
            #expect(found("outcome=busy&number=+14255550200") == [] && found("number=+14255550486&meeting=other") == [])
            let acme = fixture.token("operator", operator: "acme")
            #expect(ids(acme.ask(.get, "/v1/operators/acme/calls?number=+14255550486"), "calls") == [second])
            #expect(ids(acme.ask(.get, "/v1/operators/acme/calls?outcome=busy"), "calls") == [second])
            #expect(acme.ask(.get, "/v1/operators/acme/calls?organizer=x").status == 400)
            fixture.client.must(.delete, "/v1/dial-outs/\(first)")
            fixture.pass(.seconds(2))
        }
    }

    @Test(
        "what is no value of a filter is refused",
        arguments: [
            ("from=yesterday", "from", "is a time as 2026-11-25T08:00:00Z (RFC 3339), not \"yesterday\""),
            ("number=12x", "number", "is an E.164 number: a plus, then 2 to 15 digits, not \"12x\""),
            ("outcome=gone", "outcome", nil), ("cursor=1", "cursor", "is what an earlier page gave"),
        ] as [(String, String, String?)])
    func refused(query: String, field: String, rule: String?) throws {
        let answer = try Fixture(configured: false).client.ask(.get, "/v1/dial-outs?\(query)")
        #expect(answer.status == 400 && answer.body["field"].string == field)
        if let rule { #expect(answer.body["detail"].string == "\(field) \(rule)") }
    }

    @Test("pages of what is found meet without a gap")
    func pages() throws {
        let fixture = try Fixture()
        var dialled: [String] = []
        for number in 0..<7 {
            let id = fixture.dial("+14255550486")
            if number % 2 == 0 { dialled.insert(id, at: 0) } else { _ = fixture.dial("+14255550200") }
            fixture.pass(.seconds(1))
            if number % 2 == 1 { dialled.insert(id, at: 0) }
        }
        var found: [String] = [], cursor: String?
        repeat {
            let page = fixture.client.ask(.get, "/v1/dial-outs?outcome=busy&limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
            found += ids(page)
            cursor = page.body["cursor"].string
        } while cursor != nil
        #expect(found == dialled)
    }

    @Test("a call that still rings is a seizure without a result: no ratio of a summary or of an operator's statistics has it")
    func seizures() throws {
        let fixture = try Fixture()
        func ratios() -> (row: JSONValue, statistics: JSONValue) {
            (
                fixture.client.must(.get, "/v1/dial-outs/summary?by=operator")["rows"].array.first ?? .null,
                fixture.client.must(.get, "/v1/operators/acme/statistics")
            )
        }
        _ = fixture.dial("+14255550999")
        fixture.pass(.seconds(1))
        var (row, statistics) = ratios()
        #expect(row["count"].integer == 1 && row["asr"] == .null && row["ner"] == .null && row["pddP50"] != .null)
        #expect(statistics["live"].integer == 1 && statistics["answerSeizureRatio"] == .null)
        _ = fixture.dial("+14255550200")
        fixture.pass(.seconds(4))
        (row, statistics) = ratios()
        #expect(row["answered"].integer == 1 && row["asr"] == .integer(1) && row["ner"] == .integer(1), "an answer is a result")
        #expect(statistics["live"].integer == 2 && statistics["ended"].integer == 0 && statistics["answerSeizureRatio"] == .integer(1))
        for number in ["+14255550486", "+14255550404", "+14255550404"] { _ = fixture.dial(number) }
        fixture.pass(.seconds(1))
        for hasEnded in [false, true] {
            (row, statistics) = ratios()
            #expect(row["count"].integer == 5 && row["asr"] == .number(0.25) && row["ner"] == .number(0.5))
            #expect(statistics["ended"].integer == (hasEnded ? 4 : 3) && statistics["answerSeizureRatio"] == .number(0.25))
            fixture.pass(.seconds(10))
        }
    }

    private static let endings: [(Ending, rang: Bool, reached: Bool)] = [
        (.answered(with: 486, rang: false, cause: nil), false, true), (.rangOut, true, true), (.rangOut, false, true),
        (.cancelled, true, true), (.cancelled, false, false), (.answered(with: 603, rang: true, cause: nil), true, true),
        (.answered(with: 404, rang: false, cause: nil), false, false), (.noResponse, false, false), (.transportFailed, false, false),
        (.withoutMedia, false, false), (.noTrunk, false, false), (.lost, true, false),
    ]

    @Test("which ends have reached the callee, and which ones only the network", arguments: endings.indices)
    func reached(index: Int) {
        let (ending, rang, reached) = Self.endings[index]
        var sample = SampleDialOut(1), summary = DialOutSummary(by: .operator)
        _ = sample.accept() + [sample.dial("acme")]
        if rang { _ = sample.note(.progress(.init(sip: 180, phrase: "Ringing", sdp: nil, reason: nil))) }
        _ = sample.end(ending)
        summary.add(sample.dialOut)
        #expect(summary.rows.map(\.ner) == [reached ? 1 : 0] && summary.rows.map(\.asr) == [0], "\(ending), rang: \(rang)")
    }

    @Test("a page that does not say how long it is has a hundred records; one record to five hundred may be asked for")
    func pageLimits() throws {
        let fixture = try Fixture()
        for number in 0...100 { _ = fixture.client.ask(.post, "/v1/meetings/m\(number)/dial-outs", Fixture.order("911")) }
        let page = fixture.client.must(.get, "/v1/dial-outs")
        #expect(page["dialOuts"].array.count == 100 && page["cursor"].string != nil)
        for (limit, count) in [("1", 1), ("99", 99), ("100", 100), ("500", 101)] {
            #expect(fixture.client.must(.get, "/v1/dial-outs?limit=\(limit)")["dialOuts"].array.count == count)
        }
        for limit in ["0", "501", "-1", "+1", "x", ""] {
            let refused = fixture.client.ask(.get, "/v1/dial-outs?limit=\(limit)")
            #expect(refused.status == 400 && refused.body["detail"].string == "limit is 1 to 500", "\(limit)")
        }
    }

    @Test("a summary's means and delays are those of its calls")
    func figures() {
        var summary = DialOutSummary(by: .operator)
        for number in 1...20 {
            var sample = SampleDialOut(UInt64(number))
            _ = sample.accept() + [sample.dial("acme")]
            for _ in 1..<number { _ = sample.note(.failedOver) }
            _ = sample.note(.progress(.init(sip: 180, phrase: "Ringing", sdp: nil, reason: nil)))
            if number <= 2 {
                for fact in [Fact.answered(sdp: nil)] + Array(repeating: .failedOver, count: number) { _ = sample.note(fact) }
            }
            if number != 3 { _ = sample.end(number <= 2 ? .completed(by: .callee) : .cancelled) }
            summary.add(sample.dialOut)
        }
        let row = summary.rows[0]
        #expect(summary.rows.count == 1 && row.key == "acme" && row.count == 20 && row.answered == 2)
        #expect(row.asr == 2.0 / 19 && row.ner == 1, "who was cancelled had rung, and one rings on")
        #expect(row.acdSeconds == 2.5 && row.pddP50 == 10_000 && row.pddP95 == 19_000)
        let head = "key,count,answered,asr,ner,acdSeconds,pddP50,pddP95,charges\r\n"
        #expect(DialOutSummary.table([row]) == head + "acme,20,2,\(2.0 / 19),1.0,2.5,10000,19000,\r\n")
        var none = DialOutSummary(by: .country), silent = SampleDialOut(1)
        _ = silent.accept() + silent.end()
        none.add(silent.dialOut)
        let empty = DialOutSummary.Row(
            key: "none", count: 1, answered: 0, asr: nil, ner: nil, acdSeconds: nil, pddP50: nil, pddP95: nil, charges: [])
        #expect(none.rows == [empty])
    }

    @Test("a summary counts what the filters find, by what is asked")
    func summary() throws {
        let fixture = try Fixture()
        let talked = fixture.dial("+14255550200")
        _ = fixture.dial("+14255550486")
        _ = fixture.client.ask(.post, "/v1/meetings/other/dial-outs", Fixture.order("911"))
        fixture.pass(.seconds(60))
        let duration = fixture.record(talked)
        func rows(_ query: String) -> [JSONValue] { fixture.client.must(.get, "/v1/dial-outs/summary?\(query)")["rows"].array }
        #expect(rows("by=outcome").map { $0["key"].string } == ["busy", "completed", "refused"])
        #expect(rows("by=outcome").map { $0["count"].integer } == [1, 1, 1])
        let acme = rows("by=operator&operator=acme")
        #expect(acme.count == 1 && acme[0]["key"].string == "acme" && acme[0]["count"].integer == 2 && acme[0]["answered"].integer == 1)
        #expect("\(acme[0]["asr"])" == "number(0.5)" && acme[0]["ner"] == .integer(1), "a busy callee was reached")
        let table = fixture.client.ask(.get, "/v1/dial-outs/summary?by=outcome", headers: [("Accept", "text/csv")])
        #expect(table.header("Content-Type") == "text/csv; charset=utf-8; header=present")
        let lines = fixture.client.ask(.get, "/v1/dial-outs/summary?by=outcome", headers: [("Accept", "application/x-ndjson")])
        #expect(lines.status == 406 && lines.body["detail"].string == "records come as application/json, text/csv")
        let own = fixture.token("operator", operator: "acme").must(.get, "/v1/operators/acme/calls/summary?by=country")["rows"].array
        #expect(own.map { $0["key"].string } == ["US"] && own.map { $0["count"].integer } == [2])
        #expect(fixture.token("operator", operator: "other").ask(.get, "/v1/operators/acme/calls/summary?by=country").status == 403)
        guard case .number(let mean) = acme[0]["acdSeconds"] else {
            Issue.record("no mean: \(acme)")
            return
        }
        #expect(Int64(mean) == duration["durationSeconds"].integer)
        let times = ["connectedAt", "endedAt"].map { WallTime(rfc3339: duration[$0].string ?? "")?.milliseconds ?? 0 }
        #expect(Int64((mean * 1000).rounded()) == times[1] - times[0])
        #expect(rows("by=country&outcome=refused").map { $0["key"].string } == ["none"])
        guard case .object(let members) = rows("by=outcome")[2] else { return }
        #expect(
            members.keys.sorted() == ["acdSeconds", "answered", "asr", "charges", "count", "key", "ner", "pddP50", "pddP95"],
            "null where there is nothing")
        #expect(rows("by=hour").map { $0["count"].integer } == [3] && rows("by=hour&number=+14255550999") == [])
        let other = fixture.token("admin", tenant: "fabrikam")
        #expect(other.must(.get, "/v1/dial-outs/summary?by=outcome")["rows"] == .array([]), "another tenant's are not counted")
        #expect(other.ask(.get, "/v1/dial-outs/summary?by=outcome&tenant=contoso").status == 403)
        #expect(fixture.client.ask(.get, "/v1/dial-outs/summary").body["field"].string == "by")
        #expect(fixture.client.ask(.get, "/v1/dial-outs/summary?by=day").status == 400)
        for (name, value) in [("limit", "1"), ("cursor", talked)] {
            for path in ["/v1/dial-outs/summary", "/v1/operators/acme/calls/summary"] {
                let answer = fixture.client.ask(.get, "\(path)?by=hour&\(name)=\(value)")
                #expect(answer.status == 400 && answer.body["field"].string == name, "a summary has no pages: \(answer.body)")
            }
        }
    }
}
