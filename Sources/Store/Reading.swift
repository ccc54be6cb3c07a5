import Basis
import Dialing
import Foundation
import GRDB
import Service

/// What is read back, row by row into the service's own values. Each row is compared with its sum, and what a start reads with the state's
/// tallies: what is damaged or missing is an error.
enum Reading {
    static func contents(_ database: Database, carrierCallsSince: SortableID, _ key: StoreKey) throws -> StoreContents {
        var contents = StoreContents()
        let state = try StoreState.read(database)
        (contents.lastPlace, contents.version) = (state.lastPlace, state.version)
        let lastPlace = try database.prepared("SELECT max(place) FROM event").integer() ?? 0
        guard lastPlace == state.lastPlace else {
            throw StoreFailure("the last row of table event is \(lastPlace), and must be \(state.lastPlace)")
        }
        contents.documents = try documents(database, state.documents, key)
        var found = StoreState.Tally()
        for row in try fetchDialOuts(database, sql: "SELECT \(columns) FROM dialOut WHERE state <> 'ended' ORDER BY id", arguments: []) {
            found.add(row.id.openSum)
            contents.openDialOuts.append(LostDialOut(row: row, events: try events(of: row.id, database)))
        }
        try require(found, state.openDialOuts, "dial-outs without an end")
        contents.carrierCalls = try fetchDialOuts(
            database, sql: "SELECT \(columns) FROM dialOut WHERE operator = ? AND id >= ? AND state = 'ended'",
            arguments: [Operator.serviceCarrier, carrierCallsSince.data])
        return contents
    }

    /// All events of a dial-out, in order. The entry of the index behind them is read as well: a damaged one among them does not end them
    /// unseen.
    private static func events(of id: SortableID, _ database: Database) throws -> [[UInt8]] {
        let sql = "SELECT \(eventColumns) FROM event WHERE dialOut >= ? ORDER BY dialOut, place"
        let rows = try Row.fetchCursor(database, sql: sql, arguments: [id.data])
        var bodies: [[UInt8]] = []
        while let row = try rows.next() {
            let found = try event(row).row
            guard found.dialOut == id else { break }
            guard found.sequence == bodies.count + 1 else {
                throw StoreFailure("event \(bodies.count + 1) of dial-out \(id) is missing in table event")
            }
            bodies.append(found.body)
        }
        guard !bodies.isEmpty else { throw StoreFailure("event 1 of dial-out \(id) is missing in table event") }
        return bodies
    }

    private static func require(_ found: StoreState.Tally, _ wanted: StoreState.Tally, _ what: String) throws(StoreFailure) {
        guard found != wanted else { return }
        throw StoreFailure("\(found.count) \(what) are found, and \(wanted.count) were written, or one stands for another")
    }

    private static func documents(_ database: Database, _ tally: StoreState.Tally, _ key: StoreKey) throws -> [StoredDocument] {
        var found = StoreState.Tally(), documents: [StoredDocument] = []
        let rows = try Row.fetchCursor(database, sql: "SELECT kind, key, version, body, sum FROM document")
        while let row = try rows.next() {
            var stored = StoredRow(row, of: "document")
            let name = try stored.text()
            guard let kind = StoredDocument.Kind(rawValue: name) else { throw stored.damage("\(name) is no kind of document") }
            let document = StoredDocument(kind: kind, key: try stored.text(), version: try stored.integer(), body: nil)
            let raw = try stored.blob()
            found.add(try stored.verify())
            let body = try DocumentBody(stored: raw, at: document.place, key)
            documents.append(
                StoredDocument(kind: kind, key: document.key, version: document.version, body: body.text, isSecret: body.isSecret))
        }
        try require(found, tally, "documents")
        return documents
    }

    static func events(_ query: EventQuery, _ database: Database) throws -> [StoredEvent] {
        var condition = "place > ?"
        var arguments: StatementArguments = [query.after]
        switch query.scope {
        case .all: break
        case .tenant(let tenant): (condition, arguments) = ("tenant = ? AND place > ?", [tenant, query.after])
        case .operator(let operatorID): (condition, arguments) = ("operator = ? AND place > ?", [operatorID, query.after])
        case .dialOut(let id): (condition, arguments) = ("dialOut = ? AND place > ?", [id.data, query.after])
        }
        let sql = "SELECT \(eventColumns) FROM event WHERE \(condition) ORDER BY place LIMIT ?"
        let events = try Row.fetchAll(database, sql: sql, arguments: arguments + [query.limit]).map(event)
        var previous = query.after
        for event in events {
            guard event.place > previous, query.scope.has(event.row) else {
                throw StoreFailure("an index of table event leads from row \(previous) to \(event.place)")
            }
            previous = event.place
        }
        if query.scope == .all, let first = events.first, let last = events.last {
            let isWhole = first.place == query.after + 1 && last.place - first.place == Int64(events.count) - 1
            guard isWhole else { throw StoreFailure("rows of table event are missing after \(query.after)") }
        }
        return events
    }

    private static let eventColumns = "place, dialOut, sequence, tenant, operator, body, sum"

