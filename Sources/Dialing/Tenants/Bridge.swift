/// The tenant's Audio Conferencing bridge (domain reference §7.4). One per tenant.
package struct Bridge: Codable, Equatable, Sendable {
    package var identity: String
    package var name: String
    /// A toll number on the bridge that no Operator Connect operator provided; the caller ID of calls that the service's own carrier takes.
    package var defaultServiceNumber: E164?

    package init(identity: String, name: String = "Conference Bridge", defaultServiceNumber: E164? = nil) {
        self.identity = identity
        self.name = name
        self.defaultServiceNumber = defaultServiceNumber
    }
}

/// A number in the tenant's inventory (domain reference §7.2, §7.3).
package struct PhoneNumberAssignment: Codable, Equatable, Sendable {
    package var telephoneNumber: E164
    /// Who provided it: an operator's id, or ``Operator/serviceCarrier``.
    package var operatorID: String
    package var country: Country?
    package var city: String?
    package var isTollFree: Bool
    package var usage: Usage
    package var status: Status
    package var primaryLanguage: String?
    package var secondaryLanguages: [String]
    /// The order that brought it.
    package var order: String?
    /// The user that it is assigned to, by user principal name.
    package var assignedTo: String?
    /// How long it may not be assigned to a user.
    package var block: Block?
    /// How far its release has come (domain reference §7.6); nil where nobody asked for it.
    package var release: Release?
    /// True for a number of the service's own carrier that other tenants have as well (domain reference §7.4).
    package var shared: Bool?
    /// What its operator says of it beside; nil where it said nothing.
    package var provision: Provision?

    /// Members of an order that go with each of its numbers (domain reference §7.2, §7.3).
    package struct Provision: Codable, Equatable, Sendable {
        package enum Capability: String, Codable, CaseIterable, Sendable {
            case inboundCalling = "InboundCalling"
            case outboundCalling = "OutboundCalling"
        }
        /// The operator's bundle of settings for the number.
        package var callingProfile: String?
        package var capabilities: [Capability]?
        package var civicAddressId: String?
        package var locationId: String?
        /// Whether the tenant may change the location.
        package var locationUpdateSupported: Bool?

        package init() {}

        /// The first of its fields that breaks a rule; none may name a place for a number that is not for users.
        package func brokenRule(for usage: Usage) -> (field: String, rule: String)? {
            for (field, text) in [("callingProfile", callingProfile), ("civicAddressId", civicAddressId), ("locationId", locationId)] {
                guard let text, !(1...64).contains(text.utf8.count) || text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { continue }
                return (field, "has 1 to 64 bytes without control characters")
            }
            if let capabilities, Set(capabilities).count != capabilities.count { return ("capabilities", "names a capability twice") }
            if usage != .user, civicAddressId != nil { return ("civicAddressId", "is for numbers of users") }
            if usage != .user, locationId != nil { return ("locationId", "is for numbers of users") }
            return nil
        }
    }

    package struct Block: Codable, Equatable, Sendable {
        /// Milliseconds since 1970; nil for ever.
        package var until: Int?

        package init(until: Int?) { self.until = until }

        package func holds(at now: Int) -> Bool { until.map { $0 > now } ?? true }
    }
    package enum Release: String, Codable, CaseIterable, Sendable {
        case releaseRequested = "ReleaseRequested"
        case markedForRemoval = "MarkedForRemoval"
        case readyForRemoval = "ReadyForRemoval"

        /// The one behind it; nil: the number goes.
        package var next: Release? {
            switch self {
            case .releaseRequested: .markedForRemoval
            case .markedForRemoval: .readyForRemoval
            case .readyForRemoval: nil
            }
        }
    }

    /// What the operator uploaded it for; only `conference` numbers go on a bridge.
    package enum Usage: String, Codable, CaseIterable, Sendable { case user, application, conference }
    package enum Status: String, Codable, CaseIterable, Sendable {
        case unassigned = "Unassigned"
        case userAssigned = "UserAssigned"
        case conferenceAssigned = "ConferenceAssigned"
        case voiceApplicationAssigned = "VoiceApplicationAssigned"
    }

    package init(
        telephoneNumber: E164, operatorID: String, country: Country? = nil, city: String? = nil, isTollFree: Bool = false,
        usage: Usage = .conference, status: Status = .unassigned, primaryLanguage: String? = nil, secondaryLanguages: [String] = [],
        order: String? = nil
    ) {
        self.telephoneNumber = telephoneNumber
        self.operatorID = operatorID
        self.country = country
        self.city = city
        self.isTollFree = isTollFree
        self.usage = usage
        self.status = status
        self.primaryLanguage = primaryLanguage
        self.secondaryLanguages = secondaryLanguages
        self.order = order
    }
}

extension PhoneNumberAssignment {
    /// Whether other tenants may have it as well.
    package var isShared: Bool { shared == true && operatorID == Operator.serviceCarrier }
}
