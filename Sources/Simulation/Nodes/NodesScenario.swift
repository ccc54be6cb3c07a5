import Basis

/// What happens to several services on one database, all of it drawn from the seed.
package struct NodesScenario: Sendable {
    /// What befalls connections to the database.
    struct Link: Sendable {
        /// Of each request: that its connection breaks about now.
        var breaks = 0.0
        /// The longest, in milliseconds, until it is noticed: the connection is half-open until then.
        var silence: Int64 = 0
        var lostHints = 0.0
    }
    struct Post: Sendable {
        let request: Scenario.Post
        /// Where it is posted, with how much in between: the same request with the same key.
        let at: [(node: Int, after: Duration)]
    }
    enum Mishap: Sendable {
        /// SIGKILL, and a new start.
        case killed(downtime: Duration)
        /// SIGSTOP and SIGCONT.
        case frozen(Duration)
        /// Nothing gets to the database or back.
        case cut(Duration)
    }

    package let seed: UInt64
    let nodes: Int
    let link: Link
    let faults: Faults
    let posts: [Post]
    let mishaps: [(node: Int, at: Duration, what: Mishap)]
    /// When the database is away.
    let outage: (at: Duration, time: Duration)?
    /// When its standby says nothing, so that no commit ends.
    let stall: (at: Duration, time: Duration)?
    /// When a transaction of somebody else is open.
    let openElsewhere: (at: Duration, time: Duration)?
    /// When both nodes are asked to change the configuration.
    let changes: Duration?

    package init(seed: UInt64) {
        var random = SeededRandom(seed: seed ^ 0x6E6F_6465)
        self.seed = seed
        nodes = Bool.random(using: &random) ? 2 : 3
        var link = Link(), faults = Faults()
        link.lostHints = [0, 0.3, 1].randomElement(using: &random)!
        if Scenario.chance(0.6, &random) {
            link.breaks = Double.random(in: 0...0.08, using: &random)
            link.silence = Bool.random(using: &random) ? 20 : 1_800
        }
        if Scenario.chance(0.3, &random) { (faults.loss, faults.duplication) = (0.05, 0.05) }
        (self.link, self.faults) = (link, faults)
        let nodes = nodes
        posts = (0..<Int.random(in: 6...18, using: &random)).flatMap { Self.posts($0, among: nodes, &random) }
        let posts = posts
        mishaps = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            // Half of them in the very moment of a request.
            let post = posts.randomElement(using: &random)!, (node, after) = post.at[0]
            let soon = post.request.at + after + .microseconds(Int64.random(in: 0...25_000, using: &random))
            let what = Self.mishap(&random)
            return Bool.random(using: &random)
                ? (node, soon, what)
                : (Int.random(in: 0..<nodes, using: &random), .milliseconds(Int64.random(in: 500...60_000, using: &random)), what)
        }
        let stalled = posts.randomElement(using: &random)!.request.at + .microseconds(Int64.random(in: 0...5_000, using: &random))
        stall = Scenario.chance(0.3, &random) ? (stalled, Self.span(1_000...6_000, &random).time) : nil
        outage = Scenario.chance(0.25, &random) ? Self.span(500...8_000, &random) : nil
        openElsewhere = Scenario.chance(0.3, &random) ? Self.span(5_000...40_000, &random) : nil
        changes = Scenario.chance(0.3, &random) ? .milliseconds(Int64.random(in: 0...60_000, using: &random)) : nil
    }

    private static func span(_ length: ClosedRange<Int64>, _ random: inout SeededRandom) -> (at: Duration, time: Duration) {
        (.milliseconds(Int64.random(in: 1_000...50_000, using: &random)), .milliseconds(Int64.random(in: length, using: &random)))
    }

    private static func mishap(_ random: inout SeededRandom) -> Mishap {
        switch Int.random(in: 0...2, using: &random) {
        case 0: .killed(downtime: Bool.random(using: &random) ? .zero : .milliseconds(Int64.random(in: 0...4_000, using: &random)))
        case 1: .frozen(.milliseconds(Int64.random(in: Bool.random(using: &random) ? 50...2_000 : 6_000...30_000, using: &random)))
        default: .cut(.milliseconds(Int64.random(in: 50...8_000, using: &random)))
        }
    }

    /// Requests that come together, so that they are in one group: some at one node, some with the same key at two at once.
    private static func posts(_ index: Int, among nodes: Int, _ random: inout SeededRandom) -> [Post] {
        let at = Duration.milliseconds(Int64.random(in: 0...60_000, using: &random)), nodesInOrder = (0..<nodes).shuffled(using: &random)
        return (0..<Int.random(in: 1...4, using: &random)).map { part in
            let ending = ["0183", "0200", "0486", "0503", "0999", "1234"].randomElement(using: &random)!
            let hasKey = Scenario.chance(0.7, &random)
            let request = Scenario.Post(
                at: at + .microseconds(Int64.random(in: 0...3_000, using: &random)), meeting: "meeting-\(index)",
                organizer: "occ@contoso.example", number: "+1425\(200 + index * 4 + part)\(ending)", kind: "callMeAt",
                ringTimeout: Int.random(in: 5...20, using: &random), maxDuration: Int.random(in: 10...30, using: &random),
                idempotencyKey: hasKey ? "key-\(index)-\(part)" : nil,
                takenBackAfter: Scenario.chance(0.3, &random) ? .milliseconds(Int64.random(in: 0...15_000, using: &random)) : nil)
            let places = hasKey ? (Bool.random(using: &random) ? nodesInOrder : nodesInOrder.reversed()) : [nodesInOrder[0]]
            return Post(
                request: request,
                at: places.prefix(hasKey ? Int.random(in: 1...nodes, using: &random) : 1).map {
                    ($0, .microseconds(Int64.random(in: 0...(Bool.random(using: &random) ? 3_000 : 15_000), using: &random)))
                })
        }
    }
}
