import Basis
import Dialing

/// What the service needs of its store: entries committed whole, in order, and synced before it says so.
///
/// Declared here by its only user; SQLite implements it for real, memory for the simulator.
package protocol Store: Sendable {
    /// Everything that a start needs. Called once, before the first request, from the world's thread; it may block.
    ///
    /// Each document is handed to `take` as it is read, in the order of kinds and keys: there may be millions, and what is made of them is
    /// smaller. `month` is the first whose ``StoredUse`` is wanted.
    func load(usesSince month: Month, _ take: (StoredDocument) throws(StoreFailure) -> Void) throws(StoreFailure) -> StoreContents
    /// Commits all entries or none and syncs them; then calls `done` on the world's thread with what became of them.
    ///
    /// `admissions` are parts of the entries, in their order and apart: of each that takes a key which is somebody else's already nothing is
    /// kept, and the answer says whose it is. An admission takes one key at most.
    ///
    /// After ``CommitOutcome/unknown(_:)`` the next call is ``settle(_:)``, until that knows.
    func commit(_ entries: [StoreEntry], admissions: [Range<Int>], _ done: @escaping @Sendable (CommitOutcome) -> Void)
    /// How long the last group that was kept was being written to the log and synced; part of the time until its `done`.
    var syncing: Duration { get }
    /// Finds out what became of the last group, whose outcome was unknown. It is never committed by this.
    func settle(_ done: @escaping @Sendable (CommitOutcome) -> Void)
    /// A page of the log in the order of its places.
    func facts(_ query: FactQuery) async throws(StoreFailure) -> FactPage
    func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut]
    /// Entries of no dial-out in a tenant's log, newest first.
    func notices(_ query: NoticeQuery) async throws(StoreFailure) -> [StoredFact]
    /// The same as ``documents(_:)`` for a start; it may block.
    func documentsAtStart(_ query: DocumentQuery) throws(StoreFailure) -> [StoredDocument]
    /// Documents of a kind that is read on demand, in the order of their keys.
    func documents(_ query: DocumentQuery) async throws(StoreFailure) -> [StoredDocument]
    /// What the tenant's `Idempotency-Key` was used for, however long ago.
    func use(ofKey key: String, tenant: String) async throws(StoreFailure) -> UsedKey?
    /// Takes away a bounded part of what is older than it is to be kept, in a commit of its own.
    func forget(_ bounds: RetentionBounds) async throws(StoreFailure) -> Forgotten
    /// Puts other bodies in place of facts, and other rows in place of what their dial-outs are searched by, and other bodies in place of entries
    /// of no dial-out, in a commit of its own. The places, the sequences and whose they are stay.
    func rewrite(_ dialOuts: [RewrittenDialOut], _ notices: [StoredFact]) async throws(StoreFailure)
    /// All that was committed before some moment of the call, as one file; made beside everything else.
    func copy() async throws(StoreFailure) -> any StoreCopy
    /// The logs of other nodes; nil where nobody else writes the store.
    var others: (any OtherLogs)? { get }
}

/// A store's content as the bytes of a file, read once from its beginning to its end.
package protocol StoreCopy: AnyObject, Sendable {
    /// Nil behind the last.
    func next() async throws(StoreFailure) -> [UInt8]?
}

/// The store said no: disk full, unreadable file, wrong schema.
package struct StoreFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
    package init(_ message: String) { self.message = message }
}

/// What became of a group.
package enum CommitOutcome: Equatable, Sendable {
    /// All of it is on disk, but for the admissions that were refused, by their index; the first of its facts, if it has any, has this place.
    case kept(firstPlace: Int64, conflicts: [Int: StoreConflict] = [:])
    /// None of it is, and none of it will be.
    case refused(StoreFailure)
    /// A sync failed, and the file could not be read back yet: after a power cut it may be there or not.
    case unknown(StoreFailure)
}

/// Indirect: a group is handed on more often than it is looked into.
package indirect enum StoreEntry: Sendable {
    /// A fact, and what is told of it once it is on disk; nil where it is told to nobody.
    case fact(FactRow, Told?)
    /// What the dial-out is searched by: inserted, or replaced whole.
    case dialOut(DialOutRow)
    case document(StoredDocument)
    case key(UsedKey)
    /// A key that was kept and is free again.
    case keyReleased(tenant: String, key: String)
    /// Added to what the tenant has used in the month.
    case use(StoredUse)
}

