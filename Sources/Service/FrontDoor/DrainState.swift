/// What a drain still waits for.
package struct DrainState: Encodable, Equatable, Sendable {
    /// Dial-outs that are not over, or whose end is not on disk.
    package let dialOuts: Int
    /// Calls on trunks, those that are taken back among them.
    package let legs: Int
    /// Entries that the store has not taken.
    package let entries: Int

    package init(dialOuts: Int, legs: Int, entries: Int) { (self.dialOuts, self.legs, self.entries) = (dialOuts, legs, entries) }

    /// `2 dial-outs, 3 legs and 0 entries for the store`.
    package var words: String { "\(dialOuts) dial-outs, \(legs) legs and \(entries) entries for the store" }
}

extension Service {
    /// What a drain waits for, or would now.
    package var drainState: DrainState { DrainState(dialOuts: live.count, legs: trunks.liveLegs, entries: ledger.pending) }
}
