/// Why a matching route cannot carry a call (domain reference §4.6).
package enum Unusable: Equatable, Sendable {
    case noTarget
    /// The route names a gateway that the tenant has not: only a store of an earlier version can hold such.
    case gatewayUnknown(String)
    case gatewayDisabled(String)
    case gatewayNotUnderLicence(String, Licence)
    /// It is at an address that the platform does not allow.
    case gatewayAddress(String)
    /// A rule of it makes no number of what is dialled or shown; nil where its pattern ran out of steps.
    case gatewayRule(String, rule: String, result: String?)
    /// Gateways show the bridge's default number, and there is none.
    case gatewayCallerID
    case numberReleased(E164)
    case numberNotOnBridge(E164)
    case numberNotConference(E164)
    case numberTollFree(E164)
    case numberOfServiceCarrier(E164)
    /// A bridge's default number that an operator provided.
    case numberOfOperator(String, E164)
    case numberOfSeveralTenants(E164)
    case numberNotUploaded(E164)
    case operatorNotMine(String, E164)
    case operatorSuspended(String)
    /// The operator has declined the agreement with the tenant, or terminated it, for a reason.
    case operatorLeft(String, isDeclined: Bool, String)
    case countryNotEnabled(String, Country, E164)
    case operatorGone(String)
    case operatorWithoutConferencing(String)
    case operatorWithoutTrunk(String)
    /// The number rules of each of its trunks make no number of what is dialled or shown.
    case trunkRules(String)
    case patternUndecided(String)
}

extension Unusable {
    /// As the contract's `why`: a clause without a full stop.
    package var sentence: String {
        switch self {
        case .noTarget: "it names neither a BridgeSourcePhoneNumber nor a gateway"
        case .gatewayUnknown(let name): "the tenant has no gateway \(name)"
        case .gatewayDisabled(let name): "gateway \(name) is not enabled"
        case .gatewayNotUnderLicence(let name, let licence):
            licence == .operatorConnectConferencing
                ? "gateway \(name) may not carry a call under \(licence.title), where only an operator may"
                : "gateway \(name) may not carry a call under \(licence.title)"
        case .gatewayAddress(let name):
            "gateway \(name) is at a private, local or reserved address, or one of the service's own, which the platform does not allow"
        case .gatewayRule(let name, let rule, let result?): "rule \(rule) of gateway \(name) makes \"\(result)\", which is no number"
        case .gatewayRule(let name, let rule, nil): "rule \(rule) of gateway \(name) ran out of steps"
        case .gatewayCallerID: "the bridge has no default service number to show as caller ID"
        case .numberReleased(let number): "its source number \(number) is not in the tenant's inventory any more"
        case .numberNotOnBridge(let number): "its source number \(number) is not assigned to the bridge"
        case .numberNotConference(let number): "its source number \(number) is not a conference number"
        case .numberTollFree(let number): "its source number \(number) is toll-free and may not be a caller ID"
        case .numberOfServiceCarrier(let number): "its source number \(number) was not provided by an operator"
        case .numberOfOperator(let id, let number): "its number \(number) was provided by operator \(id)"
        case .numberOfSeveralTenants(let number): "its source number \(number) stands in more than one tenant"
        case .numberNotUploaded(let number): "its source number \(number) was brought by no order of its operator"
        case .operatorNotMine(let id, let number): "operator \(id), which provided \(number), is not one of the tenant's operators"
        case .operatorSuspended(let id): "operator \(id) is suspended"
        case .operatorLeft(let id, let isDeclined, let reason):
            "operator \(id) \(Self.leaving(isDeclined: isDeclined)) the tenant\(reason.isEmpty ? "" : ": \(reason)")"
        case .countryNotEnabled(let id, let country, let number): "operator \(id) is not enabled for \(country), the country of \(number)"
        case .operatorGone(let id): "operator \(id) is not known to the service"
        case .operatorWithoutConferencing(let name): "operator \(name) does not offer Conferencing"
        case .operatorWithoutTrunk(let name): "operator \(name) has no trunk in service"
        case .trunkRules(let name): "the number rules of every trunk of operator \(name) make no number of this one or of its source number"
        case .patternUndecided(let pattern): Self.undecidedOpening + "\(pattern) ran out of steps"
        }
    }

    /// What an operator has done that left, as a clause before the tenant's name.
    package static func leaving(isDeclined: Bool) -> String { "has \(isDeclined ? "declined" : "terminated") its agreement with" }

    /// How ``patternUndecided(_:)`` begins, and no other reason does.
    static let undecidedOpening = "its pattern "
}
