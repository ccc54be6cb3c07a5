import Foundation
import Service
import Testing

/// Kamailio as the operator's proxy, with two sipp branches behind it.
@Suite("A real forking proxy", .aFewAtATime)
struct ProxyTests {
    /// What it asks credentials of.
    private enum Asking { case nothing, invite, everything }

    /// It asks for digest credentials, which it verifies, records its route, and forks to both branches at once. With `everything` each nonce
    /// is good for one request; with `nothing` it takes TCP as well. It writes down each request and what that came by.
    private static func configuration(port: UInt16, branches: [UInt16], asking: Asking = .invite) -> String {
        let challenge =
            #"if (!pv_proxy_authenticate("operator.example", "secret", "0")) { auth_challenge("operator.example", "1"); exit; }"#
        return """
            listen=udp:127.0.0.1:\(port)
            \(asking == .nothing ? "listen=tcp:127.0.0.1:\(port)\nchildren=1\ntcp_children=1" : "fork=no\ndisable_tcp=yes")
            log_stderror=yes
            debug=1
            mpath="\(modules)"
            loadmodule "sl.so"
            loadmodule "tm.so"
            loadmodule "rr.so"
            loadmodule "pv.so"
            loadmodule "auth.so"
            loadmodule "siputils.so"
            loadmodule "textops.so"
            loadmodule "corex.so"
            loadmodule "xlog.so"
            \(asking == .everything ? #"modparam("auth", "one_time_nonce", 1)"# : "")
            request_route {
                xlog("L_ERR", "came: $rm $proto\\n");
                if (has_totag()) {
                    \(asking == .everything ? "if (!is_method(\"ACK\")) { \(challenge) consume_credentials(); }" : "")
                    if (!loose_route()) { if (is_method("ACK") && t_check_trans()) { t_relay(); exit; } sl_send_reply("404", "Not here"); exit; }
                    t_relay();
                    exit;
                }
                if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
                if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
                \(asking == .nothing ? "" : challenge + " consume_credentials();")
                record_route();
                $du = "sip:127.0.0.1:\(branches[0])";
                append_branch("$ru", "0.5");
                $(branch(dst_uri)[0]) = "sip:127.0.0.1:\(branches[1])";
                t_relay();
            }
            """
    }

    /// Where Debian keeps Kamailio's modules on this machine.
    private static let modules: String = {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        return folders.map { "/usr/lib/\($0)/kamailio/modules/" }.first { FileManager.default.fileExists(atPath: $0) } ?? ""
    }()

    private static func start(_ asking: Asking, _ port: UInt16, _ branches: [UInt16], in folder: String) throws -> Child {
        let file = folder + "/kamailio.cfg"
        try configuration(port: port, branches: branches, asking: asking).write(toFile: file, atomically: true, encoding: .utf8)
        return try Child(
            "/usr/sbin/kamailio", ["-f", file, "-DD", "-E", "-m", "32", "-M", "4", "-Y", folder, "-w", folder], in: folder)
    }

    /// `INVITE tcp`: each request that the proxy took, and what it came by.
    private static func came(to proxy: Child) -> [String] {
        proxy.text.matches(of: #/came: (\w+ \w+)/#).map { String($0.output.1) }.filter { !$0.hasPrefix("OPTIONS") }
    }

    @Test("an INVITE too long for a datagram goes by TCP, and so do its CANCEL and the ACK of its failure: both phones stop ringing")
    func longInvite() async throws {
        let service = try await RunningService()
        let phones = try (0..<2).map { _ in try Sipp("rings-until-cancelled", in: service.folder) }
        let port = Running.freePort(), proxy = try Self.start(.nothing, port, phones.map(\.port), in: service.folder)
        try await service.configure(trunkPort: port)
        #expect(proxy.isRunning, "\(proxy.text)")
        let filler = (0..<20).map { #"a=x-filler-\#($0):\#(String(repeating: "y", count: 60))\r\n"# }.joined()
        let description = #"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n\#(filler)"#
        let id = try await service.dial("+14255550123", #","sdp":"\#(description)""#)
        _ = try await service.record(id, once: "ringing")
        #expect(await eventually { phones.allSatisfy { $0.received("INVITE").count > 0 } })
        _ = try await service.must("DELETE", "/v1/dial-outs/\(id)")
        let record = try await service.ended(id)
        for phone in phones { await phone.finish("a phone") }
        #expect(record["outcome"].string == "cancelled" && record.attempts == ["t1 487"], "\(record)")
        #expect(await eventually { Self.came(to: proxy).contains { $0.hasPrefix("ACK") } })
        #expect(Self.came(to: proxy) == ["INVITE tcp", "CANCEL tcp", "ACK tcp"])
        _ = await proxy.end()
    }

    @Test("a proxy whose nonces are good for one request challenges the BYE too, and gets it again: the phone is hung up")
    func freshNonces() async throws {
        let service = try await RunningService()
        let phone = try Sipp("branch-first", in: service.folder), other = try Sipp("silent", in: service.folder)
        let port = Running.freePort(), proxy = try Self.start(.everything, port, [phone.port, other.port], in: service.folder)
        try await service.configure(trunkPort: port, #","username":"dialout","password":"secret""#)
        #expect(proxy.isRunning, "\(proxy.text)")
        let id = try await service.dial("+14255550123")
        _ = try await service.record(id, once: "connected")
        _ = try await service.must("DELETE", "/v1/dial-outs/\(id)")
        let record = try await service.ended(id)
        await phone.finish("the phone")
        #expect(record["outcome"].string == "completed" && record["endedBy"].string == "meeting", "\(record)")
        #expect(phone.received("BYE").count == 1)
        let came = Self.came(to: proxy)
        #expect(came.count { $0 == "INVITE udp" } == 2 && came.count { $0 == "BYE udp" } == 2, "\(came)")
        other.child.destroy()
        _ = await proxy.end()
    }

    @Test("both branches answer through the proxy: one call stays, the other is acknowledged and hung up")
    func forks() async throws {
        let service = try await RunningService()
        let first = try Sipp("branch-first", in: service.folder), late = try Sipp("branch-late", in: service.folder)
        let port = Running.freePort(), proxy = try Self.start(.invite, port, [first.port, late.port], in: service.folder)
        try await service.configure(trunkPort: port, #","username":"dialout","password":"secret""#)
        #expect(proxy.isRunning, "\(proxy.text)")

        let id = try await service.dial("+14255550123")
        _ = try await service.record(id, once: "connected")
        await late.finish("the late branch")
        #expect(try await service.record(id)["state"].string == "connected")
        _ = try await service.must("DELETE", "/v1/dial-outs/\(id)")
        let record = try await service.ended(id)
        await first.finish("the first branch")
        #expect(record["outcome"].string == "completed" && record["endedBy"].string == "meeting", "\(record)")
        #expect(record.attempts == ["t1 200"])
        // Each request in a dialog came by the route that the proxy recorded: two hops on its way.
        for request in [first, late].flatMap({ $0.received("BYE") + $0.received("ACK") }) {
            #expect(request.matches(of: #/Via: SIP/2\.0/UDP 127/#).count == 2, "\(request)")
        }
        #expect(first.received("BYE").count == 1 && late.received("BYE").count == 1)
        _ = await proxy.end()
    }
}
