import Basis
import Dialing
import Service

/// What a store of the other world has: rows by their keys, and the log of each node.
struct SimTables {
    private(set) var logs: [LogID: [StoredFact]] = [:]
    private(set) var factsOf: [SortableID: [StoredFact]] = [:]
    /// The log that a dial-out's facts are in.
    private(set) var home: [SortableID: LogID] = [:]
    /// What was told of the facts, in the order in which they were committed.
    private(set) var events: [SimEvent] = []
    private(set) var dialOuts: [SortableID: DialOutRow] = [:]
    /// By kind and key, with a slash between.
    private(set) var documents: [String: StoredDocument] = [:]
    private var keys: [ExactText: UsedKey] = [:]
    private var uses: [StoredUse] = []
    /// Facts before this place of the first log are told of no more.
    private(set) var oldest: Int64 = 1
    private(set) var version: Int64 = 0

    /// The newest place of a log.
    func last(of log: LogID) -> Int64 { Int64(logs[log]?.count ?? 0) }

    // MARK: writing

    /// The admissions whose key somebody has, and whose it is.
    func conflicts(_ entries: [StoreEntry], _ admissions: [Range<Int>]) -> [Int: StoreConflict] {
        var keys = keys, conflicts: [Int: StoreConflict] = [:]
        for (position, entry) in entries.enumerated() {
            switch entry {
            case .key(let use):
                let name = Self.name(use.tenant, use.key)
                if let held = keys[name], held.at.milliseconds + UsedKey.keptFor > use.at.milliseconds {
                    if let admission = admissions.firstIndex(where: { $0.contains(position) }) { conflicts[admission] = .key(held) }
                } else {
                    keys[name] = use
                }
            case .keyReleased(let tenant, let key): keys[Self.name(tenant, key)] = nil
            case .fact, .dialOut, .document, .use: continue
            }
        }
        return conflicts
    }

    /// Writes entries behind what the log has. The place of the first fact, or 0 when there is none.
    mutating func append(_ entries: [StoreEntry], to log: LogID) -> Int64 {
        let before = last(of: log)
        for entry in entries {
            switch entry {
            case .fact(let row, let told): note(StoredFact(place: last(of: log) + 1, row: row), told, in: log)
            case .dialOut(let row): dialOuts[row.id] = row
            case .document(let document): put(document)
            case .key(let use): keys[Self.name(use.tenant, use.key)] = use
            case .keyReleased(let tenant, let key): keys[Self.name(tenant, key)] = nil
            case .use(let use): uses.append(use)
            }
        }
        return last(of: log) > before ? before + 1 : 0
    }

    private mutating func note(_ fact: StoredFact, _ told: Told?, in log: LogID) {
        logs[log, default: []].append(fact)
        factsOf[fact.row.dialOut, default: []].append(fact)
        home[fact.row.dialOut] = home[fact.row.dialOut] ?? log
        if let told, !told.isForOperatorAlone { events.append(SimEvent(told, at: fact, in: log)) }
    }

    mutating func put(_ document: StoredDocument) {
        documents["\(document.kind.rawValue)/\(document.key)"] = document.body == nil ? nil : document
        version = max(version, document.version)
    }

    private static func name(_ tenant: String, _ key: String) -> ExactText { ExactText("\(tenant)/\(key)") }

    mutating func rewrite(_ dialOuts: [RewrittenDialOut], _ notices: [StoredFact]) {
        for dialOut in dialOuts {
            for fact in dialOut.facts { logs[.first]![Int(fact.place) - 1] = fact }
            (factsOf[dialOut.row.id], self.dialOuts[dialOut.row.id]) = (dialOut.facts, dialOut.row)
        }
        for notice in notices { logs[.first]![Int(notice.place) - 1] = notice }
    }

    mutating func forget(_ bounds: RetentionBounds) -> Forgotten {
        let facts = logs[.first] ?? []
        func first(_ id: SortableID) -> Int64 { facts.first { $0.row.dialOut >= id }?.place ?? Int64(facts.count) }
        let held = bounds.held.map { max($0.place + 1, first($0.since)) } ?? Int64.max
        func hasFacts(before id: SortableID) -> Bool { facts.contains { $0.row.dialOut < id && $0.row.dialOut != FactRow.noDialOut } }
        if let events = bounds.events, hasFacts(before: events) { oldest = max(oldest, min(first(events), held)) }
        let old = dialOuts.values.filter { row in bounds.records.map { row.id < $0 } ?? false && !row.isOpen }.sorted { $0.id < $1.id }
        let looked = old.prefix(bounds.limit), gone = looked.filter { factsOf[$0.id]?.last?.place ?? 0 < oldest }
        for row in gone { (dialOuts[row.id], factsOf[row.id]) = (nil, nil) }
        keys = keys.filter { $0.value.at > bounds.keys }
        put(StoredDocument(kind: .setting, key: StoredDocument.oldestPlaceKey, version: 0, body: OldestPlace(place: oldest).written))
        return Forgotten(oldestPlace: oldest, dialOuts: gone.count, isMore: !gone.isEmpty && looked.count == bounds.limit)
    }

    // MARK: reading

