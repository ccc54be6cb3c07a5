import Patterns
import Testing

struct PatternTests {
    struct Refusal: CustomTestStringConvertible {
        let source: String
        let offset: Int
        let hint: String?
        var testDescription: String { source }
    }

    @Test(arguments: [
        Refusal(source: "^+33(\\d{9})$", offset: 1, hint: "did you mean \\+"),
        Refusal(source: "^(+1|00)", offset: 2, hint: "did you mean \\+"),
        Refusal(source: "(?P+a)", offset: 3, hint: nil), Refusal(source: "(?P*a)", offset: 3, hint: nil),
        Refusal(source: "*#", offset: 0, hint: "did you mean .* (anything) or \\* (a star)"),
        Refusal(source: "", offset: 0, hint: "\\d+ matches every number"),
        Refusal(source: "^\\+1(\\d{10}$", offset: 12, hint: nil),
        Refusal(source: "^\\+1\\d{,3}$", offset: 6, hint: "write {0,n} for «at most n», or \\{ for a brace"),
        Refusal(source: "^\\+1\\d{ 1, 3}$", offset: 6, hint: "write {0,n} for «at most n», or \\{ for a brace"),
        Refusal(source: "\\C", offset: 2, hint: nil), Refusal(source: "^\\u002B1", offset: 1, hint: "write \\x2B"),
        Refusal(source: "\\u20ac", offset: 0, hint: "write \\x{20AC}"), Refusal(source: "\\u0007", offset: 0, hint: "write \\x07"),
        Refusal(source: "\\u+0B1", offset: 2, hint: nil), Refusal(source: "\\u2", offset: 2, hint: nil),
        Refusal(source: "(*UCP)\\d+", offset: 6, hint: nil),
        Refusal(source: "\\d{3,2}", offset: 6, hint: nil),
    ])
    func refusesWithOffsetAndHint(_ refusal: Refusal) {
        let error = #expect(throws: Pattern.Invalid.self) { try Pattern(refusal.source) }
        #expect(error?.offset == refusal.offset)
        #expect(error?.hint == refusal.hint)
        #expect(error?.message.isEmpty == false && error?.message.utf8.allSatisfy { (32...126).contains($0) } == true)
    }

    @Test(
        "what .NET reads as one class without another is refused where it is written, at its dash, and nothing else is",
        arguments: [
            ("[0-9-[4]]", 4), ("^\\+1[2-9-[45]]\\d+$", 8), ("[^0-9-[4]]", 5), ("[a-[x]]", 2), ("\\[[0-9-[4]]", 6), ("[0-9][1-9-[2]]", 9),
            ("[-[x]", nil), ("[^-[x]", nil), ("[0-9\\-[4]", nil), ("[0-35-9]", nil), ("[0-9]-[4]", nil), ("\\[0-9-[4]", nil),
            ("[0-9[4]", nil),
        ] as [(String, Int?)])
    func subtraction(source: String, offset: Int?) {
        do throws(Pattern.Invalid) {
            try Pattern.check(written: source)
            #expect(offset == nil)
        } catch {
            #expect(error.offset == offset && error.hint?.contains("[0-35-9]") == true, "\(error)")
        }
    }

    @Test(
        "what .NET and PCRE2 both take, each its own way, is refused where it is written",
        arguments: [
            ("^\\+1[[:digit:]]{10}$", "[:name:]"), ("[[:^alpha:]]", "[:name:]"), ("(?<a>\\+)(1)4255550\\1", "by number"),
            ("(1)\\1(?<a>2)", nil), ("(?<a>1)\\k<a>", nil), ("(1)(2)\\2", nil), ("[:digit:]", nil), ("\\[[:digit:]", nil),
        ] as [(String, String?)])
    func otherwise(source: String, words: String?) {
        do throws(Pattern.Invalid) {
            try Pattern.check(written: source)
            #expect(words == nil)
        } catch {
            #expect(words.map { error.message.contains($0) } == true, "\(error)")
        }
    }

    @Test("what is published with an unescaped plus is refused with the hint", arguments: RealPatterns.refused)
    func publishedAndRefused(source: String) {
        let error = #expect(throws: Pattern.Invalid.self) { try Pattern(source) }
        #expect(error?.offset == 1 && error?.hint == "did you mean \\+")
    }

    @Test func limits() throws {
        let longest = String(repeating: "1", count: Pattern.sourceLimit)
        #expect(throws: Never.self) { try Pattern(longest) }
        #expect(throws: Pattern.Invalid.self) { try Pattern(longest + "1") }
        let groups = String(repeating: "()", count: Pattern.captureLimit)
        #expect(throws: Never.self) { try Pattern(groups) }
        #expect(throws: Pattern.Invalid.self) { try Pattern(groups + "()") }
        let depth = Int(Pattern.nestingLimit)
        let nested = { (depth: Int) in String(repeating: "(?:", count: depth) + "1" + String(repeating: ")", count: depth) }
        #expect(throws: Never.self) { try Pattern(nested(depth)) }
        #expect(throws: Pattern.Invalid.self) { try Pattern(nested(depth + 1)) }
    }

