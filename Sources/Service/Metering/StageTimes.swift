import Basis

/// How long each stage of a dial-out takes, and each answer of the front door.
struct StageTimes {
    /// From the request to its 202, and to the first INVITE.
    var accepted = Histogram(Histogram.lagBounds)
    var invited = Histogram(Histogram.lagBounds)
    /// From an INVITE to its first provisional answer, to 180 and to 200.
    var provisional = Histogram(Histogram.lagBounds)
    var ringing = Histogram(Histogram.lagBounds)
    var answered = Histogram(Histogram.lagBounds)

    private struct Answers: Hashable {
        let route: APIRoute
        let status: Int
    }
    private var answers: [Answers: Histogram] = [:]

    /// An operation's answer of a class of status: 2 for 2xx.
    mutating func answered(_ route: APIRoute, _ status: Int, after time: Duration) {
        answers[Answers(route: route, status: status / 100), default: Histogram(Histogram.answerBounds)].note(time)
        if route == .postDialOut, status == 202 { accepted.note(time) }
    }

    var text: String {
        let shown = answers.sorted { ("\($0.key.route)", $0.key.status) < ("\($1.key.route)", $1.key.status) }
        var text = "# HELP dialout_http_seconds From a whole request to its answer, by operation and class of status.\n"
        text += "# TYPE dialout_http_seconds histogram\n"
        for (key, times) in shown {
            text += times.lines("dialout_http_seconds", labels: "route=\"\(key.route)\",class=\"\(key.status)xx\"")
        }
        return text + accepted.text("dialout_accept_seconds", "From a request to its 202.")
            + invited.text("dialout_invite_seconds", "From a request to the first INVITE.")
            + provisional.text("dialout_invite_to_provisional_seconds", "From an INVITE to its first provisional answer.")
            + ringing.text("dialout_invite_to_ringing_seconds", "From an INVITE to 180.")
            + answered.text("dialout_invite_to_answer_seconds", "From an INVITE to 200.")
    }
}

/// How long groups take to be on disk.
struct CommitTimes {
    private var commit = Histogram(Histogram.lagBounds)
    private var lag = Histogram(Histogram.lagBounds)

    /// A group whose first entry came at `began` and that was handed to the store at `sent` is synced.
    mutating func note(began: Instant?, sent: Instant, at now: Instant) {
        commit.note(now - sent)
        if let began { lag.note(now - began) }
    }

    var text: String {
        commit.text("dialout_commit_seconds", "From a group's way to the store until it is synced.")
            + lag.text("dialout_event_lag_seconds", "From the first event of a group until all of it is synced and told.")
    }
}
