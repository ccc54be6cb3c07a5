import Basis
import Service

/// Somebody who watches the tenant's events at one node, or now at one and now at another, and always resumes behind the last id.
///
/// `@unchecked Sendable`: used on the world's thread only.
final class NodeWatcher: @unchecked Sendable {
    struct Sight: Sendable {
        let at: Instant
        /// The node's place among all.
        let node: Int
        let id: LogPlaces
        let event: CallEvent
        /// When its stream was opened.
        let since: Instant
    }
    /// One stream, whose end is not the watcher's.
    private final class Stream: EventSink, @unchecked Sendable {
        weak var watcher: NodeWatcher?
        let since: Instant
        init(_ watcher: NodeWatcher, at now: Instant) { (self.watcher, since) = (watcher, now) }
        func send(_ chunk: [UInt8]) -> Bool {
            watcher?.saw(chunk, by: self)
            return true
        }
        func close() { watcher?.lost(self) }
        func whenWritten(_ done: @escaping @Sendable () -> Void) { done() }
    }

    private let world: SimWorld
    private let nodes: [SimNode]
    /// Whether it goes from node to node.
    let wanders: Bool
    private(set) var node: Int
    private(set) var sights: [Sight] = []
    private(set) var resets = 0
    private(set) var unreadable = 0
    private var stream: Stream?
    /// Where its stream is, and the stream's number there.
    private var place: (process: SimNode.Process, number: Int)?
    private var last = LogPlaces()

    init(_ world: SimWorld, _ nodes: [SimNode], at node: Int, wanders: Bool) {
        (self.world, self.nodes, self.node, self.wanders) = (world, nodes, node, wanders)
    }

    /// Connects to its node, if that listens.
    func connect() {
        guard stream == nil, let process = nodes[node].listening else { return }
        let stream = Stream(self, at: world.now)
        self.stream = stream
        let wanted = Subscription(scope: .tenant("contoso"), after: last, masked: false)
        guard let number = process.service.assumeIsolated({ $0.subscribe(wanted, stream) }) else { return self.stream = nil }
        if self.stream === stream { place = (process, number) }
    }

    /// Goes on to the next node, and leaves its stream to itself where nobody is there to take it.
    func wander() {
        if let place, place.process.host.isAlive, !place.process.host.isFrozen {
            place.process.service.assumeIsolated { $0.unsubscribe(place.number) }
        }
        (stream, place) = (nil, nil)
        node = (node + 1) % nodes.count
        connect()
    }

    /// A process is gone.
    func cut(from process: SimNode.Process) {
        if place?.process === process { (stream, place) = (nil, nil) }
    }

    private func lost(_ stream: Stream) {
        if self.stream === stream { (self.stream, place) = (nil, nil) }
    }

    private func saw(_ chunk: [UInt8], by stream: Stream) {
        let lines = String(decoding: chunk, as: UTF8.self).split(separator: "\n")
        guard self.stream === stream, lines.count == 3 else { return }
        guard lines[1] == "event: dialOut", let id = LogPlaces(String(lines[0].dropFirst("id: ".count))),
            let event = try? JSON.decode(CallEvent.self, Array(lines[2].dropFirst("data: ".count).utf8))
        else {
            if lines[1] == "event: reset" { resets += 1 } else { unreadable += 1 }
            return
        }
        sights.append(Sight(at: world.now, node: node, id: id, event: event, since: stream.since))
        last = id
    }
}
