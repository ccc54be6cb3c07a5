import Testing

@testable import Cmdlets

/// Numbers, moments and texts at the edge of what there is, wherever a script can bring them: an answer or an error, and never the end of the
/// process.
@Suite("Values at the edge")
struct EdgeValueTests {
    private static let values = [
        "0", "-1", "[int]::MaxValue", "[int]::MinValue", "[long]::MaxValue", "[long]::MinValue", "1e308", "-1e308", "[datetime]::MaxValue",
        "[datetime]::MinValue", "[timespan]::FromDays(3652500)", "[timespan]::FromDays(-3652500)", "'x'", "@(1, 2)", "$null",
    ]
    private static let methods = [
        "AddDays", "AddHours", "AddMinutes", "AddSeconds", "AddMilliseconds", "AddMonths", "AddYears", "Add", "Subtract", "CompareTo",
        "Equals",
        "Substring", "PadLeft", "PadRight", "IndexOf", "Remove", "Insert", "Split", "Replace", "Trim", "Contains", "ToString",
    ]
    private static let operators = [
        "+", "-", "*", "/", "%", "-shl", "-shr", "-band", "-bor", "-bxor", "-eq", "-lt", "-f", "-split", "-join", "..", "-like",
    ]
    private static let prefixes = [
        "-", "+", "-bnot ", "[int]", "[long]", "[double]", "[datetime]", "[timespan]", "[char]", "[string]", "[math]::Abs", "[math]::Round",
        "[math]::Floor", "[math]::Ceiling", "[math]::Truncate", "[math]::Sqrt", "[timespan]::FromDays", "[timespan]::FromSeconds",
        "New-TimeSpan -Days ", "1..3 | Select-Object -First ", "1..3 | Select-Object -Skip ", "1..3 | Select-Object -Last ",
        "1 | ConvertTo-Json -Depth ",
    ]

    @Test("with an operator, as a method's own or its argument, converted and counted", arguments: values)
    func everywhere(value: String) {
        var attempts = Self.prefixes.map { "\($0)(\(value))" } + ["$i = \(value); $i++", "$i = \(value); $i--", "'abc'[(\(value))]"]
        for other in ["[long]::MinValue", "[long]::MaxValue", "-1e308"] {
            attempts += Self.operators.map { "(\(value)) \($0) (\(other))" } + Self.methods.map { "(\(value)).\($0)((\(other)))" }
        }
        var session = AdminFixture.seeded
        for attempt in attempts {
            let results = session.run("try { \(attempt) | Out-Null } catch { $_ | Out-Null }").results
            #expect(results.count == 1 && results.allSatisfy { $0.error.map { $0.id == "LimitExceeded" } ?? true }, "\(attempt)")
        }
    }

    @Test("months and years past all years are an error")
    func months() {
        for (count, method) in [("[long]::MinValue", "AddMonths"), ("[long]::MaxValue", "AddYears")] {
            var session = AdminFixture.seeded
            #expect(session.run("(Get-Date).\(method)(\(count))").results.last?.error?.message == "\(method.lowercased()) needs a number")
        }
    }
}
