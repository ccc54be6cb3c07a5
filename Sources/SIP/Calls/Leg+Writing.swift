import Basis

/// What a leg puts on the wire (RFC 3261 §8.1, §9.1, §12.2, §17.1.1.3).
extension Leg {
    /// Writes the INVITE under the current branch and sequence number.
    mutating func writeInvite(_ endpoint: Stationery, clientNonce: UInt64) -> [UInt8] {
        var writer = Writer(capacity: 1024 + invitation.sdp.count)
        head("INVITE", uri: uri, branch: inviteBranch, to: to, cSeq: inviteCSeq, endpoint, &writer)
        writer.raw(endpoint.contact(invitation.transport))
        writer.raw(endpoint.offer)
        writer.text("P-Asserted-Identity: <sip:")
        writer.text(invitation.callerID)
        writer.text("@")
        writer.raw(endpoint.host)
        writer.text(";user=phone>\r\nPrivacy: ")
        writer.text(invitation.privacy.headerValue)
        writer.endLine()
        if let tenant = invitation.tenantHeader { writer.line(tenant.name, tenant.value) }
        if let offeredInterval {
            writer.line("Session-Expires", offeredInterval)
            writer.line("Min-SE", leastInterval ?? SessionTimer.leastInterval)
        }
        credentials?.write(method: .invite, uri: uri, clientNonce: clientNonce, to: &writer)
        writer.body(invitation.sdp)
        return writer.bytes
    }

    /// The ACK of a final response other than 2xx: hop by hop, under the INVITE's branch.
    func writeFailureAck(_ response: Message, _ endpoint: Stationery) -> [UInt8] {
        var writer = Writer(capacity: 512)
        let path = dialog?.path
        head(
            "ACK", uri: path?.uri ?? uri, branch: inviteBranch, to: response.unfolded(response.to), cSeq: response.cSeq.number, endpoint,
            &writer)
        for route in path?.routes ?? [] { writer.line("Route", route) }
        writer.raw(endpoint.plain)
        writer.body([])
        return writer.bytes
    }

    func writeCancel(_ endpoint: Stationery) -> [UInt8] {
        var writer = Writer(capacity: 512)
        head("CANCEL", uri: uri, branch: inviteBranch, to: to, cSeq: inviteCSeq, endpoint, &writer)
        writer.raw(endpoint.plain)
        writer.reason(cancelReason)
        writer.body([])
        return writer.bytes
    }

    /// A request within a dialog; the number is the INVITE's for an ACK and the next one for all others.
    mutating func writeInDialog(
        _ method: Method, _ dialog: Dialog, branch: UInt64, cSeq: UInt32, _ endpoint: Stationery, clientNonce: UInt64 = 0,
        headers: (inout Writer) -> Void = { _ in }, sdp: [UInt8] = []
    ) -> [UInt8] {
        var writer = Writer(capacity: 768 + sdp.count)
        let path = dialog.path
        head(method.rawValue, uri: path.uri, branch: branch, to: dialog.to, cSeq: cSeq, endpoint, &writer)
        for route in path.routes { writer.line("Route", route) }
        switch method {
        case .invite, .update:
            writer.raw(endpoint.contact(invitation.transport))
            writer.raw(endpoint.offer)
        default: writer.raw(endpoint.plain)
        }
        credentials?.write(method: method, uri: path.uri, clientNonce: clientNonce, to: &writer)
        headers(&writer)
        writer.body(sdp)
        return writer.bytes
    }

    /// From the start line to `CSeq` and `Session-ID`.
    private func head(
        _ method: String, uri: [UInt8], branch: UInt64, to: [UInt8], cSeq: UInt32, _ endpoint: Stationery, _ writer: inout Writer
    ) {
        writer.text(method)
        writer.text(" ")
        writer.raw(uri)
        writer.text(" SIP/2.0\r\n")
        writer.raw(endpoint.via(invitation.transport))
        writer.hex(branch)
        writer.text("\r\nFrom: ")
        writer.raw(from)
        writer.text("\r\nTo: ")
        writer.raw(to)
        writer.text("\r\nCall-ID: ")
        writer.hex(callID.high)
        writer.hex(callID.low)
        writer.text("\r\nCSeq: ")
        writer.number(Int(cSeq))
        writer.text(" ")
        writer.text(method)
        writer.endLine()
        writeSessionID(&writer)
    }

    /// Both halves of RFC 7989.
    private func writeSessionID(_ writer: inout Writer) {
        writer.text("Session-ID: ")
        writer.id(invitation.id.dialOut)
        writer.text(";remote=")
        writer.id(remoteSessionID ?? SortableID(high: 0, low: 0))
        writer.endLine()
    }

    var sessionIDLine: [UInt8] {
        var writer = Writer(capacity: 96)
        writeSessionID(&writer)
        return writer.bytes
    }
}
