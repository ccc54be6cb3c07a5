import CSQLite
import GRDB
import Service

/// The tables, and what tells a file of ours from any other.
enum Schema {
    /// "dial" in ASCII (SQLite's `application_id`).
    static let applicationID: Int64 = 0x6469_616C
    static let version: Int64 = 5
    /// The version that had these tables first.
    static let firstOfTables: Int64 = 4

    /// The file's version; 0 for one that has nothing yet. Throws when it is not ours, or newer.
    static func version(of database: Database) throws -> Int64 {
        guard try number("SELECT count(*) FROM sqlite_master", database) > 0 else { return 0 }
        guard try number("PRAGMA application_id", database) == applicationID else {
            throw StoreFailure("this is an SQLite file of another program")
        }
        let found = try number("PRAGMA user_version", database)
        guard (1...version).contains(found) else {
            throw StoreFailure("the file has schema version \(found), this program knows version \(version)")
        }
        return found
    }

    private static func number(_ sql: String, _ database: Database) throws -> Int64 { try database.prepared(sql).integer() ?? 0 }

    static func create(_ key: StoreKey, _ database: Database) throws {
        try database.execute(sql: tables)
        try stamp(database)
        try StoreState(keyCheck: key.check).write(to: database)
    }

    static func stamp(_ database: Database) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);")
    }

    /// Makes a file of version 4 one of this version. Only the sums of rows are others; those that are there stay (``FormerRowSum``).
    static func raise(_ database: Database) throws {
        var state = try StoreState.read(database)
        state.openDialOuts = try Reading.openDialOuts(database, state.openDialOuts, by: \.formerOpenSum).reduce(into: StoreState.Tally()) {
            $0.add($1.id.openSum)
        }
        try state.write(to: database)
        try stamp(database)
    }

    /// Throws unless tables and indexes are exactly those of this version: a damaged definition would find other rows.
    static func check(_ database: Database) throws {
        let sql = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        let wanted = try DatabaseQueue().write { empty in
            try empty.execute(sql: tables)
            return try Row.fetchAll(empty, sql: sql)
        }
        guard try Row.fetchAll(database, sql: sql) == wanted else { throw StoreFailure("its tables are not those of version \(version)") }
    }

    /// Each row has its sum as its last column (``RowSum``). `fact.place` rises by 1 with each row. A dial-out stands by the first half of its
    /// identifier, which rises with each; tenants and operators by their number in `name`; meetings and organizers, which are searched by and
    /// not shown, by eight bytes of their SHA-256.
    static let tables = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            lastGroup INTEGER NOT NULL,
            firstPlace INTEGER NOT NULL,
            lastPlace INTEGER NOT NULL,
            version INTEGER NOT NULL,
            documents INTEGER NOT NULL,
            documentSum INTEGER NOT NULL,
            openDialOuts INTEGER NOT NULL,
            openSum INTEGER NOT NULL,
            isClean INTEGER NOT NULL,
            keyCheck BLOB NOT NULL,
            sum INTEGER NOT NULL
        );
        CREATE TABLE name (
            id INTEGER PRIMARY KEY,
            text TEXT NOT NULL UNIQUE,
            sum INTEGER NOT NULL
        );
        CREATE TABLE fact (
            place INTEGER PRIMARY KEY,
            dialOut INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            tenant INTEGER NOT NULL,
            operator INTEGER,
            body BLOB NOT NULL,
            sum INTEGER NOT NULL
        );
        CREATE INDEX factOfDialOut ON fact (dialOut) WHERE dialOut <> 0;
        CREATE INDEX noticeOfTenant ON fact (tenant) WHERE dialOut = 0;
        CREATE TABLE dialOut (
            id INTEGER PRIMARY KEY,
            low INTEGER NOT NULL,
            tenant INTEGER NOT NULL,
            meeting INTEGER NOT NULL,
            organizer INTEGER NOT NULL,
            number INTEGER,
            callerID INTEGER,
            operator INTEGER,
            outcome INTEGER,
            sum INTEGER NOT NULL
        );
        CREATE INDEX dialOutOfTenant ON dialOut (tenant);
        CREATE INDEX dialOutOfOperator ON dialOut (operator);
        CREATE INDEX dialOutOfMeeting ON dialOut (meeting);
        CREATE INDEX dialOutOfNumber ON dialOut (number);
        CREATE INDEX openDialOut ON dialOut (id) WHERE outcome IS NULL;
        CREATE TABLE formerOperator (
            operator INTEGER NOT NULL,
            dialOut INTEGER NOT NULL,
            sum INTEGER NOT NULL,
            PRIMARY KEY (operator, dialOut)
        ) WITHOUT ROWID;
        CREATE TABLE document (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            version INTEGER NOT NULL,
            body BLOB NOT NULL,
            sum INTEGER NOT NULL,
            PRIMARY KEY (kind, key)
        ) WITHOUT ROWID;
        CREATE TABLE usedKey (
            tenant INTEGER NOT NULL,
            hash BLOB NOT NULL,
            bodyHash BLOB NOT NULL,
            dialOut INTEGER NOT NULL,
            at INTEGER NOT NULL,
            sum INTEGER NOT NULL,
            PRIMARY KEY (tenant, hash)
        ) WITHOUT ROWID;
        CREATE INDEX usedKeyOfTime ON usedKey (at);
        CREATE TABLE monthlyUse (
            tenant INTEGER NOT NULL,
            month INTEGER NOT NULL,
            minutes INTEGER NOT NULL,
            credits INTEGER NOT NULL,
            sum INTEGER NOT NULL,
            PRIMARY KEY (tenant, month)
        ) WITHOUT ROWID;
        """
}
