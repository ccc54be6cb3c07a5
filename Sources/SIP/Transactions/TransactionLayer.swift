import Basis

/// What all calls of an endpoint share: identifiers, deadlines, the queue of outputs, and the non-INVITE client transactions.
struct TransactionLayer: Sendable {
    enum Owner: Hashable, Sendable {
        case leg(CallID)
        /// The BYE of a ``Fork``.
        case fork(UInt64)
        case probe(ProbeID)
    }

    struct Request: Sendable {
        let method: Method
        let owner: Owner
        fileprivate(set) var bytes: [UInt8]
        /// The way it goes; nil while its host name is looked up.
        fileprivate(set) var way: Hop?
        /// What it has shown of its sender, and by what a challenge is answered that no leg answers.
        var shown: Credentials.Shown
        var credentials: Credentials?
        fileprivate var transaction: NonInviteClientTransaction
        fileprivate var appointment = Appointment()

        fileprivate var isOver: Bool { transaction.state == .terminated }

        fileprivate mutating func handle(
            _ event: NonInviteClientTransaction.Event, branch: UInt64, _ agenda: inout Agenda, at now: Instant
        ) -> [NonInviteClientTransaction.Effect] {
            let effects = transaction.handle(event, at: now)
            appointment.keep(transaction.deadline, for: .request(branch), in: &agenda)
            return effects
        }

        /// Takes another way, or its first.
        fileprivate mutating func go(_ way: Hop, branch: UInt64, _ agenda: inout Agenda, at now: Instant) {
            (self.way, bytes) = (way, saying(way.transport, bytes))
            transaction.moves(isReliable: way.transport.isReliable, at: now)
            appointment.keep(transaction.deadline, for: .request(branch), in: &agenda)
        }
    }

    /// How a request came out; a nil response is a time-out or a transport error.
    struct Outcome {
        let request: Request
        let response: Message?
        let code: Int
    }

    let timers: Timers
    let stationery: Stationery
    let forkLimit: Int
    /// See ``Endpoint/keepLegs(under:)``.
    var keepsLegs = false
    let keepPatience: Duration
    var identifiers: Identifiers
    var agenda = Agenda()
    private(set) var requests: [UInt64: Request] = [:]
    private var names = HostNames()
    private var outputs: [Output] = []
    private var drained = 0
    /// Dialogs that nobody wants, by the branch of their first BYE.
    var forks: [UInt64: Fork] = [:]

    init(_ configuration: Configuration, random: SeededRandom) {
        timers = configuration.timers
        stationery = Stationery(configuration)
        forkLimit = configuration.forkLimit
        keepPatience = configuration.keepPatience
        identifiers = Identifiers(random)
    }

    mutating func put(_ output: Output) { outputs.append(output) }

    mutating func transmit(_ bytes: [UInt8], to destination: SocketAddress, over transport: Transport) {
        outputs.append(.transmit(bytes, to: destination, over: transport))
    }

    /// Sends a request of ours; its `Via` comes to name the transport.
    mutating func transmit(_ bytes: [UInt8], by way: Hop) {
        transmit(saying(way.transport, bytes), to: way.address, over: way.transport)
    }

    /// The way of a request of that many bytes; nil when its host name has to be looked up first, and then `what` waits for it.
    mutating func way(to destination: Destination, of length: Int, at now: Instant, or what: HostNames.Waiting) -> Hop? {
        switch destination {
        case .hop(let hop): return hop.way(of: length)
        case .named(let name, let otherwise):
            if let hop = names.hop(name, at: now) { return hop.way(of: length) }
            if names.wait(what, for: name, otherwise: otherwise) { put(.resolve(name)) }
            return nil
        }
    }

    /// Sends a request that nobody answers: the ACK of a 2xx.
    mutating func sendOnce(_ bytes: [UInt8], to destination: Destination, at now: Instant) {
        if let way = way(to: destination, of: bytes.count, at: now, or: .once(bytes)) { transmit(bytes, by: way) }
    }

