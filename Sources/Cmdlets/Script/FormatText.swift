/// The operator `-f`, and `.ToString(format)` (composite, numeric and date format strings of .NET, en-US).
enum FormatText {
    enum Fault: Error { case malformed, notFor(String, kind: String), noItem(Int), tooWide }
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
        case .integer(let integer): return try number(Digits(integer), whole: integer, format) ?? value.text
        case .real(let real): return try real.isFinite ? number(Digits(real), whole: nil, format) ?? value.text : value.text
        case .moment(let moment): return try moment.formatted(checked: format)
        case .span(let milliseconds): return try SpanFormat.text(milliseconds, format)
        default: return value.text
        }
    }

    /// Nil for the number as it is written without a format.
    private static func number(_ number: Digits, whole: Int?, _ format: String) throws(Fault) -> String? {
        guard let letter = format.unicodeScalars.first else { return nil }
        let rest = format.dropFirst(),
            isStandard = letter.value < 128 && letter.properties.isAlphabetic && rest.utf8.allSatisfy { (48...57).contains($0) }
        guard isStandard else { return NumberMask.text(number, format) }
        let places = rest.isEmpty ? nil : Int(rest)
        guard rest.isEmpty || (0...100).contains(places ?? 101) else { throw .malformed }
        let sign = number.isNegative ? "-" : ""
        switch letter {
        case "N", "n": return sign + grouped(try fixed(number, places ?? 2))
        case "F", "f": return sign + (try fixed(number, places ?? 2))
        case "P", "p": return sign + grouped(try fixed(number.shifted(2), places ?? 2)) + "%"
        case "C", "c": return sign + "$" + grouped(try fixed(number, places ?? 2))
        case "D", "d":
            guard let whole else { throw .notFor(format, kind: "a number with decimals") }
            let digits = String(whole.magnitude)
            return sign + String(repeating: "0", count: max(0, (places ?? 1) - digits.count)) + digits
        case "X", "x":
            guard let whole else { throw .notFor(format, kind: "a number with decimals") }
            let bits: UInt64 =
                whole < 0 && whole >= Int(Int32.min) ? UInt64(UInt32(truncatingIfNeeded: whole)) : UInt64(bitPattern: Int64(whole))
            let text = String(bits, radix: 16, uppercase: letter == "X")
            return String(repeating: "0", count: max(0, (places ?? 1) - text.count)) + text
        case "G", "g":
            guard let places, places > 0 else { return nil }
            return sign + general(number.rounded(to: places), places, letter == "G" ? "E" : "e")
        case "R", "r":
            guard whole == nil else { throw .notFor(format, kind: "a whole number") }
            return nil
        case "E", "e": return sign + exponential(number, places ?? 6, String(letter), leastPower: 3)
        default: throw .notFor(format, kind: "a number")
        }
    }

    /// Without its sign, with so many decimals.
    private static func fixed(_ number: Digits, _ decimals: Int) throws(Fault) -> String {
        guard decimals <= 15 || number.isWhole else { throw .notFor("with more than 15 decimals", kind: "a number with decimals") }
        let rounded = number.rounded(toDecimals: decimals)
        return rounded.whole + (decimals == 0 ? "" : "." + rounded.decimals(decimals))
    }

    static func grouped(_ text: String) -> String {
        let halves = text.split(separator: ".", maxSplits: 1)
        guard let whole = halves.first else { return text }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result + (halves.count == 2 ? "." + halves[1] : "")
    }

    private static func exponential(_ number: Digits, _ decimals: Int, _ letter: String, leastPower: Int) -> String {
        let rounded = number.rounded(to: decimals + 1), power = rounded.isZero ? 0 : rounded.scale - 1
        let mantissa = rounded.shifted(-power)
        return mantissa.whole + (decimals == 0 ? "" : "." + mantissa.decimals(decimals)) + letter + (power < 0 ? "-" : "+")
            + TimeText.padded(abs(power), leastPower)
    }

    private static func general(_ number: Digits, _ places: Int, _ letter: String) -> String {
        let power = number.isZero ? 0 : number.scale - 1
        guard power >= places || power < -4 else {
            return number.whole + (number.isWhole ? "" : "." + number.decimals(max(0, number.digits.count - number.scale)))
        }
        return exponential(number, max(0, number.digits.count - 1), letter, leastPower: 2)
    }
}

extension Value {
    /// Whether `.ToString` takes a format for it.
    var isFormatted: Bool {
        switch self {
        case .integer, .real, .moment, .span: true
        case .null, .nothing, .truth, .character, .text, .array, .table, .object, .block, .type: false
        }
    }
}
