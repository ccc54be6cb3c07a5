import Basis
import Service

/// Somebody who watches the event stream; one that resumes goes away now and then and comes back with the last id it saw.
///
/// `@unchecked Sendable`: used on the world's thread only.
final class SimWatcher: EventSink, @unchecked Sendable {
    let scope: FactQuery.Scope
    private weak var run: SimRun?
    private let resumes: Bool
    private var subscription: Int?
    private var wantsBack = false
    private(set) var places: [Int64] = []
    private(set) var events: [CallEvent] = []
    private(set) var unreadable = 0
    /// Whether the service closed the stream, as it does when it stops.
    private(set) var wasClosed = false

    init(_ run: SimRun, _ scope: FactQuery.Scope, resumes: Bool) { (self.run, self.scope, self.resumes) = (run, scope, resumes) }

    func begin() {
        subscribe()
        guard resumes else { return }
        for second in stride(from: 10, to: 90, by: 17) {
            run?.world.schedule(after: .seconds(second)) { [self] in leave() }
            run?.world.schedule(after: .seconds(second + 5)) { [self] in subscribe() }
        }
    }

    /// The service is gone.
    func cut() { (wantsBack, subscription) = (wantsBack || subscription != nil, nil) }

    /// Another service is there.
    func comeBack() {
        guard wantsBack else { return }
        wantsBack = false
        subscribe()
    }

    /// Comes back once more, to see what it missed.
    func subscribe() {
        guard let run, run.isUp, subscription == nil else { return wantsBack = run?.isUp == false }
        let masked = if case .operator = scope { true } else { false }
        let wanted = Subscription(scope: scope, after: places.last.map { LogPlaces($0) } ?? LogPlaces(), masked: masked)
        subscription = run.service.assumeIsolated { $0.subscribe(wanted, self) }
    }

    private func leave() {
        guard let subscription else { return wantsBack = false }
        run?.service.assumeIsolated { $0.unsubscribe(subscription) }
        self.subscription = nil
    }

    func send(_ chunk: [UInt8]) -> Bool {
        let lines = String(decoding: chunk, as: UTF8.self).split(separator: "\n")
        guard lines.count == 3, lines[1] != "event: operator" else { return true }
        let data = Array(lines[2].dropFirst("data: ".count).utf8)
        if let place = Int64(lines[0].dropFirst("id: ".count)), let event = try? JSON.decode(CallEvent.self, data) {
            places.append(place)
            events.append(event)
        } else {
            unreadable += 1
        }
        return true
    }

    func whenWritten(_ done: @escaping @Sendable () -> Void) { done() }
    func close() { (subscription, wasClosed) = (nil, true) }
}