    /// Sends what waited for a name; answers the legs whose INVITE did, with their hop. A name that leads nowhere is told, and what
    /// waited goes by the way of the INVITE: rather there than nowhere.
    mutating func resolved(_ name: HostName, _ hop: Hop?, at now: Instant) -> [(leg: CallID, hop: Hop)] {
        var legs: [(leg: CallID, hop: Hop)] = []
        let waiting = names.resolved(name, hop, at: now)
        if hop == nil, !waiting.isEmpty { put(.dropped(.unresolvedName)) }
        for (what, otherwise) in waiting {
            let hop = hop ?? otherwise
            switch what {
            case .once(let bytes): transmit(bytes, by: hop.way(of: bytes.count))
            case .invite(let callID): legs.append((callID, hop))
            case .request(let branch):
                guard let place = requests.index(forKey: branch), requests.values[place].way == nil else { continue }
                go(hop.way(of: requests.values[place].bytes.count), at: place, branch: branch, now)
            }
        }
        return legs
    }

    private mutating func go(_ way: Hop, at place: Dictionary<UInt64, Request>.Index, branch: UInt64, _ now: Instant) {
        requests.values[place].go(way, branch: branch, &agenda, at: now)
        transmit(requests.values[place].bytes, to: way.address, over: way.transport)
    }

    mutating func nextOutput() -> Output? {
        guard drained < outputs.count else {
            outputs.removeAll(keepingCapacity: drained <= 1024)
            drained = 0
            return nil
        }
        drained += 1
        return outputs[drained - 1]
    }

    /// Sends a request and keeps at it until it is answered or given up.
    mutating func start(
        _ method: Method, branch: UInt64, bytes: [UInt8], to destination: Destination, owner: Owner,
        shown: Credentials.Shown = Credentials.Shown(), credentials: Credentials? = nil, at now: Instant
    ) {
        let way = way(to: destination, of: bytes.count, at: now, or: .request(branch))
        let isReliable = (way?.transport ?? destination.transport).isReliable
        let transaction = NonInviteClientTransaction(timers: timers, isReliable: isReliable, at: now)
        let bytes = way.map { saying($0.transport, bytes) } ?? bytes
        var request = Request(
            method: method, owner: owner, bytes: bytes, way: way, shown: shown, credentials: credentials, transaction: transaction)
        request.appointment.keep(transaction.deadline, for: .request(branch), in: &agenda)
        requests[branch] = request
        if let way { transmit(bytes, to: way.address, over: way.transport) }
    }

    /// Whether an entry of the agenda still counts for its request.
    mutating func isDue(branch: UInt64, at instant: Instant) -> Bool { requests[branch]?.appointment.isDue(at: instant) ?? false }

    /// Answers the request when this event decided its fate.
    mutating func handle(_ event: NonInviteClientTransaction.Event, branch: UInt64, at now: Instant) -> Request? {
        guard let place = requests.index(forKey: branch) else { return nil }
        if event == .transportFailed, let datagrams = requests.values[place].way?.datagrams {
            go(datagrams, at: place, branch: branch, now)
            return nil
        }
        let effects = requests.values[place].handle(event, branch: branch, &agenda, at: now)
        var outcome: Request?
        for effect in effects {
            let request = requests.values[place]
            switch effect {
            case .sendRequest: if let way = request.way { transmit(request.bytes, to: way.address, over: way.transport) }
            case .deliver, .failTimedOut, .failTransport: outcome = request
            }
        }
        if requests.values[place].isOver { requests.remove(at: place) }
        return outcome
    }

    /// Sends a request that was challenged once more, when `credentials` have an answer (RFC 3261 §22.2). `cSeq` is its next number, or
    /// nil for the one after its own.
    mutating func sendAgain(
        _ request: Request, challengedBy response: Message, _ credentials: inout Credentials, cSeq: UInt32? = nil, at now: Instant
    ) -> Bool {
        var shown = request.shown
        guard let way = request.way, let challenged = ChallengedRequest(request.bytes), credentials.accept(response, to: &shown) else {
            return false
        }
        let branch = identifiers.next(), clientNonce = identifiers.next()
        let lines = credentials.lines(request.method, uri: challenged.uri, for: &shown, clientNonce: clientNonce)
        let bytes = challenged.again(branch: branch, cSeq: cSeq ?? challenged.cSeq + 1, authorization: lines)
        start(
            request.method, branch: branch, bytes: bytes, to: .hop(way), owner: request.owner, shown: shown,
            credentials: request.credentials == nil ? nil : credentials, at: now)
        return true
    }
}
