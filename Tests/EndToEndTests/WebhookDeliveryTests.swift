import Foundation
import Service
import Testing

@Suite("Webhooks to real endpoints", .aFewAtATime)
struct WebhookDeliveryTests {
    private static let open = ["DIALOUT_WEBHOOK_PRIVATE_ADDRESSES": "true"]

    /// A service with a trunk whose calls are busy at once.
    private func running(_ settings: [String: String] = open) async throws -> (RunningService, Child) {
        let service = try await RunningService(settings), port = Running.freePort()
        let stub = try Child(
            Running.executable.path,
            ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme", "--behaviour", "code=486"], in: service.folder)
        try await service.configure(trunkPort: port)
        return (service, stub)
    }

    private func webhook(_ service: RunningService, _ url: String) async throws -> (id: String, secret: String) {
        let made = try await service.must("POST", "/v1/tenants/contoso/webhooks", #"{"url":"\#(url)"}"#)
        return (made["id"].string ?? "", made["secret"].string ?? "")
    }

    private func dial(_ service: RunningService, _ count: Int) async throws -> [String] {
        var calls: [String] = []
        for number in 0..<count { calls.append(try await service.dial("+1425555\(1000 + number)")) }
        return calls
    }

    @Test("standardwebhooks accepts each signature, by the new and the old secret after a rotation, and by no other")
    func signatures() async throws {
        let receivers = try await WebhookReceivers(), (service, stub) = try await running()
        let (id, old) = try await webhook(service, receivers.url("ok"))
        let new = try await service.must("POST", "/v1/tenants/contoso/webhooks/\(id)/rotate")["secret"].string ?? ""
        let wrong = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
        try receivers.check([old, new, wrong])
        let call = try await service.dial("+14255550123")
        #expect(await eventually { receivers.taken(at: "ok").count == 4 })
        for taken in receivers.taken(at: "ok") {
            #expect(taken.verdicts[old].string == "good" && taken.verdicts[new].string == "good", "\(taken)")
            #expect(taken.verdicts[wrong].string == "No matching signature found", "\(taken)")
            #expect(taken.id == "\(call)-\(taken.sequence)" && taken.body["place"].integer ?? 0 > 0)
        }
        #expect(receivers.taken(at: "ok").map { $0.body["type"].string } == ["accepted", "dialling", "attemptFailed", "ended"])
        _ = await stub.end()
    }

    @Test("endpoints that hang, fail, redirect, drip, answer a gigabyte or have a bad certificate hold up nobody")
    func bad() async throws {
        let receivers = try await WebhookReceivers(), (service, stub) = try await running()
        _ = try await webhook(service, receivers.url("ok"))
        var ids: [String: String] = [:]
        for path in ["hang", "500", "redirect", "drip", "huge", "closed"] { ids[path] = try await webhook(service, receivers.url(path)).id }
        ids["tls"] = try await webhook(service, receivers.badTLS).id
        let began = Date(), calls = try await dial(service, 10)
        #expect(
            await eventually {
                receivers.taken(at: "ok").filter { !$0.dialOut.isEmpty }.count == 40 && receivers.taken(at: "huge").count >= 40
            })
        #expect(Date().timeIntervalSince(began) < 15, "nobody waited for those that hang")
        let good = receivers.taken(at: "ok").filter { !$0.dialOut.isEmpty }
        for call in calls { #expect(good.filter { $0.dialOut == call }.map(\.sequence) == [1, 2, 3, 4]) }
        #expect(good.map(\.lag).sorted()[38] <= 5_000, "\(good.map(\.lag).sorted())")
        for path in ["500", "redirect", "closed", "tls"] {
            let id = ids[path]!
            let isPaused = try await eventually {
                try await service.must("GET", "/v1/tenants/contoso/webhooks/\(id)")["pausedBecause"] == .string("failing")
            }
            #expect(isPaused, "\(path)")
            let row =
                try await service.must("GET", "/v1/tenants/contoso/webhooks/\(id)/deliveries?state=failed")["deliveries"].array.first
                ?? .null
            let error = [
                "500": "answered 500", "redirect": "answered 307; redirections are not followed",
                "closed": "the connection broke, or what came is no HTTP", "tls": "its certificate or TLS cannot be accepted",
            ][path]
            #expect(row["error"].string == error && row["sequence"].integer == 1, "\(row)")
        }
        #expect(receivers.taken(at: "ok/redirected").isEmpty && receivers.taken(at: "ok/tls").isEmpty)
        for path in ["hang", "drip"] {
            let id = ids[path]!
            #expect(
                try await eventually {
                    try await service.must("GET", "/v1/tenants/contoso/webhooks/\(id)")["pausedBecause"] == .string("failing")
                })
        }
        let paused = Set(ids.filter { $0.key != "huge" }.values)
        let isTold = await eventually {
            let notices = receivers.taken(at: "ok").filter { $0.body["type"].string == "webhookPaused" }
            return Set(notices.compactMap { $0.body["webhookId"].string }) == paused
        }
        #expect(isTold)
        #expect(try await service.metrics().contains("dialout_webhook_endpoints{state=\"paused\"} 6\n"))
        _ = await stub.end()
    }

    @Test("private addresses are refused, also where a name leads to them, unless the platform allows them")
    func privateAddresses() async throws {
        let receivers = try await WebhookReceivers(), service = try await RunningService()
        _ = try await service.must("PUT", "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        let refused = try await service.curl("POST", "/v1/tenants/contoso/webhooks", #"{"url":"\#(receivers.url("ok"))"}"#)
        #expect(refused.status == 400 && refused.body["field"].string == "url")
        for host in ["localhost", "2130706433", "0x7f000001"] {
            let (id, _) = try await webhook(service, "http://\(host):\(receivers.port)/ok")
            let result = try await service.must("POST", "/v1/tenants/contoso/webhooks/\(id)/test")
            #expect(result["delivered"] == .bool(false) && result["status"] == .null, "\(host): \(result)")
            #expect(result["error"].string == "its host is a private, local or reserved address", "\(host): \(result)")
        }
        #expect(receivers.taken.isEmpty)
    }

    @Test("kill -9 in the middle: each event at least once, in order of its dial-out")
    func killed() async throws {
        let receivers = try await WebhookReceivers(), (service, stub) = try await running()
        _ = try await webhook(service, receivers.url("ok"))
        let before = try await dial(service, 8)
        #expect(await service.child.end(SIGKILL) == SIGKILL)
        try await service.restart()
        var after: [String] = []
        for number in 0..<4 { after.append(try await service.dial("+1425556\(1000 + number)")) }
        for call in before + after {
            let count = try await service.must("GET", "/v1/dial-outs/\(call)/events")["events"].array.count
            #expect(count >= 2)
            let isTold = try await eventually {
                let total = try await service.must("GET", "/v1/dial-outs/\(call)/events")["events"].array.count
                return Set(receivers.taken(at: "ok").filter { $0.dialOut == call }.map(\.sequence)) == Set((1...total).map(Int64.init))
            }
            #expect(isTold, "\(call)")
            var highest: Int64 = 0
            for sequence in receivers.taken(at: "ok").filter({ $0.dialOut == call }).map(\.sequence) {
                #expect(sequence <= highest + 1, "\(call): \(sequence) came after \(highest)")
                highest = max(highest, sequence)
            }
        }
        _ = await stub.end()
    }

    @Test("the commands add, list, test, rotate and remove; listen prints what webhooks get and checks signatures")
    func commands() async throws {
        let (service, stub) = try await running()
        func run(_ arguments: [String], _ status: Int32 = 0) async throws -> String {
            let child = try Child(Running.executable.path, arguments, in: service.folder, environment: service.environment)
            #expect(await child.exitStatus() == status, "\(arguments): \(child.text)")
            return child.text
        }
        let port = Running.freePort(), url = "http://127.0.0.1:\(port)/hooks"
        let added = try await run(["webhooks", "add", url, "--kind", "ended"])
        let id = try #require(added.firstMatch(of: /id +([0-9a-f]{32})/).map { String($0.1) })
        let secret = try #require(added.firstMatch(of: /secret +(whsec_\S+)/).map { String($0.1) })
        let listed = try await run(["webhooks"])
        #expect(listed.contains("\(id)  \(url)  active  ended  all") && !listed.contains(secret))
        #expect(try await run(["webhooks", "test", id], 1).contains("not delivered: nothing accepts connections there"))
        let receiver = try Child(
            Running.executable.path, ["listen", "--receive", "127.0.0.1:\(port)", "--secret", secret], in: service.folder)
        #expect(await receiver.waits(for: "hearing webhooks on http://127.0.0.1:\(port)"))
        let looked = try Child(
            "/usr/bin/env", ["curl", "-s", "-w", " %{http_code}", "http://127.0.0.1:\(port)/hooks"], in: service.folder)
        #expect(await looked.exitStatus() == 0 && looked.text.hasSuffix(" 405") && looked.text.contains("webhooks are POSTed"))
        let stream = try Child(Running.executable.path, ["listen", "--after", "0"], in: service.folder, environment: service.environment)
        #expect(try await run(["webhooks", "test", id]).hasPrefix("delivered: answered 204 after "))
        let call = try await service.dial("+14255550123")
        #expect(await receiver.waits(for: #""type":"ended""#))
        #expect(await stream.waits(for: #""type":"ended""#))
        let received = try #require(receiver.text.split(separator: "\n").first { $0.contains(call) })
        #expect(stream.text.split(separator: "\n").filter { $0.contains(call) }.last == received)
        #expect(try JSON.decode(JSONValue.self, Array(received.utf8))["place"].integer ?? 0 > 0)
        #expect(try await run(["webhooks", "rotate", id]).contains("the one before signs until "))
        _ = try await service.dial("+14255550124")
        #expect(await eventually { receiver.text.components(separatedBy: #""type":"ended""#).count == 3 })
        let other = try Child(
            Running.executable.path,
            ["listen", "--receive", "127.0.0.1:\(port)", "--secret", "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()],
            in: service.folder)
        #expect(await other.exitStatus() == 1, "the port is taken")
        #expect(await receiver.end() == 0)
        #expect(try await run(["webhooks", "deliveries", id]).contains("next attempt"))
        #expect(try await run(["webhooks", "remove", id]).isEmpty)
        #expect(try await run(["webhooks", "--json"]) == "{\"webhooks\":[]}\n")
        #expect(try await run(["listen", "--secret", "whsec_x"], 2).contains("--secret checks what comes to --receive"))
        _ = (await stream.end(SIGINT), await stub.end())
    }
}
