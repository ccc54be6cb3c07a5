import Basis
import Dialing
import SIP

/// The shell around the SIP endpoint and the switchboard: legs that are waited for, dial-outs that wait for a trunk, one alarm.
///
/// Whatever is decided about SIP is decided in ``Endpoint``, and about trunks in ``Switchboard``; here effects become facts.
final class Trunks {
    private enum Timer: Hashable, Sendable { case silence(LegID), ringing(LegID), duration(LegID) }

    let world: any World
    let log: ServiceLog
    private var endpoint: Endpoint
    private(set) var board = Switchboard()
    private(set) var legs: [LegID: Leg] = [:]
    private var formerLegs = FormerLegs()
    private var waiters: [SortableID: CheckedContinuation<Turn, Never>] = [:]
    private var turns: [SortableID: Turn] = [:]
    /// Who waits for the answer to an offer within a call.
    private var moves: [LegID: CheckedContinuation<MoveResult?, Never>] = [:]
    private var addresses = AddressCircuits()
    private var probes: [ProbeID: Probe] = [:]
    private var lastProbe: UInt64 = 0
    private var deadlines = Deadlines<Timer>()
    private var alarm: (any WorldAlarm)?
    /// Finds the address of a trunk that is to be asked for a sign of life, and calls ``probe(_:_:at:)``.
    private var locate: (TrunkKey, TrunkURI) -> Void = { _, _ in }
    private var journal = Journal()
    /// Hears of legs that nobody waits for; it asks nothing of the trunks then.
    var follower: (LegID, Step) -> Void = { _, _ in }
    /// Looks up a name that requests of a call go to, and calls ``found(_:at:)``.
    private var find: (HostName) -> Void = { _ in }
    /// What the transports said of the failure that is being dealt with.
    private var transportFault = ""
    private(set) var drops: [Dropped: Int] = [:]
    private(set) var invitesSent = 0

    init(world: any World, endpoint: Endpoint, log: ServiceLog) {
        (self.world, self.endpoint, self.log) = (world, endpoint, log)
    }

    /// Gives the shell its alarm; `ring` calls ``alarmRang()`` on the world's thread.
    func start(
        _ ring: @escaping @Sendable () -> Void, locate: @escaping (TrunkKey, TrunkURI) -> Void, find: @escaping (HostName) -> Void,
        journal: () -> Journal
    ) {
        (alarm, self.locate, self.find, self.journal) = (world.makeAlarm(ring), locate, find, journal())
    }

    /// Legs and further phones of theirs that are not over.
    var liveLegs: Int { legs.count + endpoint.forkCount }

    /// Takes over the trunks of those operators, whose ids `isMeant` tells from others'.
    func configure(_ operators: [Operator], _ isMeant: (String) -> Bool) {
        turn { [now = world.now] endpoint in renewAccounts(of: board.configure(operators, isMeant, at: now), &endpoint) }
    }

    /// Takes a channel, or a place in a queue, whose end is told by ``turnCame(_:)``.
    func seize(_ wanted: [TrunkKey], for caller: Caller, until deadline: Instant) -> Switchboard.Seizure {
        var seizure = Switchboard.Seizure.unavailable(retryAfter: nil)
        turn { [now = world.now] _ in seizure = board.seize(wanted, for: caller, until: deadline, at: now) }
        return seizure
    }

    /// Takes a channel that is free, if there is one.
    func seizeAtOnce(_ wanted: [TrunkKey]) -> TrunkKey? {
        var seized: TrunkKey?
        turn { [now = world.now] _ in seized = board.seizeAtOnce(wanted, at: now) }
        return seized
    }

    /// Waits for the turn of a dial-out that was queued.
    func turnCame(_ dialOut: SortableID) async -> Turn {
        if let turn = turns.removeValue(forKey: dialOut) { return turn }
        return await withCheckedContinuation { waiters[dialOut] = $0 }
    }

