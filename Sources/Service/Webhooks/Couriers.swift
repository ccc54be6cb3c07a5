import Basis
import Webhooks

/// Every tenant's endpoints and what is under way to them: turns what a ``Courier`` wants into reads, POSTs and documents.
///
/// Touched by the service's actor only.
final class Couriers {
    /// One endpoint and its courier.
    struct Desk {
        var endpoint: WebhookEndpoint
        /// Nil where the stored URL is none, which no endpoint has that was made here.
        var target: WebhookURL?
        var courier: Courier
        /// Whether it has been handed all that is published; else it reads the log.
        var isLive = false
        var isReading = false
        /// The newest place of its tenant that was published while it read.
        var missed: Int64 = 0

        /// What takes away all that is kept of it.
        var farewell: [StoreEntry] { WebhookEndpoint.farewell(endpoint.id, courier.keptLines) }
    }

    /// What it asks of the service; each is answered later by the function named.
    struct Errands {
        /// ``pageRead(_:_:through:)``
        var read: (_ endpoint: SortableID, _ query: FactQuery) -> Void = { _, _ in }
        /// ``found(_:_:_:)``
        var find: (_ endpoint: SortableID, _ line: WebhookItem.Line, _ query: FactQuery, _ through: Int64) -> Void = { _, _, _, _ in }
        /// Notes what is to be kept.
        var keep: ([StoreEntry]) -> Void = { _ in }
        /// Whether the store takes anything now.
        var isKept: () -> Bool = { true }
        /// Tells the tenant of its endpoint.
        var tell: (WebhookNotice.Kind, WebhookEndpoint, Courier.PauseReason?) -> Void = { _, _, _ in }
        /// From which dial-out on events are the tenant's.
        var since: (_ tenant: String) -> SortableID = { _ in Identities.first }
        /// Gives a closure these couriers on the world's thread.
        var onWorld: @Sendable (@escaping @Sendable (Couriers) -> Void) -> Void = { _ in }
    }

    /// Events read at a time.
    static let page = 100
    /// How long a changed place may be not on disk: after a crash so much is delivered again.
    static let saveInterval = Duration.milliseconds(500)

    private let world: any World
    private var random: SeededRandom
    private var errands = Errands()
    private var desks: [SortableID: Desk] = [:]
    private var byTenant: [String: [SortableID]] = [:]
    private var deadlines = Deadlines<SortableID>()
    private var alarm: (any WorldAlarm)?
    private var unsaved: Set<SortableID> = []
    private var saveAlarm: (any WorldAlarm)?
    private var newest: Int64
    var figures = WebhookFigures()
    /// Saves without waiting: the process is about to end.
    private var isStopping = false

    init(world: any World, _ documents: StoredDocuments, newest: Int64, seed: UInt64) throws(StoreFailure) {
        (self.world, self.newest, random) = (world, newest, SeededRandom(seed: seed))
        for (endpoint, courier) in try documents.webhooks(clocks) { add(endpoint, courier) }
    }

    func start(_ errands: Errands) {
        self.errands = errands
        for id in desks.keys.sorted() { turn(id) }
    }

    /// The place up to which each endpoint has been handed the log, as far as the last of them; nil where there is none.
    var oldestPlace: Int64? { desks.values.lazy.map(\.courier.place).min() }

    var clocks: Clocks { Clocks(now: world.now, wall: world.wallTime) }

    // MARK: endpoints

    func desk(_ id: SortableID, of tenant: String) -> Desk? { desks[id].flatMap { $0.endpoint.tenant == tenant ? $0 : nil } }
    func desks(of tenant: String) -> [Desk] { (byTenant[tenant] ?? []).compactMap { desks[$0] } }
    var all: some Sequence<Desk> { desks.values }

    /// An endpoint that is told what comes after now.
    func newCourier() -> Courier { Courier(after: newest) }

    func add(_ endpoint: WebhookEndpoint, _ courier: Courier) {
        desks[endpoint.id] = Desk(endpoint: endpoint, target: try? WebhookURL(endpoint.url), courier: courier)
        byTenant[endpoint.tenant, default: []].append(endpoint.id)
    }

    /// A new endpoint, which is on disk.
    func begin(_ endpoint: WebhookEndpoint, _ courier: Courier) {
        add(endpoint, courier)
        turn(endpoint.id)
    }

