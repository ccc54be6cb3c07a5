import Basis
import FarEnd
import Testing

@testable import SIP

/// Bodies that hold a session description beside other things (RFC 5621, RFC 2046 §5.1).
@Suite struct SessionBodyTests {
    private static let sdp = "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 5000 RTP/AVP 8\r\n"
    private static let other = "v=0\r\no=- 2 2 IN IP4 198.51.100.2\r\ns=-\r\nc=IN IP4 198.51.100.2\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n"

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        var type = "multipart/mixed;boundary=bnd"
        var more = ""
        let body: String
        /// Nil: none is found.
        var found: String? = SessionBodyTests.sdp
        var isUnderstood = true
        var testDescription: String { name }

        var lines: String {
            (type.isEmpty ? "" : "Content-Type: \(type)\r\n") + more + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
    }

    private static func part(_ headers: [String], _ content: String) -> String {
        headers.map { "\($0)\r\n" }.joined() + "\r\n" + content + "\r\n"
    }
    private static func multipart(_ parts: [String], _ boundary: String = "bnd") -> String {
        parts.map { "--\(boundary)\r\n\($0)" }.joined() + "--\(boundary)--\r\n"
    }
    private static let session = part(["Content-Type: application/sdp"], sdp)
    private static let signal = part(["Content-Type: application/isup", "Content-Disposition: signal;handling=optional"], "\u{1}\u{2}")
    private static let required = part(["Content-Type: application/isup", "Content-Disposition: signal;handling=required"], "\u{1}\u{2}")
    private static let unsaid = part(["Content-Type: application/isup"], "\u{1}\u{2}")

    private static func lineFeeds(_ text: String) -> String { String(text.map { $0 == "\r\n" ? "\n" : $0 }) }
    private static func nested(_ depth: Int) -> String {
        multipart([(1...depth).reduce(session) { part(["Content-Type: multipart/mixed;boundary=b\($1)"], multipart([$0], "b\($1)")) }])
    }

    static let rows = [
        Row(name: "alone", type: "application/sdp", body: sdp),
        Row(name: "alone, in capitals and with a parameter", type: "Application/SDP ;charset=utf-8", body: sdp),
        Row(name: "none", type: "", body: "", found: nil),
        Row(name: "another type", type: "text/plain", body: "hi", found: nil, isUnderstood: false),
        Row(
            name: "another type that is optional", type: "text/plain", more: "Content-Disposition: render;handling=optional\r\n",
            body: "hi", found: nil),
        Row(name: "no type", type: "", body: "hi", found: nil, isUnderstood: false),
        Row(
            name: "for early media", type: "application/sdp", more: "Content-Disposition: early-session;handling=optional\r\n", body: sdp,
            found: nil),
        Row(name: "of the session", type: "application/sdp", more: "Content-Disposition: session;handling=required\r\n", body: sdp),
        Row(name: "packed", type: "application/sdp", more: "Content-Encoding: gzip\r\n", body: sdp, found: nil, isUnderstood: false),
        Row(name: "packed, in short", type: "application/sdp", more: "e: gzip\r\n", body: sdp, found: nil, isUnderstood: false),
        Row(name: "not packed", type: "application/sdp", more: "Content-Encoding: Identity\r\n", body: sdp),
        Row(name: "first of two", body: multipart([session, signal]), found: sdp + ""),
        Row(name: "second of two", body: multipart([signal, session])),
        Row(name: "beside what must be understood", body: multipart([session, required]), isUnderstood: false),
        Row(name: "beside what says nothing", body: multipart([unsaid, session]), isUnderstood: false),
        Row(name: "an optional whole", more: "Content-Disposition: session;handling=optional\r\n", body: multipart([unsaid]), found: nil),
        Row(name: "optional parts alone", body: multipart([signal, signal]), found: nil),
        Row(name: "a quoted boundary", type: "multipart/mixed; boundary=\"b n;d\"", body: multipart([signal, session], "b n;d")),
        Row(name: "a quoted pair in it", type: "multipart/mixed; boundary=\"b\\nd\"", body: multipart([session], "bnd")),
        Row(name: "capitals", type: "MULTIPART/Mixed;BOUNDARY=bnd", body: multipart([session])),
        Row(
            name: "a longer boundary within",
            body: "--bnd\r\n" + part(["Content-Type: application/sdp"], sdp + "--bndx\r\n") + "--bnd--\r\n", found: sdp + "--bndx\r\n"),
        Row(name: "preamble and epilogue", body: "This is\r\nmultipart\r\n" + multipart([signal, session]) + "the end\r\n"),
        Row(name: "spaces after the delimiter", body: "--bnd \t\r\n\(session)--bnd-- \r\n"),
        Row(name: "no closing delimiter", body: "--bnd\r\n" + "Content-Type: application/sdp\r\n\r\n" + sdp),
        Row(name: "line feeds alone", body: lineFeeds(multipart([session])), found: lineFeeds(sdp)),
        Row(name: "compact and folded", body: multipart([part(["c:\r\n application/sdp"], sdp)])),
        Row(name: "a part without a header", body: multipart([part([], "hi"), session]), isUnderstood: false),
        Row(
            name: "a disposition before the type",
            body: multipart([part(["Content-Disposition: session", "Content-Type: application/sdp"], sdp)])),
        Row(
            name: "the first of two types",
            body: multipart([part(["Content-Type: text/plain", "c: application/sdp"], sdp)]), found: nil, isUnderstood: false),
        Row(name: "no subtype", type: "multipart/;boundary=bnd", body: multipart([session]), found: nil, isUnderstood: false),
        Row(
            name: "an empty boundary", type: "multipart/mixed;boundary=\"\"", body: "--\r\n" + session + "----\r\n", found: nil,
            isUnderstood: false),
        Row(name: "no boundary", type: "multipart/mixed", body: multipart([session]), found: nil, isUnderstood: false),
        Row(name: "another boundary", type: "multipart/mixed;boundary=x", body: multipart([session]), found: nil, isUnderstood: false),
        Row(
            name: "within each other",
            body: multipart([signal, part(["Content-Type: multipart/related;boundary=\"in\""], multipart([signal, session], "in"))])),
        Row(
            name: "an alternative: the last that is understood", type: "multipart/alternative;boundary=bnd",
            body: multipart([part(["Content-Type: application/sdp"], other), session, unsaid])),
        Row(
            name: "an alternative of none", type: "multipart/alternative;boundary=bnd", body: multipart([unsaid, required]), found: nil,
            isUnderstood: false),
        Row(name: "an unknown subtype is mixed", type: "multipart/strange;boundary=bnd", body: multipart([session])),
        Row(
            name: "a part that is packed",
            body: multipart([part(["Content-Type: application/sdp", "Content-Transfer-Encoding: base64"], "dj0w")]), found: nil,
            isUnderstood: false),
        Row(
            name: "a part that is not",
            body: multipart([part(["Content-Type: application/sdp", "Content-Transfer-Encoding: binary"], sdp)])),
        Row(name: "deep", body: nested(3)), Row(name: "too deep", body: nested(4), found: nil, isUnderstood: false),
    ]