    /// Takes a dial-out out of the queues.
    func giveUp(_ dialOut: SortableID) {
        guard board.waiting[dialOut] != nil else { return }
        turn { _ in board.leave(dialOut) }
        end(.givenUp, of: dialOut)
    }

    /// Gives back a channel on which nothing was dialled; `fault` is why.
    func release(_ trunk: TrunkKey, because fault: TrunkFault?) {
        turn { [now = world.now] _ in
            board.note(fault.map { .failed($0) } ?? .learntNothing, of: trunk, at: now)
            board.giveBack(trunk, at: now)
        }
    }

    func ordered(_ targets: [TrunkAddress]) -> [TrunkAddress] { addresses.ordered(targets, at: world.now) }

    /// Sends OPTIONS to where the trunk was found, to one address after the other until one answers.
    func probe(_ trunk: TrunkKey, _ peer: TrunkURI, at targets: [TrunkAddress]) {
        turn { ask(&$0, trunk, peer, targets.prefix(TrunkAddress.limit)) }
    }

    private func ask(_ endpoint: inout Endpoint, _ trunk: TrunkKey, _ peer: TrunkURI, _ targets: ArraySlice<TrunkAddress>) {
        guard let target = targets.first else { return board.probed(trunk, .failed(.transport), at: world.now) }
        lastProbe += 1
        let id = ProbeID(lastProbe)
        probes[id] = Probe(trunk: trunk, peer: peer, address: target, others: targets.dropFirst())
        endpoint.probe(
            id, host: peer.hostport, at: target.address, over: target.transport, credentials: board.lines[trunk]?.trunk.credentials,
            at: world.now)
    }

    func callID(of leg: LegID) -> SortableID { endpoint.callID(of: leg) }
    func leg(ofCallID text: String) -> LegID? { endpoint.leg(ofCallID: text) }
    /// What ends the leg of an invitation, to be kept before it is dialled.
    func standing(_ invitation: Invitation) -> StandingLeg { endpoint.standing(invitation) }

    /// Dials; the channel was seized before and is given back when the leg is over.
    func dial(_ invitation: Invitation, on trunk: TrunkKey, hasOtherAddress: Bool, timing: Timing) {
        let leg = invitation.id, now = world.now, address = TrunkAddress(invitation.destination, invitation.transport)
        legs[leg] = Leg(
            trunk: trunk, address: address, hasOtherAddress: hasOtherAddress, ringing: timing.ringing, maxDuration: timing.maxDuration)
        addresses.note(.seized, of: address, at: now)
        deadlines.set(.silence(leg), at: now + min(timing.silence, timing.ringing))
        invitesSent += 1
        turn {
            board.begin(trunk, at: now)
            $0.invite(invitation, at: now)
        }
    }

    /// The leg's next step; one story waits for one leg.
    func next(_ leg: LegID) async -> Step {
        if let step = told(leg) { return step }
        return await withCheckedContinuation { wait(for: leg, $0) }
    }

    /// A step that came before it was waited for.
    @inline(never)
    private func told(_ leg: LegID) -> Step? {
        legs[leg]?.steps.isEmpty == false ? forgetting(leg, after: legs[leg]!.steps.removeFirst()) : nil
    }

    @inline(never)
    private func wait(for leg: LegID, _ waiter: CheckedContinuation<Step, Never>) {
        precondition(legs[leg]?.isFollowed == false && legs[leg]!.waiter == nil, "no leg, or two who hear of one")
        legs[leg]!.waiter = waiter
    }

    /// From now on ``follower`` hears of it, as it happens.
    func follow(_ leg: LegID) {
        legs[leg]?.isFollowed = true
        while let step = told(leg) { follower(leg, step) }
    }

