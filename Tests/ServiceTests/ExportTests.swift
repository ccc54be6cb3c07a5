import Basis
import Cmdlets
import Dialing
import SIP
import Service
import Simulation
import Testing
import Web

/// Records as files: all of them, in the caller's view, whatever a spreadsheet makes of a cell.
@Suite("Records are exported")
struct ExportTests {
    private func lines(_ answer: SimClient.Answer) -> [String] { answer.text.split(separator: "\n").map(String.init) }

    private func export(_ client: SimClient, _ path: String, as type: String) -> SimClient.Answer {
        client.ask(.get, path, headers: [("Accept", type)])
    }

    @Test("NDJSON has every record, live and ended, as the list shows it, over more than one page and in both orders")
    func all() throws {
        let fixture = try Fixture()
        var ids: [String] = []
        for number in 0..<60 {
            ids.append(fixture.dial(number % 3 == 0 ? "+14255550486" : "+14255550404"))
            fixture.pass(.seconds(2))
        }
        ids.append(fixture.dial("+14255550200"))
        fixture.pass(.seconds(3))
        let answer = export(fixture.client, "/v1/dial-outs", as: "application/x-ndjson")
        #expect(answer.status == 200 && answer.isWhole && answer.pieces.count == 2)
        #expect(answer.header("Content-Type") == "application/x-ndjson" && answer.header("Vary") == "Accept")
        #expect(answer.header("Content-Disposition") == "attachment; filename=\"dial-outs.ndjson\"")
        let records = try lines(answer).map { try JSON.decode(JSONValue.self, Array($0.utf8)) }
        #expect(records.map { $0["id"].string } == ids.reversed())
        #expect(records[0] == fixture.record(ids[60]) && records[0]["state"] == .string("connected"))
        #expect(records[60] == fixture.record(ids[0]))
        let oldest = export(fixture.client, "/v1/dial-outs?order=oldest&outcome=busy", as: "application/x-ndjson")
        let busy = try lines(oldest).map { try JSON.decode(JSONValue.self, Array($0.utf8))["id"].string }
        #expect(busy == stride(from: 0, to: 60, by: 3).map { ids[$0] })
        let some = export(fixture.client, "/v1/dial-outs?order=oldest&limit=2&cursor=\(ids[3])", as: "application/x-ndjson")
        #expect(lines(some).count == 2 && some.text.contains(ids[4]) && some.text.contains(ids[5]))
        let live = export(fixture.client, "/v1/dial-outs?state=connected", as: "application/x-ndjson")
        #expect(lines(live).count == 1 && live.text.contains(ids[60]))
        let over = export(fixture.client, "/v1/dial-outs?state=ended", as: "application/x-ndjson")
        #expect(lines(over).count == 60 && !over.text.contains(ids[60]), "what lives and is found in the store is filtered as it is now")
        for (state, count) in [("connected", 1), ("ended", 60), ("ringing", 0)] {
            let found = export(fixture.client, "/v1/dial-outs?operator=acme&state=\(state)", as: "application/x-ndjson")
            #expect(lines(found).count == count && found.text.contains(ids[60]) == (state == "connected"), "\(state)")
        }
    }

