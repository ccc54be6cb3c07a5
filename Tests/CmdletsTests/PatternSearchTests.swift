import Testing

@testable import Cmdlets

/// What a search by a regular expression may cost, and where the next one begins.
@Suite("Searches by regular expressions")
struct PatternSearchTests {
    @Test(
        "what repeats without a bound is known, also by what it refers to",
        arguments: [
            ("a*", true), ("a+", true), ("a{2,}", true), ("[+]", true), ("\\\\+", true), ("(a)\\1", true), ("(?<x>a)\\k<x>", true),
            ("(a)\\g1", true), ("(a(?R)?)", true), ("(?<x>a)(?&x)", true), ("(a)(?1)", true), ("(a)(?-1)", true), ("(?<x>a)(?P>x)", true),
            ("abc", false), ("a?b{2}c{2,3}", false), ("\\+\\*", false), ("\\d\\w", false), ("a,b", false), ("(?:a)(?<x>b)(?=c)", false),
            ("(?i)a(?-i)b", false), ("\\(?R", false),
        ])
    func unbounded(source: String, isUnbounded: Bool) throws {
        #expect(try PatternSearch(source, isCaseSensitive: true, steps: 1_000).isUnbounded == isUnbounded)
    }

    @Test(
        "behind an empty match the next character is the next place, however many bytes it has",
        arguments: [
            ("'aä€😀b' -replace '', '-'", "-a-ä-€-😀-b-"), ("'ä€' -replace 'x*', '-'", "-ä-€-"), ("'äxä' -replace 'x*', '-'", "-ä--ä-"),
            ("[regex]::Matches('ä€', '').Count", "3"), ("'ä€b' -split '' -join '|'", "|ä|€|b|"), ("'' -replace '', '-'", "-"),
        ])
    func next(script: String, shown: String) {
        var session = AdminFixture.session
        #expect(session.run(script).results.map(\.text).joined() == shown + "\n")
    }
}
