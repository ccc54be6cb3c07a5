import Basis
import Testing

@testable import dialout

/// What stands in Via, Contact and From can be reached.
@Suite("The host that we are known by")
struct HostSettingTests {
    private static func settings(_ flags: [ServeSettings.Name: String], local: [String]) throws -> ServeSettings {
        try ServeSettings(flags: flags, environment: [:], file: nil, local: local.map { SocketAddress(host: $0, port: 0)! })
    }

    @Test(
        "heard at every address, we are known by the only one that others reach, or by what is given",
        arguments: [
            ("0.0.0.0:5060", nil, ["192.0.2.1", "2001:db8::1"], "192.0.2.1"), ("[::]:5060", nil, ["192.0.2.1"], "192.0.2.1"),
            ("[::]:5060", nil, ["2001:db8::1", "fe80::1"], "2001:db8::1"), ("[::ffff:0.0.0.0]:5060", nil, ["192.0.2.1"], "192.0.2.1"),
            ("0.0.0.0:5060", nil, ["169.254.1.1", "127.0.0.2", "192.0.2.1"], "192.0.2.1"),
            ("0.0.0.0:5060", "sbc.example", [], "sbc.example"), ("0.0.0.0:5060", "192.0.2.9", ["192.0.2.1", "192.0.2.2"], "192.0.2.9"),
            ("192.0.2.7:5060", nil, ["192.0.2.1", "192.0.2.2"], nil), ("127.0.0.1:5060", nil, [], nil),
        ] as [(String, String?, [String], String?)])
    func found(sip: String, host: String?, local: [String], known: String?) throws {
        let flags: [ServeSettings.Name: String] = [.sip: sip].merging(host.map { [.sipHost: $0] } ?? [:]) { $1 }
        #expect(try Self.settings(flags, local: local).trunks.host == known)
    }

    @Test(
        "where there is none or a choice, or a value means every address, the start is refused and the mend named",
        arguments: [
            (
                [.sip: "0.0.0.0:5060"], ["192.0.2.2", "192.0.2.1"],
                "--sip 0.0.0.0:5060 is heard at every address, and one of them has to stand in Via, Contact and From: give it as sipHost (--sip-host, DIALOUT_SIP_HOST); this machine has 192.0.2.1, 192.0.2.2"
            ),
            (
                [.sip: "[::]:5060"], ["fe80::1", "::1"],
                "--sip [::]:5060 is heard at every address, and one of them has to stand in Via, Contact and From: give it as sipHost (--sip-host, DIALOUT_SIP_HOST); this machine has no address of its own"
            ),
            ([.sipHost: "0.0.0.0"], ["192.0.2.1"], "--sip-host is one host that operators reach, and 0.0.0.0 means all"),
            ([.sipHost: "::"], ["192.0.2.1"], "--sip-host is one host that operators reach, and :: means all"),
            ([.mediaAddress: "0.0.0.0"], ["192.0.2.1"], "--media-address is an IP address that media can be sent to, not 0.0.0.0"),
        ] as [([ServeSettings.Name: String], [String], String)])
    func refused(flags: [ServeSettings.Name: String], local: [String], words: String) throws {
        let refusal = #expect(throws: InvalidSetting.self) { try Self.settings(flags, local: local) }
        #expect(refusal?.description == words)
    }
}
