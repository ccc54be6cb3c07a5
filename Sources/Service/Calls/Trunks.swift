import Basis
import Dialing
import SIP

/// The shell around the SIP endpoint: legs that are waited for, channels that are counted, one alarm.
///
/// Whatever is decided about SIP is decided in ``Endpoint``; here effects become facts.
final class Trunks {
    /// What a leg's story is told, in order; exactly one `failed`, or `answered` and later `ended`.
    enum Step: Sendable {
        case progress(code: Int, phrase: String, sdp: String?)
        case answered(sdp: String?)
        case failed(Failure, because: Stop?)
        case ended(by: SIP.EndedBy, reasons: [Reason], because: Stop?)
        /// Neither a 101–199 nor a final answer within the operator's time; the leg is taken back in the background.
        case silent
    }

    /// Why we ended a leg ourselves; the first reason counts.
    enum Stop: Equatable, Sendable { case meeting, rangOut, tooLong, draining, silent }

    private struct Leg {
        let trunk: TrunkKey
        var steps: [Step] = []
        var waiter: CheckedContinuation<Step, Never>?
        var stop: Stop?
        var isAnswered = false
        var maxDuration: Duration
    }

    private enum Timer: Hashable, Sendable { case silence(LegID), ringing(LegID), duration(LegID) }

    private let world: any World
    private var endpoint: Endpoint
    private var legs: [LegID: Leg] = [:]
    private var deadlines = Deadlines<Timer>()
    private var channels: [TrunkKey: Channels] = [:]
    private var alarm: (any WorldAlarm)?
    private(set) var drops: [Dropped: Int] = [:]
    private(set) var invitesSent = 0

    init(world: any World, endpoint: Endpoint) {
        self.world = world
        self.endpoint = endpoint
    }

    /// Gives the shell its alarm; `ring` calls ``alarmRang()`` on the world's thread.
    func start(_ ring: @escaping @Sendable () -> Void) { alarm = world.makeAlarm(ring) }

    var liveLegs: Int { legs.count }
    func channelsInUse(_ trunk: TrunkKey) -> Int { channels[trunk]?.inUse ?? 0 }

    /// Takes a channel, or says which limit stands against it.
    func claim(_ trunk: TrunkKey, limits: Trunk) -> Channels.Limit? {
        channels[trunk, default: Channels()].claim(limits, at: world.now)
    }

    /// Gives back a channel on which nothing was dialled.
    func release(_ trunk: TrunkKey) { channels[trunk]?.release() }

    /// Dials; the channel was claimed before and is given back when the leg is over.
    func dial(_ invitation: Invitation, on trunk: TrunkKey, timing: Timing) {
        let leg = invitation.id, now = world.now
        legs[leg] = Leg(trunk: trunk, maxDuration: timing.maxDuration)
        deadlines.set(.silence(leg), at: now + timing.silence)
        deadlines.set(.ringing(leg), at: now + timing.ringing)
        invitesSent += 1
        turn { $0.invite(invitation, at: now) }
    }

    struct Timing: Sendable {
        let silence: Duration
        let ringing: Duration
        let maxDuration: Duration
    }

    /// The leg's next step; one story waits for one leg.
    func next(_ leg: LegID) async -> Step {
        if legs[leg]?.steps.isEmpty == false { return forgetting(leg, after: legs[leg]!.steps.removeFirst()) }
        return await withCheckedContinuation { waiter in
            precondition(legs[leg] != nil && legs[leg]?.waiter == nil, "no leg, or two waiters for one")
            legs[leg]?.waiter = waiter
        }
    }

    /// Cancels or hangs up, whichever the leg's state asks for; its story hears of it from the endpoint.
    func stop(_ leg: LegID, because reason: Stop) {
        guard let state = legs[leg], state.stop == nil else { return }
        legs[leg]?.stop = reason
        turn { state.isAnswered ? $0.hangUp(leg, at: world.now) : $0.cancel(leg, at: world.now) }
    }

    func received(_ bytes: [UInt8], from address: SocketAddress, over transport: Transport) {
        turn { $0.received(bytes, from: address, over: transport, at: world.now) }
    }

    func transportFailed(to address: SocketAddress) { turn { $0.transportFailed(to: address, at: world.now) } }

    func drain() { turn { $0.isDraining = true } }

    func alarmRang() {
        turn { endpoint in
            endpoint.tick(at: world.now)
        }
    }

    /// The only way to touch the endpoint: one mutation, then everything it wants done, then one alarm.
    private func turn(_ mutate: (inout Endpoint) -> Void) {
        mutate(&endpoint)
        while let output = endpoint.nextOutput() { perform(output) }
        while let timer = deadlines.popDue(at: world.now) { expired(timer) }
        while let output = endpoint.nextOutput() { perform(output) }
        let next = [endpoint.nextDeadline, deadlines.next].compactMap { $0 }.min()
        alarm?.set(at: next)
    }

    /// The only place where a SIP effect becomes a fact.
    private func perform(_ output: Output) {
        switch output {
        case .transmit(let bytes, let address, let transport): world.transmit(bytes, to: address, over: transport)
        case .progress(let leg, let code, let phrase, let sdp):
            if code > 100 { deadlines.set(.silence(leg), at: nil) }
            tell(leg, .progress(code: code, phrase: phrase, sdp: sdp.map { String(decoding: $0, as: UTF8.self) }))
        case .answered(let leg, let sdp):
            deadlines.set(.silence(leg), at: nil)
            deadlines.set(.ringing(leg), at: nil)
            legs[leg]?.isAnswered = true
            if let limit = legs[leg]?.maxDuration { deadlines.set(.duration(leg), at: world.now + limit) }
            tell(leg, .answered(sdp: sdp.map { String(decoding: $0, as: UTF8.self) }))
        case .failed(let leg, let failure): over(leg, .failed(failure, because: legs[leg]?.stop))
        case .ended(let leg, let by, let reasons): over(leg, .ended(by: by, reasons: reasons, because: legs[leg]?.stop))
        case .probed: break
        case .dropped(let drop): drops[drop, default: 0] += 1
        }
    }

    private func expired(_ timer: Timer) {
        switch timer {
        case .silence(let leg):
            guard legs[leg]?.stop == nil else { return }
            legs[leg]?.stop = .silent
            tell(leg, .silent)
            endpoint.cancel(leg, at: world.now)
        case .ringing(let leg):
            guard legs[leg]?.stop == nil else { return }
            legs[leg]?.stop = .rangOut
            endpoint.cancel(leg, at: world.now)
        case .duration(let leg):
            guard legs[leg]?.stop == nil else { return }
            legs[leg]?.stop = .tooLong
            endpoint.hangUp(leg, at: world.now)
        }
    }

    private func over(_ leg: LegID, _ step: Step) {
        for timer in [Timer.silence(leg), .ringing(leg), .duration(leg)] { deadlines.set(timer, at: nil) }
        if let trunk = legs[leg]?.trunk { channels[trunk]?.release() }
        if legs[leg]?.stop == .silent { legs[leg] = nil } else { tell(leg, step) }
    }

    private func tell(_ leg: LegID, _ step: Step) {
        guard let waiter = legs[leg]?.waiter else {
            legs[leg]?.steps.append(step)
            return
        }
        legs[leg]?.waiter = nil
        waiter.resume(returning: forgetting(leg, after: step))
    }

    /// A leg is forgotten once its story has heard the last of it.
    private func forgetting(_ leg: LegID, after step: Step) -> Step {
        switch step {
        case .failed, .ended: legs[leg] = nil
        case .progress, .answered, .silent: break
        }
        return step
    }
}
