/// The operator `-f`, and `.ToString(format)` (composite, numeric and date format strings of .NET, en-US).
enum FormatText {
    enum Fault: Error { case malformed, noItem(Int), tooWide }
    /// Columns that one item may be filled up to.
    static let widthLimit = 1_000

    /// `{0,-10:N2}`: an item's number, width and format.
    static func compose(_ format: String, _ items: [Value]) throws(Fault) -> String {
        var result = "", rest = Substring(format)
        while let character = rest.popFirst() {
            if character == "{", rest.first == "{" || character == "}" && rest.first == "}" {
                result.append(character)
                rest.removeFirst()
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}") else { throw .malformed }
                result += try item(rest[..<end], items)
                rest = rest[rest.index(after: end)...]
            } else if character == "}" {
                guard rest.first == "}" else { throw .malformed }
                result.append("}")
                rest.removeFirst()
            } else {
                result.append(character)
            }
        }
        return result
    }

    private static func item(_ written: Substring, _ items: [Value]) throws(Fault) -> String {
        let halves = written.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let place = halves[0].split(separator: ",", maxSplits: 1).map { String($0).trimmed }
        guard let first = place.first, let index = Int(first), index >= 0 else { throw .malformed }
        guard index < items.count else { throw .noItem(index) }
        let format = halves.count == 2 ? String(halves[1]) : ""
        var text = try self.text(of: items[index], format)
        if place.count == 2 {
            guard let width = Int(place[1]) else { throw .malformed }
            guard width.magnitude <= widthLimit else { throw .tooWide }
            let fill = String(repeating: " ", count: max(0, abs(width) - text.count))
            text = width < 0 ? text + fill : fill + text
        }
        return text
    }

    static func text(of value: Value, _ format: String) throws(Fault) -> String {
        if format.isEmpty {
            if case .moment(let moment) = value { return moment.formatted("G") }
            return value.text
        }
        switch value {
        case .integer(let integer): return try number(Double(integer), whole: integer, format)
        case .real(let real): return try number(real, whole: nil, format)
        case .moment(let moment): return moment.formatted(format)
        case .span(let milliseconds): return span(milliseconds, format)
        default: return value.text
        }
    }

    private static func span(_ milliseconds: Int, _ format: String) -> String {
        guard !["c", "g", "G"].contains(format) else { return TimeText.span(milliseconds) }
        let moment = Moment(milliseconds: abs(milliseconds))?.formatted(format.replacing("hh", with: "HH"))
        return moment ?? TimeText.span(milliseconds)
    }

    private static func number(_ real: Double, whole: Int?, _ format: String) throws(Fault) -> String {
        guard let letter = format.first else { return "" }
        let digits = Int(format.dropFirst())
        guard letter.isLetter, format.count == 1 || digits != nil else { return custom(real, format) }
        guard (0...100).contains(digits ?? 0) else { throw .malformed }
        switch letter {
        case "N", "n": return grouped(fixed(real, digits ?? 2))
        case "F", "f": return fixed(real, digits ?? 2)
        case "P", "p": return grouped(fixed(real * 100, digits ?? 2)) + "%"
        case "C", "c":
            let text = grouped(fixed(abs(real), digits ?? 2))
            return real < 0 ? "-$" + text : "$" + text
        case "D", "d":
            guard let whole else { throw .malformed }
            return (whole < 0 ? "-" : "") + TimeText.padded(Int(clamping: whole.magnitude), digits ?? 1)
        case "X", "x":
            guard let whole else { throw .malformed }
            let bits: UInt64 =
                whole < 0 && whole >= Int(Int32.min) ? UInt64(UInt32(truncatingIfNeeded: whole)) : UInt64(bitPattern: Int64(whole))
            let text = String(bits, radix: 16, uppercase: letter == "X")
            return String(repeating: "0", count: max(0, (digits ?? 1) - text.count)) + text
        case "G", "g", "R", "r": return NumberText.general(real)
        case "E", "e": return exponential(real, digits ?? 6, String(letter))
        default: throw .malformed
        }
    }

    /// With so many decimals, halves away from zero.
    static func fixed(_ real: Double, _ decimals: Int) -> String {
        guard real.isFinite else { return NumberText.general(real) }
        let decimals = min(decimals, 15)
        var power = 1.0
        for _ in 0..<decimals { power *= 10 }
        let scaled = (abs(real) * power).rounded(.toNearestOrAwayFromZero)
        guard scaled < 9e18 else { return NumberText.general(real) }
        let digits = TimeText.padded(Int(scaled), decimals + 1)
        let sign = real < 0 && scaled > 0 ? "-" : ""
        return sign + digits.dropLast(decimals) + (decimals == 0 ? "" : "." + digits.suffix(decimals))
    }

    private static func grouped(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let halves = text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
        guard let whole = halves.first, whole.allSatisfy(\.isNumber) else { return text }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return (isNegative ? "-" : "") + result + (halves.count == 2 ? "." + halves[1] : "")
    }

    private static func exponential(_ real: Double, _ decimals: Int, _ letter: String) -> String {
        guard real.isFinite else { return NumberText.general(real) }
        var mantissa = abs(real), power = 0
        while mantissa >= 10 { (mantissa, power) = (mantissa / 10, power + 1) }
        while mantissa > 0, mantissa < 1 { (mantissa, power) = (mantissa * 10, power - 1) }
        return (real < 0 ? "-" : "") + fixed(mantissa, decimals) + letter + (power < 0 ? "-" : "+") + TimeText.padded(abs(power), 3)
    }

    /// `0`, `#`, `.`, `,` and `%`; any other character stands as it is.
    private static func custom(_ real: Double, _ format: String) -> String {
        let isPercent = format.contains("%"), value = isPercent ? real * 100 : real
        guard let first = format.firstIndex(where: { "0#.,".contains($0) }) else { return format }
        let last = format.lastIndex { "0#.,".contains($0) }!
        let mask = format[first...last]
        let halves = mask.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = halves.count == 2 ? halves[1].count : 0, least = halves.count == 2 ? halves[1].filter { $0 == "0" }.count : 0
        let text = fixed(abs(value), decimals).split(separator: ".", maxSplits: 1)
        let zeros = halves[0].filter { $0 == "0" }.count
        var whole = text[0] == "0" && zeros == 0 ? "" : String(text[0])
        whole = String(repeating: "0", count: max(0, zeros - whole.count)) + whole
        if halves[0].contains(",") { whole = grouped(whole) }
        var fraction = text.count == 2 ? String(text[1]) : ""
        while fraction.count > least, fraction.hasSuffix("0") { fraction.removeLast() }
        let shown = (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
        return format[..<first] + shown + format[format.index(after: last)...]
    }
}
