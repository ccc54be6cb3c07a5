import Basis
import Testing

@Suite("What the pure modules share")
struct BasisTests {
    @Test("a text is told from another by its bytes, and a name is made small within ASCII alone")
    func exactText() {
        #expect("caf\u{E9}" == "cafe\u{301}" && ExactText("caf\u{E9}") != ExactText("cafe\u{301}"))
        #expect(Set(["K", "\u{212A}", "K"].map { ExactText($0) }).count == 2)
        #expect("Alice@CONTOSO.Example".asciiLowercased == "alice@contoso.example" && "alice".asciiLowercased == "alice")
        #expect(ExactText("\u{212A}\u{C9}Z".asciiLowercased) == ExactText("\u{212A}\u{C9}z"))
        #expect("k".isASCII && !"\u{212A}".isASCII)
    }

    @Test(
        "wall time is written and read as RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_123, "2000-02-29T00:00:00.123Z"), (1_795_506_623_999, "2026-11-24T07:50:23.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (2_147_483_648_000, "2038-01-19T03:14:08.000Z"),
        ])
    func wallTime(milliseconds: Int64, text: String) {
        #expect(WallTime(milliseconds: milliseconds).rfc3339 == text)
        #expect(WallTime(rfc3339: text) == WallTime(milliseconds: milliseconds))
    }

    @Test(
        "a moment that has no such form is shown as the first or last one that has",
        arguments: [
            (Int64.min, "0000-01-01T00:00:00.000Z"), (-62_167_219_200_001, "0000-01-01T00:00:00.000Z"), (.max, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "9999-12-31T23:59:59.999Z"),
        ])
    func withoutForm(milliseconds: Int64, text: String) { #expect(WallTime(milliseconds: milliseconds).rfc3339 == text) }

    @Test(
        "what is not such a time is refused",
        arguments: ["", "2026-02-30T00:00:00.000Z", "2026-11-24 07:50:23.123Z", "2026-11-24T24:00:00.000Z"])
    func wrongTime(text: String) { #expect(WallTime(rfc3339: text) == nil) }

    @Test(
        "a moment is read as people and other programs write it",
        arguments: [
            ("2026-11-24T07:50:23Z", "2026-11-24T07:50:23.000Z"), ("2026-11-24t07:50:23.5z", "2026-11-24T07:50:23.500Z"),
            ("2026-11-24T07:50:23.123456Z", "2026-11-24T07:50:23.123Z"), ("2026-11-24T08:50:23+01:00", "2026-11-24T07:50:23.000Z"),
            ("2026-11-23T23:20:23.25-08:30", "2026-11-24T07:50:23.250Z"), ("2026-11-24", nil), ("2026-11-24T07:50:23", nil),
            ("2026-11-24T07:50Z", nil), ("2026-11-24T07:50:23.Z", nil), ("2026-11-24T07:50:23+1:00", nil),
            ("2026-11-24T07:50:23+24:00", nil), ("0000-01-01T00:00:00+00:01", nil), ("9999-12-31T23:59:59-00:01", nil),
            ("2026-11-24T07:50:23+0100", nil), ("2026-02-30T00:00:00Z", nil), ("", nil),
        ])
    func written(text: String, moment: String?) { #expect(WallTime(written: text).map { "\($0)" } == moment) }

    @Test("identifiers sort by time, read back, and never go backwards with the clock")
    func sortableIDs() {
        var random = SeededRandom(seed: 1)
        var source = SortableID.Source()
        var last = source.next(at: WallTime(milliseconds: 1_000_000), using: &random)
        for step in 0..<10_000 as Range<Int64> {
            let id = source.next(at: WallTime(milliseconds: 1_000_000 + (step % 7) - 3), using: &random)
            #expect(id > last)
            #expect(SortableID(id.description) == id)
            #expect(id.high & 0xF000 == 0x7000)
            last = id
        }
        #expect(SortableID("0198c0ffee") == nil)
        #expect(SortableID(String(repeating: "A", count: 32)) == nil)
    }

    @Test("deadlines come out in order, replaced ones not at all")
    func deadlines() {
        var random = SeededRandom(seed: 2)
        var deadlines = Deadlines<Int>()
        var model: [Int: Int64] = [:]
        for _ in 0..<5_000 {
            let key = Int.random(in: 0..<200, using: &random)
            if Bool.random(using: &random) {
                let at = Int64.random(in: 0..<1_000_000, using: &random)
                deadlines.set(key, at: Instant(nanoseconds: at))
                model[key] = at
            } else {
                deadlines.set(key, at: nil)
                model[key] = nil
            }
            #expect(deadlines.next?.nanoseconds == model.values.min())
            #expect(deadlines.count == model.count)
        }
        var popped: [Int64] = []
        while let key = deadlines.popDue(at: .distantFuture) { popped.append(model.removeValue(forKey: key)!) }
        #expect(popped == popped.sorted())
        #expect(model.isEmpty)
    }

    @Test("texts are the same by their bytes alone, however long")
    func exactTexts() {
        let long = String(repeating: "a", count: 40)
        let texts = ["", "a", "b", "\u{e9}", "e\u{301}", long, long + "b", long.dropLast() + "b", "b" + long.dropFirst(), "K", "\u{212A}"]
        for (one, left) in texts.enumerated() {
            for (other, right) in texts.enumerated() {
                #expect((ExactText(left) == ExactText(right)) == (one == other), "\(left) \(right)")
            }
            #expect(ExactText(left) == ExactText(String(decoding: Array(left.utf8), as: UTF8.self)))
        }
        #expect(long.isASCII && "".isASCII && !(long + "\u{e9}").isASCII && !("\u{e9}" + long).isASCII && !"\u{7f}\u{80}".isASCII)
    }

    @Test(
        "addresses are read and written",
        arguments: [
            ("127.0.0.1:5060", "127.0.0.1:5060"), ("[::1]:80", "[::1]:80"), ("[2001:db8:0:0:1:0:0:1]:5", "[2001:db8::1:0:0:1]:5"),
            ("[::ffff:10.0.0.1]:9", "10.0.0.1:9"), ("255.255.255.255:65535", "255.255.255.255:65535"), ("0.0.0.0:0", "0.0.0.0:0"),
            ("1.20.100.99:10000", "1.20.100.99:10000"), ("10.0.0.9:9999", "10.0.0.9:9999"), ("7.1.2.3:100", "7.1.2.3:100"),
            ("[::]:1", "[::]:1"), ("[1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7:8]:1"),
        ])
    func addresses(text: String, canonical: String) throws {
        let address = try #require(SocketAddress(text))
        #expect(address.description == canonical && canonical.contains(address.host))
    }

    @Test(
        "what is not an address is refused",
        arguments: [
            "127.0.0.1", "127.0.0:1", "256.0.0.1:1", "::1:80", "[::1:80", "[1::2::3]:4", "a.example:80", "1.2.3.4:70000", "[12345::]:1",
            "[1:2:3:4:5:6:7:8:9]:1",
        ])
    func wrongAddress(text: String) { #expect(SocketAddress(text) == nil) }

    @Test("durations become whole nanoseconds and milliseconds that are never early")
    func durations() {
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
        #expect(Duration.nanoseconds(1).millisecondsRoundedUp == 1)
        #expect(Duration.zero.millisecondsRoundedUp == 0)
        #expect(Duration.seconds(Int64.max / 2).nanoseconds == .max)
    }
}
