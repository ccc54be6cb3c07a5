import Basis
import Testing

@testable import SIP

@Suite struct MessageTests {
    static func parse(_ text: String) throws(Message.Malformed) -> Message { try Message(parsing: Array(text.utf8)) }

    static let ok = """
        SIP/2.0 200 OK\r
        v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK0123456789abcdef , SIP/2.0/TCP a.example\r
        f: "A, B" <sip:a@a.example;tag=no>;tag=one\r
        t: sip:b@b.example;tag=two\r
        i: abc@a.example\r
        CSEQ:   4711\t INVITE\r
        m: <sip:b@192.0.2.9:5070;transport=udp>;expires=3600, <sip:c@192.0.2.10>\r
        Record-Route: <sip:p1.example;lr>, <sip:p2.example;lr>\r
        record-route: <sip:p3.example;lr>\r
        k: timer,\r
         \t100rel\r
        Reason: Q.850 ;cause=16 ;text="Normal; clearing", SIP;cause=200\r
        c: application/SDP;charset=utf-8\r
        l: 5\r
        \r
        v=0\r
        more
        """

    @Test("compact names, folded lines, several values, the body's length") func reading() throws {
        let message = try Self.parse(Self.ok)
        #expect(message.start == .response(200, phrase: 12..<14))
        #expect(message.phrase == "OK")
        #expect(message.cSeq.number == 4711)
        #expect(message.cSeq.method == .invite)
        #expect(message.tag(of: message.from) == Array("one".utf8)[...])
        #expect(message.tag(of: message.to) == Array("two".utf8)[...])
        #expect(Via(of: message)?.branch.map { message.text($0) } == "z9hG4bK0123456789abcdef")
        #expect(message.ownBranch == nil, "another hop's Via is left")
        #expect(message.contactURI?.bytes == Array("sip:b@192.0.2.9:5070;transport=udp".utf8)[...])
        #expect(message.contacts == ["sip:b@192.0.2.9:5070;transport=udp", "sip:c@192.0.2.10"])
        #expect(
            message.elements(.recordRoute).map { message.text($0) } == [
                "<sip:p1.example;lr>", "<sip:p2.example;lr>", "<sip:p3.example;lr>",
            ])
        #expect(message.hasToken("100rel", in: .supported))
        #expect(message.text(.supported) == "timer, 100rel")
        #expect(
            message.reasons == [
                Reason(protocol: "Q.850", cause: 16, text: "Normal; clearing"), Reason(protocol: "SIP", cause: 200, text: nil),
            ])
        #expect(message.sdp == Array("v=0\r\n".utf8))
    }

    @Test("names are compared whole and without case, and only letters have one") func comparedNames() {
        for (text, isIt) in [
            ("call-id", true), ("CALL-ID", true), ("Call-I", false), ("Call-IDs", false), ("", false), ("Call\rID", false),
            ("Call-Id", true),
        ] { #expect(Array(text.utf8).equalsIgnoringCase("Call-ID") == isIt, "\(text)") }
        #expect(!Array("@".utf8).equalsIgnoringCase("`") && Array("".utf8).equalsIgnoringCase(""))
    }

    @Test("the sender's half of Session-ID is read where it has one (RFC 7989 §5)") func sessionIDs() throws {
        let none = String(repeating: "0", count: 32), half = String(repeating: "0", count: 16) + "0000000000000001"
        for (value, expected) in [
            ("ab30317f1a784dc48ff824d0d3715d86;remote=\(none)", "ab30317f1a784dc48ff824d0d3715d86"), (half, half),
            (String(half.reversed()), "1" + none.dropLast()),
            (none, nil), ("ab30317f1a784dc4", nil), ("x" + none.dropLast(), nil),
        ] as [(String, String?)] {
            let message = try Self.parse(Self.ok.replacing("l: 5", with: "Session-ID: \(value)\r\nl: 5"))
            #expect(message.sessionID.map { "\($0)" } == expected, "\(value)")
        }
    }

    @Test("what is not a message, and why")
    func malformed() {
        let rows: [(String, String, Message.Malformed)] = [
            ("SIP/2.0 200 OK", "SIP/2.0 2000 OK", .startLine), ("SIP/2.0 200 OK", "SIP/2.0 099 OK", .startLine),
            ("SIP/2.0 200 OK", "INVITE  sip:a@b SIP/2.0", .startLine), ("SIP/2.0 200 OK", "INVITE sip:a@b SIP/2.0 ", .startLine),
            ("SIP/2.0 200 OK", "INVITE <sip:a@b> SIP/2.0", .startLine), ("SIP/2.0 200 OK", "INVITE sip:a@b SIP/7.0", .version),
            ("SIP/2.0 200 OK", "INVITE sip:a@b SIP/2", .version), ("SIP/2.0 200 OK", "INVITE sip:a@b SIP", .startLine),
            ("SIP/2.0 200 OK", "BYE sip:a@b SIP/2.0", .cSeq), ("4711\t INVITE", "2147483648 INVITE", .cSeq),
            ("4711\t INVITE", "36893488147419103232 INVITE", .cSeq), ("4711\t INVITE", "INVITE", .cSeq),
            ("4711\t INVITE", "1INVITE", .cSeq),
            ("l: 5", "l: -5", .contentLength), ("l: 5", "l: 500", .truncated), ("l: 5", "l: 5\r\nl: 5", .repeatedHeader),
            ("i: abc@a.example", "X: y", .missingHeader), ("i: abc@a.example", "i:", .missingHeader),
            ("i: abc@a.example", "i: a\r\ni: b", .repeatedHeader), ("l: 5", ": 5", .header), ("l: 5", "l 5 : 5", .header),
            ("l: 5", "a\rb: 5", .header), ("l: 5", "l: 5\n", .header),
        ]
        for (old, new, why) in rows {
            let text = Self.ok.replacing(old, with: new)
            #expect(throws: why, "\(new)") { try Message(parsing: Array(text.utf8)) }
        }
    }

    @Test("the version is SIP/2.0, its letters in any case; with one character of another kind it is no message of ours")
    func version() throws {
        func start(_ line: String) throws -> Message { try Message(parsing: Array(Self.ok.replacing("SIP/2.0 200 OK", with: line).utf8)) }
        let request = Self.ok.replacing("SIP/2.0 200 OK", with: "INVITE sip:a@b SIP/2.0").replacing("\nVia: SIP", with: "\nVia: SIP")
        for version in ["SIP/2.0", "sip/2.0", "Sip/2.0", "siP/2.0"] {
            #expect(throws: Never.self) { try start("\(version) 200 OK") }
            #expect(throws: Never.self) {
                try Message(parsing: Array(request.replacing("sip:a@b SIP/2.0", with: "sip:a@b \(version)").utf8))
            }
        }
        for place in 0..<7 {
            var version = Array("SIP/2.0")
            version[place] = "X"
            #expect(throws: Message.Malformed.self, "\(place)") { try start(String(version) + " 200 OK") }
            #expect(throws: Message.Malformed.self, "\(place)") {
                try Message(parsing: Array(request.replacing("sip:a@b SIP/2.0", with: "sip:a@b " + String(version)).utf8))
            }
        }
    }

    @Test("limits") func limits() throws {
        let head =
            "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
        func fields(_ count: Int, _ size: Int) -> String {
            head + String(repeating: "X: \(String(repeating: "y", count: size - 3))\r\n", count: count) + "\r\n"
        }
        _ = try Self.parse(fields(Message.Limits.headerCount - 5, 10))
        #expect(throws: Message.Malformed.tooManyHeaders) { try Self.parse(fields(Message.Limits.headerCount - 4, 10)) }
        _ = try Self.parse(fields(1, Message.Limits.headerSize))
        #expect(throws: Message.Malformed.headerTooLong) { try Self.parse(fields(1, Message.Limits.headerSize + 1)) }
        #expect(throws: Message.Malformed.tooLarge) { try Message(parsing: Array(repeating: 65, count: Message.Limits.messageSize + 1)) }
    }

    @Test("every cut of a message is refused or read, never a trap") func everyPrefix() {
        let bytes = Array(Self.ok.utf8)
        for length in 0..<bytes.count {
            if let message = try? Message(parsing: Array(bytes.prefix(length))) { #expect(message.body.upperBound <= length) }
        }
    }

    @Test(
        "where URIs point",
        arguments: [
            ("sip:a@192.0.2.1", "192.0.2.1:5060"), ("sips:192.0.2.1", "192.0.2.1:5061"), ("sip:a:b@192.0.2.1:7;x=y?h=i", "192.0.2.1:7"),
            ("sip:[2001:db8::1]:5070", "[2001:db8::1]:5070"), ("SIP:+1@192.0.2.1;lr", "192.0.2.1:5060"), ("sip:a@host.example", nil),
            ("sip:256.0.0.1", nil), ("sip:1.2.3", nil), ("sip:192.0.2.1:0", nil), ("sip:192.0.2.1:65536", nil), ("tel:+1425", nil),
            ("sip:", nil),
            ("sip:[::1", nil),
        ])
    func addresses(uri: String, address: String?) {
        #expect(SIPURI(Array(uri.utf8))?.address?.description == address)
    }

    @Test("names of header fields and methods are told apart") func names() {
        for name in HeaderName.allCases where name != .other {
            for spelling in [name.spelling.full, name.spelling.full.uppercased(), name.spelling.compact ?? name.spelling.full] {
                let bytes = Array(spelling.utf8)
                #expect(HeaderName(bytes.span, 0..<bytes.count) == name)
            }
        }
        for method in SIPMethod.allCases {
            for (text, expected) in [
                (method.rawValue, method as SIPMethod?), (method.rawValue + "X", nil), (method.rawValue.lowercased(), nil),
            ] {
                let bytes = Array(text.utf8)
                #expect(SIPMethod(bytes.span, 0..<bytes.count) == expected)
            }
        }
    }
}
