import Dialing
import Foundation
import GRDB
import Service

/// Files as earlier versions left them.
enum EarlierVersion {
    static let password = "a-password-in-clear"
    private static let tenant = Tenant(id: "contoso", displayName: "Contoso", country: Country("US")!)

    /// A store of version 1 or 2 with a tenant, an operator whose trunk has a password, an ended and an open dial-out, and an answer.
    static func write(_ version: Int, to path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: tables)
            if version == 2 { try database.execute(sql: formerOperators) }
            try database.execute(
                sql: """
                    PRAGMA application_id = 1684627820;
                    PRAGMA user_version = \(version);
                    UPDATE configuration SET version = 5;
                    INSERT INTO document VALUES ('tenant', 'contoso', 4, CAST(? AS BLOB)), ('operator', 'acme', 5, CAST(? AS BLOB));
                    INSERT INTO event VALUES
                        (1, X'00000000000000010000000000000007', 1, 'contoso', 'acme', X'7B7D'),
                        (2, X'00000000000000020000000000000007', 1, 'contoso', NULL, X'7B7D');
                    INSERT INTO dialOut VALUES
                        (X'00000000000000010000000000000007', 'contoso', 'm', 'a@b.example', 'acme', 'ended', CAST('{"outcome":"busy"}' AS BLOB)),
                        (X'00000000000000020000000000000007', 'contoso', 'm', 'a@b.example', NULL, 'queued', X'7B7D');
                    INSERT INTO answer VALUES
                        ('contoso', 'k', X'0102', 202, '/v1/dial-outs/00000000000000010000000000000007', X'7B7D', 99);
                    """, arguments: [String(decoding: JSON.encode(tenant), as: UTF8.self), carrier])
        }
        try queue.close()
    }

    static let carrier = """
        {"id":"acme","name":"Acme","products":[],"countries":[],"failoverCodes":[],"failoverSeconds":10,"trunks":[{"name":"t1",\
        "uri":"sip:127.0.0.1","priority":1,"weight":1,"enabled":true,"username":"u","password":"\(password)"}]}
        """

    private static let formerOperators = """
        CREATE TABLE formerOperator (operator TEXT NOT NULL, dialOut BLOB NOT NULL, PRIMARY KEY (operator, dialOut)) WITHOUT ROWID;
        INSERT INTO formerOperator VALUES ('other', X'00000000000000010000000000000007');
        """

    private static let tables = """
        CREATE TABLE event (
            place INTEGER PRIMARY KEY, dialOut BLOB NOT NULL, sequence INTEGER NOT NULL, tenant TEXT NOT NULL, operator TEXT,
            body BLOB NOT NULL
        );
        CREATE INDEX eventOfDialOut ON event (dialOut);
        CREATE TABLE dialOut (
            id BLOB PRIMARY KEY, tenant TEXT NOT NULL, meeting TEXT NOT NULL, organizer TEXT NOT NULL, operator TEXT, state TEXT NOT NULL,
            body BLOB NOT NULL
        );
        CREATE INDEX dialOutOfTenant ON dialOut (tenant, id);
        CREATE INDEX dialOutOfOperator ON dialOut (operator, id);
        CREATE INDEX dialOutOfMeeting ON dialOut (meeting, id);
        CREATE INDEX openDialOut ON dialOut (id) WHERE state <> 'ended';
        CREATE TABLE document (
            kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, key)
        ) WITHOUT ROWID;
        CREATE TABLE configuration (version INTEGER NOT NULL);
        INSERT INTO configuration VALUES (0);
        CREATE TABLE answer (
            tenant TEXT NOT NULL, key TEXT NOT NULL, bodyHash BLOB NOT NULL, status INTEGER NOT NULL, location TEXT, body BLOB NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY (tenant, key)
        );
        """
}
