import Basis

/// What a leg puts on the wire (RFC 3261 §8.1, §9.1, §12.2, §17.1.1.3).
extension Leg {
    /// Writes the INVITE under the current branch and sequence number.
    mutating func writeInvite(_ endpoint: Stationery, clientNonce: UInt64) -> [UInt8] {
        var writer = Writer(capacity: 1024 + invitation.sdp.count)
        let uri = uri
        write(head(.invite, uri: uri, branch: invite.branch, to: to, cSeq: invite.cSeq), endpoint, &writer)
        writer.raw(endpoint.contact(invitation.transport))
        writer.raw(endpoint.offer)
        if invitation.isAsserted {
            writer.raw("P-Asserted-Identity: <sip:")
            writer.text(invitation.callerID)
            writer.raw("@")
            writer.raw(endpoint.host)
            writer.raw(";user=phone>\r\n")
        }
        if invitation.isAsserted || invitation.privacy != .none { writer.line("Privacy", invitation.privacy.headerValue) }
        if let tenant = invitation.tenantHeader {
            writer.text(tenant.name)
            writer.raw(": ")
            writer.text(tenant.value)
            writer.endLine()
        }
        if let seconds = session.offered {
            writer.line("Session-Expires", seconds)
            writer.line("Min-SE", session.minSE)
        }
        writer.raw(authentication.authorizeInvite(uri: uri, body: invitation.sdp, clientNonce: clientNonce))
        writer.body(invitation.sdp)
        return writer.bytes
    }

    /// The ACK of a final response other than 2xx: hop by hop, under the INVITE's branch.
    func writeFailureAck(_ response: Message, branch: UInt64, over transport: Transport?, _ endpoint: Stationery) -> [UInt8] {
        var writer = Writer(capacity: 512)
        let path = invite.path ?? dialog?.path
        var head = head(
            .ack, uri: path?.uri ?? uri, branch: branch, to: response.unfolded(response.to), cSeq: response.cSeq.number,
            routes: path?.routes ?? [], over: transport)
        head.sentBy = invite.sentBy
        write(head, endpoint, &writer)
        writer.raw(endpoint.plain)
        writer.raw(authentication.lines)
        writer.body([])
        return writer.bytes
    }

    func writeCancel(_ endpoint: Stationery) -> [UInt8] {
        var writer = Writer(capacity: 512)
        var head = head(.cancel, uri: uri, branch: invite.branch, to: to, cSeq: invite.cSeq, over: invite.way?.transport)
        head.sentBy = invite.sentBy
        write(head, endpoint, &writer)
        writer.raw(endpoint.plain)
        writer.reason(ending.reason)
        writer.body([])
        return writer.bytes
    }

    /// A request within a dialog, by its path; the number is the INVITE's for an ACK, which repeats its credentials (RFC 3261 §22.1), and the
    /// next one for all others. `authorization` are whole lines.
    func writeInDialog(
        _ method: SIPMethod, _ dialog: Dialog, _ path: (uri: [UInt8], routes: [[UInt8]]), branch: UInt64, cSeq: UInt32,
        _ endpoint: Stationery, authorization: [UInt8], headers: (inout Writer) -> Void = { _ in }, sdp: [UInt8] = []
    ) -> [UInt8] {
        var writer = Writer(capacity: 768 + sdp.count)
        let head = head(
            method, uri: path.uri, branch: branch, to: dialog.to, cSeq: cSeq, routes: path.routes, over: dialog.destination.transport)
        write(head, endpoint, &writer)
        switch method {
        case .invite, .update:
            writer.raw(endpoint.contact(invitation.transport))
            writer.raw(endpoint.renewal)
        case .ack, .bye, .cancel, .options, .prack, .info, .notify, .refer, .message, .subscribe, .publish, .register:
            writer.raw(endpoint.plain)
        }
        writer.raw(authorization)
        headers(&writer)
        writer.body(sdp)
        return writer.bytes
    }

    /// The Request-URI of the INVITE.
    var uri: [UInt8] {
        var writer = Writer(capacity: 64)
        writeURI(host: target.host, &writer)
        return writer.bytes
    }

    /// The value of `To` outside a dialog: the callee at the trunk that was asked first.
    private var to: [UInt8] {
        var writer = Writer(capacity: 64)
        writer.raw("<")
        writeURI(host: invitation.host, &writer)
        writer.raw(">")
        return writer.bytes
    }

    private func writeURI(host: String, _ writer: inout Writer) {
        writer.raw("sip:")
        writer.text(invitation.number)
        writer.raw("@")
        writer.text(host)
        writer.raw(";user=phone")
    }

    private func head(
        _ method: SIPMethod, uri: [UInt8], branch: UInt64, to: [UInt8], cSeq: UInt32, routes: [[UInt8]] = [],
        over transport: Transport? = nil
    ) -> RequestDraft {
        RequestDraft(
            method: method, uri: uri, branch: branch, from: from, to: to, callID: callID, cSeq: cSeq, routes: routes,
            transport: transport ?? invitation.transport)
    }

    private func write(_ head: RequestDraft, _ endpoint: Stationery, _ writer: inout Writer) {
        head.write(endpoint, to: &writer)
        writeSessionID(&writer)
    }

    /// Both halves of RFC 7989.
    private func writeSessionID(_ writer: inout Writer) {
        writer.raw("Session-ID: ")
        writer.id(invitation.id.dialOut)
        writer.raw(";remote=")
        writer.id(remoteSessionID ?? SortableID(high: 0, low: 0))
        writer.endLine()
    }

    var sessionIDLine: [UInt8] {
        var writer = Writer(capacity: 96)
        writeSessionID(&writer)
        return writer.bytes
    }
}
