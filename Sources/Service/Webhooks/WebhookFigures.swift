import Webhooks

/// What became of POSTs since the start.
struct WebhookFigures {
    private(set) var delivered = 0
    private(set) var failed = 0
    private(set) var lag = Histogram(Histogram.lagBounds)

    mutating func posted(_ outcome: PostOutcome, lag milliseconds: Int64) {
        guard outcome.isSuccess else { return failed += 1 }
        delivered += 1
        lag.note(Double(max(0, milliseconds)) / 1000)
    }
}

extension Couriers {
    /// For `/metrics`.
    var metricsText: String {
        var active = 0, paused = 0, waiting = 0, dead = 0, dropped = 0
        for desk in all {
            if desk.courier.isPaused { paused += 1 } else { active += 1 }
            waiting += desk.courier.retries
            dead += desk.courier.deadLetterCount
            dropped += desk.courier.dropped
        }
        return Exposition.family(
            "dialout_webhook_endpoints", "gauge", "Webhook endpoints, by state.",
            [("{state=\"active\"}", "\(active)"), ("{state=\"paused\"}", "\(paused)")])
            + Exposition.family(
                "dialout_webhook_posts_total", "counter", "Webhook POSTs, by result.",
                [("{result=\"delivered\"}", "\(figures.delivered)"), ("{result=\"failed\"}", "\(figures.failed)")])
            + Exposition.family(
                "dialout_webhook_waiting", "gauge", "Dial-outs whose events wait to be tried again.", [("", "\(waiting)")])
            + Exposition.family("dialout_webhook_dead_letters", "gauge", "Dial-outs given up on after 24 hours.", [("", "\(dead)")])
            + Exposition.family(
                "dialout_webhook_dropped_total", "counter", "Dead letters dropped for newer ones, and events that the log no longer had.",
                [("", "\(dropped)")])
            + figures.lag.text("dialout_webhook_lag_seconds", "From an event until an endpoint has taken it.")
    }
}
