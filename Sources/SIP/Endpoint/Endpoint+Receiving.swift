import Basis

/// What comes in from the network.
extension Endpoint {
    /// Bytes of one datagram, or of one message as ``StreamFramer`` cut it.
    package mutating func received(_ bytes: [UInt8], from source: SocketAddress, over transport: Transport = .udp, at now: Instant) {
        let bytes = Self.withoutLeadingLines(bytes)
        if bytes.allSatisfy({ $0 == 0 }) { return }  // a keep-alive
        let message: Message
        do throws(Message.Malformed) {
            message = try Message(parsing: bytes)
        } catch {
            noteUnreadable(bytes, at: now)
            refuse(bytes, error, from: source, over: transport)
            return layer.put(.dropped(.malformed))
        }
        switch message.start {
        case .response(let code, _): received(message, code, from: Hop(source, transport), at: now)
        case .request(let method, let uri): received(message, method, uri: uri, from: source, over: transport, at: now)
        }
    }

    /// Empty lines before a start line are passed over (RFC 3261 §7.5).
    private static func withoutLeadingLines(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.first, first == 13 || first == 10 else { return bytes }
        return Array(bytes.drop { $0 == 13 || $0 == 10 })
    }

    /// Matches by branch and method (RFC 3261 §17.1.3): a branch that nobody can guess is the proof, whatever address of the peer the
    /// answer comes from (§18.1.2), and by whatever transport.
    private mutating func received(_ response: Message, _ code: Int, from origin: Hop, at now: Instant) {
        guard let branch = response.ownBranch else { return drop(response, at: now) }
        guard response.cSeq.method == .invite else {
            guard let request = layer.requests[branch], request.method == response.cSeq.method else { return drop(response, at: now) }
            return handle(.response(code), branch: branch, response: response, code: code, at: now)
        }
        guard let callID = CallID(response.bytes.span, response.callID) else { return drop(response, at: now) }
        guard let place = legs.place(of: callID) else { return releaseLate(response, code, callID, from: origin, at: now) }
        var isKnown = false
        legs.touch(place, &layer) { leg, layer in
            isKnown = leg.received(response, code, branch: branch, from: origin, &layer, at: now)
        }
        if !isKnown { drop(response, at: now) }
    }

    /// Tells whoever sent a malformed request, where the request says enough to be answered (RFC 3261 §18.3, RFC 4475 §3.1.2).
    private mutating func refuse(_ bytes: [UInt8], _ fault: Message.Malformed, from source: SocketAddress, over transport: Transport) {
        guard let request = Message(salvaging: bytes), request.cSeq.method != .ack else { return }
        let tag = layer.identifiers.tag(answering: request)
        let response =
            fault == .version ? ResponseDraft(505, "Version Not Supported", tag: tag) : ResponseDraft(400, "Bad Request", tag: tag)
        guard let answer = response.written(for: request, from: source, agent: layer.stationery.agent) else { return }
        layer.transmit(answer, to: request.replyAddress(from: source, over: transport), over: transport)
    }

    /// A response that answers nothing here.
    private mutating func drop(_ response: Message, at now: Instant) {
        noteUnreadable(response.bytes, at: now)
        layer.put(.dropped(.strayResponse))
    }

    /// What cannot be read, or taken for an answer, and says a branch or a Call-ID of ours: it got there, so the call is not given to another
    /// trunk, for a phone may ring. What repeats the branch of an INVITE that was replaced says nothing of the one that counts.
    private mutating func noteUnreadable(_ bytes: [UInt8], at now: Instant) {
        let text = bytes.map { (65...70).contains($0) ? $0 | 0x20 : $0 }
        guard let place = legWritten(in: text) else { return }
        legs.touch(place, &layer) { leg, layer in
            if !leg.invite.isReplaced(in: text) { leg.receivedUnreadable(&layer, at: now) }
        }
    }

