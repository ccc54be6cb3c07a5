import Basis
import Reactor
import Service
import Web

/// One connection of the HTTP port. `@unchecked Sendable`: used on the loop's thread only.
final class HTTPConnection: @unchecked Sendable {
    private let stream: TCPStream
    private let world: LoopWorld
    private let service: Service
    private weak var server: HTTPServer?
    private let connection: Web.Connection
    private var alarm: Reactor.Alarm?
    private var subscriptions: [Int: Int] = [:]
    /// Writes that have not left, and who waits for that.
    private var writing = 0
    /// What of a long answer is not written yet, and whether some of it is still on its way.
    private var rest: ArraySlice<UInt8> = []
    private var isHeldBack = false
    private var waiters: [@Sendable () -> Void] = []
    /// Requests that were passed over and whose refusal is not written.
    private var passedOver = 0
    /// Whether bytes of a body that is not whole were noted.
    private var holdsBody = false
    /// Whoever waits for the next flush.
    private var turns: [CheckedContinuation<Void, Never>] = []
    /// Answers that are given piece by piece.
    private var gives = 0
    /// What was queued when it was last found to be less than before, and when that was.
    private var lastTaken: (bytes: Int, at: Instant)?

    /// How long a reader may take nothing of an answer that is made as it is taken.
    private static let readerPatience = Duration.seconds(30)
    /// Bytes of one write: less than what ends a connection that does not take them (``TCPStream/writeQueueLimit``).
    private static let writtenAtOnce = 256 << 10

    /// When bytes came last.
    private(set) var lastHeard: Instant
    /// Whether everything that was asked is answered.
    var owesNothing: Bool { connection.outstanding == 0 && !isWriting }

    var queuedBytes: Int { stream.queuedBytes + rest.count }

    init(_ stream: TCPStream, of server: HTTPServer) throws {
        (self.stream, self.server, world, service) = (stream, server, server.world, server.service)
        connection = Web.Connection(at: server.world.now)
        lastHeard = server.world.now
        let service = server.service
        connection.screen = { request in service.assumeIsolated { $0.screen(request) } }
        connection.screenedOut = { [weak server] request, response in server?.screenedOut(request, response) }
        connection.date = { [weak server] in server?.date }
        connection.makeID = { [weak server] in server?.nextRequestID() ?? "" }
        alarm = try Reactor.Alarm(on: server.world.loop) { [weak self] in self?.tick() }
    }

    private var now: Instant { world.now }

    private func tick() {
        connection.tick(at: now)
        flush()
    }

    func start() {
        stream.start(
            received: { [weak self] bytes in self?.received(bytes) }, ended: { [weak self] in self?.peerFinished() },
            failed: { [weak self] _ in self?.close() })
        alarm?.set(at: connection.deadline)
    }

    func write(refusal: [UInt8]) {
        passedOver -= 1
        if isHeldBack { put(refusal) } else if stream.isOpen { stream.write(refusal) }
    }

    /// What is written from here on comes behind the refusals.
    private func settle() { if passedOver > 0 { server?.writeRefusals() } }

    private func peerFinished() {
        settle()
        connection.peerFinished(at: now)
        for id in subscriptions.values { service.assumeIsolated { $0.unsubscribe(id) } }
        if connection.outstanding == subscriptions.count, !isHeldBack { return close() }
        flush()
    }

    func drain() {
        settle()
        connection.drain(at: now)
        flush()
    }

    private func received(_ bytes: Span<UInt8>) {
        lastHeard = now
        if let server {
            if service.assumeIsolated({ $0.isOverloaded }), connection.passesOver(bytes, beginning: Service.dialOutRequest, at: now) {
                service.assumeIsolated { $0.turnedAway() }
                passedOver += 1
                return server.refuse(self)
            }
            settle()
        }
        for incoming in connection.received(bytes, at: now) {
            let held = RequestBudget.size(ofBody: incoming.request.body.count),
                owner = service.assumeIsolated { $0.owner(of: incoming.request) }
            guard server?.begins(held, by: owner) != false else {
                connection.send(Response.noRoom, for: incoming.number, at: now)
                server?.answered(incoming, .response(Response.noRoom), after: .zero)
                continue
            }
            let began = now, arrival = service.assumeIsolated { $0.arrive(incoming.request) }
            let request = incoming.request.coming(from: stream.peer)
            Task(executorPreference: world.tasks) { [self] in
                let reply = await service.answer(request, arrival)
                server?.ended(held, by: owner)
                server?.answered(incoming, reply, after: now - began)
                if case .pieces(let head, let source) = reply {
                    await give(incoming.number, head, source)
                } else {
                    answer(incoming.number, with: reply)
                }
            }
        }
        flush()
    }

    private func answer(_ number: Int, with reply: Reply) {
        guard stream.isOpen else { return }
        switch reply {
        case .response(let response): connection.send(response, for: number, at: now)
        case .turnedAway: connection.send(Service.overloaded, for: number, at: now)
        case .pieces(let head, _): connection.send(head, for: number, at: now)
        case .stream(let head, let subscription):
            connection.sendLast(head, for: number, at: now)
            guard connection.isStreaming(number) else { break }
            _ = try? stream.boundSendBuffer(StreamBudget<ObjectIdentifier>.inSystem)
            flush()
            let sink = StreamSink(self, number)
            subscriptions[number] = service.assumeIsolated { $0.subscribe(subscription, sink) }
            if subscriptions[number] == nil { connection.finishStream(for: number, at: now) }
        }
        flush()
    }

