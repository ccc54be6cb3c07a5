import Basis
import SIP

/// What the callee's side sends.
extension Party {
    mutating func perform(_ effects: [FarEndCall.Effect], _ far: inout FarEnd, at now: Instant) {
        for effect in effects {
            switch effect {
            case .ring: ring(&far, at: now)
            case .answer:
                let response = answer(far)
                record.answeredAt = now
                record.hasMedia = behaviour.answer.isUsable || behaviour.earlyMedia
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
    mutating func respond(_ response: ResponseDraft, _ far: inout FarEnd, at now: Instant) {
        guard let bytes = response.written(for: invite.message, from: invite.source, agent: far.stationery.agent) else { return }
        lastResponse = bytes
        if response.code >= 200 { record.code = response.code }
        if server.handle(.respond(response.code), at: now) == [.sendResponse] { transmit(bytes, &far) }
    }

    mutating func perform(_ effects: [InviteServerTransaction.Effect], _ far: inout FarEnd, at now: Instant) {
        for effect in effects {
            switch effect {
            case .sendResponse:
                if server.awaitsAck { record.answerRetransmissions += 1 }
                transmit(lastResponse, &far)
            case .confirmed:
                record.isAcknowledged = true
                connectedAt = now
                far.put(.call(.acknowledged, record))
                perform(call.handle(.ack, at: now), &far, at: now)
            case .unacknowledged: perform(call.handle(.unacknowledged, at: now), &far, at: now)
            }
        }
    }

    private mutating func ring(_ far: inout FarEnd, at now: Instant) {
        var response = behaviour.earlyMedia ? ResponseDraft(183, "Session Progress", tag: tag) : ResponseDraft(180, "Ringing", tag: tag)
        response.contact = far.stationery.contact(invite.transport)
        if behaviour.earlyMedia { response.sdp = answerSDP(far) }
        if let reason = behaviour.ringingReason { response.add("Reason", reason) }
        record.ringingAt = now
        let isReliable = behaviour.reliableProvisional && invite.message.hasToken("100rel", in: .supported)
        let rSeq = behaviour.firstRSeq ?? UInt32(1 + far.identifiers.next() % (1 << 31 - 1))
        if isReliable {
            response.add("Require", "100rel")
            response.add("RSeq", "\(rSeq)")
        }
        respond(response, &far, at: now)
        if isReliable {
            let interval = far.configuration.timers.t1, rAck = "\(rSeq) \(invite.message.cSeq.number) INVITE"
            reliable = Reliable(bytes: lastResponse, rAck: rAck, retransmitAt: now + interval, interval: interval)
            isRingAcknowledged = false
        }
        far.put(.call(.ringing, record))
    }

    /// Doubles up to 64 × T1, and then refuses the call (RFC 3262 §3).
    mutating func retransmitRinging(_ far: inout FarEnd, at now: Instant) {
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
        var response = ResponseDraft(code, behaviour.finalPhrase ?? Self.phrases[code] ?? "Failure", tag: tag)
        if code == 302 { response.add("Contact", "<\(behaviour.redirect)>") }
        if code == 503 { response.add("Retry-After", "5") }
        if let reason = behaviour.finalReason ?? Self.causes[code].map({ "Q.850;cause=\($0)" }) { response.add("Reason", reason) }
        respond(response, &far, at: now)
        if behaviour.forks { answerAgain(answer(far), &far, at: now) }
    }

    /// The 2xx to the INVITE.
    private func answer(_ far: FarEnd) -> ResponseDraft {
        var response = ResponseDraft(behaviour.answerCode, behaviour.answerPhrase, tag: tag)
        response.contact = far.stationery.contact(invite.transport)
        (response.sdp, response.bodyType) = behaviour.answer.body(answerSDP(far))
        if behaviour.allowsUpdate { response.add("Allow", Configuration.allowedMethods) }
        response.add("Supported", "timer, 100rel")
        addSession(to: &response, for: invite.message)
        return response
    }

    private static let phrases = [
        302: "Moved Temporarily", 404: "Not Found", 480: "Temporarily Unavailable", 486: "Busy Here", 487: "Request Terminated",
        503: "Service Unavailable", 603: "Decline",
    ]
    /// Q.850 causes by ITU-T Q.1912.5 table 21 and RFC 3398 §8.2.6.1.
    private static let causes = [404: 1, 480: 19, 486: 17, 503: 41, 603: 21]

    func addSession(to response: inout ResponseDraft, for request: Message) {
        guard behaviour.takesSessionTimer, request.hasToken("timer", in: .supported), let seconds = request.seconds(.sessionExpires) else {
            return
        }
        response.add("Session-Expires", "\(behaviour.answeredInterval ?? seconds);refresher=\(behaviour.isRefresher ? "uas" : "uac")")
        response.add("Require", "timer")
    }

    private mutating func answerAgain(_ response: ResponseDraft, _ far: inout FarEnd, at now: Instant) {
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
        record.forkAnsweredAt = now
        transmit(answer, &far)
    }

    func transmit(_ bytes: [UInt8], _ far: inout FarEnd) {
        far.put(
            .transmit(bytes, to: invite.message.replyAddress(from: invite.source, over: invite.transport), over: invite.transport))
    }

    private mutating func sendBye(_ far: inout FarEnd, at now: Instant) {
        let branch = far.identifiers.next()
        cSeq += 1
        let request = request(.bye, branch: branch, cSeq: cSeq, far) { $0.reason(.normalClearing) }
        let transaction = NonInviteClientTransaction(timers: far.configuration.timers, isReliable: invite.transport.isReliable, at: now)
        bye = (transaction, branch, request)
        send(request, &far)
    }

    /// A request within the dialog.
    func request(
        _ method: SIPMethod, branch: UInt64, cSeq: UInt32, _ far: FarEnd, sdp: [UInt8] = [], headers: (inout Writer) -> Void
    ) -> Outgoing {
        let message = invite.message, routes = message.elements(.recordRoute, limit: Message.Limits.messageSize)
        let target = message.contactURI?.bytes ?? message.bytes[message.uri(of: message.from)]
        var writer = Writer(capacity: 512)
        writer.text("\(method.rawValue) ")
        writer.raw(target)
        writer.raw(far.stationery.via(invite.transport))
        writer.hex(branch)
        writer.raw("\r\nFrom: ")
        writer.raw(message.unfolded(message.to))
        writer.raw(";tag=")
        writer.hex(tag)
        writer.endLine()
        writer.line("To", message.unfolded(message.from))
        writer.line("Call-ID", message.unfolded(message.callID))
        writer.line("CSeq", "\(cSeq) \(method.rawValue)")
        for route in routes { writer.line("Route", message.unfolded(route)) }
        writer.raw(far.stationery.plain)
        headers(&writer)
        writer.body(sdp)
        return Outgoing(bytes: writer.bytes, destination: routes.isEmpty ? address(of: target) ?? invite.source : invite.source)
    }

    private func address(of target: ArraySlice<UInt8>) -> SocketAddress? {
        SIPURI(target).flatMap { SocketAddress(host: $0.nextHost, port: $0.port ?? 5060) }
    }

    func send(_ request: Outgoing, _ far: inout FarEnd) {
        far.put(.transmit(request.bytes, to: request.destination, over: invite.transport))
    }

    mutating func handleBye(_ event: NonInviteClientTransaction.Event, _ far: inout FarEnd, at now: Instant) {
        guard let pending = bye, let effects = bye?.transaction.handle(event, at: now) else { return }
        for effect in effects {
            switch effect {
            case .sendRequest: send(pending.request, &far)
            case .deliver, .failTimedOut, .failTransport: perform(call.handle(.byeFinished, at: now), &far, at: now)
            }
        }
    }
}

extension Behaviour.Answer {
    /// The body and its type.
    fileprivate func body(_ description: [UInt8]) -> (bytes: [UInt8], type: String) {
        let text = String(decoding: description, as: UTF8.self)
        return switch self {
        case .description: (description, "application/sdp")
        case .multipart:
            (
                Array(
                    """
                    --part\r\nContent-Type: application/isup;version=itu-t92+\r\nContent-Disposition: signal;handling=optional\r\n\r\n\u{9}\u{0}\
                    \r\n--part\r\nContent-Type: application/sdp\r\n\r\n\(text)\r\n--part--\r\n
                    """.utf8), "multipart/mixed;boundary=\"part\""
            )
        case .none: ([], "application/sdp")
        case .rubbish: (Array("rubbish".utf8), "application/sdp")
        case .rejected: (Array(text.replacing("m=audio 40000", with: "m=audio 0").utf8), "application/sdp")
        case .otherCodec: (Array(text.replacing("AVP 8", with: "AVP 4").utf8), "application/sdp")
        case .otherProfile:
            (
                Array((text.contains("/SAVP") ? text.replacing("/SAVP", with: "/AVP") : text.replacing("/AVP", with: "/SAVP")).utf8),
                "application/sdp"
            )
        }
    }
}
