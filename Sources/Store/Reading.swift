import Basis
import Dialing
import Foundation
import GRDB
import Service

/// What is read back, row by row into the service's own values. Each row is compared with its sum, and what a start reads with the state's
/// tallies: what is damaged or missing is an error.
struct Reading {
    let database: Database
    private var names: NameReader

    init(_ database: Database) {
        self.database = database
        names = NameReader(database)
    }

    static func contents(
        _ database: Database, usesSince month: Month, _ key: StoreKey, _ take: (StoredDocument) throws -> Void
    ) throws -> StoreContents {
        var reading = Reading(database), contents = StoreContents()
        let state = try StoreState.read(database)
        (contents.lastPlace, contents.version) = (state.lastPlace, state.version)
        let lastPlace = try database.prepared("SELECT max(place) FROM fact").integer() ?? 0
        guard lastPlace == state.lastPlace else {
            throw StoreFailure("the last row of table fact is \(lastPlace), and must be \(state.lastPlace)")
        }
        try documents(database, state.documents, key, take)
        let open = try openDialOuts(database, state.openDialOuts, by: \.openSum)
        contents.openDialOuts = try open.map { try reading.dialOut($0) }
        let newest = "SELECT \(dialOutColumns) FROM dialOut ORDER BY id DESC LIMIT 1"
        contents.newestDialOut = try database.firstRow(of: "dialOut", newest) { try SearchedRow(&$0) }?.id
        contents.uses = try reading.uses(since: month)
        return contents
    }

    /// The dial-outs without an end. Throws where they are not those whose sums together were written.
    static func openDialOuts(
        _ database: Database, _ wanted: StoreState.Tally, by sum: KeyPath<SortableID, Int64>
    ) throws -> [SearchedRow] {
        let sql = "SELECT \(dialOutColumns) FROM dialOut WHERE outcome IS NULL ORDER BY id"
        let open = try database.rows(of: "dialOut", sql, [], SearchedRow.init)
        try require(open.reduce(into: StoreState.Tally()) { $0.add($1.id[keyPath: sum]) }, wanted, "dial-outs without an end")
        return open
    }

    private static func require(_ found: StoreState.Tally, _ wanted: StoreState.Tally, _ what: String) throws(StoreFailure) {
        guard found != wanted else { return }
        throw StoreFailure("\(found.count) \(what) are found, and \(wanted.count) were written, or one stands for another")
    }

    private static func documents(
        _ database: Database, _ tally: StoreState.Tally, _ key: StoreKey, _ take: (StoredDocument) throws -> Void
    ) throws {
        var found = StoreState.Tally()
        let sql = "SELECT \(documentColumns) FROM document WHERE kind < '\(StoredDocument.Kind.onDemand)'"
        try database.eachRow(of: "document", sql) { row in
            let (document, sum) = try document(&row, key)
            found.add(sum)
            try take(document)
            return true
        }
        try require(found, tally, "documents")
    }

    private static let documentColumns = "kind, key, version, body, sum"

    private static func document(_ stored: inout StoredRow, _ key: StoreKey) throws -> (StoredDocument, sum: Int64) {
        let word = try stored.text()
        guard let kind = StoredDocument.Kind(rawValue: word) else { throw stored.damage("\(word) is no kind of document") }
        let name = try stored.text(), version = try stored.integer(), raw = try stored.blob(), sum = try stored.verify()
        let body = try DocumentBody(stored: raw, at: "\(word) \(name)", key)
        return (StoredDocument(kind: kind, key: name, version: version, body: body.text, isSecret: body.isSecret), sum)
    }

    /// Each is compared with what was asked for: a damaged key would be found in another's place.
    static func documents(_ query: DocumentQuery, _ database: Database, _ key: StoreKey) throws -> [StoredDocument] {
        let low = query.lastFirst ? query.prefix : query.after ?? query.prefix
        let high = query.lastFirst ? query.after ?? DocumentQuery.end(of: query.prefix) : DocumentQuery.end(of: query.prefix)
        let isBehind = !query.lastFirst && query.after != nil
        let sql = """
            SELECT \(documentColumns) FROM document WHERE kind = ? AND key \(isBehind ? ">" : ">=") ? AND key < ?
            ORDER BY key\(query.lastFirst ? " DESC" : "") LIMIT ?
            """
        var last: String?
        return try database.rows(of: "document", sql, [query.kind.rawValue, low, high, query.limit]) { row in
            let document = try document(&row, key).0
            let isNext =
                last.map { last in
                    let (lower, higher) = query.lastFirst ? (document.key, last) : (last, document.key)
                    return lower.utf8.lexicographicallyPrecedes(higher.utf8)
                } ?? true
            guard document.kind == query.kind, document.key.hasPrefix(query.prefix), isNext else {
                throw StoreFailure("the key of table document leads to row \(document.place)")
            }
            last = document.key
            return document
        }
    }

