/// A gzip member (RFC 1952) of one block with the fixed codes (RFC 1951 §3.2.6): small, and a third of the size for texts.
package enum Gzip {
    /// The whole of it, made at once.
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var output = Bits(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        output.put(1, 1)
        output.put(1, 2)
        var finder = RepetitionFinder(bytes)
        var at = 0
        while at < bytes.count {
            if let found = finder.longest(at: at) {
                output.put(length: found.length)
                output.put(distance: found.distance)
                for place in at..<at + found.length { finder.note(place) }
                at += found.length
            } else {
                output.put(symbol: Int(bytes[at]))
                finder.note(at)
                at += 1
            }
        }
        output.put(symbol: 256)
        output.flush()
        for word in [crc(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
            for shift in [0, 8, 16, 24] as [UInt32] { output.bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return output.bytes
    }

    /// RFC 1952 §8.
    static func crc(_ bytes: [UInt8]) -> UInt32 {
        let table = (0..<256).map { (byte: UInt32) in
            (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ rest >> 1 : rest >> 1 }
        }
        return ~bytes.reduce(0xFFFF_FFFF as UInt32) { rest, byte in table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] ^ rest >> 8 }
    }
}

/// Where the next bytes stood before, by a hash of three of them and the places that had the same.
private struct RepetitionFinder {
    static let lengths = 3...258
    private static let window = 32_768
    /// Earlier places that are looked at for one.
    private static let patience = 48
    private let bytes: [UInt8]
    private var newest: [Int32]
    private var earlier: [Int32]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        newest = Array(repeating: -1, count: 1 << 13)
        earlier = Array(repeating: -1, count: bytes.count)
    }

    private func hash(_ at: Int) -> Int {
        let word = UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
        return Int(truncatingIfNeeded: (word &* 0x9E37_79B1) >> 19)
    }

    mutating func note(_ at: Int) {
        guard at + 2 < bytes.count else { return }
        let key = hash(at)
        earlier[at] = newest[key]
        newest[key] = Int32(at)
    }

    func longest(at: Int) -> (length: Int, distance: Int)? {
        guard at + 2 < bytes.count else { return nil }
        let most = min(Self.lengths.upperBound, bytes.count - at)
        var best = (length: Self.lengths.lowerBound - 1, distance: 0), place = Int(newest[hash(at)]), tries = Self.patience
        while place >= 0, at - place <= Self.window, tries > 0 {
            var length = 0
            while length < most, bytes[place + length] == bytes[at + length] { length += 1 }
            if length > best.length { best = (length, at - place) }
            if length == most { break }
            place = Int(earlier[place])
            tries -= 1
        }
        return best.length >= Self.lengths.lowerBound ? best : nil
    }
}

/// Bits, the least significant first; codes the other way round (RFC 1951 §3.1.1).
private struct Bits {
    var bytes: [UInt8]
    private var held: UInt32 = 0
    private var count: UInt32 = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func put(_ value: Int, _ width: UInt32) {
        held |= UInt32(value) << count
        count += width
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            count -= 8
        }
    }

    mutating func flush() { if count > 0 { put(0, 8 - count) } }

    private mutating func put(code: Int, _ width: UInt32) {
        var turned = 0
        for place in 0..<Int(width) where code >> place & 1 == 1 { turned |= 1 << (Int(width) - 1 - place) }
        put(turned, width)
    }

    mutating func put(symbol: Int) {
        switch symbol {
        case ..<144: put(code: 0x30 + symbol, 8)
        case ..<256: put(code: 0x190 + symbol - 144, 9)
        case ..<280: put(code: symbol - 256, 7)
        default: put(code: 0xC0 + symbol - 280, 8)
        }
    }

    /// Symbols 257 to 285; the four of each group share their number of extra bits.
    mutating func put(length: Int) {
        guard length < 258 else { return put(symbol: 285) }
        let rest = length - 3
        guard rest >= 8 else { return put(symbol: 257 + rest) }
        let extra = rest.highBit - 2
        put(symbol: 257 + extra * 4 + rest >> extra)
        put(rest & (1 << extra - 1), UInt32(extra))
    }

    mutating func put(distance: Int) {
        let rest = distance - 1
        guard rest >= 4 else { return put(code: rest, 5) }
        let extra = rest.highBit - 1
        put(code: extra * 2 + rest >> extra, 5)
        put(rest & (1 << extra - 1), UInt32(extra))
    }
}

extension Int {
    /// The place of the highest bit that is set; it is not 0.
    fileprivate var highBit: Int { Int.bitWidth - 1 - leadingZeroBitCount }
}
