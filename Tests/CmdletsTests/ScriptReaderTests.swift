import Basis
import Dialing
import Testing

@testable import Cmdlets

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
        ("Get-X \"$a and ${b}\"", "(Get-X '«$a» and «$b»')"),
        ("Get-X tag:* alice@contoso.example", "(Get-X 'tag:*' 'alice@contoso.example')"),
        ("Get-X +14255550100 -5", "(Get-X '+14255550100' '-5')"), ("Get-X a#b", "(Get-X 'a#b')"), ("Get-X a`,b` c", "(Get-X 'a,b c')"),
        ("Get-X $true $FALSE $Null", "(Get-X $true $false $null)"), ("$x = Get-X -A", "$x=(Get-X -A)"), ("$x=\n'a'", "$x='a'"),
        ("$X.Name = 'a'", "$x.Name='a'"), ("$x", "$x"), ("$x.Usage.Count", "$x.Usage.Count"), ("$x, 5", "[$x,5]"),
        ("Set-X @{Add=\"a\"; remove='b'\n'C'=$x.Y}", "(Set-X {'Add'='a';'remove'='b';'C'=$x.Y})"),
        ("Set-X @{Add='a','b'}", "(Set-X {'Add'=['a','b']})"),
        ("Set-X @{}", "(Set-X {})"), ("Set-X @()", "(Set-X @[])"), ("Set-X @('a'\n'b'; 5)", "(Set-X @['a' 'b' 5])"),
        ("Set-X (Get-Y -A).Z", "(Set-X (Get-Y -A).Z)"), ("(Get-Y).Z", "(Get-Y).Z"), ("'a','b' | Set-X", "['a','b']|(Set-X)"),
        ("$true | Set-X", "$true|(Set-X)"), ("Get-X \"two\nlines\"", "(Get-X 'two\nlines')"),
        // The language.
        ("$x += 'a'", "$xadd='a'"), ("$x -eq 'a'", "($x equal 'a')"), ("1 + 2 * 3", "(1 add (2 multiply 3))"),
        ("1, 2 + 3", "([1,2] add 3)"),
        ("'{0}' -f 1, 2", "('{0}' format [1,2])"), ("-not $a -and $b", "((not $a) and $b)"), ("1..3", "(1 range 3)"),
        ("-5 - 3", "(-5 subtract 3)"),
        ("$x[0].Name[-1]", "$x[0].Name[-1]"), ("[string]$x = 5", "<string>$x=5"), ("[math]::Round(2.5, 1)", "<math>::Round(2.5,1)"),
        ("$x.Trim().Split(',')[0]", "$x.Trim().Split(',')[0]"), ("$i++; --$i", "($i 1) (-1 $i)"), ("$script:n = 1", "$script:n=1"),
        ("\"a$(Get-Y)b\"", "'a«$((Get-Y))»b'"), ("Get-X @args -A", "(Get-X @args -A)"), ("& $b 1", "(&$b '1')"), (". { 1 }", "(.{ 1 })"),
        ("@\"\na $x\nb\n\"@", "'a «$x»\nb'"), ("@'\n$x\n'@", "'$x'"), ("Get-X | ? { $_.A } | % B", "(Get-X)|(? { $_.A })|(% 'B')"),
        ("Get-X\n  | Get-Y", "(Get-X)|(Get-Y)"), ("Get-X > $null 2>$null", "(Get-X >$null >$null)"), ("$x ? 1 : 2", "($x?1:2)"),
        ("if ($a) { 1 } elseif ($b) { 2 }\nelse { 3 }", "if[$a]{1}[$b]{2}{3}"), ("foreach ($u in $x) { $u }", "each[$u $x]{$u}"),
        (":o foreach ($u in $x) { break o }", ":o each[$u $x]{break o}"),
        ("for ($i = 0; $i -lt 3; $i++) { $i }", "for[$i=0;($i less 3);($i 1)]{$i}"), ("while ($a) { break }", "while[$a]{break}"),
        ("do { 1 } until ($a)", "do![$a]{1}"), ("switch -Regex ($a) { '^a' { 1 } default { 2 } }", "switch-pattern[$a]'^a'{1}default{2}"),
        ("try { 1 } catch [System.Exception] { 2 } finally { 3 }", "try{1}catch[\"System.Exception\"]{2}finally{3}"),
        ("try{1}catch{2}finally{3}", "try{1}catch[]{2}finally{3}"),
        ("function F([int]$a = 1) { return $a }", "function F{param($a:int=1) return $a}"),
        ("param([Parameter(Mandatory)][string]$A, [switch]$B)\nGet-X", "param($a!:string,$b:switch) (Get-X)"),
        ("filter f { $_ }", "function f{process{$_}}"), ("$h = [ordered]@{ a = 1\n b = Get-X }", "$h=o{'a'=1;'b'=(Get-X)}"),
        ("Set-X @{Add=International}", "(Set-X {'Add'=(International)})"), ("throw 'x'", "throw 'x'"), ("exit 3", "exit 3"),
        ("$a, $b = 1, 2", "[$a,$b]=[1,2]"), ("$x = if ($a) { 1 }", "$x=if[$a]{1}"), ("[int]'5' + 1", "(<int>'5' add 1)"),
        ("!$a", "(not $a)"),
        ("$null = Get-X", "$null=(Get-X)"), ("M\\Get-X -?", "(M\\Get-X -?)"), ("$x -match '^a' -or $y", "(($x match '^a') or $y)"),
        (",1", "[1]"),
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
        ("Get-X @('a'", 1, 12, .missingClosing(")")), ("'a'.Replace(", 1, 13, .missingClosing(")")),
        ("'a'.Replace('b'", 1, 16, .missingClosing(")")), ("'a'.Replace('b',", 1, 17, .missingClosing(")")),
        ("Set-X @{Add='a'", 1, 16, .missingClosing("}")), ("Set-X @{Add='a'\nRemove='b'", 2, 11, .missingClosing("}")),
        ("Get-X -A:", 1, 10, .missingValue(after: "-A:")), ("Get-X a,", 1, 9, .missingValue(after: "the comma")),
        ("Get-X |", 1, 8, .missingCommand), ("Get-X | | Get-Y", 1, 9, .unexpected("|")), ("$x =", 1, 5, .missingCommand),
        ("Get-X )", 1, 7, .unexpected(")")), ("Get-X\n  }", 2, 3, .unexpected("}")), ("Get-X 'a''b'c", 1, 13, .valueRunsOn),
        ("Get-X ^\\+1(\\d)$", 1, 11, .valueRunsOn), ("Get-X -A <the number>", 1, 10, .placeholder),
        ("Get-X @", 1, 7, .notHere("@", instead: "an array is @(…), a hashtable @{…}, and splatting @name stands after a command")),
        ("Get-X @\"a\n\"@", 1, 9, .hereTextOnFirstLine), ("Get-X @\"\na\n", 1, 7, .unterminatedHereText(end: "\"@")),
        ("Get-X 2>&1", 1, 7, .notHere("joining streams with >&", instead: "use -ErrorVariable or -WarningVariable")),
        ("Get-X &", 1, 7, .notHere("a background job", instead: "everything runs in turn")),
        ("Get-X && Get-Y", 1, 7, .notHere("&&", instead: "use if ($?) { … }")),
        ("$env:PATH", 1, 1, .environment), ("$function:f", 1, 1, .drive("function")), ("$x:y", 1, 1, .variableScope),
        ("if $x { }", 1, 4, .missingParenthesis(after: "if")), ("if ($x)", 1, 8, .missingBlock(after: "if ( )")),
        ("if ($x) { } else if ($y) { }", 1, 18, .notHere("else if", instead: "write elseif")),
        ("else { }", 1, 1, .notHere("else", instead: "it follows the } of an if on the same line or the next")),
        ("dynamicparam { }", 1, 1, .notHere("dynamicparam", instead: "declare parameters in param()")),
        ("begin { }\nclean { }", 2, 1, .notHere("clean", instead: "declare parameters in param()")),
        ("class C { }", 1, 1, .notHere("class", instead: "use [PSCustomObject]@{ }")),
        ("Get-X\nforeach ($u on $x) { }", 2, 13, .missingValue(after: "the variable of foreach, in,")),
        ("try { }", 1, 1, .attempt), ("do { }", 1, 7, .missingValue(after: "do { }, while or until,")),
        ("switch -File x { }", 1, 9, .notHere("switch -File", instead: "there are -Exact, -Wildcard, -Regex and -CaseSensitive")),
        ("[Net.WebClient]$x", 1, 1, .unknownType("Net.WebClient")), ("param([Nonsense()]$x)", 1, 7, .attribute("nonsense")),
        ("5 = 6", 1, 1, .notAssignable), ("$x -foo 5", 1, 4, .operation("-foo")),
        ("Get-X | 'a'", 1, 9, .notHere("a value after a |", instead: "only commands can follow it")),
        ("$a?.b", 1, 3, .notHere("?.", instead: "ask with if first")),
        ("$x = 1 + ", 1, 10, .missingValue(after: "the operator")), ("a, b", 1, 1, .bareTextInExpression),
        ("New-X -Translation \"+1425$1\"", 1, 26, .automaticVariable("$1")), ("Get-X \"^a$$\"", 1, 10, .automaticVariable("$$")),
        ("$ = 5", 1, 1, .variableName), ("$true = 5", 1, 1, .constantAssigned("true")),
        ("Get-X ` \n -A", 1, 7, .blankAfterBacktick), ("Get-X \"`u{110000}\"", 1, 8, .escape), ("Get-X \"`u{zz}\"", 1, 8, .escape),
        ("$x = @(a, b)", 1, 8, .bareTextInExpression), ("$x = 1 + 0x", 1, 10, .bareTextInExpression),
        ("$x = 1 + 2z", 1, 10, .bareTextInExpression), ("$x = 1 + .", 1, 10, .unexpected(".")), ("$x = 3 . 1", 1, 8, .unexpected(".")),
        ("$x = @{a=1; b}", 1, 14, .tableKey), ("Set-X @{Add}", 1, 12, .tableKey), ("Set-X @{=5}", 1, 9, .tableKey),
        ("Set-X @{Add='a'; add='b'}", 1, 18, .tableKeyTwice("add")),
        ("Get-X \u{0}", 1, 7, .unexpected("the character U+0000")), ("Get-X\n\u{200B}Get-Y", 2, 1, .unexpected("the character U+200B")),
        ("Get-X a b c d \r\n 'e", 2, 2, .unterminatedText(quote: "'")),
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
        let error = #expect(throws: ScriptError.self) {
            try ScriptReader.read("Get-X <a>" + String(repeating: "a", count: 100) + "\nGet-Y")
        }
        #expect(error?.text == "<a>" + String(repeating: "a", count: ScriptError.textLimit - 3))
    }

    static let atLimits: [(name: String, most: String, tooMuch: String, ScriptError.Rule)] = {
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        func nested(_ depth: Int) -> String { repeated("(", depth) + "'a'" + repeated(")", depth) }
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
            ("operators", "1" + repeated("+1", ScriptReader.heightLimit - 1), "1" + repeated("+1", ScriptReader.heightLimit), .tooDeep),
            ("items", "X a" + repeated(",a", ScriptReader.itemLimit - 1), "X a" + repeated(",a", ScriptReader.itemLimit), .tooManyItems),
            ("arguments", "X" + repeated(" a", ScriptReader.itemLimit), "X" + repeated(" a", ScriptReader.itemLimit + 1), .tooManyItems),
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
            #expect(
                copy.tenant == session.tenant && copy.users == session.users
                    && (outcome.needs != nil || outcome.results.last?.error?.line != nil))
        }
        #expect(unread > 5_000 && unread < 20_000)
    }
}
