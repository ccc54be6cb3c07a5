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
        let method: SIPMethod
        let owner: Owner
        fileprivate(set) var bytes: [UInt8]
        /// The way it goes, and behind it those that are left when nothing comes of that; empty while its host name is looked up.
        fileprivate(set) var ways: ArraySlice<Hop>
        /// What it has shown of its sender, and by what a challenge is answered that no leg answers.
        var shown: Credentials.Shown
        var credentials: Credentials?
        fileprivate var transaction: NonInviteClientTransaction
        fileprivate var appointment = Appointment()

        fileprivate var isOver: Bool { transaction.state == .terminated }

        /// Whether a phone would ring on or stay up without it, and nothing but another connection to the same address is left to try: then it
        /// is said again until its time is over.
        fileprivate var endsARinging: Bool { (method == .bye || method == .cancel) && ways.count == 1 && way?.transport.isReliable == true }

        fileprivate mutating func handle(
            _ event: NonInviteClientTransaction.Event, branch: UInt64, _ agenda: inout Agenda, at now: Instant
        ) -> [NonInviteClientTransaction.Effect] {
            let effects = transaction.handle(event, at: now)
            appointment.keep(transaction.deadline, for: .request(branch), in: &agenda)
            return effects
        }

        var way: Hop? { ways.first }

        /// Takes its first way, or another to the same address.
        fileprivate mutating func go(
            _ way: Hop, or others: ArraySlice<Hop>, branch: UInt64, _ timers: Timers, _ agenda: inout Agenda, at now: Instant
        ) {
            (ways, bytes) = ([way] + others, saying(way.transport, bytes))
            transaction.moves(isReliable: way.transport.isReliable, patience: timers.patience(others), at: now)
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
    var atStake = AtStake()
    private var names = HostNames()
    private var namesWait = Appointment()
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

    /// The ways of a request of that many bytes, best first; none when its host name has to be looked up first, and then `what` waits for it.
    mutating func ways(to destination: Destination, of length: Int, at now: Instant, or what: HostNames.Waiting) -> ArraySlice<Hop> {
        switch destination {
        case .hop(let hop): return [hop.way(of: length)]
        case .foreign(let hop, let otherwise): return [hop.way(of: length), otherwise.way(of: length)]
        case .named(let name, let otherwise):
            if let hops = names.hops(name, at: now) { return hops.seen(from: otherwise).map { $0.way(of: length) }[...] }
            if names.wait(what, for: name, otherwise: otherwise, at: now) {
                put(.resolve(name))
                namesWait.keep(names.deadline(after: now), for: .names, in: &agenda)
            }
            return []
        }
    }

    /// The names whose entry in the agenda has come up, and that were waited for long enough.
    mutating func overdueNames(since due: Instant, at now: Instant) -> [HostName] {
        guard namesWait.isDue(at: due) else { return [] }
        namesWait.keep(names.deadline(after: now), for: .names, in: &agenda)
        return names.overdue(at: now)
    }

    /// Nothing comes of that hop: what follows asks the others of its name first.
    mutating func failed(_ hop: Hop) { names.failed(hop.address, over: hop.takesTCP ? .udp : hop.transport) }

    /// Sends a request that nobody answers: the ACK of a 2xx. Each time that it is asked for again it goes to another address of its name.
    mutating func sendOnce(_ bytes: [UInt8], to destination: Destination, before: Int = 0, at now: Instant) {
        let ways = ways(to: destination, of: bytes.count, at: now, or: .once(bytes))
        if !ways.isEmpty { transmit(bytes, by: ways[before % ways.count]) }
    }

    /// Sends what waited for a name; answers the legs whose INVITE did, with their hops. A name that leads nowhere is told, and what
    /// waited goes by the way of the INVITE: rather there than nowhere.
    mutating func resolved(_ name: HostName, _ found: [Hop], at now: Instant) -> [(leg: CallID, hops: [Hop])] {
        var legs: [(leg: CallID, hops: [Hop])] = []
        let waiting = names.resolved(name, found, at: now), found = found.prefix(HostNames.addressLimit)
        if found.isEmpty, !waiting.isEmpty { put(.dropped(.unresolvedName)) }
        for (what, otherwise) in waiting {
            let hops = found.seen(from: otherwise)
            switch what {
            case .once(let bytes): transmit(bytes, by: hops[0].way(of: bytes.count))
            case .invite(let callID): legs.append((callID, hops))
            case .request(let branch):
                guard let place = requests.index(forKey: branch), requests.values[place].way == nil else { continue }
                let ways = hops.map { $0.way(of: requests.values[place].bytes.count) }
                go(ways[0], or: ways[1...], at: place, branch: branch, now)
            }
        }
        return legs
    }

    private mutating func go(
        _ way: Hop, or others: ArraySlice<Hop>, at place: Dictionary<UInt64, Request>.Index, branch: UInt64, _ now: Instant
    ) {
        atStake.move(request: branch, from: requests.values[place].way, to: way)
        requests.values[place].go(way, or: others, branch: branch, timers, &agenda, at: now)
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
        _ method: SIPMethod, branch: UInt64, bytes: [UInt8], to destination: Destination, owner: Owner,
        shown: Credentials.Shown = Credentials.Shown(), credentials: Credentials? = nil, at now: Instant
    ) {
        let ways = ways(to: destination, of: bytes.count, at: now, or: .request(branch))
        let transport = ways.first?.transport ?? destination.transport
        let request = Request(
            method: method, owner: owner, bytes: saying(transport, bytes), ways: ways, shown: shown, credentials: credentials,
            transaction: NonInviteClientTransaction(
                timers: timers, isReliable: transport.isReliable, patience: timers.patience(ways.dropFirst()), at: now))
        start(request, branch: branch)
    }

    private mutating func start(_ request: Request, branch: UInt64) {
        var request = request
        request.appointment.keep(request.transaction.deadline, for: .request(branch), in: &agenda)
        requests[branch] = request
        atStake.move(request: branch, from: nil, to: request.way)
        if let way = request.way { transmit(request.bytes, to: way.address, over: way.transport) }
    }

    /// Whether an entry of the agenda still counts for its request.
    mutating func isDue(branch: UInt64, at instant: Instant) -> Bool { requests[branch]?.appointment.isDue(at: instant) ?? false }

    /// Answers the request when this event decided its fate.
    mutating func handle(_ event: NonInviteClientTransaction.Event, branch: UInt64, at now: Instant) -> Request? {
        guard let place = requests.index(forKey: branch) else { return nil }
        if event == .transportFailed, let datagrams = requests.values[place].way?.datagrams {
            go(datagrams, or: requests.values[place].ways.dropFirst(), at: place, branch: branch, now)
            return nil
        }
        let isLost = event == .transportFailed && requests.values[place].endsARinging
        let effects = requests.values[place].handle(isLost ? .connectionLost : event, branch: branch, &agenda, at: now)
        var outcome: Request?
        for effect in effects {
            let request = requests.values[place]
            switch effect {
            case .sendRequest: if let way = request.way { transmit(request.bytes, to: way.address, over: way.transport) }
            case .deliver, .failTimedOut, .failTransport: outcome = request
            }
        }
        if requests.values[place].isOver {
            atStake.move(request: branch, from: requests.values[place].way, to: nil)
            requests.remove(at: place)
        }
        return outcome
    }

}

