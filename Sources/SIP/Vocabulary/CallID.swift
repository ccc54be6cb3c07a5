/// A Call-ID of ours: 128 bits as 32 hex digits.
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

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span, bytes.indices)
    }
}