/// A fact before the log has given it its place.
package struct FactRow: Equatable, Sendable {
    package let dialOut: SortableID
    /// The dial-out's facts that are told count from 1; 0 for one that is not.
    package let sequence: Int
    package let tenant: String
    /// Whose watchers see it.
    package let operatorID: String?
    /// ``TimedFact`` in its packed form.
    package let body: [UInt8]

    /// In place of a dial-out: the entry is of none.
    package static let noDialOut = SortableID(high: 0, low: 0)

    package init(dialOut: SortableID, sequence: Int, tenant: String, operatorID: String?, body: [UInt8]) {
        self.dialOut = dialOut
        self.sequence = sequence
        self.tenant = tenant
        self.operatorID = operatorID
        self.body = body
    }
}

/// A fact with its place in its log: places of a log rise by 1 without a gap.
package struct StoredFact: Equatable, Sendable {
    package let place: Int64
    package let row: FactRow
    package init(place: Int64, row: FactRow) {
        self.place = place
        self.row = row
    }
}

/// Facts of a scope after a place.
package struct FactPage: Sendable {
    package let facts: [StoredFact]
    /// The facts that their dial-outs had before the first one that is here.
    package let earlier: [SortableID: [StoredFact]]
    /// All facts of the scope up to here are in it.
    package let through: Int64

    package init(facts: [StoredFact], earlier: [SortableID: [StoredFact]], through: Int64) {
        self.facts = facts
        self.earlier = earlier
        self.through = through
    }
}

/// What a dial-out is searched by.
package struct DialOutRow: Equatable, Sendable {
    package let id: SortableID
    package let tenant: String
    package let meetingID: String
    package let organizer: String
    /// Nil where what was dialled is no number.
    package let number: E164?
    package let callerID: E164?
    package let operatorID: String?
    /// Operators that were tried before, whose lists have it as well.
    package let formerOperatorIDs: [String]
    package let outcome: Outcome?
    /// Whether it has an end.
    package var isOpen: Bool { outcome == nil }

    package init(
        id: SortableID, tenant: String, meetingID: String, organizer: String, number: E164?, callerID: E164?, operatorID: String?,
        formerOperatorIDs: [String] = [], outcome: Outcome?
    ) {
        self.id = id
        self.tenant = tenant
        self.meetingID = meetingID
        self.organizer = organizer
        self.number = number
        self.callerID = callerID
        self.operatorID = operatorID
        self.formerOperatorIDs = formerOperatorIDs
        self.outcome = outcome
    }
}

/// A dial-out with all its facts, in their order.
package struct StoredDialOut: Equatable, Sendable {
    package let id: SortableID
    package let tenant: String
    package let facts: [StoredFact]
    /// What it is searched by; its facts must say the same.
    package let outcome: Outcome?

    package init(id: SortableID, tenant: String, facts: [StoredFact], outcome: Outcome?) {
        self.id = id
        self.tenant = tenant
        self.facts = facts
        self.outcome = outcome
    }
}

/// A document: one tenant, user, operator, token or number order, a setting, or the dialog of a call that is connected.
package struct StoredDocument: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case tenant, user, `operator`, token, numberOrder, setting, dialog
        /// A webhook endpoint, how far it is in the log, and what waits for it of one dial-out.
        case webhook, webhookPlace, webhookWait
        /// What became of the last rewriting of a user's invites.
        case migration
        /// What a tenant has spent of its credits, and was told of them.
        case carrierAccount
        /// What an operator charges.
        case priceList
        /// An invite under its organizer, and who is the organizer of a meeting.
        case invite = "~invite"
        case inviteOrganizer = "~inviteOrganizer"
        /// A number order that is done, without its numbers; its numbers; which request with a key made it.
        case orderHead = "~order"
        case orderNumbers = "~orderNumbers"
        case orderKey = "~orderKey"

        /// Whether a start leaves it in the store: there are more of it the longer the service runs. Such names begin with a tilde, behind all
        /// others.
        package var isReadOnDemand: Bool { rawValue.hasPrefix(Self.onDemand) }
        package static let onDemand = "~"
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

