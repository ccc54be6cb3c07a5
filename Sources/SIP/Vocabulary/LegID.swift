import Basis

/// One INVITE on one trunk.
package struct LegID: Hashable, Comparable, Sendable {
    package let dialOut: SortableID
    package let attempt: Int

    package init(dialOut: SortableID, attempt: Int) {
        self.dialOut = dialOut
        self.attempt = attempt
    }

    package static func < (left: LegID, right: LegID) -> Bool {
        (left.dialOut, left.attempt) < (right.dialOut, right.attempt)
    }
}

/// The secret from which the identifiers of all legs follow: whoever has it, be it another start of the service, finds them again.
package struct LegKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}
