import Dialing
import Patterns
import Testing

@Suite struct NumberTests {
    @Test(
        "what people type, dialled by a member in the United States",
        arguments: [
            ("+14255550123", "+14255550123"), ("+1 425 555 0123", "+14255550123"), ("+1 (425) 555-0123", "+14255550123"),
            ("+1.425.555.0123", "+14255550123"), ("+1\u{A0}425\u{2011}555\u{2013}0123", "+14255550123"),
            ("tel:+1-425-555-0123", "+14255550123"),
            ("TEL:+14255550123", "+14255550123"), ("＋１４２５５５５０１２３", "+14255550123"), ("（４２５）５５５－０１２３", "+14255550123"),
            ("4255550123", "+14255550123"), ("14255550123", "+14255550123"), ("(425) 555-0123", "+14255550123"),
            ("011442079460000", "+442079460000"), ("011 44 20 7946 0000", "+442079460000"), ("00442079460000", "+442079460000"),
            ("+1 425 555 0123 x45", "+14255550123"), ("+14255550123;ext=45", "+14255550123"), ("+1 425 555 0123 ext. 45", "+14255550123"),
            ("+1 425 555 0123 extension 45", "+14255550123"), ("tel:+14255550123;ext=45", "+14255550123"),
            ("\u{202A}+14255550123\u{202C}", "+14255550123"),
            ("+390669812345", "+390669812345"), ("+44 (0)20 7946 0000", "+442079460000"), ("tel:+44(0)2079460000", "+442079460000"),
            ("+39 (0)6 6981 2345", "+390669812345"), ("(0)20 7946 0000", nil), ("+39 6 6981 2345", "+39669812345"),
            ("+1425555٠١٢٣", "+14255550123"), ("\u{2066}+1 425 555 0123\u{2069}", "+14255550123"),
            (" \u{FEFF}tel:+14255550123", "+14255550123"),
            ("+44 020 7946 0000", "+442079460000"), ("+44 (020) 7946 0000", "+442079460000"), ("+44 (0)1632 960123", "+441632960123"),
            ("+34 (0)91 123 45 67", "+34911234567"), ("+7 (8) 495 123-45-67", "+74951234567"), ("+36 (06) 1 234 5678", "+3612345678"),
            ("+54 11 15 2345 6789", "+5491123456789"), ("+378 (0)549 886377", "+3780549886377"),
            ("+225 (0)1 23 45 67 89", "+2250123456789"),
            ("+242 (0)6 123 4567", "+242061234567"), ("+241 (0)6 03 12 34", "+24106031234"), ("+14255550123#5", nil),
            ("+1 (0)425 555 0123", "+14255550123"), ("+1 425 555 0123,,45", nil), ("1-800-FLOWERS", nil), ("+1 800 CALL NOW", nil),
            ("", nil), ("+", nil), ("-", nil), ("call me", nil), ("+1425555O123", nil), ("+1+4255550123", nil), ("1425+5550123", nil),
            ("+0123456789", nil), ("+1234567890123456", nil), ("*67 4255550123", nil), ("+14255550123 x", nil), ("+14255550123x+1", nil),
            ("tel:", nil), ("+14255550123;phone-context=x", nil), ("0100", nil), ("5550123", nil),
            (String(repeating: "1", count: 200), nil), ("+14255550123\n", nil),
        ] as [(String, String?)])
    func typed(dialled: String, expected: String?) {
        let decision = Contoso.worked().decide(dialled)
        #expect(decision.number?.description == expected, "\(decision.because.joined(separator: "\n"))")
        if expected == nil { #expect(decision.reason == .invalidNumber && decision.gate == .number) }
    }

    @Test("national forms are those of the requester's country") func requesterCountry() {
        var contoso = Contoso.worked()
        contoso.user("gwen", [.operatorConnectConferencing]) { $0.usageLocation = country("GB") }
        #expect(contoso.decide("020 7946 0000", by: "gwen@contoso.example").number == number("+442079460000"))
        #expect(contoso.decide("011442079460000", by: "gwen@contoso.example").reason == .invalidNumber)
        #expect(contoso.decide("020 7946 0000", organizer: "gwen", by: "guest#EXT#@contoso.example").reason == .invalidNumber)
        #expect(contoso.decide("00442079460000", organizer: "gwen", by: "guest#EXT#@contoso.example").number == number("+442079460000"))
    }

    @Test(
        "an international prefix is that of the requester's country, or 00",
        arguments: [
            ("AU", "0011 44 20 7946 0000", "+442079460000"), ("AU", "00 44 20 7946 0000", "+442079460000"),
            ("SG", "001 1 425 555 0123", "+14255550123"), ("HK", "001 65 6123 4567", "+6561234567"),
            ("HK", "00 44 20 7946 0000", "+442079460000"),
            ("JP", "010 44 20 7946 0000", "+442079460000"), ("DE", "0044 20 7946 0000", "+442079460000"),
            ("US", "00 1 425 555 0123", "+14255550123"),
            ("US", "011 65 6123 4567", "+6561234567"), ("CA", "011 1 425 555 0123", "+14255550123"),
            ("BR", "0021 44 20 7946 0000", "+442079460000"),
        ])
    func internationalPrefixes(home: String, dialled: String, expected: String) {
        var contoso = Contoso.worked()
        contoso.user("ines", [.operatorConnectConferencing]) { $0.usageLocation = country(home) }
        #expect(contoso.decide(dialled, organizer: "ines").number == number(expected))
    }

    @Test("the first rule that matches is applied, twice at most, and the granted plan before the group's before Global") func dialPlans() {
        var contoso = Contoso.worked()
        typealias Rule = TenantDialPlan.NormalizationRule
        contoso.tenant.dialPlans["Global"] = TenantDialPlan(
            name: "Global",
            normalizationRules: [
                Rule(name: "Desk", pattern: "^5(\\d{4})$", translation: "425555$1"),
                Rule(name: "Never", pattern: "^5(\\d{4})$", translation: "+1999$1"),
                Rule(name: "Area", pattern: "^(\\d{10})$", translation: "+1$1"), Rule(name: "Loop", pattern: "^77$", translation: "78"),
                Rule(name: "Back", pattern: "^78$", translation: "77"),
            ])
        for (name, prefix) in [("Direct", "+1425555"), ("Group", "+1206555")] {
            contoso.tenant.dialPlans[name] = TenantDialPlan(
                name: name, normalizationRules: [Rule(name: "Four", pattern: "^(\\d{4})$", translation: prefix + "$1")])
        }
        contoso.tenant.groupAssignments = [
            GroupPolicyAssignment(group: "Sales", policyType: .tenantDialPlan, policyName: "group", rank: 1)
        ]
        contoso.user("gus", [.operatorConnectConferencing]) { $0.groups = ["sales"] }
        contoso.user("dan", [.operatorConnectConferencing]) {
            $0.groups = ["sales"]
            $0.grants.tenantDialPlan = "direct"
        }
        let twice = contoso.decide("50123")
        #expect(twice.number == number("+14255550123"))
        #expect(
            twice.findings.filter { if case .normalised = $0 { true } else { false } } == [
                .normalised(from: "50123", to: "4255550123", rule: "Desk", plan: "Global"),
                .normalised(from: "4255550123", to: "+14255550123", rule: "Area", plan: "Global"),
            ])
        #expect(contoso.decide("77").reason == .invalidNumber)
        #expect(contoso.decide("0100", organizer: "gus").number == number("+12065550100"))
        #expect(contoso.decide("0100", organizer: "dan").number == number("+14255550100"))
    }

