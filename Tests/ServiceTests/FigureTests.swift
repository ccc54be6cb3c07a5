import Basis
import Dialing
import SIP
import Testing
import Web

@testable import Service

/// The figures that operations rely on, each with the reason that it has: a change of one is a change of what is promised.
@Suite struct FigureTests {
    private static func milliseconds(_ duration: Duration) -> Int { Int(duration.nanoseconds / 1_000_000) }

    static let promised: [(String, Int, Int)] = [
        ("an Idempotency-Key lasts a day (contract, Dial-outs)", Int(UsedKey.keptFor), 86_400_000),
        ("entries that may wait for the store", Ledger.pendingLimit, 100_000),
        ("the store is asked again each second (contract)", milliseconds(Ledger.retryInterval), 1_000),
        ("a group waits for others", milliseconds(Ledger.interval), 2), ("and no longer than", milliseconds(Ledger.patience), 10),
        ("bytes of a session description", DialOutOrder.sdpLimit, 16_384),
        ("numbers of an order (contract, Tenants, operators, numbers)", NumberOrder.limit, 10_000),
        ("numbers of one that is done at once", NumberOrder.slice, 500), ("orders that wait", NumberOrders.openLimit, 100),
        ("dial-outs of a batch (README)", PostedDialOuts.itemLimit, 100),
        ("entries of a report of durations", Service.durationLimit, 1_000), ("seconds they may differ", Service.durationTolerance, 2),
        ("rows of a page (contract)", APICall.listLimit, 1_000), ("dial-outs of one", APICall.pageLimits.upperBound, 500),
        ("dial-outs of a replay", Service.replayLimit, 20_000), ("of a summary", Service.summaryLimit, 100_000),
        ("exports at a time", Service.exportLimit, 16), ("of one tenant", Service.exportShare, 4),
        ("dial-outs that one reads at a time", Service.exportPage, 50),
        ("seconds of a drain", Service.trunkDrainSeconds.upperBound, 86_400),
        ("bytes of a document", APIRoute.documentBody, 67_108_864), ("of an order", APIRoute.orderBody, 1_048_576),
        ("bytes that are read on the loop", Service.readOnLoop, 65_536), ("times that a script is run anew", Service.commandTries, 2),
        ("a hang-up after the drain: 64·T1 and a little", milliseconds(Service.hangUpTime), 40_000),
        ("looks at a store that refuses", milliseconds(Service.lookAtStore), 2_000),
        ("INVITEs of a dial-out", Hunt.limit, 8), ("trunks of its plan", AttemptPlan.limit, 256),
        ("addresses of a trunk", TrunkAddress.limit, 4), ("provisional answers that are told", LiveDialOuts.progressLimit, 32),
        ("a call waits for hosts of redirections", milliseconds(LookUps.patience), 2_000),
        ("and not for silent ones for", milliseconds(LookUps.silence), 60_000), ("silent ones", LookUps.silentLimit, 1_024),
        ("ringing at least", DialOutOrder.ringTimeouts.lowerBound, 5), ("and at most", DialOutOrder.ringTimeouts.upperBound, 300),
        ("a call at least", DialOutOrder.durations.lowerBound, 10), ("and at most", DialOutOrder.durations.upperBound, 86_400),
        ("objects of a change (decisions/changes-in-the-log)", ChangeSet.limit, 1_000), ("latest changes", LatestChanges.limit, 10_000),
        ("how deep JSON may be", JSONReader.depthLimit, 64), ("months of minutes that are kept", CarrierUse.monthsKept, 3),
        ("a recharge is tried again", milliseconds(CarrierAccounts.retry), 5_000),
        ("secrets of tokens known by heart", Tokens.recentLimit, 1_024),
    ]

