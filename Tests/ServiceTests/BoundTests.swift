import Basis
import Dialing
import SIP
import Simulation
import Testing

@testable import Service

/// What is remembered for a while goes when its time is over or its place is needed, and nothing else goes with it.
@Suite("What the service remembers for a while")
struct BoundTests {
    private func at(_ seconds: Double) -> Instant { .zero + .milliseconds(Int64(seconds * 1_000)) }
    private func id(_ number: Int) -> SortableID { SortableID(high: 0, low: UInt64(number)) }

    @Test("of more meetings than are remembered the oldest tenth is nobody's again, each time that there are so many")
    func meetings() {
        let owners = MeetingOwners(), tenth = MeetingOwners.limit / 10
        func keep(_ numbers: Range<Int>) {
            for number in numbers {
                owners.claim("m\(number)", for: "a")
                owners.settle("m\(number)", for: "a", isKept: true)
            }
        }
        func free(_ numbers: [Int]) -> [Bool] { numbers.map { owners.allows("m\($0)", for: "b") } }
        keep(0..<MeetingOwners.limit)
        owners.settle("m0", for: "a", isKept: true)
        owners.forget(ownedBy: "b")
        #expect(free([0, MeetingOwners.limit - 1]) == [false, false])
        keep(MeetingOwners.limit..<MeetingOwners.limit + 1)
        #expect(free([0, tenth - 1, tenth, MeetingOwners.limit]) == [true, true, false, false])
        keep(MeetingOwners.limit + 1..<MeetingOwners.limit + tenth)
        #expect(free([tenth, 2 * tenth - 1]) == [false, false])
        keep(MeetingOwners.limit + tenth..<MeetingOwners.limit + tenth + 1)
        #expect(free([2 * tenth - 1, 2 * tenth]) == [true, false])
    }

    @Test("meetings of earlier starts are forgotten before those of this one, the oldest first, and take nobody's place")
    func earlierMeetings() {
        let owners = MeetingOwners(), tenth = MeetingOwners.limit / 10
        owners.claim("m", for: "a")
        owners.recall("m", for: "b")
        owners.settle("m", for: "a", isKept: true)
        for number in 0..<MeetingOwners.limit { owners.recall("e\(number)", for: "a") }
        func free(_ numbers: [Int]) -> [Bool] { numbers.map { owners.allows("e\($0)", for: "b") } }
        #expect(!owners.allows("m", for: "b") && owners.allows("m", for: "a"))
        #expect(free([0, MeetingOwners.limit - 2, MeetingOwners.limit - 1]) == [false, false, true], "there was room for no more")
        owners.claim("n", for: "a")
        owners.settle("n", for: "a", isKept: true)
        #expect(free([0, MeetingOwners.limit - tenth - 2, MeetingOwners.limit - tenth - 1]) == [false, false, true])
        #expect(!owners.allows("m", for: "b") && !owners.allows("n", for: "b"))
        owners.forget(ownedBy: "a")
        #expect(free([0]) == [true])
    }

    @Test("a wish is known within its window, by its key where it has one, and what its dial-out came to is told for the latest alone")
    func wishes() throws {
        let recent = RecentDialOuts()
        let key = RecentDialOuts.Key(tenant: "t", meeting: ExactText("m"), organizer: "a@b", number: try E164("+14255550100"))
        func found(_ name: String?, _ seconds: Double) -> RecentDialOuts.Lookup {
            recent.lookUp(key, named: name.map { ExactText($0) }, within: .seconds(3), at: at(seconds))
        }
        #expect(found(nil, 0) == .none)
        let first = recent.begin(key, named: nil, at: at(0))
        #expect(found(nil, 2.999) == .inProgress && found(nil, 3) == .none)
        recent.settle(first, id(1))
        #expect([nil, "a"].map { found($0, 2.999) } == [.accepted(id(1)), .accepted(id(1))])
        recent.name(key, ExactText("a"))
        recent.name(key, ExactText("b"))
        #expect([nil, "a", "b"].map { found($0, 2) } == [.accepted(id(1)), .accepted(id(1)), .none], "one name, the first")
        let second = recent.begin(key, named: ExactText("b"), at: at(2))
        recent.settle(first, nil)
        #expect(["a", "b"].map { found($0, 4) } == [.none, .inProgress])
        recent.settle(second, nil)
        #expect(found("b", 4) == .none, "the store refused it")
    }

