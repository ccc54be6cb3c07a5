/// The languages of service numbers (domain reference §7.4).
package enum NumberLanguage {
    package static let supported: [(code: String, name: String)] = [
        ("ar-EG", "Arabic"), ("zh-CN", "Chinese (Simplified)"), ("zh-TW", "Chinese (Traditional)"), ("da-DK", "Danish"), ("nl-NL", "Dutch"),
        ("en-AU", "English (Australia)"), ("en-GB", "English (United Kingdom)"), ("en-US", "English (United States)"), ("fi-FI", "Finnish"),
        ("fr-CA", "French (Canada)"), ("fr-FR", "French (France)"), ("de-DE", "German"), ("he-IL", "Hebrew"), ("it-IT", "Italian"),
        ("ja-JP", "Japanese"), ("ko-KR", "Korean"), ("nb-NO", "Norwegian (Bokmål)"), ("pt-BR", "Portuguese (Brazil)"), ("ru-RU", "Russian"),
        ("es-MX", "Spanish (Mexico)"), ("es-ES", "Spanish (Spain)"), ("sv-SE", "Swedish"), ("tr-TR", "Turkish"), ("uk-UA", "Ukrainian"),
    ]
    package static let secondaryLimit = 4

    /// Why one of the codes is no language, as it is written; nil where all are.
    static func unknown(in codes: [String]) -> String? {
        codes.first { code($0) != $0 }.map { "\($0) is not a language of Get-CsOnlineDialInConferencingLanguagesSupported" }
    }

    /// A supported language's code as it is written; nil where there is none.
    package static func code(_ text: String) -> String? { supported.first { $0.code.lowercased() == text.lowercased() }?.code }
}

extension PhoneNumberAssignment {
    package var hasLanguageTwice: Bool { ([primaryLanguage].compactMap(\.self) + secondaryLanguages).namedTwice != nil }

    /// The first of its languages' fields that breaks a rule.
    var brokenLanguages: (field: String, rule: String)? {
        for (field, codes) in [("primaryLanguage", [primaryLanguage].compactMap(\.self)), ("secondaryLanguages", secondaryLanguages)] {
            if let unknown = NumberLanguage.unknown(in: codes) { return (field, unknown) }
        }
        if secondaryLanguages.count > NumberLanguage.secondaryLimit {
            return ("secondaryLanguages", "has up to \(NumberLanguage.secondaryLimit) languages, not \(secondaryLanguages.count)")
        }
        return hasLanguageTwice ? ("secondaryLanguages", "has no language twice, nor the primary one") : nil
    }
}
