import Basis

/// Everything of a user but the names: the same for many users, of any tenant, and kept once.
final class UserProfile: Sendable {
    let key: Key
    /// Names as they are looked up: in lower case.
    let routingGrant: String?
    let dialPlanGrant: String?
    let meetingGrant: String?
    let groups: Set<String>
    let dialOutPolicy: DialOutPolicy?
    let licence: Licence?

    struct Key: Hashable, Sendable {
        let usageLocation: Country?
        let state: String?
        let city: String?
        let licences: Licences
        let groups: [String]
        let audioConferencingEnabled: Bool
        let grants: User.Grants
        let conferencing: UserConferencing?
        /// Texts that may be written in several Unicode normal forms: users who differ in that do not share.
        private let spelling: [ExactText]

        init(_ user: User) {
            usageLocation = user.usageLocation
            (state, city) = (user.state, user.city)
            licences = user.licences
            groups = user.groups
            audioConferencingEnabled = user.audioConferencingEnabled
            grants = user.grants
            conferencing = user.conferencing
            var spelling: [ExactText] = []
            func note(_ text: String?) { if let text, !text.isASCII { spelling.append(ExactText(text)) } }
            note(state)
            note(city)
            for group in groups { note(group) }
            note(grants.audioConferencingRoutingPolicy)
            note(grants.tenantDialPlan)
            note(grants.voiceRoutingPolicy)
            note(grants.audioConferencingPolicy)
            note(grants.meetingPolicy)
            self.spelling = spelling
        }
    }

    init(_ key: Key) {
        self.key = key
        routingGrant = key.grants.audioConferencingRoutingPolicy?.lowercased()
        dialPlanGrant = key.grants.tenantDialPlan?.lowercased()
        meetingGrant = key.grants.meetingPolicy?.lowercased()
        groups = Set(key.groups.map { $0.lowercased() })
        dialOutPolicy = key.grants.dialOutPolicy.flatMap(DialOutPolicy.named)
        licence = key.licences.deciding
    }
}

extension Licences {
    /// The licence that counts when a user holds several: the most capable one (domain reference §14, choice 7).
    package var deciding: Licence? {
        [
            .audioConferencingStandard, .operatorConnectConferencing, .audioConferencingSelectDialOut, .audioConferencingPayPerMinute,
        ].first(where: contains)
    }
}
