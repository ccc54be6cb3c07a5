import Basis
import FarEnd
import SIP

/// What happens in one run, all of it drawn from the seed.
package struct Scenario: Sendable {
    package struct Post: Sendable {
        package let at: Duration
        package let meeting: String
        package let organizer: String
        package let number: String
        package let kind: String
        package let ringTimeout: Int
        package let maxDuration: Int
        package let idempotencyKey: String?
        /// When the meeting takes it back, counted from the request.
        package let takenBackAfter: Duration?
        /// Whether its session description is too long for a datagram.
        package var isLong = false

        package var body: String {
            """
            {"kind":"\(kind)","organizer":"\(organizer)","number":"\(number)","ringTimeoutSeconds":\(ringTimeout),\
            "maxDurationSeconds":\(maxDuration)\(isLong ? Self.longDescription : "")}
            """
        }

        private static let longDescription: String = {
            let fillers = (0..<20).map { #"a=x-filler-\#($0):\#(String(repeating: "y", count: 60))\r\n"# }.joined()
            return
                #","sdp":"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0\r\n\#(fillers)""#
        }()
    }

    package let seed: UInt64
    package let faults: Faults
    package let script: String
    package let posts: [Post]
    /// Within which the store refuses, or its syncs fail.
    package let outage: Range<Int>?
    package let outageFailsSyncs: Bool
    /// When the tenant suspends an operator, in seconds.
    package let suspension: Int?
    /// When the service is told to stop, in seconds; nil after everything is over.
    package let drainAt: Int?
    /// Where nobody answers: a trunk that is configured and does not exist.
    package let deadTrunk: Bool
    package let hardships: Hardships
    package let gateways: Gateways?
    package let crashes: [Crash]
    /// When the clock that people read jumps, in seconds, and by how many hours.
    package let clockJumps: [(second: Int, hours: Int)]

    /// The service is killed, and started again a while later.
    package struct Crash: Sendable {
        package enum Moment: Hashable, Sendable {
            /// Counted from the start.
            case time(Duration)
            /// When a message of a call, by its place in the ladder from 0, has left its sender.
            case message(Int)
            /// When a group, by its number from the start on, is being written: kept, or not.
            case commit(Int, isKept: Bool)
        }
        package let moment: Moment
        package let downtime: Duration
    }

    static let organizers = ["occ@contoso.example", "standard@contoso.example", "nobody@contoso.example", "sales@contoso.example"]
    private static let areas = ["+1425555", "+1206555", "+44207946", "+4930123", "+8135550"]
    private static let endings = [
        "0183", "0200", "0202", "0262", "0302", "0404", "0407", "0408", "0480", "0486", "0487", "0488", "0503", "0603", "0606", "0999",
    ]

    package init(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        self.seed = seed
        var faults = Faults()
        if Bool.random(using: &random) {
            faults.loss = Double.random(in: 0...0.12, using: &random)
            faults.duplication = Double.random(in: 0...0.1, using: &random)
            faults.delay = 1...Int64.random(in: 2...600, using: &random)
        }
        gateways = Gateways(seed: seed)
        script = [Self.routing(&random), gateways?.script].compactMap { $0 }.joined(separator: "\n")
        var posts: [Post] = []
        for index in 0..<Int.random(in: 2...10, using: &random) {
            let post = Self.post(index, &random)
            posts.append(post)
            if post.idempotencyKey != nil, Bool.random(using: &random) { posts.append(post.repeated(&random)) }
        }
        outage = Self.chance(0.1, &random) ? { $0..<$0 + 6 }(Int.random(in: 1...50, using: &random)) : nil
        outageFailsSyncs = outage != nil && Bool.random(using: &random)
        suspension = Self.chance(0.25, &random) ? Int.random(in: 1...60, using: &random) : nil
        drainAt = Self.chance(0.15, &random) ? Int.random(in: 5...80, using: &random) : nil
        deadTrunk = Self.chance(0.3, &random)
        hardships = Hardships(&random)
        faults.streams = Self.streams(hardships, &random)
        self.faults = faults
        if hardships.limits != nil, Self.chance(0.6, &random) { posts += Self.batch(&random) }
        if Self.chance(0.3, &random), let post = posts.first(where: { $0.idempotencyKey == nil }) { posts.append(post.clickedAgain) }
        self.posts = posts
        crashes = Self.chance(0.35, &random) ? (0..<Int.random(in: 1...3, using: &random)).map { _ in Self.crash(&random) } : []
        clockJumps =
            Self.chance(0.25, &random)
            ? (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (Int.random(in: 0...90, using: &random), Bool.random(using: &random) ? 1 : -1)
            } : []
    }

    private static func streams(_ hardships: Hardships, _ random: inout SeededRandom) -> StreamFaults {
        var faults = StreamFaults()
        faults.deaf = Dictionary(
            uniqueKeysWithValues: hardships.withoutTCP.compactMap { name, how in SimRun.address(of: name).map { ($0, how) } })
        guard chance(0.4, &random) else { return faults }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            faults.breaks[Int.random(in: 0...80, using: &random)] = StreamFaults.Break.allCases.randomElement(using: &random)!
        }
        return faults
    }

    private static func crash(_ random: inout SeededRandom) -> Crash {
        let downtime = Duration.milliseconds(Int64.random(in: 0...4_000, using: &random))
        switch Int.random(in: 0...2, using: &random) {
        case 0: return Crash(moment: .time(.milliseconds(Int64.random(in: 500...80_000, using: &random))), downtime: downtime)
        case 1: return Crash(moment: .message(Int.random(in: 0...120, using: &random)), downtime: downtime)
        default:
            let commit = Crash.Moment.commit(Int.random(in: 0...60, using: &random), isKept: Bool.random(using: &random))
            return Crash(moment: commit, downtime: downtime)
        }
    }

    /// One organizer's many invitations at once, and in the middle of them another's one.
    private static func batch(_ random: inout SeededRandom) -> [Post] {
        let start = Int64.random(in: 0...30_000, using: &random)
        func post(_ index: Int, _ organizer: String, at milliseconds: Int64, _ random: inout SeededRandom) -> Post {
            Post(
                at: .milliseconds(milliseconds), meeting: "all-hands-\(organizer)", organizer: organizer,
                number: "+1425555\(1000 + Int.random(in: 0..<900, using: &random) * 10 + index % 10)", kind: "inviteNumber",
                ringTimeout: 20,
                maxDuration: Int.random(in: 10...20, using: &random), idempotencyKey: nil, takenBackAfter: nil)
        }
        let many = (0..<Int.random(in: 8...30, using: &random)).map { post($0, organizers[0], at: start, &random) }
        return many + [post(0, organizers[3], at: start + Int64.random(in: 0...2_000, using: &random), &random)]
    }

    static func chance(_ probability: Double, _ random: inout SeededRandom) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    private static func post(_ index: Int, _ random: inout SeededRandom) -> Post {
        let isMagic = chance(0.6, &random)
        let ending = isMagic ? endings.randomElement(using: &random)! : String(1000 + Int.random(in: 0..<9000, using: &random))
        return Post(
            at: .milliseconds(Int64.random(in: 0...60_000, using: &random)), meeting: "meeting-\(Int.random(in: 0...3, using: &random))",
            organizer: chance(0.05, &random) ? "stranger@contoso.example" : organizers.randomElement(using: &random)!,
            number: areas.randomElement(using: &random)! + ending, kind: Bool.random(using: &random) ? "callMeAt" : "inviteNumber",
            ringTimeout: Int.random(in: 5...40, using: &random), maxDuration: Int.random(in: 10...60, using: &random),
            idempotencyKey: chance(0.3, &random) ? "key-\(index)" : nil,
            takenBackAfter: chance(0.4, &random) ? .milliseconds(Int64.random(in: 0...25_000, using: &random)) : nil,
            isLong: chance(0.3, &random))
    }

    /// The administrators' script: routes of several patterns, priorities and operators, in usages of one random order.
    private static func routing(_ random: inout SeededRandom) -> String {
        var lines = [
            "Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -BridgeName 'Conference Bridge'",
            "Register-CsOnlineDialInConferencingServiceNumber -Identity +442079460100 -BridgeName 'Conference Bridge'",
            "Register-CsOnlineDialInConferencingServiceNumber -Identity +12065550199 -BridgeName 'Conference Bridge'",
            "Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber +12065550199",
            "Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='Near','Far'}",
        ]
        let patterns = [#"^\+1(425|206)(\d{7})$"#, #"^\+1(\d{10})$"#, #"^\+44"#, #"^\+49\d+$"#, #"\d+"#, "[0-9]{10}", #"555\d{4}$"#]
        for index in 0..<Int.random(in: 1...5, using: &random) {
            let pattern = patterns.randomElement(using: &random)!
            let source = Bool.random(using: &random) ? "+14255550100" : "+442079460100"
            let usage = Bool.random(using: &random) ? "Near" : "Far"
            let priority = Bool.random(using: &random) ? " -Priority \(Int.random(in: 1...3, using: &random))" : ""
            lines.append(
                "New-CsOnlineVoiceRoute -Identity 'Route \(index)' -NumberPattern '\(pattern)' -OnlinePstnUsages '\(usage)'"
                    + " -BridgeSourcePhoneNumber \(source)\(priority)")
        }
        let usages = ["'Near','Far'", "'Far','Near'", "'Near'", "'Far'"].randomElement(using: &random)!
        lines.append("New-CsOnlineAudioConferencingRoutingPolicy 'Main' -OnlinePstnUsages \(usages)")
        lines.append("New-CsOnlineAudioConferencingRoutingPolicy 'Second' -OnlinePstnUsages 'Far'")
        lines.append("Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName 'Main'")
        lines.append("Grant-CsOnlineAudioConferencingRoutingPolicy -Group 'sales' -PolicyName 'Second' -Rank 1")
        if Bool.random(using: &random) {
            lines.append("Grant-CsOnlineAudioConferencingRoutingPolicy -Identity occ@contoso.example -PolicyName 'Second'")
        }
        return lines.joined(separator: "\n")
    }

    /// How a far end treats a number: by its magic ending, or with times that follow from the number itself.
    package static let behaviour: @Sendable (String) -> Behaviour = { number in
        var random = SeededRandom(seed: number.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var normal = Behaviour()
        normal.ringAfter = .milliseconds(Int64.random(in: 0...3_000, using: &random))
        normal.answerAfter = .milliseconds(Int64.random(in: 0...20_000, using: &random))
        if Bool.random(using: &random) { normal.hangUpAfter = .milliseconds(Int64.random(in: 0...30_000, using: &random)) }
        Hardships.complicate(&normal, &random)
        if number.hasSuffix(Hardships.refusedAndAnswered) { (normal.finalCode, normal.forks) = (486, true) }
        return Behaviour.magic(number, otherwise: normal)
    }
}

extension Scenario.Post {
    /// The same request a moment later, without a word that it is the same.
    fileprivate var clickedAgain: Scenario.Post {
        Scenario.Post(
            at: at + .milliseconds(400), meeting: meeting, organizer: organizer, number: number, kind: kind, ringTimeout: ringTimeout,
            maxDuration: maxDuration, idempotencyKey: nil, takenBackAfter: nil, isLong: isLong)
    }

    /// The same request again, at another time; now and then with another body.
    fileprivate func repeated(_ random: inout SeededRandom) -> Scenario.Post {
        Scenario.Post(
            at: at + .milliseconds(Int64.random(in: 0...5_000, using: &random)), meeting: meeting, organizer: organizer, number: number,
            kind: kind, ringTimeout: Double.random(in: 0..<1, using: &random) < 0.2 ? ringTimeout + 1 : ringTimeout,
            maxDuration: maxDuration, idempotencyKey: idempotencyKey, takenBackAfter: nil, isLong: isLong)
    }
}