extension TransactionLayer {
    /// Why a request goes out once more.
    enum Again {
        /// It was challenged, and the credentials have an answer (RFC 3261 §22.2).
        case challenged(Message)
        /// Nothing came of it at this address, and its name leads to another one (RFC 3263 §4.3).
        case elsewhere
    }

    /// Why a request that ended so goes out once more; nil when it does not.
    static func again(_ request: Request, _ response: Message?, _ code: Int) -> Again? {
        guard let response else { return .elsewhere }
        return switch code {
        case 401, 407: .challenged(response)
        case 503: .elsewhere
        default: nil
        }
    }

    /// Sends a request once more under a new branch, if it can be. `cSeq` is its next number, or nil for the one after its own.
    mutating func send(
        _ request: Request, _ again: Again, _ credentials: inout Credentials?, cSeq: UInt32? = nil, at now: Instant
    ) -> Bool {
        var shown = Credentials.Shown(), ways = request.ways
        switch again {
        case .challenged(let response):
            shown = request.shown
            guard credentials?.accept(response, to: &shown) == true else { return false }
        case .elsewhere:
            if let failed = ways.popFirst() { self.failed(failed) }
        }
        guard let way = ways.first, let sent = ChallengedRequest(request.bytes) else { return false }
        let branch = identifiers.next(), clientNonce = identifiers.next()
        let lines = credentials?.lines(request.method, uri: sent.uri, body: sent.body, for: &shown, clientNonce: clientNonce) ?? []
        let bytes = sent.again(branch: branch, cSeq: cSeq ?? sent.cSeq + 1, authorization: lines)
        let transaction = NonInviteClientTransaction(
            timers: timers, isReliable: way.transport.isReliable, patience: timers.patience(ways.dropFirst()), at: now)
        start(
            Request(
                method: request.method, owner: request.owner, bytes: saying(way.transport, bytes), ways: ways, shown: shown,
                credentials: request.credentials == nil ? nil : credentials, transaction: transaction), branch: branch)
        return true
    }
}

extension Timers {
    /// How long a request waits where there are others to ask.
    func patience(_ others: ArraySlice<Hop>) -> Interval? { others.isEmpty ? nil : elsewhere }
}
