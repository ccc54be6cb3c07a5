import Basis

/// Values as text, truth and numbers, as PowerShell converts them (about_Type_Conversion, about_Booleans).
extension Value {
    /// UTF-8 bytes of one text.
    static let textLimit = 8 << 20

    /// As in `"$value"`: lists with blanks between, numbers and times in the invariant culture.
    var text: String { text(separator: " ") }

    func text(separator: String) -> String {
        switch self {
        case .null, .nothing: ""
        case .truth(let truth): truth ? "True" : "False"
        case .integer(let integer): String(integer)
        case .real(let real): NumberText.general(real)
        case .character(let scalar): String(Character(scalar))
        case .text(let text): text
        case .moment(let moment): moment.formatted("MM/dd/yyyy HH:mm:ss")
        case .span(let milliseconds): TimeText.span(milliseconds)
        case .array(let box): box.items.lazy.map(\.inner).joinedUpToLimit(by: separator)
        case .table, .type: inner
        case .object(let box):
            box.display ?? "@{" + box.properties.lazy.map { "\($0.name)=\($0.value.inner)" }.joinedUpToLimit(by: "; ") + "}"
        case .block(let value): value.block.text
        }
    }

    /// As `.ToString()` gives it, where a date is written as in en-US.
    var spoken: String { if case .moment(let moment) = self { moment.formatted("G") } else { text } }

    /// As text within another text, where an array is the name of its type and an object is nothing.
    private var inner: String {
        switch self {
        case .array, .table: typeName
        case .object(let box): box.display ?? ""
        case .type(let type): type.short
        case .null, .nothing, .truth, .integer, .real, .character, .text, .moment, .span, .block: text
        }
    }

    /// Whether it counts as true in a condition.
    var isTrue: Bool {
        switch self {
        case .null, .nothing: false
        case .truth(let truth): truth
        case .integer(let integer): integer != 0
        case .real(let real): real != 0
        case .character(let scalar): scalar.value != 0
        case .text(let text): !text.isEmpty
        case .array(let box): box.items.count == 1 ? box.items[0].isTrue : !box.items.isEmpty
        case .moment, .span, .table, .object, .block, .type: true
        }
    }

    /// The number that it is or can be read as; nil for what is none.
    var number: Value? {
        switch self {
        case .null, .nothing: .integer(0)
        case .truth(let truth): .integer(truth ? 1 : 0)
        case .integer, .real: self
        case .character(let scalar): .integer(Int(scalar.value))
        case .text(let text): NumberText.read(text) ?? NumberText.cast(text)
        case .array(let box): box.items.count == 1 ? box.items[0].number : nil
        case .moment, .span, .table, .object, .block, .type: nil
        }
    }

    var real: Double? {
        switch number {
        case .integer(let integer)?: Double(integer)
        case .real(let real)?: real
        default: nil
        }
    }

    /// The whole number next to it, halves to even.
    var integer: Int? {
        switch number {
        case .integer(let integer)?: integer
        case .real(let real)?: Int(exactly: real.rounded(.toNearestOrEven))
        default: nil
        }
    }
}

extension Sequence<String> {
    /// Joined as far as a text may go and one piece more: whoever counts it finds it too long.
    func joinedUpToLimit(by separator: String) -> String {
        var result = "", isFirst = true
        for piece in self {
            if !isFirst { result += separator }
            isFirst = false
            result += piece
            if result.utf8.count > Value.textLimit { break }
        }
        return result
    }
}

/// Numbers as text and back.
enum NumberText {
    /// As .NET writes a double in the invariant culture: `0.1`, `100`, `1E+20`.
    static func general(_ real: Double) -> String {
        if real.isNaN { return "NaN" }
        if real.isInfinite { return real < 0 ? "-∞" : "∞" }
        if real == real.rounded(), abs(real) < 1e15 { return real == 0 && real.sign == .minus ? "-0" : String(Int(real)) }
        let text = "\(real)", sign = real < 0 ? "-" : ""
        guard abs(real) >= 1e15 || text.contains("e") else { return text }
        let number = Digits(abs(real)), power = number.scale - 1, digits = number.digits.map { String($0) }.joined()
        let mantissa = digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
        return sign + mantissa + "E" + (power < 0 ? "-" : "+") + TimeText.padded(abs(power), 2)
    }

    /// A decimal or hexadecimal number with its suffixes (about_Numeric_Literals); nil for anything else.
    static func read(_ written: String) -> Value? {
        var text = Substring(written.trimmed)
        if text.isEmpty { return .integer(0) }
        var isNegative = false
        if text.hasPrefix("-") || text.hasPrefix("+") {
            isNegative = text.hasPrefix("-")
            text = text.dropFirst()
        }
        let digits = text.hasPrefix(".") ? text.dropFirst() : text
        guard let first = digits.utf8.first, (48...57).contains(first) else { return nil }
        if text.lowercased().hasPrefix("0x") {
            return Int(hexadecimal: text.dropFirst(2)).map { .integer(isNegative ? -$0 : $0) }
        }
        var factor = 1
        let lower = text.lowercased()
        for (suffix, size) in [("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("tb", 1 << 40)] where lower.hasSuffix(suffix) {
            factor = size
            text = text.dropLast(2)
        }
        if factor == 1, lower.hasSuffix("l") { text = text.dropLast() }
        if let integer = Int(text), text.utf8.allSatisfy({ (48...57).contains($0) }) {
            let (product, overflow) = integer.multipliedReportingOverflow(by: factor)
            if !overflow { return .integer(isNegative ? -product : product) }
        }
        guard text.utf8.allSatisfy({ (48...57).contains($0) || [46, 43, 45, 69, 101].contains($0) }) else { return nil }
        let padded = text.hasSuffix(".") ? text + "0" : text.hasPrefix(".") ? "0" + text : text
        return Double(padded).map { .real((isNegative ? -$0 : $0) * Double(factor)) }
    }
}

extension NumberText {
    /// As a cast reads a text: with commas among the digits before the point, without the suffixes of a literal.
    static func cast(_ written: String, isWhole: Bool = false) -> Value? {
        if written.isEmpty { return .integer(0) }
        let text = written.trimmed, lower = text.lowercased()
        if lower.drop(while: { $0 == "-" || $0 == "+" }).hasPrefix("0x") { return isWhole ? read(text) : nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || [43, 44, 45, 46, 69, 101].contains($0) }) else { return nil }
        guard text.contains(",") else { return read(text) }
        let end = text.firstIndex { $0 == "." || $0 == "e" || $0 == "E" } ?? text.endIndex, whole = text[..<end]
        let unsigned = whole.drop { $0 == "-" || $0 == "+" }
        guard unsigned.first != ",", !text[end...].contains(",") else { return nil }
        return read(whole.filter { $0 != "," } + text[end...])
    }
}

extension String {
    /// Without blanks and line ends at both ends.
    var trimmed: String { trimmed { $0.isBlank || $0.isLineEnd } }

    func trimmed(start: Bool = true, end: Bool = true, of isTrimmed: (Unicode.Scalar) -> Bool) -> String {
        var scalars = Substring(self).unicodeScalars
        if start { while let first = scalars.first, isTrimmed(first) { scalars.removeFirst() } }
        if end { while let last = scalars.last, isTrimmed(last) { scalars.removeLast() } }
        return String(Substring(scalars))
    }
}
