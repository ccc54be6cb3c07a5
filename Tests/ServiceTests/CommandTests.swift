import Basis
import Service
import Simulation
import Testing
import Web

/// `POST /v1/tenants/{tenant}/commands`.
@Suite("Scripts through the front door")
struct CommandTests {
    private static let path = "/v1/tenants/contoso/commands"
    private static let json = [("Content-Type", "application/json")]

    private func post(_ fixture: Fixture, _ body: String) -> SimClient.Answer {
        fixture.client.ask(.post, Self.path, body, headers: Self.json)
    }

    @Test("files and answers: nothing is applied until they are there, and what is written comes back")
    func rounds() throws {
        let fixture = try Fixture()
        let script =
            #"foreach ($row in Import-Csv usages.csv) { Set-CsOnlinePstnUsage -Usage @{Add=$row.Name} }; $n = Read-Host 'Note'; $n | Out-File note.txt; Test-Path old.txt"#
        let asksFile = post(fixture, #"{"script":"\#(script)"}"#)
        #expect(asksFile.status == 200 && asksFile.body["applied"] == .bool(false))
        #expect(asksFile.body["needs"] == .object(["files": .array([.string("usages.csv")]), "paths": .array([]), "answers": .array([])]))
        let files = #""files":{"usages.csv":"Name\nGold\n"}"#
        let asks = post(fixture, #"{"script":"\#(script)",\#(files)}"#).body
        #expect(
            asks["needs"]["answers"] == .array([.object(["prompt": .string("Note"), "kind": .string("text")])]) && asks["files"] == .null)
        let asksPath = post(fixture, #"{"script":"\#(script)",\#(files),"answers":["hi"]}"#).body
        #expect(asksPath["needs"]["paths"] == .array([.string("old.txt")]))
        #expect(usages(fixture) == ["US"])
        let done = post(fixture, #"{"script":"\#(script)","files":{"usages.csv":"Name\nGold\n","old.txt":true},"answers":["hi"]}"#).body
        #expect(done["applied"] == .bool(true) && done["files"] == .object(["note.txt": .string("hi\n")]) && done["needs"] == .null)
        #expect(usages(fixture) == ["US", "Gold"])
    }

    private func usages(_ fixture: Fixture) -> [String] {
        let shown = fixture.client.ask(.post, Self.path, "(Get-CsOnlinePstnUsage).Usage").body
        return shown["results"].array.flatMap { $0["output"].array.compactMap { $0["Value"].string } }
    }

    @Test("what it may come as")
    func types() throws {
        let fixture = try Fixture()
        let refused = fixture.client.ask(.post, Self.path, "Get-CsOnlinePstnUsage", headers: [("Content-Type", "application/xml")])
        #expect(
            refused.status == 415
                && refused.body["detail"].string == "the body is text/plain or application/json in UTF-8, not application/xml")
        #expect(post(fixture, #"{"files":{}}"#).status == 400)
        #expect(post(fixture, #"{"script":"1","files":{"a":5}}"#).status == 400)
        #expect(
            post(fixture, #"{"script":"param($n) \"n is $n\"","parameters":{"N":"5"}}"#).body["results"].array.first?["text"].string
                == "n is 5\n")
    }

    @Test("an error passed over is told with exit code 1, and the rest is applied; one that is silent is neither told nor counted")
    func passedOver() throws {
        let fixture = try Fixture()
        func run(_ removal: String, adding usage: String) -> JSONValue {
            fixture.client.ask(
                .post, Self.path, "Remove-CsOnlineVoiceRoute nowhere \(removal); Set-CsOnlinePstnUsage -Usage @{Add='\(usage)'}"
            ).body
        }
        let body = run("-ErrorAction Continue", adding: "Gold")
        #expect(body["applied"] == .bool(true) && body["exitCode"] == .integer(1))
        #expect(body["results"].array[0]["error"]["message"].string == "there is no voice route nowhere")
        #expect(body["results"].array[0]["errors"].array.count == 1 && body["results"].array[1]["error"] == .null)
        #expect(usages(fixture) == ["US", "Gold"])
        for (index, silence) in ["-ErrorAction SilentlyContinue", "-EA Ignore", "2>$null"].enumerated() {
            let body = run(silence, adding: "S\(index)")
            #expect(body["applied"] == .bool(true) && body["exitCode"] == .null, "\(silence): \(body)")
            #expect(body["results"].array[0]["error"] == .null && body["results"].array[0]["errors"] == .null, "\(silence): \(body)")
        }
        #expect(usages(fixture) == ["US", "Gold", "S0", "S1", "S2"])
    }

    @Test("a script whose time is over is refused whole, and so is its rehearsal")
    func overdue() throws {
        let fixture = try Fixture(), script = "Set-CsOnlinePstnUsage -Usage @{Add='Gold'}; foreach ($i in 1..1000) { $i }"
        fixture.world.isOverdue = { true }
        for (path, at) in [(Self.path, \JSONValue.self), ("/v1/tenants/contoso/rehearsals", \JSONValue["outcome"])] {
            let outcome = fixture.client.ask(.post, path, script).body[keyPath: at]
            #expect(outcome["applied"] == .bool(false), "\(outcome)")
            #expect(outcome["results"].array.last?["error"]["message"] == "the time that a script may take is over", "\(outcome)")
        }
        #expect(usages(fixture) == ["US"])
    }

    @Test("a change made of the tenant while a script ran is kept: the script is run once more on it, and given up the second time")
    func conflicts() throws {
        let fixture = try Fixture()
        #expect(race(fixture, changes: 1, of: "contoso")?.body["applied"] == .bool(true))
        let lost = race(fixture, changes: 40, of: "contoso")
        #expect(lost?.status == 409 && lost?.body["detail"].string?.contains("nothing of it was applied") == true)
        #expect(usages(fixture) == ["US", "G1"])
        #expect(fixture.client.ask(.get, "/v1/tenants/contoso").body["displayName"].string == "F39")
    }

    @Test("changes of other tenants while a script ran are no obstacle, however many")
    func others() throws {
        let fixture = try Fixture()
        #expect(race(fixture, changes: 40, of: "fabrikam")?.body["applied"] == .bool(true))
        #expect(usages(fixture) == ["US", "G40"])
        #expect(fixture.client.ask(.get, "/v1/tenants/fabrikam").body["displayName"].string == "F39")
    }

    /// A script that adds a usage, and while it runs changes of a tenant one after the other.
    private func race(_ fixture: Fixture, changes: Int, of tenant: String) -> SimClient.Answer? {
        var answer: SimClient.Answer?
        fixture.client.send(.post, Self.path, "Set-CsOnlinePstnUsage -Usage @{Add='G\(changes)'}") { answer = $0 }
        for change in 0..<changes {
            fixture.world.schedule(after: .microseconds(500 * change)) {
                fixture.client.send(.put, "/v1/tenants/\(tenant)", #"{"displayName":"F\#(change)","country":"GB"}"#) { _ in }
            }
        }
        fixture.pass(.seconds(5))
        return answer
    }
}
