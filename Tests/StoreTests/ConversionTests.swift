import Basis
import Dialing
import Foundation
import GRDB
import Service
import Testing

@testable import Store

/// A file that a service of schema version 3 left: thirteen dial-outs of the demo, refused, busy, declined, unanswered, completed.
@Suite("A store of the version before is taken over")
struct ConversionTests {
    private let fixture: StoreFixture
    private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/version3.db")
    private var kept: String { fixture.path + ".version3" }

    init() throws {
        fixture = try StoreFixture()
        try FileManager.default.copyItem(atPath: Self.golden.path, toPath: fixture.path)
        let key = Self.golden.deletingPathExtension().appendingPathExtension("key")
        try FileManager.default.copyItem(atPath: key.path, toPath: fixture.keyPath)
    }

    private func earlier<Value>(_ sql: String, _ read: (Row) -> Value) throws -> [Value] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: kept, configuration: configuration)
        return try queue.read { try Row.fetchAll($0, sql: sql).map(read) }
    }

    @Test("every event is told member for member as it was, at its place")
    func events() async throws {
        let store = try fixture.open()
        let told = try await store.facts(FactQuery(scope: .all, after: 0, limit: 1_000)).told()
        let before = try earlier("SELECT place, operator, body FROM event ORDER BY place") { row in
            (row["place"] as Int64, row["operator"] as String?, Array(row["body"] as Data))
        }
        #expect(told.count == 41 && before.count == 41)
        for (told, before) in zip(told, before) {
            #expect(told.place == before.0 && told.operatorID == before.1)
            #expect(String(decoding: told.told.written, as: UTF8.self) == String(decoding: before.2, as: UTF8.self))
        }
    }

    @Test("every record is shown as it was, but for what was not kept before")
    func records() async throws {
        let store = try fixture.open()
        let shown = try await store.dialOuts(DialOutQuery(limit: 100)).map { try $0.folded().shown }
        let before = try earlier("SELECT body FROM dialOut ORDER BY id DESC") {
            try? JSON.decode(JSONValue.self, Array($0["body"] as Data))
        }
        #expect(shown.count == 13)
        for (shown, before) in zip(shown, before) {
            guard case .object(var members)? = before, case .object(var found) = shown else {
                Issue.record("no record")
                continue
            }
            let added = [
                "durationSeconds", "billableSeconds", "sessionId", "callType", "trunk", "inventoryType", "setupMilliseconds",
                "postDialDelayMilliseconds", "durationSource", "reportedSeconds", "licence", "policy", "configVersion",
                "destinationName", "chargedSeconds", "charge", "connectionCharge", "currency", "destinationContext", "traceId",
            ]
            for name in added { found[name] = nil }
            // The description of the session is of no use to an ended call.
            (members["sdpAnswer"], found["sdpAnswer"]) = (nil, nil)
            found["decision"] = found["decision"]?.withoutGateways
            found["attempts"] = .array(
                found["attempts"]!.array.map { attempt in
                    guard case .object(var members) = attempt else { return attempt }
                    (members["callId"], members["reportedSeconds"]) = (nil, nil)
                    return .object(members)
                })
            #expect(found == members)
        }
    }

    @Test("keys, configuration and what is searched by are there; the earlier file stays beside, and is not taken again")
    func rest() async throws {
        let store = try fixture.open()
        let version = try earlier("SELECT version FROM state") { $0["version"] as Int64 }
        let contents = try store.load(usesSince: Month(index: 0))
        #expect(contents.lastPlace == 41 && contents.version == version[0] && contents.openDialOuts.isEmpty)
        let documents = try earlier("SELECT count(*) AS n FROM document") { $0["n"] as Int }
        #expect(try store.documentsOfStart().count == documents[0])
        let owner = try earlier("SELECT tenant FROM answer LIMIT 1") { $0["tenant"] as String }
        let use = try #require(try await store.use(ofKey: "k2", tenant: owner[0]))
        #expect(use.bodyHash.count == 16)
        var query = DialOutQuery(limit: 10)
        query.id = use.dialOut
        let keyed = try #require(try await store.dialOuts(query).first?.folded())
        #expect(keyed.order.number == "+1 206 555 0486" && keyed.ending?.outcome == .busy)
        query = DialOutQuery(limit: 10)
        query.number = keyed.decision.number
        #expect(try await store.dialOuts(query).map(\.id) == [use.dialOut])
        try store.close()
        let again = try fixture.open()
        #expect(try again.load(usesSince: Month(index: 0)).lastPlace == 41)
        #expect(!FileManager.default.fileExists(atPath: fixture.path + ".converting"))
    }

    @Test("minutes of the service's own carrier are counted from the records before, but for calls whose end nobody saw")
    func uses() async throws {
        let fixture = try StoreFixture()
        try EarlierVersion.write(2, to: fixture.path)
        var tenant = Tenant(id: "contoso", displayName: "Contoso", country: try #require(Country("US")))
        tenant.settings.purchasedStandardLicences = 1
        let queue = try DatabaseQueue(path: fixture.path)
        try await queue.write { [tenant] database in
            try database.execute(
                sql: "UPDATE document SET body = ? WHERE kind = 'tenant'", arguments: [Data(JSON.encode(tenant))])
            for (number, outcome, seconds) in [(3, "completed", 61), (4, "indeterminate", 600), (5, "completed", 5)] {
                let id = StoreFixture.id(UInt64(number)), began: Int64 = 1_764_000_000_000
                let record = """
                    {"id":"\(id)","tenant":"contoso","outcome":"\(outcome)","decision":{"country":"US"},\
                    "connectedAt":"\(WallTime(milliseconds: began).rfc3339)",\
                    "endedAt":"\(WallTime(milliseconds: began + Int64(seconds) * 1000).rfc3339)"}
                    """
                try database.execute(
                    sql: "INSERT INTO dialOut VALUES (?, 'contoso', 'm', 'a@b.example', ?, 'ended', CAST(? AS BLOB))",
                    arguments: [
                        withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { Data($0) }, Operator.serviceCarrier, record,
                    ])
            }
        }
        try queue.close()
        let uses = try fixture.open().load(usesSince: Month(index: 0)).uses
        #expect(uses.map(\.pool) == [MinutePool(minutesUsed: 3, creditsSpent: 0)])
        #expect(uses.map(\.month) == [Month(of: WallTime(milliseconds: 1_764_000_000_000))])
    }

    @Test("one that was interrupted begins anew")
    func interrupted() async throws {
        try Data("half of a file".utf8).write(to: URL(fileURLWithPath: fixture.path + ".converting"))
        #expect(try fixture.open().load(usesSince: Month(index: 0)).lastPlace == 41)
    }

    @Test("a damaged row of the earlier file is named, and that file stays as it is")
    func damaged() async throws {
        let queue = try DatabaseQueue(path: fixture.path)
        try await queue.write { try $0.execute(sql: "UPDATE event SET tenant = 'fabrikam' WHERE place = 5") }
        try queue.close()
        do {
            _ = try fixture.open()
            Issue.record("it was taken")
        } catch let failure as StoreFailure {
            #expect(failure.message.contains("row 5, ") && failure.message.contains("of table event is damaged"), "\(failure.message)")
        }
        let version = try await DatabaseQueue(path: fixture.path).read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(version == 3)
    }
}

extension JSONValue {
    /// A decision as it was before its routes told of gateways.
    fileprivate var withoutGateways: JSONValue {
        guard case .object(var members) = self else { return self }
        members["routes"] = .array(
            self["routes"].array.map { route in
                guard case .object(var members) = route else { return route }
                members["gateway"] = nil
                return .object(members)
            })
        return .object(members)
    }
}
