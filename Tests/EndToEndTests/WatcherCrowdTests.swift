import Foundation
import Service
import Testing

/// Many who watch, of whom some never read: a TCP connection each.
@Suite("A crowd of watchers", .aFewAtATime)
struct WatcherCrowdTests {
    /// A figure of `/metrics`.
    private func figure(_ service: RunningService, _ name: String) async throws -> Int? {
        let lines = try await service.metrics().split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }.map { Int($0) }
    }

    private func watchers(_ service: RunningService, readers: Int, mute: Int) async throws -> Child {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenarios/watchers.py").path
        let child = try Child(
            "/usr/bin/env",
            ["python3", script, "\(service.http)", RunningService.token, "contoso", "\(readers)", "\(mute)", service.folder],
            in: service.folder)
        #expect(await child.waits(for: "open"), "\(child.text)")
        #expect(try await figure(service, "dialout_event_subscribers") == readers + mute)
        return child
    }

    /// Tells the watchers what there was to see; what they say.
    private func result(_ watchers: Child, _ service: RunningService, places: [Int]) async throws -> String {
        try JSONEncoder().encode(places).write(to: URL(fileURLWithPath: service.folder + "/places.json"), options: .atomic)
        #expect(await watchers.exitStatus() == 0)
        return watchers.text.split(separator: "\n").last.map { String($0) } ?? ""
    }

    /// The places of the tenant's log, read from its beginning.
    private func log(_ service: RunningService) async throws -> [Int] {
        let reader = try Child(
            "/usr/bin/env",
            [
                "curl", "-s", "-m", "3", "-H", "Authorization: Bearer \(RunningService.token)", "-H", "Last-Event-ID: 0",
                "http://127.0.0.1:\(service.http)/v1/events?tenant=contoso",
            ], in: service.folder)
        _ = await reader.exitStatus()
        return reader.text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap { Int($0.dropFirst(4)) }
    }

    /// Posts a batch; the ids of what was let in.
    private func post(_ items: [String], _ path: String, to service: RunningService) async throws -> [String] {
        let answer = try await service.curl("POST", path, #"{"items":[\#(items.joined(separator: ","))]}"#)
        return answer.body["items"].array.compactMap { $0["body"]["id"].string }
    }

    @Test("of 1,000 streams each that reads has every event of the calls once and in order, whoever does not, and memory hardly grows")
    func crowd() async throws {
        let service = try await RunningService(), trunkPort = Running.freePort()
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(trunkPort)", "--operator", "Acme"], in: service.folder)
        try await service.configure(trunkPort: trunkPort)
        let watchers = try await watchers(service, readers: 900, mute: 100), before = try service.peakMemory()
        var dialled: [String] = []
        for round in 0..<8 {
            let items = (0..<5).map {
                #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+1425\#(512 + round * 5 + $0)0486"}"#
            }
            dialled += try await post(items, "/v1/meetings/own-\(round)/dial-outs", to: service)
        }
        #expect(dialled.count >= 20, "\(dialled.count) of 40 were let in")
        for id in dialled { _ = try await service.ended(id) }
        let places = try await log(service)
        #expect(places.count >= 4 * dialled.count && places == Array(Set(places)).sorted(), "\(places)")
        let told = try await result(watchers, service, places: places)
        #expect(told.hasPrefix(#"{"whole": 900, "#), "\(told)")
        let most = try service.peakMemory()
        #expect(most - before < 64 << 20, "\(before >> 20) MiB before, \(most >> 20) MiB at the most")
        #expect(await stub.end() == 0)
    }

    @Test("streams that never read are cut off, before they hold more than all of them may")
    func mute() async throws {
        let service = try await RunningService()
        let name = String(repeating: "n", count: 128), person = String(repeating: "p", count: 240) + "@loud.example"
        _ = try await service.must("PUT", "/v1/tenants/loud", #"{"displayName":"Loud","country":"US"}"#)
        _ = try await service.must("PUT", "/v1/tenants/loud/users/\(person)", "{}")
        let watchers = try await watchers(service, readers: 0, mute: 80), before = try service.peakMemory()
        // A dial-out without a licence makes one long event.
        let refused =
            #"{"kind":"callMeAt","organizer":"\#(person)","requestedBy":"\#(person)","displayName":"\#(name)","number":"+14255550486"}"#
        var round = 0
        let areCut = try await eventually(seconds: 240) {
            round += 1
            _ = try await post(Array(repeating: refused, count: 100), "/v1/meetings/loud-\(round)/dial-outs?tenant=loud", to: service)
            return try await figure(service, "dialout_event_subscribers") == 0
        }
        let left = try await figure(service, "dialout_event_subscribers")
        #expect(areCut, "\(left ?? -1) streams are left after \(round) rounds")
        let told = try await result(watchers, service, places: [])
        #expect(told == #"{"whole": 0, "cut": 80}"#)
        let most = try service.peakMemory()
        #expect(most - before < 96 << 20, "\(before >> 20) MiB before, \(most >> 20) MiB at the most")
    }
}
