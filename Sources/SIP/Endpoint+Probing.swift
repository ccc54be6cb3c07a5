import Basis

extension Endpoint {
    /// Asks a trunk for a sign of life by OPTIONS (RFC 3261 §11); ``Output/probed(_:_:)`` tells.
    ///
    /// `host` is `host[:port]` of the trunk in the Request-URI.
    package mutating func probe(
        _ id: ProbeID, host: String, at destination: SocketAddress, over transport: Transport = .udp, at now: Instant
    ) {
        let branch = layer.identifiers.next(), callID = layer.identifiers.callID(), endpoint = layer.stationery
        var writer = Writer(capacity: 512)
        writer.text("OPTIONS sip:\(host) SIP/2.0\r\n")
        writer.raw(endpoint.via(transport))
        writer.hex(branch)
        writer.text("\r\nFrom: <sip:dialout@")
        writer.raw(endpoint.host)
        writer.text(">;tag=")
        writer.hex(layer.identifiers.next())
        writer.text("\r\nTo: <sip:\(host)>\r\nCall-ID: ")
        writer.hex(callID.high)
        writer.hex(callID.low)
        writer.text("\r\nCSeq: 1 OPTIONS\r\n")
        writer.raw(endpoint.contact(transport))
        writer.raw(endpoint.offer)
        writer.line("Accept", "application/sdp")
        writer.body([])
        layer.start(.options, branch: branch, bytes: writer.bytes, to: destination, over: transport, owner: .probe(id), at: now)
    }
}
