import Basis

extension Endpoint {
    /// Asks a trunk for a sign of life by OPTIONS (RFC 3261 §11); ``Output/probed(_:_:)`` tells.
    ///
    /// `host` is `host[:port]` of the trunk in the Request-URI; `credentials` answer its challenge.
    package mutating func probe(
        _ id: ProbeID, host: String, at destination: SocketAddress, over transport: Transport = .udp,
        credentials: Account? = nil, at now: Instant
    ) {
        let branch = layer.identifiers.next(), callID = layer.identifiers.callID(), endpoint = layer.stationery
        var from = Writer(capacity: 64)
        from.raw("<sip:dialout@")
        from.raw(endpoint.host)
        from.raw(">;tag=")
        from.hex(layer.identifiers.next())
        let head = RequestDraft(
            method: .options, uri: Array("sip:\(host)".utf8), branch: branch, from: from.bytes, to: Array("<sip:\(host)>".utf8),
            callID: callID, cSeq: 1, transport: transport)
        var writer = Writer(capacity: 512)
        head.write(endpoint, to: &writer)
        writer.raw(endpoint.contact(transport))
        writer.raw(endpoint.offer)
        writer.line("Accept", SessionBody.accepted)
        writer.body([])
        layer.start(
            .options, branch: branch, bytes: writer.bytes, to: .hop(Hop(destination, transport)), owner: .probe(id),
            credentials: credentials.map { Credentials($0) }, at: now)
    }
}
