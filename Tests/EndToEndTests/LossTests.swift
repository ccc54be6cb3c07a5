import Foundation
import Service
import Testing

/// A network namespace of its own, joined by a wire on which three datagrams in ten are lost, each way.
private struct LossyNetwork {
    /// Why this machine does not let us make one.
    struct Impossible: Error {
        let reason: String
    }

    let name: String
    /// This machine's end of the wire, and the operator's.
    let here: String, there: String

    /// Puts a command into the namespace.
    var command: [String] { ["ip", "netns", "exec", name] }

    /// Makes it, and takes it away again whatever comes of `body`.
    static func use(in folder: String, _ body: (LossyNetwork) async throws -> Void) async throws {
        let net = Int.random(in: 0..<16_000), host = net % 64 * 4
        let network = LossyNetwork(
            name: "dialout\(net)", here: "10.201.\(net / 64).\(host + 1)", there: "10.201.\(net / 64).\(host + 2)")
        var failure: (any Error)?
        do {
            try await network.make(in: folder)
            try await body(network)
        } catch { failure = error }
        // The wire goes with the namespace that holds its other end.
        _ = await (try Child("/usr/bin/env", ["ip", "netns", "delete", network.name], in: folder)).exitStatus()
        if let failure { throw failure }
    }

    private func make(in folder: String) async throws {
        try """
        table netdev loss {
            chain arriving { type filter hook ingress device eth0 priority 0; meta l4proto udp numgen random mod 10 < 3 drop; }
            chain leaving { type filter hook egress device eth0 priority 0; meta l4proto udp numgen random mod 10 < 3 drop; }
        }
        """.write(toFile: folder + "/loss.nft", atomically: true, encoding: .utf8)
        let wire = "v\(name)"
        for step in [
            ["ip", "netns", "add", name], ["ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", name],
            ["ip", "address", "add", here + "/30", "dev", wire], ["ip", "link", "set", wire, "up"],
            ["ip", "-n", name, "address", "add", there + "/30", "dev", "eth0"], ["ip", "-n", name, "link", "set", "eth0", "up"],
            ["ip", "-n", name, "link", "set", "lo", "up"], command + ["nft", "-f", folder + "/loss.nft"],
        ] {
            let child = try Child("/usr/bin/env", step, in: folder)
            if await child.exitStatus() != 0 { throw Impossible(reason: step.joined(separator: " ") + ": " + child.text) }
        }
    }
}

@Suite("A line that loses three messages in ten, each way", .aFewAtATime)
struct LossTests {
    private static let calls = 50

    @Test("fifty calls are all answered and hung up, none is left up, and the records agree with the far end")
    func fifty() async throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do { try await LossyNetwork.use(in: folder, ring) } catch let error as LossyNetwork.Impossible {
            try Test.cancel("no network namespace can be made here: \(error.reason)")
        }
    }

    private func ring(over network: LossyNetwork) async throws {
        let service = try await RunningService(at: network.here)
        // On such a line a repetition may come when sipp no longer knows it for one; that is no fault of the call.
        let patient = [
            "-max_retrans", "20", "-max_invite_retrans", "20", "-max_non_invite_retrans", "20", "-default_behaviors", "all,-abortunexp",
        ]
        let peer = try Sipp(
            "lossy", in: service.folder, address: network.there, calls: Self.calls, patient, before: network.command, waiting: 240)
        try await service.configure(trunk: #"{"name":"t1","uri":"sip:\#(network.there):\#(peer.port)"}"#, failoverSeconds: 32)
        var ids: [String] = []
        for index in 0..<Self.calls { ids.append(try await service.dial("+1425555" + String(2_000 + index))) }
        var lost: Set<String> = []
        for place in ids.indices {
            // An INVITE is sent seven times in 32 s: of a hundred runs of fifty calls, about one loses all seven of a call. That call is dialled again.
            while let unreached = try await unreachable(ids[place], service) {
                lost.insert(unreached)
                try #require(lost.count <= 3, "so many are not lost by chance")
                ids[place] = try await service.dial("+1425555" + String(3_000 + place))
            }
            _ = try await service.must("DELETE", "/v1/dial-outs/\(ids[place])")
        }
        for id in ids {
            let record = try await service.ended(id, seconds: 90)
            #expect(record["outcome"].string == "completed" && record["endedBy"].string == "meeting", "\(record)")
            #expect(record.attempts == ["t1 200"])
        }
        let status = await peer.child.exitStatus()
        #expect(status == 0, "\(peer.errors)")
        // What sipp saw: as many calls as were asked for, each hung up, and much of it more than once.
        let invites = peer.received("INVITE"), byes = peer.received("BYE")
        #expect(Sipp.callIDs(invites).count == Self.calls && Sipp.callIDs(invites).isDisjoint(with: lost))
        #expect(Sipp.callIDs(byes) == Sipp.callIDs(invites))
        #expect(invites.count + byes.count > 2 * Self.calls)
    }
    /// Nothing once the call is connected; the `Call-ID` of one whose every INVITE was lost.
    private func unreachable(_ id: String, _ service: RunningService) async throws -> String? {
        _ = try await eventually(seconds: 90) { ["connected", "ended"].contains(try await service.record(id)["state"].string) }
        let record = try await service.record(id)
        if record["state"].string == "connected" { return nil }
        try #require(record["outcome"].string == "unreachable" && record.attempts == ["t1 -"], "\(record)")
        return try #require(record["attempts"].array.first?["callId"].string)
    }
}