    @Test("an emergency number is refused before any dial plan can make something of it") func emergency() {
        var contoso = Contoso.worked()
        let rule = TenantDialPlan.NormalizationRule(name: "Desk", pattern: "^(\\d{3})$", translation: "+14255550$1")
        contoso.tenant.dialPlans["Global"] = TenantDialPlan(name: "Global", normalizationRules: [rule])
        #expect(contoso.decide("911").reason == .emergencyNumber)
        #expect(contoso.decide("123").number == number("+14255550123"))
    }

    @Test("nor can a dial plan make an emergency number", arguments: ["9911", "90112", "7"]) func emergencyByRule(dialled: String) {
        var contoso = Contoso.worked()
        contoso.tenant.dialPlans["Global"] = TenantDialPlan(
            name: "Global",
            normalizationRules: [
                TenantDialPlan.NormalizationRule(name: "Outside line", pattern: "^90?(\\d{3})$", translation: "$1"),
                TenantDialPlan.NormalizationRule(name: "Guard", pattern: "^7$", translation: "+911"),
            ])
        let decision = contoso.decide(dialled)
        #expect(decision.summary == "number emergencyNumber")
        #expect(decision.because.suffix(2).first?.hasPrefix("Rule ") == true)
    }

    @Test(
        "country and standing",
        arguments: [
            ("+14255550123", "US"), ("+16135550123", "CA"), ("+17875550123", "PR"), ("+12425550123", "BS"), ("+441534123456", "JE"),
            ("+442079460000", "GB"), ("+77012345678", "KZ"), ("+79161234567", "RU"), ("+390669812345", "VA"), ("+80012345678", nil),
            ("+881612345678", nil),
        ] as [(String, String?)])
    func countryOf(text: String, expected: String?) {
        let facts = NumberFacts(of: number(text))
        #expect(facts.country?.description == expected)
        #expect(facts.fault == nil && !facts.isPremiumRate)
        #expect(NumberFacts(of: number(text)) == facts, "a remembered answer is the same answer")
    }

