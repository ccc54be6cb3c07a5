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
