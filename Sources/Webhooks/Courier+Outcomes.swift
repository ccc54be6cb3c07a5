import Basis

extension Courier {
    /// What became of a POST.
    package mutating func posted(
        _ item: WebhookItem, _ outcome: PostOutcome, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        let line = item.line
        if posting.remove(line) != nil {
            outcome.isSuccess ? delivered(item) : putAside(line, outcome, at: now, using: &random)
        } else if retrying.remove(line) != nil {
            guard waiting[line] != nil else { return }
            outcome.isSuccess ? deliveredLate(item, at: now) : failedAgain(line, outcome, at: now, using: &random)
        } else {
            return
        }
        if outcome.isSuccess { succeeded(at: now) } else { failed(line.dialOut, outcome, at: now) }
        settlePlaces()
    }

    private mutating func delivered(_ item: WebhookItem) {
        settle(item)
        allowance = min(Self.mostPosts, allowance + 1)
        fresh[item.line]!.removeFirst()
        if fresh[item.line]!.isEmpty { fresh[item.line] = nil } else { ready.append(item.line) }
    }

    /// The line's events that are here go to the retry list together.
    private mutating func putAside(
        _ line: WebhookItem.Line, _ outcome: PostOutcome, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        guard let items = fresh.removeValue(forKey: line), let first = items.first, let last = items.last else { return }
        for item in items { settle(item) }
        allowance = max(Self.fewestPosts, allowance / 2)
        let due = now + WebhookBackoff.delay(after: 1, using: &random)
        waiting[line] = Waiting(
            sequence: first.sequence, place: first.place, last: last.place, failures: 1, since: now, outcome: outcome, due: due)
        dues.set(line, at: due)
        changed.insert(line)
    }

    private mutating func deliveredLate(_ item: WebhookItem, at now: Instant) {
        let line = item.line
        guard item.place < waiting[line]!.last else { return remove(line) }
        (waiting[line]!.place, waiting[line]!.sequence) = (item.place + 1, item.sequence + 1)
        (waiting[line]!.failures, waiting[line]!.since, waiting[line]!.due) = (0, now, now)
        dues.set(line, at: now)
        changed.insert(line)
    }

    private mutating func failedAgain(
        _ line: WebhookItem.Line, _ outcome: PostOutcome, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        waiting[line]!.failures += 1
        waiting[line]!.outcome = outcome
        changed.insert(line)
        guard now - waiting[line]!.since < WebhookBackoff.patience else {
            bury(line)
            return dropOldestLetters()
        }
        let due = now + WebhookBackoff.delay(after: waiting[line]!.failures, using: &random)
        waiting[line]!.due = due
        dues.set(line, at: due)
    }

    // MARK: pausing

    /// Ends a pause that failures began. What was under way when somebody paused it, or its URL was erased, does not resume it.
    private mutating func succeeded(at now: Instant) {
        failing = []
        guard isPaused, !staysPaused else { return }
        resume(at: now)
    }

    private mutating func failed(_ dialOut: SortableID, _ outcome: PostOutcome, at now: Instant) {
        guard !isPaused else { return }
        failing.insert(dialOut)
        if outcome.isGone {
            pause(.gone, at: now)
        } else if failing.count >= Self.failuresToPause {
            pause(.failing, at: now)
        } else if retries >= Self.retryLimit {
            pause(.full, at: now)
        }
    }

    /// Sends nothing more, but for a probe a minute.
    package mutating func pause(_ reason: PauseReason, at now: Instant) {
        guard status != .paused(reason) else { return }
        status = .paused(reason)
        probe = reason.isProbed ? now + Self.probeInterval : nil
        outgoing.append(.paused(reason))
    }

    /// Goes on at once, with what waited longest first.
    package mutating func resume(at now: Instant) {
        guard isPaused else { return }
        (status, probe, failing, allowance) = (.active, nil, [], Self.fewestPosts)
        for (line, entry) in waiting.sorted(by: { $0.value.place < $1.value.place }) where !entry.isDead && !retrying.contains(line) {
            waiting[line]!.due = now
            dues.set(line, at: now)
        }
        outgoing.append(.resumed)
    }

    // MARK: dead letters

    mutating func buryWhatIsTooOld(at now: Instant) {
        for (line, entry) in waiting where !entry.isDead && now - entry.since >= WebhookBackoff.patience { bury(line) }
        dropOldestLetters()
    }

    private mutating func bury(_ line: WebhookItem.Line) {
        waiting[line]!.due = nil
        dues.set(line, at: nil)
        deadLetters += 1
        changed.insert(line)
    }

    /// A twentieth at a time, so that not each new one looks for the oldest.
    private mutating func dropOldestLetters() {
        guard deadLetters > Self.deadLetterLimit else { return }
        let oldest = waiting.filter(\.value.isDead).sorted { $0.value.place < $1.value.place }
        for (line, _) in oldest.prefix(deadLetters - Self.deadLetterLimit + Self.deadLetterLimit / 20) {
            dropped += 1
            remove(line)
        }
    }

    /// Tries what waits, or is a dead letter, at once: with 24 hours before it. False where nothing of the line waits.
    package mutating func redeliver(_ line: WebhookItem.Line, at now: Instant) -> Bool {
        guard let entry = waiting[line] else { return false }
        guard !retrying.contains(line) else { return true }
        if entry.isDead { deadLetters -= 1 }
        (waiting[line]!.failures, waiting[line]!.since, waiting[line]!.due) = (0, now, now)
        dues.set(line, at: now)
        changed.insert(line)
        if case .paused(let reason) = status, reason.isProbed { probe = now }
        return true
    }

    // MARK: what is kept

    /// What differs from what was kept before.
    package struct Changes: Equatable, Sendable {
        package let place: Int64
        package let status: Status
        /// Nil: the line waits no more.
        package let waiting: [WebhookItem.Line: Waiting?]
    }

    /// What is kept of one that has just begun.
    package var beginning: Changes { Changes(place: place, status: status, waiting: [:]) }

    /// Lines of which something may be kept.
    package var keptLines: Set<WebhookItem.Line> { changed.union(waiting.keys) }

    package var hasChanges: Bool { place != keptPlace || status != keptStatus || !changed.isEmpty }

    /// To be kept together: the place moves past a line only when that line's wait is kept with it.
    package mutating func takeChanges() -> Changes? {
        guard hasChanges else { return nil }
        let lines = Dictionary(uniqueKeysWithValues: changed.map { ($0, waiting[$0]) })
        (keptPlace, keptStatus, changed) = (place, status, [])
        return Changes(place: place, status: status, waiting: lines)
    }
}
