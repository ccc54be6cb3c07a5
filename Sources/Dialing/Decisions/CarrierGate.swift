extension Deciding {
    /// Whether the service's own carrier may take the call, with the bridge's default number as caller ID (domain reference §2.1, §2.2, §4.5).
    ///
    /// Without a default number or a carrier's trunk the call is refused as `routeUnusable`: a way was meant to exist, and an administrator
    /// can mend it; a call without a caller ID would be dropped or mistrusted by the networks beyond.
    func chooseCarrier(_ organizer: Organizer, _ destination: Destination, _ decision: inout Decision) throws(Refusal) {
        let afterMatch = decision.usage != nil
        if organizer.licence == .audioConferencingSelectDialOut, decision.country != .unitedStates, decision.country != .canada {
            decision.findings.append(.carrierTooFar(person: organizer.person, decision.country))
            throw Refusal(.licence, .destinationBlocked)
        }
        guard operators.fault(of: Operator.serviceCarrier) == nil else {
            decision.findings.append(.carrierNotConfigured)
            throw Refusal(.operator, .routeUnusable)
        }
        guard let callerID = tenant.document.bridge.defaultServiceNumber else {
            decision.findings.append(.carrierWithoutCallerID(tenant: tenant.document.displayName))
            throw Refusal(.operator, .routeUnusable)
        }
        if let fault = tenant.defaultNumberFault ?? holders.fault(of: callerID, of: tenant.document.id) {
            decision.findings.append(.carrierCallerIDUnusable(fault))
            throw Refusal(.operator, .routeUnusable)
        }
        switch charge(organizer).answer(to: destination) {
        case .allowed(let findings): decision.findings += findings
        case .refused(let findings, let why):
            decision.findings += findings + [.noCredits(person: organizer.person, why)]
            throw Refusal(.credits, .creditsExhausted)
        }
        decision.findings.append(.carrier(callerID: callerID, afterMatch: afterMatch))
        decision.serviceCallerID = callerID
        decision.verdict = .serviceCarrier
    }

    /// The service's own carrier behind matched routes, should all of them fail: a switch of the tenant that holds under Audio Conferencing
    /// Standard alone (domain reference §14, choice 2). Who pays is asked as for any of its calls.
    func addCarrier(_ organizer: Organizer, _ destination: Destination, _ decision: inout Decision) {
        guard tenant.document.settings.serviceCarrierAfterMatchedRoute, organizer.licence == .audioConferencingStandard,
            operators.fault(of: Operator.serviceCarrier) == nil, let callerID = tenant.document.bridge.defaultServiceNumber,
            tenant.defaultNumberFault == nil, holders.fault(of: callerID, of: tenant.document.id) == nil
        else { return }
        switch charge(organizer).answer(to: destination) {
        case .allowed(let findings):
            decision.findings += findings + [.carrierBehind(callerID: callerID)]
            decision.serviceCallerID = callerID
        case .refused(let findings, let why):
            decision.findings += findings + [.noCredits(person: organizer.person, why), .carrierNotBehind]
        }
    }

    private func charge(_ organizer: Organizer) -> CarrierCharge {
        CarrierCharge(
            terms: CarrierTerms(tenant.document), pool: pool, licence: organizer.licence,
            holdsCredits: organizer.profile.key.licences.contains(.communicationsCredits))
    }
}
