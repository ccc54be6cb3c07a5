import Basis

/// How long groups take to be on disk.
struct CommitTimes {
    private var commit = Histogram(Histogram.lagBounds)
    private var sync = Histogram(Histogram.syncBounds)
    private var lag = Histogram(Histogram.lagBounds)

    /// A group whose first entry came at `began` and that was handed to the store at `sent` is synced, which alone took `syncing`.
    mutating func note(began: Instant?, sent: Instant, syncing: Duration, at now: Instant) {
        commit.note(now - sent)
        sync.note(syncing)
        if let began { lag.note(now - began) }
    }

    var text: String {
        commit.text("dialout_commit_seconds", "From a group's way to the store until it is synced.")
            + sync.text("dialout_sync_seconds", "From a group's COMMIT until its pages are in the store's log and synced.")
            + lag.text("dialout_event_lag_seconds", "From the first event of a group until all of it is synced and told.")
    }
}
