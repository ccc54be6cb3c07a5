import Basis
import Testing

@testable import SIP

/// Messages after RFC 5118 (sections in the names): IPv6 in every place of a message.
@Suite struct IPv6TortureTests {
    private static func message(
        _ startLine: String, via: String, cSeq: String, contact: String = "\"Caller\" <sip:caller@[2001:db8::1]>", _ more: String = "",
        body: String = ""
    ) -> [UInt8] {
        Array(
            """
            \(startLine)\r\nTo: sip:user@example.com\r\nFrom: sip:user@example.com;tag=81x2\r\nVia: \(via)\r\nCall-ID: SSG9559905523997077@hlau_4100\r
            Max-Forwards: 70\r\nContact: \(contact)\r\nCSeq: \(cSeq)\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)
            """.utf8)
    }

    private static func register(_ uri: String, via: String = "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111") -> [UInt8] {
        message("REGISTER \(uri) SIP/2.0", via: via, cSeq: "98176 REGISTER")
    }

    @Test(
        "4.1 to 4.4 an IPv6 reference in the Request-URI",
        arguments: [
            ("4.1 ipv6-good", "sip:[2001:db8::10]", "405", "2001:db8::10", 5060),
            ("4.2 ipv6-bad: a reference without brackets", "sip:2001:db8::10", "400", nil, 0),
            ("4.3 port-ambiguous: the port is part of the address", "sip:[2001:db8::10:5070]", "405", "2001:db8::10:5070", 5060),
            ("4.4 port-unambiguous", "sip:[2001:db8::10]:5070", "405", "2001:db8::10", 5070),
        ])
    func requestURI(name: String, uri: String, code: String, host: String?, port: UInt16) {
        var driver = Driver()
        driver.inject(Self.register(uri))
        #expect(driver.titles == ["-> \(code) REGISTER"])
        #expect(SIPURI(Array(uri.utf8))?.address == host.flatMap { SocketAddress(host: $0, port: port) })
    }

    @Test("4.5 via-received-param-with-delim and via-received-param-no-delim", arguments: ["[2001:db8::9:255]", "2001:db8::9:255"])
    func received(address: String) throws {
        let via = "SIP/2.0/UDP [2001:db8::9:1];received=\(address);branch=z9hG4bKas3-111"
        let bytes = Self.message("BYE sip:[2001:db8::10] SIP/2.0", via: via, cSeq: "321 BYE")
        let found = try #require(Via(of: Message(parsing: bytes)))
        let message = try Message(parsing: bytes)
        #expect(message.text(found.host) == "[2001:db8::9:1]" && found.port == nil)
        #expect(found.branch.map { message.text($0) } == "z9hG4bKas3-111")
        #expect(message.parameter("received", of: found.element).map { message.text($0) } == address)
    }

    @Test("4.6 ipv6-in-sdp and 4.8 mult-ip-in-sdp: read, and written back as they were", arguments: [false, true])
    func description(hasBoth: Bool) throws {
        let media =
            hasBoth
            ? "m=audio 22334 RTP/AVP 0 8\r\nc=IN IP4 192.0.2.1\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\na=rtpmap:107 H263-1998/90000\r\n"
            : "m=audio 22334 RTP/AVP 0 8\r\n"
        let sdp =
            "v=0\r\no=assistant 971731711378798081 0 IN IP6 2001:db8::20\r\ns=Live video feed\r\nc=IN IP6 2001:db8::20\r\nt=0 0\r\n\(media)"
        let bytes = Self.message(
            "INVITE sip:user@[2001:db8::10] SIP/2.0", via: "SIP/2.0/UDP [2001:db8::20];branch=z9hG4bKas3-111", cSeq: "8612 INVITE",
            contact: "\"Caller\" <sip:caller@[2001:db8::20]>", "Content-Type: application/sdp\r\n", body: sdp)
        let message = try Message(parsing: bytes)
        #expect(message.sdp == Array(sdp.utf8))
        #expect(SessionDescription(Array(sdp.utf8))?.bytes == Array(sdp.utf8))
        #expect(message.contactURI?.address == SocketAddress("[2001:db8::20]:5060"))
    }

    @Test("4.7 mult-ip-in-header: Via values of both families come back as they were") func manyVias() throws {
        let bytes = Self.message(
            "BYE sip:user@host.example.net SIP/2.0", via: "SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111", cSeq: "89187 BYE",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\nVia: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200\r\n"
        )
        let request = try Message(parsing: bytes)
        let source = SocketAddress("[2001:db8::9:1]:6050")!
        #expect(request.replyAddress(from: source, over: .udp) == source)
        let reply = try Message(parsing: try #require(ResponseDraft(200, "OK").written(for: request, from: source, agent: [])))
        let vias = reply.values(.via).map { reply.text($0) }
        #expect(vias.count == 3)
        #expect(vias.last == "SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200")
    }

    @Test("4.9 ipv4-mapped-ipv6: in Via, Contact and the source of a datagram it is the IPv4 address") func mapped() throws {
        let bytes = Self.message(
            "INVITE sip:user@example.com SIP/2.0", via: "SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19", cSeq: "1 INVITE",
            contact: "\"T. desk phone\" <sip:ted@[::ffff:192.0.2.2]>")
        let message = try Message(parsing: bytes)
        #expect(message.contactURI?.address == SocketAddress("192.0.2.2:5060"))
        #expect(message.replyAddress(from: SocketAddress("192.0.2.10:19823")!, over: .udp).isIPv4)
    }

    @Test("4.10 ipv6-bug-abnf-3-colons: what the old grammar allowed is no address, and does no harm") func threeColons() {
        let uri = "sip:user@[2001:db8:::192.0.2.1]"
        #expect(SIPURI(Array(uri.utf8)) != nil)
        #expect(SIPURI(Array(uri.utf8))?.address == nil)
        var driver = Driver()
        driver.inject(Self.message("OPTIONS \(uri) SIP/2.0", via: "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3", cSeq: "9 OPTIONS"))
        #expect(driver.titles == ["-> 200 OPTIONS"])
    }
}