    private mutating func uses(since month: Month) throws -> [StoredUse] {
        let sql = "SELECT tenant, month, minutes, credits, sum FROM monthlyUse WHERE month >= ?"
        return try database.rows(of: "monthlyUse", sql, [month.index]) { stored in
            let tenant = try stored.integer(), month = Int(try stored.integer())
            let pool = MinutePool(minutesUsed: Int(try stored.integer()), creditsSpent: Int(try stored.integer()))
            try stored.verify()
            return StoredUse(tenant: try names.name(tenant), month: Month(index: month), pool: pool)
        }
    }

    // MARK: facts

    /// Places of the log that one read of a scope looks at.
    static let scanLimit: Int64 = 20_000

    mutating func facts(_ query: FactQuery) throws -> FactPage {
        let lastPlace = try database.prepared("SELECT lastPlace FROM state").integer() ?? 0
        let after = max(query.after, try Forgetting.oldestPlace(database) - 1)
        let end = after > lastPlace - Self.scanLimit ? lastPlace : after + Self.scanLimit
        var condition = "place > ? AND place <= ?", arguments: StatementArguments = [after, end]
        var isOfDialOut = false
        switch query.scope {
        case .all: break
        case .tenant(let tenant):
            condition += " AND tenant = ?"
            arguments += [try Names.find(tenant, database)]
        case .operator(let id):
            condition += " AND operator = ?"
            arguments += [try Names.find(id, database)]
        case .dialOut(let id):
            (condition, arguments) = ("dialOut = ? AND dialOut <> 0 AND place > ?", [id.rowID, query.after])
            isOfDialOut = true
        }
        let sql = "SELECT \(factColumns) FROM fact WHERE \(condition) ORDER BY place LIMIT ?"
        let found = try database.rows(of: "fact", sql, arguments + [query.limit], RawFact.init).map { try fact($0) }
        try require(found, isOfDialOut ? query : FactQuery(scope: query.scope, after: after, limit: query.limit))
        let isWhole = found.count < query.limit
        var earlier: [SortableID: [StoredFact]] = [:]
        for fact in found where earlier[fact.row.dialOut] == nil {
            let isFirst = fact.row.sequence == 1 || fact.row.dialOut == FactRow.noDialOut
            earlier[fact.row.dialOut] = isFirst ? [] : try facts(of: fact.row.dialOut, before: fact.place)
        }
        return FactPage(facts: found, earlier: earlier, through: isWhole ? (isOfDialOut ? lastPlace : end) : found.last?.place ?? end)
    }

    private func require(_ found: [StoredFact], _ query: FactQuery) throws {
        var previous = query.after
        for fact in found {
            guard fact.place > previous, query.scope.has(fact.row) else {
                throw StoreFailure("an index of table fact leads from row \(previous) to \(fact.place)")
            }
            previous = fact.place
        }
        if query.scope == .all, let first = found.first, let last = found.last {
            let isWhole = first.place == query.after + 1 && last.place - first.place == Int64(found.count) - 1
            guard isWhole else { throw StoreFailure("rows of table fact are missing after \(query.after)") }
        }
    }

    /// All facts of a dial-out before a place, in order. The entry of the index behind them is read as well: a damaged one among them does
    /// not end them unseen.
    private mutating func facts(of id: SortableID, before place: Int64 = .max) throws -> [StoredFact] {
        let sql = "SELECT \(factColumns) FROM fact WHERE dialOut >= ? AND dialOut <> 0 ORDER BY dialOut, place"
        var found: [RawFact] = []
        try database.eachRow(of: "fact", sql, [id.rowID]) { row in
            let raw = try RawFact(&row)
            guard raw.dialOut == id.rowID, raw.place < place else { return false }
            found.append(raw)
            return true
        }
        return try found.map { try stored($0, of: id) }
    }

    private let factColumns = "place, dialOut, sequence, tenant, operator, body, sum"

    private mutating func fact(_ raw: RawFact) throws -> StoredFact {
        try stored(raw, of: raw.dialOut == 0 ? FactRow.noDialOut : identifier(raw.dialOut))
    }

    private mutating func stored(_ raw: RawFact, of id: SortableID) throws -> StoredFact {
        StoredFact(
            place: raw.place,
            row: FactRow(
                dialOut: id, sequence: raw.sequence, tenant: try names.name(raw.tenant),
                operatorID: try raw.operatorID.map { try names.name($0) }, body: raw.body))
    }

    private func identifier(_ rowID: Int64) throws -> SortableID {
        var statement = try database.prepared("SELECT low FROM dialOut WHERE id = ?")
        statement.bind(rowID)
        guard let low = try statement.integer() else { throw StoreFailure("the row \(rowID) of table dialOut is missing") }
        return SortableID(high: UInt64(bitPattern: rowID), low: UInt64(bitPattern: low))
    }

