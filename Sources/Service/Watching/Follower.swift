import Basis

/// Tells those who watch here what other nodes have written: each log in the order of its places, and nothing that is not on disk.
final class Follower {
    /// How often it looks where nobody has hinted that there is something.
    static let interval = Duration.milliseconds(200)
    /// Facts of one log that are read at a time.
    static let page = 500

    private let others: any OtherLogs
    private let hub: EventHub
    private let world: any World
    private let log: ServiceLog
    private var alarm: (any WorldAlarm)?
    private var begin: () -> Void = {}
    private var isReading = false
    /// Whether something may have come since the read that is under way was asked for.
    private var isHinted = false
    private var isStopped = false
    /// What the last read failed of.
    private var failure: StoreFailure?

    init(_ others: any OtherLogs, hub: EventHub, world: any World, log: ServiceLog) {
        (self.others, self.hub, self.world, self.log) = (others, hub, world, log)
    }

    /// `alarm` and `hinted` lead to ``look()``, and `read` to ``read()``.
    func start(_ alarm: any WorldAlarm, read: @escaping () -> Void, hinted: @escaping @Sendable () -> Void) {
        (self.alarm, begin) = (alarm, read)
        others.listen(hinted)
        look()
    }

    func stop() {
        isStopped = true
        alarm?.set(at: nil)
    }

    /// Looks now, and again in a while.
    func look() {
        guard !isStopped else { return }
        alarm?.set(at: world.now + Self.interval)
        guard !isReading else { return isHinted = true }
        isReading = true
        begin()
    }

    /// Reads until there is no more.
    func read() async {
        defer { isReading = false }
        do throws(StoreFailure) {
            repeat {
                isHinted = false
                while try await readPage() {}
            } while isHinted
            if failure != nil { log(.notice, "store", "other nodes' logs can be read again", [:]) }
            failure = nil
        } catch {
            if failure == nil { log(.error, "store", "other nodes' logs cannot be read", ["because": error.message]) }
            failure = error
        }
    }

    /// Whether there may be more.
    private func readPage() async throws(StoreFailure) -> Bool {
        var isMore = false
        for (log, page) in try await others.entries(behind: hub.newest, limit: Self.page).sorted(by: { $0.key < $1.key }) {
            try page.requireNoGap(behind: hub.newest[log], in: log)
            hub.publish(try page.told(), of: log, through: page.through)
            isMore = isMore || page.facts.count >= Self.page
        }
        return isMore
    }
}

extension FactPage {
    fileprivate func requireNoGap(behind place: Int64, in log: LogID) throws(StoreFailure) {
        for (offset, fact) in facts.enumerated() where fact.place != place + Int64(offset) + 1 {
            throw StoreFailure("place \(place + Int64(offset) + 1) of log \(log) is missing")
        }
    }
}
