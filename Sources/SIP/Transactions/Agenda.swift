import Basis

/// When calls and requests want to be looked at again: nothing is forgotten and nothing moved.
///
/// A deadline that moves later leaves its old entry where it is; when that comes up, its owner finds nothing due and is entered
/// anew. So a call costs three entries in its life instead of one for every change of state.
struct Agenda: Sendable {
    /// A place may have been left and taken again: its new leg then finds nothing due.
    enum Key: Hashable, Sendable { case call(LegPlace), request(UInt64), fork(UInt64), names }

    private var heap = InstantHeap<Key>()

    /// No later than the first thing that is due.
    var next: Instant? { heap.first?.at }

    mutating func add(_ key: Key, at instant: Instant) { heap.add(key, at: instant) }

    /// Takes out the first entry that has come due; ties go to the one made first.
    mutating func popDue(at now: Instant) -> (key: Key, at: Instant)? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.removeFirst()
        return (first.key, first.at)
    }
}

/// One owner's side of an ``Agenda``: which of its entries counts.
struct Appointment: Sendable {
    private var at: Instant?

    /// Sees to it that there is an entry no later than `deadline`.
    mutating func keep(_ deadline: Instant?, for key: Agenda.Key, in agenda: inout Agenda) {
        guard let deadline, at.map({ deadline < $0 }) ?? true else { return }
        at = deadline
        agenda.add(key, at: deadline)
    }

    /// Whether an entry that has come up is the one that counts, which it then is no more.
    mutating func isDue(at instant: Instant) -> Bool {
        guard at == instant else { return false }
        at = nil
        return true
    }
}

/// Where a leg is among an endpoint's legs.
typealias LegPlace = UInt32
