import Basis
import Dialing
import Service
import Simulation
import Testing

/// What is too old goes, a part at a time, and nothing else does.
@Suite("Stores forget", .serialized)
struct RetentionTests {
    private func bounds(events: UInt64?, records: UInt64?, keys: Int64 = 0, limit: Int = 10) -> RetentionBounds {
        RetentionBounds(
            events: events.map { SortableID(high: $0, low: 0) }, records: records.map { SortableID(high: $0, low: 0) },
            keys: WallTime(milliseconds: keys), limit: limit)
    }

    private func forget(_ bench: any StoreBench, _ bounds: RetentionBounds) async throws -> Forgotten {
        try await bench.store.forget(bounds)
    }

    @Test("dial-outs that are old and over go with all their facts, some at a time; what is open stays", arguments: StoreKind.allCases)
    func records(kind: StoreKind) async throws {
        try await with(kind) { bench in
            for number in 1...6 as ClosedRange<UInt64> {
                var sample = SampleDialOut(number)
                let end = number == 2 ? [] : [sample.dial("acme"), sample.dial("other")] + sample.end()
                _ = await bench.commit(sample.accept() + end)
            }
            // Places: 1 (4 facts), 2 (1), 3 … 6 (4 each); one accepts, two dial, one ends: of the second only the first is there.
            let first = try await forget(bench, bounds(events: 5, records: 5, limit: 2))
            #expect(first == Forgotten(oldestPlace: 14, dialOuts: 2, isMore: true))
            let second = try await forget(bench, bounds(events: 5, records: 5, limit: 2))
            #expect(second == Forgotten(oldestPlace: 14, dialOuts: 1, isMore: false))
            let left = try await bench.store.dialOuts(DialOutQuery(limit: 10))
            #expect(left.map(\.id.high) == [6, 5, 2] && left.last?.facts.count == 1)
            #expect(try await bench.places(.all) == Array(14...21))
            #expect(try await bench.places(.dialOut(SortableID(high: 2, low: 7))) == [5])
            #expect(try await bench.places(.dialOut(SortableID(high: 1, low: 7))) == [])
            var former = DialOutQuery(limit: 10)
            former.operatorID = "acme"
            let tried = try await bench.store.dialOuts(former)
            #expect(tried.map(\.id.high) == [6, 5, 2])
            try bench.reopen()
            #expect(try await bench.places(.tenant("contoso")) == Array(14...21))
            let contents = try bench.store.load(usesSince: Month(index: 0))
            #expect(contents.lastPlace == 21 && contents.openDialOuts.map(\.id.high) == [2])
            var sample = SampleDialOut(7)
            #expect(await bench.commit(sample.accept()) == .kept(firstPlace: 22))
        }
    }

