import Basis

/// A person of a tenant; as the organizer of a meeting, the one whose licences and policies decide (domain reference §1).
package struct User: Codable, Equatable, Sendable {
    /// User principal name, in lower case: `alice@contoso.example`.
    package var upn: String
    package var displayName: String
    /// ISO 3166-1 alpha-2; nil means the tenant's country.
    package var usageLocation: Country?
    /// Where the user works, as the organisation writes it.
    package var state: String?
    package var city: String?
    package var licences: Licences
    /// Groups the user is a direct member of; a grant to any other group does not reach the user.
    package var groups: [String]
    /// Whether Audio Conferencing is switched on for this user; a licence alone switches it on.
    package var audioConferencingEnabled: Bool
    /// Policies granted directly; each wins over groups and Global (domain reference §4.1).
    package var grants: Grants
    /// What is kept for invites; nil where nothing is.
    package var conferencing: UserConferencing?

    /// Names of policies, without `Tag:`; nil where there is no direct grant.
    package struct Grants: Codable, Hashable, Sendable {
        package var audioConferencingRoutingPolicy: String?
        package var dialOutPolicy: String?
        package var tenantDialPlan: String?
        package var voiceRoutingPolicy: String?
        package var audioConferencingPolicy: String?
        package var meetingPolicy: String?

        package init(audioConferencingRoutingPolicy: String? = nil, dialOutPolicy: String? = nil, tenantDialPlan: String? = nil) {
            self.audioConferencingRoutingPolicy = audioConferencingRoutingPolicy
            self.dialOutPolicy = dialOutPolicy
            self.tenantDialPlan = tenantDialPlan
        }
    }

    package init(
        upn: String, displayName: String = "", usageLocation: Country? = nil, licences: Licences = [], groups: [String] = [],
        audioConferencingEnabled: Bool = true, grants: Grants = Grants(), conferencing: UserConferencing? = nil
    ) {
        self.upn = upn.asciiLowercased
        self.displayName = displayName
        self.usageLocation = usageLocation
        self.licences = licences
        self.groups = groups
        self.audioConferencingEnabled = audioConferencingEnabled
        self.grants = grants
        self.conferencing = conferencing
    }
}

extension User: Named {
    package var name: String { upn }
}
