import Basis
import SIP

/// A simulated operator's side of the trunk: takes INVITEs and treats each as its ``Behaviour`` says.
///
/// A value like ``Endpoint``, and used in the same way. Speaks to one caller honestly; it is no SBC.
package struct FarEnd: Sendable {
    package enum Event: String, Sendable { case started, ringing, answered, acknowledged, ended, forkEnded }
    package enum Output: Sendable {
        case transmit([UInt8], to: SocketAddress, over: Transport)
        /// Something happened to a call; the record tells all that is known up to now.
        case call(Event, CallRecord)
    }

    let configuration: Configuration
    let stationery: Stationery
    /// Chooses by the called number.
    let behaviour: @Sendable (String) -> Behaviour
    let tenantHeader: String
    /// The body of 183 and 200.
    let answerSDP: [UInt8]
    var identifiers: Identifiers
    var deadlines = Deadlines<String>()
    var calls: [String: Party] = [:]
    private var outputs: [Output] = []
    private var drained = 0

    package init(
        _ configuration: Configuration, random: SeededRandom, tenantHeader: String = "X-Tenant-ID", answerSDP: [UInt8] = FarEnd.silence,
        behaviour: @escaping @Sendable (String) -> Behaviour = { Behaviour.magic($0) }
    ) {
        self.configuration = configuration
        self.tenantHeader = tenantHeader
        self.answerSDP = answerSDP
        self.behaviour = behaviour
        stationery = Stationery(configuration)
        identifiers = Identifiers(random)
    }

    /// An answer that accepts G.711 and sends nothing.
    package static let silence = Array(
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\na=inactive\r\n".utf8)

    /// Calls that the callee has answered and nobody has hung up.
    package var liveCalls: [CallRecord] { records.filter(\.isUp) }
    /// All calls that are still held, oldest first; ended ones linger for 64 × T1.
    package var records: [CallRecord] {
        calls.values.map(\.record).sorted { ($0.startedAt, $0.callID) < ($1.startedAt, $1.callID) }
    }

    package var nextDeadline: Instant? { mutating get { deadlines.next } }

    package mutating func nextOutput() -> Output? {
        guard drained < outputs.count else {
            outputs.removeAll(keepingCapacity: true)
            drained = 0
            return nil
        }
        drained += 1
        return outputs[drained - 1]
    }

    package mutating func tick(at now: Instant) {
        while let callID = deadlines.popDue(at: now) { touch(callID) { party, far in party.tick(&far, at: now) } }
    }

    package mutating func received(_ bytes: [UInt8], from source: SocketAddress, over transport: Transport = .udp, at now: Instant) {
        guard let message = try? Message(parsing: bytes) else { return }
        switch message.start {
        case .response(let code, _):
            let callID = message.text(message.callID)
            touch(callID) { party, far in party.received(response: message, code, &far, at: now) }
        case .request(let method, let uri):
            let incoming = Incoming(message: message, method: method, uri: uri, source: source, transport: transport)
            received(incoming, at: now)
        }
    }

    struct Incoming {
        let message: Message
        let method: SIPMethod?
        let uri: Range<Int>
        let source: SocketAddress
        let transport: Transport
        var branch: [UInt8] { Via(of: message)?.branch.map { Array(message.bytes[$0]) } ?? [] }
    }

    private mutating func received(_ incoming: Incoming, at now: Instant) {
        guard Via(of: incoming.message) != nil else { return }
        let callID = incoming.message.text(incoming.message.callID)
        if calls[callID] != nil {
            touch(callID) { party, far in party.received(incoming, &far, at: now) }
        } else if incoming.method == .invite, incoming.message.parameter("tag", of: incoming.message.to) == nil {
            startCall(incoming, callID: callID, at: now)
        } else if incoming.method == .options {
            var response = ResponseDraft(200, "OK", tag: identifiers.next())
            response.add("Allow", Configuration.allowedMethods)
            answer(incoming, response)
        } else if incoming.method != .ack {
            answer(incoming, ResponseDraft(481, "Call/Transaction Does Not Exist", tag: identifiers.next()))
        }
    }

    private mutating func startCall(_ incoming: Incoming, callID: String, at now: Instant) {
        let behaviour = behaviour(incoming.message.user(of: incoming.uri))
        guard !behaviour.isSilent else { return }
        var gate = DigestGate(behaviour)
        if var refusal = gate.challenge(incoming.message, .invite) ?? intervalRefusal(incoming, behaviour) {
            refusal.tag = identifiers.next()
            return answer(incoming, refusal)
        }
        var party = Party(incoming, behaviour, gate, far: &self, at: now)
        put(.call(.started, party.record))
        party.respond(ResponseDraft(100, "Trying"), &self, at: now)
        deadlines.set(callID, at: party.deadline)
        calls[callID] = party
    }

    private func intervalRefusal(_ incoming: Incoming, _ behaviour: Behaviour) -> ResponseDraft? {
        guard let least = behaviour.leastSessionInterval, let offered = incoming.message.seconds(.sessionExpires), offered < least else {
            return nil
        }
        var response = ResponseDraft(422, "Session Interval Too Small")
        response.add("Min-SE", "\(least)")
        return response
    }

    mutating func put(_ output: Output) { outputs.append(output) }

    mutating func answer(_ incoming: Incoming, _ response: ResponseDraft) {
        guard let bytes = response.written(for: incoming.message, from: incoming.source, agent: stationery.agent) else { return }
        put(.transmit(bytes, to: incoming.message.replyAddress(from: incoming.source, over: incoming.transport), over: incoming.transport))
    }

    private mutating func touch(_ callID: String, _ body: (inout Party, inout FarEnd) -> Void) {
        guard var party = calls.removeValue(forKey: callID) else { return }
        body(&party, &self)
        if party.isForgotten {
            deadlines.set(callID, at: nil)
        } else {
            deadlines.set(callID, at: party.deadline)
            calls[callID] = party
        }
    }
}
