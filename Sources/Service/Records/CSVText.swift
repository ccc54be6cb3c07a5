/// Tables as files (RFC 4180), for people who open them in spreadsheets.
package enum CSVText {
    /// A line with its end.
    package static func line(_ cells: [String]) -> String { cells.map(field).joined(separator: ",") + "\r\n" }

    /// A cell as it stands in a line; ``read(_:)`` makes the same text of it. What a spreadsheet would take for a formula has an apostrophe before
    /// it and is a text then (OWASP, "CSV Injection"), and so has what looks like that already; numbers, with their sign or as E.164, stay as they
    /// are. Blanks at an end are in quotes, since many readers drop others.
    package static func field(_ text: String) -> String {
        let safe = isFormula(behindApostrophesOf: text) ? "'" + text : text
        let isOpen = safe.first?.isWhitespace == true || safe.last?.isWhitespace == true
        guard isOpen || safe.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0D || $0 == 0x0A }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    /// A cell that was read, without the apostrophe that kept a spreadsheet from taking it for a formula.
    package static func read(_ cell: String) -> String {
        cell.hasPrefix("'") && isFormula(behindApostrophesOf: cell) ? String(cell.dropFirst()) : cell
    }

    private static func isFormula(behindApostrophesOf text: String) -> Bool { startsFormula(text.drop { $0 == "'" }) }

    /// Characters that begin a formula, in both widths; the blanks before them are passed over as some programs do.
    private static let formulaStarts = Set<Unicode.Scalar>(["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"])
    private static let blanks = Set<Unicode.Scalar>(["\t", "\r", "\n", " ", "\u{A0}"])

    private static func startsFormula(_ text: Substring) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first else { return false }
        if first == "\t" || first == "\r" || first == "\n" { return true }
        guard let sign = scalars.first(where: { !blanks.contains($0) }), formulaStarts.contains(sign) else { return false }
        return !isNumber(text)
    }

    /// A sign, then digits with one point among them at the most.
    private static func isNumber(_ text: Substring) -> Bool {
        guard let sign = text.utf8.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        let rest = text.utf8.dropFirst()
        let isOfDigits = rest.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        return isOfDigits && rest.first.map { $0 != UInt8(ascii: ".") } ?? false && rest.count { $0 == UInt8(ascii: ".") } < 2
    }
}
