import Basis

/// One call at the far end: the callee's machine with its transactions and dialog.
struct Party: Sendable {
    let invite: FarEnd.Incoming
    let behaviour: Behaviour
    var call: FarEndCall
    var record: CallRecord
    var server: InviteServerTransaction
    private var tag: UInt64
    private var lastResponse: [UInt8] = []
    private var fork: Fork?
    private var reliable: Reliable?
    private var isRingAcknowledged = true
    private var bye: (transaction: NonInviteClientTransaction, branch: UInt64, bytes: [UInt8], destination: SocketAddress)?
    private var answered: [(branch: [UInt8], method: Method?, response: Response)] = []
    private var remoteCSeq: UInt32
    private var cSeq: UInt32 = 1

    /// A reliable provisional response that waits for its PRACK (RFC 3262 §3).
    private struct Reliable: Sendable {
        let bytes: [UInt8]
        var retransmitAt: Instant
        var interval: Duration
    }

    /// Another branch that answered too, until it is hung up.
    private struct Fork: Sendable {
        let tag: [UInt8]
        let answer: [UInt8]
        var server: InviteServerTransaction
    }

    init(_ incoming: FarEnd.Incoming, _ behaviour: Behaviour, far: inout FarEnd, at now: Instant) {
        invite = incoming
        self.behaviour = behaviour
        call = FarEndCall(behaviour, timers: far.configuration.timers, at: now)
        record = CallRecord(incoming.message, uri: incoming.uri, tenantHeader: far.tenantHeader, at: now)
        server = InviteServerTransaction(timers: far.configuration.timers, isReliable: incoming.transport.isReliable)
        tag = far.identifiers.next()
        remoteCSeq = incoming.message.cSeq.number
    }

    var deadline: Instant? {
        let due = [isRingAcknowledged ? call.deadline : nil, server.deadline, fork?.server.deadline, reliable?.retransmitAt, bye?.transaction.deadline]
        return due.compactMap(\.self).min()
    }

    mutating func tick(_ far: inout FarEnd, at now: Instant) {
        if let due = reliable?.retransmitAt, due <= now { retransmitRinging(&far, at: now) }
        if let due = server.deadline, due <= now { perform(server.handle(.timeout, at: now), &far, at: now) }
        if let due = fork?.server.deadline, due <= now, fork?.server.handle(.timeout, at: now) == [.sendResponse] {
            transmit(fork?.answer ?? [], &far)
        }
        if let due = bye?.transaction.deadline, due <= now { handleBye(.timeout, &far, at: now) }
        if isRingAcknowledged, let due = call.deadline, due <= now { perform(call.handle(.timeout, at: now), &far, at: now) }
    }

    // MARK: In

    mutating func received(response: Message, _ code: Int, _ far: inout FarEnd, at now: Instant) {
        guard let branch = response.ownBranch, branch == bye?.branch else { return }
        handleBye(.response(code), &far, at: now)
    }

    mutating func received(_ incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) {
        let branch = incoming.branch
        if incoming.method == .invite, branch == invite.branch {
            record.inviteRetransmissions += 1
            return perform(server.handle(.invite, at: now), &far, at: now)
        }
        if let fork, incoming.message.tag(of: incoming.message.to) == fork.tag { return received(incoming, forFork: &far, at: now) }
        if incoming.method == .ack { return acknowledged(incoming, &far, at: now) }
        if incoming.method == .bye { record.byes += 1 }
        if let before = answered.first(where: { $0.branch == branch && $0.method == incoming.method }) {
            return far.answer(incoming, before.response)
        }
        guard let response = response(to: incoming, &far, at: now) else { return }
        if answered.count == 8 { answered.removeFirst() }
        answered.append((branch, incoming.method, response))
        far.answer(incoming, response)
        act(on: incoming, &far, at: now)
    }

    private mutating func acknowledged(_ incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) {
        guard incoming.message.cSeq.number == invite.message.cSeq.number else { return }
        perform(server.handle(.ack, at: now), &far, at: now)
    }

    private mutating func received(_ incoming: FarEnd.Incoming, forFork far: inout FarEnd, at now: Instant) {
        if incoming.method == .ack { _ = fork?.server.handle(.ack, at: now) }
        guard incoming.method == .bye else { return }
        fork?.server.stop()
        record.isForkUp = false
        far.answer(incoming, Response(200, "OK"))
    }