    /// What a start reads: of what belongs to one node, its own.
    func contents(for log: LogID, usesSince month: Month) -> (documents: [StoredDocument], rest: StoreContents) {
        var contents = StoreContents()
        let documents = documents.filter { isRead($0.value, by: log) }.sorted { $0.key < $1.key }.map(\.value)
        contents.log = log
        contents.lastPlace = last(of: log)
        for other in logs.keys where other != log { contents.others[other] = last(of: other) }
        contents.version = version
        contents.openDialOuts = dialOuts.values.filter { $0.isOpen && home[$0.id] == log }.sorted { $0.id < $1.id }.map { stored($0) }
        contents.newestDialOut = dialOuts.keys.max()
        contents.uses = uses.filter { $0.month >= month }
        return (documents, contents)
    }

    /// Whether a start of the log's node reads a document: a leg is the node's that dialled it.
    private func isRead(_ document: StoredDocument, by log: LogID) -> Bool {
        guard document.kind == .dialog else { return !document.kind.isReadOnDemand }
        return SortableID(String(document.key.prefix { $0 != "/" })).map { home[$0] ?? log == log } ?? true
    }

    func stored(_ row: DialOutRow) -> StoredDialOut {
        StoredDialOut(id: row.id, tenant: row.tenant, facts: factsOf[row.id] ?? [], outcome: row.outcome)
    }

    func facts(_ query: FactQuery, in log: LogID) -> FactPage {
        let facts = logs[log] ?? []
        let after = query.scope.isOfDialOut || log != .first ? query.after : max(query.after, oldest - 1)
        let matching = facts.dropFirst(Int(min(after, Int64(facts.count)))).lazy.filter { fact in
            switch query.scope {
            case .all: true
            case .tenant(let tenant): fact.row.tenant == tenant
            case .operator(let id): fact.row.operatorID == id
            case .dialOut(let id): fact.row.dialOut == id && self.factsOf[id] != nil
            }
        }
        let found = Array(matching.prefix(query.limit))
        var earlier: [SortableID: [StoredFact]] = [:]
        for fact in found where earlier[fact.row.dialOut] == nil {
            let isOfDialOut = fact.row.dialOut != FactRow.noDialOut
            earlier[fact.row.dialOut] = isOfDialOut ? factsOf[fact.row.dialOut]?.filter { $0.place < fact.place } : []
        }
        return FactPage(
            facts: found, earlier: earlier, through: found.count < query.limit ? Int64(facts.count) : found.last?.place ?? query.after)
    }

    func notices(_ query: NoticeQuery, in log: LogID) -> [StoredFact] {
        let matching = (logs[log] ?? []).lazy.reversed().filter {
            $0.row.dialOut == FactRow.noDialOut && $0.row.tenant == query.tenant && $0.place < query.before
        }
        return Array(matching.prefix(query.limit))
    }

    func documents(_ query: DocumentQuery) -> [StoredDocument] {
        let matching = documents.values.filter { document in
            document.kind == query.kind && document.key.hasPrefix(query.prefix)
                && (query.after.map { query.lastFirst ? document.key < $0 : document.key > $0 } ?? true)
        }
        return Array(matching.sorted { query.lastFirst ? $0.key > $1.key : $0.key < $1.key }.prefix(query.limit))
    }

    func use(ofKey key: String, tenant: String) -> UsedKey? { keys[Self.name(tenant, key)] }

    func dialOuts(_ query: DialOutQuery) -> [StoredDialOut] {
        let matching = dialOuts.values.filter { row in
            (query.id == nil || query.id == row.id) && (query.tenant == nil || query.tenant == row.tenant)
                && query.meetingID.map { ExactText($0) == ExactText(row.meetingID) } ?? true
                && query.organizer.map { ExactText($0) == ExactText(row.organizer) } ?? true
                && (query.operatorID == nil || query.operatorID == row.operatorID || row.formerOperatorIDs.contains(query.operatorID!))
                && (query.number == nil || query.number == row.number)
                && (query.isOperatorsView && query.operatorID != row.operatorID
                    || (query.callerID == nil || query.callerID == row.callerID) && (query.outcome == nil || query.outcome == row.outcome))
                && (query.isOpen == nil || query.isOpen == row.isOpen)
                && query.before.map { row.id < $0 } ?? true && query.after.map { row.id > $0 } ?? true
                && query.from.map { row.id >= $0 } ?? true
        }
        return matching.sorted { query.comesFirst($0.id, $1.id) }.prefix(query.limit).map { stored($0) }
    }
}

/// An event as those who watch see it, with its place in its log.
package struct SimEvent: Sendable {
    package struct Row: Sendable {
        package let dialOut: SortableID
        package let sequence: Int
        package let tenant: String
        package let operatorID: String?
        /// The event as JSON.
        package let body: [UInt8]
    }
    let log: LogID
    package let place: Int64
    package let row: Row

    init(_ told: Told, at fact: StoredFact, in log: LogID) {
        (self.log, place) = (log, fact.place)
        row = Row(
            dialOut: fact.row.dialOut, sequence: fact.row.sequence, tenant: fact.row.tenant, operatorID: fact.row.operatorID,
            body: told.written)
    }
}