    /// Cancels or hangs up, whichever the leg's state asks for; its story hears of it from the endpoint.
    func stop(_ leg: LegID, because reason: Stop) {
        guard let state = legs[leg], state.stop == nil else { return }
        legs[leg]?.stop = reason
        turn {
            state.isAnswered
                ? $0.hangUp(leg, reason: reason.told, at: world.now) : $0.cancel(leg, reason: reason.told, at: world.now)
        }
    }

    /// Offers the far end other media; nil when the leg is over before it has answered.
    func offer(_ leg: LegID, _ sdp: [UInt8]) async -> MoveResult? {
        guard legs[leg]?.isAnswered == true else { return nil }
        guard moves[leg] == nil else { return .untimely }
        return await withCheckedContinuation { waiter in
            moves[leg] = waiter
            turn { $0.offer(leg, sdp, at: world.now) }
        }
    }

    /// An earlier start of the service has used the trunks until a moment ago.
    func takeOver() { turn { [now = world.now] _ in board.takeOver(at: now) } }

    /// Ends the leg of an earlier start of the service, which counts as a call of its trunk until it is over.
    func takeUp(_ kept: StandingLeg, on trunk: TrunkKey, credentials: Account?) {
        guard let id = kept.keptID, let (address, transport) = kept.nextHop else { return journal.forget(KeptID(kept.id)) }
        if id.fork == nil {
            var leg = Leg(trunk: trunk, address: TrunkAddress(address, transport), hasOtherAddress: false, ringing: nil, maxDuration: .zero)
            (leg.stop, leg.hasStory, leg.holdsChannel) = (.draining, false, board.occupy(trunk))
            legs[kept.id] = leg
        } else {
            formerLegs.note(kept.id, on: trunk)
        }
        turn { $0.takeUp(kept, credentials: credentials, reason: Stop.draining.told, at: world.now) }
    }

    /// What was to be kept is on disk.
    func kept(_ id: KeptID) {
        let account = trunk(of: id.leg).flatMap { board.lines[$0]?.trunk.credentials }
        turn { $0.kept(id, account: account, at: world.now) }
    }

    /// A phone answers whose leg this start does not know any more; nil where nobody knows its trunk.
    func keep(_ id: KeptID, _ standing: StandingLeg, on trunk: TrunkKey?) {
        if let trunk { formerLegs.note(id.leg, on: trunk) }
        turn { keep(id, standing, on: trunk ?? TrunkKey(operatorID: "", trunk: ""), &$0) }
    }

    private func keep(_ id: KeptID, _ standing: StandingLeg, on trunk: TrunkKey, _ endpoint: inout Endpoint) {
        if !journal.keep(id, trunk, standing) { endpoint.notKept(id, at: world.now) }
    }

    /// Of a leg that is up, or was lately.
    private func trunk(of leg: LegID) -> TrunkKey? { legs[leg]?.trunk ?? formerLegs[leg] }

    func received(_ bytes: [UInt8], from address: SocketAddress, over transport: Transport) {
        turn { $0.received(bytes, from: address, over: transport, at: world.now) }
    }

    /// Where a name of a call's next hop leads.
    func found(_ name: HostName, at addresses: [TrunkAddress]) {
        let hops = addresses.map { Hop($0.address, $0.transport, takesTCP: $0.transport == .udp && name.transport == nil) }
        turn { $0.resolved(name, hops, at: world.now) }
    }

    func transportFailed(to address: SocketAddress, over transport: Transport, isHeard: Bool, because cause: String) {
        transportFault = cause
        turn { $0.transportFailed(to: address, over: transport, isHeard: isHeard, at: world.now) }
        transportFault = ""
    }

    /// OPTIONS is answered with 503 and none is sent.
    func drain() {
        board.stopProbing()
        turn { $0.isDraining = true }
    }

    func alarmRang() {
        turn { endpoint in
            endpoint.tick(at: world.now)
            board.tick(at: world.now)
        }
    }

    // MARK: the one turn

