import Basis
import Dialing
import Service
import Simulation
import Testing

/// What every store does, whatever it is made of; the service relies on nothing else.
@Suite("Every store", .serialized)
struct ConformanceTests {
    @Test("places rise by one, also over groups and another start", arguments: StoreKind.allCases)
    func places(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var one = SampleDialOut(1), two = SampleDialOut(2, tenant: "fabrikam", operator: "other")
            #expect(await bench.commit(one.accept() + two.accept()) == .kept(firstPlace: 1))
            #expect(await bench.commit([.dialOut(one.dialOut.row)]) == .kept(firstPlace: 0))
            #expect(await bench.commit([one.dial("acme")]) == .kept(firstPlace: 3))
            try bench.reopen()
            #expect(await bench.commit([two.dial("other")]) == .kept(firstPlace: 4))
            #expect(try await bench.places(.all) == [1, 2, 3, 4])
            #expect(try await bench.places(.all, after: 1, limit: 2) == [2, 3])
            #expect(try await bench.places(.dialOut(one.dialOut.id), after: 1) == [3])
            #expect(try await bench.places(.operator("acme")) == [1, 3])
            #expect(try await bench.places(.tenant("fabrikam")) == [2, 4])
            #expect(try await bench.places(.tenant("nobody")) == [])
            #expect(try bench.store.load(usesSince: Month(index: 0)).lastPlace == 4)
        }
    }

    @Test("a page has what its dial-outs had before it, and says how far it looked", arguments: StoreKind.allCases)
    func pages(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var one = SampleDialOut(1), two = SampleDialOut(2, tenant: "fabrikam")
            _ = await bench.commit(one.accept() + two.accept() + [one.dial("acme"), two.dial("acme"), one.note(.answered(sdp: "v=0"))])
            let page = try await bench.store.facts(FactQuery(scope: .tenant("contoso"), after: 1, limit: 1))
            #expect(page.facts.map(\.place) == [3] && page.through == 3)
            #expect(page.earlier[one.dialOut.id]?.map(\.place) == [1])
            let rest = try await bench.store.facts(FactQuery(scope: .tenant("contoso"), after: 3, limit: 10))
            #expect(rest.facts.map(\.place) == [5] && rest.through == 5)
            #expect(rest.earlier[one.dialOut.id]?.map(\.place) == [1, 3])
            #expect(try rest.told().map { "\($0.place) \($0.told.event!.type) \($0.told.event!.sequence)" } == ["5 connected 3"])
            #expect(try await bench.store.facts(FactQuery(scope: .tenant("nobody"), after: 2, limit: 10)).through == 5)
        }
    }

    @Test("dial-outs are found by each of their keys, newest first", arguments: StoreKind.allCases)
    func dialOuts(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var one = SampleDialOut(1),
                two = SampleDialOut(2, meeting: "n", organizer: "o@b.example", operator: nil, callee: "+442079460000")
            var three = SampleDialOut(3, operator: "late")
            _ = await bench.commit(one.accept() + two.accept() + three.accept())
            _ = await bench.commit(
                one.end(.completed(by: .callee)) + [three.dial("late"), three.dial("acme"), three.dial("other")] + three.end(.noTrunk))
            let all = [one, two, three].map(\.dialOut.id), store = bench.store
            @Sendable func found(_ change: (inout DialOutQuery) -> Void) async throws -> [SortableID] {
                var query = DialOutQuery(limit: 10)
                change(&query)
                return try await store.dialOuts(query).map(\.id)
            }
            #expect(try await found { _ in } == all.reversed())
            #expect(try await found { $0.limit = 2 } == [all[2], all[1]])
            #expect(try await found { $0.before = all[2] } == [all[1], all[0]])
            #expect(try await found { $0.from = all[1] } == [all[2], all[1]])
            #expect(try await found { $0.meetingID = "n" } == [all[1]])
            #expect(try await found { $0.organizer = "o@b.example" } == [all[1]])
            #expect(try await found { $0.number = try? E164("+442079460000") } == [all[1]])
            #expect(try await found { $0.callerID = try? E164("+14255550100") } == [all[2], all[0]])
            #expect(
                try await found { $0.operatorID = "acme" } == [all[2], all[0]], "those that were handed over stay in the first one's list")
            #expect(try await found { ($0.operatorID, $0.limit) = ("acme", 1) } == [all[2]])
            #expect(try await found { ($0.operatorID, $0.before) = ("acme", all[2]) } == [all[0]])
            #expect(try await found { $0.operatorID = "late" } == [all[2]])
            #expect(try await found { $0.operatorID = "nobody" } == [])
            #expect(try await found { $0.outcome = .completed } == [all[0]])
            #expect(try await found { $0.isOpen = false } == [all[2], all[0]])
            #expect(try await found { $0.isOpen = true } == [all[1]])
            #expect(try await found { $0.tenant = "fabrikam" } == [])
            #expect(try await found { $0.id = all[1] } == [all[1]])
            #expect(try await found { ($0.tenant, $0.number, $0.outcome) = ("contoso", try? E164("+14255550200"), .failed) } == [all[2]])
            let contents = try bench.store.load(usesSince: Month(index: 0)), open = contents.openDialOuts
            #expect(open.map(\.id) == [all[1]] && open[0].facts.map(\.place) == [2])
            #expect(contents.newestDialOut == all.max(), "open or not")
            #expect(try open[0].folded().state == .queued)
        }
    }

    @Test("documents and their version come back; one that is taken away is gone", arguments: StoreKind.allCases)
    func documents(kind: StoreKind) async throws {
        try await with(kind) { bench in
            let tenant = StoredDocument(kind: .tenant, key: "contoso", version: 3, body: [1])
            _ = await bench.commit([.document(tenant), .document(StoredDocument(kind: .user, key: "contoso/a", version: 4, body: [2]))])
            _ = await bench.commit([.document(StoredDocument(kind: .user, key: "contoso/a", version: 5, body: nil))])
            try bench.reopen()
            let contents = try bench.store.load(usesSince: Month(index: 0))
            #expect(try bench.store.documentsOfStart() == [tenant] && contents.version == 5)
        }
    }

    @Test("documents that are read on demand are found by their keys, in order, and no start reads them", arguments: StoreKind.allCases)
    func onDemand(kind: StoreKind) async throws {
        try await with(kind) { bench in
            func invite(_ key: String, _ byte: UInt8?) -> StoreEntry {
                .document(StoredDocument(kind: .invite, key: key, version: 0, body: byte.map { [$0] }))
            }
            _ = await bench.commit([invite("a\nx\n2", 2), invite("a\nx\n1", 1), invite("a\ny\n3", 3), invite("b\nx\n4", 4)])
            _ = await bench.commit([invite("a\ny\n3", nil), invite("a\nx\n9", 9)])
            func found(_ prefix: String, after: String? = nil, limit: Int = 9, lastFirst: Bool = false) async throws -> [UInt8] {
                var query = DocumentQuery(.invite, prefix: prefix, after: after, limit: limit)
                query.lastFirst = lastFirst
                return try await bench.store.documents(query).flatMap { $0.body ?? [] }
            }
            let all = try await found("a\n"), own = try await found("a\nx\n", limit: 2), behind = try await found("a\n", after: "a\nx\n1")
            #expect(all == [1, 2, 9] && own == [1, 2] && behind == [2, 9])
            let last = try await found("a\n", limit: 2, lastFirst: true)
            let before = try await found("a\n", after: "a\nx\n9", lastFirst: true)
            let none = try await found("c")
            #expect(last == [9, 2] && before == [2, 1] && none == [])
            try bench.reopen()
            #expect(try bench.store.documentsOfStart() == [])
            let again = try await found("b\n")
            #expect(again == [4])
        }
    }

    @Test("what is of no dial-out is found by its tenant, newest first, and is no part of any dial-out", arguments: StoreKind.allCases)
    func notices(kind: StoreKind) async throws {
        try await with(kind) { bench in
            func notice(_ tenant: String, _ byte: UInt8) -> StoreEntry {
                .fact(FactRow(dialOut: FactRow.noDialOut, sequence: 0, tenant: tenant, operatorID: nil, body: [byte]), nil)
            }
            var sample = SampleDialOut(1)
            _ = await bench.commit([notice("contoso", 1)] + sample.accept() + [notice("fabrikam", 2), notice("contoso", 3)])
            func found(_ tenant: String, before: Int64 = .max, limit: Int = 10) async throws -> [UInt8] {
                try await bench.store.notices(NoticeQuery(tenant: tenant, before: before, limit: limit)).flatMap(\.row.body)
            }
            let page = try await bench.store.facts(FactQuery(scope: .all, after: 2, limit: 10))
            #expect(page.facts.map(\.place) == [3, 4] && page.earlier[FactRow.noDialOut, default: []].isEmpty)
            let all = try await found("contoso"), earlier = try await found("contoso", before: 4),
                first = try await found("contoso", limit: 1)
            let others = try await found("fabrikam") + found("nobody")
            #expect(all == [3, 1] && earlier == [1] && first == [3] && others == [2])
            let own = try await bench.places(.dialOut(sample.dialOut.id)), log = try await bench.places(.all)
            #expect(own == [2] && log == [1, 2, 3, 4])
        }
    }

    @Test("a used key comes back as its tenant's alone, until it is released", arguments: StoreKind.allCases)
    func keys(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var sample = SampleDialOut(1)
            let use = UsedKey(
                tenant: "contoso", key: "k", bodyHash: [1, 2], dialOut: sample.dialOut.id, at: WallTime(milliseconds: 99))
            _ = await bench.commit(sample.accept() + [.key(use)])
            let found = try await bench.store.use(ofKey: "k", tenant: "contoso")
            let others = [
                try await bench.store.use(ofKey: "k", tenant: "fabrikam"), try await bench.store.use(ofKey: "K", tenant: "contoso"),
            ]
            #expect(found == use && others == [nil, nil])
            _ = await bench.commit([.keyReleased(tenant: "contoso", key: "k")])
            let released = try await bench.store.use(ofKey: "k", tenant: "contoso")
            #expect(released == nil)
        }
    }

    @Test("texts in two Unicode normal forms are two", arguments: StoreKind.allCases)
    func normalForms(kind: StoreKind) async throws {
        try await with(kind) { bench in
            let names = ["caf\u{E9}", "cafe\u{301}"]
            var samples = names.enumerated().map { SampleDialOut(UInt64($0 + 1), meeting: $1, organizer: $1 + "@b.example") }
            func use(_ index: Int) -> UsedKey {
                UsedKey(
                    tenant: "contoso", key: names[index], bodyHash: [UInt8(index)], dialOut: samples[index].dialOut.id,
                    at: WallTime(milliseconds: 99))
            }
            let entries = samples[0].accept() + [.key(use(0))] + samples[1].accept() + [.key(use(1))]
            #expect(await bench.commit(entries, admissions: [0..<3, 3..<6]) == .kept(firstPlace: 1))
            for index in names.indices {
                #expect(try await bench.store.use(ofKey: names[index], tenant: "contoso") == use(index))
                var ofMeeting = DialOutQuery(limit: 10), ofOrganizer = DialOutQuery(limit: 10)
                (ofMeeting.meetingID, ofOrganizer.organizer) = (names[index], names[index] + "@b.example")
                let found = try await bench.store.dialOuts(ofMeeting), theirs = try await bench.store.dialOuts(ofOrganizer)
                #expect(found.map(\.id) == [samples[index].dialOut.id] && theirs.map(\.id) == found.map(\.id))
            }
        }
    }

    @Test(
        "of an admission whose key another dial-out holds nothing is kept, and the answer says which it is", arguments: StoreKind.allCases)
    func takenKeys(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var samples = (1...5).map { SampleDialOut(UInt64($0)) }
            func use(_ key: String, _ index: Int, at milliseconds: Int64 = 99) -> UsedKey {
                UsedKey(
                    tenant: "contoso", key: key, bodyHash: [UInt8(index)], dialOut: samples[index].dialOut.id,
                    at: WallTime(milliseconds: milliseconds))
            }
            #expect(await bench.commit(samples[0].accept() + [.key(use("k", 0))], admissions: [0..<3]) == .kept(firstPlace: 1))
            // One of no admission, one that comes too late, one that takes a key, one that comes too late for that.
            let entries =
                [samples[0].dial("acme")] + samples[1].accept() + [.key(use("k", 1))] + samples[2].accept() + [.key(use("l", 2))]
                + samples[3].accept() + [.key(use("l", 3))]
            let outcome = await bench.commit(entries, admissions: [1..<4, 4..<7, 7..<10])
            #expect(outcome == .kept(firstPlace: 2, conflicts: [0: .key(use("k", 0)), 2: .key(use("l", 2))]))
            try bench.reopen()
            let open = try bench.store.load(usesSince: Month(index: 0)).openDialOuts.map(\.id)
            #expect(open == [samples[0].dialOut.id, samples[2].dialOut.id])
            #expect(try await bench.places(.all) == [1, 2, 3])
            // A key is free again a day later, or when it is released, also in the same group.
            let later = 99 + UsedKey.keptFor
            let again = samples[3].accept() + [.key(use("k", 3, at: later))], released = samples[4].accept() + [.key(use("l", 4))]
            let freed = await bench.commit(again + [.keyReleased(tenant: "contoso", key: "l")] + released, admissions: [0..<3, 4..<7])
            #expect(freed == .kept(firstPlace: 4))
            let found = [
                try await bench.store.use(ofKey: "k", tenant: "contoso")?.dialOut,
                try await bench.store.use(ofKey: "l", tenant: "contoso")?.dialOut,
            ]
            #expect(found == [samples[3].dialOut.id, samples[4].dialOut.id])
        }
    }

    @Test("what a tenant used in a month is summed, and read back from a month on", arguments: StoreKind.allCases)
    func uses(kind: StoreKind) async throws {
        try await with(kind) { bench in
            func use(_ month: Int, _ minutes: Int, _ credits: Int, tenant: String = "contoso") -> StoreEntry {
                .use(
                    StoredUse(
                        tenant: tenant, month: Month(index: month), pool: MinutePool(minutesUsed: minutes, creditsSpent: credits)))
            }
            _ = await bench.commit([use(9, 1, 1), use(10, 2, 3), use(10, 4, 5), use(10, 7, 0, tenant: "fabrikam")])
            _ = await bench.commit([use(10, 1, 0), use(11, 0, 8)])
            var sums: [String: [Int]] = [:]
            for use in try bench.store.load(usesSince: Month(index: 10)).uses {
                let sum = sums["\(use.tenant) \(use.month.index)", default: [0, 0]]
                sums["\(use.tenant) \(use.month.index)"] = [sum[0] + use.pool.minutesUsed, sum[1] + use.pool.creditsSpent]
            }
            #expect(sums == ["contoso 10": [7, 8], "contoso 11": [0, 8], "fabrikam 10": [7, 0]])
        }
    }

    @Test("a full disk refuses the group and keeps what was there", arguments: StoreKind.allCases)
    func full(kind: StoreKind) async throws {
        try await with(kind) { bench in
            var one = SampleDialOut(1), two = SampleDialOut(2, tenant: "fabrikam"), three = SampleDialOut(3, tenant: "fabrikam")
            #expect(await bench.commit(one.accept()) == .kept(firstPlace: 1))
            bench.fill(true)
            guard case .refused = await bench.commit(two.accept()) else {
                Issue.record("a group was taken that found no room")
                return
            }
            bench.fill(false)
            #expect(await bench.commit(three.accept()) == .kept(firstPlace: 2))
            #expect(try await bench.places(.tenant("fabrikam")) == [2])
            try bench.reopen()
            #expect(try bench.store.load(usesSince: Month(index: 0)).openDialOuts.map(\.id) == [one.dialOut.id, three.dialOut.id])
        }
    }

    @Test(
        "after a failed sync the group is there whole or not at all, and what follows takes the next place",
        arguments: StoreKind.allCases, [true, false])
    func failedSync(kind: StoreKind, isKept: Bool) async throws {
        try await with(kind) { bench in
            var one = SampleDialOut(1), two = SampleDialOut(2), three = SampleDialOut(3)
            #expect(await bench.commit(one.accept()) == .kept(firstPlace: 1))
            bench.failNextSync(keeping: isKept)
            let outcome = await bench.commit(two.accept() + [two.dial("acme")])
            bench.mend()
            let settled = await bench.settled(outcome)
            if isKept {
                #expect(settled == .kept(firstPlace: 2))
            } else {
                guard case .refused = settled else {
                    Issue.record("\(settled)")
                    return
                }
            }
            #expect(await bench.commit(three.accept()) == .kept(firstPlace: isKept ? 4 : 2))
            let all = try await bench.places(.all), own = try await bench.places(.dialOut(two.dialOut.id))
            #expect(all == (isKept ? [1, 2, 3, 4] : [1, 2]) && own == (isKept ? [2, 3] : []))
        }
    }
}
