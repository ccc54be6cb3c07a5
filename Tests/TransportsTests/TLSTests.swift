import Basis
import Foundation
import Reactor
import SIP
import Testing

@testable import Transports

@Suite("SIP over TLS")
struct TLSTests {
    /// A trunk with a certificate, and our side that knows it by `name`.
    private func sides(
        _ loop: EventLoop, trunk trunkTLS: TLSSettings, us ourTLS: TLSSettings, name: String?
    ) throws -> (us: Side, trunk: Side, address: SocketAddress) {
        let trunk = try Side(loop, tls: loopback) { $0.tls = trunkTLS }
        let us = try Side(loop) { $0.tls = ourTLS }
        let address = try #require(trunk.transports.tlsAddress)
        us.transports.learn(address, serverName: name)
        return (us, trunk, address)
    }

    @Test(
        "messages go both ways, longer ones than a record too, under a name or an address that the certificate says",
        arguments: [
            ("DNS:sbc.example", "sbc.example"), ("DNS:*.trunks.example", "sbc.trunks.example"), ("IP:127.0.0.1", nil),
            ("URI:sip:SBC.example", "sbc.example"), ("DNS:h1.example,URI:https:sbc.example,URI:sip:sbc.example", "sbc.example"),
        ])
    func both(names: String, name: String?) throws {
        let certificates = try Certificates()
        try certificates.sign("trunk", for: names)
        try onLoop { loop in
            let (us, trunk, address) = try sides(
                loop, trunk: certificates.settings("trunk"), us: certificates.settings(nil), name: name)
            for body in [0, 40_000] { us.send(request("INVITE", over: .tls, body: body), to: address, over: .tls) }
            trunk.wait { trunk.arrivals.count == 2 }
            #expect(trunk.arrivals.map(\.text) == [0, 40_000].map { request("INVITE", over: .tls, body: $0) })
            #expect(trunk.arrivals.allSatisfy { $0.transport == .tls })
            trunk.send(answer, to: try #require(trunk.arrivals.first).source, over: .tls)
            us.wait { us.arrivals.count == 1 }
            #expect(us.arrivals.first?.source == address && us.arrivals.first?.transport == .tls && us.arrivals.first?.text == answer)
            #expect(us.transports.connectionCount == 1 && us.failures.isEmpty && trunk.failures.isEmpty)
        }
    }

    @Test(
        "a certificate of another name, of nobody's, or of the past is refused, and nothing is said over such a connection",
        arguments: [
            ("DNS:other.example", true, 2, "ostname"), ("URI:sip:other.example", true, 2, "ostname"),
            ("URI:sip:a@sbc.example,URI:https:sbc.example", true, 2, "ostname"), ("URI:sip:sbc.example", false, 2, "self"),
            ("DNS:sbc.example", false, 2, "self"), ("DNS:sbc.example", true, -1, "expired"),
        ])
    func refused(names: String, trusts: Bool, days: Int, words: String) throws {
        let certificates = try Certificates()
        try certificates.sign("trunk", for: names, days: days)
        try onLoop { loop in
            let (us, trunk, address) = try sides(
                loop, trunk: certificates.settings("trunk"), us: certificates.settings(nil, trusts: trusts), name: "sbc.example")
            us.send(request(over: .tls), to: address, over: .tls)
            us.wait { !us.failures.isEmpty }
            #expect(us.failures.map(\.reason) == [.certificateRefused] && us.details.first?.contains(words) == true, "\(us.details)")
            #expect(us.transports.isBackingOff(address, over: .tls) && trunk.arrivals.isEmpty)
        }
    }

    @Test("a peer without the certificate that we ask for is turned away; with it, it is heard")
    func clientCertificate() throws {
        let certificates = try Certificates()
        try certificates.sign("trunk", for: "IP:127.0.0.1")
        try certificates.sign("us", for: "DNS:dialout.example")
        var asking = certificates.settings("trunk")
        asking.requiresClientCertificate = true
        try onLoop { loop in
            let (us, trunk, address) = try sides(loop, trunk: asking, us: certificates.settings(nil), name: nil)
            us.send(request(over: .tls), to: address, over: .tls)
            us.wait { !us.failures.isEmpty }
            #expect(trunk.arrivals.isEmpty)
            let known = try Side(loop) { $0.tls = certificates.settings("us") }
            known.send(request(over: .tls), to: address, over: .tls)
            trunk.wait { trunk.arrivals.count == 1 }
            #expect(trunk.arrivals.first?.text == request(over: .tls))
        }
    }

    @Test("a peer that speaks no TLS, or only what is too old, is told apart")
    func notTLS() throws {
        let certificates = try Certificates()
        try certificates.sign("trunk", for: "IP:127.0.0.1")
        try onLoop { loop in
            let us = try Side(loop) { $0.tls = certificates.settings(nil) }
            var streams: [TCPStream] = []
            let plain = try TCPListener(on: loop, at: loopback) { stream in
                streams.append(stream)
                stream.write(Array(answer.utf8))
            }
            us.send(request(over: .tls), to: plain.localAddress, over: .tls)
            us.wait { !us.failures.isEmpty }
            #expect(us.failures.map(\.reason) == [.handshakeFailed])
        }
        for (version, isTaken) in [("-tls1_1", false), ("-tls1_2", true)] {
            try onLoop { loop in
                let trunk = try Side(loop, tls: loopback) { $0.tls = certificates.settings("trunk") }
                let address = try #require(trunk.transports.tlsAddress)
                let peer = Process()
                peer.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                peer.arguments = ["openssl", "s_client", version, "-cipher", "ALL@SECLEVEL=0", "-quiet", "-connect", "\(address)"]
                (peer.standardOutput, peer.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
                let input = Pipe()
                peer.standardInput = input
                try peer.run()
                input.fileHandleForWriting.write(Data(request(over: .tls).utf8))
                try trunk.waitForPeers { isTaken ? trunk.arrivals.count == 1 : trunk.transports.failures[.handshakeFailed] == 1 }
                #expect(trunk.arrivals.count == (isTaken ? 1 : 0))
                kill(peer.processIdentifier, SIGKILL)
                peer.waitUntilExit()
            }
        }
    }

    @Test("changed files are read again for new connections; a file that cannot be used leaves the last reading in force")
    func reload() throws {
        let certificates = try Certificates()
        try certificates.sign("trunk", for: "DNS:old.example")
        try onLoop { loop in
            let (us, trunk, address) = try sides(
                loop, trunk: certificates.settings("trunk"), us: certificates.settings(nil), name: "new.example")
            var reloads: [Bool] = []
            trunk.transports.tlsReloaded = { reloads.append((try? $0.get()) != nil) }
            trunk.transports.lookAtTLSFiles()
            try certificates.sign("trunk", for: "DNS:new.example")
            trunk.transports.lookAtTLSFiles()
            us.send(request(over: .tls), to: address, over: .tls)
            trunk.wait { trunk.arrivals.count == 1 }
            try "nothing".write(toFile: certificates.folder + "/trunk.key", atomically: true, encoding: .utf8)
            trunk.transports.lookAtTLSFiles()
            #expect(reloads == [true, false])
            let another = try Side(loop) { $0.tls = certificates.settings(nil) }
            another.transports.learn(address, serverName: "new.example")
            another.send(request(over: .tls), to: address, over: .tls)
            trunk.wait { trunk.arrivals.count == 2 }
            #expect(trunk.transports.certificateTimes != nil)
        }
    }

    @Test("when our certificate is in force is known, and its owner warned before, after and shortly before it ends")
    func times() throws {
        let certificates = try Certificates()
        try certificates.sign("ours", for: "DNS:one.example", days: 30)
        let times = try #require(try TLSContext(reading: certificates.settings("ours")).times)
        #expect(times.end.milliseconds - times.begin.milliseconds == 30 * 86_400_000)
        func warning(_ days: Int64) -> String? { times.warning(at: WallTime(milliseconds: times.begin.milliseconds + days * 86_400_000)) }
        #expect(warning(-1) == "our certificate is not in force yet; peers refuse it")
        #expect(warning(0) == nil && warning(16) == nil && warning(17) == "our certificate ends soon")
        #expect(warning(30) == "our certificate ends soon" && warning(31) == "our certificate has expired; peers refuse it")
        #expect(try TLSContext(reading: certificates.settings(nil)).times == nil)
    }

    @Test("files that cannot be used are named with the rule")
    func faults() throws {
        let certificates = try Certificates()
        try certificates.sign("one", for: "DNS:one.example")
        try certificates.sign("two", for: "DNS:two.example")
        var other = certificates.settings("one")
        other.keyFile = certificates.folder + "/two.key"
        try certificates.sign("rsa", for: "DNS:one.example", key: "rsa:2048")
        var anotherKind = certificates.settings("one")
        anotherKind.keyFile = certificates.folder + "/rsa.key"
        var missing = certificates.settings("one")
        missing.trustFile = certificates.folder + "/none.pem"
        var keyless = certificates.settings("one")
        keyless.keyFile = nil
        for (settings, file, words) in [
            (other, "two.key", "no private key of"), (anotherKind, "rsa.key", "no private key of"), (missing, "none.pem", "cannot be read"),
            (keyless, "one.pem", "no key file"),
        ] {
            let fault = #expect(throws: TLSFault.self) { try TLSContext(reading: settings) }
            #expect(fault?.file.hasSuffix(file) == true && fault?.cause.contains(words) == true, "\(String(describing: fault))")
        }
    }
}
