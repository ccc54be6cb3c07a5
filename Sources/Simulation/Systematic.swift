import Basis

/// What befalls one message of a ladder.
package enum Mishap: Hashable, Sendable, CaseIterable {
    case lost, doubled
    /// By a quarter of a second: whatever follows closely overtakes it.
    case overtaken
    /// By three seconds: after its own repetitions.
    case late
    /// By forty seconds: after everybody has given up waiting for it (64 T1 is 32 s).
    case stale

    /// When the copies arrive, counted from the usual delay.
    var delays: [Duration] {
        switch self {
        case .lost: []
        case .doubled: [.zero, .milliseconds(20)]
        case .overtaken: [.milliseconds(250)]
        case .late: [.seconds(3)]
        case .stale: [.seconds(40)]
        }
    }
}

/// One call on a quiet network, played again and again: in each run one message of its ladder, or two, go astray.
package enum SystematicCall: String, Sendable, CaseIterable {
    case basic, calleeHangsUp, cancelled
    case answeredAcrossCancel, noFinalResponse, ringsOut, forked, reliable, challenged, busy, failedOver, otherAddress, answeredInVain,
        refusedAndAnswered, unkept

    private var ending: String {
        switch self {
        case .basic, .unkept: "0183"
        case .calleeHangsUp, .otherAddress: "0200"
        case .cancelled, .ringsOut: "0999"
        case .answeredAcrossCancel: "0487"
        case .noFinalResponse: "0488"
        case .forked: "0202"
        case .reliable: "0262"
        case .challenged: "0407"
        case .busy: "0486"
        case .failedOver: "0503"
        case .answeredInVain: "0606"
        case .refusedAndAnswered: Hardships.refusedAndAnswered
        }
    }

    private var takenBackAfter: Duration? {
        switch self {
        case .basic, .forked, .reliable, .challenged: .seconds(6)
        case .cancelled, .answeredAcrossCancel, .noFinalResponse: .seconds(3)
        case .calleeHangsUp, .ringsOut, .busy, .failedOver, .otherAddress, .answeredInVain, .refusedAndAnswered, .unkept: nil
        }
    }

    var post: Scenario.Post {
        Scenario.Post(
            at: .seconds(1), meeting: "meeting", organizer: Scenario.organizers[0], number: "+1425555" + ending, kind: "callMeAt",
            ringTimeout: 20, maxDuration: 60, idempotencyKey: nil, takenBackAfter: takenBackAfter)
    }
}

extension Scenario {
    /// One dial-out over a route with two trunks.
    init(_ call: SystematicCall, _ mishaps: [Int: Mishap], crash: Crash.Moment? = nil) {
        seed = 1
        var faults = Faults()
        faults.delay = 10...10
        faults.mishaps = mishaps
        self.faults = faults
        script = """
            Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -BridgeName 'Conference Bridge'
            Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='Near'}
            New-CsOnlineVoiceRoute -Identity 'Route' -NumberPattern '^\\+1' -OnlinePstnUsages 'Near' -BridgeSourcePhoneNumber +14255550100
            New-CsOnlineAudioConferencingRoutingPolicy 'Main' -OnlinePstnUsages 'Near'
            Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName 'Main'
            """
        posts = [call.post]
        (outage, outageFailsSyncs) = (call == .unkept ? 2..<12 : nil, false)
        suspension = nil
        gateways = nil
        drainAt = nil
        deadTrunk = false
        clockJumps = []
        crashes = crash.map { [Crash(moment: $0, downtime: .milliseconds(700))] } ?? []
        hardships = Hardships(split: call == .otherAddress ? (trunk: "a1", first: .unavailable) : nil)
    }
}

extension Hardships {
    /// Trunks that work, without limits, but for what is said.
    fileprivate init(split: (trunk: String, first: Fault)?) {
        self.split = split
        limits = nil
        probing = 0
        deaf = nil
        drain = nil
        organizerBlock = nil
        manyHomed = nil
        (named, byTCP, withoutTCP, forgery) = (nil, [], [:], nil)
    }
}

/// Every single message and every pair of messages of a call, with every mishap.
package enum Systematic {
    /// What was wrong in one run.
    package struct Finding: Sendable, CustomStringConvertible {
        package let call: SystematicCall
        package let mishaps: [Int: Mishap]
        package let violations: [String]
        package let trace: [String]

        package var description: String {
            let what = mishaps.sorted { $0.key < $1.key }.map { "message \($0.key) \($0.value)" }.joined(separator: ", ")
            return (["\(call), \(what):"] + violations + trace).joined(separator: "\n    ")
        }
    }

    /// How many messages the ladder has when nothing goes wrong.
    package static func length(of call: SystematicCall) throws -> Int {
        let run = try SimRun(Scenario(call, [:]))
        let violations = run.run()
        precondition(violations.isEmpty, "\(call) is wrong on a quiet network: \(violations)")
        return run.network.carried
    }

    /// Messages that come only when one was lost are struck as well.
    private static let repetitions = 3

    package static func singles(of call: SystematicCall) throws -> [[Int: Mishap]] {
        (0..<(try length(of: call)) + repetitions).flatMap { index in Mishap.allCases.map { [index: $0] } }
    }

    package static func pairs(of call: SystematicCall, with mishaps: [Mishap] = Mishap.allCases) throws -> [[Int: Mishap]] {
        let count = try length(of: call) + repetitions
        return (0..<count).flatMap { first in
            (first + 1..<count).flatMap { second in
                mishaps.flatMap { one in mishaps.map { [first: one, second: $0] } }
            }
        }
    }

    package static func play(_ call: SystematicCall, _ mishaps: [Int: Mishap]) throws -> Finding? {
        let run = try SimRun(Scenario(call, mishaps))
        let violations = run.run()
        return violations.isEmpty ? nil : Finding(call: call, mishaps: mishaps, violations: violations, trace: run.world.trace)
    }

    /// Every moment at which a call's service may be killed: when a message has left its sender, and when a group is being written.
    package static func crashes(of call: SystematicCall) throws -> [Scenario.Crash.Moment] {
        let run = try SimRun(Scenario(call, [:]))
        _ = run.run()
        let commits = (0..<run.groups).flatMap { [Scenario.Crash.Moment.commit($0, isKept: true), .commit($0, isKept: false)] }
        return (0..<run.network.carried).map { .message($0) } + commits
    }

    /// Plays a call whose service is killed at that moment and started again.
    package static func play(_ call: SystematicCall, crash: Scenario.Crash.Moment) throws -> Finding? {
        let run = try SimRun(Scenario(call, [:], crash: crash))
        let violations = run.run() + (run.killings == 1 ? [] : ["the service was killed \(run.killings) times"])
        return violations.isEmpty ? nil : Finding(call: call, mishaps: [:], violations: ["\(crash)"] + violations, trace: run.world.trace)
    }
}
