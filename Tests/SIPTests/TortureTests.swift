import Basis
import Testing

@testable import SIP

/// Messages after RFC 4475 (sections in the names): what must be read, what must be refused, and as what.
/// Lines are shortened where the point allows.
@Suite struct TortureTests {
    static func message(
        _ startLine: String, via: String = "SIP/2.0/UDP host.example.com;branch=z9hG4bKkdjuw", to: String = "sip:j.user@example.com",
        from: String = "sip:caller@example.net;tag=134161461246", callID: String = "badinv01.0ha0isndaksdjasdf3234nas",
        cSeq: String = "8 INVITE", _ more: String = "Content-Length: 0\r\n", body: String = ""
    ) -> [UInt8] {
        Array(
            "\(startLine)\r\nTo: \(to)\r\nFrom: \(from)\r\nVia: \(via)\r\nCall-ID: \(callID)\r\nCSeq: \(cSeq)\r\nMax-Forwards: 70\r\n\(more)\r\n\(body)"
                .utf8)
    }

    /// §3.1.1.1: folding, odd spacing, escapes, compact names, empty values.
    private static let tortuous = [
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0", "TO :",
        " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
        "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>", "  ;", "  tag = 98asjd8", "MaX-fOrWaRdS: 0068",
        "Call-ID: wsinv.ndaksdj@192.0.2.1", "Content-Length   : 150", "cseq: 0009", "  INVITE", "Via  : SIP  /   2.0", " /UDP",
        "    192.0.2.2;branch=390skdjuw", "s :", "NewFangledHeader:   newfangled value", " continued newfangled value",
        "UnknownHeaderWithUnusualValue: ;;,,;;,;", "Content-Type: application/sdp", "Route:",
        " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;", "  branch  =   z9hG4bK9ikj8  ,",
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
        " z9hG4bK30239", "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =", "      newvalue ;",
        "  secondparam ; q = 0.33", "", "",
    ].joined(separator: "\r\n")

    @Test("3.1.1.1 a short tortuous INVITE") func wsinv() throws {
        let message = try Message(parsing: Array((Self.tortuous + String(repeating: "x", count: 150)).utf8))
        #expect(message.cSeq.number == 9)
        #expect(message.tag(of: message.to) == Array("1918181833n".utf8)[...])
        #expect(message.tag(of: message.from) == Array("98asjd8".utf8)[...])
        let via = try #require(Via(of: message))
        #expect(message.text(via.host) == "192.0.2.2")
        #expect(via.branch.map { message.text($0) } == "390skdjuw")
        #expect(message.values(.via).count == 2)
        #expect(message.text(named: "newfangledheader") == "newfangled value continued newfangled value")
        #expect(message.contactURI?.bytes == Array("sip:jdrosen@example.com".utf8)[...])
        let reply = try #require(ResponseDraft(200, "OK").written(for: message, from: Driver.trunk, agent: []))
        let answered = try Message(parsing: reply)
        #expect(answered.elements(.via).count == 3, "all three Via values come back")
        #expect(answered.cSeq == message.cSeq)
    }