    /// Gives an answer piece by piece: when it is its turn, and what went before has left. One that cannot go on ends the connection, without
    /// the mark of an end.
    private func give(_ number: Int, _ head: Response, _ source: any PieceSource) async {
        answer(number, with: .pieces(head, source))
        gives += 1
        server?.watch(self, true)
        do {
            while await isTaken(number) {
                guard let piece = try await source.next() else {
                    finish(number)
                    break
                }
                _ = send(piece, on: number)
            }
        } catch {
            close()
        }
        gives -= 1
        server?.watch(self, gives > 0 || isHeldBack)
        await source.close()
    }

    /// Returns when the answer is the one that is written and nothing of it waits; false where nobody takes it any more.
    private func isTaken(_ number: Int) async -> Bool {
        while stream.isOpen, connection.isStreaming(number), isWriting || !connection.isFirst(number) {
            await withCheckedContinuation { turns.append($0) }
        }
        return stream.isOpen && connection.isStreaming(number)
    }

    private func tellTurn() {
        let told = turns
        turns = []
        for turn in told { turn.resume() }
    }

    /// Whether its reader has taken nothing for too long; called each second.
    func isStuck(at now: Instant) -> Bool {
        let bytes = queuedBytes
        guard bytes > 0, let last = lastTaken, bytes == last.bytes else {
            lastTaken = (bytes, now)
            return false
        }
        return now - last.at >= Self.readerPatience
    }

    fileprivate func send(_ chunk: [UInt8], on number: Int) -> Bool {
        guard stream.isOpen else { return false }
        connection.stream(chunk, for: number, at: now)
        flush()
        server?.sent(on: self)
        return stream.isOpen
    }

    fileprivate func whenWritten(_ done: @escaping @Sendable () -> Void) {
        if !isWriting || !stream.isOpen { done() } else { waiters.append(done) }
    }

    private func written() {
        writing -= 1
        if writing == 0, isHeldBack {
            goOn()
            if writing == 0 { allIsOut() }
        }
        if !isWriting { tellWritten() }
        tellTurn()
        noteHeld()
    }

    /// What waits for a reader of events has a budget of its own.
    private func noteHeld() { if stream.isOpen, subscriptions.isEmpty { server?.holds(self) } }

    /// A body that is not whole takes its place among all of them.
    private func noteBody() {
        let body = connection.unfinished
        if body.bytes > 0 || holdsBody { server?.takes(self, body.bytes, by: body.owner) }
        holdsBody = body.bytes > 0
    }

    /// Refuses the body that is under way.
    func refuseBody() {
        connection.refuseUnfinished(at: now)
        flush()
    }

    private var isWriting: Bool { writing > 0 || isHeldBack }

    /// Writes at once what a peer takes at once; of a long answer a part goes when the one before has left, however slowly it is read.
    private func put(_ bytes: [UInt8]) {
        guard isHeldBack || bytes.count > Self.writtenAtOnce else { return write(bytes[...]) }
        if rest.isEmpty { rest = bytes[...] } else { rest += bytes }
        guard !isHeldBack else { return }
        isHeldBack = true
        server?.watch(self, true)
        if writing == 0 { goOn() }
    }

    private func goOn() {
        guard !rest.isEmpty, stream.isOpen else { return }
        write(rest.prefix(Self.writtenAtOnce))
        rest = rest.dropFirst(Self.writtenAtOnce)
    }

    /// The last of what was held back has left.
    private func allIsOut() {
        (isHeldBack, rest) = (false, [])
        server?.watch(self, gives > 0)
        flush()
    }

    private func write(_ bytes: ArraySlice<UInt8>) {
        writing += 1
        stream.write(Array(bytes)) { [weak self] _ in self?.written() }
    }

    private func tellWritten() {
        let told = waiters
        waiters = []
        for done in told { done() }
    }

    fileprivate func finish(_ number: Int) {
        subscriptions[number] = nil
        connection.finishStream(for: number, at: now)
        flush()
    }

    /// Writes what is outgoing and does what the connection's phase says.
    private func flush() {
        guard stream.isOpen else { return }
        noteBody()
        let bytes = connection.takeOutgoing()
        if !bytes.isEmpty {
            put(bytes)
            noteHeld()
        }
        guard !isHeldBack else { return tellTurn() }
        switch connection.phase {
        case .open: alarm?.set(at: connection.deadline)
        case .finishing:
            stream.finishWriting()
            alarm?.set(at: connection.deadline)
        case .closed: close()
        }
        tellTurn()
    }

    func close() {
        alarm = nil
        for id in subscriptions.values { service.assumeIsolated { $0.unsubscribe(id) } }
        subscriptions = [:]
        stream.close()
        rest = []
        tellWritten()
        tellTurn()
        server?.forget(self)
    }
}

/// An event stream's end at its connection. `@unchecked Sendable`: used on the loop's thread only.
private final class StreamSink: EventSink, @unchecked Sendable {
    private weak var connection: HTTPConnection?
    private let number: Int

    init(_ connection: HTTPConnection, _ number: Int) { (self.connection, self.number) = (connection, number) }

    func send(_ chunk: [UInt8]) -> Bool { connection?.send(chunk, on: number) ?? false }
    func close() { connection?.finish(number) }
    func whenWritten(_ done: @escaping @Sendable () -> Void) { connection?.whenWritten(done) ?? done() }
}
