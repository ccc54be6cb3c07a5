import Basis

/// A dialog that nobody wants, made by a 2xx of another phone than the one that has the call, or by one that came too late: it is kept, then
/// acknowledged and hung up (RFC 3261 §13.2.2.4), and kept until the BYE is answered.
///
/// Where it cannot be kept the BYE goes first, as a caller may (§15), and the ACK once that is answered: until then the far end repeats its
/// 2xx, to which the next start answers.
struct Fork: Sendable {
    enum State: Equatable, Sendable {
        /// It waits for being kept.
        case held(until: Instant)
        /// The BYE is out, and the ACK waits for its answer.
        case unacknowledged
        case acknowledged
        /// Its 2xx may come again.
        case over(until: Instant)
    }

    let callID: CallID
    let dialog: Dialog
    /// The value of `From`.
    let from: [UInt8]
    /// The sequence number of the INVITE, and the lines by which it was authorized: those of the ACK.
    let inviteCSeq: UInt32
    let authorization: [UInt8]
    /// The way to whoever answered.
    let hop: Hop
    /// The number of the last request in the dialog.
    var cSeq: UInt32
    var state: State
    /// By what it answers a challenge where its leg is forgotten.
    var credentials: Credentials?

    var isHeld: Bool {
        switch state {
        case .held: true
        case .unacknowledged, .acknowledged, .over: false
        }
    }

    var isOver: Bool {
        switch state {
        case .over: true
        case .held, .unacknowledged, .acknowledged: false
        }
    }

    fileprivate func head(_ method: Method, branch: UInt64, cSeq: UInt32) -> RequestHead {
        let path = dialog.path
        return RequestHead(
            method: method, uri: path.uri, branch: branch, from: from, to: dialog.to, callID: callID, cSeq: cSeq, routes: path.routes,
            transport: dialog.destination.transport)
    }
}

extension TransactionLayer {
    /// Takes in a 2xx that nobody wants, from what the response itself says, and has it kept; one that was taken in before gets its ACK again.
    ///
    /// `fallback` is the Request-URI where it has no usable `Contact`; `authorization` are the lines of the INVITE. Past the limit of such
    /// dialogs it is not answered, for it comes again.
    mutating func release(
        _ response: Message, of callID: CallID, fallback: [UInt8], over hop: Hop, authorization: [UInt8] = [],
        credentials: inout Credentials?, at now: Instant
    ) {
        let dialog = Dialog(response, fallback: fallback, over: hop)
        let key = identifiers.branch(of: response.bytes[response.callID], dialog.remoteTag)
        if let known = forks[key] {
            if known.state == .acknowledged || known.isOver { sendAck(of: known, at: now) }
            return
        }
        guard forks.count < forkLimit else { return }
        let number = response.cSeq.number, until = now + keepPatience
        let fork = Fork(
            callID: callID, dialog: dialog, from: response.unfolded(response.from), inviteCSeq: number, authorization: authorization,
            hop: hop, cSeq: number, state: .held(until: until), credentials: credentials)
        forks[key] = fork
        guard keepsLegs else { return hangUp(key, isKept: true, &credentials, at: now) }
        agenda.add(.fork(key), at: until)
        put(.keep(KeptID(identifiers.leg(of: callID), fork: key), standing(fork, key)))
    }

    /// Ends a dialog that an earlier endpoint was about to end: its ACK and BYE may have been sent.
    mutating func takeUp(_ fork: Fork, _ key: UInt64, _ credentials: inout Credentials?, at now: Instant) {
        guard forks[key] == nil else { return }
        forks[key] = fork
        sendAck(of: fork, at: now)
        forks[key]?.state = .acknowledged
        sayGoodbye(key, branch: identifiers.next(), &credentials, at: now)
    }

    /// ACK and BYE; the BYE alone where the dialog is not kept.
    mutating func hangUp(_ key: UInt64, isKept: Bool, _ credentials: inout Credentials?, at now: Instant) {
        guard let fork = forks[key], fork.isHeld else { return }
        forks[key]?.state = isKept ? .acknowledged : .unacknowledged
        if isKept { sendAck(of: fork, at: now) }
        sayGoodbye(key, branch: key, &credentials, at: now)
    }

