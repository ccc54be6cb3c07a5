/// A voice route (domain reference §4.3, §4.4, §8.3).
package struct VoiceRoute: Codable, Equatable, Named, Sendable {
    package var name: String
    package var description: String
    /// Searched, not anchored, in the number with its `+`.
    package var numberPattern: String
    package var onlinePstnUsages: [String]
    /// Excludes ``bridgeSourcePhoneNumber``; such a route is not for Operator Connect Conferencing.
    package var onlinePstnGatewayList: [String]
    /// Picks the operator and is the caller ID.
    package var bridgeSourcePhoneNumber: E164?
    /// Lower is tried first; equal priorities go by creation.
    package var priority: Int

    package static let defaultNumberPattern = "[0-9]{10}"

    package init(
        name: String, description: String = "", numberPattern: String = VoiceRoute.defaultNumberPattern, onlinePstnUsages: [String] = [],
        onlinePstnGatewayList: [String] = [], bridgeSourcePhoneNumber: E164? = nil, priority: Int
    ) {
        self.name = name
        self.description = description
        self.numberPattern = numberPattern
        self.onlinePstnUsages = onlinePstnUsages
        self.onlinePstnGatewayList = onlinePstnGatewayList
        self.bridgeSourcePhoneNumber = bridgeSourcePhoneNumber
        self.priority = priority
    }
}

/// An ordered list of usages, granted to organizers (domain reference §8.4). `Global` is everybody's who has no other.
package struct AudioConferencingRoutingPolicy: Codable, Equatable, Named, Sendable {
    package var name: String
    package var onlinePstnUsages: [String]
    package var description: String
    /// For `Global` after a global grant: the policy whose values were copied (domain reference §14, choice 1).
    package var copiedFrom: String?

    package init(name: String, onlinePstnUsages: [String] = [], description: String = "", copiedFrom: String? = nil) {
        self.name = name
        self.onlinePstnUsages = onlinePstnUsages
        self.description = description
        self.copiedFrom = copiedFrom
    }
}

/// A tenant dial plan: ordered rules that make what people type into E.164 (domain reference §5.1, §8.10).
package struct TenantDialPlan: Codable, Equatable, Named, Sendable {
    package var name: String
    package var simpleName: String
    package var description: String
    package var normalizationRules: [NormalizationRule]

    package struct NormalizationRule: Codable, Equatable, Sendable {
        package var name: String
        package var description: String
        package var pattern: String
        package var translation: String
        package var isInternalExtension: Bool

        package init(
            name: String, description: String = "", pattern: String = "^(\\d{11})$", translation: String = "+$1",
            isInternalExtension: Bool = false
        ) {
            self.name = name
            self.description = description
            self.pattern = pattern
            self.translation = translation
            self.isInternalExtension = isInternalExtension
        }
    }

    package static let ruleLimit = 50

    package init(name: String, simpleName: String? = nil, description: String = "", normalizationRules: [NormalizationRule] = []) {
        self.name = name
        self.simpleName = simpleName ?? name
        self.description = description
        self.normalizationRules = normalizationRules
    }
}
