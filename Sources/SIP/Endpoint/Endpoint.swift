import Basis

/// The calling side of SIP towards all trunks, as one value: what arrives and what time it is go in, what to send and what happened come out.
///
/// After every call of a mutating method take all of ``nextOutput()`` and set one alarm at ``nextDeadline``.
package struct Endpoint: Sendable {
    package let configuration: Configuration
    /// While true OPTIONS is answered with 503, so that peers look elsewhere (RFC 3261 §11.2).
    package var isDraining = false
    var layer: TransactionLayer
    var legs = LegTable()
    /// The accounts of the addresses that calls went to, for answers that come when their call is forgotten.
    private var accounts: [SocketAddress: Credentials] = [:]

    package init(_ configuration: Configuration, random: SeededRandom) {
        self.configuration = configuration
        layer = TransactionLayer(configuration, random: random)
    }

    /// From now on legs have the identifiers that follow from this key, and say what has to be kept of them, and wait for it, before an
    /// INVITE is replaced and before a 2xx is acknowledged: for calls that another endpoint is to end should this one vanish.
    package mutating func keepLegs(under key: LegKey) {
        layer.identifiers.adopt(key)
        layer.keepsLegs = true
    }

    /// The 128 bits of a leg's Call-ID, which is their 32 hex digits.
    package func callID(of leg: LegID) -> SortableID {
        let callID = layer.identifiers.callID(of: leg)
        return SortableID(high: callID.high, low: callID.low)
    }

    /// The leg that a Call-ID was made for, if it was made for any: another one of 32 hex digits gives a leg that never was.
    package func leg(ofCallID text: String) -> LegID? { CallID(text).map { layer.identifiers.leg(of: $0) } }

    /// Legs that have not been reported as failed or ended.
    package var liveLegs: [LegID] { legs.all.filter { !$0.call.isOver }.map(\.invitation.id).sorted() }
    /// Legs held, those included that linger after their end.
    package var legCount: Int { legs.count }

    /// When ``tick(at:)`` is wanted next, or a little before.
    /// Mutating, for else whoever holds the endpoint in a class reads it in a copy of the whole.
    package var nextDeadline: Instant? { mutating get { layer.agenda.next } }

    package mutating func nextOutput() -> Output? { layer.nextOutput() }

    /// Dials. A leg that is already known under this id is left as it is.
    package mutating func invite(_ invitation: Invitation, at now: Instant) {
        guard legs.place(of: invitation.id) == nil else { return }
        if let field = invitation.invalidField {
            return layer.put(.failed(invitation.id, Failure(kind: .invalid(field), code: nil, phrase: "")))
        }
        guard legs.count < configuration.legLimit else {
            return layer.put(.failed(invitation.id, Failure(kind: .tooMany, code: nil, phrase: "")))
        }
        noteAccount(invitation.credentials, at: invitation.destination)
        let place = legs.insert(Leg(invitation, configuration: configuration, layer: &layer, at: now), &layer)
        legs.touch(place, &layer) { leg, layer in leg.dial(&layer, at: now) }
    }

    /// Addresses whose accounts are kept.
    private static let accountLimit = 1024

    mutating func noteAccount(_ credentials: Account?, at address: SocketAddress) {
        guard let credentials else { return }
        if accounts[address] == nil, accounts.count >= Self.accountLimit { accounts.removeAll() }
        accounts[address] = Credentials(credentials)
    }

    func account(at address: SocketAddress) -> Credentials? { accounts[address] }

    /// Gives the leg up at whatever stage it is: CANCEL, held until it may be sent, or BYE when it is already connected. When another one
    /// is dialled in its place its INVITE is not sent again, so that no two phones ring.
    package mutating func cancel(_ id: LegID, reason: Reason? = nil, isReplaced: Bool = false, at now: Instant) {
        touch(id) { leg, layer in leg.cancel(reason, isReplaced: isReplaced, &layer, at: now) }
    }

    /// The leg's trunk has another account, by which its next requests are let in.
    package mutating func renewAccount(_ account: Account?, of id: LegID) {
        touch(id) { leg, _ in leg.authentication.renew(account) }
    }

    /// Offers other media on a connected leg; ``Output/moved(_:_:)`` follows.
    package mutating func offer(_ id: LegID, _ sdp: [UInt8], at now: Instant) {
        touch(id) { leg, layer in leg.offer(sdp, &layer, at: now) }
    }

    /// Ends a connected leg by BYE; one that still rings is cancelled.
    package mutating func hangUp(_ id: LegID, reason: Reason? = .normalClearing, at now: Instant) {
        touch(id) { leg, layer in leg.hangUp(reason, &layer, at: now) }
    }

    /// The transport says that nothing gets there. Legs that already ring or talk wait for their own timers. Where it is because what the peer
    /// said cannot be read (`isHeard`), all did get there, and waits for an answer: an INVITE must ring no second phone.
    package mutating func transportFailed(
        to destination: SocketAddress, over transport: Transport, isHeard: Bool = false, at now: Instant
    ) {
        let hop = Hop(destination, transport)
        layer.failed(hop)
        for place in layer.atStake.legs(by: hop) {
            legs.touch(place, &layer) { leg, layer in
                if isHeard { leg.receivedUnreadable(&layer, at: now) } else { leg.transportFailed(&layer, at: now) }
            }
        }
        for branch in layer.atStake.requests(by: hop) where !isHeard {
            handle(.transportFailed, branch: branch, response: nil, code: 0, at: now)
        }
    }

    /// Where a name of ``Output/resolve(_:)`` leads, best first; empty: nowhere.
    package mutating func resolved(_ name: HostName, _ hops: [Hop], at now: Instant) {
        for (callID, hops) in layer.resolved(name, hops, at: now) {
            touch(callID) { leg, layer in leg.found(hops, &layer, at: now) }
        }
    }

    /// Does all that was due by now.
    package mutating func tick(at now: Instant) {
        while let (key, due) = layer.agenda.popDue(at: now) {
            switch key {
            case .call(let place):
                // What a leg leaves undone is due in the next tick: one leg never keeps all others waiting.
                legs.touch(place, &layer, notBefore: now + Self.leastWait) { leg, layer in
                    if leg.appointment.isDue(at: due) { leg.tick(&layer, at: now) }
                }
            case .request(let branch):
                guard layer.isDue(branch: branch, at: due) else { continue }
                handle(.timeout, branch: branch, response: nil, code: 0, at: now)
            case .fork(let key): tickFork(key, at: now)
            case .names: for name in layer.overdueNames(since: due, at: now) { resolved(name, [], at: now) }
            }
        }
    }

    private static let leastWait: Duration = .milliseconds(1)

    mutating func touch(_ id: LegID, _ body: (inout Leg, inout TransactionLayer) -> Void) {
        if let place = legs.place(of: id) { legs.touch(place, &layer, body) }
    }

    private mutating func touch(_ callID: CallID, _ body: (inout Leg, inout TransactionLayer) -> Void) {
        if let place = legs.place(of: callID) { legs.touch(place, &layer, body) }
    }

    /// An event of a non-INVITE client transaction; its end goes to whoever sent the request.
    mutating func handle(
        _ event: NonInviteClientTransaction.Event, branch: UInt64, response: Message?, code: Int, at now: Instant
    ) {
        guard let request = layer.handle(event, branch: branch, at: now) else { return }
        if let again = TransactionLayer.again(request, response, code), send(request, again, at: now) { return }
        switch request.owner {
        case .leg(let callID):
            let outcome = TransactionLayer.Outcome(request: request, response: response, code: response == nil ? 408 : code)
            touch(callID) { leg, layer in leg.finished(outcome, &layer, at: now) }
        case .probe(let id):
            if let response {
                layer.put(.probed(id, .answered(code: code, retryAfter: response.retryAfter)))
            } else {
                layer.put(.probed(id, event == .timeout ? .timedOut : .unreachable))
            }
        case .fork(let key):
            withCredentials(of: key) { layer, credentials in
                layer.farewellFinished(key, response == nil ? 408 : code, &credentials, at: now)
            }
        }
    }

    /// Whether the request went out once more.
    private mutating func send(_ request: TransactionLayer.Request, _ again: TransactionLayer.Again, at now: Instant) -> Bool {
        var isSent = false
        switch request.owner {
        case .leg(let callID): touch(callID) { leg, layer in isSent = leg.send(request, again, &layer, at: now) }
        case .fork(let key):
            withCredentials(of: key) { layer, credentials in isSent = layer.send(request, again, &credentials, at: now) }
        case .probe:
            var credentials = request.credentials
            isSent = layer.send(request, again, &credentials, at: now)
        }
        return isSent
    }
}
