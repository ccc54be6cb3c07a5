import Basis
import Dialing

/// What a store may forget, and how much at once.
package struct RetentionBounds: Sendable {
    /// Events before the acceptance of the first dial-out from this one on are told no more; nil: all are.
    package var events: SortableID?
    /// Dial-outs before this one are forgotten once they have ended and none of their events is told any more.
    package var records: SortableID?
    /// Somebody has had the log up to this place only, and is waited for as long as what follows is not older than a dial-out.
    package var held: (place: Int64, since: SortableID)?
    /// Uses of `Idempotency-Key`s up to this moment are forgotten.
    package var keys: WallTime
    /// Dial-outs that are forgotten at once.
    package var limit: Int

    package init(events: SortableID? = nil, records: SortableID? = nil, keys: WallTime, limit: Int) {
        (self.events, self.records, self.keys, self.limit) = (events, records, keys, limit)
    }
}

/// What a store has forgotten.
package struct Forgotten: Equatable, Sendable {
    /// From here on the log is whole.
    package let oldestPlace: Int64
    package let dialOuts: Int
    /// Whether there may be more that is too old.
    package let isMore: Bool

    package init(oldestPlace: Int64, dialOuts: Int, isMore: Bool) {
        (self.oldestPlace, self.dialOuts, self.isMore) = (oldestPlace, dialOuts, isMore)
    }
}

/// The first place of the log that is kept whole, as a store keeps it.
package struct OldestPlace: Codable, Sendable {
    package let place: Int64

    package init(place: Int64) { self.place = place }

    package var written: [UInt8] { JSON.encode(self) }
}

extension StoredDocument {
    package static let oldestPlaceKey = "oldestPlace"
}

extension StoredDocuments {
    /// From where on the log is whole.
    func oldestPlace() throws(StoreFailure) -> Int64 {
        try setting(StoredDocument.oldestPlaceKey, as: OldestPlace.self)?.place ?? 1
    }
}

extension FactQuery.Scope {
    /// Whether it is one dial-out's, whose facts are kept as long as its record.
    package var isOfDialOut: Bool { if case .dialOut = self { true } else { false } }
}
