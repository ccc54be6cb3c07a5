import Basis
import Dialing
import Foundation
import GRDB
import Service

/// What is read back, row by row into the service's own values.
enum Reading {
    static func contents(_ database: Database, carrierCallsSince: SortableID) throws -> StoreContents {
        var contents = StoreContents()
        let state = try StoreState.read(database)
        (contents.lastPlace, contents.version) = (state.lastPlace, state.version)
        let documents = try Row.fetchCursor(database, sql: "SELECT kind, key, version, body FROM document")
        while let row = try documents.next() {
            guard let kind = StoredDocument.Kind(rawValue: row[0]) else {
                throw StoreFailure("a document of unknown kind \(row[0] as String)")
            }
            contents.documents.append(StoredDocument(kind: kind, key: row[1], version: row[2], body: Array(row[3] as Data)))
        }
        let open = try fetchDialOuts(database, sql: "SELECT \(columns) FROM dialOut WHERE state <> 'ended' ORDER BY id", arguments: [])
        for row in open {
            let events = try Data.fetchAll(
                database, sql: "SELECT body FROM event WHERE dialOut = ? ORDER BY place", arguments: [row.id.data])
            contents.openDialOuts.append(LostDialOut(row: row, events: events.map { Array($0) }))
        }
        contents.carrierCalls = try fetchDialOuts(
            database, sql: "SELECT \(columns) FROM dialOut WHERE operator = ? AND id >= ? AND state = 'ended'",
            arguments: [Operator.serviceCarrier, carrierCallsSince.data])
        let answers = try Row.fetchCursor(
            database, sql: "SELECT tenant, key, bodyHash, status, location, body, at FROM answer ORDER BY at")
        while let row = try answers.next() {
            contents.answers.append(
                StoredAnswer(
                    tenant: row[0], key: row[1], bodyHash: Array(row[2] as Data), status: row[3], location: row[4],
                    body: Array(row[5] as Data), at: WallTime(milliseconds: row[6])))
        }
        return contents
    }

    static func events(_ query: EventQuery, _ database: Database) throws -> [StoredEvent] {
        var condition = ""
        var arguments: StatementArguments = [query.after]
        switch query.scope {
        case .all: break
        case .tenant(let tenant): (condition, arguments) = ("AND tenant = ?", arguments + [tenant])
        case .operator(let operatorID): (condition, arguments) = ("AND operator = ?", arguments + [operatorID])
        case .dialOut(let id): (condition, arguments) = ("AND dialOut = ?", arguments + [id.data])
        }
        let sql = "SELECT place, dialOut, sequence, tenant, operator, body FROM event WHERE place > ? \(condition) ORDER BY place LIMIT ?"
        return try Row.fetchAll(database, sql: sql, arguments: arguments + [query.limit]).map { row in
            StoredEvent(
                place: row[0],
                row: EventRow(
                    dialOut: try identifier(row[1]), sequence: row[2], tenant: row[3], operatorID: row[4], body: Array(row[5] as Data)))
        }
    }

    static func dialOuts(_ query: DialOutQuery, _ database: Database) throws -> [StoredDialOut] {
        guard let operatorID = query.operatorID else { return try dialOuts(query, database, from: "dialOut", on: nil) }
        let last = try dialOuts(query, database, from: "dialOut", on: ("dialOut.operator = ?", operatorID))
        let joined = "formerOperator JOIN dialOut ON dialOut.id = formerOperator.dialOut"
        let former = try dialOuts(query, database, from: joined, on: ("formerOperator.operator = ?", operatorID))
        return former.isEmpty ? last : Array((last + former).sorted { $0.id > $1.id }.prefix(query.limit))
    }

    private static func dialOuts(
        _ query: DialOutQuery, _ database: Database, from source: String, on operatorCondition: (String, String)?
    ) throws -> [StoredDialOut] {
        var conditions = ["1"]
        var arguments: StatementArguments = []
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        if let (condition, operatorID) = operatorCondition { require(condition, operatorID) }
        require("id = ?", query.id?.data)
        require("id < ?", query.before?.data)
        require("id >= ?", query.from?.data)
        require("meeting = ?", query.meetingID)
        require("tenant = ?", query.tenant)
        require("organizer = ?", query.organizer)
        require("state = ?", query.state?.rawValue)
        let sql = "SELECT \(columns) FROM \(source) WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?"
        return try fetchDialOuts(database, sql: sql, arguments: arguments + [query.limit])
    }

    private static let columns = "id, tenant, meeting, organizer, dialOut.operator, state, body"

    private static func fetchDialOuts(_ database: Database, sql: String, arguments: StatementArguments) throws -> [StoredDialOut] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            guard let state = CallState(rawValue: row[5]) else { throw StoreFailure("a dial-out in the unknown state \(row[5] as String)") }
            return StoredDialOut(
                id: try identifier(row[0]), tenant: row[1], meetingID: row[2], organizer: row[3], operatorID: row[4], state: state,
                body: Array(row[6] as Data))
        }
    }

    private static func identifier(_ data: Data) throws -> SortableID {
        guard let id = SortableID(data: data) else { throw StoreFailure("an identifier of \(data.count) bytes") }
        return id
    }
}

extension SortableID {
    /// Big-endian, as ``PreparedStatement`` writes it.
    fileprivate var data: Data {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }
    }

    fileprivate init?(data: Data) {
        guard data.count == 16 else { return nil }
        let words = data.withUnsafeBytes { ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }
}
