import Foundation
import Service
import Testing

/// Trunks over something else than a datagram each way, or over nothing at all.
@Suite("Trunks over TCP and TLS", .aFewAtATime)
struct TransportTests {
    private func putTrunks(_ service: RunningService, _ uris: [String]) async throws {
        let trunks = uris.enumerated().map { #"{"name":"t\#($0 + 1)","uri":"\#($1)","priority":\#($0 + 1)}"# }
        _ = try await service.must(
            "PUT", "/v1/operators/acme", #"{"name":"Acme","countries":["US"],"trunks":[\#(trunks.joined(separator: ","))]}"#)
    }

    @Test("sipp over TCP rings, answers, and is hung up by a BYE on the same connection")
    func tcp() async throws {
        let service = try await RunningService()
        let peer = try Sipp("answer", in: service.folder, ["-t", "t1"])
        try await service.configure(trunkPort: peer.port)
        try await putTrunks(service, ["sip:127.0.0.1:\(peer.port);transport=tcp"])
        let id = try await service.dial("+14255550123")
        #expect(try await eventually { try await service.record(id)["state"].string == "connected" })
        #expect(try await service.curl("DELETE", "/v1/dial-outs/\(id)").status == 202)
        #expect(try await service.ended(id)["outcome"].string == "completed")
        await peer.finish()
    }

    @Test("trunks that refuse, by TCP or by ICMP, are passed over at once for the one that answers")
    func refused() async throws {
        let service = try await RunningService()
        let peer = try Sipp("refusal", in: service.folder, keys: ["code": "486", "phrase": "Busy Here", "more": "Server: sipp"])
        try await service.configure(trunkPort: peer.port)
        let nobody = Running.freePort(), silent = Running.freePort()
        try await putTrunks(service, ["sip:127.0.0.1:\(nobody);transport=tcp", "sip:127.0.0.1:\(silent)", "sip:localhost:\(peer.port)"])
        let record = try await service.ended(try await service.dial("+14255550123"))
        #expect(record["outcome"].string == "busy")
        #expect(record["attempts"].array.map { $0["trunk"].string } == ["t1", "t2", "t3"])
        await peer.finish()
        #expect(service.child.text.contains("ECONNREFUSED"))
        let phrases = record["attempts"].array.prefix(2).compactMap { $0["phrase"].string }
        #expect(phrases.count == 2 && phrases.allSatisfy { $0.hasPrefix("refused: ECONNREFUSED") }, "\(phrases)")
        #expect(try await service.metrics().contains(#"dialout_sip_transport_failures_total{reason="refused"} 2"#))
    }

    /// A certificate for 127.0.0.1 that signs itself, in `name.pem` and `name.key`.
    private func certify(_ name: String, in folder: String) async throws {
        let openssl = try Child(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=\(name)",
                "-addext",
                "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout", "\(name).key", "-out", "\(name).pem",
            ], in: folder)
        #expect(await openssl.exitStatus() == 0, "\(openssl.text)")
    }

    @Test("a sips trunk gets its INVITE over TLS once its certificate is trusted, and nothing before; SIGHUP reads the files again")
    func tls() async throws {
        let port = Running.freePort()
        let trunk = try await RunningService([
            "DIALOUT_SIP_TLS": "127.0.0.1:\(port)", "DIALOUT_TLS_CERTIFICATE": "{folder}/trunk.pem",
            "DIALOUT_TLS_KEY": "{folder}/trunk.key",
        ]) { try await certify("trunk", in: $0) }
        let service = try await RunningService(["DIALOUT_TLS_TRUST": "{folder}/trust.pem"]) { try await certify("trust", in: $0) }
        try await service.configure(trunkPort: port)
        try await putTrunks(service, ["sips:127.0.0.1:\(port)"])
        let refused = try await service.ended(try await service.dial("+14255550123"))
        #expect(refused["outcome"].string == "unreachable")
        #expect(refused["attempts"].array.first?["phrase"].string?.hasPrefix("certificateRefused: ") == true, "\(refused)")
        #expect(try await service.metrics().contains(#"dialout_sip_transport_failures_total{reason="certificateRefused"} 1"#))
        try FileManager.default.removeItem(atPath: service.folder + "/trust.pem")
        try FileManager.default.copyItem(atPath: trunk.folder + "/trunk.pem", toPath: service.folder + "/trust.pem")
        kill(service.child.pid, SIGHUP)
        #expect(await service.child.waits(for: "certificates read"))
        // Another service takes no calls, and says so: 403. Until the pause after the first try is over, nothing is tried.
        let isAnswered = try await eventually {
            try await service.ended(try await service.dial("+14255550124"))["attempts"].array.first?["sip"].integer == 403
        }
        #expect(isAnswered, "\(service.child.text)")
        #expect(try await service.metrics().contains(#"dialout_sip_connections{transport="TLS",made_by="us"} 1"#))
    }

    @Test(
        "settings that make no sense, or do not go together, are refused with field and rule",
        arguments: [
            (["--sip-tls", "127.0.0.1:5061"], "sipTls needs tlsCertificate and tlsKey"),
            (["--tls-certificate", "a.pem"], "tlsCertificate and tlsKey go together"),
            (["--tls-minimum", "1.1"], "--tls-minimum is 1.2 or 1.3"),
            (["--name-servers", "a.example"], "--name-servers is 1 to 8 addresses"), (["--sip-host", "a b"], "--sip-host is a host name"),
            (["--tls-client-certificates"], "tlsClientCertificates needs tlsTrust"),
            (["--hunt-seconds", "0"], "--hunt-seconds is 1 to 600, not 0"),
        ])
    func settings(arguments: [String], words: String) async throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let service = try Child(Running.executable.path, ["serve"] + arguments, in: folder)
        #expect(await service.exitStatus() == 2 && service.text.contains(words), "\(service.text)")
    }
}