    /// The only way to touch endpoint and switchboard: one mutation, then everything they want done, then one alarm.
    private func turn(_ mutate: (inout Endpoint) -> Void) {
        mutate(&endpoint)
        drainOutputs()
        while let timer = deadlines.popDue(at: world.now) { expired(timer) }
        drainOutputs()
        alarm?.set(at: [endpoint.nextDeadline, deadlines.next, board.nextDeadline].compactMap { $0 }.min())
    }

    private func drainOutputs() {
        while let output = endpoint.nextOutput() { perform(output) }
        while let effect = board.nextEffect() { perform(effect) }
    }

    /// The only place where a SIP effect becomes a fact.
    private func perform(_ output: Output) {
        switch output {
        case .transmit(let bytes, let address, let transport): world.transmit(bytes, to: address, over: transport)
        case .progress(let leg, let code, let phrase, let sdp, let reasons):
            if code > 100 {
                rings(leg)
                showLife(leg)
            }
            tell(leg, .progress(code: code, phrase: phrase, sdp: sdp.map { String(decoding: $0, as: UTF8.self) }, reasons: reasons))
        case .keep(let id, let standing):
            if standing.isAnswered { endTimersOfRinging(id.leg) }
            guard let trunk = trunk(of: id.leg) else { return journal.trace(id, standing) }
            keep(id, standing, on: trunk, &endpoint)
        case .released(let id): journal.forget(id)
        case .answered(let leg, let code, let phrase, let sdp):
            endTimersOfRinging(leg)
            legs[leg]?.isAnswered = true
            showLife(leg)
            if let limit = legs[leg]?.maxDuration { deadlines.set(.duration(leg), at: world.now + limit) }
            tell(leg, .answered(code: code, phrase: phrase, sdp: sdp.map { String(decoding: $0, as: UTF8.self) }))
        case .answeredInVain(let leg):
            endTimersOfRinging(leg)
            showLife(leg)
        case .sessionChanged(let leg, let sdp):
            tell(leg, .sessionChanged(sdp: String(decoding: sdp, as: UTF8.self), isOurs: moves[leg] != nil))
        case .moved(let leg, let result): moves.removeValue(forKey: leg)?.resume(returning: result)
        case .failed(let leg, let failure):
            learn(from: failure, of: leg)
            var failure = failure
            if failure.kind == .unreachable { failure.phrase = transportFault }
            over(leg, .failed(failure, because: legs[leg]?.stop))
        case .ended(let leg, let by, let reasons, let end): over(leg, .ended(by: by, reasons: reasons, because: legs[leg]?.stop, at: end))
        case .probed(let probe, let result): probed(probe, result)
        case .resolve(let name): find(name)
        case .unreadable(let leg): rings(leg)
        case .dropped(let drop): drops[drop, default: 0] += 1
        }
    }

    private func perform(_ effect: Switchboard.Effect) {
        switch effect {
        case .granted(let dialOut, let trunk): end(.granted(trunk), of: dialOut)
        case .waitedTooLong(let dialOut): end(.waitedTooLong, of: dialOut)
        case .dislodged(let dialOut): end(.dislodged, of: dialOut)
        case .probe(let trunk, let uri): (try? TrunkURI(uri)).map { locate(trunk, $0) }
        case .news(let trunk, let news): tell(news, of: trunk)
        }
    }

    private func end(_ turn: Turn, of dialOut: SortableID) {
        guard let waiter = waiters.removeValue(forKey: dialOut) else { return turns[dialOut] = turn }
        waiter.resume(returning: turn)
    }

    private func expired(_ timer: Timer) {
        switch timer {
        case .silence(let leg):
            guard let state = legs[leg], state.stop == nil else { return }
            legs[leg]?.stop = .silent
            learn(.failed(.timeout), of: state, isOfAddress: true)
            tell(leg, .silent)
            legs[leg]?.hasStory = false
            endpoint.cancel(leg, reason: Stop.silent.told, isReplaced: true, at: world.now)
        case .ringing(let leg):
            guard legs[leg]?.stop == nil else { return }
            legs[leg]?.stop = .rangOut
            endpoint.cancel(leg, reason: Stop.rangOut.told, at: world.now)
        case .duration(let leg):
            guard legs[leg]?.stop == nil else { return }
            legs[leg]?.stop = .tooLong
            endpoint.hangUp(leg, reason: Stop.tooLong.told, at: world.now)
        }
    }

