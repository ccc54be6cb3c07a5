/// The last rewriting of a user's invites with the numbers of its time (domain reference §7.5, §8.7).
package struct MeetingMigration: Codable, Equatable, Sendable {
    package enum State: String, Codable, CaseIterable, Sendable {
        case pending = "Pending"
        case inProgress = "InProgress"
        case succeeded = "Succeeded"
        case failed = "Failed"

        /// Whether it is still to be done.
        package var isUnfinished: Bool { self == .pending || self == .inProgress }
    }

    package var upn: String
    package var state = State.pending
    /// When it was asked for, and when its state changed last; milliseconds since 1970.
    package var createdAt: Int
    package var modifiedAt: Int
    /// Invites that were found, and how many of them could not be rewritten.
    package var total = 0
    package var failed = 0
    /// Why it failed; empty else.
    package var message = ""

    package init(of upn: String, at now: Int) { (self.upn, createdAt, modifiedAt) = (upn, now, now) }
}