    private static func event(_ row: Row) throws -> StoredEvent {
        var stored = StoredRow(row, of: "event")
        let place = try stored.integer(), dialOut = try stored.identifier(), sequence = try stored.integer()
        let event = EventRow(
            dialOut: dialOut, sequence: Int(sequence), tenant: try stored.text(), operatorID: try stored.optionalText(),
            body: try stored.blob())
        try stored.verify()
        return StoredEvent(place: place, row: event)
    }

    static func answer(tenant: String, key: String, _ database: Database) throws -> StoredAnswer? {
        let sql = "SELECT tenant, keyHash, bodyHash, status, location, body, at, sum FROM answer WHERE tenant = ? AND keyHash = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [tenant, Data(Writing.hash(key))]) else { return nil }
        var stored = StoredRow(row, of: "answer")
        let owner = try stored.text(), hash = try stored.blob()
        let answer = StoredAnswer(
            tenant: owner, key: key, bodyHash: try stored.blob(), status: Int(try stored.integer()), location: try stored.optionalText(),
            body: try stored.blob(), at: WallTime(milliseconds: try stored.integer()))
        try stored.verify()
        guard owner == tenant, hash == Writing.hash(key) else { throw stored.damage("it is another key's") }
        return answer
    }

    static func dialOuts(_ query: DialOutQuery, _ database: Database) throws -> [StoredDialOut] {
        guard let operatorID = query.operatorID else { return try dialOuts(query, database, from: "dialOut", on: nil) }
        let last = try dialOuts(query, database, from: "dialOut", on: ("dialOut.operator = ?", operatorID))
        let joined = "formerOperator CROSS JOIN dialOut ON dialOut.id = formerOperator.dialOut"
        let former = try dialOuts(query, database, from: joined, on: ("formerOperator.operator = ?", operatorID))
        return former.isEmpty ? last : Array((last + former).sorted { $0.id > $1.id }.prefix(query.limit))
    }

    /// The narrowest condition leads; the others, marked by `+`, are not looked up by (SQLite, "The Query Optimizer", §2). Of two tables the
    /// first is looked up in first (§7.1, `CROSS JOIN`).
    private static func dialOuts(
        _ query: DialOutQuery, _ database: Database, from source: String, on operatorCondition: (String, String)?
    ) throws -> [StoredDialOut] {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        var isLed = false
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?, leads: Bool = true) {
            guard let value else { return }
            conditions.append(leads && isLed ? "+\(condition)" : condition)
            arguments += [value]
            isLed = isLed || leads
        }
        let id = operatorCondition != nil && source != "dialOut" ? "formerOperator.dialOut" : "dialOut.id"
        require("\(id) = ?", query.id?.data)
        if let (condition, operatorID) = operatorCondition {
            let isJoined = source != "dialOut"
            require(condition, operatorID, leads: !isJoined)
            isLed = isLed || isJoined
        }
        require("meeting = ?", query.meetingID)
        require("organizer = ?", query.organizer)
        require("tenant = ?", query.tenant)
        require("\(id) < ?", query.before?.data, leads: false)
        require("\(id) >= ?", query.from?.data, leads: false)
        require("+state = ?", query.state?.rawValue, leads: false)
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        let sql = "SELECT \(columns) FROM \(source) WHERE \(condition)\(query.id == nil ? " ORDER BY \(id) DESC" : "") LIMIT ?"
        let rows = try fetchDialOuts(database, sql: sql, arguments: arguments + [query.limit])
        var previous: SortableID?
        for row in rows {
            guard row.isWanted(by: query), previous.map({ row.id < $0 }) ?? true else {
                throw StoreFailure("an index of table dialOut leads to row \(row.id)")
            }
            previous = row.id
        }
        return rows
    }

    private static let columns = "id, tenant, meeting, organizer, dialOut.operator, state, body, sum"

    private static func fetchDialOuts(_ database: Database, sql: String, arguments: StatementArguments) throws -> [StoredDialOut] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            var stored = StoredRow(row, of: "dialOut")
            let id = try stored.identifier(), tenant = try stored.text(), meeting = try stored.text(), organizer = try stored.text()
            let operatorID = try stored.optionalText(), name = try stored.text(), body = try stored.blob()
            try stored.verify()
            guard let state = CallState(rawValue: name) else { throw stored.damage("\(name) is no state") }
            return StoredDialOut(
                id: id, tenant: tenant, meetingID: meeting, organizer: organizer, operatorID: operatorID, state: state, body: body)
        }
    }
}

extension EventQuery.Scope {
    fileprivate func has(_ row: EventRow) -> Bool {
        switch self {
        case .all: true
        case .tenant(let tenant): row.tenant == tenant
        case .operator(let id): row.operatorID == id
        case .dialOut(let id): row.dialOut == id
        }
    }
}

extension StoredDialOut {
    fileprivate func isWanted(by query: DialOutQuery) -> Bool {
        (query.id == nil || query.id == id) && (query.tenant == nil || query.tenant == tenant)
            && (query.meetingID == nil || query.meetingID == meetingID) && (query.organizer == nil || query.organizer == organizer)
    }
}

extension SortableID {
    /// Big-endian, as ``PreparedStatement`` writes it.
    fileprivate var data: Data {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }
    }
}
