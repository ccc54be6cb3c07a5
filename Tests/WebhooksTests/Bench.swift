import Basis
import Webhooks

/// A courier with a clock that the test moves, a log it reads from, and what is under way.
struct Bench {
    var now = Instant.zero
    var random = SeededRandom(seed: 1)
    var courier: Courier
    /// The log: places from 1, each an event of a dial-out, named by a letter.
    var log: [WebhookItem] = []
    /// Posts that are under way, in the order in which they began.
    var posting: [WebhookItem] = []
    /// What happened besides posts.
    var notices: [Courier.Effect] = []
    /// Each dial-out's events so far.
    private var sequences: [SortableID: Int] = [:]

    init(after place: Int64 = 0) { courier = Courier(after: place) }

    static func id(_ letter: Character) -> SortableID { SortableID(high: UInt64(letter.asciiValue!), low: 0) }
    static func letter(_ id: SortableID) -> String { String(UnicodeScalar(UInt8(id.high))) }

    /// Puts events into the log: `"aab"` is two of one dial-out and one of another.
    mutating func happen(_ events: String) {
        for letter in events {
            let id = Self.id(letter)
            sequences[id, default: 0] += 1
            log.append(
                WebhookItem(line: .init(id), place: Int64(log.count + 1), sequence: sequences[id]!, at: WallTime(milliseconds: 0)))
        }
    }

    /// Hands in what there is room for.
    mutating func read() {
        let room = courier.room
        guard room > 0 else { return }
        let page = log.filter { $0.place > courier.read }.prefix(room)
        courier.take(Array(page), through: page.last?.place ?? Int64(log.count))
    }

    mutating func turn() {
        while true {
            let effects = courier.next(at: now, using: &random)
            if effects.isEmpty { return }
            for effect in effects {
                switch effect {
                case .post(let item): posting.append(item)
                case .find(let line, let after, let through):
                    courier.found(line, log.first { $0.line == line && $0.place > after && $0.place <= through }, at: now)
                case .paused, .resumed: notices.append(effect)
                }
            }
        }
    }

    /// `a1 b1`: what is under way.
    var underWay: String { posting.map(Self.name).joined(separator: " ") }
    static func name(_ item: WebhookItem) -> String { "\(letter(item.line.dialOut))\(item.sequence)" }

    mutating func answer(_ name: String, _ outcome: PostOutcome) {
        guard let place = posting.firstIndex(where: { Self.name($0) == name }) else {
            preconditionFailure("\(name) is not under way: \(underWay)")
        }
        courier.posted(posting.remove(at: place), outcome, at: now, using: &random)
        turn()
    }

    mutating func pass(_ duration: Duration) {
        now = now + duration
        turn()
    }

    /// `a2..3`: lines that wait, with their places.
    var waiting: String {
        courier.waiting.sorted { $0.value.place < $1.value.place }
            .map { "\(Self.letter($0.key.dialOut))\($0.value.place)..\($0.value.last)\($0.value.isDead ? "!" : "")" }.joined(separator: " ")
    }
}

extension PostOutcome {
    static let ok = PostOutcome.answered(status: 200)
    static let no = PostOutcome.answered(status: 500)
}
