internal import Patterns

/// What a NumberPattern's text shows, beyond whether it compiles.
struct PatternShape {
    private let text: [UInt8]
    /// Offsets of `|` outside of every group and class.
    private(set) var topLevelBars: [Int] = []
    private(set) var hasBlank = false
    /// A doubled backslash before a plus: a backslash, once or more.
    private(set) var hasEscapedBackslash = false
    private(set) var literalDigits = 0

    init(_ source: String) {
        text = Array(source.utf8)
        var depth = 0
        var isInClass = false
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\\"):
                if index + 1 < text.count, text[index + 1] == UInt8(ascii: "\\") { hasEscapedBackslash = true }
                index += 1
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "(") where !isInClass: depth += 1
            case UInt8(ascii: ")") where !isInClass: depth -= 1
            case UInt8(ascii: "|") where !isInClass && depth == 0: topLevelBars.append(index)
            case UInt8(ascii: "{") where !isInClass: index = text[index...].firstIndex(of: UInt8(ascii: "}")) ?? index
            case 48...57 where !isInClass: literalDigits += 1
            case 9, 10, 13, 32: hasBlank = true
            default: break
            }
            index += 1
        }
    }

    /// The pattern cut at its top-level bars.
    var alternatives: [ArraySlice<UInt8>] {
        var start = 0
        var parts: [ArraySlice<UInt8>] = []
        for bar in topLevelBars + [text.count] {
            parts.append(text[start..<bar])
            start = bar + 1
        }
        return parts
    }

    static func isAnchoredAtStart(_ part: ArraySlice<UInt8>) -> Bool {
        part.first == UInt8(ascii: "^") || part.starts(with: "\\A".utf8)
    }

    static func isAnchoredAtEnd(_ part: ArraySlice<UInt8>) -> Bool {
        part.last == UInt8(ascii: "$") && part.dropLast().last != UInt8(ascii: "\\")
    }

    /// Some alternatives are anchored and others are not.
    var barEscapesAnchor: Bool {
        let parts = alternatives
        guard parts.count > 1 else { return false }
        let starts = parts.filter(Self.isAnchoredAtStart).count, ends = parts.filter(Self.isAnchoredAtEnd).count
        return (starts > 0 && starts < parts.count) || (ends > 0 && ends < parts.count)
    }

    /// It names digits, or a count of them, and yet finds them anywhere in a number.
    var seemsNarrowerThanItIs: Bool {
        let isAnchored = alternatives.allSatisfy(Self.isAnchoredAtStart)
        return !isAnchored && (literalDigits > 0 || text.elementsEqual(VoiceRoute.defaultNumberPattern.utf8))
    }
}

extension Lint {
    func patterns() -> [LintFinding] {
        document.voiceRoutes.elements.compactMap { route in
            let shape = PatternShape(route.numberPattern)
            func finding(_ reason: String, _ mend: String) -> LintFinding {
                LintFinding(object: "route \(route.name)", reason: "The pattern \(route.numberPattern) " + reason, mend: mend)
            }
            if Self.matchesNoNumber(route.numberPattern) { return finding("can match no E.164 number.", Self.mend(shape)) }
            if shape.barEscapesAnchor {
                return finding(
                    "has a | outside of all parentheses, so that its ^ or $ holds for one side only.",
                    "Put the alternatives in parentheses: ^(…|…)$.")
            }
            if shape.seemsNarrowerThanItIs {
                return finding(
                    "is searched for anywhere in a number, so it matches more than numbers that begin so.",
                    "Begin it with ^\\+ and the country code, if only those are meant.")
            }
            return nil
        }
    }

    /// Known only for patterns that an automaton can decide; of the others it is not claimed.
    static func matchesNoNumber(_ source: String) -> Bool {
        guard let pattern = try? Pattern(source) else { return false }
        return RouteTable([RouteTable.Entry(pattern: pattern, group: 0)]).unreachable == [0]
    }

    private static func mend(_ shape: PatternShape) -> String {
        if shape.hasBlank { return "Take out the space or line break: numbers have none." }
        if shape.hasEscapedBackslash { return "Write \\+ with one backslash: two stand for a backslash itself." }
        return "A number is a plus and 2 to 15 digits; write the pattern for that."
    }
}
