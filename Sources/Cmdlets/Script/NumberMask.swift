/// A number by a custom format of .NET (`#,##0.00;(0);'none'`): the steps are those of its number formatting, so that signs, sections and literals
/// among the digits come out as there.
struct NumberMask {
    private let section: [Character]
    private var places = 0
    private var point = -1
    private var firstZero = Int.max
    private var lastZero = 0
    private var isGrouped = false
    private var isScientific = false
    private var shift = 0

    static func text(_ number: Digits, _ format: String) -> String {
        let sections = sections(of: Array(format))
        func index(_ wanted: Int) -> Int { wanted < sections.count && !sections[wanted].isEmpty ? wanted : 0 }
        let number = number.nearest
        var chosen = index(number.isZero ? 2 : number.isNegative ? 1 : 0), mask = NumberMask(sections[chosen])
        var rounded = mask.rounded(number)
        if rounded.isZero, !number.isZero, index(2) != chosen, index(2) != 0 {
            chosen = index(2)
            mask = NumberMask(sections[chosen])
            rounded = mask.rounded(Digits(0))
        }
        let text = mask.write(rounded)
        return number.isNegative && chosen == 0 && !text.isEmpty && !number.isZero ? "-" + text : text
    }

    /// What stands between semicolons that are neither quoted nor escaped.
    private static func sections(of format: [Character]) -> [[Character]] {
        var sections: [[Character]] = [[]], at = 0
        while at < format.count {
            let end = literal(format, at) ?? at + 1
            if format[at] == ";" { sections.append([]) } else { sections[sections.count - 1] += format[at..<min(end, format.count)] }
            at = end
        }
        return sections
    }

    /// The end of the quoted or escaped text that begins there.
    private static func literal(_ format: [Character], _ at: Int) -> Int? {
        switch format[at] {
        case "\\": return min(at + 2, format.count)
        case "'", "\"": return format[(at + 1)...].firstIndex(of: format[at]).map { $0 + 1 } ?? format.count
        default: return nil
        }
    }

    private init(_ section: [Character]) {
        self.section = section
        var comma = -1, commas = 0, at = 0
        while at < section.count {
            defer { at = exponent(at)?.end ?? Self.literal(section, at) ?? at + 1 }
            switch section[at] {
            case "#": places += 1
            case "0":
                firstZero = min(firstZero, places)
                places += 1
                lastZero = places
            case "." where point < 0: point = places
            case "," where places > 0 && point < 0:
                if comma == places {
                    commas += 1
                } else {
                    isGrouped = isGrouped || comma >= 0
                    (comma, commas) = (places, 1)
                }
            case "%": shift += 2
            case "\u{2030}": shift += 3
            case "E", "e": isScientific = isScientific || exponent(at) != nil
            default: break
            }
        }
        if point < 0 { point = places }
        if comma >= 0 { if comma == point { shift -= commas * 3 } else { isGrouped = true } }
    }

    /// `E0`, `e+00` and their like.
    private func exponent(_ at: Int) -> (end: Int, digits: Int, showsPlus: Bool)? {
        guard section[at] == "E" || section[at] == "e" else { return nil }
        let rest = section[(at + 1)...], hasSign = rest.first == "+" || rest.first == "-"
        let zeros = rest.dropFirst(hasSign ? 1 : 0).prefix { $0 == "0" }
        return zeros.isEmpty ? nil : (zeros.endIndex, zeros.count, rest.first == "+")
    }

    private func rounded(_ number: Digits) -> Digits {
        let shifted = number.shifted(shift)
        return shifted.rounded(to: isScientific ? places : shifted.scale + places - point)
    }

    private func write(_ number: Digits) -> String {
        let scale = number.isZero ? 0 : number.scale
        let firstZero = firstZero < point ? point - firstZero : 0, lastZero = lastZero > point ? point - lastZero : 0
        var place = isScientific ? point : max(scale, point), adjust = isScientific ? 0 : scale - point
        var result = "", next = 0, at = 0, hasPoint = false
        func digit(_ shown: UInt8) {
            result += String(shown)
            if isGrouped, place > 1, (place - 1) % 3 == 0 { result += "," }
        }
        while at < section.count {
            let sign = section[at], end = Self.literal(section, at) ?? at + 1
            if adjust > 0, "#0.".contains(sign) {
                while adjust > 0 {
                    digit(number[next])
                    next += 1
                    place -= 1
                    adjust -= 1
                }
            }
            defer { at = sign == "E" || sign == "e" ? exponent(at)?.end ?? end : end }
            switch sign {
            case "#", "0":
                if adjust < 0 {
                    adjust += 1
                    if place <= firstZero { digit(0) }
                } else if next < number.digits.count || place > lastZero {
                    digit(number[next])
                    next += 1
                }
                place -= 1
            case ".":
                guard place == 0, !hasPoint, lastZero < 0 || point < places && next < number.digits.count else { break }
                result += "."
                hasPoint = true
            case ",": break
            case "\\": result += String(section[(at + 1)..<end])
            case "'", "\"": result += String(section[(at + 1)..<end].prefix { $0 != sign })
            case "E", "e":
                guard let (_, digits, showsPlus) = exponent(at), isScientific else { fallthrough }
                let power = number.isZero ? 0 : number.scale - point
                result += String(sign) + (power < 0 ? "-" : showsPlus ? "+" : "") + TimeText.padded(abs(power), digits)
            default: result.append(sign)
            }
        }
        return result
    }
}