    @Test("what is found in a body", arguments: rows) func found(row: Row) throws {
        let message = try MessageTests.parse(
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\(row.lines)")
        let body = SessionBody(message)
        #expect(body.description.map { String(decoding: $0, as: UTF8.self) } == row.found)
        #expect(body.isUnderstood == row.isUnderstood)
    }

    @Test(
        "offers in requests are answered, refused or asked for by what is in the body", arguments: ["INVITE", "UPDATE"],
        [
            ("second of two", "200", true), ("optional parts alone", "200", false), ("beside what must be understood", "415", false),
            ("an alternative: the last that is understood", "200", true), ("packed", "415", false), ("within each other", "200", true),
        ])
    func requests(method: String, row: (name: String, code: String, hasAnswer: Bool)) throws {
        var (driver, headers) = DialogTests.connected { $0.sdp = SessionDescriptionTests.bytes(SessionDescriptionTests.known) }
        let body = try #require(Self.rows.first { $0.name == row.name })
        driver.inject(
            "\(method) sip:dialout@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx\r\n\(headers)CSeq: 10 \(method)\r\n\(body.lines)"
        )
        #expect(driver.titles.last == "-> \(row.code) \(method)")
        let text = String(decoding: driver.lastSent, as: UTF8.self)
        #expect(text.contains("m=audio 40000 RTP/AVP 8\r\n") == row.hasAnswer, "one codec in the answer, all in an offer of ours")
        #expect(text.contains("m=audio 40000 RTP/AVP 0 8 96 101\r\n") == (row.code == "200" && !row.hasAnswer && method == "INVITE"))
        if row.code == "415" {
            #expect(text.contains("\r\nAccept: application/sdp, multipart/mixed, multipart/alternative, multipart/related\r\n"))
        }
        let told = driver.story.last == (row.hasAnswer ? "session " : "answered sdp")
        #expect(told)
    }

    @Test("the answer within multipart is told") func answer() throws {
        var driver = Driver { _ in
            var behaviour = Behaviour()
            behaviour.answer = .multipart
            return behaviour
        }
        driver.invite()
        driver.run(until: .seconds(5))
        var answers: [String] = []
        for case .answered(_, _, _, let sdp?) in driver.outputs { answers.append(String(decoding: sdp, as: UTF8.self)) }
        #expect(answers == [String(decoding: FarEnd.silence, as: UTF8.self)])
    }

    @Test(
        "an offer without a codec in common is 488 with a Warning, and changes nothing", arguments: ["INVITE", "UPDATE"],
        [
            (["m=audio 5000 RTP/AVP 18"], "305 192.0.2.1 \"Incompatible media format\""),
            (["m=audio 5000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"], "305 192.0.2.1 \"Incompatible media format\""),
            (["m=audio 5000 RTP/AVP 18 101", "a=rtpmap:101 telephone-event/8000"], "305 192.0.2.1 \"Incompatible media format\""),
            (["m=audio 0 RTP/AVP 8"], "304 192.0.2.1 \"Media type not available\""),
            (["m=image 5000 udptl t38"], "304 192.0.2.1 \"Media type not available\""), ([], "304 192.0.2.1 \"Media type not available\""),
        ])
    func notAcceptable(method: String, row: (media: [String], warning: String)) {
        var (driver, headers) = DialogTests.connected { $0.sdp = SessionDescriptionTests.bytes(SessionDescriptionTests.known) }
        let body = String(decoding: SessionDescriptionTests.offer(row.media), as: UTF8.self)
        let extra = "Content-Type: application/sdp\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        driver.inject(DialogTests.request(method, headers, extra: extra))
        #expect(driver.titles.last == "-> 488 \(method)")
        #expect(String(decoding: driver.lastSent, as: UTF8.self).contains("\r\nWarning: \(row.warning)\r\n"))
        #expect(driver.story.last == "answered sdp")
    }
}
