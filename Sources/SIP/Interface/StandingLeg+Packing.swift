import Basis

extension StandingLeg: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(dialOut)
        packed.add(attempt)
        for text in [address, transport, host, number, callerID, privacy, from] { packed.add(text) }
        packed.add(takesTCP)
        packed.add(ringSeconds)
        packed.add(invites)
        packed.add(Int(inviteCSeq))
        packed.add(wentElsewhere)
        if wentElsewhere { for text in [hopHost, hop, hopTransport] { packed.add(text) } }
        packed.add(Int(cSeq))
        packed.add(dialog)
        for text in [callID, fork, sentBy] { packed.add(text) }
    }

    /// Whether the last INVITE had another way than the trunk's own.
    private var wentElsewhere: Bool { (hopHost, hop, hopTransport) != (host, address, transport) }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let dialOut: SortableID = try packed.read(), attempt: Int = try packed.read()
        let address: String = try packed.read(), transport: String = try packed.read(), host: String = try packed.read()
        let number: String = try packed.read(), callerID: String = try packed.read(), privacy: String = try packed.read()
        let from: String = try packed.read(), takesTCP: Bool = try packed.read()
        let ringSeconds: Int = try packed.read(), invites: Int = try packed.read(), inviteCSeq = try packed.sequenceNumber()
        var hop = (host: host, address: address, transport: transport)
        if try packed.read() { hop = (try packed.read(), try packed.read(), try packed.read()) }
        self.init(
            dialOut: dialOut, attempt: attempt, address: address, transport: transport, takesTCP: takesTCP, host: host, number: number,
            callerID: callerID, privacy: privacy, from: from, ringSeconds: ringSeconds, invites: invites, inviteCSeq: inviteCSeq,
            hopHost: hop.host, hop: hop.address, hopTransport: hop.transport, cSeq: try packed.sequenceNumber(), dialog: try packed.read(),
            callID: try packed.read(), fork: try packed.read(), sentBy: try packed.read())
    }
}

extension StandingLeg.Dialog: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(to)
        packed.add(target)
        packed.add(routes)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(to: try packed.read(), target: try packed.read(), routes: try packed.read())
    }
}

extension PackedReader {
    /// Of `CSeq` (RFC 3261 §8.1.1.5).
    fileprivate mutating func sequenceNumber() throws(PackedFault) -> UInt32 {
        guard let number = UInt32(exactly: try read(Int.self)) else { throw PackedFault("a sequence number has more than 32 bits") }
        return number
    }
}
