import Basis
import FarEnd
import Testing

@testable import SIP

/// What answers and requests say beside their first lines: each field that the far end reads off them.
@Suite struct AnswerTextTests {
    private static let allowed = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO"
    private static let accepted = "Accept: application/sdp, multipart/mixed, multipart/alternative, multipart/related"
    private static let session = "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n"
    private static let audio = session + "m=audio 4000 RTP/AVP 97\r\na=rtpmap:97 iLBC/8000\r\n"
    private static let video = session + "m=video 4000 RTP/AVP 99\r\n"

    private static func body(_ type: String, _ text: String) -> String {
        "Content-Type: \(type)\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }

    /// The fields of a message that are not those of every message of its dialog.
    private static func fields(_ bytes: [UInt8]) -> [String] {
        let usual = ["Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type", "Session-ID", "User-Agent"]
        let head = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n\r\n", omittingEmptySubsequences: false)[0]
        return head.split(separator: "\r\n").dropFirst().map(String.init).filter { line in !usual.contains { line.hasPrefix($0 + ":") } }
    }

    static let answers: [(String, String, [String])] = [
        ("OPTIONS", "", [allowed, accepted, "Supported: timer, 100rel"]), ("MESSAGE", "", [allowed]), ("INFO", "", []),
        ("INFO", "Info-Package: tones\r\n", ["Recv-Info: "]), ("INFO", "Require: magic, more\r\n", ["Unsupported: magic, more"]),
        ("INFO", "Require: TIMER, magic\r\n", ["Unsupported: magic"]), ("UPDATE", body("text/plain", "hi"), [accepted]),
        ("UPDATE", body("application/sdp", audio), ["Warning: 305 192.0.2.1 \"Incompatible media format\""]),
        ("UPDATE", body("application/sdp", video), ["Warning: 304 192.0.2.1 \"Media type not available\""]),
        ("UPDATE", "Supported: timer\r\nSession-Expires: 89\r\n", ["Min-SE: 90"]),
        (
            "UPDATE", "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n",
            [
                "Contact: <sip:dialout@192.0.2.1:5060>", "Session-Expires: 90;refresher=uac", "Require: timer", "Supported: timer, 100rel",
                allowed,
            ]
        ),
        (
            "UPDATE", "Supported: timer\r\nSession-Expires: 1800;refresher=uas\r\n",
            ["Contact: <sip:dialout@192.0.2.1:5060>", "Session-Expires: 1800;refresher=uas", "Supported: timer, 100rel", allowed]
        ),
    ]

    @Test("an answer within the call says what it is to say, and no more", arguments: answers)
    func answer(method: String, extra: String, wanted: [String]) {
        var (driver, headers) = DialogTests.connected()
        driver.inject(DialogTests.request(method, headers, extra: extra))
        #expect(Self.fields(driver.lastSent).sorted() == wanted.sorted())
    }

    @Test("every request of a call names its session, both halves (RFC 7989), and ends where its dialog does")
    func sessions() {
        var driver = Driver()
        driver.invite("+14255550262") { _ in }
        driver.run(until: .seconds(5))
        driver.hangUp()
        driver.run()
        for method in ["INVITE", "PRACK", "ACK", "BYE"] {
            let text = String(decoding: driver.sent(method) ?? [], as: UTF8.self)
            #expect(text.contains("\r\nSession-ID: \(Driver.leg.dialOut);remote="), "\(method): \(text)")
            #expect(text.components(of: "\r\nMax-Forwards: 70\r\n") == 2 && text.components(of: "\r\nCall-ID: ") == 2, "\(method)")
        }
        var cancelled = Driver()
        cancelled.invite("+14255550999")
        cancelled.run(until: .seconds(2))
        cancelled.cancel()
        #expect(String(decoding: cancelled.sent("CANCEL") ?? [], as: UTF8.self).contains("\r\nSession-ID: \(Driver.leg.dialOut);remote="))
    }

    @Test("the far end's half of Session-ID is that of its latest message", arguments: ["OPTIONS", "UPDATE", "BYE"])
    func farSession(method: String) {
        var (driver, headers) = DialogTests.connected()
        for (index, id) in [String](["a", "b"].map { String(repeating: $0, count: 32) }).enumerated() {
            driver.inject(
                DialogTests.request(
                    index == 0 ? "OPTIONS" : method, headers, cSeq: 10 + index, branch: "z9hG4bK\(index)",
                    extra: "Session-ID: \(id);remote=\(Driver.leg.dialOut)\r\n"))
            #expect(String(decoding: driver.lastSent, as: UTF8.self).contains("\r\nSession-ID: \(Driver.leg.dialOut);remote=\(id)\r\n"))
        }
    }

    static let invitations: [(String, Invitation.Field?, @Sendable (inout Invitation) -> Void)] = [
        ("as it is", nil, { _ in }), ("IPv6", nil, { $0.host = "[2001:db8::1]:5060" }), ("no host", .host, { $0.host = "" }),
        ("a host with a line end", .host, { $0.host = "a\r\nb" }), ("with an at sign", .host, { $0.host = "a@b" }),
        ("no number", .number, { $0.number = "" }), ("a plus alone", .number, { $0.number = "+" }), ("a star", nil, { $0.number = "*31" }),
        ("two pluses", .number, { $0.number = "++1" }), ("32 digits", nil, { $0.number = "+" + String(repeating: "1", count: 32) }),
        ("33 digits", .number, { $0.number = String(repeating: "1", count: 33) }), ("letters", .number, { $0.number = "+1a" }),
        ("a caller of letters", .callerID, { $0.callerID = "alice" }), ("no tenant header", nil, { $0.tenantHeader = nil }),
        ("a header without a name", .tenantHeader, { $0.tenantHeader = ("", "a") }),
        ("with a blank in it", .tenantHeader, { $0.tenantHeader = ("X Tenant", "a") }),
        ("a value with a line end", .tenantHeader, { $0.tenantHeader = ("X", "a\r\nb") }),
        ("with a delete", .tenantHeader, { $0.tenantHeader = ("X", "a\u{7F}") }), ("a blank value", nil, { $0.tenantHeader = ("X", " ") }),
    ]

    @Test("nothing that a caller supplies reaches the wire unchecked", arguments: invitations)
    func invitation(_ what: String, _ field: Invitation.Field?, _ change: @Sendable (inout Invitation) -> Void) {
        var invitation = Driver.invitation()
        change(&invitation)
        #expect(invitation.invalidField == field, "\(what)")
    }

    static let uris: [(String, String?)] = [
        ("sip:+1@h", "+1 h udp? h"), ("SIP:h", " h udp? h"), ("sips:a@h:5061;x", "a h:5061 tls h"), ("tel:+1", nil), ("sipx:a@h", nil),
        ("sip", nil),
        ("sip:a;b:c@h;transport=TCP;lr", "a h tcp h lr"), ("sip:a:secret@h", "a h udp? h"), ("sip:a@h;maddr=10.0.0.1", "a h udp? 10.0.0.1"),
        ("sip:a@h;maddr=", "a h udp? h"), ("sip:a@[2001:db8::1]:5070", "a [2001:db8::1]:5070 udp? 2001:db8::1"),
        ("sip:a@h?x=lr", "a h udp? h"),
        ("sip:a@h;transport=sctp", "a h udp? h"), ("sip:a@h:0x", nil), ("sip:a@h:99999", nil), ("sip:a@", nil),
    ]

    @Test("a URI's parts are those that routing needs", arguments: uris)
    func uri(_ text: String, _ parts: String?) {
        let uri = SIPURI(Array(text.utf8))
        let found = uri.map { uri in
            let transport = uri.transport.map { $0.rawValue.lowercased() } ?? "udp?"
            return "\(String(decoding: uri.number, as: UTF8.self)) \(uri.hostAndPort) \(transport) \(uri.nextHost)"
                + (uri.isLooseRouter ? " lr" : "")
        }
        #expect(found == parts, "\(text)")
        for byte in ["<", ">", "\"", " ", "\u{7F}"] { #expect(!isRequestURI(Array("sip:a\(byte)@h".utf8)[...]), "\(byte)") }
        #expect(isRequestURI(Array(text.utf8)[...]) == (parts != nil))
    }

    @Test(
        "so many names are remembered for half a minute; then there is room for others, and what fails goes behind the others of its name")
    func names() {
        var names = HostNames()
        func name(_ number: Int) -> HostName { HostName(host: "h\(number).example", port: nil, transport: nil) }
        func hop(_ number: UInt32) -> Hop { Hop(SocketAddress(ipv4: number, port: 5060), .udp) }
        func at(_ seconds: Int64) -> Instant { .zero + .seconds(seconds) }
        for number in 0..<HostNames.limit { _ = names.resolved(name(number), (1...6).map(hop), at: at(0)) }
        _ = names.resolved(name(HostNames.limit), [hop(1)], at: at(29))
        #expect(names.hops(name(HostNames.limit), at: at(29)) == nil && names.hops(name(0), at: at(29)) == (1...4).map(hop))
        #expect(names.hops(name(0), at: at(30)) == nil)
        _ = names.resolved(name(HostNames.limit), [hop(1), hop(2), hop(3)], at: at(30))
        #expect(names.hops(name(HostNames.limit), at: at(59)) == [hop(1), hop(2), hop(3)])
        names.failed(hop(1).address, over: .tcp)
        names.failed(hop(2).address, over: .udp)
        #expect(names.hops(name(HostNames.limit), at: at(59)) == [hop(1), hop(3), hop(2)])
        _ = names.resolved(name(HostNames.limit), [], at: at(59))
        #expect(names.hops(name(HostNames.limit), at: at(59)) != nil, "what is found nowhere is not remembered")
    }

    static let parameters: [(String, String, String?)] = [
        ("<sip:a;x=1>;tag=b", "tag", "b"), ("<sip:a;tag=1>", "tag", nil), ("a;TAG=b;tag=c", "tag", "b"), ("a ; tag = b ", "tag", "b"),
        ("\"x;tag=1\" <sip:a>;tag=2", "tag", "2"), ("\"x\\\";tag=1\" <sip:a>;tag=2", "tag", "2"), ("a;tag=\"b;c\"", "tag", "b;c"),
        ("a;tag=\"\"", "tag", ""), ("a;tag=\"", "tag", "\""), ("a;tag=b\"", "tag", "b\""), ("a;tag", "tag", ""), ("a;tagx=1", "tag", nil),
        ("a;=1;tag=2", "tag", "2"), ("tag=1", "tag", nil), ("<sip:a", "tag", nil), ("\"a;tag=1", "tag", nil),
    ]

    @Test("a parameter is found outside of quotes and angle brackets, without its quotes", arguments: parameters)
    func parameter(_ text: String, _ name: String, _ wanted: String?) {
        let bytes = Array(text.utf8)
        let found = name == "tag" ? SIP.parameter("tag", of: 0..<bytes.count, in: bytes.span) : nil
        #expect(found.map { String(decoding: bytes[$0], as: UTF8.self) } == wanted)
    }
}

extension String {
    fileprivate func components(of separator: String) -> Int { split(separator: separator, omittingEmptySubsequences: false).count }
}
