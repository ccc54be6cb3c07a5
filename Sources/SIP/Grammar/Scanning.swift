extension Span<UInt8> {
    /// Eight bytes, the first of them the lowest; all of them have to be there.
    func word(at place: Int) -> UInt64 {
        precondition(place >= 0 && place + 8 <= count)
        return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
}

/// The range without white space at its ends; CR and LF of folded lines count as white space.
package func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound, end = range.upperBound
    while start < end, isWhite(bytes[start]) { start += 1 }
    while end > start, isWhite(bytes[end - 1]) { end -= 1 }
    return start..<end
}

func isWhite(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }

package func firstIndex(of byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var at = range.lowerBound
    while at + 8 <= range.upperBound {
        let word = bytes.word(at: at) ^ UInt64(byte) &* 0x0101_0101_0101_0101
        let zero = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
        if zero != 0 { return at + zero.trailingZeroBitCount / 8 }
        at += 8
    }
    while at < range.upperBound {
        if bytes[at] == byte { return at }
        at += 1
    }
    return nil
}

/// The one reader of numbers: digits only, below 2^32, however many zeros they begin with.
func decimal(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return nil }
    var value = 0
    for at in range {
        guard (48...57).contains(bytes[at]) else { return nil }
        value = value * 10 + Int(bytes[at] - 48)
        guard value <= Int(UInt32.max) else { return nil }
    }
    return value
}

func isToken(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for at in range where !isTokenByte(bytes[at]) { return false }
    return !range.isEmpty
}

/// `token` of RFC 3261 §25.1.
func isTokenByte(_ byte: UInt8) -> Bool {
    let (low, high): (UInt64, UInt64) = (0x03FF_6CA2_0000_0000, 0x47FF_FFFF_87FF_FFFE)
    return byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}

/// Whether the bytes are `text`, which is in lower case, in whatever case.
package func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { letters in
        for place in letters.indices {
            let byte = bytes[range.lowerBound + place]
            guard byte == letters[place] || (65...90).contains(byte) && byte | 0x20 == letters[place] else { return false }
        }
        return true
    }
}

/// Where the digits are that a value begins with.
func leadingDigits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var end = range.lowerBound
    while end < range.upperBound, (48...57).contains(bytes[end]) { end += 1 }
    return range.lowerBound..<end
}

/// Sixteen lower-case hex digits.
func hexWord(_ bytes: Span<UInt8>, _ start: Int) -> UInt64? {
    guard start + 16 <= bytes.count, let high = Hexadecimal.value(bytes.word(at: start)),
        let low = Hexadecimal.value(bytes.word(at: start + 8))
    else { return nil }
    return UInt64(high) << 32 | UInt64(low)
}

extension Collection<UInt8> {
    func equalsIgnoringCase(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        return zip(self, text.utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 | 0x20 && (97...122).contains($0 | 0x20) }
    }
}
