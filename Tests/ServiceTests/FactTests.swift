import Basis
import Dialing
import Simulation
import Testing
import Webhooks

@testable import Service

/// Entries of the log. The bytes never change: files of every version are read.
@Suite("Facts")
struct FactTests {
    private static let accepted = WallTime(milliseconds: 1_764_000_000_000)
    private static let callerID = try! E164("+14255550100")
    private static let ending = Ending(
        outcome: .declined, endedBy: .operator, code: 603, subcode: 560_603, reason: "callBlocked", cause: 21, causeText: "no")
    private static let order = DialOutOrder(
        meetingID: "m", kind: .callMeAt, organizer: "a@b", number: "+1 425", requestedBy: "r", displayName: nil)
    private static let traced = {
        var order = Self.order
        order.origin = .init(home: Country("US"), trace: TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        return order
    }()
    /// Those that a dial-out begins with.
    private static func begins(_ place: Int) -> Bool { place < 2 || (13...14).contains(place) }
    private static let facts: [Fact] = [
        .accepted(order, Decision(organizer: "a@b", dialled: "+1 425", configVersion: 7)),
        .refused(order, Decision(organizer: "a@b", dialled: "+1 425", configVersion: 7)),
        .warning(.tenantCallsPerMinute, count: 9), .queued(position: 3), .failedOver,
        .dialling(.init(operator: "acme", trunk: "t1", address: "192.0.2.1:5060", callerID: callerID, callID: SortableID(high: 1, low: 2))),
        .progress(.init(sip: 183, phrase: "Session Progress", sdp: "v=0", reason: .init(cause: 31, text: nil))), .answered(sdp: "v=0"),
        .sessionChanged(sdp: nil), .attemptFailed(sip: 503, phrase: "Busy", ending), .ended(ending, sip: nil, phrase: nil),
        .durationReported(attempt: 2, seconds: 61),
        .priced(Rate(currency: "EUR", price: Price(prefix: "+1", destination: nil, perMinute: Amount("0.01")!, incrementSeconds: 6))),
        .accepted(traced, Decision(organizer: "a@b", dialled: "+1 425", configVersion: 7)),
        .refused(traced, Decision(organizer: "a@b", dialled: "+1 425", configVersion: 7)),
        .answered(sdp: nil, sip: 202, phrase: "Accepted"),
    ]

    @Test("each comes back with its moment, and begins with version and number")
    func comeBack() throws {
        for (place, fact) in Self.facts.enumerated() {
            let at = WallTime(milliseconds: Self.accepted.milliseconds + (Self.begins(place) ? 0 : 1_500))
            let timed = TimedFact(fact, at: at), bytes = timed.packed(since: Self.accepted)
            #expect(bytes.prefix(2) == [1, UInt8(place + 1)])
            #expect(try TimedFact(stored: bytes, since: Self.begins(place) ? nil : Self.accepted) == timed)
            for length in 0..<bytes.count {
                #expect(throws: PackedFault.self) {
                    try TimedFact(stored: Array(bytes.prefix(length)), since: Self.begins(place) ? nil : Self.accepted)
                }
            }
        }
    }

    @Test("what is not known, or not in its order, is refused by name")
    func faults() {
        func fault(_ bytes: [UInt8], since: WallTime? = Self.accepted) -> String {
            do throws(PackedFault) { _ = try TimedFact(stored: bytes, since: since) } catch { return error.message }
            return ""
        }
        #expect(fault([2, 5, 0]) == "its version is 2, this program knows version 1")
        #expect(fault([1, 99, 0]) == "there is no fact 99")
        #expect(fault([1, 5, 0, 0]) == "there is more than a fact")
        #expect(fault([1, 5, 0], since: nil) == "a dial-out's facts are not in their order")
        #expect(fault([]) == "it ends too early")
    }

