import Basis

/// Names what is kept of a call: a leg, or the dialog of another phone that took it.
package struct KeptID: Hashable, Sendable {
    package let leg: LegID
    /// Nil for the leg itself.
    package let fork: UInt64?

    package init(_ leg: LegID, fork: UInt64? = nil) { (self.leg, self.fork) = (leg, fork) }
}

/// What it takes to end a leg when the endpoint that dialled it is gone: to cancel it while it rings (RFC 3261 §9.1), to acknowledge and
/// hang up what is answered (§12.2.1.1, §13.2.2.4, §15).
///
/// Call-ID, tag of `From` and branches are not in it: they follow from the dial-out, the attempt and the ``LegKey``.
package struct StandingLeg: Decodable, Equatable, Sendable {
    package let dialOut: SortableID
    package let attempt: Int
    /// Where the trunk listens, what is spoken there, and whether long requests go by TCP.
    package let address: String
    package let transport: String
    package let takesTCP: Bool
    /// The trunk in `To`, and in the Request-URI of the first INVITE.
    package let host: String
    package let number: String
    /// The caller ID in `From`, unless it is withheld, and in `P-Asserted-Identity`.
    package let callerID: String
    package let privacy: String
    /// The value of `From` as it was sent.
    package let from: String
    /// How long the phone was to ring, in seconds.
    package let ringSeconds: Int
    /// INVITEs outside a dialog, the sequence number of the last, and where it went: host in the Request-URI, address and transport.
    package let invites: Int
    package let inviteCSeq: UInt32
    package let hopHost: String
    package let hop: String
    package let hopTransport: String
    /// The last sequence number that was used when this was kept.
    package let cSeq: UInt32
    /// The dialog once it is answered.
    package let dialog: Dialog?
    /// The Call-ID of a leg whose Call-ID follows from nothing.
    package var callID: String?
    /// Of another phone that took the call, ``KeptID/fork`` in hexadecimal digits: the dialog is that phone's.
    package var fork: String?
    /// `host:port` in the `Via` of the last INVITE, which a CANCEL repeats (§9.1): the endpoint that ends the leg may be elsewhere. Nil of
    /// earlier versions and of another phone.
    package var sentBy: String?

    package struct Dialog: Decodable, Equatable, Sendable {
        /// The value of `To` with its tag.
        package let to: String
        package let target: String
        package let routes: [String]
    }

    /// The addresses of a leg that was kept, where they can be read.
    struct Ends {
        /// Where the trunk was dialled first.
        let address: SocketAddress
        let trunk: Hop
        /// The way of the last INVITE.
        let way: Hop
    }

    /// Requests that the leg may have sent since: a gap in the numbers is allowed, a repetition is not (§12.2.2).
    static let gap: UInt32 = 10_000

    package var isAnswered: Bool { dialog != nil }
    package var id: LegID { LegID(dialOut: dialOut, attempt: attempt) }
    /// Nil where it cannot be read.
    package var keptID: KeptID? {
        guard let fork else { return KeptID(id) }
        return UInt64(hexadecimal: fork).map { KeptID(id, fork: $0) }
    }
    /// Where its requests go but for those that follow the dialog's target; nil where this cannot be read.
    package var nextHop: (address: SocketAddress, transport: Transport)? { ends.map { ($0.trunk.address, $0.trunk.transport) } }

    var ends: Ends? {
        guard let address = SocketAddress(address), let hop = SocketAddress(hop), let transport = Transport(rawValue: transport),
            let hopTransport = Transport(rawValue: hopTransport)
        else { return nil }
        return Ends(
            address: address, trunk: Hop(hop, transport, takesTCP: takesTCP), way: Hop(hop, hopTransport, takesTCP: takesTCP))
    }

    /// The invitation as far as a leg needs it that is only ended.
    func invitation(at ends: Ends) -> Invitation {
        var invitation = Invitation(id: id, destination: ends.address, host: host, number: number, callerID: callerID, sdp: [])
        invitation.transport = ends.trunk.transport
        invitation.takesTCP = takesTCP
        invitation.privacy = Privacy(setting: privacy)
        invitation.sessionExpires = nil
        return invitation
    }
}
