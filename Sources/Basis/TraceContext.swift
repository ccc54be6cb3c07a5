/// The place of a request in a trace that its caller began: the header `traceparent` (W3C Trace Context §3.2).
package struct TraceContext: Equatable, Sendable {
    /// 128 bits, not all of them zero.
    package let high: UInt64
    package let low: UInt64
    /// The span of the caller's that this request belongs to; not zero.
    package let parent: UInt64
    /// Whether the caller records its spans.
    package let isSampled: Bool

    package init(high: UInt64, low: UInt64, parent: UInt64, isSampled: Bool) {
        (self.high, self.low, self.parent, self.isSampled) = (high, low, parent, isSampled)
    }

    /// Nil where the header is malformed, and so of no trace. A version to come is read as far as it is known.
    package init?(_ header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        func number<Number: FixedWidthInteger>(_ text: Substring, _ digits: Int, _ type: Number.Type) -> Number? {
            guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
            return Number(text, radix: 16)
        }
        guard parts.count >= 4, let version = number(parts[0], 2, UInt8.self), version != 0xFF, version != 0 || parts.count == 4,
            let trace = number(parts[1], 32, UInt128.self), trace != 0, let parent = number(parts[2], 16, UInt64.self), parent != 0,
            let flags = number(parts[3], 2, UInt8.self)
        else { return nil }
        self.init(
            high: UInt64(truncatingIfNeeded: trace >> 64), low: UInt64(truncatingIfNeeded: trace), parent: parent, isSampled: flags & 1 == 1
        )
    }

    /// Thirty-two hexadecimal digits.
    package var traceID: String { high.hexadecimal + low.hexadecimal }
    /// Sixteen.
    package var parentID: String { parent.hexadecimal }
}

extension UInt64 {
    /// Sixteen digits in lower case.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension TraceContext: Packable {
    package func pack(into packed: inout PackedWriter) {
        for word in [high, low, parent] { packed.add(unsigned: word) }
        packed.add(isSampled)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(high: try packed.unsigned(), low: try packed.unsigned(), parent: try packed.unsigned(), isSampled: try packed.read())
    }
}
