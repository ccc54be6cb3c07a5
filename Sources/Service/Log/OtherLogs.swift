/// What other nodes write into the same store, each in a log of its own (docs/decisions/two-services-on-one-log.md).
package protocol OtherLogs: Sendable {
    /// What each log of another node has behind a place, in order and without a gap, `limit` facts of each; all as it was at one moment. Only what
    /// is on disk is in it.
    func entries(behind places: LogPlaces, limit: Int) async throws(StoreFailure) -> [LogID: FactPage]
    /// Calls `hint` on the world's thread when another log may have grown. It may be late, lost or for nothing.
    func listen(_ hint: @escaping @Sendable () -> Void)
}

extension Store {
    /// Nil where nobody else writes the store.
    package var others: (any OtherLogs)? { nil }
}

/// Why an admission was left out of its group: what it takes is somebody else's by now.
package enum StoreConflict: Equatable, Sendable {
    /// The key was used a moment ago, and has not expired.
    case key(UsedKey)
    /// This version of the configuration is another node's.
    case configuration(version: Int64)
}

extension StoreConflict: CustomStringConvertible {
    package var description: String {
        switch self {
        case .key(let use): "the Idempotency-Key is that of the dial-out \(use.dialOut)"
        case .configuration(let version): "another node has put version \(version) of the configuration in force"
        }
    }
}

extension [StoreEntry] {
    /// The entries without the admissions that are in conflict.
    package func leavingOut(_ conflicts: [Int: StoreConflict], of admissions: [Range<Int>]) -> [StoreEntry] {
        conflicts.isEmpty ? self : leaving(out: conflicts.keys.sorted().map { admissions[$0] })
    }

    /// What stays when ranges that rise and do not overlap are taken out.
    func leaving(out ranges: [Range<Int>]) -> [StoreEntry] {
        var kept: [StoreEntry] = []
        var position = 0
        for range in ranges {
            kept += self[position..<range.lowerBound]
            position = range.upperBound
        }
        return kept + self[position...]
    }
}
