import Basis
import Dialing
import Testing
import Webhooks

@testable import SIP
@testable import Service

/// What a failure says of the trunk, and of the call.
@Suite struct TrunkVerdictTests {
    private func failure(_ kind: Failure.Kind, _ code: Int? = nil, retryAfter: Int? = nil) -> Failure {
        var failure = Failure(kind: kind, code: code, phrase: "")
        failure.retryAfter = retryAfter
        return failure
    }

    @Test("503 with a time above 0 closes the trunk for it; any other answer does not, whatever time it names")
    func toldToWait() {
        #expect(failure(.rejected, 503, retryAfter: 30).event(over: .udp) == .toldToWait(.seconds(30)))
        #expect(failure(.rejected, 503, retryAfter: 0).event(over: .udp) == .failed(.code(503)))
        #expect(failure(.rejected, 500, retryAfter: 30).event(over: .udp) == .failed(.code(500)))
        #expect(failure(.rejected, 486, retryAfter: 30).event(over: .udp) == .worked)
    }

    @Test("who was reached by the trunk has shown that it works", arguments: [Failure.Kind.answeredInVain, .notKept, .hungUp])
    func worked(kind: Failure.Kind) { #expect(failure(kind).event(over: .tls) == .worked) }

    @Test("what we gave up says nothing of the trunk", arguments: [Failure.Kind.cancelled, .abandoned, .tooMany])
    func nothing(kind: Failure.Kind) { #expect(failure(kind).event(over: .udp) == .learntNothing) }

    @Test("an attempt that was answered in the moment it was given up says so") func answered() {
        var late = failure(.cancelled)
        #expect(late.account == nil)
        late.wasAnswered = true
        #expect(late.account == "answered in the moment it was given up")
    }

    @Test("a gateway's sessions are its trunk's channels, and one without OPTIONS is asked for no sign of life", arguments: [true, false])
    func gateway(isProbed: Bool) {
        var gateway = PSTNGateway(name: "sbc.example", sipSignalingPort: 5067)
        (gateway.enabled, gateway.maxConcurrentSessions, gateway.sendSipOptions) = (true, 7, isProbed)
        let trunk = gateway.trunk(over: .tls)
        #expect(trunk.uri == "sip:sbc.example:5067;transport=tls" && trunk.enabled && trunk.maxConcurrentCalls == 7)
        #expect((trunk.options ?? .standard).seconds == (isProbed ? Trunk.Probing.standard.seconds : 0))
    }

    @Test("a price list is in force from the millisecond that it names") func inForce() {
        let list = PriceList(currency: "EUR", validFrom: WallTime(milliseconds: 1_000), prices: [])
        let lists = PriceBook.Lists(inForce: nil, next: list)
        #expect(!lists.hasTurned(at: WallTime(milliseconds: 999)) && lists.hasTurned(at: WallTime(milliseconds: 1_000)))
    }

    @Test("credits that calls in progress have overdrawn are shown as none") func overdrawn() {
        var settings = ConferencingSettings()
        settings.communicationsCreditsBalance = 20
        let terms = CarrierTerms(settings, in: Country("US")!), month = Month(index: 24_300)
        for (spent, left) in [(19, 1), (20, 0), (30, 0)] {
            let usage = CarrierUsage(CarrierAccount(name: "t", creditsSpent: spent), MinutePool(), terms, in: month)
            #expect(usage.credits?.left == left && usage.credits?.spent == spent)
        }
    }

    @Test("a name that answers is waited for again") func answers() throws {
        let names = LookUps(), name = try TrunkURI("sip:slow.example"), id = SortableID(high: 0, low: 1)
        names.begin(id, for: [name], beside: [:])
        names.timedOut(id, at: .zero)
        #expect(names.isSilent(name, at: .zero + .seconds(59)) && !names.isSilent(name, at: .zero + .seconds(60)))
        names.answered(name, [], for: id)
        #expect(!names.isSilent(name, at: .zero + .seconds(1)))
    }

    @Test("an event that is younger than the clock says took no time to arrive") func lag() {
        var figures = WebhookFigures()
        figures.posted(.answered(status: 200), lag: -1_500)
        #expect(figures.delivered == 1 && figures.lag.sum == 0)
    }

    @Test("what was told of the nearest months' minutes is known when the clock is set back") func months() {
        var settings = ConferencingSettings(), account = CarrierAccount(name: "t", creditsSpent: 0)
        settings.purchasedStandardLicences = 1
        let terms = CarrierTerms(settings, in: Country("US")!)
        func told(_ month: Int) -> Int { account.review(terms, minutesUsed: 60, in: Month(index: month)).count }
        #expect([10, 20, 12, 30].map(told) == [2, 2, 2, 2], "of 80 and of 100 percent, once each month")
        #expect(told(20) == 0 && told(30) == 0)
    }
}
