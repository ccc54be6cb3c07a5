/// An opaque identifier that sorts by the time it was made: a UUID version 7 (RFC 9562 §5.7), written as 32 lower-case hex digits.
///
/// That form is at once a `local-uuid` of RFC 7989, so a dial-out's identifier is also its SIP `Session-ID`.
package struct SortableID: Hashable, Comparable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package static func < (left: SortableID, right: SortableID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// Makes identifiers that never go backwards, even when the wall clock does.
    package struct Source: Sendable {
        private var lastHigh: UInt64 = 0

        package init() {}

        package mutating func next(at time: WallTime, using random: inout some RandomNumberGenerator) -> SortableID {
            let stamp = UInt64(truncatingIfNeeded: max(0, time.milliseconds)) << 16
            let fresh = stamp | 0x7000 | (random.next() as UInt64) & 0x07FF
            lastHigh = fresh > lastHigh ? fresh : Self.successor(of: lastHigh)
            return SortableID(high: lastHigh, low: (random.next() as UInt64) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
        }

        /// None that was made sorts behind it.
        package var newest: SortableID { SortableID(high: lastHigh, low: .max) }

        /// Goes on behind an identifier that was made elsewhere.
        package mutating func follow(_ id: SortableID) { lastHigh = max(lastHigh, id.high) }

        /// Counts up in the 12 bits under the version; past their end it borrows the next millisecond.
        private static func successor(of high: UInt64) -> UInt64 {
            high & 0x0FFF == 0x0FFF ? ((high >> 16) + 1) << 16 | 0x7000 : high + 1
        }
    }
}

extension SortableID: LosslessStringConvertible {
    package var description: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            for (offset, word) in [(0, high), (16, low)] {
                for place in 0..<16 {
                    let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - place * 4)) & 0xF
                    buffer[offset + place] = nibble < 10 ? 48 + nibble : 87 + nibble
                }
            }
            return 32
        }
    }

    /// Reads exactly what ``description`` writes; upper case and every other length is nil.
    package init?(_ text: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var count = 0
        for byte in text.utf8 {
            let nibble: UInt64
            switch byte {
            case 48...57: nibble = UInt64(byte - 48)
            case 97...102: nibble = UInt64(byte - 87)
            default: return nil
            }
            if count < 16 { words.0 = words.0 << 4 | nibble } else { words.1 = words.1 << 4 | nibble }
            count += 1
        }
        guard count == 32 else { return nil }
        self.init(high: words.0, low: words.1)
    }
}

extension SortableID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = SortableID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an identifier of 32 lower-case hex digits")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