    /// The BYE has its answer, or none came. One that was refused for want of an ACK is said again after it.
    mutating func farewellFinished(_ key: UInt64, _ code: Int, _ credentials: inout Credentials?, at now: Instant) {
        guard let fork = forks[key], !fork.isOver else { return }
        if fork.state == .unacknowledged {
            sendAck(of: fork, at: now)
            forks[key]?.state = .acknowledged
            if Fork.meansUp(code) { return sayGoodbye(key, branch: identifiers.next(), &credentials, at: now) }
        }
        forks[key]?.state = .over(until: now + timers.timeout)
        agenda.add(.fork(key), at: now + timers.timeout)
        put(.released(KeptID(identifiers.leg(of: fork.callID), fork: key)))
    }

    private mutating func sendAck(of fork: Fork, at now: Instant) {
        let ack = fork.head(.ack, branch: identifiers.next(), cSeq: fork.inviteCSeq)
        sendOnce(ack.plain(stationery, authorization: fork.authorization), to: fork.dialog.destination, at: now)
    }

    private mutating func sayGoodbye(_ key: UInt64, branch: UInt64, _ credentials: inout Credentials?, at now: Instant) {
        guard var fork = forks[key] else { return }
        let branch = requests[branch] == nil ? branch : identifiers.next()
        fork.cSeq += 1
        forks[key] = fork
        let bye = fork.head(.bye, branch: branch, cSeq: fork.cSeq)
        var shown = Credentials.Shown()
        let lines = credentials?.lines(.bye, uri: bye.uri, for: &shown, clientNonce: identifiers.next()) ?? []
        start(
            .bye, branch: branch, bytes: bye.plain(stationery, authorization: lines), to: fork.dialog.destination, owner: .fork(key),
            shown: shown, at: now)
    }

    private func standing(_ fork: Fork, _ key: UInt64) -> StandingLeg { StandingLeg(fork, key, of: identifiers.leg(of: fork.callID)) }
}

extension Fork {
    /// Whether this answer to a BYE says that the dialog is still there (RFC 3261 §15.1.1): not 481, nor 408 or silence.
    static func meansUp(_ code: Int) -> Bool { code >= 300 && code != 481 && code != 408 }

    /// One that an earlier endpoint kept.
    init?(_ kept: StandingLeg, _ identifiers: Identifiers) {
        guard let dialog = kept.dialog, let ends = kept.ends else { return nil }
        self.init(
            callID: identifiers.callID(of: kept.id), dialog: Dialog(dialog, over: ends.trunk), from: Array(kept.from.utf8),
            inviteCSeq: kept.inviteCSeq, authorization: [], hop: ends.trunk, cSeq: kept.cSeq + StandingLeg.gap - 1, state: .acknowledged)
    }
}

extension Endpoint {
    /// Dialogs that are being hung up beside the legs.
    package var forkCount: Int { layer.forks.values.count { !$0.isOver } }

    /// Does what was due for a fork.
    mutating func tickFork(_ key: UInt64, at now: Instant) {
        switch layer.forks[key]?.state {
        case .held(let until): if until <= now { settleFork(key, isKept: false, at: now) }
        case .over(let until): if until <= now { layer.forks[key] = nil }
        case .unacknowledged, .acknowledged, nil: break
        }
    }

    /// The fork is kept, or cannot be. `account` is by what its trunk's challenges are answered where its leg is forgotten.
    mutating func settleFork(
        _ key: UInt64, isKept: Bool, account: Account? = nil, at now: Instant
    ) {
        if let account, layer.forks[key]?.credentials == nil {
            layer.forks[key]?.credentials = Credentials(account)
        }
        withCredentials(of: key) { layer, credentials in layer.hangUp(key, isKept: isKept, &credentials, at: now) }
    }

    mutating func takeUpFork(_ kept: StandingLeg, _ key: UInt64, account: Account?, at now: Instant) {
        guard var fork = Fork(kept, layer.identifiers), layer.forks[key] == nil else { return }
        fork.credentials = account.map { Credentials($0) }
        var credentials = fork.credentials
        layer.takeUp(fork, key, &credentials, at: now)
        layer.forks[key]?.credentials = credentials
    }

    /// Has it done with the credentials of the fork's leg, or with its own where that is forgotten: no count of a nonce is used twice.
    mutating func withCredentials(of key: UInt64, _ body: (inout TransactionLayer, inout Credentials?) -> Void) {
        guard let fork = layer.forks[key] else { return }
        if let place = legs.place(of: fork.callID) {
            return legs.touch(place, &layer) { leg, layer in body(&layer, &leg.credentials) }
        }
        var credentials = fork.credentials
        body(&layer, &credentials)
        layer.forks[key]?.credentials = credentials
    }
}