    /// With a reason to pause nothing more goes out, and nothing to another URL.
    func replace(_ endpoint: WebhookEndpoint, pausing reason: Courier.PauseReason? = nil) {
        desks[endpoint.id]?.endpoint = endpoint
        desks[endpoint.id]?.target = try? WebhookURL(endpoint.url)
        if let reason { desks[endpoint.id]?.courier.pause(reason, at: world.now) }
        turn(endpoint.id)
    }

    func remove(_ id: SortableID) {
        guard let desk = desks.removeValue(forKey: id) else { return }
        byTenant[desk.endpoint.tenant]?.removeAll { $0 == id }
        if byTenant[desk.endpoint.tenant]?.isEmpty == true { byTenant[desk.endpoint.tenant] = nil }
        deadlines.set(id, at: nil)
        unsaved.remove(id)
    }

    /// The endpoint with whose secret events for a request's own URL are signed: of those that the URL begins with the one of the longest.
    func endpoint(for url: WebhookURL, of tenant: String) -> SortableID? {
        let found = desks(of: tenant).filter { $0.target.map(url.begins) == true }
        return found.max { ($0.endpoint.url.utf8.count, $1.endpoint.id) < ($1.endpoint.url.utf8.count, $0.endpoint.id) }?.endpoint.id
    }

    func change(_ id: SortableID, _ change: (inout Courier, Instant) -> Void) {
        guard desks[id] != nil else { return }
        change(&desks[id]!.courier, world.now)
        turn(id)
    }

    // MARK: the log

    /// Each entry as it is published.
    func published(_ row: FactRow, at place: Int64, _ told: Told?) {
        newest = place
        guard let ids = byTenant[row.tenant] else { return }
        let event = told.flatMap { $0.isForOperatorAlone ? nil : ToldEvent(ToldEntry($0, of: row, at: place)) }
        for id in ids {
            desks[id]!.missed = place
            if desks[id]!.isLive, desks[id]!.courier.room > 0 {
                desks[id]!.courier.take(event.map { items($0, for: id) } ?? [], through: place)
            } else {
                desks[id]!.isLive = false
            }
            turn(id)
        }
    }

    /// What an endpoint is sent of an event: to its own URL what it wants, and to the request's what that asked for.
    private func items(_ event: ToldEvent, for id: SortableID) -> [WebhookItem] {
        let desk = desks[id]!
        guard event.dialOut >= errands.since(event.tenant) else { return [] }
        let own = event.webhook.flatMap { endpoint(for: $0, of: event.tenant) } == id ? event.webhook : nil
        var items: [WebhookItem] = []
        if desk.endpoint.wants(event) || own != nil && own == desk.target { items.append(item(event, nil)) }
        if let own, own != desk.target { items.append(item(event, own.text)) }
        return items
    }

    /// Events that were read before and are other ones in the log by now.
    func renew(_ events: [ToldEntry], at id: SortableID) {
        for told in events where !told.told.isForOperatorAlone {
            let event = ToldEvent(told)
            desks[id]?.courier.renew(item(event, nil))
            if let url = event.webhook?.text { desks[id]?.courier.renew(item(event, url)) }
        }
    }

    private func item(_ event: ToldEvent, _ url: String?) -> WebhookItem {
        WebhookItem(
            line: .init(event.dialOut, isOfRequest: url != nil), place: event.place, sequence: event.sequence, at: event.at, url: url,
            body: event.body)
    }

    private func readOn(_ id: SortableID) {
        let desk = desks[id]!, room = desk.courier.room
        guard !desk.isLive, !desk.isReading, room >= min(Self.page, Courier.windowLimit / 2) || desk.courier.isPaused && room > 0 else {
            return
        }
        desks[id]!.isReading = true
        errands.read(id, FactQuery(scope: .tenant(desk.endpoint.tenant), after: desk.courier.read, limit: min(room, Self.page)))
    }

    /// A page of the log, with all of the tenant's up to a place; nil: it could not be read.
    func pageRead(_ id: SortableID, _ events: [ToldEntry]?, through: Int64) {
        guard desks[id] != nil else { return }
        desks[id]!.isReading = false
        guard let events else {
            deadlines.set(id, at: world.now + .seconds(1))
            return setAlarm()
        }
        let published = events.filter { $0.place <= through && !$0.told.isForOperatorAlone }
        desks[id]!.courier.take(published.flatMap { items(ToldEvent($0), for: id) }, through: through)
        desks[id]!.isLive = max(desks[id]!.missed, newest) <= desks[id]!.courier.read
        turn(id)
    }

