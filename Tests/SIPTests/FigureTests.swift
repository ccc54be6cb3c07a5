import Basis
import Testing

@testable import SIP

/// Figures of the RFCs, and bounds of what the far end may make us keep.
@Suite struct FigureTests {
    static let figures: [(String, Int, Int)] = [
        ("RFC 3261 §18.1.1: within 200 bytes of an MTU of 1,500", Hop.datagramLimit, 1_300),
        ("a message", Message.Limits.messageSize, 65_535), ("its fields", Message.Limits.headerCount, 128),
        ("a field", Message.Limits.headerSize, 8_192), ("the head of a message in a stream", StreamFramer.Limits.headSize, 32_768),
        ("unanswered requests of a connection", UnansweredRequests.limit, 4_096),
        ("redirections of a call", TrunkTarget.redirectionLimit, 2),
        ("early dialogs", EarlyDialogs.limit, 12), ("requests of the far end at a time", ServerTransactions.limit, 64),
        ("INVITEs of a leg", Int(LegInvite.limit), 8), ("CSeq numbers that a start leaves free", Int(StandingLeg.gap), 10_000),
        ("media of a description", SessionDescription.mediaLimit, 16), ("how deep multiparts may be", SessionBody.depthLimit, 4),
        ("parts of one", SessionBody.partLimit, 16), ("RFC 4028 §4: seconds of an interval at least", SessionTimer.leastInterval, 90),
        ("at most", SessionTimer.longestInterval, 86_400), ("and for us to refresh", SessionTimer.shortestInterval, 10),
        ("realms of a trunk", Credentials.realmLimit, 4), ("answers of each", Credentials.answersPerRealm, 2),
        ("names that are looked up", HostNames.limit, 1_024), ("addresses of each", HostNames.addressLimit, 4),
    ]

    @Test("the figures in force are those", arguments: figures)
    func figure(_ what: String, _ found: Int, _ wanted: Int) { #expect(found == wanted, "\(what)") }

    @Test("timers are those of RFC 3261 §17, table 4")
    func timers() {
        let timers = Timers()
        let found = [timers.t1, timers.t2, timers.t4, timers.timeout, timers.elsewhere, timers.timerD]
        let wanted: [Duration] = [.milliseconds(500), .seconds(4), .seconds(5), .seconds(32), .seconds(4), .seconds(32)]
        #expect(found == wanted.map { Interval($0) })
        #expect(SessionRefresh.retryWait == .seconds(10) && Leg.Move.turnWait == .milliseconds(500))
        #expect(HostNames.patience == Interval(.seconds(2)), "what waits for a name in a dialog")
    }
}
