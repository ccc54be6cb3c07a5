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
    /// Characters.
    package static let nameLimit = 49, descriptionLimit = 1_040, ruleDescriptionLimit = 512
    package static let nameRule = "has 1 to \(nameLimit) letters, digits, spaces, hyphens and dots, and no dot in front"

    /// Whether a plan may be called so; a simple name may have parentheses as well.
    package static func isName(_ name: String, isSimple: Bool = false) -> Bool {
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-. ".unicodeScalars.contains($0))
                || isSimple && ($0 == "(" || $0 == ")")
        }
        return (1...nameLimit).contains(name.count) && isPlain && !name.hasPrefix(".")
    }

    /// The first field that breaks a rule.
    var brokenRule: (field: String, rule: String)? {
        if !Self.isName(name) { return ("name", Self.nameRule) }
        if !Self.isName(simpleName, isSimple: true) { return ("simpleName", Self.nameRule) }
        if description.count > Self.descriptionLimit { return ("description", "has up to \(Self.descriptionLimit) characters") }
        for rule in normalizationRules {
            let place = "normalizationRules[\(rule.name)]"
            if !rule.name.isName { return (place + ".name", String.nameRule) }
            if rule.description.count > Self.ruleDescriptionLimit {
                return (place + ".description", "has up to \(Self.ruleDescriptionLimit) characters")
            }
        }
        return normalizationRules.map(\.name).namedTwice.map { ("normalizationRules", "has the rule \($0) twice") }
    }

    package init(name: String, simpleName: String? = nil, description: String = "", normalizationRules: [NormalizationRule] = []) {
        self.name = name
        self.simpleName = simpleName ?? name
        self.description = description
        self.normalizationRules = normalizationRules
    }
}
