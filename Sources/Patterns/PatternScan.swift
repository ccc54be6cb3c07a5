/// The characters of a source that are neither escaped nor in a class, with how many parentheses are open around them.
///
/// Reads any source, in the subset or not; it looks for slips of the pen, and does not judge what a pattern matches.
struct PatternScan {
    struct Mark {
        let byte: UInt8
        let offset: Int
        let depth: Int
    }
    let bytes: [UInt8]
    private(set) var marks: [Mark] = []
    /// The first `-[` within a class: .NET takes the class that begins there away from the one around it, and PCRE2 reads plain text.
    private(set) var firstSubtraction: Int?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var offset = 0, depth = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            switch Unicode.Scalar(byte) {
            case "\\":
                offset += 2
                continue
            case "[":
                let end = Self.endOfClass(in: bytes, from: offset)
                firstSubtraction = firstSubtraction ?? Self.subtraction(in: bytes, from: offset, to: min(end, bytes.count))
                offset = end
                continue
            case ")": depth -= 1
            default: break
            }
            marks.append(Mark(byte: byte, offset: offset, depth: depth))
            if byte == UInt8(ascii: "(") { depth += 1 }
            offset += 1
        }
    }

    /// The index after the `]` that closes the class beginning at `start`.
    private static func endOfClass(in bytes: [UInt8], from start: Int) -> Int {
        var index = start + 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "^") { index += 1 }
        let first = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "]") || index == first {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index + 1
    }

    private static func subtraction(in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
        var index = start + 1
        if index < end, bytes[index] == UInt8(ascii: "^") { index += 1 }
        let first = index
        while index + 1 < end {
            if bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "["), index > first { return index }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// The first brace that PCRE2 before 10.43 reads as plain text and later versions as a quantifier: `{,3}` and `{ 1, 2 }`.
    var firstAmbiguousBrace: Int? {
        marks.first { $0.byte == UInt8(ascii: "{") && isAmbiguous(bytes[($0.offset + 1)...]) }?.offset
    }

    private func isAmbiguous(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { return false }
        let inside = rest[..<close]
        let dense = inside.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let parts = dense.split(separator: UInt8(ascii: ","), maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts.allSatisfy(\.isEmpty), parts.joined().allSatisfy(\.isDigit) else { return false }
        return parts[0].isEmpty || dense.count < inside.count
    }

    /// The offsets of the bars that no parenthesis holds.
    var topLevelBars: [Int] { marks.filter { $0.byte == UInt8(ascii: "|") && $0.depth == 0 }.map(\.offset) }

    /// For each branch between bars outside parentheses, whether it is anchored at its start and at its end.
    var anchors: [(start: Bool, end: Bool)] {
        let cuts = [-1] + topLevelBars + [bytes.count]
        return zip(cuts, cuts.dropFirst()).map { before, after in
            let branch = bytes[(before + 1)..<after]
            let opening = branch.drop { "(?:".utf8.contains($0) }
            let closing = branch[..<(branch.lastIndex { $0 != UInt8(ascii: ")") }.map { $0 + 1 } ?? branch.startIndex)]
            let isDollar = closing.last == UInt8(ascii: "$") && marks.contains { $0.offset == closing.endIndex - 1 }
            let isEnd = isDollar || ["\\z", "\\Z"].contains { closing.suffix(2).elementsEqual($0.utf8) }
            return (opening.first == UInt8(ascii: "^") || opening.starts(with: "\\A".utf8), isEnd)
        }
    }

    /// Whether it is one branch between `^` and `$`.
    var isAnchoredWhole: Bool {
        guard let last = marks.last, last.byte == UInt8(ascii: "$"), last.depth == 0, last.offset == bytes.count - 1 else { return false }
        return bytes.first == UInt8(ascii: "^") && topLevelBars.isEmpty
    }

    /// A plus that repeats a digit and has a digit after it: `00+1425`.
    var firstSuspectPlus: Int? {
        zip(marks, marks.dropFirst()).first { before, plus in
            plus.byte == UInt8(ascii: "+") && before.offset == plus.offset - 1 && before.byte.isDigit
                && plus.offset + 1 < bytes.count && bytes[plus.offset + 1].isDigit
        }?.1.offset
    }

    /// White space, unless the source has a `(?…x…)` that makes it mean nothing.
    var firstSpace: Mark? {
        let flags = marks.drop { $0.byte != UInt8(ascii: "?") }.prefix { $0.byte != UInt8(ascii: ")") && $0.byte != UInt8(ascii: ":") }
        if flags.contains(where: { $0.byte == UInt8(ascii: "x") }) { return nil }
        return marks.first { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains($0.byte) }
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
