import Basis
import Testing

@testable import SIP

/// Which contact of a 3xx is followed.
@Suite struct RedirectionTests {
    private static let hosts = ["192.0.2.3": SocketAddress("192.0.2.3:5060")!, "192.0.2.4": SocketAddress("192.0.2.4:5060")!]

    private static func destination(_ contacts: [String], by transport: Transport = .udp) throws -> String? {
        var bench = Bench()
        bench.invite { ($0.ownHosts, $0.transport, $0.takesTCP) = (hosts, transport, transport == .udp) }
        bench.answer(try #require(bench.invites.first), "302 Moved", contacts.map { "Contact: \($0)" })
        guard bench.invites.count == 2, let second = bench.invites.last else { return nil }
        #expect(second.via.hasPrefix("SIP/2.0/\(second.transport.rawValue) "))
        return "\(second.to) \(second.transport)"
    }

    @Test(
        "the most preferred first, and of equals the first",
        arguments: [
            (["<sip:+14255550123@192.0.2.3>;q=0.1, <sip:+14255550123@192.0.2.4>;q=0.2"], "192.0.2.4:5060 udp"),
            (["<sip:+14255550123@192.0.2.3>;q=0.99", "<sip:+14255550123@192.0.2.4>"], "192.0.2.4:5060 udp"),
            (["<sip:+14255550123@192.0.2.4>;q=0.5, <sip:+14255550123@192.0.2.3>;q=0.5"], "192.0.2.4:5060 udp"),
            (["<sip:+14255550123@192.0.2.3>;Q=.3;expires=9, <sip:+14255550123@192.0.2.4>;q=1.000"], "192.0.2.4:5060 udp"),
            (["<sip:+14255550123@192.0.2.9>;q=1, <sip:+14255550123@192.0.2.4>;q=0"], "192.0.2.4:5060 udp"),
            ((1...20).map { "<sip:+14255550123@203.0.113.\($0)>" } + ["<sip:+14255550123@192.0.2.3>;q=0.1"], "192.0.2.3:5060 udp"),
        ])
    func preference(contacts: [String], destination: String) throws { #expect(try Self.destination(contacts) == destination) }

    @Test(
        "the number counts, however it is written",
        arguments: [
            ("%2B14255550123", true), ("+1-425-555-0123", true), ("+1.425.(555).0123", true), ("%2b142%355550123;rn=+1206", true),
            ("+14255550123:password", true), ("+14255550124", false), ("%2B14255550124", false), ("14255550123", false), ("%", false),
            ("+1425555012%", false), ("", false),
        ])
    func number(user: String, isFollowed: Bool) throws {
        #expect(try Self.destination(["<sip:\(user)@192.0.2.3>"]) == (isFollowed ? "192.0.2.3:5060 udp" : nil))
    }

    @Test(
        "a transport that is named is taken, and TLS neither left nor taken up",
        arguments: [
            ("sip:+14255550123@192.0.2.3;transport=tcp", .udp, "192.0.2.3:5060 TCP"),
            ("sip:+14255550123@192.0.2.3;transport=UDP", .tcp, "192.0.2.3:5060 UDP"),
            ("sip:+14255550123@192.0.2.3", .tcp, "192.0.2.3:5060 TCP"),
            ("sips:+14255550123@192.0.2.3", .udp, nil), ("sip:+14255550123@192.0.2.3;transport=tls", .tcp, nil),
            ("sip:+14255550123@192.0.2.3;transport=tcp", .tls, nil), ("sip:+14255550123@192.0.2.3", .tls, "192.0.2.3:5060 TLS"),
            ("sips:+14255550123@192.0.2.3", .tls, "192.0.2.3:5060 TLS"),
        ] as [(String, Transport, String?)])
    func transport(contact: String, trunk: Transport, destination: String?) throws {
        #expect(try Self.destination(["<\(contact)>"], by: trunk)?.uppercased() == destination?.uppercased())
    }

    /// Where the INVITEs went after a redirection to both hosts, the first of which does as it is told.
    private static func ways(_ first: (inout Bench) throws -> Void) throws -> [String] {
        var bench = Bench()
        bench.invite { $0.ownHosts = hosts }
        let both = ["Contact: <sip:+14255550123@192.0.2.3>;q=0.7, <sip:+14255550123@192.0.2.4>;q=0.3"]
        bench.answer(try #require(bench.invites.first), "300 Multiple Choices", both)
        try first(&bench)
        return bench.invites.dropFirst().map { "\($0.to.host) \($0.header("CSeq").prefix(1))" }
    }

    @Test(
        "where nothing comes of one contact the next is asked",
        arguments: ["404 Not Found", "408 Request Timeout", "500 Error", "503 Busy"])
    func next(status: String) throws {
        let ways = try Self.ways { bench in bench.answer(try #require(bench.invites.last), status) }
        #expect(ways == ["192.0.2.3 2", "192.0.2.4 3"])
    }

    @Test("so it is where the transport finds nobody there, and an INVITE that nobody took is not sent to it again")
    func unreachable() throws {
        let ways = try Self.ways { bench in
            bench.turn { $0.transportFailed(to: SocketAddress("192.0.2.3:5060")!, over: .udp, at: $1) }
            bench.run(until: .seconds(3))
        }
        #expect(Set(ways) == ["192.0.2.3 2", "192.0.2.4 3"] && ways.first == "192.0.2.3 2" && ways.count { $0 == "192.0.2.3 2" } == 1)
    }

    @Test("a phone that rang, or whose owner has said no, is the last", arguments: ["486 Busy Here", "603 Decline", "480 Gone"])
    func reached(status: String) throws {
        #expect(try Self.ways { bench in bench.answer(try #require(bench.invites.last), status) } == ["192.0.2.3 2"])
        let rung = try Self.ways { bench in
            bench.answer(try #require(bench.invites.last), "180 Ringing")
            bench.answer(try #require(bench.invites.last), "503 Busy")
        }
        #expect(rung == ["192.0.2.3 2"])
    }
}