    @Test("a change comes back whole; what is cut short, longer or of a later version is refused by its place")
    func changes() throws {
        let author = Author(
            asker: .store, by: "ops", role: "platform", source: "api", request: "PUT /v1/tenants/t", from: "192.0.2.1")
        let change = ChangeSet(
            id: SortableID(high: 1, low: 2), at: Self.accepted, author: author, version: 7, undoes: SortableID(high: 1, low: 1),
            objects: [
                ObjectChange(
                    object: "user a@b", before: .null, after: ["displayName": "A"], place: .init(member: nil, key: "a@b", index: 0))
            ])
        guard case .fact(let row, _) = change.entry(of: "t") else {
            Issue.record("a change is a fact")
            return
        }
        func read(_ body: [UInt8]) throws -> ChangeSet? {
            let row = FactRow(dialOut: row.dialOut, sequence: 0, tenant: "t", operatorID: nil, body: body)
            return try ChangeSet(stored: StoredFact(place: 9, row: row))
        }
        #expect(try read(row.body) == change)
        for length in 3..<row.body.count {
            #expect(throws: StoreFailure("the entry 9 of the log cannot be read: it ends too early")) {
                try read(Array(row.body.prefix(length)))
            }
        }
        #expect(throws: StoreFailure("the entry 9 of the log cannot be read: there is more than one value")) { try read(row.body + [0]) }
        #expect(throws: StoreFailure("the entry 9 of the log has version 3, this program knows up to 2")) {
            try read([3] + row.body.dropFirst())
        }
    }

    @Test("a notice to a tenant or an operator comes back whole; of another kind it is none, of a later version it is refused")
    func notices() throws {
        let id = SortableID(high: 1, low: 2), at = WallTime(milliseconds: 1_764_000_000_123)
        let contents: [(UsageNotice.Kind, UsageNotice.Content)] = [
            (.minutesUsed, .level(percent: 80, used: 48, of: 60)), (.creditsUsed, .level(percent: 100, used: 7, of: 5)),
            (.creditsRecharged, .recharge(amount: 20, left: -3)),
        ]
        func body(_ entry: StoreEntry) -> [UInt8] { if case .fact(let row, _) = entry { row.body } else { [] } }
        for (type, content) in contents {
            let notice = UsageNotice(type: type, id: id, at: at, tenant: "contoso", content: content)
            var bytes = body(notice.entry)
            #expect(bytes.prefix(2) == [1, 67])
            let read = try #require(try UsageNotice(stored: bytes))
            #expect(JSON.encode(read) == JSON.encode(notice) && read.id == id && read.tenant == "contoso")
            let (other, none) = (try OperatorNotice(stored: bytes), try UsageNotice(stored: []))
            #expect(other == nil && none == nil)
            #expect(throws: PackedFault.self) { try UsageNotice(stored: bytes.dropLast()) }
            bytes[0] = 2
            #expect(throws: PackedFault("a notice has version 2, which this program does not know")) { try UsageNotice(stored: bytes) }
        }
        let paused = WebhookNotice(
            type: .webhookPaused, id: id, at: at, tenant: "contoso", webhook: SortableID(high: 3, low: 4), url: "https://h/",
            because: .gone)
        var bytes = body(paused.entry)
        let read = try #require(try WebhookNotice(stored: bytes)), other = try UsageNotice(stored: bytes)
        #expect(bytes.prefix(2) == [1, 64] && JSON.encode(read) == JSON.encode(paused) && other == nil)
        bytes[0] = 2
        #expect(throws: PackedFault("a notice has version 2, which this program does not know")) { try Told(notice: bytes) }
        #expect(throws: PackedFault("it is of no kind that this program knows")) { try Told(notice: [1, 99, 0]) }
    }

    @Test("choices are kept by their place, which never changes")
    func choices() {
        let outcomes: [Outcome] = [.completed, .busy, .declined, .noAnswer, .cancelled, .unreachable, .failed, .refused, .indeterminate]
        #expect(outcomes.map(\.packed) == (0...8).map { [$0] })
        #expect([EndedBy.callee, .meeting, .operator, .service].map(\.packed) == (0...3).map { [$0] })
        #expect([DialOutOrder.Priority.normal, .high].map(\.packed) == [[0], [1]])
    }

    @Test("a dial-out is what its facts make of it, and a missing one is seen")
    func fold() throws {
        var sample = SampleDialOut(1)
        let entries =
            sample.accept() + [sample.dial("acme"), sample.note(.progress(.init(sip: 180, phrase: "Ringing", sdp: nil, reason: nil)))]
            + [sample.note(.answered(sdp: "v=0"))] + sample.end(.completed(by: .callee))
        let rows = entries.compactMap { if case .fact(let row, _) = $0 { row } else { nil } }
        let facts = rows.enumerated().map { StoredFact(place: Int64($0 + 1), row: $1) }
        let stored = StoredDialOut(id: sample.dialOut.id, tenant: "contoso", facts: facts, outcome: .completed)
        let folded = try stored.folded()
        #expect(folded.shown == sample.dialOut.shown)
        #expect(folded.durationSeconds == 1 && folded.billableSeconds == 1 && folded.connectedAt != nil)
        for missing in facts.indices {
            var left = facts
            left.remove(at: missing)
            #expect(throws: StoreFailure.self) {
                try StoredDialOut(id: stored.id, tenant: "contoso", facts: left, outcome: .completed).folded()
            }
        }
        #expect(throws: StoreFailure.self) { try StoredDialOut(id: stored.id, tenant: "contoso", facts: facts, outcome: .busy).folded() }
        #expect(rows.map(\.body.count).reduce(0, +) < 400, "a call takes few bytes")
    }

    @Test("a session that changes before the call is up is kept and told to nobody")
    func silent() {
        var sample = SampleDialOut(1)
        _ = sample.accept() + [sample.dial("acme")]
        guard case .fact(let row, let event) = sample.note(.sessionChanged(sdp: "v=1")) else { return }
        #expect(row.sequence == 0 && event == nil && sample.dialOut.sdpAnswer == "v=1")
        guard case .fact(let next, let told) = sample.note(.answered(sdp: nil)) else { return }
        #expect(next.sequence == 3 && told?.event?.type == .connected && sample.dialOut.sdpAnswer == "v=1")
    }
}