    /// A page of a dial-out's events, from which the line's next one is taken.
    func found(_ id: SortableID, _ line: WebhookItem.Line, _ events: [ToldEntry]?, through: Int64) {
        guard desks[id] != nil else { return }
        if let events {
            let wanted = events.lazy.filter { $0.place <= through }.compactMap { event in
                self.items(ToldEvent(event), for: id).first { $0.line == line }
            }
            if wanted.first == nil, events.count == Self.page, let last = events.last?.place, last < through {
                return errands.find(id, line, FactQuery(scope: .dialOut(line.dialOut), after: last, limit: Self.page), through)
            }
            desks[id]!.courier.found(line, wanted.first, at: world.now)
        } else {
            desks[id]!.courier.notFound(line, at: world.now)
        }
        turn(id)
    }

    // MARK: effects

    private func turn(_ id: SortableID) {
        guard desks[id] != nil else { return }
        for effect in desks[id]!.courier.next(at: world.now, using: &random) {
            switch effect {
            case .post(let item): post(item, to: id)
            case .find(let line, let after, let through):
                errands.find(id, line, FactQuery(scope: .dialOut(line.dialOut), after: after, limit: Self.page), through)
            case .paused(let reason): tell(.webhookPaused, of: id, reason)
            case .resumed: tell(.webhookResumed, of: id, nil)
            }
        }
        readOn(id)
        deadlines.set(id, at: desks[id]!.courier.deadline())
        setAlarm()
        saveSoon(id)
    }

    private func post(_ item: WebhookItem, to id: SortableID) {
        let endpoint = desks[id]!.endpoint, onWorld = errands.onWorld
        world.post(request(item.id, item.body, to: item.url, of: endpoint)) { outcome in onWorld { $0.posted(item, outcome, to: id) } }
    }

    func request(_ id: String, _ body: [UInt8], to url: String?, of endpoint: WebhookEndpoint) -> WebhookRequest {
        let now = world.wallTime, timestamp = now.milliseconds / 1000
        let signature = endpoint.signature(id: id, timestamp: timestamp, body: body, at: now)
        return WebhookRequest(url: url ?? endpoint.url, id: id, timestamp: timestamp, signature: signature, body: body)
    }

    private func posted(_ item: WebhookItem, _ outcome: PostOutcome, to id: SortableID) {
        figures.posted(outcome, lag: world.wallTime.milliseconds - item.at.milliseconds)
        guard desks[id] != nil else { return }
        desks[id]!.courier.posted(item, outcome, at: world.now, using: &random)
        turn(id)
    }

    private func tell(_ kind: WebhookNotice.Kind, of id: SortableID, _ reason: Courier.PauseReason?) {
        errands.tell(kind, desks[id]!.endpoint, reason)
    }

    private func setAlarm() {
        let onWorld = errands.onWorld
        let alarm = alarm ?? world.makeAlarm { onWorld { $0.alarmRang() } }
        self.alarm = alarm
        alarm.set(at: deadlines.next)
    }

    private func alarmRang() {
        while let id = deadlines.popDue(at: world.now) { turn(id) }
        setAlarm()
    }

    // MARK: what is kept

    private func saveSoon(_ id: SortableID) {
        guard desks[id]!.courier.hasChanges else { return }
        if isStopping, errands.isKept() { return save([id]) }
        guard unsaved.insert(id).inserted, unsaved.count == 1 else { return }
        let onWorld = errands.onWorld
        let alarm = saveAlarm ?? world.makeAlarm { onWorld { $0.saveDue() } }
        saveAlarm = alarm
        alarm.set(at: world.now + Self.saveInterval)
    }

    /// While the store refuses, what changes is gathered here and not there.
    private func saveDue() {
        guard errands.isKept() else { return saveAlarm?.set(at: world.now + Self.saveInterval) ?? () }
        let due = unsaved
        unsaved = []
        save(due)
    }

    private func save(_ ids: Set<SortableID>) {
        let clocks = clocks
        for id in ids.sorted() {
            guard let changes = desks[id]?.courier.takeChanges() else { continue }
            errands.keep(changes.entries(of: id, clocks))
        }
    }

    /// From now on each change is kept at once.
    func stop() {
        isStopping = true
        if errands.isKept() { saveDue() }
    }
}
