import Basis

/// How many requests may be waiting and under way together, by how long those took that were answered.
///
/// Under a processor quota each gap makes everybody wait, so one long time says nothing. Only where the shortest of a window is too long does
/// a queue stand that serving does not empty (as in RFC 8289); it is then held to what is answered in ``reach`` (Little's law). It grows again
/// while it empties.
struct Congestion: Sendable {
    /// What is looked at together; longer than a quota's usual period of 100 ms.
    static let window = Duration.milliseconds(200)
    /// A shortest time beyond this is a standing queue.
    static let target = Duration.milliseconds(100)
    /// How long the last of a queue takes that stands.
    static let reach = Duration.milliseconds(150)
    /// Who has waited longer for its turn is refused: an answer would come too late.
    static let patience = Duration.milliseconds(500)
    static let leastLimit = 8
    static let mostLimit = 1_000

    private(set) var limit = Congestion.mostLimit
    private var windowBegan = Instant.zero
    private var shortest: Duration?
    private var answered = 0

    /// A request is answered that came so long ago.
    mutating func answered(after time: Duration, at now: Instant) {
        if now - windowBegan >= Self.window { begin(at: now) }
        shortest = min(shortest ?? time, time)
        answered += 1
    }

    /// A new window, by what the last one was like.
    private mutating func begin(at now: Instant) {
        let length = now - windowBegan
        if let shortest, shortest > Self.target {
            limit = Int(Int64(answered) * Self.reach.nanoseconds / length.nanoseconds)
        } else {
            limit += max(1, limit / 4)
        }
        limit = max(Self.leastLimit, min(Self.mostLimit, limit))
        (windowBegan, shortest, answered) = (now, nil, 0)
    }
}
