/// Something about a NumberPattern that its writer probably did not mean. Offsets count UTF-8 bytes from the start of the source.
package enum PatternFinding: Sendable, Hashable {
    /// No E.164 number (`+` and 1 to 15 digits) matches.
    case matchesNoNumber
    /// A character that no number has and that something in the pattern waits for: a space or line break, a backslash of `\\+`, a letter.
    case foreignCharacter(Unicode.Scalar, at: Int)
    /// The pattern begins with `^` and a digit, while every number begins with `+`.
    case missingPlus(at: Int)
    /// A plus that repeats the digit before it, where `\+` was probably meant.
    case unescapedPlus(at: Int)
    /// A `|` outside parentheses: the anchors belong to one side of it only.
    case alternationEscapesAnchor(at: Int)
    /// Numbers that merely contain what the pattern describes match too.
    case unanchoredStart
    /// Numbers that go on after what the pattern describes match too.
    case unanchoredEnd
}

extension PatternFinding: CustomStringConvertible {
    /// What is the matter, as it is said of "the pattern".
    package var reason: String {
        switch self {
        case .matchesNoNumber: "matches no number"
        case .foreignCharacter(let character, let offset): "waits for \(Self.name(character)) at offset \(offset), which no number has"
        case .missingPlus(let offset): "waits for a digit at offset \(offset), but every number begins with +"
        case .unescapedPlus(let offset): "has a + at offset \(offset) that repeats the digit before it"
        case .alternationEscapesAnchor(let offset):
            "has a | at offset \(offset) that splits the whole of it, so that ^ or $ holds for one side only"
        case .unanchoredStart: "matches more than it seems to: numbers that only contain what it describes"
        case .unanchoredEnd: "matches more than it seems to: numbers that go on after what it describes"
        }
    }

    /// What to do about it.
    package var mend: String {
        switch self {
        case .matchesNoNumber: "write it for a plus and 1 to 15 digits"
        case .foreignCharacter("\\", _): "write \\+ with one backslash for a plus sign"
        case .foreignCharacter: "take it out"
        case .missingPlus: "begin it with ^\\+"
        case .unescapedPlus: "write \\+ for a plus sign"
        case .alternationEscapesAnchor: "put the alternatives in parentheses: ^(?:…|…)$"
        case .unanchoredStart: "begin it with ^\\+ and the country code, if only those are meant"
        case .unanchoredEnd: "end it with $, if only those are meant"
        }
    }

    /// The reason and the mend.
    package var description: String { "\(reason); \(mend)" }

    private static func name(_ character: Unicode.Scalar) -> String {
        switch character {
        case " ": "a space"
        case "\n", "\r": "a line break"
        case "\t": "a tab"
        case "\\": "a backslash"
        default: "«\(character)»"
        }
    }
}

extension Pattern {
    /// Whether a route table can hold it; PCRE2 is asked about the others.
    package var isDecidedByAutomaton: Bool { numbers != nil }

    /// Known for patterns that an automaton can decide; of the others it is not claimed.
    package var matchesNoNumber: Bool { numbers?.isEmpty ?? false }

    /// What is suspect about the pattern as a NumberPattern. Exact for patterns that an automaton can decide, by the look of the source for others.
    package var findings: [PatternFinding] {
        let bytes = Array(source.utf8)
        let scan = PatternScan(bytes)
        var findings: [PatternFinding] = []
        let foreign = foreignCharacter(scan)
        if numbers?.isEmpty ?? (foreign != nil && scan.topLevelBars.isEmpty) { findings.append(.matchesNoNumber) }
        if let foreign { findings.append(foreign) }
        if isMissingPlus(bytes) { findings.append(.missingPlus(at: 1)) }
        if let offset = scan.firstSuspectPlus { findings.append(.unescapedPlus(at: offset)) }
        if let bar = scan.topLevelBars.first, scan.anchors.areUneven {
            findings.append(.alternationEscapesAnchor(at: bar))
        } else if !findings.contains(.matchesNoNumber) {
            findings += unanchored(scan)
        }
        return findings
    }

    private func foreignCharacter(_ scan: PatternScan) -> PatternFinding? {
        guard numbers != nil, let syntax = PatternSyntax(scan.bytes) else {
            return scan.firstSpace.map { .foreignCharacter(Unicode.Scalar($0.byte), at: $0.offset) }
        }
        return syntax.root.foreignCharacter
    }

    private func isMissingPlus(_ bytes: [UInt8]) -> Bool {
        guard let numbers, numbers.isEmpty, bytes.first == UInt8(ascii: "^") else { return false }
        return PatternSyntax(Array("^\\+".utf8) + bytes.dropFirst()).flatMap { NumberSet($0.root) }.map { !$0.isEmpty } ?? false
    }

    /// Compares the numbers that match with those that would if the source stood between anchors (after an optional plus). A mere prefix, as
    /// `^\+1425`, is meant to be one.
    private func unanchored(_ scan: PatternScan) -> [PatternFinding] {
        if scan.isAnchoredWhole { return [] }
        guard let numbers, let root = PatternSyntax(scan.bytes)?.root else {
            let anchors = scan.anchors
            let isFreeAtStart = !anchors.allSatisfy(\.start), isFreeAtEnd = !anchors.allSatisfy(\.end)
            return (isFreeAtStart ? [.unanchoredStart] : [])
                + (isFreeAtEnd && (isFreeAtStart || scan.describesDigits) ? [.unanchoredEnd] : [])
        }
        let plus = PatternNode.repeated(.symbols(.plus, literal: nil, at: 0), least: 0, most: 1, at: 0)
        let isFreeAtStart = NumberSet(.sequence([.start, plus, root])) != numbers
        let isFreeAtEnd = NumberSet(.sequence([root, .end])) != numbers
        let isFree = isFreeAtStart || isFreeAtEnd || NumberSet(.sequence([.start, plus, root, .end])) == numbers
        let isFreeAfterDigits = isFreeAtEnd && (isFreeAtStart || root.describesDigits)
        return (isFreeAtStart || !isFree ? [.unanchoredStart] : []) + (isFreeAfterDigits || !isFree ? [.unanchoredEnd] : [])
    }
}

extension PatternNode {
    /// Whether it waits for any digits at all, as `\d{7}` does, and so seems to say how many there are.
    fileprivate var describesDigits: Bool {
        switch self {
        case .symbols(let set, _, _): (set.bits & SymbolSet.digits.bits).nonzeroBitCount >= 8
        case .start, .end: false
        case .sequence(let items), .alternatives(let items): items.contains(where: \.describesDigits)
        case .repeated(let item, _, _, _): item.describesDigits
        }
    }

    /// The first single character that no number has and that is not merely optional.
    fileprivate var foreignCharacter: PatternFinding? {
        switch self {
        case .symbols(SymbolSet.none, let literal?, let offset): .foreignCharacter(literal, at: offset)
        case .symbols, .start, .end: nil
        case .sequence(let items), .alternatives(let items): items.lazy.compactMap(\.foreignCharacter).first
        case .repeated(_, least: 0, most: 1?, _): nil
        case .repeated(let item, _, _, _): item.foreignCharacter
        }
    }
}

extension [(start: Bool, end: Bool)] {
    /// Whether some branches are anchored where others are not.
    fileprivate var areUneven: Bool { Set(map(\.start)).count > 1 || Set(map(\.end)).count > 1 }
}
