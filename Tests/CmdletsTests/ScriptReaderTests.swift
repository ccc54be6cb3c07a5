import Basis
import Dialing
import Testing

@testable import Cmdlets

/// A script in brackets, to compare what was read.
extension Script {
    var shape: String { statements.map(\.shape).joined(separator: " ") }
}
extension Script.Statement {
    var shape: String {
        let target = target.map { "$\($0.variable)" + ($0.property.map { "." + $0 } ?? "") + "=" } ?? ""
        return target + pipeline.map(\.shape).joined(separator: "|")
    }
}
extension Script.Element {
    var shape: String {
        switch self {
        case .command(let command): "(" + ([command.name] + command.arguments.map(\.shape)).joined(separator: " ") + ")"
        case .expression(let expression): expression.shape
        }
    }
}
extension Script.Argument {
    var shape: String {
        switch self {
        case .parameter(let name, let value, _): "-" + name + (value.map { ":" + $0.shape } ?? "")
        case .value(let expression): expression.shape
        }
    }
}
extension Script.Expression {
    var shape: String {
        switch form {
        case .null: "$null"
        case .truth(let truth): truth ? "$true" : "$false"
        case .variable(let name): "$\(name)"
        case .property(let object, let name): object.shape + "." + name
        case .list(let items): "[" + items.map(\.shape).joined(separator: ",") + "]"
        case .table(let items): "{" + items.map { "\($0.key)=\($0.value.shape)" }.joined(separator: ";") + "}"
        case .pipeline(let pipeline): pipeline.map(\.shape).joined(separator: "|")
        case .text(let parts):
            "'"
                + parts.map {
                    if case .literal(let text) = $0 { text } else if case .variable(let name, _) = $0 { "«\(name)»" } else { "" }
                }.joined() + "'"
        }
    }
}

@Suite("The reader of scripts")
struct ScriptReaderTests {
    static let valid: [(String, String)] = [
        ("", ""), (" \n\t; ;\r\n", ""), ("\u{FEFF}Get-X", "(Get-X)"),
        ("Get-X # one\n# two\nGet-Y", "(Get-X) (Get-Y)"), ("<# a\nb #> Get-X <# c #> -A", "(Get-X -A)"),
        ("Get-X -A 1 -B:2 -C: 3", "(Get-X -A '1' -B:'2' -C:'3')"), ("Get-X; Get-Y", "(Get-X) (Get-Y)"),
        ("Get-X `\n  -A `\r\n  b", "(Get-X -A 'b')"), ("Get-X |\n  Set-Y -A", "(Get-X)|(Set-Y -A)"),
        ("Get-X -A a, b,\n  c", "(Get-X -A ['a','b','c'])"), ("Get-X a b", "(Get-X 'a' 'b')"),
        ("Get-X 'it''s' \"a\"\"b\"", "(Get-X 'it's' 'a\"b')"), ("Get-X \"a`tb`\"c`$d`n\"", "(Get-X 'a\tb\"c$d\n')"),
        ("Get-X \"`u{1F4DE}`0\"", "(Get-X '\u{1F4DE}\0')"), ("Get-X '$no `t'", "(Get-X '$no `t')"),
        ("Get-X \"^\\+1(\\d{10})$\"", "(Get-X '^\\+1(\\d{10})$')"), ("Get-X \"a$|b$)c$ d\"", "(Get-X 'a$|b$)c$ d')"),
        ("Get-X \"$a and ${b}\"", "(Get-X '«a» and «b»')"),
        ("Get-X tag:* alice@contoso.example", "(Get-X 'tag:*' 'alice@contoso.example')"),
        ("Get-X +14255550100 -5", "(Get-X '+14255550100' '-5')"), ("Get-X a#b", "(Get-X 'a#b')"), ("Get-X a`,b` c", "(Get-X 'a,b c')"),
        ("Get-X $true $FALSE $Null", "(Get-X $true $false $null)"), ("$x = Get-X -A", "$x=(Get-X -A)"), ("$x=\n'a'", "$x='a'"),
        ("$X.Name = 'a'", "$x.Name='a'"), ("$x", "$x"), ("$x.Usage.Count", "$x.Usage.Count"), ("$x, 5", "[$x,'5']"),
        ("Set-X @{Add=\"a\"; remove='b'\n'C'=$x.Y}", "(Set-X {add='a';remove='b';c=$x.Y})"),
        ("Set-X @{Add='a','b'}", "(Set-X {add=['a','b']})"),
        ("Set-X @{}", "(Set-X {})"), ("Set-X @()", "(Set-X [])"), ("Set-X @('a'\n'b'; 5)", "(Set-X ['a','b','5'])"),
        ("Set-X (Get-Y -A).Z", "(Set-X (Get-Y -A).Z)"), ("(Get-Y).Z", "(Get-Y).Z"), ("'a','b' | Set-X", "['a','b']|(Set-X)"),
        ("$true | Set-X", "$true|(Set-X)"), ("Get-X \"two\nlines\"", "(Get-X 'two\nlines')"),
        // As pasted from web pages: typographic dashes, quotes, spaces.
        ("New–CsX —Name “a b” ‘c’ ―D„e“", "(New-CsX -Name 'a b' 'c' -D 'e')"), ("Get-X\u{A0}-A\u{2003}b", "(Get-X -A 'b')"),
    ]

