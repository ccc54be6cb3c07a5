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
package struct StandingLeg: Codable, Equatable, Sendable {
    package let dialOut: SortableID
    package let attempt: Int
    /// Where the trunk listens, what is spoken there, and whether long requests go by TCP.
    let address: String
    let transport: String
    let takesTCP: Bool
    /// The trunk in `To`, and in the Request-URI of the first INVITE.
    let host: String
    let number: String
    /// The caller ID in `From`, unless it is withheld, and in `P-Asserted-Identity`.
    let callerID: String
    let privacy: String
    /// The value of `From` as it was sent.
    let from: String
    /// How long the phone was to ring, in seconds.
    let ringSeconds: Int
    /// INVITEs outside a dialog, the sequence number of the last, and where it went: host in the Request-URI, address and transport.
    let invites: Int
    let inviteCSeq: UInt32
    let hopHost: String
    let hop: String
    let hopTransport: String
    /// The last sequence number that was used when this was kept.
    let cSeq: UInt32
    /// The dialog once it is answered.
    let dialog: Dialog?
    /// The Call-ID of a leg whose Call-ID follows from nothing.
    var callID: String?
    /// Of another phone that took the call, ``KeptID/fork`` in hexadecimal digits: the dialog is that phone's.
    var fork: String?

    package struct Dialog: Codable, Equatable, Sendable {
        /// The value of `To` with its tag.
        let to: String
        let target: String
        let routes: [String]
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
        return UInt64(fork, radix: 16).map { KeptID(id, fork: $0) }
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

extension StandingLeg {
    fileprivate static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension Leg {
    /// What ends the leg as it stands.
    var standing: StandingLeg {
        StandingLeg(
            dialOut: invitation.id.dialOut, attempt: invitation.id.attempt, address: invitation.destination.description,
            transport: invitation.transport.rawValue, takesTCP: invitation.takesTCP, host: invitation.host, number: invitation.number,
            callerID: invitation.callerID, privacy: invitation.privacy.rawValue, from: StandingLeg.text(from),
            ringSeconds: invitation.ringSeconds, invites: invites,
            inviteCSeq: inviteCSeq, hopHost: host, hop: trunk.address.description,
            hopTransport: (inviteWay ?? trunk).transport.rawValue, cSeq: cSeq,
            dialog: dialog.map { StandingLeg.Dialog($0) })
    }
}

extension StandingLeg.Dialog {
    fileprivate init(_ dialog: SIP.Dialog) {
        self.init(
            to: StandingLeg.text(dialog.to), target: StandingLeg.text(dialog.target), routes: dialog.routes.map { StandingLeg.text($0) })
    }
}

extension StandingLeg {
    /// What ends a dialog that another phone's 2xx made.
    init(_ fork: Fork, _ key: UInt64, of leg: LegID) {
        self.init(
            dialOut: leg.dialOut, attempt: leg.attempt, address: fork.hop.address.description, transport: fork.hop.transport.rawValue,
            takesTCP: fork.hop.takesTCP, host: "", number: "", callerID: "", privacy: "", from: Self.text(fork.from), ringSeconds: 0,
            invites: 0, inviteCSeq: fork.inviteCSeq, hopHost: "", hop: fork.hop.address.description,
            hopTransport: fork.hop.transport.rawValue, cSeq: fork.cSeq, dialog: Dialog(fork.dialog))
        self.fork = String(key, radix: 16)
    }
}

extension Endpoint {
    /// What will end the leg that is to be dialled: kept before ``invite(_:at:)``.
    package func standing(_ invitation: Invitation) -> StandingLeg {
        var layer = layer
        var leg = Leg(invitation, configuration: configuration, layer: &layer, at: .zero)
        if invitation.takesTCP { leg.inviteWay = leg.writeInvite(&layer) }
        return leg.standing
    }

    /// The leg is kept: its next message may leave.
    /// `account` is its trunk's, for another phone whose leg may be long forgotten.
    package mutating func kept(_ id: KeptID, account: Account? = nil, at now: Instant) {
        if let key = id.fork { return settleFork(key, isKept: true, account: account, at: now) }
        touch(id.leg) { leg, layer in leg.kept(&layer, at: now) }
    }

    /// It cannot be kept now: nothing is dialled again, and what is to be hung up anyway is. Who has answered a call that would go on waits
    /// for ``kept(_:account:at:)`` until ``Configuration/keepPatience`` is over.
    package mutating func notKept(_ id: KeptID, at now: Instant) {
        if let key = id.fork { return settleFork(key, isKept: false, at: now) }
        touch(id.leg) { leg, layer in leg.notKept(&layer, at: now) }
    }

    /// Ends a leg that an earlier endpoint under the same ``LegKey`` has dialled, at whatever stage it is: CANCEL at once, without its
    /// INVITE, and again until the final response or 64 × T1; ACK and BYE for what is answered, or was. ``Output/failed(_:_:)`` or
    /// ``Output/ended(_:by:reasons:)`` tells when it is over, ``Output/released(_:)`` where it is another phone's dialog. One whose addresses
    /// cannot be read is left as it is.
    package mutating func takeUp(
        _ kept: StandingLeg, credentials: Account?, reason: Reason, at now: Instant
    ) {
        if let key = kept.keptID?.fork { return takeUpFork(kept, key, account: credentials, at: now) }
        guard let ends = kept.ends, kept.fork == nil, legs.place(of: kept.id) == nil else { return }
        var leg = Leg(takingUp: kept, ends, configuration: configuration, layer: layer, at: now)
        noteAccount(credentials, at: ends.address)
        leg.credentials = credentials.map { Credentials($0) }
        let place = legs.insert(leg)
        legs.touch(place, &layer) { leg, layer in leg.end(reason, &layer, at: now) }
    }
}

/// A connected leg as versions kept it that knew its Call-ID alone.
package struct StandingDialog: Decodable, Sendable {
    let callID: String
    let from: String
    let to: String
    /// Request-URI and `Route` as a request had them: with a strict router the other way round.
    let uri: String
    let routes: [String]
    let cSeq: UInt32
    let address: String
    let transport: String

    /// The leg of this dial-out.
    package func leg(of dialOut: SortableID) -> StandingLeg {
        var (target, routes) = (uri, routes)
        if let first = routes.first, !first.contains(";lr"), let last = routes.popLast() {
            routes = ["<\(uri)>"] + routes
            target = String(last.dropFirst().dropLast())
        }
        var leg = StandingLeg(
            dialOut: dialOut, attempt: 0, address: address, transport: transport, takesTCP: false, host: "", number: "", callerID: "",
            privacy: "",
            from: from, ringSeconds: 0, invites: 1, inviteCSeq: 1, hopHost: "", hop: address, hopTransport: transport, cSeq: cSeq,
            dialog: .init(to: to, target: target, routes: routes))
        leg.callID = callID
        return leg
    }
}