    @Test(
        "premium numbers, those with digits too many as well",
        arguments: [
            ("+19005550123", true), ("+12469761234", true), ("+12462341234", false), ("+499001123456", true), ("+4990011234567", true),
            ("+49900112345678", true), ("+498001234567", false), ("+493012345678901", false), ("+979123456789", true),
        ])
    func premium(text: String, isPremium: Bool) { #expect(NumberFacts(of: number(text)).isPremiumRate == isPremium) }

    @Test("validity of a North American number depends on more than its area code") func northAmerica() {
        #expect(NumberFacts(of: number("+14255550123")).isValid)
        #expect(!NumberFacts(of: number("+14251550123")).isValid)
        #expect(NumberFacts(of: number("+14252550123")).isValid)
    }

    @Test(
        "numbers as administrators and operators write them",
        arguments: [
            ("+14255550100", "+14255550100"), ("14255550100", "+14255550100"), ("tel:+14255550100", "+14255550100"),
            ("TEL:14255550100", "+14255550100"), ("+1 (425) 555-0100", "+14255550100"), ("\u{2066}+14255550100\u{2069}", "+14255550100"),
            ("+44 (0)20 7946 0000", "+442079460000"), ("4402079460000", "+442079460000"), ("+٤٤ ٢٠ ٧٩٤٦ ٠٠٠٠", "+442079460000"),
            ("+14255550100;ext=5", nil), ("0014255550100", nil), ("+1425CALLME", nil), ("+14255550100#", nil), ("", nil), ("+", nil),
            ("+1", nil),
            ("+1234567890123456", nil),
        ] as [(String, String?)])
    func written(text: String, expected: String?) { #expect(E164(written: text)?.description == expected) }

    @Test("decimal digits of every script are read by their value, and marks that cannot be seen are passed over") func scripts() {
        var digits = 0, marks = 0
        for scalar in (0x80...0xE01EF as ClosedRange<UInt32>).lazy.compactMap({ Unicode.Scalar($0) }) {
            let text = "+1425555012\(scalar)"
            switch scalar.properties.generalCategory {
            case .decimalNumber:
                digits += 1
                #expect(E164(written: text)?.value == 14_255_550_120 + UInt64(scalar.properties.numericValue ?? 99), "\(text)")
            case .format:
                marks += 1
                #expect(E164(written: text + "3")?.value == 14_255_550_123, "U+\(String(scalar.value, radix: 16))")
            default: break
            }
        }
        #expect(digits >= 620 && marks >= 150)
        for mark in ["\u{FE00}", "\u{FE0F}", "\u{E0100}", "\u{E01EF}", "\u{180B}"] {
            #expect(E164(written: "+1\(mark)4255550123\(mark)") != nil)
        }
        for mark in ["\u{20E3}", "\u{2028}", "\u{0}", ",", "\u{B2}", "\u{2460}", "\u{1F4DE}", "\u{301}"] {
            #expect(E164(written: "+14255550123\(mark)") == nil, "\(mark)")
        }
    }

    @Test("128 bytes are read, and no more") func length() {
        let number = "+14255550123"
        #expect(E164(written: number + String(repeating: " ", count: 116)) != nil)
        #expect(E164(written: number + String(repeating: " ", count: 117)) == nil)
    }

    @Test("Zone A has 44 countries") func zoneA() { #expect(Country.zoneA.count == 44) }
}