    private mutating func response(to incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) -> Response? {
        let isOver = record.endedAt != nil
        switch incoming.method {
        case .cancel:
            return incoming.branch == invite.branch ? Response(200, "OK", tag: tag) : Response(481, "Call/Transaction Does Not Exist", tag: tag)
        case .bye where call.state == .hangingUp: return Response(200, "OK")
        case .bye, .update, .invite, .info, .options:
            guard incoming.message.cSeq.number > remoteCSeq else { return Response(500, "Out of Order") }
            if isOver, call.state != .hangingUp { return Response(481, "Call/Transaction Does Not Exist") }
            remoteCSeq = incoming.message.cSeq.number
            return refreshing(incoming, far)
        case .prack: return Response(reliable == nil ? 481 : 200, reliable == nil ? "Call/Transaction Does Not Exist" : "OK")
        case .ack, .notify, .refer, .message, .subscribe, .publish, .register: return .methodNotAllowed
        case nil: return Response(501, "Not Implemented")
        }
    }

    private mutating func refreshing(_ incoming: FarEnd.Incoming, _ far: FarEnd) -> Response {
        var response = Response(200, "OK")
        guard incoming.method == .update || incoming.method == .invite else { return response }
        record.refreshes += 1
        response.contact = far.stationery.contact(invite.transport)
        if incoming.method == .invite { response.sdp = far.answerSDP }
        addSession(to: &response, for: incoming.message)
        return response
    }

    private mutating func act(on incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) {
        switch incoming.method {
        case .bye:
            record.reasons = incoming.message.reasons
            perform(call.handle(.bye, at: now), &far, at: now)
            server.stop()
        case .cancel where incoming.branch == invite.branch:
            record.reasons = incoming.message.reasons
            isRingAcknowledged = true
            reliable = nil
            perform(call.handle(.cancel, at: now), &far, at: now)
        case .prack:
            reliable = nil
            isRingAcknowledged = true
        default: break
        }
    }

    // MARK: Out

    mutating func perform(_ effects: [FarEndCall.Effect], _ far: inout FarEnd, at now: Instant) {
        for effect in effects {
            switch effect {
            case .ring: ring(&far, at: now)
            case .answer:
                var response = Response(200, "OK", tag: tag)
                response.contact = far.stationery.contact(invite.transport)
                response.sdp = far.answerSDP
                response.add("Allow", Configuration.allowedMethods)
                response.add("Supported", "timer, 100rel")
                addSession(to: &response, for: invite.message)
                record.answeredAt = now
                respond(response, &far, at: now)
                if behaviour.forks { answerAgain(response, &far, at: now) }
                far.put(.call(.answered, record))
            case .refuse(let code): refuse(code, &far, at: now)
            case .sendBye: sendBye(&far, at: now)
            case .report(let ending):
                record.ending = ending
                record.endedAt = now
                far.put(.call(.ended, record))
            case .forget: break
            }
        }
    }

    /// Sends a response to the INVITE through its server transaction.
    mutating func respond(_ response: Response, _ far: inout FarEnd, at now: Instant) {
        guard let bytes = response.written(for: invite.message, from: invite.source, agent: far.stationery.agent) else { return }
        lastResponse = bytes
        if response.code >= 200 { record.code = response.code }
        if server.handle(.respond(response.code), at: now) == [.sendResponse] { transmit(bytes, &far) }
    }

    private mutating func perform(_ effects: [InviteServerTransaction.Effect], _ far: inout FarEnd, at now: Instant) {
        for effect in effects {
            switch effect {
            case .sendResponse:
                if server.awaitsAck { record.answerRetransmissions += 1 }
                transmit(lastResponse, &far)
            case .confirmed:
                record.isAcknowledged = true
                far.put(.call(.acknowledged, record))
                perform(call.handle(.ack, at: now), &far, at: now)
            case .unacknowledged: perform(call.handle(.unacknowledged, at: now), &far, at: now)
            }
        }
    }

    private mutating func ring(_ far: inout FarEnd, at now: Instant) {
        var response = behaviour.earlyMedia ? Response(183, "Session Progress", tag: tag) : Response(180, "Ringing", tag: tag)
        response.contact = far.stationery.contact(invite.transport)
        if behaviour.earlyMedia { response.sdp = far.answerSDP }
        record.ringingAt = now
        let isReliable = behaviour.reliableProvisional && invite.message.hasToken("100rel", in: .supported)
        if isReliable {
            response.add("Require", "100rel")
            response.add("RSeq", "1")
        }
        respond(response, &far, at: now)
        if isReliable {
            let interval = far.configuration.timers.t1
            reliable = Reliable(bytes: lastResponse, retransmitAt: now + interval, interval: interval)
            isRingAcknowledged = false
        }
        far.put(.call(.ringing, record))
    }