    private func over(_ leg: LegID, _ step: Step) {
        moves.removeValue(forKey: leg)?.resume(returning: nil)
        for timer in [Timer.silence(leg), .ringing(leg), .duration(leg)] { deadlines.set(timer, at: nil) }
        guard let state = legs[leg] else { return }
        if state.holdsChannel { board.release(state.trunk, at: world.now) }
        if state.hasStory { return tell(leg, step) }
        if state.steps.isEmpty { drop(leg) } else { legs[leg]?.isOver = true }
        journal.forget(KeptID(leg))
    }

    /// Somebody is there: from now on the phone may ring for as long as was asked.
    private func rings(_ leg: LegID) {
        guard let longest = legs[leg]?.ringing else { return }
        legs[leg]?.ringing = nil
        deadlines.set(.silence(leg), at: nil)
        deadlines.set(.ringing(leg), at: world.now + longest)
    }

    private func endTimersOfRinging(_ leg: LegID) {
        legs[leg]?.ringing = nil
        for timer in [Timer.silence(leg), .ringing(leg)] { deadlines.set(timer, at: nil) }
    }

    private func tell(_ leg: LegID, _ step: Step) {
        guard legs[leg]?.hasStory == true else { return }
        if legs[leg]!.isFollowed { return follower(leg, forgetting(leg, after: step)) }
        guard let waiter = legs[leg]!.waiter.take() else { return legs[leg]!.steps.append(step) }
        waiter.resume(returning: forgetting(leg, after: step))
    }

    /// A leg is forgotten once its story has heard the last of it.
    private func forgetting(_ leg: LegID, after step: Step) -> Step {
        switch step {
        case .failed, .ended: drop(leg)
        case .silent: if legs[leg]?.isOver == true { drop(leg) }
        case .progress, .answered, .sessionChanged: break
        }
        return step
    }

    private func drop(_ leg: LegID) {
        if let trunk = legs.removeValue(forKey: leg)?.trunk { formerLegs.note(leg, on: trunk) }
    }

    private func showLife(_ leg: LegID) {
        guard let state = legs[leg], !state.hasShownLife else { return }
        legs[leg]?.hasShownLife = true
        learn(.worked, of: state, isOfAddress: false)
    }

    private func learn(from failure: Failure, of leg: LegID) {
        guard let state = legs[leg], !state.hasShownLife else { return }
        let event = state.stop == nil ? failure.event(over: state.address.transport) : .learntNothing
        learn(event, of: state, isOfAddress: failure.isOfAddress)
    }

    /// What is of one address speaks against the trunk only when it was the last.
    private func learn(_ event: Circuit.Event, of leg: Leg, isOfAddress: Bool) {
        addresses.note(event, of: leg.address, at: world.now)
        board.note(isOfAddress && leg.hasOtherAddress ? .learntNothing : event, of: leg.trunk, at: world.now)
    }

    private func probed(_ id: ProbeID, _ result: ProbeResult) {
        guard let probe = probes.removeValue(forKey: id) else { return }
        let health = result.event(over: probe.address.transport)
        if case .failed(let fault) = health {
            addresses.note(result.toldToWait ?? .failed(fault), of: probe.address, at: world.now)
            if !probe.others.isEmpty, board.isProbing { return ask(&endpoint, probe.trunk, probe.peer, probe.others) }
        }
        if let toldToWait = result.toldToWait { board.note(toldToWait, of: probe.trunk, at: world.now) }
        board.probed(probe.trunk, health, at: world.now)
    }
}