    @Test("who waits for a wish is called when its dial-out is there, when it is refused, and when another takes its place")
    func waiting() async throws {
        let recent = RecentDialOuts()
        let key = RecentDialOuts.Key(tenant: "t", meeting: ExactText("m"), organizer: "a@b", number: try E164("+14255550100"))
        await withCheckedContinuation { recent.wait(key, $0) }
        for end in 0..<3 {
            let ticket = recent.begin(key, named: nil, at: at(0))
            var ended = 0
            await withCheckedContinuation { waiter in
                recent.wait(key, waiter)
                ended = end
                if end == 2 { _ = recent.begin(key, named: nil, at: at(0)) } else { recent.settle(ticket, end == 0 ? id(1) : nil) }
            }
            #expect(ended == end)
        }
    }

    @Test("wishes are forgotten after a minute, but for those that are on their way to the disk and those that were made anew meanwhile")
    func forgotten() throws {
        let recent = RecentDialOuts()
        func key(_ number: Int) throws -> RecentDialOuts.Key {
            RecentDialOuts.Key(tenant: "t", meeting: ExactText("m\(number)"), organizer: "a@b", number: try E164("+14255550100"))
        }
        func found(_ number: Int, _ seconds: Double) throws -> RecentDialOuts.Lookup {
            recent.lookUp(try key(number), named: nil, within: .seconds(1_000), at: at(seconds))
        }
        for number in 0..<2_000 { recent.settle(recent.begin(try key(number), named: nil, at: at(0)), id(number)) }
        let slow = recent.begin(try key(2_000), named: nil, at: at(0))
        for number in [0, 2_001, 2_002] { recent.settle(recent.begin(try key(number), named: nil, at: at(30)), id(10_000 + number)) }
        #expect(try found(1, 59.999) == .accepted(id(1)))
        #expect(try found(1, 60) == .none && found(1_999, 60) == .none)
        #expect(try found(2_000, 60) == .inProgress)
        #expect(try found(0, 89.999) == .accepted(id(10_000)) && found(2_002, 89.999) == .accepted(id(12_002)))
        #expect(try found(0, 90) == .none && found(2_002, 90) == .none && found(2_000, 90) == .inProgress)
        #expect(recent.count == 1)
        recent.settle(slow, id(2_000))
        #expect(try found(2_000, 90) == .none && recent.count == 0)
    }

    @Test("whoever dialled nothing in the last hour is forgotten when there are many; who did is counted as before")
    func sweep() throws {
        var counters = DialOutCounters()
        func dial(_ numbers: Range<Int>, _ seconds: Double) throws {
            for number in numbers {
                let subject = DialOutCounters.Subject(tenant: "t", organizer: "o", number: try E164("+1425\(5_550_000 + number)"))
                _ = counters.accepted(subject, DialOutLimits(), at: at(seconds))
            }
        }
        try dial(0..<6_000, 0)
        try dial(6_000..<7_000, 1_800)
        try dial(7_000..<9_998, 3_600)
        #expect(counters.numbersCounted == 9_998, "not as many yet as are looked through")
        try dial(9_998..<10_001, 3_600)
        #expect(counters.numbersCounted == 4_001)
    }

    @Test("a tenant that is no more has no counts left, and others have theirs")
    func tenants() throws {
        var counters = DialOutCounters()
        let number = try E164("+14255550100"), level = DialOutLimits.Level(warn: nil, block: 1)
        let subjects = ["t", "u"].map { DialOutCounters.Subject(tenant: $0, organizer: "o", number: number) }
        for subject in subjects {
            _ = counters.accepted(subject, DialOutLimits(), at: at(0))
            for _ in 0..<DialOutLimits.shareBasis { counters.talked(subject, .seconds(1), until: at(0)) }
            _ = counters.isNews(.tenantCallsPerMinute, of: subject, at: at(0))
        }
        var limits = DialOutLimits()
        (limits.tenantConcurrentCalls, limits.organizerConcurrentCalls, limits.tenantCallsPerMinute) = (level, level, level)
        (limits.organizerCallsPerMinute, limits.sameNumberPerHour, limits.shortCallPercent) = (level, level, level)
        counters.forget(tenant: "t")
        #expect(counters.refusal(of: subjects[0], limits, at: at(1)) == nil)
        let news = subjects.map { counters.isNews(.tenantCallsPerMinute, of: $0, at: at(1)) }
        #expect(news == [true, false])
        for measure in DialOutLimits.Measure.allCases {
            #expect(counters.refusal(of: subjects[1], limits, at: at(1))?.reading.measure == measure)
            switch measure {
            case .tenantConcurrentCalls: limits.tenantConcurrentCalls = nil
            case .organizerConcurrentCalls: limits.organizerConcurrentCalls = nil
            case .tenantCallsPerMinute: limits.tenantCallsPerMinute = nil
            case .organizerCallsPerMinute: limits.organizerCallsPerMinute = nil
            case .sameNumberPerHour: limits.sameNumberPerHour = nil
            case .shortCallPercent: limits.shortCallPercent = nil
            }
        }
    }

