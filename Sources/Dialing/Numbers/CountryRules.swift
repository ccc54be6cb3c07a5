internal import CPhoneNumber

extension Country {
    /// The service's own dial plan of the country as rules that administrators know (domain reference §5.1): how an international number and one of
    /// the country are dialled there. What these rules say is what ``DialingHabits`` reads; that reads more besides.
    package var normalizationRules: [TenantDialPlan.NormalizationRule] {
        let code = description.withCString { phone_number_calling_code($0) }
        guard code > 0 else { return [] }
        func rule(_ name: String, _ pattern: String, _ translation: String) -> TenantDialPlan.NormalizationRule {
            TenantDialPlan.NormalizationRule(
                name: "\(self) \(name)", description: "of the service", pattern: pattern, translation: translation)
        }
        let international = rule("International", dials011 ? #"^(?:00|011)(\d{7,15})$"# : #"^00(\d{7,15})$"#, "+$1")
        if code == 1 { return [international, rule("National", #"^1?([2-9]\d{2}[2-9]\d{6})$"#, "+1$1")] }
        return [international, rule("National", nationalPattern(code), "+\(code)$1")]
    }

    /// Whether a zero before a national number is left out, is part of it, or is not dialled: by what the reader makes of samples.
    private func nationalPattern(_ code: Int32) -> String {
        for first in 2...9 {
            for length in [9, 10, 8] {
                let sample = "\(first)" + String("123456789".prefix(length - 1))
                guard reading(of: sample)?.number.description == "+\(code)\(sample)", let zero = reading(of: "0" + sample) else { continue }
                if zero.number.description == "+\(code)\(sample)" { return #"^0?([1-9]\d{6,12})$"# }
                if zero.number.description == "+\(code)0\(sample)" { return #"^(\d{6,13})$"# }
            }
        }
        return #"^([1-9]\d{6,12})$"#
    }
}
