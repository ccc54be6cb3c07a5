import GRDB
import Service

/// The tables, and what tells a file of ours from any other.
enum Schema {
    /// "dial" in ASCII (SQLite's `application_id`).
    static let applicationID = 0x6469_616C
    static let version = 3

    static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if tables == 0 { return try create(database) }
        guard found == applicationID else { throw StoreFailure("this is an SQLite file of another program") }
        if version == 1 { try database.execute(sql: formerOperators) }
        if version == 1 || version == 2 { return try database.execute(sql: state + stateOfEarlierVersions) }
        guard version == Self.version else {
            throw StoreFailure("the file has schema version \(version), this program knows version \(Self.version)")
        }
    }

    /// Operators that a dial-out was tried on before the one that its row names (version 2).
    private static let formerOperators = """
        CREATE TABLE formerOperator (
            operator TEXT NOT NULL,
            dialOut BLOB NOT NULL,
            PRIMARY KEY (operator, dialOut)
        ) WITHOUT ROWID;
        """

    /// What each group writes (version 3).
    private static let state = """
        PRAGMA user_version = \(version);
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            lastGroup INTEGER NOT NULL,
            firstPlace INTEGER NOT NULL,
            lastPlace INTEGER NOT NULL,
            version INTEGER NOT NULL
        );
        INSERT INTO state VALUES (1, 0, 0, 0, 0);
        """

    private static let stateOfEarlierVersions = """
        UPDATE state SET lastPlace = (SELECT ifnull(max(place), 0) FROM event), version = (SELECT version FROM configuration);
        DROP TABLE configuration;
        """

    private static func create(_ database: Database) throws {
        try database.execute(
            sql: formerOperators + state + """
                PRAGMA application_id = \(applicationID);
                CREATE TABLE event (
                    place INTEGER PRIMARY KEY,
                    dialOut BLOB NOT NULL,
                    sequence INTEGER NOT NULL,
                    tenant TEXT NOT NULL,
                    operator TEXT,
                    body BLOB NOT NULL
                );
                CREATE INDEX eventOfDialOut ON event (dialOut);
                CREATE TABLE dialOut (
                    id BLOB PRIMARY KEY,
                    tenant TEXT NOT NULL,
                    meeting TEXT NOT NULL,
                    organizer TEXT NOT NULL,
                    operator TEXT,
                    state TEXT NOT NULL,
                    body BLOB NOT NULL
                );
                CREATE INDEX dialOutOfTenant ON dialOut (tenant, id);
                CREATE INDEX dialOutOfOperator ON dialOut (operator, id);
                CREATE INDEX dialOutOfMeeting ON dialOut (meeting, id);
                CREATE INDEX openDialOut ON dialOut (id) WHERE state <> 'ended';
                CREATE TABLE document (
                    kind TEXT NOT NULL,
                    key TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    body BLOB NOT NULL,
                    PRIMARY KEY (kind, key)
                ) WITHOUT ROWID;
                CREATE TABLE answer (
                    tenant TEXT NOT NULL,
                    key TEXT NOT NULL,
                    bodyHash BLOB NOT NULL,
                    status INTEGER NOT NULL,
                    location TEXT,
                    body BLOB NOT NULL,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (tenant, key)
                );
                """)
    }
}
