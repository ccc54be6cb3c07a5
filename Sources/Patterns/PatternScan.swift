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
            return (isAnchoredAtStart(branch), isAnchoredAtEnd(branch))
        }
    }

    /// Behind what takes nothing: parentheses, options as `(?i)`, and what is only looked at, as `(?=\+1)`.
    private func isAnchoredAtStart(_ branch: ArraySlice<UInt8>) -> Bool {
        var rest = branch
        while let first = rest.first {
            if rest.starts(with: "(?".utf8), let end = end(ofGroupAt: rest.startIndex), Self.takesNothing(rest[..<end]) {
                rest = rest[min(end, rest.endIndex)...]
            } else if "(?:".utf8.contains(first) || isExtended && Self.spaces.contains(first) {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        return rest.first == UInt8(ascii: "^") || rest.starts(with: "\\A".utf8) || rest.starts(with: "\\G".utf8)
    }

    private func isAnchoredAtEnd(_ branch: ArraySlice<UInt8>) -> Bool {
        let branch =
            isExtended ? branch.prefix(upTo: (branch.lastIndex { !Self.spaces.contains($0) } ?? branch.startIndex - 1) + 1) : branch
        // No digit behind: `(?!\d)`.
        if ["(?!\\d)", "(?![0-9])", "(?!.)", "(?=$)"].contains(where: { branch.suffix($0.utf8.count).elementsEqual($0.utf8) }) {
            return true
        }
        let closing = branch[..<(branch.lastIndex { $0 != UInt8(ascii: ")") }.map { $0 + 1 } ?? branch.startIndex)]
        let isDollar = closing.last == UInt8(ascii: "$") && marks.contains { $0.offset == closing.endIndex - 1 }
        return isDollar || ["\\z", "\\Z", "\\b"].contains { closing.suffix(2).elementsEqual($0.utf8) }
    }

    private func end(ofGroupAt offset: Int) -> Int? {
        guard let open = marks.first(where: { $0.offset == offset }) else { return nil }
        return marks.first { $0.offset > offset && $0.byte == UInt8(ascii: ")") && $0.depth == open.depth }.map { $0.offset + 1 }
    }

    /// Whether a group, with its parentheses, is options or only looks.
    private static func takesNothing(_ group: ArraySlice<UInt8>) -> Bool {
        let inside = group.dropFirst(2).dropLast()
        return ["=", "!", "<=", "<!"].contains { inside.starts(with: $0.utf8) }
            || inside.allSatisfy {
                $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "^") || $0 | 32 >= UInt8(ascii: "a") && $0 | 32 <= UInt8(ascii: "z")
            }
    }

    /// Whether it seems to say how many digits there are.
    var describesDigits: Bool {
        zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "\\") && $1 == UInt8(ascii: "d") }
            || bytes.contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: ".") }
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
        isExtended ? nil : marks.first { Self.spaces.contains($0.byte) }
    }

    private static let spaces = Array(" \t\n\r".utf8)

    private var isExtended: Bool {
        let flags = marks.drop { $0.byte != UInt8(ascii: "?") }.prefix { $0.byte != UInt8(ascii: ")") && $0.byte != UInt8(ascii: ":") }
        return flags.contains { $0.byte == UInt8(ascii: "x") }
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
