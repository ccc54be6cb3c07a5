import Basis
import Dialing
import Simulation
import Testing
import Web

@testable import Service

/// The order in which an operator's trunks are tried.
@Suite("The hunt for a trunk")
struct HuntTests {
    private static func trunk(_ name: String, _ priority: Int, _ weight: Int) -> Trunk {
        Trunk(name: name, uri: "sip:192.0.2.1", priority: priority, weight: weight)
    }

    @Test("priorities come in order; among equals each place is drawn by the weights of those that are left")
    func weights() {
        let trunks = [
            Self.trunk("last", 20, 65_535), Self.trunk("a", 10, 60), Self.trunk("b", 10, 30), Self.trunk("c", 10, 10),
            Self.trunk("none", 10, 0),
        ]
        var random = SeededRandom(seed: 7), orders: [String: Int] = [:], first: [String: Int] = [:]
        for _ in 0..<10_000 {
            let names = trunks.hunted(using: &random).map(\.name)
            #expect(names.count == 5 && names.suffix(2) == ["none", "last"])
            first[names[0], default: 0] += 1
            orders[names.prefix(3).joined(), default: 0] += 1
        }
        #expect(first.keys.sorted() == ["a", "b", "c"])
        for (name, share) in [("a", 6_000), ("b", 3_000), ("c", 1_000)] {
            #expect((share - 250...share + 250).contains(first[name, default: 0]), "\(name): \(first)")
        }
        // The second place is drawn from 30 and 10 after a, from 60 and 10 after b.
        for (order, share) in [("abc", 4_500), ("acb", 1_500), ("bac", 2_571), ("bca", 429)] {
            #expect((share - 250...share + 250).contains(orders[order, default: 0]), "\(order): \(orders)")
        }
    }

    @Test("of two that are left each comes first as its weight says", arguments: [(10, 10, 5_000), (30, 10, 7_500), (1, 3, 2_500)])
    func two(left: Int, right: Int, share: Int) {
        var random = SeededRandom(seed: 7)
        let trunks = [Self.trunk("a", 1, left), Self.trunk("b", 1, right)]
        let first = (0..<10_000).count { _ in trunks.hunted(using: &random)[0].name == "a" }
        #expect((share - 250...share + 250).contains(first), "\(first)")
    }

    @Test(
        "places of a plan are shared out among the ways: what one does not want the others have",
        arguments: [
            ([3, 2], [3, 2]), ([300], [256]), ([300, 5, 1], [250, 5, 1]), ([300, 300], [128, 128]), ([1, 300, 300], [1, 127, 128]),
            (Array(repeating: 9, count: 256), Array(repeating: 1, count: 256)), ([], []),
        ])
    func shares(wanted: [Int], shares: [Int]) { #expect(AttemptPlan.shares(of: wanted, AttemptPlan.limit) == shares) }

    @Test(
        "a trunk to which several routes lead is asked again only for a caller ID that can make a difference; then the next operator is",
        arguments: [
            ("0503", false, ["t1 0100", "o1 0103"]), ("0503", true, ["t1 0100", "o1 0103"]), ("0408", true, ["t1 0100", "o1 0103"]),
            ("0404", false, ["t1 0100", "o1 0103"]), ("0404", true, ["t1 0100", "t1 0101", "o1 0103"]),
        ])
    func severalRoutes(called: String, hasOther: Bool, tried: [String]) throws {
        let fixture = try Fixture(), client = fixture.client
        for (id, trunk, address) in [("acme", "t1", "10.1.0.1"), ("other", "o1", "10.2.0.1")] {
            client.must(
                .put, "/v1/operators/\(id)",
                """
                {"name":"\(id)","countries":["US"],"failoverSeconds":4,"failoverCodes":[404,503],\
                "trunks":[{"name":"\(trunk)","uri":"sip:\(address):5060"}]}
                """)
        }
        client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550101"]}"#)
        client.must(.post, "/v1/operators/other/number-orders", #"{"tenant":"contoso","numbers":["+14255550103"]}"#)
        let second = hasOther ? "+14255550101" : "+14255550100"
        let ran = client.must(
            .post, "/v1/tenants/contoso/commands",
            """
            Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550101 -BridgeName "Conference Bridge"
            Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550103 -BridgeName "Conference Bridge"
            New-CsOnlineVoiceRoute "Two" -NumberPattern "^\\+1" -OnlinePstnUsages "US" -BridgeSourcePhoneNumber \(second) -Priority 8
            New-CsOnlineVoiceRoute "Three" -NumberPattern "^\\+1" -OnlinePstnUsages "US" -BridgeSourcePhoneNumber +14255550103 -Priority 9
            """)
        #expect(ran["applied"] == true, "\(ran)")
        let id = fixture.dial("+1425555\(called)")
        fixture.pass(.seconds(20))
        let attempts = fixture.record(id)["attempts"].array
        #expect(attempts.map { "\($0["trunk"].string ?? "") \($0["callerId"].string?.suffix(4) ?? "")" } == tried)
    }

    @Test("without weights the order is that of the list; one trunk alone is tried whatever it weighs")
    func zeros() {
        var random = SeededRandom(seed: 7)
        let zeros = [Self.trunk("x", 1, 0), Self.trunk("y", 1, 0), Self.trunk("first", 0, 0)]
        for _ in 0..<100 { #expect(zeros.hunted(using: &random).map(\.name) == ["first", "x", "y"]) }
        #expect([Trunk]().hunted(using: &random).isEmpty)
    }
}
