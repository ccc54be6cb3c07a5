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
