import Basis
import Testing

@testable import SIP

/// What is kept of a leg is what is read again at the next start.
@Suite("A leg in few bytes")
struct StandingLegTests {
    private static let plain = StandingLeg(
        dialOut: SortableID(high: 1 << 63, low: .max), attempt: 1, address: "10.1.0.1:5060", transport: "UDP", takesTCP: true,
        host: "sbc.example", number: "+14255550200", callerID: "+14255550100", privacy: "none", from: "<sip:a@b>;tag=1", ringSeconds: 60,
        invites: 1, inviteCSeq: 1, hopHost: "sbc.example", hop: "10.1.0.1:5060", hopTransport: "UDP", cSeq: 2, dialog: nil)
    private static let elsewhere = [
        ("other.example", "10.1.0.1:5060", "UDP"), ("sbc.example", "[::1]:5", "UDP"), ("sbc.example", "10.1.0.1:5060", "TLS"),
    ]

    private static var legs: [StandingLeg] {
        var full = StandingLeg(
            dialOut: SortableID(high: 0, low: 0), attempt: 9_000, address: "", transport: "", takesTCP: false, host: "", number: "",
            callerID: "", privacy: "", from: "", ringSeconds: 0, invites: 0, inviteCSeq: .max, hopHost: "", hop: "", hopTransport: "",
            cSeq: .max, dialog: .init(to: "<sip:b>;tag=\u{e9}", target: "sip:c@d", routes: ["<sip:x;lr>", "<sip:y>"]))
        (full.callID, full.fork, full.sentBy) = ("a@b", "ffffffffffffffff", "10.0.0.1:5060")
        return [plain, full]
            + elsewhere.map { host, hop, transport in
                StandingLeg(
                    dialOut: plain.dialOut, attempt: 1, address: plain.address, transport: plain.transport, takesTCP: true,
                    host: plain.host,
                    number: plain.number, callerID: plain.callerID, privacy: "id", from: plain.from, ringSeconds: 60, invites: 2,
                    inviteCSeq: 3, hopHost: host, hop: hop, hopTransport: transport, cSeq: 4,
                    dialog: .init(to: "t", target: "u", routes: []))
            }
    }

    @Test("each member is read back", arguments: legs)
    func roundTrip(leg: StandingLeg) throws { #expect(try StandingLeg(packed: leg.packed) == leg) }

    @Test("bytes that end too early, or go on, are an error", arguments: legs)
    func damaged(leg: StandingLeg) {
        let packed = leg.packed
        for count in 0..<packed.count { #expect(throws: PackedFault.self) { try StandingLeg(packed: Array(packed[..<count])) } }
        #expect(throws: PackedFault.self) { try StandingLeg(packed: packed + [0]) }
    }
}
