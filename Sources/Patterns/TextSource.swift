/// The source of a script's regular expression, read for what .NET and PCRE2 do not mean alike.
struct TextSource {
    private let bytes: [UInt8]
    private var at = 0
    /// Whether a group is referred to by its number, as `\1` does.
    private(set) var refersByNumber = false

    init(_ source: String) { bytes = Array(source.utf8) }

    /// With `[a-z-[aeiou]]`, a class less another, as `(?:(?![aeiou])[a-z])`.
    mutating func translated() throws(Pattern.Invalid) -> [UInt8] {
        var result: [UInt8] = []
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\\"):
                let next = at + 1 < bytes.count ? bytes[at + 1] : 0
                if (49...57).contains(next) { refersByNumber = true }
                result += bytes[at..<min(at + 2, bytes.count)]
                at += 2
            case UInt8(ascii: "["): result += try characterClass(level: 0)
            case UInt8(ascii: "(") where bytes[at...].starts(with: "(?#".utf8):
                let end = bytes[at...].firstIndex(of: UInt8(ascii: ")")) ?? bytes.count - 1
                result += bytes[at...end]
                at = end + 1
            default:
                result.append(bytes[at])
                at += 1
            }
        }
        return result
    }

    private mutating func characterClass(level: Int) throws(Pattern.Invalid) -> [UInt8] {
        let start = at
        var result: [UInt8] = [bytes[at]]
        at += 1
        if at < bytes.count, bytes[at] == UInt8(ascii: "^") { take(&result) }
        let first = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\\"):
                take(&result)
                if at < bytes.count { take(&result) }
            case UInt8(ascii: "]") where at > first:
                take(&result)
                return result
            case UInt8(ascii: "-") where at > first && bytes[(at + 1)...].first == UInt8(ascii: "["):
                guard level < 16 else { throw invalid(start, "classes are taken from one another up to 16 deep") }
                at += 1
                let less = try characterClass(level: level + 1)
                guard at < bytes.count, bytes[at] == UInt8(ascii: "]") else {
                    throw invalid(start, "what is taken from a class, as in [a-z-[aeiou]], stands at its end")
                }
                at += 1
                return Array("(?:(?!".utf8) + less + Array(")".utf8) + result + Array("])".utf8)
            case UInt8(ascii: "[") where isPosix: throw invalid(at, "[:name:] has no meaning here; \\p{L}, \\d and \\w have")
            default: take(&result)
            }
        }
        return result
    }

    private mutating func take(_ result: inout [UInt8]) {
        result.append(bytes[at])
        at += 1
    }

    private var isPosix: Bool {
        guard bytes[(at + 1)...].first == UInt8(ascii: ":") else { return false }
        let rest = bytes[(at + 2)...].drop { (97...122).contains($0 | 32) || $0 == UInt8(ascii: "^") }
        return rest.starts(with: ":]".utf8)
    }

    private func invalid(_ offset: Int, _ message: String) -> Pattern.Invalid {
        Pattern.Invalid(offset: offset, message: message, hint: nil)
    }
}