    @Test(arguments: [
        ("\\d+", "+1", true), ("425", "+14255550100", true), ("^425", "+14255550100", false), ("^\\d$", "٣", false),
        ("^1$", "1\n", false), ("^.$", "é", true), ("a", "A", false), ("[0-9]{10}", "+4420794600", true),
        ("[0-9]{10}", "+442079460", false),
        ("[{,3}]", ",", true), ("\\{,3}", "{,3}", true),
    ])
    func searchesText(source: String, subject: String, isMatch: Bool) throws {
        let scratch = Pattern.Scratch()
        #expect(try Pattern(source).matches(subject, using: scratch) == isMatch)
    }

    /// Both with and without machine code a greedy search ends in an error, never in «no match».
    @Test(arguments: [Pattern.MachineCode.always, .outsideSubset])
    func outOfStepsIsUndecided(_ machineCode: Pattern.MachineCode) throws {
        let scratch = Pattern.Scratch()
        let pattern = try Pattern("^\\+(\\d+)+[xy]$", machineCode: machineCode)
        let error = #expect(throws: Pattern.Undecided.self) {
            try pattern.matches("+" + String(repeating: "1", count: 40), using: scratch)
        }
        #expect(error?.code == -47)
    }

    /// Each beginning of a search is within the limit, all of them together are not.
    @Test func stepsAreForTheWholeSearch() throws {
        let scratch = Pattern.Scratch()
        let subject = "+" + String(repeating: "1", count: 15)
        #expect(throws: Pattern.Undecided.self) { try Pattern("\\d*\\d*\\d*\\d*[xy]").matches(subject, using: scratch) }
        #expect(try !Pattern("^\\+\\d*\\d*\\d*\\d*[xy]").matches(subject, using: scratch))
    }

    @Test(arguments: ["+", "", "1", "+1234567890123456", "+12a", "1234", "++1", "+1 2", "+٣"])
    func refusesWhatIsNoNumber(_ text: String) { #expect(E164Digits(text) == nil) }

    @Test func decimalsOutOfRange() {
        #expect(E164Digits(decimal: 0) == nil)
        #expect(E164Digits(decimal: 1_000_000_000_000_000) == nil)
    }

    @Test(arguments: ["+1", "+14255550100", "+123456789012345"])
    func keepsTheDigits(_ text: String) throws {
        let number = try #require(E164Digits(text))
        #expect(number.description == text)
        #expect(number.count == text.count - 1)
        #expect(E164Digits(decimal: try #require(UInt64(text.dropFirst()))) == number)
        let scratch = Pattern.Scratch()
        #expect(try Pattern("^\\" + text + "$").matches(number, using: scratch))
    }
}

struct ReplacementTests {
    @Test(arguments: [
        ("^(\\d{4})$", "+1425555$1", "0100", "+14255550100"), ("^(\\d{4})$", "+1425555${1}", "0100", "+14255550100"),
        ("^([2-9]\\d\\d[2-9]\\d{6})$", "1$1", "4255550100", "14255550100"), ("^0$", "+14255550100", "0", "+14255550100"),
        ("^(\\d+)$", "$12", "7", "$12"), ("^(\\d+)$", "$$1", "7", "$1"), ("^(\\d+)$", "$&$0", "7", "77"),
        ("^(?<area>\\d)(\\d)$", "$1-$2-${area}", "12", "2-1-1"), ("^(1)?(2)$", "[$1$2]", "2", "[2]"),
        ("-", "", "425-555-0100", "4255550100"),
        ("(.*)", "+$1", "123", "+123"), ("x*", "-", "aéb", "-a-é-b-"), ("^(\\d+)$", "${nobody}$", "7", "${nobody}$"),
    ])
    func asDotNetDoes(source: String, replacement: String, subject: String, result: String) throws {
        let scratch = Pattern.Scratch()
        let pattern = try Pattern(source)
        #expect(try pattern.replace(subject, with: Replacement(replacement, for: pattern), using: scratch) == result)
    }

    @Test func nilWithoutMatchAndErrorWithoutAnswer() throws {
        let scratch = Pattern.Scratch()
        let pattern = try Pattern("^(\\d+)+[xy]$")
        let replacement = try Replacement("$1", for: pattern)
        #expect(try pattern.replace("12", with: replacement, using: scratch) == nil)
        #expect(throws: Pattern.Undecided.self) {
            try pattern.replace(String(repeating: "1", count: 40), with: replacement, using: scratch)
        }
    }

    @Test func lengthLimit() throws {
        let pattern = try Pattern("1"), longest = String(repeating: "1", count: Replacement.limit)
        #expect(throws: Never.self) { try Replacement(longest, for: pattern) }
        #expect(throws: Replacement.TooLong.self) { try Replacement(longest + "1", for: pattern) }
    }
}

struct PatternFindingTests {
    struct Case: CustomTestStringConvertible {
        let source: String
        let findings: [PatternFinding]
        var testDescription: String { source }
        init(_ source: String, _ findings: PatternFinding...) { (self.source, self.findings) = (source, findings) }
    }