    mutating func notices(_ query: NoticeQuery) throws -> [StoredFact] {
        guard let tenant = try Names.find(query.tenant, database) else { return [] }
        let sql = "SELECT \(factColumns) FROM fact WHERE dialOut = 0 AND tenant = ? AND place < ? ORDER BY place DESC LIMIT ?"
        return try database.rows(of: "fact", sql, [tenant, query.before, query.limit], RawFact.init).map { try fact($0) }
    }

    // MARK: keys

    func use(ofKey key: String, tenant: String) throws -> UsedKey? {
        guard let number = try Names.find(tenant, database) else { return nil }
        let sql = "SELECT tenant, hash, bodyHash, dialOut, at, sum FROM usedKey WHERE tenant = ? AND hash = ?"
        return try database.firstRow(of: "usedKey", sql, [number, Data(Writing.hash(key))]) { stored in
            let owner = try stored.integer(), hash = try stored.blob(), bodyHash = try stored.blob(), dialOut = try stored.integer()
            let at = try stored.integer()
            try stored.verify()
            guard owner == number, hash == Writing.hash(key) else { throw stored.damage("it is another key's") }
            return UsedKey(
                tenant: tenant, key: key, bodyHash: bodyHash, dialOut: try identifier(dialOut), at: WallTime(milliseconds: at))
        }
    }

    // MARK: dial-outs

    mutating func dialOuts(_ query: DialOutQuery) throws -> [StoredDialOut] {
        guard let wanted = try DialOutLookup(query, database) else { return [] }
        var found = try rows(wanted, from: "dialOut")
        if query.operatorID != nil {
            let former = try rows(wanted, from: "formerOperator CROSS JOIN dialOut ON dialOut.id = formerOperator.dialOut")
            if !former.isEmpty { found = Array((found + former).sorted(by: wanted.comesFirst).prefix(query.limit)) }
        }
        return try found.map { try dialOut($0) }
    }

    private mutating func rows(_ wanted: DialOutLookup, from source: String) throws -> [SearchedRow] {
        let (condition, arguments) = wanted.condition(isFormer: source != "dialOut")
        let sql = "SELECT \(Self.dialOutColumns) FROM \(source) WHERE \(condition) LIMIT ?"
        var rows: [SearchedRow] = []
        for found in try database.rows(of: "dialOut", sql, arguments + [wanted.limit], SearchedRow.init) {
            guard wanted.takes(found), rows.last.map({ wanted.comesFirst($0, found) }) ?? true else {
                throw StoreFailure("an index of table dialOut leads to row \(found.id)")
            }
            rows.append(found)
        }
        return rows
    }

    static let dialOutColumns =
        "dialOut.id, low, tenant, meeting, organizer, number, callerID, dialOut.operator, outcome, dialOut.sum"

    private mutating func dialOut(_ row: SearchedRow) throws -> StoredDialOut {
        StoredDialOut(id: row.id, tenant: try names.name(row.tenant), facts: try facts(of: row.id), outcome: row.outcome)
    }
}

/// A row of the table `fact`.
private struct RawFact {
    let place: Int64
    let dialOut: Int64
    let sequence: Int
    let tenant: Int64
    let operatorID: Int64?
    let body: [UInt8]

    init(_ stored: inout StoredRow) throws {
        (place, dialOut, sequence) = (try stored.integer(), try stored.integer(), Int(try stored.integer()))
        (tenant, operatorID, body) = (try stored.integer(), try stored.optionalInteger(), try stored.blob())
        try stored.verify()
    }
}

/// A row of the table `dialOut` as far as it is compared with what was looked for.
struct SearchedRow {
    let id: SortableID
    let tenant: Int64
    let meeting: Int64
    let organizer: Int64
    let number: Int64?
    let outcome: Outcome?

    init(_ stored: inout StoredRow) throws {
        let high = try stored.integer(), low = try stored.integer()
        id = SortableID(high: UInt64(bitPattern: high), low: UInt64(bitPattern: low))
        (tenant, meeting, organizer, number) =
            (try stored.integer(), try stored.integer(), try stored.integer(), try stored.optionalInteger())
        _ = try (stored.optionalInteger(), stored.optionalInteger())
        let place = try stored.optionalInteger()
        try stored.verify()
        guard place.map({ Outcome.allCases.indices.contains(Int($0)) }) ?? true else { throw stored.damage("it has no such outcome") }
        outcome = place.map { Outcome.allCases[Int($0)] }
    }
}

extension FactQuery.Scope {
    fileprivate func has(_ row: FactRow) -> Bool {
        switch self {
        case .all: true
        case .tenant(let tenant): row.tenant == tenant
        case .operator(let id): row.operatorID == id
        case .dialOut(let id): row.dialOut == id
        }
    }
}
