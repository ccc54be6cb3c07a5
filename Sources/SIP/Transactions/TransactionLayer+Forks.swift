import Basis

/// Dialogs that nobody wants, from their 2xx until their BYE is answered.
extension TransactionLayer {
    /// Takes in a 2xx that nobody wants, from what the response itself says, and has it kept; one that was taken in before gets its ACK again.
    ///
    /// `fallback` is the Request-URI where it has no usable `Contact`; `cSeq` the last number of its leg, which may have been that of a PRACK
    /// in this dialog, or nil where the leg is forgotten; `authorization` are the lines of the INVITE. Past the limit of such dialogs it is
    /// not answered, for it comes again.
    mutating func release(
        _ response: Message, of callID: CallID, fallback: [UInt8], over hop: Hop, after cSeq: UInt32?, authorization: [UInt8] = [],
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
            hop: hop, cSeq: cSeq ?? number + StandingLeg.gap - 1, state: .held(until: until), credentials: credentials)
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

extension StandingLeg {
    /// What ends a dialog that another phone's 2xx made.
    init(_ fork: Fork, _ key: UInt64, of leg: LegID) {
        self.init(
            dialOut: leg.dialOut, attempt: leg.attempt, address: fork.hop.address.description, transport: fork.hop.transport.rawValue,
            takesTCP: fork.hop.takesTCP, host: "", number: "", callerID: "", privacy: "", from: String(decoding: fork.from, as: UTF8.self),
            ringSeconds: 0,
            invites: 0, inviteCSeq: fork.inviteCSeq, hopHost: "", hop: fork.hop.address.description,
            hopTransport: fork.hop.transport.rawValue, cSeq: fork.cSeq, dialog: Dialog(fork.dialog))
        self.fork = String(key, radix: 16)
    }
}
