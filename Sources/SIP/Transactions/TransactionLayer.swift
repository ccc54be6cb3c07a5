import Basis

/// What all calls of an endpoint share: identifiers, deadlines, the queue of outputs, and the non-INVITE client transactions.
struct TransactionLayer: Sendable {
    enum Owner: Hashable, Sendable {
        case leg(CallID)
        /// The BYE of another fork of a leg.
        case fork(CallID)
        case probe(ProbeID)
        /// The BYE of a dialog that nobody wanted: a late answer, or a leg of an earlier endpoint.
        case nobody

        /// Nobody waits for the answer.
        fileprivate var isFarewell: Bool {
            switch self {
            case .fork, .nobody: true
            case .leg, .probe: false
            }
        }
    }

    struct Request: Sendable {
        let method: Method
        let owner: Owner
        let bytes: [UInt8]
        let destination: SocketAddress
        let transport: Transport
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
    }

    /// How a request came out; a nil response is a time-out or a transport error.
    struct Outcome {
        let request: Request
        let response: Message?
        let code: Int
    }

    let timers: Timers
    let stationery: Stationery
    private let farewellLimit: Int
    /// See ``Endpoint/keepLegs(under:)``.
    var keepsLegs = false
    let keepPatience: Duration
    var identifiers: Identifiers
    var agenda = Agenda()
    private(set) var requests: [UInt64: Request] = [:]
    private var outputs: [Output] = []
    private var drained = 0

    private var farewells = 0

    init(_ configuration: Configuration, random: SeededRandom) {
        timers = configuration.timers
        stationery = Stationery(configuration)
        farewellLimit = configuration.farewellLimit
        keepPatience = configuration.keepPatience
        identifiers = Identifiers(random)
    }

    mutating func put(_ output: Output) { outputs.append(output) }

    mutating func transmit(_ bytes: [UInt8], to destination: SocketAddress, over transport: Transport) {
        outputs.append(.transmit(bytes, to: destination, over: transport))
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
        _ method: Method, branch: UInt64, bytes: [UInt8], to destination: SocketAddress, over transport: Transport, owner: Owner,
        shown: Credentials.Shown = Credentials.Shown(), credentials: Credentials? = nil, at now: Instant
    ) {
        let transaction = NonInviteClientTransaction(timers: timers, isReliable: transport.isReliable, at: now)
        var request = Request(
            method: method, owner: owner, bytes: bytes, destination: destination, transport: transport, shown: shown,
            credentials: credentials, transaction: transaction)
        request.appointment.keep(transaction.deadline, for: .request(branch), in: &agenda)
        requests[branch] = request
        transmit(bytes, to: destination, over: transport)
    }

    /// Whether an entry of the agenda still counts for its request.
    mutating func isDue(branch: UInt64, at instant: Instant) -> Bool { requests[branch]?.appointment.isDue(at: instant) ?? false }

    /// Answers the request when this event decided its fate.
    mutating func handle(_ event: NonInviteClientTransaction.Event, branch: UInt64, at now: Instant) -> Request? {
        guard let place = requests.index(forKey: branch) else { return nil }
        let effects = requests.values[place].handle(event, branch: branch, &agenda, at: now)
        var outcome: Request?
        for effect in effects {
            let request = requests.values[place]
            switch effect {
            case .sendRequest: transmit(request.bytes, to: request.destination, over: request.transport)
            case .deliver, .failTimedOut, .failTransport: outcome = request
            }
        }
        if requests.values[place].isOver, requests.remove(at: place).value.owner.isFarewell { farewells -= 1 }
        return outcome
    }

    /// Sends a request that was challenged once more, when `credentials` have an answer (RFC 3261 §22.2). `cSeq` is its next number, or
    /// nil for the one after its own.
    mutating func sendAgain(
        _ request: Request, challengedBy response: Message, _ credentials: inout Credentials, cSeq: UInt32? = nil, at now: Instant
    ) -> Bool {
        var shown = request.shown
        guard let challenged = ChallengedRequest(request.bytes), credentials.accept(response, to: &shown) else { return false }
        let branch = identifiers.next(), clientNonce = identifiers.next()
        let lines = credentials.lines(request.method, uri: challenged.uri, for: &shown, clientNonce: clientNonce)
        let bytes = challenged.again(branch: branch, cSeq: cSeq ?? challenged.cSeq + 1, authorization: lines)
        if request.owner.isFarewell { farewells += 1 }
        start(
            request.method, branch: branch, bytes: bytes, to: request.destination, over: request.transport, owner: request.owner,
            shown: shown, credentials: request.credentials == nil ? nil : credentials, at: now)
        return true
    }

    /// ACKs a 2xx that nobody wants and hangs up the dialog it makes, from what the response itself says (RFC 3261 §13.2.2.4).
    /// `fallback` is the Request-URI when it has no usable `Contact`; `authorization` are the lines of the INVITE, which its ACK repeats.
    mutating func release(
        _ response: Message, of callID: CallID, fallback: [UInt8], from source: SocketAddress, over transport: Transport, owner: Owner,
        authorization: [UInt8] = [], credentials: inout Credentials?, at now: Instant
    ) {
        let dialog = Dialog(response, fallback: fallback)
        let destination = dialog.address ?? source
        let number = response.cSeq.number
        let ack = farewell(.ack, response, callID, dialog, branch: identifiers.next(), cSeq: number, transport)
        transmit(ack.plain(stationery, authorization: authorization), to: destination, over: transport)
        let branch = identifiers.branch(of: response.bytes[response.callID], dialog.remoteTag)
        guard requests[branch] == nil else { return }
        let bye = farewell(.bye, response, callID, dialog, branch: branch, cSeq: number + 1, transport)
        sayFarewell(bye, to: destination, owner: owner, credentials: &credentials, at: now)
    }

    /// Sends a BYE whose answer nobody waits for; past the limit it is not repeated.
    mutating func sayFarewell(
        _ bye: RequestHead, to destination: SocketAddress, owner: Owner, credentials: inout Credentials?, at now: Instant
    ) {
        var shown = Credentials.Shown()
        let lines = credentials?.lines(.bye, uri: bye.uri, for: &shown, clientNonce: identifiers.next()) ?? []
        let bytes = bye.plain(stationery, authorization: lines)
        if farewells < farewellLimit {
            farewells += 1
            start(
                .bye, branch: bye.branch, bytes: bytes, to: destination, over: bye.transport, owner: owner, shown: shown,
                credentials: owner == .nobody ? credentials : nil, at: now)
        } else {
            transmit(bytes, to: destination, over: bye.transport)
        }
    }

    private func farewell(
        _ method: Method, _ response: Message, _ callID: CallID, _ dialog: Dialog, branch: UInt64, cSeq: UInt32, _ transport: Transport
    ) -> RequestHead {
        let path = dialog.path
        return RequestHead(
            method: method, uri: path.uri, branch: branch, from: response.unfolded(response.from), to: response.unfolded(response.to),
            callID: callID, cSeq: cSeq, routes: path.routes, transport: transport)
    }
}