    @Test("pages of a list go from the oldest on where that is asked, and meet without a gap")
    func order() throws {
        let fixture = try Fixture()
        let ids = (0..<5).map { number -> String in
            let id = fixture.dial(number == 4 ? "+14255550999" : "+14255550486")
            fixture.pass(.seconds(1))
            return id
        }
        var found: [String] = [], cursor: String?
        repeat {
            let page = fixture.client.ask(.get, "/v1/dial-outs?order=oldest&limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
            found += page.body["dialOuts"].array.compactMap { $0["id"].string }
            cursor = page.body["cursor"].string
        } while cursor != nil
        #expect(found == ids)
        #expect(fixture.client.ask(.get, "/v1/dial-outs?order=up").body["detail"].string == "order is one of newest, oldest, not \"up\"")
    }

    @Test("CSV has a line of names, a line a record, and no formula; an operator's has what its JSON has and nothing else")
    func table() throws {
        let fixture = try Fixture()
        let order = """
            {"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550486","displayName":"=HYPERLINK(\\"http://x\\",\\"y\\")",\
            "requestedBy":"alice@contoso.example"}
            """
        let id = fixture.client.must(.post, "/v1/meetings/secret-meeting/dial-outs", order)["id"].string ?? ""
        fixture.pass(.seconds(3))
        let answer = export(fixture.client, "/v1/dial-outs", as: "text/csv")
        #expect(answer.header("Content-Type") == "text/csv; charset=utf-8; header=present")
        #expect(answer.pieces.count == 2, "the names come before the store is asked")
        let rows = answer.text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let names = """
            id,tenant,number,callerId,operator,state,outcome,reason,code,subcode,cause,causeText,endedBy,acceptedAt,dialledAt,ringingAt,\
            connectedAt,endedAt,durationSeconds,billableSeconds,sessionId,callType,inventoryType,setupMilliseconds,\
            postDialDelayMilliseconds,durationSource,reportedSeconds,destinationName,chargedSeconds,charge,connectionCharge,currency,\
            meetingId,kind,organizer,requestedBy,displayName,destinationContext,traceId,attempts,trunk,address,callId,sip,phrase,verdict,\
            licence,country,policy,usage,configVersion
            """
        #expect(rows[0] == names[...])
        #expect(rows[1].hasPrefix("\(id),contoso,+14255550486,+14255550100,acme,ended,busy,,486,560486,17,,callee,"))
        #expect(rows[1].contains(#","'=HYPERLINK(""http://x"",""y"")",domestic,,1,t1,"#) && rows[1].contains("secret-meeting"))
        #expect(rows.count == 3 && rows[2].isEmpty)

        let acme = fixture.token("operator", operator: "acme")
        let own = export(acme, "/v1/operators/acme/calls", as: "text/csv").text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(
            own[0].hasSuffix(
                "reportedSeconds,destinationName,chargedSeconds,charge,connectionCharge,currency,attempts,trunk,address,callId,sip,phrase"))
        #expect(own.count == 3 && own[1].hasPrefix("\(id),contoso,+14255550486,"))
        for secret in ["secret-meeting", "alice", "HYPERLINK", "OperatorConnect", "US Policy"] { #expect(!own[1].contains(secret)) }
        #expect(export(acme, "/v1/operators/acme/calls", as: "application/x-ndjson").text.contains("secret-meeting") == false)
    }

    @Test(
        "what a spreadsheet would run is a text; numbers stay numbers, and each text is read again as it was",
        arguments: [
            ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"), ("\tname", "'\tname"), ("\rname", "\"'\rname\""), ("\nname", "\"'\nname\""),
            ("\r=1", "\"'\r=1\""), (" =1", "' =1"), ("'=1", "''=1"), ("''+a", "'''+a"), ("'a", "'a"), ("'", "'"),
            (" a", "\" a\""), ("a ", "\"a \""), (" ", "\" \""), ("a\u{A0}", "\"a\u{A0}\""), ("=1 ", "\"'=1 \""),
            ("\u{FF1D}1", "'\u{FF1D}1"), ("+14255550100", "+14255550100"), ("-3.5", "-3.5"),
            ("+1.2.3", "'+1.2.3"), ("+", "'+"), ("a=1", "a=1"), ("a,b", "\"a,b\""), ("say \"a\"", "\"say \"\"a\"\"\""), ("", ""),
            ("a\nb", "\"a\nb\""), ("=a,b", "\"'=a,b\""),
        ])
    func formulas(text: String, cell: String) {
        #expect(CSVText.field(text) == cell)
        for line in [[text, "x"], ["x", text], [text, text]] {
            var reader = CSVReader(CSVText.line(line), delimiter: ",")
            #expect(reader.next()?.map(CSVText.read) == line)
        }
    }

    @Test(
        "the form follows Accept by weight and narrowness; what cannot be given is refused",
        arguments: [
            ("*/*", "application/json"), ("text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"), ("text/*", "text/csv"),
            ("text/html, */*;q=0.1", "application/json"), ("TEXT/CSV; charset=UTF-8", "text/csv"), ("application/*", "application/json"),
            ("application/json;q=0, application/*", "application/x-ndjson"), ("", "application/json"),
            ("text/csv, application/json;q=0.9", "text/csv"), ("text/html", ""), ("text/csv;q=0", ""), ("text/csv;charset=utf-16", ""),
            ("csv", ""), ("text/csv;q=2", ""),
        ])
    func accepted(field: String, type: String) throws {
        let fixture = try Fixture(configured: false)
        let answer = export(fixture.client, "/v1/dial-outs", as: field)
        #expect(answer.status == (type.isEmpty ? 406 : 200))
        if type.isEmpty {
            #expect(answer.body["detail"].string == "records come as application/json, text/csv, application/x-ndjson")
        } else {
            #expect(answer.header("Content-Type")?.hasPrefix(type) == true)
        }
    }

    @Test("lines of Accept are one list")
    func lines() throws {
        let fixture = try Fixture(configured: false), headers = [("Accept", "image/png"), ("Accept", "text/csv;q=0.5, text/html")]
        let answer = fixture.client.ask(.get, "/v1/dial-outs", headers: headers)
        #expect(answer.status == 200 && answer.header("Content-Type")?.hasPrefix("text/csv") == true)
    }

    @Test(
        "a dial-out's events are a stream for who names it or likes it better, and a list for all others",
        arguments: [
            (["text/event-stream"], true), (["TEXT/EVENT-STREAM"], true), (["image/png", "text/event-stream;q=0.1"], true),
            (["application/json, text/event-stream"], true), (["text/event-stream, */*"], true), (["text/*"], true),
            (["text/event-stream;q=0"], false), (["text/event-stream;q=0, */*"], false), (["*/*"], false), ([], false), ([""], false),
            (["text/event-stream;q=0.5, application/json"], false), (["text/*, application/*"], false), (["text/html"], false),
            (["text/event-stream-x"], false),
        ] as [([String], Bool)])
    func events(lines: [String], isStream: Bool) throws {
        let fixture = try Fixture(), id = fixture.dial("+14255550486")
        let answer = fixture.client.ask(.get, "/v1/dial-outs/\(id)/events", headers: lines.map { ("Accept", $0) })
        #expect(answer.status == 200 && answer.header("Content-Type") == (isStream ? "text/event-stream" : "application/json"))
    }

    @Test("so many exports are under way at a time; one more is refused, and one that is closed gives its place back")
    func places() throws {
        let fixture = try Fixture()
        var open: [any PieceSource] = []
        func begin(_ token: String = Fixture.token) -> Int {
            let done = Unchecked { (reply: Reply) in if case .pieces(_, let source) = reply { open.append(source) } }, count = open.count
            let access = [("Authorization", "Bearer \(token)"), ("Accept", "text/csv")]
            guard let request = try? Request(.get, "/v1/dial-outs", headers: Headers(access)) else { return -1 }
            let service = fixture.service
            Task(executorPreference: service.world.tasks) { done.value(await service.answer(request)) }
            fixture.pass(.milliseconds(100))
            return open.count - count
        }
        let own = fixture.client.must(.post, "/v1/tokens", #"{"role":"meeting","tenant":"contoso"}"#)["token"].string ?? ""
        #expect((0..<5).map { _ in begin(own) } == [1, 1, 1, 1, 0], "a tenant's")
        let over = export(fixture.client.with(token: own), "/v1/dial-outs", as: "text/csv")
        #expect(over.status == 503 && over.body["detail"] == "4 of yours are under way already")
        #expect((0..<12).map { _ in begin() } == Array(repeating: 1, count: 12))
        let refused = export(fixture.client, "/v1/dial-outs", as: "text/csv")
        #expect(refused.status == 503 && refused.header("Retry-After") == "5" && refused.body["reason"] == "tooManyStreams")
        #expect(refused.body["detail"] == "16 exports are under way already" && begin() == 0)
        let last = Unchecked(open.removeLast())
        Task(executorPreference: fixture.service.world.tasks) { await last.value.close() }
        fixture.pass(.milliseconds(100))
        #expect(begin() == 1 && export(fixture.client, "/v1/dial-outs", as: "text/csv").status == 503)
    }

    /// Carries a value into a task of the same thread.
    private struct Unchecked<Value>: @unchecked Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    @Test("a store that fails on the way breaks the answer off; a token that is revoked does too; the place is free again")
    func broken() throws {
        let fixture = try Fixture()
        _ = fixture.dial("+14255550486")
        fixture.store.readsFail = true
        for _ in 0..<20 {
            let answer = export(fixture.client, "/v1/dial-outs", as: "text/csv")
            #expect(answer.status == 200 && !answer.isWhole && answer.pieces.count == 1)
        }
        fixture.store.readsFail = false
        let before = fixture.client.ask(.get, "/v1/dial-outs?state=nowhere", headers: [("Accept", "text/csv")])
        #expect(before.status == 400, "what is wrong with the request is told before anything is sent")
    }
}
