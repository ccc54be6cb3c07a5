import Basis
import Crypto
import Dialing
import Foundation
import GRDB
import Service

/// From a file of an earlier version to one of this version, which is written beside it and takes its place once it is whole and synced:
/// what is interrupted begins anew. The earlier file stays beside it, but for versions that kept secrets without a seal
/// (docs/decisions/one-log-of-facts.md). A file of version 4 has this version's tables and becomes one in its place (``Schema/raise(_:)``).
struct Conversion {
    private let version: Int64
    private let earlier: Database
    private let database: Database
    private let key: StoreKey
    private var writer: WriterState

    /// Versions from which on secrets are sealed and rows have sums.
    private static let firstSealed: Int64 = 3

    static func takeOver(_ path: String, _ keyFile: KeyFile) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let file = try StoreFile(path: path)
        let version = try file.pool.read { try Schema.version(of: $0) }
        guard version != 0, version < Schema.firstOfTables else {
            if version == Schema.firstOfTables { try file.pool.write { try Schema.raise($0) } }
            return try file.close()
        }
        try file.emptyLog()
        try file.close()
        let fresh = path + ".converting"
        for leftOver in [fresh, fresh + "-journal"] where FileManager.default.fileExists(atPath: leftOver) {
            try FileManager.default.removeItem(atPath: leftOver)
        }
        try write(fresh, from: path, version, keyFile)
        try DurableFile.sync(fresh)
        if version >= firstSealed {
            let kept = "\(path).version\(version)"
            if !FileManager.default.fileExists(atPath: kept) { try FileManager.default.linkItem(atPath: path, toPath: kept) }
        }
        for log in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + log) {
            try FileManager.default.removeItem(atPath: path + log)
        }
        // Groups are counted anew.
        GroupMark.remove(beside: path)
        guard rename(fresh, path) == 0 else { throw StoreFailure("\(path): \(String(cString: strerror(errno)))") }
        try DurableFile.syncFolder(of: path)
    }

    private static func write(_ fresh: String, from path: String, _ version: Int64, _ keyFile: KeyFile) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let earlier = try DatabaseQueue(path: path, configuration: configuration)
        let converted = try DatabaseQueue(path: fresh)
        guard chmod(fresh, 0o600) == 0 else { throw StoreFailure("\(fresh): \(String(cString: strerror(errno)))") }
        try earlier.inDatabase { earlier in
            var check: [UInt8] = [], sealed: Int64 = 0
            if version >= firstSealed {
                check = try Data.fetchOne(earlier, sql: "SELECT keyCheck FROM state").map { Array($0) } ?? []
                sealed = try earlier.prepared(DocumentBody.sealedCount).integer() ?? 0
            }
            let key = try keyFile.key(for: check, sealed: sealed)
            // The file counts only once it is whole: until then nothing in it has to last.
            try converted.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA page_size = \(StoreFile.pageSize); PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF")
            }
            try converted.write { database in
                try database.execute(sql: Schema.tables)
                try Schema.stamp(database)
                var conversion = Conversion(
                    version: version, earlier: earlier, database: database, key: key,
                    writer: WriterState(state: StoreState(keyCheck: key.check)))
                try conversion.run()
            }
        }
        try converted.close()
        try earlier.close()
    }

    private mutating func run() throws {
        let documents = try takeDocuments()
        try takeFacts()
        try takeDialOuts()
        try takeUses(documents)
        try takeKeys()
        let configuration = version < Self.firstSealed ? "configuration" : "state"
        writer.state.version = max(writer.state.version, try earlier.prepared("SELECT max(version) FROM \(configuration)").integer() ?? 0)
        try writer.state.write(to: database)
    }

    /// A row of an earlier version: since version 3 it has its sum.
    private func columns(_ columns: String) -> String { version < Self.firstSealed ? columns : columns + ", sum" }

    private func verify(_ row: inout StoredRow) throws { if version >= Self.firstSealed { try row.verify() } }

    /// Those that ``takeUses(_:)`` asks.
    private mutating func takeDocuments() throws -> StoredDocuments {
        var documents = StoredDocuments()
        try earlier.eachRow(of: "document", "SELECT \(columns("kind, key, version, body")) FROM document") { stored in
            let word = try stored.text()
            guard let kind = StoredDocument.Kind(rawValue: word) else { throw stored.damage("\(word) is no kind of document") }
            let name = try stored.text(), version = try stored.integer(), raw = try stored.blob()
            try verify(&stored)
            let body = try DocumentBody(stored: raw, at: "\(word) \(name)", key)
            let isSecret = body.isSecret || self.version < Self.firstSealed && kind.isSecret(body.text)
            let document = StoredDocument(kind: kind, key: name, version: version, body: body.text, isSecret: isSecret)
            try Writing.put(document, &writer.state, key, database)
            if kind == .tenant || kind == .setting { try documents.add(document) }
            return true
        }
        return documents
    }

    /// Events stay as they are, in the form of entries of version 0 (``TimedFact``): with the first one of a dial-out its record.
    private mutating func takeFacts() throws {
        let sum = version < Self.firstSealed ? "" : ", event.sum"
        let sql = """
            SELECT place, dialOut, sequence, event.tenant, event.operator, event.body\(sum), dialOut.body
            FROM event LEFT JOIN dialOut ON sequence = 1 AND id = dialOut ORDER BY place
            """
        try earlier.eachRow(of: "event", sql) { stored in
            let place = try stored.integer(), dialOut = try stored.identifier(), sequence = try stored.integer()
            let tenant = try stored.text(), operatorID = try stored.optionalText()
            var body = try stored.blob()
            try verify(&stored)
            if sequence == 1, let record = stored.joinedBlob() { body += [0] + record }
            guard place == writer.state.lastPlace + 1 else { throw stored.damage("the event before it is missing") }
            writer.state.lastPlace = place
            let fact = FactRow(dialOut: dialOut, sequence: Int(sequence), tenant: tenant, operatorID: operatorID, body: body)
            try Writing.insert(fact, at: place, &writer.names, database)
            return true
        }
    }

    private mutating func takeDialOuts() throws {
        let figures = ["number", "callerId", "outcome"].map { "json_extract(CAST(body AS TEXT), '$.\($0)')" }.joined(separator: ", ")
        let formerOperators =
            version < 2 ? nil : try earlier.makeStatement(sql: "SELECT operator FROM formerOperator WHERE dialOut = ?")
        let sql = "SELECT \(columns("id, tenant, meeting, organizer, operator, state, body")), \(figures) FROM dialOut"
        try earlier.eachRow(of: "dialOut", sql) { stored in
            let id = try stored.identifier(), tenant = try stored.text(), meeting = try stored.text(), organizer = try stored.text()
            let operatorID = try stored.optionalText(), state = try stored.text()
            _ = try stored.blob()
            try verify(&stored)
            let told = [stored.joinedText(), stored.joinedText(), stored.joinedText()]
            let outcome = state == CallState.ended.rawValue ? told[2].flatMap { Outcome(rawValue: $0) } : nil
            guard state != CallState.ended.rawValue || outcome != nil else { throw stored.damage("its end has no outcome") }
            let former = try formerOperators.map { try String.fetchAll($0, arguments: [id.blob]) } ?? []
            let converted = DialOutRow(
                id: id, tenant: tenant, meetingID: meeting, organizer: organizer, number: told[0].flatMap { try? E164($0) },
                callerID: told[1].flatMap { try? E164($0) }, operatorID: operatorID, formerOperatorIDs: former, outcome: outcome)
            try Writing.upsert(converted, &writer, database)
            return true
        }
    }

    /// In milliseconds: what calls used longer ago than three months is asked by nobody.
    private static let usesKept: UInt64 = 95 * 86_400_000

    private mutating func takeUses(_ documents: StoredDocuments) throws {
        let last = "SELECT id FROM dialOut ORDER BY id DESC LIMIT 1"
        guard let high = try earlier.firstRow(of: "dialOut", last, [], { try $0.identifier().high }) else { return }
        let span = Self.usesKept << 16
        let since = SortableID(high: high > span ? high - span : 0, low: 0)
        let sql = "SELECT body FROM dialOut WHERE operator = ? AND id >= ? AND state = 'ended' ORDER BY id"
        let rows = try Data.fetchCursor(earlier, sql: sql, arguments: [Operator.serviceCarrier, since.blob])
        var uses = try EarlierUses(documents)
        while let body = try rows.next() { try uses.count(Array(body)) }
        for use in uses.all { try Writing.add(use, &writer.names, database) }
    }

    private mutating func takeKeys() throws {
        let key = version < Self.firstSealed ? "key" : "keyHash"
        let sql = "SELECT \(columns("tenant, \(key), bodyHash, status, location, body, at")) FROM answer"
        try earlier.eachRow(of: "answer", sql) { stored in
            let tenant = try stored.text()
            let hash = version < Self.firstSealed ? Writing.hash(try stored.text()) : Array(try stored.blob().prefix(16))
            let bodyHash = try stored.blob()
            _ = try stored.integer()
            let location = try stored.optionalText(), body = try stored.blob()
            let at = try stored.integer()
            try verify(&stored)
            guard let dialOut = location?.split(separator: "/").last.flatMap({ SortableID(String($0)) }) ?? Self.identifier(in: body) else {
                return true
            }
            let used = KeyRow(
                tenant: try writer.names.number(of: tenant, database), hash: hash, bodyHash: Array(bodyHash.prefix(16)),
                dialOut: dialOut.rowID, at: at)
            try used.insert(database)
            return true
        }
    }

    /// Of the refusal that was the answer.
    private static func identifier(in body: [UInt8]) -> SortableID? {
        struct Refusal: Decodable { let id: SortableID }
        return (try? JSON.decode(Refusal.self, body))?.id
    }
}

extension SortableID {
    /// As earlier versions kept it: big-endian.
    fileprivate var blob: Data { withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) } }
}

extension StoredDocument.Kind {
    /// Whether a document that was written without a seal gets one.
    fileprivate func isSecret(_ body: [UInt8]) -> Bool {
        guard self == .operator else { return false }
        return (try? JSON.decode(Operator.self, body))?.hasPassword ?? true
    }
}
