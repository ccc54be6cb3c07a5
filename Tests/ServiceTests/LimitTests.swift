import Basis
import Dialing
import Simulation
import Testing
import Web

@testable import Service

@Suite("Limits of tenants and organizers")
struct LimitTests {
    private let alice = DialOutCounters.Subject(tenant: "t", organizer: "alice", number: try! E164("+14255550100"))
    private func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }

    @Test("what happened falls out of a sliding count a slice at a time")
    func sliding() {
        var count = SlidingCount()
        for second in [0, 1, 4, 9, 30] { count.add(at: SlidingCount.slice(at(second), of: .seconds(60))) }
        let sums = [30, 59, 60, 64, 65, 89, 90, 1_000].map { count.sum(at: SlidingCount.slice(at($0), of: .seconds(60))) }
        #expect(sums == [5, 5, 2, 2, 1, 1, 0, 0])
        var full = SlidingCount()
        for _ in 0..<3 { full.add(at: 0) }
        full.add(at: 4)
        #expect([5, 4, 1].map { full.slicesUntil(below: $0, at: 4) } == [0, 8, 12])
    }

    @Test("what is told late counts where it belongs, also before the clock's beginning, and not once it is too old")
    func slidingBackwards() {
        var count = SlidingCount()
        for second in [30, -1, -24, -25, -30, -31, -600] { count.add(at: SlidingCount.slice(at(second), of: .seconds(60))) }
        let sums = [30, 34, 35, 54, 55, 84, 85].map { count.sum(at: SlidingCount.slice(at($0), of: .seconds(60))) }
        #expect(sums == [4, 4, 2, 2, 1, 1, 1])
    }

    @Test("each measure warns from its first level on and refuses from the second")
    func levels() {
        for measure in DialOutLimits.Measure.allCases where measure != .shortCallPercent {
            var limits = DialOutLimits()
            let level = DialOutLimits.Level(warn: 2, block: 3)
            switch measure {
            case .tenantConcurrentCalls: limits.tenantConcurrentCalls = level
            case .organizerConcurrentCalls: limits.organizerConcurrentCalls = level
            case .tenantCallsPerMinute: limits.tenantCallsPerMinute = level
            case .organizerCallsPerMinute: limits.organizerCallsPerMinute = level
            case .sameNumberPerHour: limits.sameNumberPerHour = level
            case .shortCallPercent: break
            }
            var counters = DialOutCounters(), warnings: [[DialOutCounters.Reading]] = []
            for _ in 0..<3 {
                #expect(counters.refusal(of: alice, limits, at: at(0)) == nil, "\(measure)")
                warnings.append(counters.accepted(alice, limits, at: at(0)))
            }
            #expect(warnings == [[], [.init(measure: measure, count: 2)], [.init(measure: measure, count: 3)]])
            let refusal = counters.refusal(of: alice, limits, at: at(0))
            #expect(refusal?.reading == .init(measure: measure, count: 3))
            let wait: Duration = measure.isConcurrency ? .seconds(5) : measure == .sameNumberPerHour ? .seconds(3600) : .seconds(60)
            #expect(refusal?.retryAfter == wait, "\(measure)")
            counters.ended(alice, talked: nil, at: at(1))
            #expect((counters.refusal(of: alice, limits, at: at(1)) == nil) == measure.isConcurrency, "\(measure)")
            #expect(counters.refusal(of: alice, limits, at: at(3600)) == nil, "\(measure)")
        }
    }

    @Test("each end takes one of those in progress away, down to none")
    func endings() {
        var counters = DialOutCounters()
        func inProgress() -> Int {
            (1...4).last { block in
                var limits = DialOutLimits()
                limits.organizerConcurrentCalls = DialOutLimits.Level(warn: nil, block: block)
                return counters.refusal(of: alice, limits, at: at(0)) != nil
            } ?? 0
        }
        for _ in 0..<3 { _ = counters.accepted(alice, DialOutLimits(), at: at(0)) }
        var counts = [inProgress()]
        for _ in 0..<4 {
            counters.ended(alice, talked: nil, at: at(0))
            counts.append(inProgress())
        }
        #expect(counts == [3, 2, 1, 0, 0])
    }

    @Test("a meeting is the tenant's that dialled out of it first, as long as one dial-out is on its way or was kept")
    func meetings() {
        let owners = MeetingOwners()
        for _ in 0..<2 { owners.claim("m", for: "a") }
        owners.claim("m", for: "b")
        owners.settle("m", for: "b", isKept: true)
        #expect(owners.allows("m", for: "a") && !owners.allows("m", for: "b"))
        owners.settle("m", for: "a", isKept: false)
        #expect(!owners.allows("m", for: "b"), "the other is on its way")
        owners.settle("m", for: "a", isKept: false)
        #expect(owners.allows("m", for: "b"))
        owners.claim("m", for: "b")
        owners.settle("m", for: "b", isKept: true)
        #expect(!owners.allows("m", for: "a"))
        owners.forget(ownedBy: "b")
        #expect(owners.allows("m", for: "a"))
    }

    @Test("a call that is to end is no answer to the next request for its number")
    func withdrawn() throws {
        let fixture = try Fixture(), path = "/v1/meetings/m/dial-outs", order = Fixture.order("+14255550999")
        let first = fixture.client.must(.post, path, order)["id"]
        fixture.pass(.milliseconds(500))
        #expect(fixture.client.must(.post, path, order)["id"] == first)
        fixture.client.must(.delete, "/v1/dial-outs/\(first.string ?? "")")
        let second = fixture.client.ask(.post, path, order)
        #expect(second.status == 202 && second.body["id"] != first)
    }

    @Test("short calls count from twenty connected ones on, and only the organizer's own")
    func shortCalls() {
        var limits = DialOutLimits(), counters = DialOutCounters()
        limits.shortCallPercent = .init(warn: 30, block: 50)
        let bob = DialOutCounters.Subject(tenant: "t", organizer: "bob", number: alice.number)
        for call in 0..<20 {
            #expect(counters.refusal(of: alice, limits, at: at(call)) == nil)
            counters.ended(alice, talked: call % 2 == 0 ? .seconds(9) : .seconds(10), at: at(call))
            counters.ended(bob, talked: .seconds(60), at: at(call))
        }
        #expect(counters.refusal(of: alice, limits, at: at(20))?.reading == .init(measure: .shortCallPercent, count: 50))
        #expect(counters.refusal(of: alice, limits, at: at(20))?.retryAfter == .seconds(300), "a slice of the hour")
        #expect(counters.refusal(of: bob, limits, at: at(20)) == nil)
        #expect(counters.refusal(of: alice, limits, at: at(3700)) == nil)
    }

    @Test("short calls count on when who dialled nothing lately is let go of")
    func swept() {
        var limits = DialOutLimits(), counters = DialOutCounters()
        limits.shortCallPercent = .init(block: 50)
        for call in 0..<20 { counters.ended(alice, talked: .seconds(1), at: at(call)) }
        for number in 0...DialOutCounters.sweepSize {
            let other = DialOutCounters.Subject(tenant: alice.tenant, organizer: "o\(number)", number: alice.number)
            _ = counters.accepted(other, DialOutLimits(), at: at(30))
        }
        #expect(counters.refusal(of: alice, limits, at: at(31))?.reading == .init(measure: .shortCallPercent, count: 100))
    }

    @Test("an organizer may ask again when its own calls are a minute ago, whatever others of the tenant dial")
    func ownWait() {
        var limits = DialOutLimits(), counters = DialOutCounters()
        limits.organizerCallsPerMinute = .init(block: 3)
        let bob = DialOutCounters.Subject(tenant: alice.tenant, organizer: "bob", number: alice.number)
        for _ in 0..<3 { _ = counters.accepted(alice, limits, at: at(0)) }
        for _ in 0..<3 { _ = counters.accepted(bob, limits, at: at(30)) }
        #expect(counters.refusal(of: alice, limits, at: at(30))?.retryAfter == .seconds(30))
        #expect(counters.refusal(of: bob, limits, at: at(30))?.retryAfter == .seconds(60))
    }

    @Test("limits are the tenant's own over the service's, told in force, and refused by name when they make no sense")
    func configuration() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/limits", #"{"tenantCallsPerMinute":{"warn":5,"block":9},"duplicateSeconds":0}"#)
        fixture.client.must(.put, "/v1/tenants/contoso/limits", #"{"organizerConcurrentCalls":{"block":1}}"#)
        let admin = fixture.token("admin", tenant: "contoso")
        let limits = admin.ask(.get, "/v1/tenants/contoso/limits").body
        #expect(limits["own"]["tenantCallsPerMinute"] == .null && limits["own"]["organizerConcurrentCalls"]["block"].integer == 1)
        #expect(limits["inForce"]["tenantCallsPerMinute"]["block"].integer == 9)
        #expect(admin.ask(.put, "/v1/tenants/contoso/limits", "{}").status == 403)
        for (body, field) in [
            (#"{"duplicateSeconds":61}"#, "duplicateSeconds"), (#"{"shortCallPercent":{"warn":101}}"#, "shortCallPercent.warn"),
            (#"{"sameNumberPerHour":{"warn":9,"block":3}}"#, "sameNumberPerHour.warn"),
            (#"{"organizerCallsPerMinute":{"block":0}}"#, "organizerCallsPerMinute.block"),
        ] {
            for path in ["/v1/limits", "/v1/tenants/contoso/limits"] {
                let answer = fixture.client.ask(.put, path, body)
                #expect(answer.status == 400 && answer.body["field"].string == field, "\(path) \(body): \(answer.body)")
            }
        }
        var document = admin.must(.get, "/v1/tenants/contoso/document")
        document["tenant"]["settings"]["limits"] = .object([:])
        let refused = admin.ask(.put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(document), as: UTF8.self))
        #expect(refused.status == 403 && refused.body["field"].string == "settings.limits", "\(refused.body)")
        #expect(admin.ask(.get, "/v1/tenants/contoso/limits").body["own"]["organizerConcurrentCalls"]["block"].integer == 1)
        let (_, restarted) = try fixture.restart()
        #expect(restarted.ask(.get, "/v1/limits").body["tenantCallsPerMinute"]["warn"].integer == 5)
    }

    @Test("past the limit the numbers that were dialled least are forgotten, and the others' counts stay")
    func numbersAreBounded() throws {
        var counters = DialOutCounters(numberLimit: 100), limits = DialOutLimits()
        limits.sameNumberPerHour = .init(warn: 3)
        func dial(_ number: Int) throws -> [DialOutCounters.Reading] {
            let subject = DialOutCounters.Subject(tenant: "t", organizer: "o", number: try E164("+1425555\(1000 + number)"))
            return counters.accepted(subject, limits, at: .zero)
        }
        for _ in 0..<2 { _ = try dial(0) }
        for number in 1...500 {
            _ = try dial(number)
            #expect(number < 100 ? counters.numbersCounted == number + 1 : counters.numbersCounted <= 100)
        }
        #expect(try dial(0) == [.init(measure: .sameNumberPerHour, count: 3)])
    }

    @Test("a warning is news once in its interval, for each measure and whom it counts")
    func news() throws {
        let number = try E164("+14255550123")
        let alice = DialOutCounters.Subject(tenant: "contoso", organizer: "alice", number: number)
        let bob = DialOutCounters.Subject(tenant: "contoso", organizer: "bob", number: number)
        var counters = DialOutCounters()
        let asked: [(DialOutCounters.Subject, DialOutLimits.Measure, Int, Bool)] = [
            (alice, .organizerCallsPerMinute, 0, true), (alice, .organizerCallsPerMinute, 59, false), (alice, .shortCallPercent, 59, true),
            (bob, .organizerCallsPerMinute, 59, true), (bob, .tenantCallsPerMinute, 59, true), (alice, .tenantCallsPerMinute, 60, false),
            (alice, .organizerCallsPerMinute, 60, true), (bob, .sameNumberPerHour, 61, true), (alice, .sameNumberPerHour, 62, false),
        ]
        for (subject, measure, seconds, isNews) in asked {
            let found = counters.isNews(measure, of: subject, at: .zero + .seconds(seconds))
            #expect(found == isNews, "\(subject.organizer) \(measure) \(seconds)")
        }
    }

    @Test("past a block it is refused with 429, Retry-After and the count; a warning is told once a minute, not to the operator")
    func blocked() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/tenants/contoso/limits", #"{"organizerConcurrentCalls":{"block":2},"tenantCallsPerMinute":{"warn":2,"block":3}}"#)
        let ids = (0..<2).map { _ in fixture.dial("+14255550999") }
        let busy = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999"))
        #expect(busy.status == 429 && busy.body["reason"].string == "tooManyCalls" && busy.header("Retry-After") == "5")
        #expect(busy.body["detail"].string == "organizerConcurrentCalls is 2, and from 2 on dial-outs are refused.")
        fixture.client.must(.delete, "/v1/dial-outs/\(ids[0])")
        fixture.pass(.seconds(1))
        _ = fixture.dial("+14255550999")
        fixture.client.must(.delete, "/v1/dial-outs/\(ids[1])")
        fixture.pass(.seconds(1))
        let fast = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999"))
        #expect(fast.status == 429 && fast.body["reason"].string == "tooManyRequests")
        let warnings = fixture.store.events.compactMap { event in
            (try? JSON.decode(CallEvent.self, event.row.body)).flatMap { $0.type == .warning ? ($0, event.row.operatorID) : nil }
        }
        #expect(warnings.map(\.0.count) == [2] && warnings.allSatisfy { $0.0.limit == .tenantCallsPerMinute && $0.1 == nil })
        let text = fixture.service.assumeIsolated { $0.metricsText().bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        #expect(text.contains(#"dialout_limit_warnings_total{measure="tenantCallsPerMinute"} 2"#))
        #expect(text.contains(#"dialout_limit_blocks_total{measure="organizerConcurrentCalls"} 1"#))
    }

    @Test("a restart gives nobody a new hour: dial-outs and short calls of the last hour count, refused ones and older ones do not")
    func restart() throws {
        let fixture = try Fixture()
        func refusal(_ client: SimClient, _ number: String, _ limits: String) -> String? {
            client.must(.put, "/v1/tenants/contoso/limits", limits)
            return client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order(number)).body["detail"].string
        }
        fixture.client.must(
            .put, "/v1/tenants/contoso/limits", #"{"organizerCallsPerMinute":{"block":1000},"sameNumberPerHour":{"block":30}}"#)
        for _ in 0..<30 { _ = fixture.dial("+14255550200") }
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200")).status == 429)
        fixture.pass(.seconds(600))
        _ = (0..<2).map { _ in fixture.dial("+14255550999") }
        fixture.pass(.seconds(5))
        let (_, second) = try fixture.restart()
        fixture.pass(.seconds(1))
        #expect(
            refusal(second, "+14255550200", #"{"sameNumberPerHour":{"block":30}}"#)
                == "sameNumberPerHour is 30, and from 30 on dial-outs are refused.")
        #expect(
            refusal(second, "+14255550999", #"{"organizerCallsPerMinute":{"block":2}}"#)
                == "organizerCallsPerMinute is 2, and from 2 on dial-outs are refused.")
        #expect(
            refusal(second, "+14255550486", #"{"shortCallPercent":{"block":100}}"#)
                == "shortCallPercent is 100, and from 100 on dial-outs are refused.")
        fixture.pass(.seconds(3_600))
        let (_, third) = try fixture.restart()
        fixture.pass(.seconds(1))
        #expect(refusal(third, "+14255550486", #"{"sameNumberPerHour":{"block":2},"shortCallPercent":{"block":1}}"#) == nil)
    }

    @Test("the same meeting and number within a moment is one dial-out, however often it is asked for")
    func duplicates() throws {
        let fixture = try Fixture()
        var answers: [SimClient.Answer] = []
        func ask(_ meeting: String = "m", _ number: String = "+1 (425) 555-0999", key: String? = nil) {
            fixture.client.send(
                .post, "/v1/meetings/\(meeting)/dial-outs", Fixture.order(number), headers: key.map { [("Idempotency-Key", $0)] } ?? []
            ) { answers.append($0) }
        }
        ask()
        ask("m", "+14255550999")
        ask("m", "+14255550999", key: "second")
        ask("n")
        ask("m", "+14255551999")
        fixture.pass(.seconds(1))
        #expect(answers.map(\.status) == [202, 202, 202, 202, 202])
        #expect(Set(answers.compactMap { $0.body["id"].string }).count == 3)
        #expect(answers.count { $0.header("Dialout-Duplicate") == "true" } == 2)
        #expect(fixture.trunks[0].calls.count == 3)
        let kept = fixture.client.ask(
            .post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999"), headers: [("Idempotency-Key", "second")])
        #expect(kept.header("Idempotent-Replayed") == "true")
        fixture.pass(.seconds(3))
        ask()
        fixture.pass(.seconds(1))
        #expect(fixture.trunks[0].calls.count == 4, "after three seconds it is another one")
        let busy = fixture.client.must(.post, "/v1/meetings/b/dial-outs", Fixture.order("+14255550486"))
        fixture.pass(.milliseconds(500))
        let again = fixture.client.must(.post, "/v1/meetings/b/dial-outs", Fixture.order("+14255550486"))
        #expect(busy["id"] != again["id"], "what is over is not given again")
    }

    @Test("while the store refuses, of many equal requests none is taken; afterwards they are one")
    func duplicatesInAnOutage() throws {
        let fixture = try Fixture()
        fixture.store.isFull = true
        var answers: [Int] = []
        for _ in 0..<3 {
            fixture.client.send(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999")) { answers.append($0.status) }
        }
        fixture.pass(.seconds(1))
        #expect(answers == [503, 503, 503])
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        _ = fixture.client.must(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999"))
        fixture.pass(.seconds(1))
        #expect(fixture.trunks[0].calls.count == 1)
    }

    private static func destination(_ country: Country?) -> Destination { Destination(try! E164("+14255550123"), in: country) }

    @Test("a call of the service's own carrier counts in the month in which it ends, now and after a restart")
    func months() throws {
        func call(_ from: String, _ until: String) -> CarrierUse.Call {
            .init(
                connectedAt: WallTime(rfc3339: from)!, endedAt: WallTime(rfc3339: until)!,
                destination: Self.destination(.unitedStates), licence: nil)
        }
        var settings = ConferencingSettings()
        settings.purchasedStandardLicences = 1
        let terms = CarrierTerms(settings, in: .unitedStates)
        let now = WallTime(rfc3339: "2026-12-01T00:30:00.000Z")!
        let cases: [(CarrierUse.Call, Int)] = [
            (call("2026-11-30T23:50:00.000Z", "2026-12-01T00:10:00.000Z"), 20),
            (call("2026-11-30T23:50:00.000Z", "2026-11-30T23:59:59.999Z"), 0),
            (call("2026-12-01T00:00:00.000Z", "2026-12-01T00:00:01.000Z"), 1),
            (call("2026-12-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"), 1),
            (call("2026-12-01T00:00:00.000Z", "2026-12-01T00:01:00.000Z"), 1),
            (call("2026-12-01T00:00:00.000Z", "2026-12-01T00:01:00.001Z"), 2),
            (call("2026-12-01T00:00:00.000Z", "2026-12-01T00:01:59.999Z"), 2),
            (call("2026-12-01T00:00:00.000Z", "2026-12-01T00:02:00.000Z"), 2),
        ]
        for (call, minutes) in cases {
            var use = CarrierUse()
            let counted = use.count(call, of: "t", under: terms)
            #expect(use.pool(of: "t", at: now).minutesUsed == minutes)
            let restarted = CarrierUse([try #require(counted)])
            #expect(restarted.pool(of: "t", at: now).minutesUsed == minutes, "what is kept is what was counted")
        }
        var use = CarrierUse()
        for (call, _) in cases { _ = use.count(call, of: "t", under: terms) }
        #expect(use.pool(of: "t", at: now).minutesUsed == 29)
        #expect(use.pool(of: "t", at: WallTime(milliseconds: now.milliseconds - 3_600_000)).minutesUsed == 10, "the clock went back")
        #expect(use.pool(of: "t", at: now).minutesUsed == 29, "and on again")
    }

    @Test("minutes beyond the pool, and those outside Zone A, are credits")
    func credits() {
        var settings = ConferencingSettings(), use = CarrierUse()
        settings.purchasedStandardLicences = 1
        let metered = CarrierTerms(settings, in: .unitedStates)
        let from = WallTime(rfc3339: "2026-12-01T00:00:00.000Z")!
        func talk(
            _ minutes: Int64, to country: Country?, _ licence: Licence? = nil, under terms: CarrierTerms? = nil, holdsCredits: Bool = true
        ) -> MinutePool? {
            let until = WallTime(milliseconds: from.milliseconds + minutes * 60_000), destination = Self.destination(country)
            var call = CarrierUse.Call(connectedAt: from, endedAt: until, destination: destination, licence: licence)
            call.holdsCredits = holdsCredits
            return use.count(call, of: "t", under: terms ?? metered)?.pool
        }
        #expect(talk(50, to: .unitedStates) == MinutePool(minutesUsed: 50, creditsSpent: 0))
        #expect(talk(20, to: .unitedStates) == MinutePool(minutesUsed: 10, creditsSpent: 10))
        #expect(talk(3, to: nil) == MinutePool(minutesUsed: 0, creditsSpent: 3))
        #expect(talk(2, to: .unitedStates, .audioConferencingPayPerMinute) == MinutePool(minutesUsed: 0, creditsSpent: 2))
        #expect(use.pool(of: "t", at: from) == MinutePool(minutesUsed: 60, creditsSpent: 15))
        #expect(talk(4, to: .unitedStates, holdsCredits: false) == MinutePool(minutesUsed: 4, creditsSpent: 0))
        let free = CarrierTerms(ConferencingSettings(), in: .unitedStates)
        #expect(talk(9, to: .unitedStates, under: free) == nil, "what is not metered is not counted")
        #expect(use.pool(of: "u", at: from) == MinutePool())
    }

    @Test("only a connected call of the service's own carrier is counted, also where nobody saw its end")
    func counted() {
        func sample(_ operatorID: String, connects: Bool = true, _ ending: Ending = .completed(by: .callee)) -> DialOut {
            var sample = SampleDialOut(1, operator: operatorID)
            _ = sample.accept() + [sample.dial(operatorID)]
            if connects { _ = sample.note(.answered(sdp: nil)) }
            _ = sample.end(ending)
            return sample.dialOut
        }
        #expect(sample(Operator.serviceCarrier).carrierCall != nil)
        #expect(sample("acme").carrierCall == nil)
        #expect(sample(Operator.serviceCarrier, connects: false).carrierCall == nil)
        #expect(sample(Operator.serviceCarrier, .lost).carrierCall != nil)
    }
}
