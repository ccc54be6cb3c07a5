import Basis

/// Warnings of one kind that may come with each message: the first about a subject is told at once, the others once a minute with their number.
struct RepeatedWarnings<Subject: Hashable> {
    static var interval: Duration { .seconds(60) }
    /// Subjects that are told apart.
    static var limit: Int { 1_000 }

    private var told: [Subject: (at: Instant, untold: Int)] = [:]

    /// How many there were since the last that was told, this one among them; nil where this one is not told.
    mutating func count(_ subject: Subject, at now: Instant) -> Int? {
        guard let last = told[subject] else {
            if told.count >= Self.limit { told = told.filter { now - $0.value.at < Self.interval } }
            guard told.count < Self.limit else { return nil }
            told[subject] = (now, 0)
            return 1
        }
        guard now - last.at >= Self.interval else {
            told[subject]?.untold += 1
            return nil
        }
        told[subject] = (now, 0)
        return last.untold + 1
    }
}
