/// Policies and settings that a tenant's administrators keep here beside those that route: for invites, for the meeting service, and for the
/// telephony of its users, who are not dialled by this service. A policy `Global` stands in a list only where it differs from its factory values.
package struct TenantPolicies: Codable, Equatable, Sendable {
    package var audioConferencing = NamedList<TeamsAudioConferencingPolicy>()
    package var meeting = NamedList<TeamsMeetingPolicy>()
    package var voiceRouting = NamedList<OnlineVoiceRoutingPolicy>()
    package var gateways = NamedList<PSTNGateway>()
    package var translationRules = NamedList<TeamsTranslationRule>()
    /// Orders of the tenant's own about its numbers, the latest last.
    package var orders: [TenantNumberOrder] = []

    /// Policies of one type in a tenant, gateways and rules.
    package static let limit = 1_000
    /// UTF-8 bytes of the name of a policy for invites, for meetings or for calls of persons (domain reference §7.5).
    package static let nameLimit = 64
    /// Orders that are kept.
    package static let orderLimit = 200

    package init() {}

    /// Everything in its lists.
    var count: Int {
        audioConferencing.count + meeting.count + voiceRouting.count + gateways.count + translationRules.count + orders.count
    }
}

/// Which numbers the invites of those who are granted it show (domain reference §7.5, §8.9).
package struct TeamsAudioConferencingPolicy: Codable, Equatable, Named, Sendable {
    package var name: String
    package var allowTollFreeDialin = true
    /// In the order in which an invite shows them; none: the user's own default numbers.
    package var meetingInvitePhoneNumbers: [E164] = []

    package init(name: String) { self.name = name }

    /// Always there, and not to be changed.
    package static let builtIn: TeamsAudioConferencingPolicy = {
        var policy = TeamsAudioConferencingPolicy(name: "AllowTollfreedialinFalse")
        policy.allowTollFreeDialin = false
        return policy
    }()
}

/// What meetings of those who are granted it allow, as far as phones are concerned (domain reference §3.1, §7.7).
package struct TeamsMeetingPolicy: Codable, Equatable, Named, Sendable {
    package var name: String
    package var description = ""
    package var allowAnonymousUsersToDialOut = false
    package var autoAdmittedUsers = AutoAdmittedUsers.everyoneInCompany
    package var allowPSTNUsersToBypassLobby = false

    package enum AutoAdmittedUsers: String, Codable, CaseIterable, Sendable {
        case everyoneInCompany = "EveryoneInCompany"
        case everyoneInSameAndFederatedCompany = "EveryoneInSameAndFederatedCompany"
        case everyone = "Everyone"
        case organizerOnly = "OrganizerOnly"
        case everyoneInCompanyExcludingGuests = "EveryoneInCompanyExcludingGuests"
        case invitedUsers = "InvitedUsers"
    }

    package init(name: String) { self.name = name }
}

/// The twin of a routing policy for calls of persons, which this service does not place (domain reference §8.4).
package struct OnlineVoiceRoutingPolicy: Codable, Equatable, Named, Sendable {
    package var name: String
    package var description = ""
    package var onlinePstnUsages: [String] = []

    package init(name: String) { self.name = name }
}

/// A gateway of the tenant's own (domain reference §8.11).
package struct PSTNGateway: Codable, Equatable, Named, Sendable {
    package enum BypassMode: String, Codable, CaseIterable, Sendable {
        case none = "None"
        case always = "Always"
        case onlyForLocalUsers = "OnlyForLocalUsers"
    }
    package enum AddressVersion: String, Codable, CaseIterable, Sendable { case v4 = "IPv4", v6 = "IPv6" }

    /// The FQDN.
    package var name: String
    package var sipSignalingPort: Int
    package var enabled = false
    package var maxConcurrentSessions: Int?
    package var sendSipOptions = true
    package var failoverResponseCodes = "408, 503, 504"
    package var failoverTimeSeconds = 10
    package var forwardPai = false
    package var forwardCallHistory = false
    package var mediaBypass = false
    package var bypassMode = BypassMode.none
    package var gatewaySiteId: String?
    package var gatewaySiteLbrEnabled = false
    package var gatewayLbrEnabledUserOverride = false
    package var pidfLoSupported = false
    package var proxySbc: String?
    package var ipAddressVersion = AddressVersion.v4
    package var mediaRelayRoutingLocationOverride: String?
    /// Names of translation rules, in the order in which they are tried.
    package var inboundTeamsNumberTranslationRules: [String] = []
    package var inboundPstnNumberTranslationRules: [String] = []
    package var outboundTeamsNumberTranslationRules: [String] = []
    package var outboundPstnNumberTranslationRules: [String] = []
    package var description = ""

    /// Characters of a gateway's name.
    package static let nameLimit = 63

    package init(name: String, sipSignalingPort: Int) { (self.name, self.sipSignalingPort) = (name, sipSignalingPort) }

    /// ``failoverResponseCodes`` one by one.
    package var failoverCodes: [Int] { failoverResponseCodes.split(separator: ",").compactMap { Int($0.split(separator: " ").joined()) } }

    package var translationRules: [String] {
        inboundTeamsNumberTranslationRules + inboundPstnNumberTranslationRules + outboundTeamsNumberTranslationRules
            + outboundPstnNumberTranslationRules
    }
}

/// How a number is written for a gateway or read from one (domain reference §5.2).
package struct TeamsTranslationRule: Codable, Equatable, Named, Sendable {
    package var name: String
    package var description = ""
    package var pattern: String
    package var translation: String

    package init(name: String, pattern: String, translation: String) {
        (self.name, self.pattern, self.translation) = (name, pattern, translation)
    }
}

/// What a tenant asked to be done with numbers, and what came of each (domain reference §7.3).
package struct TenantNumberOrder: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable { case release = "Release", usageUpdate = "NumberUsageUpdate" }
    package struct Entry: Codable, Equatable, Sendable {
        package let telephoneNumber: E164
        /// Why nothing was done; nil where it was.
        package let message: String?

        package init(telephoneNumber: E164, message: String?) { (self.telephoneNumber, self.message) = (telephoneNumber, message) }
    }
    package let id: String
    package let kind: Kind
    /// Milliseconds since 1970.
    package let createdAt: Int
    package let entries: [Entry]

    /// Numbers of one order.
    package static let limit = 1_000

    package init(id: String, kind: Kind, createdAt: Int, entries: [Entry]) {
        (self.id, self.kind, self.createdAt, self.entries) = (id, kind, createdAt, entries)
    }
}

extension Tenant {
    /// What is kept of policies beside the routing ones; empty where nothing is.
    package var policies: TenantPolicies {
        get { heldPolicies ?? TenantPolicies() }
        set { heldPolicies = newValue == TenantPolicies() ? nil : newValue }
    }

    /// Settings of meetings, with their factory values where none was set.
    package var meetings: MeetingSettings {
        get { settings.meetings ?? MeetingSettings() }
        set { settings.meetings = newValue == MeetingSettings() ? nil : newValue }
    }

    /// The meeting policy of a name, `Global` with its values from the start where nobody changed it.
    package func meetingPolicy(_ name: String) -> TeamsMeetingPolicy? {
        guard name.lowercased() == "global" else { return policies.meeting[name] }
        var global = policies.meeting["Global"] ?? TeamsMeetingPolicy(name: "Global")
        global.allowAnonymousUsersToDialOut = settings.anonymousUsersMayDialOut
        return global
    }
}

extension TeamsTranslationRule {
    /// The rule without what describes it.
    package var plain: NumberRule { NumberRule(name: name, pattern: pattern, translation: translation) }
}
