import Basis
import Dialing

/// A dial-out as it comes out of its facts, one after the other from the first one on.
struct Fold {
    let id: SortableID
    private(set) var dialOut: DialOut?

    init(of id: SortableID) { self.id = id }

    /// The fact that comes next, as it is stored.
    func timed(_ stored: StoredFact) throws(StoreFailure) -> TimedFact {
        do throws(PackedFault) { return try TimedFact(stored: stored.row.body, since: dialOut?.acceptedAt) } catch {
            throw StoreFailure("the stored dial-out \(id) cannot be read: \(error.message)")
        }
    }

    /// What is told of the fact. Throws when it cannot be read, or one before it is missing.
    mutating func take(_ stored: StoredFact) throws(StoreFailure) -> CallEvent? {
        do throws(PackedFault) {
            let timed = try TimedFact(stored: stored.row.body, since: dialOut?.acceptedAt)
            var next = if let dialOut { dialOut } else { try DialOut(id, of: stored.row.tenant, timed) }
            dialOut = nil
            let kind = next.apply(timed.fact, at: timed.at)
            guard stored.row.sequence == (kind == nil ? 0 : next.sequence) else {
                throw PackedFault("event \(next.sequence) is missing before place \(stored.place)")
            }
            dialOut = next
            return kind.map { CallEvent($0, of: next, after: timed) }
        } catch {
            throw StoreFailure("the stored dial-out \(id) cannot be read: \(error.message)")
        }
    }
}

extension DialOut {
    /// Before its first fact is applied; throws for one that no dial-out begins with.
    fileprivate init(_ id: SortableID, of tenant: String, _ first: TimedFact) throws(PackedFault) {
        switch first.fact {
        case .accepted(let order, let decision), .refused(let order, let decision):
            self.init(id: id, tenant: tenant, order: order, decision: decision, acceptedAt: first.at, began: .zero)
        case .warning, .queued, .failedOver, .dialling, .progress, .answered, .sessionChanged, .attemptFailed, .ended,
            .durationReported, .priced:
            throw PackedFault("it does not begin with its acceptance")
        }
    }
}

extension StoredDialOut {
    /// Throws when something of it is missing or cannot be read.
    package func folded() throws(StoreFailure) -> DialOut {
        var fold = Fold(of: id)
        for stored in facts { _ = try fold.take(stored) }
        guard let dialOut = fold.dialOut else { throw StoreFailure("the stored dial-out \(id) has no facts") }
        guard dialOut.ending?.outcome == outcome else {
            throw StoreFailure("the stored dial-out \(id) is \(outcome?.rawValue ?? "open"), and its facts do not say so")
        }
        return dialOut
    }
}

extension StoredDialOut {
    /// As its first fact left it.
    func begun() throws(StoreFailure) -> DialOut {
        var fold = Fold(of: id)
        for stored in facts.prefix(1) { _ = try fold.take(stored) }
        guard let dialOut = fold.dialOut else { throw StoreFailure("the stored dial-out \(id) has no facts") }
        return dialOut
    }
}

extension FactPage {
    /// What is told of the facts that are here. Throws when something of their dial-outs is missing or cannot be read.
    package func told() throws(StoreFailure) -> [ToldEntry] {
        var folds: [SortableID: Fold] = [:], told: [ToldEntry] = []
        for stored in facts {
            let id = stored.row.dialOut
            guard id != FactRow.noDialOut else {
                if try ChangeSet(stored: stored) == nil { told.append(ToldEntry(try stored.notice(), of: stored.row, at: stored.place)) }
                continue
            }
            var fold = folds.removeValue(forKey: id) ?? Fold(of: id)
            if fold.dialOut == nil {
                for earlier in earlier[id] ?? [] { _ = try fold.take(earlier) }
            }
            if let event = try fold.take(stored) { told.append(ToldEntry(.event(event), of: stored.row, at: stored.place)) }
            folds[id] = fold
        }
        return told
    }
}

extension StoredFact {
    /// What is told by an entry of no dial-out that is no change of the configuration.
    func notice() throws(StoreFailure) -> Told {
        do throws(PackedFault) {
            return try Told(notice: row.body)
        } catch {
            throw StoreFailure("the entry \(place) of the log cannot be read: \(error.message)")
        }
    }
}
