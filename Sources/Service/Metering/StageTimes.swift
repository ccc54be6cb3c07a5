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

    private struct Answered: Hashable {
        let operation: String
        let status: Int
    }
    private var answers: [Answered: Histogram] = [:]

    /// An operation's answer, which is counted with others of its class of status.
    mutating func answered(_ operation: String, _ status: Int, after time: Duration) {
        answers[Answered(operation: operation, status: status / 100), default: Histogram(Histogram.answerBounds)].note(time)
    }

    var text: String {
        let shown = answers.sorted { ($0.key.operation, $0.key.status) < ($1.key.operation, $1.key.status) }
        var text = "# HELP dialout_http_seconds From a whole request to its answer, by operation and class of status.\n"
        text += "# TYPE dialout_http_seconds histogram\n"
        for (key, times) in shown {
            text += times.lines("dialout_http_seconds", labels: "route=\"\(key.operation)\",class=\"\(key.status)xx\"")
        }
        return text + accepted.text("dialout_accept_seconds", "From a request to its 202.")
            + invited.text("dialout_invite_seconds", "From a request to the first INVITE.")
            + provisional.text("dialout_invite_to_provisional_seconds", "From an INVITE to its first provisional answer.")
            + ringing.text("dialout_invite_to_ringing_seconds", "From an INVITE to 180.")
            + answered.text("dialout_invite_to_answer_seconds", "From an INVITE to 200.")
    }
}
