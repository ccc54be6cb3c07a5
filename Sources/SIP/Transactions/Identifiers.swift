import Basis

/// A Call-ID of ours: 128 bits as 32 hex digits, the second half proving that the first is ours.
struct CallID: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil for a Call-ID that this endpoint cannot have made.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count == 32, let high = hexWord(bytes, range.lowerBound), let low = hexWord(bytes, range.lowerBound + 16) else {
            return nil
        }
        self.init(high: high, low: low)
    }
}

/// Sixteen lower-case hex digits.
func hexWord(_ bytes: Span<UInt8>, _ start: Int) -> UInt64? {
    guard start + 16 <= bytes.count, let high = Hexadecimal.value(bytes.word(at: start)),
        let low = Hexadecimal.value(bytes.word(at: start + 8))
    else { return nil }
    return UInt64(high) << 32 | UInt64(low)
}

/// Draws Call-IDs, tags and branches that nobody who has seen some of them can foretell: SipHash-2-4 of a counter under a drawn key.
struct Identifiers: Sendable {
    /// The magic cookie of RFC 3261 §8.1.1.7.
    static let cookie = "z9hG4bK"

    private let key: (UInt64, UInt64)
    private var counter: UInt64 = 0

    init(_ random: SeededRandom) {
        var random = random
        key = (random.next(), random.next())
    }

    mutating func next() -> UInt64 {
        counter += 1
        return hash(counter, domain: 0)
    }

    mutating func callID() -> CallID {
        let high = next()
        return CallID(high: high, low: hash(high, domain: 1))
    }

    /// Whether this endpoint made the Call-ID, even if it has long forgotten the call.
    func made(_ callID: CallID) -> Bool { callID.low == hash(callID.high, domain: 1) }

    /// One branch for the BYE that ends the dialog of this Call-ID and tag, however often it is asked for.
    func branch(of callID: ArraySlice<UInt8>, _ tag: ArraySlice<UInt8>) -> UInt64 {
        var folded: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in callID { folded = (folded ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in tag { folded = (folded ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash(folded, domain: 2)
    }

    /// SipHash-2-4 of two words (Aumasson, Bernstein 2012).
    private func hash(_ word: UInt64, domain: UInt64) -> UInt64 {
        var v = (
            key.0 ^ 0x736f_6d65_7073_6575, key.1 ^ 0x646f_7261_6e64_6f6d, key.0 ^ 0x6c79_6765_6e65_7261, key.1 ^ 0x7465_6462_7974_6573
        )
        func round() {
            v.0 &+= v.1
            v.2 &+= v.3
            v.1 = (v.1 << 13 | v.1 >> 51) ^ v.0
            v.3 = (v.3 << 16 | v.3 >> 48) ^ v.2
            v.0 = v.0 << 32 | v.0 >> 32
            v.2 &+= v.1
            v.0 &+= v.3
            v.1 = (v.1 << 17 | v.1 >> 47) ^ v.2
            v.3 = (v.3 << 21 | v.3 >> 43) ^ v.0
            v.2 = v.2 << 32 | v.2 >> 32
        }
        func absorb(_ block: UInt64) {
            v.3 ^= block
            round()
            round()
            v.0 ^= block
        }
        absorb(word)
        absorb(domain)
        absorb(16 << 56)
        v.2 ^= 0xFF
        for _ in 0..<4 { round() }
        return v.0 ^ v.1 ^ v.2 ^ v.3
    }
}