    @Test(
        "messages that are to be read",
        arguments: [
            (
                "3.1.1.2 intmeth",
                message(
                    "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
                    via: "SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
                    to: "\"BEL:\\\u{7} NUL:\\\u{0} DEL:\\\u{7F}\" <sip:1@example.com>",
                    from:
                        "token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\u{440}\u{430}\u{431}\u{43E}\u{442}\";tag=_token~1'+`*%!-.",
                    callID: "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", cSeq: "139122385 !interesting-Method0123456789_*+`.%indeed'~")
            ),
            ("3.1.1.3 esc01", message("INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0")),
            (
                "3.1.1.4 escnull",
                message("REGISTER sip:example.com SIP/2.0", to: "sip:null-%00-null@example.com", cSeq: "14398234 REGISTER")
            ),
            ("3.1.1.5 esc02", message("RE%47IST%45R sip:registrar.example.com SIP/2.0", cSeq: "29344 RE%47IST%45R")),
            (
                "3.1.1.6 lwsdisp",
                message("OPTIONS sip:user@example.com SIP/2.0", from: "caller<sip:caller@example.com>;tag=323", cSeq: "60 OPTIONS")
            ),
            (
                "3.1.1.7 longreq",
                message(
                    "INVITE sip:user@example.com SIP/2.0",
                    to:
                        "\"I have a user name of \(String(repeating: "extreme", count: 10)) proportion\" <sip:user@example.com:6000;unknownparam1=very\(String(repeating: "long", count: 30))value>",
                    "Unknown-\(String(repeating: "Long", count: 20))-Name: unknown-\(String(repeating: "long", count: 20))-value\r\n")
            ),
            (
                "3.1.1.8 dblreq",
                message("REGISTER sip:example.com SIP/2.0", cSeq: "8 REGISTER", body: "\r\nINVITE sip:joe@example.com SIP/2.0\r\n")
            ),
            ("3.1.1.9 semiuri", message("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", cSeq: "8 OPTIONS")),
            (
                "3.1.1.10 transports",
                message(
                    "OPTIONS sip:user@example.com SIP/2.0", via: "SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw", cSeq: "8 OPTIONS",
                    "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf\r\nVia: SIP/2.0/UNKNOWN t5.example.com;branch=z9hG4bK24abrr3\r\n"
                )
            ),
            ("3.1.1.12 unreason", message("SIP/2.0 200 = 2**3 * 5**2 \u{43D}\u{43E} \u{441}\u{442}\u{43E}")),
            ("3.1.1.13 noreason", message("SIP/2.0 100 ")),
            ("3.3.3 novelsc", message("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", cSeq: "8 OPTIONS")),
            ("3.3.8 multi01 but for the repetition", message("INVITE sip:user@company.com SIP/2.0")),
            ("3.3.11 zeromf", message("OPTIONS sip:user@example.com SIP/2.0", cSeq: "8 OPTIONS", "X-Forwards: 0\r\n")),
            (
                "3.1.1.11 mpart01",
                message(
                    "MESSAGE sip:kumiko@example.org SIP/2.0", cSeq: "1 MESSAGE",
                    "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655\r\n",
                    body: "--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\u{0}\u{FF}\r\n\r\n--7a9cbec02ceef655--\r\n")
            ),
            (
                "3.1.2.11 escruri",
                message("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0")
            ),
            ("3.1.2.12 baddate", message("INVITE sip:user@example.com SIP/2.0", "Date: Fri, 01 Jan 2010 16:00:00 EST\r\n")),
            (
                "3.1.2.13 regbadct",
                message(
                    "REGISTER sip:example.com SIP/2.0", cSeq: "7 REGISTER",
                    "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E\r\n")
            ),
            (
                "3.1.2.14 badaspec",
                message(
                    "OPTIONS sip:t.watson@example.org SIP/2.0", to: "\"Watson, Thomas\" < sip:t.watson@example.org >", cSeq: "3 OPTIONS")
            ),
            (
                "3.1.2.15 baddn",
                message(
                    "OPTIONS sip:t.watson@example.org SIP/2.0", from: "Bell, Alexander <sip:a.g.bell@example.com>;tag=43", cSeq: "3 OPTIONS"
                )
            ),
            (
                "3.2.1 badbranch",
                message("OPTIONS sip:user@example.com SIP/2.0", via: "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK", cSeq: "8 OPTIONS")
            ),
            ("3.3.4 unksm2", message("REGISTER sip:example.com SIP/2.0", to: "isbn:2983792873", cSeq: "234902 REGISTER")),
            ("3.3.6 invut", message("INVITE sip:user@example.com SIP/2.0", "Content-Type: application/unknownformat\r\n", body: "?")),
            (
                "3.3.7 regaut01",
                message("REGISTER sip:example.com SIP/2.0", cSeq: "1 REGISTER", "Authorization: NoOneKnowsThisScheme opaque-data=here\r\n")
            ),
            (
                "3.3.12 cparam01",
                message(
                    "REGISTER sip:example.com SIP/2.0", cSeq: "2 REGISTER", "Contact: sip:+19725552222@gw1.example.net;unknownparam\r\n")
            ),
            (
                "3.3.14 regescrt",
                message(
                    "REGISTER sip:example.com SIP/2.0", cSeq: "2 REGISTER", "Contact: <sip:user@example.com?Route=%3Csip:s.example%3E>\r\n")
            ),
            ("3.3.15 sdp01", message("INVITE sip:user@example.com SIP/2.0", "Accept: text/nobodyKnowsThis\r\n")),
            (
                "3.3.5 bext01",
                message(
                    "OPTIONS sip:user@example.com SIP/2.0", cSeq: "8 OPTIONS", "Require: nothingSupportsThis, nothingSupportsThisEither\r\n"
                )
            ),
            (
                "3.4.1 inv2543",
                message("INVITE sip:UserB@example.com SIP/2.0", via: "SIP/2.0/UDP iftgw.example.com", from: "<sip:+1303@iftgw.example.com>")
            ),
        ])
    func valid(_ row: (name: String, bytes: [UInt8])) throws {
        let message = try Message(parsing: row.bytes)
        #expect(Via(of: message) != nil)
        var driver = Driver()
        driver.inject(row.bytes)
        #expect(driver.titles.count == (message.isRequest ? 1 : 0), "every request is answered, no response is")
    }

