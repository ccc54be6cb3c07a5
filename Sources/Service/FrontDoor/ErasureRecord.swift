import Basis
import Dialing

/// What the list of changes has of an erasure: whom it took out, by the pseudonym alone, and of how much. The figures are not there until it has
/// come to its end.
struct ErasureRecord: Encodable {
    let tenant: String
    let pseudonym: String
    var records: Int?
    var invites: Int?
    var changes: Int?
    var webhooks: Int?

    /// What it is called among the objects of a change.
    static let word = "erasure "

    fileprivate var change: ObjectChange { ObjectChange(ofPlatform: Self.word + pseudonym, from: nil as ErasureRecord?, to: self) }
}

/// An erasure's entry in the list of changes of a tenant, or of the platform where there is no such tenant any more.
struct ErasureEntry {
    let owner: String
    fileprivate var change: ChangeSet
}

extension Service {
    /// Keeps who begins an erasure, before anything is rewritten. Who asks may bear the name that goes.
    func begin(_ record: ErasureRecord, by call: APICall, _ eraser: Eraser) async throws(StoreFailure) -> ErasureEntry {
        let change = eraser.erased(
            ChangeSet(
                id: identifiers.next(), at: world.wallTime, author: call.author(), version: directory.version, undoes: nil,
                objects: [record.change]))
        let owner = directory.hasTenant(record.tenant) ? record.tenant : ChangeSet.platform
        try await ledger.admit([change.entry(of: owner), identifiers.mark])
        return ErasureEntry(owner: owner, change: change)
    }

    /// Entries that are read at once.
    private static let entriesLooked = 50

    /// Puts the figures into the entry, which stands where it is.
    func complete(_ entry: ErasureEntry, _ record: ErasureRecord) async throws(StoreFailure) {
        var change = entry.change, before = Int64.max
        change.objects = [record.change]
        while true {
            let page = try await store.notices(NoticeQuery(tenant: entry.owner, before: before, limit: Self.entriesLooked))
            for fact in page where try ChangeSet(stored: fact)?.id == change.id {
                guard case .fact(let row, _) = change.entry(of: entry.owner) else { return }
                return try await store.rewrite([], [StoredFact(place: fact.place, row: row)])
            }
            guard page.count == Self.entriesLooked, let last = page.last else { return }
            before = last.place
        }
    }
}