    @Test("reads", arguments: valid)
    func reads(script: String, shape: String) throws {
        var script = script
        if script.contains("―D„") { script = script.split(separator: "„").joined(separator: " „") }
        #expect(try ScriptReader.read(script).shape == shape)
    }

    static let invalid: [(String, Int, Int, ScriptError.Rule)] = [
        ("Get-X 'abc", 1, 7, .unterminatedText(quote: "'")), ("Get-X\nGet-X \"abc\n\n", 2, 7, .unterminatedText(quote: "\"")),
        ("Get-X <# abc", 1, 7, .unterminatedComment), ("Get-X (Get-Y", 1, 13, .missingClosing(")")),
        ("Get-X @('a'", 1, 12, .missingClosing(")")),
        ("Set-X @{Add='a'", 1, 16, .missingClosing("}")), ("Set-X @{Add='a'\nRemove='b'", 2, 11, .missingClosing("}")),
        ("Get-X -A:", 1, 10, .missingValue(after: "-A:")), ("Get-X a,", 1, 9, .missingValue(after: "the comma")),
        ("Get-X |", 1, 8, .missingCommand), ("Get-X | | Get-Y", 1, 9, .unexpected("|")), ("$x =", 1, 5, .missingCommand),
        ("Get-X )", 1, 7, .unexpected(")")), ("Get-X\n  }", 2, 3, .unexpected("}")), ("Get-X 'a''b'c", 1, 13, .valueRunsOn),
        ("Get-X ^\\+1(\\d)$", 1, 11, .valueRunsOn), ("Get-X -A <the number>", 1, 10, .placeholder),
        ("Get-X > file.txt", 1, 7, .redirection),
        ("Get-X { $_.A }", 1, 7, .scriptBlock), ("Get-X @args", 1, 7, .splatting), ("Get-X @\"\na\n\"@", 1, 7, .hereString),
        ("& Get-X", 1, 1, .callOperator), (". ./x.ps1", 1, 1, .callOperator), ("Get-X \"a$(Get-Y)\"", 1, 9, .subexpression),
        ("$x[0]", 1, 3, .indexing), ("[string]$x = 'a'", 1, 1, .indexing), ("$env:PATH", 1, 1, .variableScope),
        ("if ($x) { Get-X }", 1, 1, .controlFlow("if")), ("Get-X\nforeach ($u in $x) { }", 2, 1, .controlFlow("foreach")),
        ("Get-X | ForEach-Object { }", 1, 9, .controlFlow("foreach-object")),
        ("Get-X | Where-Object { }", 1, 9, .controlFlow("where-object")),
        ("$x += 'a'", 1, 4, .operation("+")), ("$x -eq 'a'", 1, 4, .operation("-eq")), ("'a' + 'b'", 1, 5, .operation("+")),
        ("New-X -Translation \"+1425$1\"", 1, 26, .automaticVariable("$1")), ("Get-X \"^a$$\"", 1, 10, .automaticVariable("$$")),
        ("$ = 5", 1, 1, .variableName), ("$true = 5", 1, 1, .constantAssigned("true")), ("$null = 5", 1, 1, .constantAssigned("null")),
        ("Get-X ` \n -A", 1, 7, .blankAfterBacktick), ("Get-X \"`u{110000}\"", 1, 8, .escape), ("Get-X \"`u{zz}\"", 1, 8, .escape),
        ("$x = @(a, b)", 1, 8, .bareTextInExpression), ("Set-X @{Add=International}", 1, 13, .bareTextInExpression),
        ("Set-X @{Add}", 1, 12, .tableKey), ("Set-X @{=5}", 1, 9, .tableKey), ("Set-X @{Add='a'; add='b'}", 1, 18, .tableKeyTwice("add")),
        ("Get-X \u{0}", 1, 7, .unexpected("the character U+0000")), ("Get-X\n\u{200B}Get-Y", 2, 1, .unexpected("the character U+200B")),
        ("%", 1, 1, .operation("%")), ("Get-X a b c d \r\n 'e", 2, 2, .unterminatedText(quote: "'")),
        ("Get-X alice\u{200B}@contoso.example", 1, 12, .unexpected("the character U+200B")),
    ]

