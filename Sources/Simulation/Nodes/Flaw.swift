/// A rule of the shared store that a run leaves out, so that it is seen that the invariants find it missing
/// (docs/decisions/two-services-on-one-log.md).
package enum Flaw: String, Sendable, CaseIterable {
    /// `append` reads the fence, the group and the newest place as they were before it had the lock: as one statement would.
    case snapshotBeforeLock
    /// `append` takes no lock.
    case noLock
    /// A group that comes again is written again.
    case groupsForgotten
    /// Whether a group is there is only looked up: one that is still under way comes later.
    case lookUpAlone
    /// `append` does not ask whether it is another process's turn by now.
    case noFence
    /// A new process reads what is open before it fences the one before.
    case readBeforeFence
    /// Keys are looked up and not taken.
    case keysUnguarded
    /// Keys are taken in the order in which they came.
    case keysUnordered
    /// `append` answers before it is on disk.
    case answersEarly
    /// Followers look only when they were told to.
    case hintNeeded
    /// Followers see only what no transaction elsewhere is older than.
    case waitsForOldTransactions
    /// A process whose lease is over dials.
    case dialsWithoutLease
}
