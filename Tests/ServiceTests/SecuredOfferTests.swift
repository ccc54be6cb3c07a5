import FarEnd
import SIP
import Service
import Simulation
import Testing
import Web

/// SRTP in the offer that is sent for requests without one (docs/decisions/srtp-in-the-offer.md).
@Suite("SRTP in the configured offer")
struct SecuredOfferTests {
    private static let print = "sha-256 " + Array(repeating: "ab", count: 32).joined(separator: ":")

    private func offers(_ fixture: Fixture, at trunk: Int = 0) -> [String] {
        fixture.trunks[trunk].calls.values.compactMap { $0.callerSDP.map { String(decoding: $0, as: UTF8.self) } }
    }

    private func key(of offer: String) -> String? {
        offer.split(separator: "\r\n").first { $0.hasPrefix("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:") }.map { String($0.suffix(40)) }
    }

    @Test("each INVITE has a key of its own, shown while the call is in progress to whoever may dial, and told and kept nowhere")
    func keys() throws {
        let fixture = try Fixture(settings: { $0.offer.security = .sdes })
        let id = fixture.dial("+14255550183"), other = fixture.dial("+14255550183")
        fixture.pass(.seconds(3))
        let sent = offers(fixture), keys = sent.compactMap(key)
        #expect(sent.allSatisfy { $0.contains("m=audio 49152 RTP/SAVP 8 0 101\r\n") } && Set(keys).count == 2)
        for one in [id, other] {
            let record = fixture.record(one), shown = record["sdpOffer"].string ?? ""
            #expect(record["state"] == "connected" && sent.contains(shown))
            #expect(record["sdpAnswer"].string?.contains("RTP/SAVP") == true)
        }
        #expect(fixture.record(id)["sdpOffer"] != fixture.record(other)["sdpOffer"])
        let list = fixture.client.must(.get, "/v1/dial-outs")
        let calls = fixture.token("operator", operator: "acme").must(.get, "/v1/operators/acme/calls")
        let events = EventReader()
        _ = fixture.client.watch("/v1/events", into: events, headers: [("Last-Event-ID", "0")])
        fixture.pass(.seconds(1))
        for key in keys {
            #expect(!"\(list)\(calls)\(events.text)\(fixture.store.documents)".contains(key))
        }
        #expect(fixture.client.ask(.delete, "/v1/dial-outs/\(id)").status == 202)
        fixture.pass(.seconds(2))
        #expect(fixture.record(id)["sdpOffer"] == .null && fixture.record(id)["state"] == "ended")
    }

    @Test("the next trunk does not get the key that the one before had")
    func failover() throws {
        let fixture = try Fixture(settings: { $0.offer.security = .sdes })
        let id = fixture.dial("+14255550503")
        fixture.pass(.seconds(3))
        let keys = (offers(fixture) + offers(fixture, at: 1)).compactMap(key)
        #expect(keys.count == 2 && Set(keys).count == 2, "\(fixture.record(id))")
    }

    @Test("a fingerprint that is configured is offered for a handshake; a request's own description goes out as it is")
    func dtls() throws {
        let security = try #require(MediaOffer.Security("dtls \(Self.print)"))
        let fixture = try Fixture(settings: { $0.offer.security = security })
        let id = fixture.dial("+14255550183")
        fixture.pass(.seconds(3))
        let offer = try #require(offers(fixture).first)
        #expect(offer.contains("m=audio 49152 UDP/TLS/RTP/SAVP 8 0 101\r\n") && offer.contains("a=setup:actpass\r\n"))
        #expect(offer.contains("a=fingerprint:\(Self.print.uppercased().replacing("SHA", with: "sha"))\r\n"))
        #expect(fixture.record(id)["state"] == "connected" && fixture.record(id)["sdpOffer"] == .null)
        let own = #""sdp":"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n""#
        fixture.client.must(.post, "/v1/meetings/own/dial-outs", Fixture.order("+14255551183").dropLast() + "," + own + "}")
        fixture.pass(.seconds(3))
        #expect(offers(fixture).contains { $0.contains("m=audio 4000 RTP/AVP 8\r\n") && !$0.contains("fingerprint") })
    }

    @Test("an answer in the clear to SRTP is a refused session: acknowledged, hung up, and the dial-out failed")
    func inTheClear() throws {
        let fixture = try Fixture(settings: { $0.offer.security = .sdes })
        let trunk = fixture.addAddress("10.1.0.9:5060") { _ in
            var behaviour = Behaviour()
            behaviour.answer = .otherProfile
            return behaviour
        }
        let id = fixture.dial("+14255550183")
        fixture.pass(.seconds(10))
        let record = fixture.record(id)
        #expect(record["state"] == "ended" && record["outcome"] == "failed", "\(record)")
        #expect(trunk.calls.count == 1 && fixture.isQuiet)
    }

    @Test(
        "what is no way to secure media is not taken",
        arguments: [
            "", "SDES", "sdes 1", "dtls", "dtls sha-256", "dtls sha-256 12:34", "dtls sha-1 \(print.dropFirst(8))", "dtls \(print):ab",
            "dtls \(print.replacing("ab", with: "+b"))", "srtp",
        ])
    func unknown(text: String) { #expect(MediaOffer.Security(text) == nil) }
}
