/// Scripts of PowerShell drawn from the grammar, most of which can be read and some of which make sense.
package struct ScriptGrammar<Source: RandomNumberGenerator> {
    package private(set) var random: Source
    private var depth = 0

    package init(_ random: Source) { self.random = random }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random)! }
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    package mutating func script() -> String {
        (0..<Int.random(in: 1...6, using: &random)).map { _ in statement() }.joined(separator: pick(["\n", "; "]))
    }

    private mutating func block() -> String {
        "{ " + (0..<Int.random(in: 0...2, using: &random)).map { _ in statement() }.joined(separator: "; ") + " }"
    }

    private mutating func statement() -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth < 5 else { return pick(["1", "$a", "'x'", "break", "continue", "return $b", "throw 'x'"]) }
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return "\(variable()) \(pick(["=", "+=", "-=", "*=", "??="])) \(expression())"
        case 1: return "if (\(expression())) \(block()) \(chance(50) ? "else " + block() : "")"
        case 2: return "foreach ($\(pick(["i", "a"])) in \(expression())) \(block())"
        case 3: return "for ($i = 0; $i -lt \(pick(["2", "3", "$b"])); $i++) \(block())"
        case 4: return "$n = 0; while ($n++ -lt 3) \(block())"
        case 5: return "switch (\(expression())) { 1 \(block()) 'x' \(block()) { $_ } \(block()) default \(block()) }"
        case 6: return "try \(block()) catch \(block()) \(chance(30) ? "finally " + block() : "")"
        case 7: return "function F\(pick(["1", "2"]))(\(pick(["", "$p", "[int]$p, [switch]$s"]))) \(block())"
        case 8: return "F\(pick(["1", "2"])) \(expression())"
        case 9: return "\(variable()).\(pick(["x", "Count", "Name"])) = \(expression())"
        case 10: return "Set-CsOnlinePstnUsage -Usage @{\(pick(["Add", "Remove", "Replace"]))=\(expression())} \(common())"
        case 11: return pipeline()
        case 12: return "$null = \(pipeline())"
        case 13: return "Remove-CsOnlineVoiceRoute \(pick(["International", "nope", "$a"])) \(common())"
        default: return expression()
        }
    }

    private mutating func common() -> String {
        pick([
            "", "", "-ErrorAction SilentlyContinue", "-WhatIf", "-ErrorVariable +e -ErrorAction Continue", "-Confirm:$false",
            "-ErrorAction Ignore",
        ])
    }

    private mutating func variable() -> String { pick(["$a", "$b", "$h", "$script:a", "$_", "$l", "${c d}"]) }

    private mutating func pipeline() -> String {
        let source =
            chance(60)
            ? pick(["Get-CsOnlineUser", "Get-CsOnlineVoiceRoute", "1..5", "'b', 'a', 'b'", "@{a=1}", "$l"]) : "(\(expression()))"
        let stages = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            pick([
                "Where-Object { \(expression()) }", "ForEach-Object { \(expression()) }", "Sort-Object -Descending",
                "Select-Object -First 2", "Select-Object -Unique",
                "Select-Object *, @{n='x'; e={ \(expression()) }}", "Group-Object", "Measure-Object", "ConvertTo-Json -Depth 3",
                "ConvertTo-Csv", "Format-Table", "Format-List *",
                "Out-String", "Tee-Object -Variable l", "Out-Null", "F1", "Get-Member", "ConvertFrom-Json", "Out-File o.txt",
                "Select-String a", "Get-Unique",
            ])
        }
        return ([source] + stages).joined(separator: " | ")
    }

    private mutating func expression() -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth < 7 else { return pick(["1", "'x'", "$a", "$null", "$true", "@()", "2.5", "$_"]) }
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return "(\(expression()) \(binary()) \(expression()))"
        case 1: return "\(pick(["-not ", "!", "-", "-join ", "-split ", ","]))\(expression())"
        case 2: return "@(\(expression()), \(expression()))"
        case 3: return "@{ a = \(expression()); b = \(expression()) }"
        case 4: return "[PSCustomObject]@{ Name = \(expression()); x = \(expression()) }"
        case 5: return "\(variable())[\(expression())]"
        case 6: return "\"t$a $(\(expression())) e\""
        case 7: return "(\(expression())).\(pick(["Count", "Length", "Name", "x", "Keys", "PSObject.Properties"]))"
        case 8:
            return
                "(\(expression())).\(pick(["ToString()", "Trim()", "ToUpper()", "GetType().Name", "Split(',')", "Replace('a', 'b')", "Add(1)", "Contains('a')", "Substring(1)", "PadLeft(5)", "Where({ $_ })"]))"
        case 9:
            return
                "[\(pick(["int", "string", "bool", "double", "datetime", "int[]", "char", "hashtable", "timespan", "System.Collections.ArrayList"]))](\(expression()))"
        case 10: return "$(\(statement()))"
        case 11: return "('{0:N2} {1,-4}' -f \(expression()), \(expression()))"
        case 12: return "[math]::\(pick(["Round", "Floor", "Abs", "Max"]))(\(expression()), \(expression()))"
        case 13: return "& { \(statement()) }"
        default:
            return pick([
                "1", "0", "-3", "7.5", "'x'", "'a,b'", "\"q\"", "$a", "$b", "$h", "$l", "$null", "$true", "$false", "@()", "@{}", "1..4",
                "'2026-01-02'", "$_", "$Error", "$?", "9223372036854775807",
            ])
        }
    }

    private mutating func binary() -> String {
        pick([
            "+", "-", "*", "/", "%", "-eq", "-ne", "-gt", "-lt", "-ge", "-like", "-match", "-notmatch", "-replace", "-split", "-join",
            "-contains", "-in", "-and", "-or", "-xor",
            "-band", "-is", "-f", "..", "-shl", "-ceq", "-as", "??",
        ])
    }
}