    /// Doubles up to 64 × T1, and then refuses the call (RFC 3262 §3).
    private mutating func retransmitRinging(_ far: inout FarEnd, at now: Instant) {
        guard var pending = reliable else { return }
        pending.interval = pending.interval * 2
        pending.retransmitAt = now + pending.interval
        reliable = pending
        if pending.interval > far.configuration.timers.timeout {
            reliable = nil
            isRingAcknowledged = true
        } else {
            transmit(pending.bytes, &far)
        }
    }

    private mutating func refuse(_ code: Int, _ far: inout FarEnd, at now: Instant) {
        var response = Response(code, Self.phrases[code] ?? "Failure", tag: tag)
        if code == 302 { response.add("Contact", "<\(behaviour.redirect)>") }
        if code == 503 { response.add("Retry-After", "5") }
        if let cause = Self.causes[code] { response.add("Reason", "Q.850;cause=\(cause)") }
        respond(response, &far, at: now)
    }

    private static let phrases = [
        302: "Moved Temporarily", 404: "Not Found", 480: "Temporarily Unavailable", 486: "Busy Here", 487: "Request Terminated",
        503: "Service Unavailable", 603: "Decline",
    ]
    /// Q.850 causes by ITU-T Q.1912.5 table 21 and RFC 3398 §8.2.6.1.
    private static let causes = [404: 1, 480: 19, 486: 17, 503: 41, 603: 21]

    private func addSession(to response: inout Response, for request: Message) {
        guard behaviour.takesSessionTimer, request.hasToken("timer", in: .supported), let seconds = request.number(.sessionExpires) else { return }
        response.add("Session-Expires", "\(seconds);refresher=uac")
        response.add("Require", "timer")
    }

    private mutating func answerAgain(_ response: Response, _ far: inout FarEnd, at now: Instant) {
        var second = response
        let tag = far.identifiers.next()
        second.tag = tag
        guard let answer = second.written(for: invite.message, from: invite.source, agent: far.stationery.agent) else { return }
        var server = InviteServerTransaction(timers: far.configuration.timers, isReliable: invite.transport.isReliable)
        _ = server.handle(.respond(200), at: now)
        var writer = Writer(capacity: 16)
        writer.hex(tag)
        fork = Fork(tag: writer.bytes, answer: answer, server: server)
        record.isForkUp = true
        transmit(answer, &far)
    }

    private func transmit(_ bytes: [UInt8], _ far: inout FarEnd) {
        far.put(
            .transmit(bytes, to: invite.message.replyAddress(from: invite.source, over: invite.transport), over: invite.transport))
    }

    private mutating func sendBye(_ far: inout FarEnd, at now: Instant) {
        let branch = far.identifiers.next(), message = invite.message
        let routes = message.elements(.recordRoute, limit: Dialog.routeLimit)
        let target = message.contactURI ?? Array(message.bytes[message.uri(of: message.from)])
        var writer = Writer(capacity: 512)
        writer.text("BYE ")
        writer.raw(target)
        writer.text(" SIP/2.0\r\n")
        writer.raw(far.stationery.via(invite.transport))
        writer.hex(branch)
        writer.text("\r\nFrom: ")
        writer.raw(message.unfolded(message.to))
        writer.text(";tag=")
        writer.hex(tag)
        writer.endLine()
        writer.line("To", message.unfolded(message.from))
        writer.line("Call-ID", message.unfolded(message.callID))
        writer.line("CSeq", "\(cSeq) BYE")
        for route in routes { writer.line("Route", message.unfolded(route)) }
        writer.raw(far.stationery.plain)
        writer.reason(.normalClearing)
        writer.body([])
        let transaction = NonInviteClientTransaction(timers: far.configuration.timers, isReliable: invite.transport.isReliable, at: now)
        let destination = routes.isEmpty ? SIPURI(target)?.address ?? invite.source : invite.source
        bye = (transaction, branch, writer.bytes, destination)
        far.put(.transmit(writer.bytes, to: destination, over: invite.transport))
    }

    private mutating func handleBye(_ event: NonInviteClientTransaction.Event, _ far: inout FarEnd, at now: Instant) {
        guard let pending = bye, let effects = bye?.transaction.handle(event, at: now) else { return }
        for effect in effects {
            switch effect {
            case .sendRequest: far.put(.transmit(pending.bytes, to: pending.destination, over: invite.transport))
            case .deliver, .failTimedOut, .failTransport: perform(call.handle(.byeFinished, at: now), &far, at: now)
            }
        }
    }
}
