import Dialing
import Testing

/// The service's own carrier behind matched routes (domain reference §14, choice 2): it follows where somebody pays for its call.
@Suite struct CarrierBehindTests {
    struct Row: CustomTestStringConvertible {
        var organizer = "stella"
        var dialled = "+14255550123"
        var isWanted = true
        var pool = MinutePool()
        var change: @Sendable (inout Contoso) -> Void = { _ in }
        let follows: Bool
        let last: String

        var testDescription: String { "\(organizer) \(dialled) \(last)" }
    }

    private static let behind =
        "If every route fails, the service's own carrier takes the call (setting serviceCarrierAfterMatchedRoute), "
        + "with the bridge's default number +14255550199 as caller ID."
    private static let unpaid = "If every route fails, the service's own carrier is not asked, since nothing pays for its call."

    private static func licences(_ count: Int, credits: Int? = nil) -> @Sendable (inout Contoso) -> Void {
        {
            $0.tenant.settings.purchasedStandardLicences = count
            $0.tenant.settings.communicationsCreditsBalance = credits
        }
    }

    static let rows: [Row] = [
        Row(follows: true, last: behind),
        Row(isWanted: false, follows: false, last: ""),
        Row(organizer: "alice", follows: false, last: ""),
        Row(change: { $0.tenant.bridge.defaultServiceNumber = nil }, follows: false, last: ""),
        Row(change: { $0.operators.removeLast() }, follows: false, last: ""),
        Row(change: licences(1), follows: true, last: behind),
        Row(change: licences(0), follows: false, last: unpaid),
        Row(pool: MinutePool(minutesUsed: 60), change: licences(1), follows: false, last: unpaid),
        Row(dialled: "+254201234567", change: licences(5), follows: false, last: unpaid),
        Row(dialled: "+254201234567", change: licences(5, credits: 9), follows: false, last: unpaid),
        Row(
            dialled: "+254201234567",
            change: {
                licences(5, credits: 9)(&$0)
                $0.user("stella", [.audioConferencingStandard, .communicationsCredits])
            }, follows: true, last: behind),
    ]

    @Test("it is asked what any of its calls is asked", arguments: rows)
    func follows(row: Row) {
        var contoso = Contoso.worked()
        row.change(&contoso)
        contoso.tenant.settings.serviceCarrierAfterMatchedRoute = row.isWanted
        let decision = contoso.decide(row.dialled, organizer: row.organizer, pool: row.pool)
        #expect(decision.verdict == .route && (decision.serviceCallerID == Contoso.defaultNumber) == row.follows)
        #expect(decision.serviceCallerID == nil || row.follows)
        let isTold = decision.because.last == Self.behind || decision.because.last == Self.unpaid
        #expect(row.last.isEmpty ? !isTold : decision.because.last == row.last, "\(decision.because)")
    }

    @Test(
        "premium-rate numbers of Zone A draw on no included minutes, and no Zone A policy lets them through",
        arguments: ["+19005551234", "+449098790001"])
    func premium(dialled: String) {
        var contoso = Contoso()
        contoso.tenant.settings.allowedPrefixes = ["+1900", "+44909"]
        contoso.tenant.settings.purchasedStandardLicences = 1
        let pooled = contoso.decide(dialled, organizer: "stella")
        #expect(pooled.summary == "credits creditsExhausted")
        #expect(pooled.because.contains("\(dialled) is a premium-rate number, which included minutes do not reach, so credits must pay."))
        contoso.tenant.settings.communicationsCreditsBalance = 5
        contoso.user("stella", [.audioConferencingStandard, .communicationsCredits])
        #expect(contoso.decide(dialled, organizer: "stella").summary == "serviceCarrier \(Contoso.defaultNumber)")
        contoso.tenant.globalDialOutPolicy = .named("DialoutCPCZoneAPSTNDomestic")!
        let zoned = contoso.decide(dialled, organizer: "stella")
        #expect(zoned.summary == "dialOutPolicy zoneAOnly")
        #expect(zoned.because.last?.contains("of which premium-rate numbers such as this one are no part") == true)
        #expect(contoso.decide("+14255550123", organizer: "stella").verdict == .serviceCarrier)
    }
}