    @Test("one of which something is told still keeps no younger one", arguments: StoreKind.allCases)
    func longCall(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var long = SampleDialOut(1), short = SampleDialOut(2), late = SampleDialOut(9)
            _ = await bench.commit(long.accept() + [long.dial("acme")])
            _ = await bench.commit(short.accept() + [short.dial("acme")] + short.end())
            _ = await bench.commit(late.accept())
            _ = await bench.commit(long.end())
            let forgotten = try await forget(bench, bounds(events: 9, records: 9, limit: 5))
            #expect(forgotten.dialOuts == 1 && !forgotten.isMore)
            #expect(try await bench.store.dialOuts(DialOutQuery(limit: 10)).map(\.id.high) == [9, 1])
        }
    }

    @Test("what stands before the first dial-out is told as long as that is", arguments: StoreKind.allCases)
    func notices(kind: StoreKind) async throws {
        try await with(kind) { bench in
            let notice = FactRow(dialOut: FactRow.noDialOut, sequence: 0, tenant: "contoso", operatorID: "acme", body: [1, 66])
            _ = await bench.commit([.fact(notice, nil)])
            var sample = SampleDialOut(3)
            _ = await bench.commit(sample.accept() + sample.end())
            let kept = try await forget(bench, bounds(events: 2, records: 2))
            #expect(kept == Forgotten(oldestPlace: 1, dialOuts: 0, isMore: false))
            let gone = try await forget(bench, bounds(events: 4, records: 2))
            #expect(gone.oldestPlace > 1, "with the dial-out it goes")
        }
    }

    @Test("events are told from a place on, which only rises; records stay as long as theirs are told", arguments: StoreKind.allCases)
    func events(kind: StoreKind) async throws {
        try await with(kind) { bench in
            for number in 1...3 as ClosedRange<UInt64> {
                var sample = SampleDialOut(number)
                _ = await bench.commit(sample.accept() + sample.end())
            }
            let outcome1 = try await forget(bench, bounds(events: nil, records: 9))
            #expect(outcome1 == Forgotten(oldestPlace: 1, dialOuts: 0, isMore: false))
            let outcome2 = try await forget(bench, bounds(events: 2, records: 9))
            #expect(outcome2 == Forgotten(oldestPlace: 3, dialOuts: 1, isMore: false))
            let outcome3 = try await forget(bench, bounds(events: 1, records: nil))
            #expect(outcome3 == Forgotten(oldestPlace: 3, dialOuts: 0, isMore: false))
            #expect(try await bench.places(.all, after: 1) == [3, 4, 5, 6])
            #expect(try await bench.places(.all, after: 4) == [5, 6])
            let outcome4 = try await forget(bench, bounds(events: 9, records: 9))
            #expect(outcome4 == Forgotten(oldestPlace: 6, dialOuts: 1, isMore: false))
            #expect(try await bench.places(.all) == [6], "the last one stays, so that places rise on")
        }
    }

    @Test("who has had less holds events back, but not longer than it may", arguments: StoreKind.allCases)
    func held(kind: StoreKind) async throws {
        try await with(kind) { bench in
            for number in 1...4 as ClosedRange<UInt64> {
                var sample = SampleDialOut(number)
                _ = await bench.commit(sample.accept() + sample.end())
            }
            var bounds = bounds(events: 4, records: nil)
            bounds.held = (2, SortableID(high: 2, low: 0))
            let outcome5 = try await forget(bench, bounds).oldestPlace
            #expect(outcome5 == 3)
            bounds.held = (2, SortableID(high: 3, low: 0))
            let outcome6 = try await forget(bench, bounds).oldestPlace
            #expect(outcome6 == 5)
            bounds.held = (7, SortableID(high: 1, low: 0))
            let outcome7 = try await forget(bench, bounds).oldestPlace
            #expect(outcome7 == 7)
        }
    }

    @Test("used keys that are over go as well", arguments: StoreKind.allCases)
    func keys(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var sample = SampleDialOut(1)
            func use(_ key: String, _ at: Int64) -> StoreEntry {
                .key(UsedKey(tenant: "contoso", key: key, bodyHash: [1], dialOut: sample.dialOut.id, at: WallTime(milliseconds: at)))
            }
            _ = await bench.commit(sample.accept() + [use("old", 10), use("new", 11)])
            _ = try await forget(bench, bounds(events: nil, records: nil, keys: 10))
            let old = try await bench.store.use(ofKey: "old", tenant: "contoso")
            let new = try await bench.store.use(ofKey: "new", tenant: "contoso")
            #expect(old == nil && new?.at == WallTime(milliseconds: 11))
        }
    }

    @Test(
        "facts get other bodies at their places, rows other keys, and the old bytes are nowhere in the file", arguments: StoreKind.allCases)
    func rewritten(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var one = SampleDialOut(1, callee: "+14255550486"), two = SampleDialOut(2), other = SampleDialOut(1, callee: "+999000000000001")
            _ = await bench.commit(one.accept() + two.accept() + one.end())
            let facts = (other.accept() + other.end()).compactMap { if case .fact(let row, _) = $0 { row } else { nil } }
            let stored = [StoredFact(place: 1, row: facts[0]), StoredFact(place: 3, row: facts[1])]
            try await bench.rewrite([RewrittenDialOut(row: other.dialOut.row, facts: stored)])
            try bench.reopen()
            #expect(try await bench.places(.all) == [1, 2, 3])
            var query = DialOutQuery(limit: 5)
            query.number = try? E164("+999000000000001")
            let found = try await bench.store.dialOuts(query)
            #expect(found.map(\.id) == [one.dialOut.id] && found[0].facts == stored)
            #expect(try found[0].folded().decision.number?.description == "+999000000000001")
            query.number = try? E164("+14255550486")
            let none = try await bench.store.dialOuts(query)
            #expect(none.isEmpty)
        }
    }
}

extension StoreBench {
    fileprivate func rewrite(_ dialOuts: [RewrittenDialOut]) async throws { try await store.rewrite(dialOuts, []) }
}
