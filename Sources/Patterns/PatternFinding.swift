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
    /// One sentence with the reason and the mend.
    package var description: String {
        switch self {
        case .matchesNoNumber: "matches no number: numbers are + and 1 to 15 digits"
        case .foreignCharacter(let character, let offset):
            "waits for \(Self.name(character)) at offset \(offset), which no number has; remove it"
        case .missingPlus(let offset): "waits for a digit at offset \(offset), but every number begins with +; write ^\\+"
        case .unescapedPlus(let offset): "the + at offset \(offset) repeats the digit before it; write \\+ for a plus sign"
        case .alternationEscapesAnchor(let offset):
            "the | at offset \(offset) splits the whole pattern, so ^ and $ hold for one side only; write ^(?:…|…)$"
        case .unanchoredStart: "matches numbers that only contain what it describes; begin it with ^\\+"
        case .unanchoredEnd: "matches longer numbers too; end it with $"
        }
    }

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

    /// Compares the numbers that match with those that would if the source stood between anchors (after an optional plus).
    private func unanchored(_ scan: PatternScan) -> [PatternFinding] {
        guard let numbers, let root = PatternSyntax(scan.bytes)?.root else {
            let anchors = scan.anchors
            return (anchors.allSatisfy(\.start) ? [] : [.unanchoredStart]) + (anchors.allSatisfy(\.end) ? [] : [.unanchoredEnd])
        }
        let plus = PatternNode.repeated(.symbols(.plus, literal: nil, at: 0), least: 0, most: 1, at: 0)
        let isFreeAtStart = NumberSet(.sequence([.start, plus, root])) != numbers
        let isFreeAtEnd = NumberSet(.sequence([root, .end])) != numbers
        let isFree = isFreeAtStart || isFreeAtEnd || NumberSet(.sequence([.start, plus, root, .end])) == numbers
        return (isFreeAtStart || !isFree ? [.unanchoredStart] : []) + (isFreeAtEnd || !isFree ? [.unanchoredEnd] : [])
    }
}

extension PatternNode {
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
