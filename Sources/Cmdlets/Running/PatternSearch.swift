internal import Patterns

/// A regular expression of a script, and what a search by it may cost.
struct PatternSearch {
    private let search: TextSearch
    /// Whether something in it is repeated without a bound: a search can take as many steps as the square of the subject's length.
    let isUnbounded: Bool

    typealias Match = TextSearch.Match

    init(_ source: String, isCaseSensitive: Bool, steps: UInt32) throws(Pattern.Invalid) {
        search = try TextSearch(source, isCaseSensitive: isCaseSensitive, steps: steps)
        isUnbounded = Self.isUnbounded(Array(source.utf8))
    }

    /// The names of the groups that have one.
    var names: [(name: String, group: Int)] { search.names }

    /// Bytes that the next search may go through besides, of so many that are left.
    func bytesSought(_ rest: Int) -> Int { search.seeksBothCases ? rest : 0 }

    func first(in subject: [UInt8], from start: Int) throws(TextSearch.Undecided) -> Match? { try search.first(in: subject, from: start) }

    /// Whether `*`, `+` or `{n,}` stands in it, or a reference or subroutine, which repeat what they name; within a class it counts too, to be on
    /// the safe side.
    private static func isUnbounded(_ bytes: [UInt8]) -> Bool {
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            let rest = bytes[(index + 1)...]
            if isEscaped {
                isEscaped = false
                if (48...57).contains(byte) || byte == UInt8(ascii: "g") || byte == UInt8(ascii: "k") { return true }
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "*"), UInt8(ascii: "+"): return true
            case UInt8(ascii: ",") where rest.first == UInt8(ascii: "}"): return true
            case UInt8(ascii: "(") where isReference(rest): return true
            default: break
            }
        }
        return false
    }

    /// Whether a parenthesis with that in it is a subroutine, by name, number or place (pcre2pattern(3)), or what comes from another group by name.
    private static func isReference(_ rest: ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: "?"), let sign = rest.dropFirst().first else { return false }
        let next = rest.dropFirst(2).first ?? 0
        switch sign {
        case UInt8(ascii: "R"), UInt8(ascii: "&"), 48...57: return true
        case UInt8(ascii: "P"): return next == UInt8(ascii: ">") || next == UInt8(ascii: "=")
        case UInt8(ascii: "-"): return (48...57).contains(next)
        default: return false
        }
    }

    /// Where the next search begins behind a match.
    static func next(after match: Match, in subject: [UInt8]) -> Int {
        var next = match.range.upperBound
        guard match.range.isEmpty else { return next }
        next += 1
        while next < subject.count, subject[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }
}

/// Places in a text, counted as .NET counts them: from the one that was asked for last, since matches follow one another.
struct TextPlaces {
    let text: [UInt8]
    private var byte = 0
    private var index = 0

    init(_ text: [UInt8]) { self.text = text }

    /// The UTF-16 units before a byte.
    mutating func index(of wanted: Int) -> Int {
        let passed = text[min(byte, wanted)..<max(byte, wanted)].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
        index += wanted < byte ? -passed : passed
        byte = wanted
        return index
    }
}