    static let paced: [(String, Int, Int)] = [
        ("retention looks", milliseconds(Watching.retentionInterval), 600_000), ("pauses", milliseconds(Watching.retentionPause), 50),
        ("takes at a time", Watching.retentionPart, 32), ("waits for an endpoint", Int(Watching.endpointPatience), 259_200_000),
        ("events that a stream reads at a time", Watching.replayPage, 500),
        ("other nodes' logs are looked at (N7)", milliseconds(Follower.interval), 200), ("read at a time", Follower.page, 500),
        ("events that a webhook reads at a time", Couriers.page, 100), ("its place is kept", milliseconds(Couriers.saveInterval), 500),
        ("a replaced secret signs for a day (contract)", Int(WebhookEndpoint.rotation), 86_400_000),
        ("replaced secrets", WebhookEndpoint.earlierLimit, 3), ("meetings of an endpoint", WebhookEndpoint.meetingLimit, 100),
        ("endpoints of a tenant", WebhookEndpoint.limit, 200), ("failures that open a circuit", Circuit.usualFailureLimit, 5),
        ("it opens for", milliseconds(Circuit.firstPause), 30_000), ("at most", milliseconds(Circuit.longestPause), 300_000),
        ("a Retry-After is heeded for", milliseconds(Circuit.longestRetryAfter), 60_000),
        ("and tried", milliseconds(Circuit.trialPause), 5_000), ("come again", milliseconds(Switchboard.usualRetryAfter), 5_000),
        ("a trunk in doubt is tried", milliseconds(Switchboard.doubtInterval), 10_000),
        ("addresses in doubt", AddressCircuits.limit, 4_096),
        ("legs that are over", FormerLegs.limit, 10_000), ("requests of a turn", Intake.perTurn, 16),
        ("messages before them", Intake.messagesPerTurn, 24), ("come again in", Intake.retryAfter, 2),
        ("a double click", milliseconds(RecentDialOuts.keptFor), 60_000), ("meetings with an owner", MeetingOwners.limit, 200_000),
        ("what is looked at of answers", milliseconds(Congestion.window), 200), ("a queue stands", milliseconds(Congestion.target), 100),
        ("its end", milliseconds(Congestion.reach), 150), ("an answer too late", milliseconds(Congestion.patience), 500),
        ("requests at least", Congestion.leastLimit, 8), ("at most", Congestion.mostLimit, 1_000),
        ("slices of a count", SlidingCount.slices, 12), ("counts looked through", DialOutCounters.sweepSize, 10_000),
        ("a block's wait", milliseconds(DialOutCounters.usualRetryAfter), 5_000),
        ("a warning again", milliseconds(DialOutCounters.warningInterval), 60_000),
        ("dial-outs counted at a start", DialOuts.earlierLimit, 100_000), ("read at a time", DialOuts.earlierPage, 100),
        ("dial-outs erased at a time", Service.erasurePart, 25),
    ]

    @Test("the figures in force are those", arguments: promised + paced)
    func figure(_ what: String, _ found: Int, _ wanted: Int) { #expect(found == wanted, "\(what)") }

    @Test("what a start is told nothing of is as the README says")
    func settings() {
        let settings = Settings()
        #expect(settings.drainSeconds == 30 && settings.tenantHeader == "X-Tenant-ID" && settings.huntTime == .seconds(60))
        #expect(settings.streamComment == .seconds(15) && !settings.metricsAreOpen && !settings.logsNumbers)
        #expect(settings.gatewayTransport == .tls && settings.publicURL == nil && settings.bootstrapToken == nil)
        #expect(!settings.webhookAddresses.permits(SocketAddress("10.0.0.1:80")!) && settings.eventStreams == 10_000)
        #expect(settings.eventStreamShare == 2_500)
    }

    @Test("the bounds of what is measured are those that the dashboard draws")
    func bounds() {
        let lag = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]
        #expect(Histogram.lagBounds == lag && Histogram.answerBounds == [0.005, 0.025, 0.1, 0.5, 2.5, 10])
        #expect(Histogram.syncBounds == [0.0001, 0.00025, 0.0005] + lag.prefix(13))
        #expect(Metrics.setupBounds == [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
    }

    @Test("a time is counted under each bound that it does not pass, with the sum of all; one before its beginning is none")
    func histogram() {
        var histogram = Histogram([0.5, 1])
        for time in [Duration.milliseconds(500), .milliseconds(625), .seconds(1), .seconds(2), .seconds(-1)] { histogram.note(time) }
        let lines = histogram.text("t", "T.").split(separator: "\n").map(String.init)
        #expect(lines.contains("t_bucket{le=\"0.5\"} 2") && lines.contains("t_bucket{le=\"1.0\"} 4"))
        #expect(lines.contains("t_bucket{le=\"+Inf\"} 5") && lines.contains("t_count 5") && lines.contains("t_sum 4.125"))
    }

    @Test(
        "of each bound: what takes as long is under it, what takes longer is not, and the last bucket has all",
        arguments: [Histogram.lagBounds, Histogram.syncBounds, Histogram.answerBounds, Metrics.setupBounds])
    func buckets(bounds: [Double]) {
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
        for (place, bound) in bounds.enumerated() {
            var histogram = Histogram(bounds)
            histogram.note(bound)
            histogram.note(bound.nextUp)
            histogram.note(bound.nextDown)
            let lines = histogram.lines("t", labels: "a=\"b\"").split(separator: "\n").map(String.init)
            let under = bounds.indices.map { $0 < place ? 0 : $0 == place ? 2 : 3 } + [3]
            let names = bounds.map { "\($0)" } + ["+Inf"]
            #expect(lines.dropLast(2) == ArraySlice(zip(names, under).map { "t_bucket{a=\"b\",le=\"\($0)\"} \($1)" }), "\(bound)")
            #expect(lines.suffix(2) == ["t_sum{a=\"b\"} \(bound + bound.nextUp + bound.nextDown)", "t_count{a=\"b\"} 3"])
        }
    }
}
