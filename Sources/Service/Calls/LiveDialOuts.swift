import Basis
import Dialing
import SIP

/// What happens to a dial-out while it lives: each step changes its record, and is told to the log once.
extension Service {
    /// A level of the tenant's limits at which dial-outs are to be looked at: counted each time, told once in a while, and not to operators.
    func warned(_ id: SortableID, _ reading: DialOutCounters.Reading) {
        metrics.warned(reading.measure)
        guard let subject = live[id]?.subject, counters.isNews(reading.measure, of: subject, at: world.now) else { return }
        change(id, .warning, { _, _ in }) { event in
            (event.limit, event.count) = (reading.measure, reading.count)
        }
    }

    /// It waits for a trunk, at a place from 1 on.
    @inline(never)
    func queued(_ id: SortableID, at position: Int) {
        change(id, .queued) { dialOut, _ in dialOut.position = position }
    }

    @inline(never)
    func dial(_ leg: LegID, _ attempt: PlannedAttempt, at target: AttemptTarget, until deadline: Instant) {
        guard let dialOut = live[leg.dialOut] else { preconditionFailure("a dial-out that is dialled for is live") }
        legs[leg.dialOut] = leg
        if dialOut.attempts.isEmpty { metrics.stages.invited.note(world.now - dialOut.began) }
        if dialOut.operatorID != attempt.key.operatorID { change(leg.dialOut, .failedOver) { _, _ in } }
        change(leg.dialOut, .dialling) { dialOut, now in
            dialOut.state = .dialling
            dialOut.position = nil
            dialOut.dialledAt = dialOut.dialledAt ?? now
            dialOut.attempts.append(
                .init(
                    operator: attempt.key.operatorID, trunk: attempt.key.trunk, address: target.address.address.description,
                    callerId: attempt.callerID, startedAt: now))
        }
        trunks.dial(
            invitation(leg, dialOut, attempt, target), on: attempt.key, hasOtherAddress: attempt.hasOtherAddress,
            timing: .init(
                silence: min(attempt.silence, deadline - world.now), ringing: .seconds(dialOut.order.ringTimeoutSeconds),
                maxDuration: .seconds(dialOut.order.maxDurationSeconds)))
    }

    /// What an attempt puts on the wire.
    @inline(never)
    func invitation(_ leg: LegID, _ dialOut: DialOut, _ attempt: PlannedAttempt, _ target: AttemptTarget) -> Invitation {
        guard let number = dialOut.decision.number else { preconditionFailure("what is dialled has a number") }
        var invitation = Invitation(
            id: leg, destination: target.address.address, host: attempt.peer.hostport, number: number.description,
            callerID: attempt.callerID.description, sdp: Array((dialOut.order.sdp ?? settings.offer).utf8))
        invitation.transport = target.address.transport
        invitation.takesTCP = target.address.transport == .udp && !attempt.peer.namesTransport
        invitation.ownHosts = target.redirects
        invitation.privacy = attempt.isWithheld ? .id : .none
        invitation.tenantHeader = (name: settings.tenantHeader, value: dialOut.tenant)
        invitation.credentials = attempt.trunk.credentials
        invitation.ringSeconds = dialOut.order.ringTimeoutSeconds
        return invitation
    }

    /// A provisional answer; repeated ones and plain 100s change the record but are not told again.
    @inline(never)
    func progressed(_ id: SortableID, code: Int, phrase: String, sdp: String?, _ reasons: [Reason]) {
        guard let dialOut = live[id], let attempt = dialOut.attempts.last, attempt.sip != code else { return }
        let since = dialOut.time(at: world.now).milliseconds - attempt.startedAt.milliseconds
        if attempt.sip == nil { metrics.stages.provisional.note(.milliseconds(since)) }
        if code == 180 { metrics.stages.ringing.note(.milliseconds(since)) }
        let kind: CallEvent.Kind? = code == 100 ? nil : dialOut.state == .ringing ? .progress : .ringing
        change(id, kind) { dialOut, now in
            dialOut.attempts[dialOut.attempts.count - 1].sip = code
            dialOut.attempts[dialOut.attempts.count - 1].phrase = phrase
            dialOut.attempts[dialOut.attempts.count - 1].note(reasons)
            if let sdp { dialOut.sdpAnswer = sdp }
            guard code > 100 else { return }
            dialOut.state = .ringing
            dialOut.ringingAt = dialOut.ringingAt ?? now
        }
    }

    @inline(never)
    func connected(_ id: SortableID, sdp: String?) {
        if let dialOut = live[id], let attempt = dialOut.attempts.last {
            let since = dialOut.time(at: world.now).milliseconds - attempt.startedAt.milliseconds
            metrics.stages.answered.note(.milliseconds(since))
        }
        change(id, .connected) { dialOut, now in
            dialOut.state = .connected
            dialOut.connectedAt = now
            dialOut.attempts[dialOut.attempts.count - 1].sip = 200
            dialOut.attempts[dialOut.attempts.count - 1].phrase = "OK"
            if let sdp { dialOut.sdpAnswer = sdp }
        }
        if let dialOut = live[id] { metrics.connected(dialOut, at: dialOut.time(at: world.now)) }
    }

