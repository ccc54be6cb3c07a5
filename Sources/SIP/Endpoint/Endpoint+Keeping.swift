import Basis

/// Legs that another endpoint is to end should this one vanish, and legs of one that has.
extension Endpoint {
    /// What will end the leg that is to be dialled: kept before ``invite(_:at:)``.
    package func standing(_ invitation: Invitation) -> StandingLeg {
        var layer = layer
        var leg = Leg(invitation, configuration: configuration, layer: &layer, at: .zero)
        if invitation.takesTCP { leg.writeInvite(&layer) }
        return leg.standing(layer.stationery)
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
        leg.authentication.credentials = credentials.map { Credentials($0) }
        let place = legs.insert(leg, &layer)
        legs.touch(place, &layer) { leg, layer in leg.end(reason, &layer, at: now) }
    }
}
