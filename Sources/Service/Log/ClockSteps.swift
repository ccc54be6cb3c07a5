import Basis

/// When the wall clock stood behind the identifiers, as it does after it was ahead for a while and was set right: they rise all the same, so
/// that what was accepted then has later ones than its time says. A search by time takes that into account (``bound(of:)``).
struct ClockSteps {
    private struct Step: Codable, Equatable {
        /// Milliseconds since 1970 of what was accepted first, and behind those of all its identifiers.
        let from: Int64
        var until: Int64
    }

    private static let prefix = "clockStep/"
    /// Milliseconds by which identifiers may be ahead without being a step.
    private static let least: Int64 = 1_000
    /// Identifiers of one step are this close together: each millisecond has room for 4,096.
    private static let room: Int64 = 60_000
    /// Steps that are kept; past it the first is forgotten.
    private static let limit = 64

    private var steps: [Step] = []

    init(_ documents: StoredDocuments) throws(StoreFailure) {
        for document in documents[.setting] where document.key.hasPrefix(Self.prefix) {
            steps.append(try document.decoded(Step.self))
        }
        steps.sort { $0.from < $1.from }
    }

    /// Notes what an identifier made at a time says of the clock; what is to be kept of it, together with what it was made for.
    mutating func note(_ id: SortableID, at time: WallTime) -> [StoredDocument] {
        let made = Int64(id.high >> 16)
        guard made - time.milliseconds > Self.least else { return [] }
        let step = Step(from: time.milliseconds, until: made + Self.room)
        guard let last = steps.last, time.milliseconds >= last.from, made <= last.until + Self.room else {
            steps.append(step)
            return [Self.document(step)] + forget()
        }
        guard made > last.until else { return [] }
        steps[steps.count - 1].until = step.until
        return [Self.document(steps[steps.count - 1])]
    }

    /// Behind the identifiers of all that was accepted by a time; what was accepted later may stand before it.
    func bound(of time: WallTime) -> SortableID {
        let ends = steps.lazy.filter { $0.from <= time.milliseconds && time.milliseconds < $0.until }.map(\.until)
        return .before(WallTime(milliseconds: max(ends.max() ?? 0, time.milliseconds + Self.least) + 1))
    }

    private mutating func forget() -> [StoredDocument] {
        guard steps.count > Self.limit else { return [] }
        return [Self.document(steps.removeFirst(), isOver: true)]
    }

    private static func document(_ step: Step, isOver: Bool = false) -> StoredDocument {
        StoredDocument(kind: .setting, key: "\(prefix)\(step.from)", version: 0, body: isOver ? nil : JSON.encode(step))
    }
}
