/// The order of texts, as the root collation of Unicode (CLDR) has it for Latin letters: marks, signs, digits and letters, whose accents count
/// where nothing else differs, and whose case, a small letter first, where that does not either.
enum TextOrder {
    static func compare(_ left: String, _ right: String, isCaseSensitive: Bool = false) -> Int {
        var left = left, right = right
        let plain = left.withUTF8 { first in right.withUTF8 { second in ascii(first, second, isCaseSensitive) } }
        if let plain { return plain }
        let first = left.unicodeScalars.flatMap(elements), second = right.unicodeScalars.flatMap(elements)
        var order = order(first.lazy.map(\.letter).filter { $0 > 0 }, second.lazy.map(\.letter).filter { $0 > 0 })
        if order == 0 { order = Self.order(first.lazy.map(\.accent), second.lazy.map(\.accent)) }
        if order != 0 { return order }
        return isCaseSensitive ? Self.order(first.lazy.map(\.size), second.lazy.map(\.size)) : 0
    }

    /// By the numbers of their UTF-16 units.
    static func ordinal(_ left: String, _ right: String) -> Int { order(left.utf16, right.utf16) }

    private static func order<Key: Comparable>(_ left: some Sequence<Key>, _ right: some Sequence<Key>) -> Int {
        var first = left.makeIterator(), second = right.makeIterator()
        while true {
            switch (first.next(), second.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let a?, let b?): if a != b { return a < b ? -1 : 1 }
            }
        }
    }

    private struct Element {
        /// 0 for a mark that belongs to the letter before it.
        var letter: UInt32 = 0
        var accent: UInt32 = 0
        /// 1 for a capital.
        var size: UInt8 = 0
    }

    /// The marks and signs of ASCII in their order.
    private static let marks = "\t\n\u{0B}\u{0C}\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
    private static let otherMarks: UInt32 = 0x100
    private static let digits: UInt32 = 0x20_0000
    private static let letters: UInt32 = 0x20_0100
    private static let otherLetters: UInt32 = 0x20_1000

    /// Of each character of ASCII; 0 for those that do not count.
    private static let weights: [UInt32] = (0..<128).map { code in
        switch UInt32(code) {
        case 48...57: return digits + UInt32(code)
        case 65...90: return letters + UInt32(code) + 32
        case 97...122: return letters + UInt32(code)
        default:
            let place = Array(marks.unicodeScalars).firstIndex { $0.value == code }
            return place.map { UInt32($0) + 1 } ?? 0
        }
    }

    /// The letters that those from U+00C0 to U+017F are variants of; `*` for what is none.
    private static let variants =
        "a a a a a a ae c e e e e i i i i d n o o o o o * o u u u u y * ss a a a a a a ae c e e e e i i i i d n o o o o o * o u u u "
        + "u y * y a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g g g g g h h h h i i i i i i i i i i ij ij j j k k "
        + "q l l l l l l l l l l n n n n n n n n n o o o o o o oe oe r r r r r r s s s s s s s s t t t t t t u u u u u u u u u u u u "
        + "w w y y y z z z z z z s"
    private static let bases = variants.split(separator: " ").map(String.init)

    private static func elements(of scalar: Unicode.Scalar) -> [Element] {
        let code = scalar.value
        if code < 128 {
            let weight = weights[Int(code)]
            return weight == 0 ? [] : [Element(letter: weight, accent: 0, size: (65...90).contains(code) ? 1 : 0)]
        }
        if (0x300...0x36F).contains(code) { return [Element(letter: 0, accent: code)] }
        let small = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar, size: UInt8 = small == scalar ? 0 : 1
        if (0xC0...0x17F).contains(code), bases[Int(code) - 0xC0] != "*" {
            var elements = bases[Int(code) - 0xC0].utf8.map { Element(letter: weights[Int($0)], accent: 0, size: size) }
            elements[elements.count - 1].accent = small.value
            return elements
        }
        if scalar.properties.isWhitespace { return [Element(letter: weights[32], accent: code)] }
        let isLetter = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        return [Element(letter: (isLetter ? otherLetters : otherMarks) + small.value, accent: 0, size: size)]
    }

    /// Of two texts in ASCII alone; nil where they are not.
    private static func ascii(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, _ isCaseSensitive: Bool) -> Int? {
        var (a, b, order, size) = (0, 0, 0, 0)
        while true {
            while a < left.count, left[a] < 128, weights[Int(left[a])] == 0 { a += 1 }
            while b < right.count, right[b] < 128, weights[Int(right[b])] == 0 { b += 1 }
            guard a < left.count, b < right.count else { break }
            guard left[a] < 128, right[b] < 128 else { return nil }
            let first = weights[Int(left[a])], second = weights[Int(right[b])]
            if first != second {
                order = first < second ? -1 : 1
                break
            }
            if size == 0, left[a] != right[b] { size = left[a] > right[b] ? -1 : 1 }
            (a, b) = (a + 1, b + 1)
        }
        guard left[a...].allSatisfy({ $0 < 128 }), right[b...].allSatisfy({ $0 < 128 }) else { return nil }
        if order != 0 { return order }
        if a < left.count || b < right.count { return a < left.count ? 1 : -1 }
        return isCaseSensitive ? size : 0
    }
}

extension String {
    /// Whether both are the same but for case. Names of most kinds are compared so (domain reference §14, choice 22).
    func isSameName(as other: String) -> Bool {
        var left = utf8.makeIterator(), right = other.utf8.makeIterator()
        while true {
            switch (left.next(), right.next()) {
            case (nil, nil): return true
            case (let a?, let b?) where a | b < 128:
                guard a == b || (a ^ b == 32 && (97...122).contains(a | 32)) else { return false }
            case (let a?, nil) where a < 128: return false
            case (nil, let b?) where b < 128: return false
            default: return lowercased() == other.lowercased()
            }
        }
    }
}