    /// The leg whose branch, or else whose Call-ID, stands somewhere in the text: 16 or 32 hex digits, and no more of them beside.
    private func legWritten(in text: [UInt8]) -> LegPlace? {
        let digits = text.split { !(48...57).contains($0) && !(97...102).contains($0) }
        let branches = digits.lazy.filter { $0.count == 16 }.compactMap { hexWord($0.span, 0) }
        return branches.compactMap { legs.place(ofSilent: $0) }.first
            ?? digits.lazy.compactMap { CallID($0.span, 0..<$0.count) }.compactMap { legs.place(of: $0) }.first
    }

    /// A call that was long given up is answered: nobody may be left listening to silence.
    private mutating func releaseLate(_ response: Message, _ code: Int, _ callID: CallID, from origin: Hop, at now: Instant) {
        let callee = response.bytes[response.uri(of: response.to)]
        let tag = response.tag(of: response.from).flatMap { $0.count == 16 ? hexWord($0.span, 0) : nil }
        guard (200..<300).contains(code), tag == layer.identifiers.tag(of: callID), isRequestURI(callee) else {
            return drop(response, at: now)
        }
        var account = account(at: origin.address)
        layer.release(response, of: callID, fallback: Array(callee), over: origin, after: nil, credentials: &account, at: now)
    }

    private mutating func received(
        _ message: Message, _ method: SIPMethod?, uri: Range<Int>, from source: SocketAddress, over transport: Transport, at now: Instant
    ) {
        let callID = CallID(message.bytes.span, message.callID)
        let toTag = message.parameter("tag", of: message.to)
        let localTag = toTag.flatMap { $0.count == 16 ? hexWord(message.bytes.span, $0.lowerBound) : nil }
        var isOurs = false
        if let callID, let localTag, let place = legs.place(of: callID) {
            legs.touch(place, &layer) { leg, layer in
                isOurs = leg.localTag == localTag
                if isOurs { leg.received(message, method, from: source, over: transport, &layer, at: now) }
            }
        }
        if !isOurs { receivedOutOfDialog(message, method, uri: uri, hasTag: toTag != nil, from: source, over: transport) }
    }

    /// Answered without keeping anything (§8.2.7), so that strangers cost no memory.
    private mutating func receivedOutOfDialog(
        _ message: Message, _ method: SIPMethod?, uri: Range<Int>, hasTag: Bool, from source: SocketAddress, over transport: Transport
    ) {
        guard method != .ack else { return layer.put(.dropped(.strayAck)) }
        var response = outOfDialogResponse(message, method, uri: uri, hasTag: hasTag)
        response.tag = layer.identifiers.tag(answering: message)
        guard let bytes = response.written(for: message, from: source, agent: layer.stationery.agent) else {
            return layer.put(.dropped(.unanswerable))
        }
        layer.transmit(bytes, to: message.replyAddress(from: source, over: transport), over: transport)
    }

    private func outOfDialogResponse(_ message: Message, _ method: SIPMethod?, uri: Range<Int>, hasTag: Bool) -> ResponseDraft {
        guard let method else { return ResponseDraft(501, "Not Implemented") }
        if method == .cancel || hasTag { return .noSuchCall }
        let scheme = message.bytes[uri].prefix { $0 != UInt8(ascii: ":") }
        guard ["sip", "sips", "tel"].contains(where: { scheme.equalsIgnoringCase($0) }) else {
            return ResponseDraft(416, "Unsupported URI Scheme")
        }
        guard message.isAddressed(by: uri) else { return ResponseDraft(400, "Bad Request") }
        if let refusal = message.refusalOfExtensions { return refusal }
        switch method {
        case .options: return isDraining ? Self.unavailable : .capabilities
        case .invite: return ResponseDraft(403, "Forbidden")
        case .refer: return ResponseDraft(603, "Decline")
        case .bye, .prack, .update, .info, .cancel, .ack: return .noSuchCall
        case .notify: return .noSubscription
        case .message, .subscribe, .publish, .register: return .methodNotAllowed
        }
    }

    /// Seconds for which a draining endpoint asks to be left alone.
    private static let drainSeconds = 60

    private static var unavailable: ResponseDraft {
        var response = ResponseDraft(503, "Service Unavailable")
        response.add("Retry-After", "\(drainSeconds)")
        return response
    }
}
