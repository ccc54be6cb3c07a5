import Basis

/// What one endpoint has had of the log, what it still has to get, and when: without clock, chance, socket or store.
///
/// The owner hands in events in the order of the log (``take(_:through:)``) and what became of each POST, asks ``next(at:using:)`` what to
/// do, and keeps what ``takeChanges(at:_:)`` gives. The endpoint's ``place`` moves past a dial-out that fails: its events wait in the retry
/// list, by the place of the next one. A crash takes it back to what was kept, so that each event is delivered at least once.
package struct Courier: Sendable {
    /// Dial-outs that fail one after the other, without a success between, until it pauses.
    package static let failuresToPause = 5
    package static let probeInterval = Duration.seconds(60)
    /// Dial-outs that may wait in the retry list before it pauses, and dead letters that are kept.
    package static let retryLimit = 10_000
    package static let deadLetterLimit = 10_000
    /// Events held in memory; more are read when these have gone.
    package static let windowLimit = 128
    /// POSTs of new events at a time: as many as it takes to pause, one more with each success, half as many with each failure.
    package static let fewestPosts = failuresToPause
    package static let mostPosts = 16
    /// Those of the retry list at a time.
    package static let retryPosts = 4

    package enum Status: Equatable, Sendable {
        case active
        case paused(PauseReason)
    }

    package enum PauseReason: String, Codable, CaseIterable, Sendable {
        case failing, gone, full, byHand
        /// Its URL had somebody's data, which were erased.
        case erased

        /// Whether it is tried once a minute whether it works again.
        package var isProbed: Bool { self != .byHand && self != .erased }
    }

    package enum Effect: Equatable, Sendable {
        /// POST it, and say what became of it by ``posted(_:_:at:using:)``.
        case post(WebhookItem)
        /// Find the line's next event behind `after` and up to `through` that the endpoint wants, for ``found(_:_:at:)``.
        case find(WebhookItem.Line, after: Int64, through: Int64)
        case paused(PauseReason)
        case resumed
    }

    /// What waits of one line: its next event's place and those up to `last`.
    package struct Waiting: Equatable, Sendable {
        package internal(set) var sequence: Int
        package internal(set) var place: Int64
        package internal(set) var last: Int64
        /// Failures in a row, since when, and how the last one went.
        package internal(set) var failures: Int
        package internal(set) var since: Instant
        package internal(set) var outcome: PostOutcome
        /// When it is tried again; nil for a dead letter.
        package internal(set) var due: Instant?

        package init(
            sequence: Int, place: Int64, last: Int64, failures: Int, since: Instant, outcome: PostOutcome, due: Instant?
        ) {
            (self.sequence, self.place, self.last, self.failures) = (sequence, place, last, failures)
            (self.since, self.outcome, self.due) = (since, outcome, due)
        }

        package var isDead: Bool { due == nil }
    }

    /// A place of the window and how many of its events are neither delivered nor in the retry list.
    struct Slot: Sendable {
        let place: Int64
        var open: Int
    }

    package internal(set) var status = Status.active
    /// Everything up to here is delivered, waits in ``waiting``, or is none of its business.
    package internal(set) var place: Int64
    /// How far the log was handed in.
    package internal(set) var read: Int64
    package internal(set) var waiting: [WebhookItem.Line: Waiting]
    /// Dead letters that were dropped for newer ones, and lines whose events the log no longer has.
    package internal(set) var dropped = 0

    var window: [Slot] = []
    /// New events by line, the first of each under way or ``ready``.
    var fresh: [WebhookItem.Line: [WebhookItem]] = [:]
    var ready: [WebhookItem.Line] = []
    var posting: Set<WebhookItem.Line> = []
    var retrying: Set<WebhookItem.Line> = []
    var allowance = Courier.fewestPosts
    var failing: Set<SortableID> = []
    var dues = Deadlines<WebhookItem.Line>()
    /// While paused: when it is tried, and what is tried.
    var probe: Instant?
    var deadLetters = 0
    var outgoing: [Effect] = []
    var changed: Set<WebhookItem.Line> = []
    var keptPlace: Int64
    var keptStatus = Status.active

    /// A new endpoint is told what comes behind `place`.
    package init(after place: Int64) { self.init(after: place, .active, [:], at: .zero) }

    /// As it was kept.
    package init(after place: Int64, _ status: Status, _ waiting: [WebhookItem.Line: Waiting], at now: Instant) {
        (self.place, read, keptPlace) = (place, place, place)
        (self.status, keptStatus) = (status, status)
        self.waiting = waiting
        for (line, entry) in waiting {
            dues.set(line, at: entry.due)
            if entry.isDead { deadLetters += 1 }
        }
        if case .paused(let reason) = status, reason.isProbed { probe = now }
    }

    /// Lines that wait to be tried again.
    package var retries: Int { waiting.count - deadLetters }
    package var deadLetterCount: Int { deadLetters }
    package var isPaused: Bool { status != .active }
    /// Whether its pause ends by ``resume(at:)`` alone.
    package var staysPaused: Bool { if case .paused(let reason) = status { !reason.isProbed } else { false } }

    /// How many events may be handed in now: none while it is paused, but for one where nothing else is left to probe with.
    package var room: Int {
        switch status {
        case .active: Self.windowLimit - window.count
        case .paused(let reason): reason.isProbed && !hasSomethingToTry && window.isEmpty ? 1 : 0
        }
    }

    /// When ``next(at:using:)`` has something to do, if nothing happens before.
    package mutating func deadline() -> Instant? {
        guard isPaused else { return retrying.count < Self.retryPosts ? dues.next : nil }
        return posting.isEmpty && retrying.isEmpty && hasSomethingToTry ? probe : nil
    }

    // MARK: the log

    /// The log up to `through` holds these events for it, in order. What it is told again is left alone.
    package mutating func take(_ items: [WebhookItem], through: Int64) {
        for item in items where item.place > read { take(item) }
        read = max(read, through)
        settlePlaces()
    }

    private mutating func take(_ item: WebhookItem) {
        if waiting[item.line] != nil {
            waiting[item.line]!.last = item.place
            changed.insert(item.line)
            return
        }
        if window.last?.place == item.place { window[window.count - 1].open += 1 } else { window.append(Slot(place: item.place, open: 1)) }
        fresh[item.line, default: []].append(item)
        if fresh[item.line]!.count == 1 { ready.append(item.line) }
    }

    /// Whose new events wait for their turn.
    package var dialOutsToCome: Set<SortableID> { Set(fresh.keys.lazy.map(\.dialOut)) }

    /// An event that the log has otherwise by now, in place of the one that waits for its turn. What is under way stays.
    package mutating func renew(_ item: WebhookItem) {
        guard let waiting = fresh[item.line] else { return }
        for (index, other) in waiting.enumerated() where other.place == item.place && !(index == 0 && posting.contains(item.line)) {
            fresh[item.line]![index] = item
        }
    }

    // MARK: what to do

    package mutating func next(at now: Instant, using random: inout some RandomNumberGenerator) -> [Effect] {
        switch status {
        case .active: sendWhatIsDue(at: now)
        case .paused(let reason): if reason.isProbed { sendProbe(at: now) }
        }
        defer { outgoing = [] }
        return outgoing
    }

    private mutating func sendWhatIsDue(at now: Instant) {
        var started = 0
        while posting.count < allowance, started < ready.count {
            post(ready[started])
            started += 1
        }
        ready.removeFirst(started)
        while retrying.count < Self.retryPosts, let line = dues.popDue(at: now) { retry(line) }
    }

    private mutating func sendProbe(at now: Instant) {
        guard let probe, probe <= now, posting.isEmpty, retrying.isEmpty else { return }
        self.probe = now + Self.probeInterval
        buryWhatIsTooOld(at: now)
        if let line = firstRetry {
            dues.set(line, at: nil)
            retry(line)
        } else if !ready.isEmpty {
            post(ready.removeFirst())
        }
    }

    private var hasSomethingToTry: Bool { retries > 0 || !ready.isEmpty }

    /// The line that failed least often, of those the oldest: so that one that can never arrive holds up no other.
    private var firstRetry: WebhookItem.Line? {
        waiting.lazy.filter { !$0.value.isDead }.min { ($0.value.failures, $0.value.place) < ($1.value.failures, $1.value.place) }?.key
    }

    private mutating func post(_ line: WebhookItem.Line) {
        posting.insert(line)
        outgoing.append(.post(fresh[line]![0]))
    }

    private mutating func retry(_ line: WebhookItem.Line) {
        let entry = waiting[line]!
        retrying.insert(line)
        outgoing.append(.find(line, after: entry.place - 1, through: entry.last))
    }

    /// What ``Effect/find(_:after:through:)`` asked for; nil where the log no longer has such an event.
    package mutating func found(_ line: WebhookItem.Line, _ item: WebhookItem?, at now: Instant) {
        guard retrying.contains(line), waiting[line] != nil else { return }
        guard let item else {
            dropped += 1
            retrying.remove(line)
            return remove(line)
        }
        (waiting[line]!.place, waiting[line]!.sequence) = (item.place, item.sequence)
        outgoing.append(.post(item))
    }

    /// The log could not be read: it is asked again a little later.
    package mutating func notFound(_ line: WebhookItem.Line, at now: Instant) {
        guard retrying.remove(line) != nil, waiting[line]?.due != nil else { return }
        let due = now + WebhookBackoff.first
        waiting[line]!.due = due
        dues.set(line, at: due)
    }

    // MARK: places

    /// Moves the place to the last one before which nothing is open.
    mutating func settlePlaces() {
        if let open = window.firstIndex(where: { $0.open > 0 }) {
            window.removeFirst(open)
            place = max(place, window[0].place - 1)
        } else {
            window.removeAll()
            place = max(place, read)
        }
    }

    mutating func settle(_ item: WebhookItem) {
        guard let slot = window.firstIndex(where: { $0.place == item.place }) else { return }
        window[slot].open -= 1
    }

    mutating func remove(_ line: WebhookItem.Line) {
        if waiting.removeValue(forKey: line)?.isDead == true { deadLetters -= 1 }
        dues.set(line, at: nil)
        changed.insert(line)
    }
}