    /// The far end has other media, or holds the call; a refresh that changes nothing is not told.
    @inline(never)
    func sessionChanged(_ id: SortableID, sdp: String) {
        guard let dialOut = live[id], dialOut.sdpAnswer != sdp else { return }
        change(id, dialOut.state == .connected ? .sessionChanged : nil) { dialOut, _ in dialOut.sdpAnswer = sdp }
    }

    /// `leg` is what is over; nil where it is still taken back in the background.
    @inline(never)
    func attemptFailed(_ id: SortableID, code: Int?, phrase: String?, _ ending: Ending, over leg: LegID?) {
        legs[id] = nil
        if let attempt = live[id]?.attempts.last { metrics.attempted(ending.outcome, operatorID: attempt.operator) }
        change(id, .attemptFailed, with: leg.map { [.document(.over($0))] } ?? []) { dialOut, now in
            let last = dialOut.attempts.count - 1
            let hasRung = dialOut.attempts[last].sip ?? 0 > 100
            dialOut.attempts[last].phrase = phrase ?? (hasRung && code == nil ? dialOut.attempts[last].phrase : nil)
            if code != nil || !hasRung { dialOut.attempts[last].sip = code }
            dialOut.sdpAnswer = nil
            dialOut.attempts[last].endedAt = now
            dialOut.attempts[last].ending = ending
        }
    }

    /// The end: told, kept, and forgotten here once it is on disk.
    @inline(never)
    func finish(_ id: SortableID, _ ending: Ending) {
        let leg = legs.removeValue(forKey: id)
        stopRequests[id] = nil
        guard var dialOut = live[id] else { return }
        let now = dialOut.time(at: world.now)
        dialOut.state = .ended
        dialOut.ending = ending
        dialOut.endedAt = now
        dialOut.position = nil
        if let last = dialOut.attempts.indices.last, dialOut.attempts[last].ending == nil {
            dialOut.attempts[last].endedAt = now
            dialOut.attempts[last].ending = ending
            metrics.attempted(ending.outcome, operatorID: dialOut.attempts[last].operator)
        }
        dialOut.sequence += 1
        live[id] = dialOut
        metrics.ended(ending.outcome, operatorID: dialOut.operatorID)
        let isItsTenants = directory.hasTenant(dialOut.tenant) && dialOut.id >= identities[.tenant(dialOut.tenant)]
        if isItsTenants, let subject = dialOut.subject {
            let talked = dialOut.connectedAt.map { Duration.milliseconds(now.milliseconds - $0.milliseconds) }
            counters.ended(subject, talked: talked, at: world.now)
        }
        if isItsTenants, dialOut.operatorID == Operator.serviceCarrier, let settings = directory.tenant(dialOut.tenant)?.settings {
            let call = CarrierUse.Call(
                tenant: dialOut.tenant, connectedAt: dialOut.connectedAt, endedAt: now, outcome: ending.outcome,
                decision: .init(country: dialOut.decision.country))
            carrierUse.count(call, settings: settings)
        }
        var entries: [StoreEntry] = [.event(dialOut.row(for: .ended, at: now)), .dialOut(dialOut.stored)]
        if let leg { entries.append(.document(.over(leg))) }
        ledger.note(entries)
        ledger.whenCommitted { [weak self] in self?.assumeIsolated { $0.forget(id) } }
    }

    private func forget(_ id: SortableID) {
        live[id] = nil
        noteQuiet()
    }

    /// Cancels what rings, hangs up what is connected, and stops what has not dialled yet. Repeatable; the first reason counts.
    func stop(_ id: SortableID, _ ending: Ending) {
        guard live[id] != nil, live[id]?.state != .ended, stopRequests[id] == nil else { return }
        stopRequests[id] = ending
        guard let leg = legs[id] else { return trunks.giveUp(id) }
        trunks.stop(leg, because: ending.endedBy == .meeting ? .meeting : .draining)
    }

    private func change(
        _ id: SortableID, _ kind: CallEvent.Kind?, with more: [StoreEntry] = [], _ mutate: (inout DialOut, WallTime) -> Void,
        _ telling: (inout CallEvent) -> Void = { _ in }
    ) {
        guard var dialOut = live.removeValue(forKey: id) else { return }
        let now = dialOut.time(at: world.now)
        mutate(&dialOut, now)
        if kind != nil { dialOut.sequence += 1 }
        live[id] = dialOut
        if let kind { ledger.note([.event(dialOut.row(for: kind, at: now, telling))] + more) }
    }
}

extension DialOut {
    func row(for kind: CallEvent.Kind, at time: WallTime, _ telling: (inout CallEvent) -> Void = { _ in }) -> EventRow {
        var event = CallEvent(kind, of: self, at: time)
        telling(&event)
        return EventRow(
            dialOut: id, sequence: sequence, tenant: tenant, operatorID: kind == .warning ? nil : operatorID, body: JSON.encode(event))
    }

    var stored: StoredDialOut {
        StoredDialOut(
            id: id, tenant: tenant, meetingID: order.meetingID, organizer: order.organizer, operatorID: operatorID,
            formerOperatorIDs: formerOperatorIDs, state: state, body: JSON.encode(self))
    }
}