    @Test("what was counted and not kept is taken back where it was counted")
    func takenBack() throws {
        var counters = DialOutCounters(), limits = DialOutLimits()
        let subject = DialOutCounters.Subject(tenant: "t", organizer: "o", number: try E164("+14255550100"))
        let level = DialOutLimits.Level(warn: nil, block: 1)
        (limits.tenantConcurrentCalls, limits.organizerConcurrentCalls, limits.tenantCallsPerMinute) = (level, level, level)
        (limits.organizerCallsPerMinute, limits.sameNumberPerHour) = (level, level)
        _ = counters.accepted(subject, limits, at: at(3))
        #expect(counters.refusal(of: subject, limits, at: at(20))?.reading == .init(measure: .tenantConcurrentCalls, count: 1))
        counters.takeBack(subject, acceptedAt: at(3), at: at(20))
        #expect(counters.refusal(of: subject, limits, at: at(20)) == nil)
        counters.recall(subject, acceptedAt: at(19), isOfLastMinute: false)
        #expect(counters.refusal(of: subject, limits, at: at(20))?.reading == .init(measure: .sameNumberPerHour, count: 1))
        counters.recall(subject, acceptedAt: at(19), isOfLastMinute: true)
        #expect(counters.refusal(of: subject, limits, at: at(20))?.reading == .init(measure: .tenantCallsPerMinute, count: 1))
    }

    @Test("trunks of so many legs that are over are known, the oldest leg's goes first, and a leg that is named again takes no place")
    func legs() {
        var legs = FormerLegs()
        func leg(_ number: Int) -> LegID { LegID(dialOut: id(number), attempt: 1) }
        func key(_ number: Int) -> TrunkKey { TrunkKey(operatorID: "o", trunk: "t\(number)") }
        for number in 0..<FormerLegs.limit { legs.note(leg(number), on: key(number)) }
        legs.note(leg(FormerLegs.limit - 1), on: key(0))
        #expect(legs[leg(0)] == key(0) && legs[leg(FormerLegs.limit - 1)] == key(0))
        for number in FormerLegs.limit..<2 * FormerLegs.limit + 2 {
            legs.note(leg(number), on: key(number))
            let gone = number - FormerLegs.limit
            #expect(legs[leg(gone)] == nil && legs[leg(gone + 1)] != nil && legs[leg(number)] == key(number))
        }
    }

    @Test("past so many addresses in doubt another one is not remembered until one of them may be tried again")
    func addresses() {
        var circuits = AddressCircuits()
        func address(_ number: Int) -> TrunkAddress {
            TrunkAddress(SocketAddress(ipv4: 0x0A00_0000 + UInt32(number), port: 5060), .udp)
        }
        for number in 0..<AddressCircuits.limit { circuits.note(.failed(.timeout), of: address(number), at: at(Double(number) / 1_000)) }
        let other = address(AddressCircuits.limit), fresh = address(AddressCircuits.limit + 1)
        circuits.note(.failed(.timeout), of: other, at: at(29))
        #expect(circuits.ordered([other, fresh], at: at(29)) == [other, fresh])
        circuits.note(.failed(.transport), of: address(0), at: at(29))
        #expect(circuits.ordered([address(1), fresh], at: at(29)) == [fresh, address(1)] && circuits.count == AddressCircuits.limit)
        circuits.note(.failed(.timeout), of: other, at: at(31))
        #expect(circuits.ordered([other, fresh], at: at(31)) == [fresh, other])
        #expect(circuits.count < AddressCircuits.limit)
        circuits.note(.worked, of: other, at: at(32))
        #expect(circuits.ordered([other, fresh], at: at(32)) == [other, fresh])
    }

    @Test("to stop a dial-out that is over, and not on disk yet, leaves nothing behind")
    func stoppedLate() throws {
        let fixture = try Fixture(), text = fixture.dial("+14255550486"), id = try #require(SortableID(text)), service = fixture.service
        func state() -> CallState? { service.assumeIsolated { $0.live.record(of: id)?.dialOut.state } }
        #expect(fixture.world.run(until: fixture.world.now + .seconds(5)) { state() == .ended }, "over, and held until it is written")
        service.assumeIsolated { $0.live.stop(id, .cancelled) }
        #expect(service.assumeIsolated { $0.live.stopRequest(of: id) == nil })
        fixture.pass(.seconds(2))
        #expect(state() == nil && fixture.record(text)["outcome"].string == "busy")
    }
}