    @Test(arguments: [
        Case("^\\+1(425|206)(\\d{7})$"), Case("\\d+"), Case(".*"), Case("^\\+1425.*"), Case("^(?:\\+1|\\+44)\\d+$"), Case("^\\+1$|^\\+2$"),
        Case("^\\+1(425|206)\n(\\d{7})$", .matchesNoNumber, .foreignCharacter("\n", at: 13)),
        Case("^\\+1(425|206) (\\d{7})$", .matchesNoNumber, .foreignCharacter(" ", at: 13)),
        Case("^\\+1. *$", .foreignCharacter(" ", at: 5)),
        Case("^\\+1(425)(\\d{7}])$", .matchesNoNumber, .foreignCharacter("]", at: 15)),
        Case("^\\\\+1(\\d{10})$", .matchesNoNumber, .foreignCharacter("\\", at: 1)),
        Case("^\\+1.\\*$", .matchesNoNumber, .foreignCharacter("*", at: 5)),
        Case("^1\\d{10}$", .matchesNoNumber, .missingPlus(at: 1)),
        Case("^00+1425\\d{7}$", .matchesNoNumber, .missingPlus(at: 1), .unescapedPlus(at: 3)),
        Case("^\\+\\d{16}$", .matchesNoNumber),
        Case("^\\+?1?911|933$", .alternationEscapesAnchor(at: 9)),
        Case("^\\+6119\\d{4,8}|13(\\d{4}|00\\d{6})$", .alternationEscapesAnchor(at: 14)),
        Case("^\\+3190\\d{5,8}|8[47]\\d{7}$", .alternationEscapesAnchor(at: 14)),
        Case("[0-9]{10}", .unanchoredStart, .unanchoredEnd), Case("425", .unanchoredStart, .unanchoredEnd),
        Case("^\\+1425"), Case("^\\+4[45]"), Case("^\\+1(425|206)(\\d{7})", .unanchoredEnd), Case("^\\+1[2-9]", .unanchoredEnd),
        Case("\\+1425\\d{7}$"), Case("1425\\d{7}$", .unanchoredStart),
        Case("^\\+(?!1)\\d+$"), Case("(?=\\+1)\\d{7}", .unanchoredStart, .unanchoredEnd),
        Case("^\\+(?!1) \\d+$", .matchesNoNumber, .foreignCharacter(" ", at: 8)), Case("(?x)^\\+(?!1) \\d+$"),
        Case("(?i)^\\+1\\d{10}$"), Case("(?m)^\\+1\\d{10}$"), Case("(?s)^\\+44"), Case("(?i-s)^\\+44"), Case("(?i:^\\+44)"),
        Case("(?i)\\d{10}", .unanchoredStart, .unanchoredEnd), Case("(?x)^ \\+1 \\d", .unanchoredEnd), Case("(?x)^ \\+1 \\d $ "),
        Case("(?x) \\d{10} $", .unanchoredStart), Case("(?=\\+1)^\\+1"), Case("(?<!0)^\\+1"), Case("\\G\\+1"),
        Case("\\G\\+1\\d", .unanchoredEnd), Case("^\\+1\\d{10}(?!\\d)"), Case("^\\+1\\d{10}(?![0-9])"), Case("^\\+1\\d{10}\\b"),
        Case("^\\+1\\d{10}(?=$)"), Case("^\\+1\\d{10}(?!0)", .unanchoredEnd), Case("\\d{10}\\b", .unanchoredStart),
        Case("^\\+(?:[ -]|-?)1$"),
    ])
    func findings(_ expected: Case) throws {
        let findings = try Pattern(expected.source).findings
        #expect(findings == expected.findings)
        #expect(findings.allSatisfy { !$0.description.isEmpty })
    }

    @Test(
        "says what is the matter and how it is mended",
        arguments: [
            (.matchesNoNumber, "matches no number; write it for a plus and 1 to 15 digits"),
            (.foreignCharacter(" ", at: 5), "waits for a space at offset 5, which no number has; take it out"),
            (
                .foreignCharacter("\\", at: 1),
                "waits for a backslash at offset 1, which no number has; write \\+ with one backslash for a plus sign"
            ),
            (.missingPlus(at: 1), "waits for a digit at offset 1, but every number begins with +; begin it with ^\\+"),
            (.unescapedPlus(at: 3), "has a + at offset 3 that repeats the digit before it; write \\+ for a plus sign"),
            (
                .alternationEscapesAnchor(at: 9),
                "has a | at offset 9 that splits the whole of it, so that ^ or $ holds for one side only; put the alternatives in parentheses: ^(?:…|…)$"
            ),
            (
                .unanchoredStart,
                "matches more than it seems to: numbers that only contain what it describes; begin it with ^\\+ and the country code, if only those are meant"
            ),
            (
                .unanchoredEnd,
                "matches more than it seems to: numbers that go on after what it describes; end it with $, if only those are meant"
            ),
        ] as [(PatternFinding, String)])
    func descriptions(finding: PatternFinding, text: String) { #expect(finding.description == text) }
}
