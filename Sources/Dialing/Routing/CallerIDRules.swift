extension Tenant {
    /// Why a number of the inventory may not be a route's caller ID; nil where nothing of the tenant's own says so (domain reference §4.4;
    /// §14, choice 15).
    package func faultAsCallerID(_ number: PhoneNumberAssignment) -> Unusable? {
        let source = number.telephoneNumber
        if number.operatorID == Operator.serviceCarrier { return .numberOfServiceCarrier(source) }
        if number.usage != .conference { return .numberNotConference(source) }
        if number.status != .conferenceAssigned { return .numberNotOnBridge(source) }
        if number.isTollFree { return .numberTollFree(source) }
        guard let relation = relation(to: number.operatorID) else { return .operatorNotMine(number.operatorID, source) }
        return relation.suspension ?? faultOfCountry(number, relation)
    }

    /// Whether the relation to its operator covers the number's country.
    package func faultOfCountry(_ number: PhoneNumberAssignment, _ relation: TenantOperator) -> Unusable? {
        relation.countryLeftOut(said: number.country, of: NumberFacts(of: number.telephoneNumber)).map {
            .countryNotEnabled(number.operatorID, $0, number.telephoneNumber)
        }
    }

    /// All that ``faultAsCallerID(_:)`` would say one after the other of a route that may be written all the same.
    package func passingFaultsAsCallerID(_ number: PhoneNumberAssignment) -> [Unusable] {
        guard let fault = faultAsCallerID(number), fault.mayPass else { return [] }
        guard let relation = relation(to: number.operatorID), relation.suspension == fault else { return [fault] }
        return [fault] + [faultOfCountry(number, relation)].compactMap(\.self)
    }

    /// Why the bridge's default number may not be the caller ID of the service's own carrier (domain reference §7.4).
    var defaultNumberFault: Unusable? {
        guard let source = bridge.defaultServiceNumber else { return nil }
        guard let number = number(source) else { return .numberReleased(source) }
        if number.usage != .conference { return .numberNotConference(source) }
        if number.status != .conferenceAssigned { return .numberNotOnBridge(source) }
        if number.isTollFree { return .numberTollFree(source) }
        return number.operatorID == Operator.serviceCarrier ? nil : .numberOfOperator(number.operatorID, source)
    }
}

extension TenantOperator {
    /// Why its numbers are out of use, if they are: by the operator's word, or the tenant's own.
    package var suspension: Unusable? {
        guard status == .suspended else { return nil }
        guard let agreement, agreement.forbids else { return .operatorSuspended(operatorID) }
        return .operatorLeft(operatorID, isDeclined: agreement.status == .declined, agreement.reason ?? "")
    }
}

extension Unusable {
    /// Whether a route may be written that cannot be used for this reason: its owner can change that without the route.
    package var mayPass: Bool {
        switch self {
        case .operatorSuspended, .operatorLeft, .countryNotEnabled, .operatorWithoutTrunk, .trunkRules, .noTarget, .gatewayUnknown,
            .gatewayDisabled, .gatewayNotUnderLicence, .gatewayAddress, .gatewayRule, .gatewayCallerID, .patternUndecided:
            true
        case .numberReleased, .numberNotOnBridge, .numberNotConference, .numberTollFree, .numberOfServiceCarrier, .numberOfOperator,
            .operatorNotMine, .operatorGone, .operatorWithoutConferencing, .numberOfSeveralTenants, .numberNotUploaded:
            false
        }
    }
}