    @Test(
        "messages that are to be refused",
        arguments: [
            (
                "3.1.2.2 clerr", message("INVITE sip:user@example.com SIP/2.0", "Content-Length: 9999\r\n", body: "v=0\r\n"),
                Message.Malformed.truncated
            ),
            ("3.1.2.3 ncl", message("INVITE sip:user@example.com SIP/2.0", "Content-Length: -999\r\n"), .contentLength),
            ("3.1.2.4 scalar02", message("REGISTER sip:example.com SIP/2.0", cSeq: "36893488147419103232 REGISTER"), .cSeq),
            ("3.1.2.5 scalarlg", message("SIP/2.0 503 Service Unavailable", cSeq: "9292394834772304023312 OPTIONS"), .cSeq),
            ("3.1.2.7 ltgtruri", message("INVITE <sip:user@example.com> SIP/2.0"), .startLine),
            ("3.1.2.8 lwsruri", message("INVITE sip:user@example.com; lr SIP/2.0"), .startLine),
            ("3.1.2.9 lwsstart", message("INVITE  sip:user@example.com  SIP/2.0"), .startLine),
            ("3.1.2.10 trws", message("OPTIONS sip:remote-target@example.com SIP/2.0  ", cSeq: "8 OPTIONS"), .startLine),
            ("3.1.2.16 badvers", message("OPTIONS sip:t.watson@example.org SIP/7.0", cSeq: "8 OPTIONS"), .version),
            ("3.1.2.17 mismatch01", message("OPTIONS sip:user@example.com SIP/2.0", cSeq: "8 INVITE"), .cSeq),
            ("3.1.2.18 mismatch02", message("NEWMETHOD sip:user@example.com SIP/2.0", cSeq: "8 INVITE"), .cSeq),
            ("3.1.2.19 bigcode", message("SIP/2.0 4294967301 better not break the receiver"), .startLine),
            (
                "3.3.1 insuf",
                Array(
                    "INVITE sip:user@example.com SIP/2.0\r\nCSeq: 193942 INVITE\r\nVia: SIP/2.0/UDP 192.0.2.95\r\nContent-Length: 0\r\n\r\n"
                        .utf8), .missingHeader
            ),
            ("3.3.8 multi01", message("INVITE sip:user@company.com SIP/2.0", "CSeq: 59 INVITE\r\nCall-ID: multi01.1\r\n"), .repeatedHeader),
            (
                "3.3.9 mcl01",
                message(
                    "OPTIONS sip:user@example.com SIP/2.0", cSeq: "8 OPTIONS", "Content-Length: 13\r\nContent-Length: 5\r\n",
                    body: "There's no way"), .repeatedHeader
            ),
        ])
    func invalid(_ row: (name: String, bytes: [UInt8], why: Message.Malformed)) {
        #expect(throws: row.why) { try Message(parsing: row.bytes) }
        var driver = Driver()
        driver.inject(row.bytes)
        #expect(driver.story == ["dropped malformed"])
        let lines = String(decoding: row.bytes, as: UTF8.self).split(separator: "\r\n")
        let method = lines.first { $0.hasPrefix("CSeq: ") }?.split(separator: " ").last ?? ""
        let isAnswered = !["3.1.2.5 scalarlg", "3.1.2.19 bigcode", "3.3.1 insuf"].contains(row.name)
        #expect(driver.titles == (isAnswered ? ["-> \(row.why == .version ? 505 : 400) \(method)"] : []), "what can be answered is")
    }

