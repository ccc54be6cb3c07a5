/// Several values in one cell or column, as `{Sales, "Berlin, North"}`: one that holds what stands between them is in quotes, which are doubled
/// within.
enum ListText {
    static func write(_ values: [String]) -> String { "{" + values.map(item).joined(separator: ", ") + "}" }

    private static func item(_ value: String) -> String {
        let isPlain = !value.isEmpty && value == trimmed(value[...]) && !value.contains { ";,\"{}".contains($0) } && !value.contains(" + ")
        return isPlain ? value : "\"" + value.replacing("\"", with: "\"\"") + "\""
    }

    /// Reads what ``write(_:)`` wrote; without braces, and with semicolons or ` + ` between values, as other programs have it.
    static func read(_ cell: String) -> [String] {
        var rest = cell.hasPrefix("{") && cell.hasSuffix("}") ? cell.dropFirst().dropLast() : cell[...]
        var values: [String] = []
        while !rest.isEmpty {
            rest = rest.drop { $0 == " " }
            if let quoted = takeQuoted(&rest) {
                values.append(quoted)
            } else {
                let end = rest.indices.first { ";,".contains(rest[$0]) || rest[$0...].hasPrefix(" + ") } ?? rest.endIndex
                let value = trimmed(rest[..<end])
                if !value.isEmpty { values.append(value) }
                rest = rest[end...]
            }
            rest = rest.drop { $0 == " " }
            if let first = rest.first, ";,+".contains(first) { rest = rest.dropFirst() }
        }
        return values
    }

    /// A value in quotes at the beginning; nil where there is none that ends.
    private static func takeQuoted(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else { return nil }
        var value = "", at = rest.index(after: rest.startIndex)
        while let quote = rest[at...].firstIndex(of: "\"") {
            value += rest[at..<quote]
            at = rest.index(after: quote)
            guard at < rest.endIndex, rest[at] == "\"" else {
                rest = rest[at...]
                return value
            }
            value += "\""
            at = rest.index(after: at)
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
