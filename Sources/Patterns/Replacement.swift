internal import CPCRE2

/// What a normalisation rule puts in place of a match: text with `$1`, `${1}`, `${name}`, `$&` or `$0` (the match) and `$$` (a dollar sign),
/// as .NET reads it (domain reference §5.1): a `$` that names no group stays as it is, and named groups are numbered after all others.
package struct Replacement: Sendable, Equatable {
    /// The longest text, in UTF-8 bytes (domain reference §5.2).
    package static let limit = 256

    enum Part: Sendable, Equatable {
        case text([UInt8])
        case group(Int)
    }
    let parts: [Part]

    /// The text is longer than ``limit``.
    package struct TooLong: Error, Equatable {}

    /// Reads `text` as a replacement for matches of `pattern`, whose groups it names.
    package init(_ text: String, for pattern: Pattern) throws(TooLong) {
        guard text.utf8.count <= Self.limit else { throw TooLong() }
        let groups = pattern.groupNumbers()
        var parts: [Part] = [], plain: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "$"), let (group, length) = Self.reference(rest.dropFirst(), groups) {
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = []
                parts.append(.group(group))
                rest = rest.dropFirst(1 + length)
            } else {
                let isEscapedDollar = rest.starts(with: [UInt8(ascii: "$"), UInt8(ascii: "$")])
                plain.append(byte)
                rest = rest.dropFirst(isEscapedDollar ? 2 : 1)
            }
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        self.parts = parts
    }

    /// The group named by what follows a `$`, and how many bytes name it.
    private static func reference(_ rest: ArraySlice<UInt8>, _ groups: [String: Int]) -> (group: Int, length: Int)? {
        switch rest.first {
        case UInt8(ascii: "&"):
            return (0, 1)
        case UInt8(ascii: "{"):
            guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
            let name = String(decoding: rest[rest.startIndex + 1..<close], as: UTF8.self)
            return groups[name].map { ($0, name.utf8.count + 2) }
        default:
            let digits = rest.prefix(while: \.isDigit)
            return groups[String(decoding: digits, as: UTF8.self)].map { ($0, digits.count) }
        }
    }
}

extension Pattern {
    /// Every match of the pattern in `subject` replaced, or nil if there is none. An empty match right after another match is left alone.
    package func replace(_ subject: String, with replacement: Replacement, using scratch: borrowing Scratch) throws(Undecided) -> String? {
        try subject.utf8.span.withUnsafeBufferPointer { bytes throws(Undecided) in
            var result: [UInt8] = [], copied = 0, start = 0, isFirst = true
            while start <= bytes.count, let groups = try match(bytes, from: start, using: scratch) {
                let spans = UnsafeBufferPointer(start: pcre2_get_ovector_pointer_8(scratch.data), count: groups * 2)
                // `\K` in a look-around can put the start of a match before the last one, or after its own end.
                let from = max(spans[0], copied), to = max(spans[1], from)
                if from < to || isFirst || from > copied {
                    result += bytes[copied..<from]
                    for part in replacement.parts { result += part.bytes(of: bytes, spans) }
                    copied = to
                    isFirst = false
                }
                start = from == to ? bytes.nextScalar(after: to) : to
            }
            if isFirst { return nil }
            result += bytes[copied...]
            return String(decoding: result, as: UTF8.self)
        }
    }

    /// The groups by the names and numbers that .NET gives them, whole match included.
    fileprivate func groupNumbers() -> [String: Int] {
        var captures: UInt32 = 0, nameCount: UInt32 = 0, entrySize: UInt32 = 0
        var names: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &captures)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &nameCount)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &entrySize)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &names)
        var groups = ["0": 0], named: Set<Int> = []
        for index in 0..<Int(nameCount) {
            guard let entry = names.map({ $0 + index * Int(entrySize) }) else { break }
            let group = Int(entry[0]) << 8 | Int(entry[1])
            groups[String(cString: entry + 2)] = group
            named.insert(group)
        }
        let order = (0...Int(captures)).dropFirst()
        for (position, group) in (order.filter { !named.contains($0) } + named.sorted()).enumerated() {
            groups[String(position + 1)] = group
        }
        return groups
    }
}

extension Replacement.Part {
    fileprivate func bytes(of subject: UnsafeBufferPointer<UInt8>, _ spans: UnsafeBufferPointer<Int>) -> [UInt8] {
        switch self {
        case .text(let text): return text
        case .group(let group):
            guard group * 2 + 1 < spans.count, spans[group * 2] != Int(bitPattern: UInt.max), spans[group * 2] <= spans[group * 2 + 1]
            else {
                return []
            }
            return Array(subject[spans[group * 2]..<spans[group * 2 + 1]])
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The start of the UTF-8 sequence after the one at `index`.
    fileprivate func nextScalar(after index: Int) -> Int {
        var next = index + 1
        while next < count, self[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }
}
