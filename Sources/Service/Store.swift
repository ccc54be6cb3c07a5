import Basis

/// What the service needs of its store: entries committed whole, in order, and synced before it says so.
///
/// Declared here by its only user; SQLite implements it for real, memory for the simulator.
package protocol Store: Sendable {
    /// Everything that a start needs. Called once, before the first request, from the world's thread; it may block.
    ///
    /// `carrierCallsSince` names the first of the ended calls of the service's own carrier that are wanted.
    func load(carrierCallsSince: SortableID) throws(StoreFailure) -> StoreContents
    /// Commits all entries or none and syncs them; then calls `done` on the world's thread with what became of them.
    ///
    /// After ``CommitOutcome/unknown(_:)`` the next call is ``settle(_:)``, until that knows.
    func commit(_ entries: [StoreEntry], _ done: @escaping @Sendable (CommitOutcome) -> Void)
    /// Finds out what became of the last group, whose outcome was unknown. It is never committed by this.
    func settle(_ done: @escaping @Sendable (CommitOutcome) -> Void)
    func events(_ query: EventQuery) async throws(StoreFailure) -> [StoredEvent]
    func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut]
    /// The answer that was kept for the tenant's key, however old.
    func answer(tenant: String, key: String) async throws(StoreFailure) -> StoredAnswer?
}

/// The store said no: disk full, unreadable file, wrong schema.
package struct StoreFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
    package init(_ message: String) { self.message = message }
}

/// What became of a group.
package enum CommitOutcome: Equatable, Sendable {
    /// All of it is on disk; the first of its events, if it has any, has this place.
    case kept(firstPlace: Int64)
    /// None of it is, and none of it will be.
    case refused(StoreFailure)
    /// A sync failed, and the file could not be read back yet: after a power cut it may be there or not.
    case unknown(StoreFailure)
}

package enum StoreEntry: Sendable {
    case event(EventRow)
    /// Inserted, or replaced whole.
    case dialOut(StoredDialOut)
    case document(StoredDocument)
    case answer(StoredAnswer)
    /// An answer that was kept and must not be given.
    case answerWithdrawn(tenant: String, key: String)
}

/// An event before the log has given it its place.
package struct EventRow: Equatable, Sendable {
    package let dialOut: SortableID
    package let sequence: Int
    package let tenant: String
    package let operatorID: String?
    /// The event as JSON.
    package let body: [UInt8]

    package init(dialOut: SortableID, sequence: Int, tenant: String, operatorID: String?, body: [UInt8]) {
        self.dialOut = dialOut
        self.sequence = sequence
        self.tenant = tenant
        self.operatorID = operatorID
        self.body = body
    }
}

/// An event with its place in the one log: places rise by 1 without a gap.
package struct StoredEvent: Equatable, Sendable {
    package let place: Int64
    package let row: EventRow
    package init(place: Int64, row: EventRow) {
        self.place = place
        self.row = row
    }
}

/// A dial-out as the store keeps it: what it is searched by, and the JSON that the API shows.
package struct StoredDialOut: Equatable, Sendable {
    package let id: SortableID
    package let tenant: String
    package let meetingID: String
    package let organizer: String
    package let operatorID: String?
    /// Operators that were tried before, whose lists have it as well; kept for what is found, and not read back.
    package let formerOperatorIDs: [String]
    package let state: CallState
    package let body: [UInt8]

    package init(
        id: SortableID, tenant: String, meetingID: String, organizer: String, operatorID: String?, formerOperatorIDs: [String] = [],
        state: CallState, body: [UInt8]
    ) {
        self.id = id
        self.tenant = tenant
        self.meetingID = meetingID
        self.organizer = organizer
        self.operatorID = operatorID
        self.formerOperatorIDs = formerOperatorIDs
        self.state = state
        self.body = body
    }
}

/// A document: one tenant, user, operator, token or number order, a setting, or the dialog of a call that is connected.
package struct StoredDocument: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case tenant, user, `operator`, token, numberOrder, setting, dialog
        /// A webhook endpoint, how far it is in the log, and what waits for it of one dial-out.
        case webhook, webhookPlace, webhookWait
    }
    package let kind: Kind
    package let key: String
    /// The configuration version that wrote it; 0 for what is no configuration.
    package let version: Int64
    /// JSON; nil takes the document away.
    package let body: [UInt8]?
    /// Whether the body holds what nobody may read in a copy of the store: it is kept sealed.
    package let isSecret: Bool

    package init(kind: Kind, key: String, version: Int64, body: [UInt8]?, isSecret: Bool = false) {
        self.isSecret = isSecret
        self.kind = kind
        self.key = key
        self.version = version
        self.body = body
    }
}

/// The first answer to a request with an `Idempotency-Key`, kept for 24 hours.
package struct StoredAnswer: Equatable, Sendable {
    /// In milliseconds.
    package static let keptFor: Int64 = 24 * 3600 * 1000

    package let tenant: String
    package let key: String
    package let bodyHash: [UInt8]
    package let status: Int
    package let location: String?
    package let body: [UInt8]
    package let at: WallTime

    package init(tenant: String, key: String, bodyHash: [UInt8], status: Int, location: String?, body: [UInt8], at: WallTime) {
        self.tenant = tenant
        self.key = key
        self.bodyHash = bodyHash
        self.status = status
        self.location = location
        self.body = body
        self.at = at
    }
}

package struct StoreContents: Sendable {
    package var documents: [StoredDocument] = []
    /// Dial-outs that an earlier start left without an end.
    package var openDialOuts: [LostDialOut] = []
    /// Ended calls of the service's own carrier, from which included minutes and credits are counted.
    package var carrierCalls: [StoredDialOut] = []
    package var lastPlace: Int64 = 0
    package var version: Int64 = 0
    package init() {}
}

/// Events after a place, oldest first, of everybody, one tenant, one operator or one dial-out.
package struct EventQuery: Sendable {
    package enum Scope: Hashable, Sendable { case all, tenant(String), `operator`(String), dialOut(SortableID) }
    package let scope: Scope
    package let after: Int64
    package let limit: Int
    package init(scope: Scope, after: Int64, limit: Int) {
        self.scope = scope
        self.after = after
        self.limit = limit
    }
}

/// Dial-outs, newest first, before a cursor; nil members match everything.
package struct DialOutQuery: Sendable {
    package var id: SortableID?
    package var tenant: String?
    package var meetingID: String?
    package var organizer: String?
    /// The operator that was tried last, or one that was tried before.
    package var operatorID: String?
    package var state: CallState?
    package var before: SortableID?
    /// The oldest that is wanted.
    package var from: SortableID?
    package var limit: Int
    package init(limit: Int) { self.limit = limit }
}
