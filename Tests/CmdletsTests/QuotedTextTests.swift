import Testing

@testable import Cmdlets

@Suite("Names in scripts")
struct QuotedTextTests {
    private static let names: [(name: String, single: String, double: String)] = [
        ("Plain", "'Plain'", "\"Plain\""), ("", "''", "\"\""), ("O'Brien", "'O''Brien'", "\"O'Brien\""),
        ("O’Brien", "'O’’Brien'", "\"O’Brien\""), ("‘a‚b‛", "'‘‘a‚‚b‛‛'", "\"‘a‚b‛\""),
        ("“a” „b\"", "'“a” „b\"'", "\"`“a`” `„b`\"\""), ("Cost $5 `line", "'Cost $5 `line'", "\"Cost `$5 ``line\""),
        ("’; Get-CsTenant; ‘", "'’’; Get-CsTenant; ‘‘'", "\"’; Get-CsTenant; ‘\""),
    ]

    @Test("are one text in either quotes, whatever quotes are in them", arguments: names.indices)
    func quoted(index: Int) {
        let (name, single, double) = Self.names[index]
        #expect(name.inSingleQuotes == single && name.inDoubleQuotes == double)
        for text in [single, double] {
            var session = AdminFixture.seeded
            let outcome = session.run("$a = \(text); $a.Length; $a")
            #expect(outcome.results.map(\.text).joined() == "\(name.utf16.count)\n\(name)\n", "\(text)")
        }
    }

    private static let completed: [(typed: String, name: String, shown: String)] = [
        ("o", "O’Brien", "'O’’Brien'"), ("'o", "O’Brien", "'O’’Brien'"), ("\"o", "O’Brien", "\"O’Brien\""), ("‘o", "O'Brien", "'O''Brien'"),
        ("'O’’b", "O’Brien", "'O’’Brien'"), ("\"cost `$", "Cost $5 line", "\"Cost `$5 line\""), ("cost", "Cost $5 line", "'Cost $5 line'"),
        ("“say", "Say “hi”", "\"Say `“hi`”\""), ("", "$5", "'$5'"), ("", "-A", "'-A'"), ("", "@x", "'@x'"),
        ("in", "International", "International"),
    ]

    @Test("are completed as one text", arguments: completed.indices)
    func completion(index: Int) {
        let (typed, name, shown) = Self.completed[index]
        let completion = Completion(of: "Set-CsOnlineVoiceRoute " + typed)
        #expect(completion.typed == typed.utf8.count && completion.candidates(among: [name]) == [shown], "\(typed): \(completion)")
    }
}
