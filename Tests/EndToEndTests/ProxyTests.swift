import Foundation
import Service
import Testing

/// Kamailio as the operator's proxy, with two sipp branches behind it.
@Suite("A real forking proxy", .aFewAtATime)
struct ProxyTests {
    /// It asks for digest credentials, which it verifies, records its route, and forks to both branches at once.
    private static func configuration(port: UInt16, branches: [UInt16]) -> String {
        """
        listen=udp:127.0.0.1:\(port)
        fork=no
        log_stderror=yes
        debug=1
        disable_tcp=yes
        mpath="\(modules)"
        loadmodule "sl.so"
        loadmodule "tm.so"
        loadmodule "rr.so"
        loadmodule "pv.so"
        loadmodule "auth.so"
        loadmodule "siputils.so"
        loadmodule "textops.so"
        loadmodule "corex.so"
        request_route {
            if (has_totag()) {
                if (!loose_route()) { if (is_method("ACK") && t_check_trans()) { t_relay(); exit; } sl_send_reply("404", "Not here"); exit; }
                t_relay();
                exit;
            }
            if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
            if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
            if (!pv_proxy_authenticate("operator.example", "secret", "0")) { auth_challenge("operator.example", "1"); exit; }
            consume_credentials();
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

    @Test("both branches answer through the proxy: one call stays, the other is acknowledged and hung up")
    func forks() async throws {
        let service = try await RunningService()
        let first = try Sipp("branch-first", in: service.folder), late = try Sipp("branch-late", in: service.folder)
        let port = Running.freePort(), file = service.folder + "/kamailio.cfg"
        try Self.configuration(port: port, branches: [first.port, late.port]).write(toFile: file, atomically: true, encoding: .utf8)
        let proxy = try Child(
            "/usr/sbin/kamailio", ["-f", file, "-DD", "-E", "-m", "32", "-M", "4", "-Y", service.folder, "-w", service.folder],
            in: service.folder)
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
