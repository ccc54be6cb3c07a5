import Dialing
import Foundation
import Patterns
import Testing

/// An example number of each kind in each country, and every way that people write it.
///
/// `Golden/numbers.tsv` is libphonenumber's own list of examples: country, kind, country code, national number, national prefix.
@Suite struct WrittenNumberTests {
    struct Example: Sendable {
        let country: String, kind: String, code: String, national: String, prefix: String
        var e164: String { "+" + code + national }
    }

    static func readExamples() throws -> [Example] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/numbers.tsv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(fields.count == 5, "\(line)")
            return Example(country: fields[0], kind: fields[1], code: fields[2], national: fields[3], prefix: fields[4])
        }
    }

    /// A way of writing: the text, and the country in which it is typed.
    struct Form: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Nil where the example's own country is meant.
        let home: String?
        let write: @Sendable (Example) -> String?

        init(_ name: String, from home: String? = "US", _ write: @escaping @Sendable (Example) -> String?) {
            (testDescription, self.home, self.write) = (name, home, write)
        }
    }

    /// Digits, three together, with a separator between.
    static func grouped(_ digits: String, by separator: String) -> String {
        var text = ""
        for (place, digit) in digits.enumerated() { text += (place > 0 && place.isMultiple(of: 3) ? separator : "") + String(digit) }
        return text
    }

    /// The same digits of another script.
    static func digits(_ text: String, from zero: UInt32) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "+" ? $0 : Unicode.Scalar(zero + $0.value - 48)! }))
    }

    static func marked(_ text: String, with mark: String) -> String { mark + text.map { String($0) + mark }.joined() }

    static let separators: [Form] = [" ", "-", ".", "/", " / ", "~", "\u{A0}", "\u{2011}", "\u{2009}", "\u{30FC}", "·"].map { separator in
        Form("separated by \(separator)") { "+\($0.code)\(separator)\(grouped($0.national, by: separator))" }
    }
    static let brackets: [Form] = [("(", ")"), ("[", "]"), ("（", "）"), ("{", "}")].map { open, close in
        Form("in brackets \(open)\(close)") { "+\($0.code) \(open)\($0.national.prefix(2))\(close) \($0.national.dropFirst(2))" }
    }
    static let scripts: [Form] = [0xFF10, 0x660, 0x6F0, 0x966, 0xE50, 0x1D7CE].map { zero in
        Form("in digits from U+\(String(zero, radix: 16))") { digits($0.e164, from: zero) }
    }
    static let marks: [Form] = [
        "\u{200B}", "\u{200E}", "\u{202A}", "\u{2066}", "\u{2069}", "\u{FEFF}", "\u{AD}", "\u{61C}", "\u{180E}", "\u{FE0F}", "\u{FE0E}",
        "\u{2060}", "\u{E0061}",
    ].map { mark in Form("with U+\(String(mark.unicodeScalars.first!.value, radix: 16)) everywhere") { marked($0.e164, with: mark) } }
    static let international: [Form] = [
        Form("00 from Germany", from: "DE") { "00\($0.code)\($0.national)" },
        Form("00 from the United States") { "00 \($0.code) \($0.national)" },
        Form("011 from the United States") { "011\($0.code)\($0.national)" },
        Form("0011 from Australia", from: "AU") { "0011 \($0.code) \($0.national)" },
        Form("010 from Japan", from: "JP") { "010\($0.code)\($0.national)" },
        Form("810 from Russia", from: "RU") { "8~10 \($0.code) \($0.national)" },
        Form("001 from Singapore", from: "SG") { "001\($0.code)\($0.national)" },
        Form("0021 from Brazil", from: "BR") { "0021 \($0.code) \($0.national)" },
        Form("tel:") { "tel:+\($0.code)-\($0.national)" },
        Form("an extension") { "\($0.e164) ext. 5" },
        Form("an extension of RFC 3966") { "tel:\($0.e164);ext=5" },
    ]
    static let national: [Form] = [
        Form("at home", from: nil) { $0.prefix + $0.national },
        Form("at home, the prefix in brackets", from: nil) { "(\($0.prefix)) \(grouped($0.national, by: " "))" },
        Form("at home, in Arabic-Indic digits", from: nil) { digits($0.prefix + $0.national, from: 0x660) },
    ]
    static let prefixes: [Form] = [
        Form("(0)") { "+\($0.code) (0)\($0.national)" },
        Form("( 0 )") { "+\($0.code)( 0 )\(grouped($0.national, by: " "))" },
        Form("[0], full width") { "+\($0.code) ［０］ \($0.national)" },
        Form("(0), Arabic-Indic, marked") { marked("+\($0.code) (\u{660}) \($0.national)", with: "\u{2067}") },
        Form("(0) behind 00") { "00 \($0.code) (0) \($0.national)" },
        Form("(0) behind 011") { "011 \($0.code) (0) \($0.national)" },
        Form("(0) behind 0011", from: "AU") { "0011 \($0.code) (0) \($0.national)" },
        Form("(0) at home behind a plus", from: nil) { "+\($0.code) (0)\($0.national)" },
        Form("its prefix in brackets") { $0.prefix.isEmpty ? nil : "+\($0.code) (\($0.prefix)) \($0.national)" },
        Form("its prefix") { $0.prefix.isEmpty ? nil : "+\($0.code) \($0.prefix) \($0.national)" },
    ]

    static func directory(home: String, _ change: (inout Contoso) -> Void = { _ in }) -> Directory {
        var contoso = Contoso.worked()
        contoso.tenant.country = country(home)
        change(&contoso)
        return contoso.directory()
    }

    /// Kinds whose numbers are numbers with a zero before them as well, so that the zero stays.
    static let keepsZero: Set<String> = [
        "IT mobile", "IT tollFree", "IT premium", "IT voip", "VA mobile", "VA tollFree", "VA premium", "VA voip", "AC fixed", "AC mobile",
    ]
    /// Kinds that no prefix is dialled before.
    static let takesNoPrefix: Set<String> = ["IL premium", "IL uan"]
    /// Too short to be dialled from outside its area.
    static let isLocal: Set<String> = ["CA uan"]

    func expected(_ example: Example, _ form: Form) -> String? {
        let kind = "\(example.country) \(example.kind)"
        if Self.isLocal.contains(kind) { return nil }
        if Self.takesNoPrefix.contains(kind), form.testDescription.hasPrefix("at home") { return nil }
        let hasZero =
            form.testDescription.hasPrefix("(0)") || form.testDescription.hasPrefix("( 0 )") || form.testDescription.hasPrefix("[0]")
        return hasZero && Self.keepsZero.contains(kind) ? "+\(example.code)0\(example.national)" : example.e164
    }

    @Test("every way of writing means the number", arguments: separators + brackets + scripts + marks + international + national + prefixes)
    func means(form: Form) throws {
        let examples = try Self.readExamples()
        #expect(examples.count == 1_105)
        let scratch = Pattern.Scratch()
        var directories: [String: Directory] = [:]
        for example in examples {
            guard let text = form.write(example) else { continue }
            let home = form.home ?? example.country
            let directory = directories[home] ?? Self.directory(home: home)
            directories[home] = directory
            let decision = directory.decide(
                Inquiry(organizer: "alice@contoso.example", dialled: text, requestedBy: nil, kind: .inviteNumber), tenant: "contoso",
                using: scratch)
            #expect(decision.number?.description == expected(example, form), "\(example.country) \(example.kind): \(text)")
        }
    }

    @Test("what a prefix that was typed twice, or two of them, leads to is the number that all gates ask")
    func prefixesInARow() throws {
        let scratch = Pattern.Scratch(), directory = Self.directory(home: "US")
        func decide(_ text: String) -> Decision {
            directory.decide(
                Inquiry(organizer: "alice@contoso.example", dialled: text, requestedBy: nil, kind: .inviteNumber), tenant: "contoso",
                using: scratch)
        }
        var meant = 0
        for example in try Self.readExamples() {
            for prefixes in ["00", "000", example.prefix + example.prefix, "8" + example.prefix, example.prefix + "0"] {
                let text = "+\(example.code) \(prefixes) \(example.national)", decision = decide(text)
                guard let number = decision.number else { continue }
                let again = decide(number.description)
                #expect(again.number == number && again.summary == decision.summary, "\(text) is \(number), and that \(again.summary)")
                if number.description == example.e164 { meant += 1 }
            }
        }
        #expect(meant > 1_000, "\(meant)")
        #expect(decide("+49 00 900 1234567").summary == "number premiumNumber")
    }

    /// One of each sort, of the forms that mean the example's number.
    static let gateForms = [separators[0], brackets[0], scripts[1], marks[3]] + international + national + prefixes

    /// The tenants' settings, and what becomes of the plain number.
    enum Gate: String, CaseIterable { case premiumAndDenied, domestic, zoneA, route }

    private func set(_ gate: Gate, _ contoso: inout Contoso, _ examples: [Example]) {
        switch gate {
        case .premiumAndDenied: contoso.tenant.settings.deniedPrefixes = examples.map(\.e164)
        case .domestic: contoso.tenant.globalDialOutPolicy = .named("DialoutCPCandPSTNDomestic")!
        case .zoneA: contoso.tenant.globalDialOutPolicy = .named("DialoutCPCZoneAPSTNDomestic")!
        case .route:
            contoso.tenant.routingPolicies["Global"]?.onlinePstnUsages = ["International"]
            contoso.tenant.voiceRoutes["INTL"]?.numberPattern = "^\\+[2-9]"
        }
    }

    @Test("no way of writing gets past a gate that the plain number meets", arguments: Gate.allCases)
    func gates(gate: Gate) throws {
        let examples = try Self.readExamples()
        let scratch = Pattern.Scratch()
        var directories: [String: Directory] = [:]
        func decide(_ text: String, home: String) -> Decision {
            let directory = directories[home] ?? Self.directory(home: home) { set(gate, &$0, examples) }
            directories[home] = directory
            return directory.decide(
                Inquiry(organizer: "alice@contoso.example", dialled: text, requestedBy: nil, kind: .inviteNumber), tenant: "contoso",
                using: scratch)
        }
        for example in examples {
            for form in Self.gateForms where expected(example, form) == example.e164 {
                guard let text = form.write(example) else { continue }
                let home = form.home ?? example.country
                let plain = decide(example.e164, home: home).summary
                #expect(decide(text, home: home).summary == plain, "\(example.country) \(example.kind): \(text)")
                if example.kind == "premium" { #expect(plain == "number premiumNumber", "\(example.e164)") }
                if example.kind != "premium", gate == .premiumAndDenied {
                    #expect(plain == "dialOutPolicy destinationBlocked", "\(example.e164)")
                }
            }
        }
    }

    @Test(
        "an emergency number is one however it is written",
        arguments: [
            ("US", "911"), ("GB", "999"), ("DE", "112"), ("DE", "110"), ("AU", "000"), ("JP", "119"), ("BR", "190"), ("FR", "17"),
            ("ZA", "10111"), ("NZ", "111"), ("IN", "108"), ("US", "112"), ("FR", "911"),
        ])
    func emergency(home: String, number: String) {
        let directory = Self.directory(home: home), scratch = Pattern.Scratch()
        let forms = [
            number, Self.grouped(number, by: " "), number.map(String.init).joined(separator: "-"),
            "(\(number.prefix(1)))\(number.dropFirst())",
            Self.digits(number, from: 0x660), Self.digits(number, from: 0xFF10), Self.marked(number, with: "\u{2069}"), "tel:\(number)",
            "+\(number)", "\(number) x5", "\(number);ext=1", " \(number) ",
        ]
        for form in forms {
            let decision = directory.decide(
                Inquiry(organizer: "alice@contoso.example", dialled: form, requestedBy: nil, kind: .inviteNumber), tenant: "contoso",
                using: scratch)
            #expect(decision.summary == "number emergencyNumber", "\(form)")
        }
    }

    @Test("nor is one rung behind a country code or an international prefix", arguments: ["112", "911", "999"])
    func emergencyAbroad(number: String) throws {
        let scratch = Pattern.Scratch(), directory = Self.directory(home: "US")
        for code in Set(try Self.readExamples().map(\.code)) {
            for form in [
                "+\(code)\(number)", "+\(code) (0)\(number)", "00\(code)\(number)", "011 \(code) \(number)", "00\(number)", "011\(number)",
            ] {
                let decision = directory.decide(
                    Inquiry(organizer: "alice@contoso.example", dialled: form, requestedBy: nil, kind: .inviteNumber), tenant: "contoso",
                    using: scratch)
                #expect(decision.verdict == .refuse && decision.gate == .number, "\(form): \(decision.summary)")
            }
        }
    }
}
