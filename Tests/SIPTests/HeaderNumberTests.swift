import Basis
import FarEnd
import Testing

@testable import SIP

/// Numbers in header fields: one reader, all 32-bit values (RFC 3261 §25.1, RFC 3262 §7.1).
@Suite struct HeaderNumberTests {
    private static let numbers: [(text: String, value: Int?)] = [
        ("0", 0), ("1", 1), ("007", 7), ("000000000000000000012", 12), ("999999999", 999_999_999), ("1000000000", 1_000_000_000),
        ("2147483647", 2_147_483_647), ("2147483648", 2_147_483_648), ("4294967295", 4_294_967_295), ("4294967296", nil),
        ("9999999999", nil), ("18446744073709551616", nil), ("99999999999999999999999999999999", nil), ("", nil), ("-1", nil), ("+1", nil),
        ("0x10", nil), ("1e3", nil), ("١", nil),
    ]

    private static func message(_ line: String, body: String = "") throws -> Message {
        try MessageTests.parse(
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\(line)\r\n\r\n\(body)"
        )
    }

    @Test("digits that fill a value", arguments: numbers) func decimals(row: (text: String, value: Int?)) {
        let bytes = Array(row.text.utf8)
        #expect(decimal(bytes.span, bytes.indices) == row.value)
    }

    @Test("the same value in each header field that is read as a number", arguments: numbers)
    func fields(row: (text: String, value: Int?)) throws {
        let digits = row.text.prefix { $0.isASCII && $0.isNumber }
        let read = digits == row.text[...] ? row.value : Int(digits)
        #expect(try Self.message("RSeq: \(row.text)").number(.rSeq) == read)
        let seconds = digits.isEmpty ? nil : read ?? 4_294_967_295
        #expect(try Self.message("Retry-After: \(row.text) (soon);duration=9").retryAfter == seconds)
        #expect(try Self.message("Session-Expires: \(row.text);refresher=uac").seconds(.sessionExpires) == seconds)
        #expect(try Self.message("Min-SE: \(row.text)").seconds(.minSE) == seconds)
    }

    @Test(
        "a sequence number is below 2^31",
        arguments: [
            ("1 INVITE", 1), ("2147483647 INVITE", 2_147_483_647), ("0002147483647  INVITE", 2_147_483_647), ("2147483648 INVITE", nil),
            ("4294967297 INVITE", nil), ("99999999999999999999 INVITE", nil), ("INVITE", nil), ("1INVITE", nil), ("1", nil),
        ] as [(String, UInt32?)])
    func sequence(text: String, number: UInt32?) {
        let bytes = Array(text.utf8)
        #expect(CSeq(bytes.span, bytes.indices)?.number == number)
    }

    @Test(
        "a request whose sequence number is past that is told so by its own, and changes nothing",
        arguments: ["2147483648", "4294967297", "99999999999999999999"])
    func sequenceOfRequest(number: String) {
        var bench = Bench()
        bench.receive(
            "OPTIONS sip:dialout@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK-1\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:dialout@192.0.2.1>\r\nCall-ID: 1\r\nCSeq: \(number) OPTIONS\r\nMax-Forwards: 70\r\n\r\n")
        #expect(bench.sent.count == 1 && bench.sent[0].text.hasPrefix("SIP/2.0 400 "))
        #expect(bench.sent.first?.header("CSeq") == "\(number) OPTIONS")
    }

    @Test(
        "a length with zeros before it is read, one past the end is not",
        arguments: [("0000000000002", true), ("3", false), ("4294967298", false)])
    func contentLength(text: String, isRead: Bool) throws {
        guard isRead else {
            #expect(throws: Message.Malformed.self) { try Self.message("Content-Length: \(text)", body: "hi") }
            return
        }
        let message = try Self.message("Content-Length: \(text)", body: "hi")
        #expect(message.body.count == 2)
    }

    @Test(
        "a cause out of its protocol's range is none, and its text is kept",
        arguments: [
            ("Q.850;cause=0", 0), ("Q.850;cause=127", 127), ("q.850;cause=128", nil), ("Q.850;cause=999999", nil),
            ("Q.850;cause=99999999999", nil), ("Q.850;cause=\"16\"", 16), ("Q.850;cause=16x", nil), ("Q.850", nil),
            ("SIP;cause=486", 486), ("SIP;cause=700", nil), ("SIP;cause=199", nil), ("preemption;cause=4294967295", 4_294_967_295),
        ])
    func causes(value: String, cause: Int?) throws {
        let reasons = try Self.message("Reason: \(value);text=\"why\"").reasons
        #expect(reasons.map(\.cause) == [cause])
        #expect(reasons.first?.text == "why")
    }

    @Test(
        "where a call was ended is told in upper case, however it is written, and nothing where it is not said",
        arguments: [("location=U", "U"), ("location=u", "U"), ("Location=lN", "LN"), ("LOCATION=\"rln\"", "RLN"), ("text=\"u\"", nil)])
    func locations(parameter: String, location: String?) throws {
        let reasons = try Self.message("Reason: Q.850;cause=21;\(parameter), SIP;cause=603;location=tn").reasons
        #expect(reasons.map(\.location) == [location, "TN"] && reasons.map(\.cause) == [21, 603])
    }

    @Test(
        "PRACK for whatever RSeq comes first",
        arguments: [1, 988_789, 1_000_000_000, 2_000_000_000, 2_147_483_647, 4_294_967_295] as [UInt32])
    func reliable(first: UInt32) throws {
        var driver = Driver { _ in
            var behaviour = Behaviour()
            (behaviour.reliableProvisional, behaviour.firstRSeq) = (true, first)
            return behaviour
        }
        driver.invite()
        driver.run(until: .milliseconds(150))
        #expect(String(decoding: driver.lastSent, as: UTF8.self).contains("\r\nRAck: \(first) 1 INVITE\r\n"))
        driver.run(until: .seconds(2))
        #expect(driver.story == ["progress 100", "progress 180", "answered sdp"])
        #expect(driver.titles.filter { $0 == "<- 200 PRACK" }.count == 1)
    }

    @Test("PRACK for the next RSeq only, in each dialog of its own; none is no number") func nextOnly() throws {
        var driver = Driver()
        driver.network = { _, _, _ in [] }
        driver.invite()
        let invite = try Message(parsing: driver.lastSent)
        func ring(_ rSeq: String, tag: UInt64) throws {
            var response = ResponseDraft(183, "Session Progress", tag: tag)
            response.add("Require", "100rel")
            response.add("RSeq", rSeq)
            driver.inject(try #require(response.written(for: invite, from: Driver.us, agent: [])))
        }
        var acknowledged: [String] = []
        for (rSeq, tag) in [
            ("0", 1), ("5", 1), ("7", 1), ("5", 1), ("6", 1), ("6", 1), ("4", 1), ("7", 1), ("2147483648", 2), ("2147483649", 2),
            ("4294967296", 3), ("x", 3),
        ] as [(String, UInt64)] {
            let before = driver.titles.filter { $0 == "-> PRACK" }.count
            try ring(rSeq, tag: tag)
            if driver.titles.filter({ $0 == "-> PRACK" }).count > before { acknowledged.append("\(tag): \(rSeq)") }
        }
        #expect(acknowledged == ["1: 5", "1: 6", "1: 7", "2: 2147483648", "2: 2147483649"])
    }
}
