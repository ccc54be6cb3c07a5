import Basis
import Reactor
import Service
import Web

/// The HTTP port: sockets on one side, ``Web/Connection`` values and the service on the other.
///
/// `@unchecked Sendable`: used on the loop's thread only.
final class HTTPServer: @unchecked Sendable {
    let world: LoopWorld
    let service: Service
    /// Where it is heard, or was before ``close()``.
    private(set) var address: SocketAddress
    private var listener: TCPListener?
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    /// What waits for those who watch.
    private var budget = StreamBudget<ObjectIdentifier>()
    /// What waits for those who asked.
    private var answers = AnswerBudget<ObjectIdentifier>()
    /// What requests hold that are not answered.
    private var requestsHeld = RequestBudget()
    /// What has come of bodies.
    private var bodies = BodyBudget<ObjectIdentifier>()
    /// Connections whose answers are made as they are taken.
    private var giving: [ObjectIdentifier: HTTPConnection] = [:]
    private var clock: Reactor.Alarm?
    /// The value of `Date`, made once a second.
    private(set) var date = ""
    private var accessLog: AccessLog
    /// Of the ids of requests: this start's own, and how many there were.
    private let startID: String
    private var requests: UInt64 = 0
    /// What a request gets that is not even read, made once a second.
    private var refusal = PreparedAnswer(Service.overloaded, date: nil)
    /// Who gets it at the end of this turn: written one after the other, they wake who waits for them less often.
    private var refused: [HTTPConnection] = []

    /// Made with the first connection, when the process has all descriptors that it may have.
    private lazy var room = ConnectionRoom(limit: min(ConnectionRoom().limit, Descriptors.forConnections))

    init(world: LoopWorld, service: Service, at address: SocketAddress, _ logging: LogSettings) throws {
        (self.world, self.service, self.address) = (world, service, address)
        accessLog = AccessLog(masksNumbers: !logging.showsNumbers)
        startID = String(UInt32(truncatingIfNeeded: world.entropy()) | 0x8000_0000, radix: 16)
        clock = try Reactor.Alarm(on: world.loop) { [weak self] in self?.tick() }
        tick()
        let listener = try TCPListener(on: world.loop, at: address) { [weak self] stream in self?.accept(stream) }
        (self.listener, self.address) = (listener, listener.localAddress)
    }

    /// Accepts no more, answers what it has, then closes.
    func close() {
        listener = nil
        for connection in connections.values { connection.drain() }
    }

    /// Lets everything go at once.
    func abandon() {
        clock = nil
        listener = nil
        for connection in connections.values { connection.close() }
    }

    var isIdle: Bool { connections.isEmpty }

    /// `8f01a2b3-1c`: no other request has it.
    func nextRequestID() -> String {
        requests += 1
        return startID + "-" + String(requests, radix: 16)
    }

    /// Refuses what was not read, with the others of this turn.
    func refuse(_ connection: HTTPConnection) {
        refused.append(connection)
        if refused.count == 1 { world.loop.submit { [weak self] in self?.writeRefusals() } }
    }

    func writeRefusals() {
        let connections = refused
        refused = []
        for connection in connections { connection.write(refusal: refusal.bytes(id: nextRequestID())) }
    }

    func answered(_ incoming: Web.Connection.Incoming, _ reply: Reply, after time: Duration) {
        if case .turnedAway = reply { return }
        accessLog.note(incoming.request, reply, took: time)
    }

    /// A request was answered without its body.
    func screenedOut(_ request: Request, _ response: Response) {
        service.assumeIsolated { $0.screenedOut(request, response) }
        accessLog.note(request, .response(response), took: .zero)
    }

    private func tick() {
        date = HTTPDate.text(world.wallTime)
        refusal = PreparedAnswer(Service.overloaded, date: date)
        accessLog.note(turnedAway: service.assumeIsolated { $0.turnedAwayCount }, at: world.now)
        for connection in giving.values where connection.isStuck(at: world.now) { connection.close() }
        clock?.set(at: world.now + .seconds(1))
    }

    private func accept(_ stream: TCPStream) {
        if connections.count >= room.limit {
            let all = connections.values.map { ConnectionRoom.Standing($0, lastHeard: $0.lastHeard, owesNothing: $0.owesNothing) }
            for connection in room.displaced(all) { connection.close() }
        }
        guard connections.count < room.limit else { return stream.close() }
        do {
            let connection = try HTTPConnection(stream, of: self)
            connections[ObjectIdentifier(connection)] = connection
            connection.start()
        } catch {
            stream.close()
        }
    }

    func forget(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        giving[ObjectIdentifier(connection)] = nil
        budget.note(0, of: ObjectIdentifier(connection))
        answers.note(0, of: ObjectIdentifier(connection), at: world.now)
        bodies.note(0, of: ObjectIdentifier(connection), by: nil, at: world.now)
    }

    /// Whether there is room for a request; then it ``ended(_:by:)`` once it is answered.
    func begins(_ bytes: Int, by owner: String?) -> Bool { requestsHeld.begin(bytes, by: owner) }

    func ended(_ bytes: Int, by owner: String?) { requestsHeld.end(bytes, by: owner) }

    /// Notes what is held of a connection's body, and refuses some where that is too much for all.
    func takes(_ connection: HTTPConnection, _ bytes: Int, by owner: String?) {
        bodies.note(bytes, of: ObjectIdentifier(connection), by: owner, at: world.now)
        for id in bodies.overdue() { connections[id]?.refuseBody() }
    }

    /// Notes what a connection's reader has still to take, and closes who has taken nothing for longest where that is too much for all.
    func holds(_ connection: HTTPConnection) {
        answers.note(connection.queuedBytes, of: ObjectIdentifier(connection), at: world.now)
        for slow in answers.overdue() { connections[slow]?.close() }
    }

    /// Looks each second whether a connection takes what it gets.
    func watch(_ connection: HTTPConnection, _ isGiving: Bool) {
        giving[ObjectIdentifier(connection)] = isGiving ? connection : nil
    }

    /// Closes who reads too slowly, after something was sent on a stream.
    func sent(on connection: HTTPConnection) {
        let id = ObjectIdentifier(connection)
        budget.note(connection.queuedBytes, of: id)
        while let slow = budget.slowest(after: id) {
            let bytes = connections[slow]?.queuedBytes ?? 0
            if bytes == budget.held(by: slow), let connection = connections[slow] { connection.close() }
            budget.note(connections[slow] == nil ? 0 : bytes, of: slow)
        }
    }
}
