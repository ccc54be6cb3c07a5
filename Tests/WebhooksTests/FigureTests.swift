import Basis
import Testing
import Webhooks

/// What endpoints are promised (contract, "The console", and docs/decisions/webhooks.md).
@Suite struct FigureTests {
    @Test("times and bounds of deliveries are those that are promised")
    func figures() {
        #expect(PostLimits.connectTime == .seconds(5) && PostLimits.totalTime == .seconds(15))
        #expect(PostLimits.answerBytes == 4_096 && PostLimits.headBytes == 16_384 && WebhookURL.limit == 2_048)
        #expect(WebhookBackoff.first == .seconds(5) && WebhookBackoff.longest == .seconds(3_600))
        #expect(WebhookBackoff.patience == .seconds(86_400) && Courier.probeInterval == .seconds(60))
        #expect(Courier.failuresToPause == 5 && Courier.retryLimit == 10_000 && Courier.deadLetterLimit == 10_000)
        #expect(Courier.windowLimit == 128 && Courier.fewestPosts == 5 && Courier.mostPosts == 16 && Courier.retryPosts == 4)
    }

    @Test("a delay is doubled with each failure up to an hour, less up to a half by chance")
    func delays() {
        var random = SeededRandom(seed: 1)
        for (failures, seconds) in [(1, 5), (2, 10), (3, 20), (10, 2_560), (11, 3_600), (100, 3_600)] {
            let drawn = (0..<200).map { _ in WebhookBackoff.delay(after: failures, using: &random) }
            #expect(drawn.allSatisfy { (Duration.seconds(seconds) / 2...Duration.seconds(seconds)).contains($0) }, "\(failures)")
            #expect(drawn.max()! > .seconds(seconds) * 0.9 && drawn.min()! < .seconds(seconds) * 0.6, "\(failures)")
        }
    }
}