/// The dial-out that a request with an `Idempotency-Key` led to; it is answered the same for 24 hours.
package struct UsedKey: Equatable, Sendable {
    /// In milliseconds.
    package static let keptFor: Int64 = 24 * 3600 * 1000

    package let tenant: String
    package let key: String
    /// The first 128 bits of the SHA-256 of the request.
    package let bodyHash: [UInt8]
    package let dialOut: SortableID
    package let at: WallTime

    package init(tenant: String, key: String, bodyHash: [UInt8], dialOut: SortableID, at: WallTime) {
        self.tenant = tenant
        self.key = key
        self.bodyHash = bodyHash
        self.dialOut = dialOut
        self.at = at
    }
}

/// What a tenant's calls on the service's own carrier used in a month.
package struct StoredUse: Equatable, Sendable {
    package let tenant: String
    package let month: Month
    package let pool: MinutePool

    package init(tenant: String, month: Month, pool: MinutePool) {
        self.tenant = tenant
        self.month = month
        self.pool = pool
    }
}

package struct StoreContents: Sendable {
    /// Those that were taken.
    var documents = StoredDocuments()
    /// Dial-outs that an earlier start left without an end.
    package var openDialOuts: [StoredDialOut] = []
    /// The newest of all.
    package var newestDialOut: SortableID?
    package var uses: [StoredUse] = []
    /// The log that this node writes, and its newest place.
    package var log = LogID.first
    package var lastPlace: Int64 = 0
    /// How far other nodes were in theirs.
    package var others = LogPlaces()
    package var version: Int64 = 0
    package init() {}
}

/// Facts after a place, oldest first, of everybody, one tenant, one operator or one dial-out.
package struct FactQuery: Sendable {
    package enum Scope: Hashable, Sendable { case all, tenant(String), `operator`(String), dialOut(SortableID) }
    package let scope: Scope
    /// Nil reads the node's own.
    package let log: LogID?
    package let after: Int64
    package let limit: Int
    package init(scope: Scope, log: LogID? = nil, after: Int64, limit: Int) {
        self.scope = scope
        self.log = log
        self.after = after
        self.limit = limit
    }
}

/// Entries of no dial-out in a tenant's log, newest first, before a place.
package struct NoticeQuery: Sendable {
    package let tenant: String
    package let before: Int64
    package let limit: Int

    package init(tenant: String, before: Int64, limit: Int) { (self.tenant, self.before, self.limit) = (tenant, before, limit) }
}

/// Documents of one kind whose keys begin with a text, in the order of their keys.
package struct DocumentQuery: Sendable {
    package let kind: StoredDocument.Kind
    package let prefix: String
    /// The key behind which they begin, or before which where the last come first.
    package var after: String?
    package var lastFirst = false
    package var limit: Int

    package init(_ kind: StoredDocument.Kind, prefix: String, after: String? = nil, limit: Int) {
        (self.kind, self.prefix, self.after, self.limit) = (kind, prefix, after, limit)
    }

    /// No key with the prefix is as high.
    package static func end(of prefix: String) -> String { prefix + "\u{10FFFF}" }
}

extension Store {
    /// One dial-out, whoever's it is.
    func dialOut(_ id: SortableID) async throws(StoreFailure) -> StoredDialOut? {
        var query = DialOutQuery(limit: 1)
        query.id = id
        return try await dialOuts(query).first
    }
}

/// Dial-outs in the order of their acceptance, from a cursor on; nil members match everything.
package struct DialOutQuery: Sendable {
    package enum Order: String, CaseIterable, Sendable { case newest, oldest }
    /// Which one comes first.
    package var order = Order.newest
    package var id: SortableID?
    package var tenant: String?
    package var meetingID: String?
    package var organizer: String?
    /// The operator that was tried last, or one that was tried before.
    package var operatorID: String?
    /// Whether ``callerID`` and ``outcome`` are meant as that operator is shown them. Of what another one was tried for since the store then
    /// asks for neither: whoever asks it has to look.
    package var isOperatorsView = false
    package var number: E164?
    package var callerID: E164?
    package var outcome: Outcome?
    package var isOpen: Bool?
    package var before: SortableID?
    package var after: SortableID?
    /// The oldest that is wanted.
    package var from: SortableID?
    package var limit: Int
    package init(limit: Int) { self.limit = limit }

    /// Asks for what comes behind one in its order.
    package mutating func move(behind last: SortableID) {
        switch order {
        case .newest: before = before.map { min($0, last) } ?? last
        case .oldest: after = after.map { max($0, last) } ?? last
        }
    }

    /// Whether the first comes before the second.
    package func comesFirst(_ first: SortableID, _ second: SortableID) -> Bool { order == .newest ? first > second : first < second }
}