    @Test("a malformed ACK or response is not answered, and an answer goes where the Via says, with all that a response repeats")
    func refusalOfMalformed() throws {
        var driver = Driver()
        driver.inject(Self.message("ACK sip:user@example.com SIP/2.0", cSeq: "8 ACK", "Content-Length: 9\r\n"))
        driver.inject(Self.message("SIP/2.0 200 OK", "Content-Length: 9\r\n"))
        #expect(driver.titles.isEmpty)
        driver.inject(
            "OPTIONS sip:a SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.9:5080\r\n ;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK2\r\n"
                + "f: <sip:a>;tag=1\r\nTo: <sip:b>\r\ni: x@y\r\nBad Name: z\r\nCSeq: 7\r\n OPTIONS\r\n\r\n")
        let answer = String(decoding: driver.lastSent, as: UTF8.self)
        #expect(answer.hasPrefix("SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP 192.0.2.9:5080 ;branch=z9hG4bK1;received=192.0.2.2\r\n"))
        #expect(answer.contains("\r\nVia: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK2\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>;tag="))
        #expect(answer.contains("\r\nCall-ID: x@y\r\nCSeq: 7 OPTIONS\r\n") && driver.lastDestination?.description == "192.0.2.2:5080")
    }

    @Test(
        "requests that are well formed and not to be served",
        arguments: [
            ("3.3.2 unkscm", "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "416"),
            ("3.3.3 novelsc", "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", "416"),
            ("a method nobody knows", "NEWMETHOD sip:user@example.com SIP/2.0", "501"),
            ("3.1.2.6 quotbal", "OPTIONS sip:user@example.com SIP/2.0", "400"),
            ("3.3.5 bext01", "OPTIONS sip:user@example.com SIP/2.0", "420"),
        ])
    func unserved(name: String, startLine: String, code: String) {
        let method = startLine.prefix { $0 != " " }
        var driver = Driver()
        driver.inject(
            Self.message(
                startLine, to: name.contains("quotbal") ? "\"Mr. J. User <sip:j.user@example.com>" : "sip:j.user@example.com",
                cSeq: "8 \(method)", name.contains("bext01") ? "Require: nothingSupportsThis\r\n" : ""))
        #expect(driver.titles == ["-> \(code) \(method)"])
    }

    @Test("3.1.2.1 badinv01: a Via that cannot be answered is dropped, 3.3.10 bcast: another's response too") func unanswerable() {
        var driver = Driver()
        driver.inject(Self.message("INVITE sip:user@example.com SIP/2.0", via: ";;,;,,"))
        driver.inject(Self.message("SIP/2.0 200 OK", via: "SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923"))
        #expect(driver.story == ["dropped unanswerable", "dropped strayResponse"])
        #expect(driver.titles.isEmpty)
    }
}