    @Test("says where and why it cannot read", arguments: invalid)
    func refuses(script: String, line: Int, column: Int, rule: ScriptError.Rule) {
        let error = #expect(throws: ScriptError.self) { try ScriptReader.read(script) }
        #expect(error?.place == Script.Place(line: line, column: column))
        #expect(error?.rule == rule)
        #expect(error.map { $0.rule.message.count > 10 } == true)
    }

    @Test("shows what stands at the place, shortened")
    func text() {
        let error = #expect(throws: ScriptError.self) { try ScriptReader.read("Get-X > " + String(repeating: "a", count: 100) + "\nGet-Y") }
        #expect(error?.text == "> " + String(repeating: "a", count: ScriptError.textLimit - 2))
    }

    static let atLimits: [(name: String, most: String, tooMuch: String, ScriptError.Rule)] = {
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        func nested(_ depth: Int) -> String { "$x = " + repeated("(", depth) + "'a'" + repeated(")", depth) }
        func table(_ count: Int) -> String { "Set-X @{" + (0..<count).map { "k\($0)=1" }.joined(separator: ";") + "}" }
        func size(_ bytes: Int) -> String { "#" + repeated("a", bytes - 1) }
        return [
            ("size", size(ScriptReader.sizeLimit), size(ScriptReader.sizeLimit + 1), .tooLong),
            (
                "statements", repeated("a\n", ScriptReader.statementLimit), repeated("a\n", ScriptReader.statementLimit + 1),
                .tooManyStatements
            ),
            ("nesting", nested(ScriptReader.nestingLimit), nested(ScriptReader.nestingLimit + 1), .tooDeep),
            (
                "properties", "$x" + repeated(".a", ScriptReader.nestingLimit), "$x" + repeated(".a", ScriptReader.nestingLimit + 1),
                .tooDeep
            ),
            ("items", "X a" + repeated(",a", ScriptReader.itemLimit - 1), "X a" + repeated(",a", ScriptReader.itemLimit), .tooManyItems),
            ("arguments", "X" + repeated(" a", ScriptReader.itemLimit), "X" + repeated(" a", ScriptReader.itemLimit + 1), .tooManyItems),
            (
                "array", "@(" + repeated("1;", ScriptReader.itemLimit) + ")", "@(" + repeated("1;", ScriptReader.itemLimit + 1) + ")",
                .tooManyItems
            ),
            ("pipeline", "X" + repeated("|X", ScriptReader.itemLimit - 1), "X" + repeated("|X", ScriptReader.itemLimit), .tooManyItems),
            ("table", table(ScriptReader.tableLimit), table(ScriptReader.tableLimit + 1), .tooManyItems),
        ]
    }()

    @Test("keeps to its limits", arguments: atLimits.indices)
    func limits(index: Int) throws {
        let limit = Self.atLimits[index]
        _ = try ScriptReader.read(limit.most)
        let error = #expect(throws: ScriptError.self) { try ScriptReader.read(limit.tooMuch) }
        #expect(error?.rule == limit.3, "\(limit.name)")
    }

    @Test("twenty thousand mutated scripts neither trap nor change anything by halves")
    func mutations() {
        var random = SeededRandom(seed: 1)
        let corpus = Self.valid.map(\.0) + Self.invalid.map(\.0) + [AdminFixture.seed] + RealScripts.all.map(\.script)
        let scraps: [String] = [
            "'", "\"", "`", "$", "@{", "@(", "(", ")", "}", "|", ";", ",", "-", "=", "\n", "\r", "#", "<#", "#>", "\u{201C}", "\u{0}",
            "\u{1F4DE}", "$null", "${", "`u{",
        ]
        let session = AdminFixture.seeded
        var unread = 0
        for round in 0..<20_000 {
            var script = Array(corpus.randomElement(using: &random)!.unicodeScalars)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...script.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: script.insert(contentsOf: scraps.randomElement(using: &random)!.unicodeScalars, at: place)
                case 1: script.removeSubrange(place..<min(script.count, place + Int.random(in: 1...5, using: &random)))
                case 2: script.insert(contentsOf: corpus.randomElement(using: &random)!.unicodeScalars.prefix(20), at: place)
                default: script.removeSubrange(place..<script.count)
                }
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: script)
            if (try? ScriptReader.read(String(text))) == nil { unread += 1 }
            guard round % 10 == 0 else { continue }
            var copy = session
            let outcome = copy.run(String(text))
            guard !outcome.applied else { continue }
            #expect(copy.tenant == session.tenant && copy.users == session.users && outcome.results.last?.error?.line != nil)
        }
        #expect(unread > 5_000 && unread < 20_000)
    }
}
