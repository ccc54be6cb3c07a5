internal import CPhoneNumber

/// What the world's numbering plans say of a number (libphonenumber's metadata).
package struct NumberFacts: Equatable, Sendable {
    /// Nil for numbers of no country, such as +800.
    package let country: Country?
    /// Also for a number in no range of its country that goes on after a whole premium number.
    package let isPremiumRate: Bool
    package let isTollFree: Bool
    /// 1 to 3 digits; nil where the number begins with no country's.
    let callingCode: Int?
    /// Whether it lies in a range that its country gives out, as far as the metadata knows.
    package let isValid: Bool
    /// Nil when the length occurs in its country; nothing says that the number has been handed out.
    package let fault: Fault?

    package enum Fault: CaseIterable, Equatable, Sendable { case unknownCountryCode, tooShort, tooLong, impossibleLength }

    package init(of number: E164) {
        let facts = phone_number_facts(number.value)
        country = Country(letters: facts.region)
        isPremiumRate = facts.isPremiumRate
        isTollFree = facts.isTollFree
        isValid = facts.isValid
        callingCode = facts.callingCode == 0 ? nil : Int(facts.callingCode)
        fault =
            switch facts.standing {
            case .possible: nil
            case .tooShort: .tooShort
            case .tooLong: .tooLong
            case .impossibleLength: .impossibleLength
            case .unknownCountryCode: .unknownCountryCode
            }
    }
}

extension Country {
    package static let unitedStates = Country("US")!
    package static let canada = Country("CA")!

    /// Zone A (domain reference §6.3): what the included minutes reach.
    package static let zoneA: Set<Country> = Set(
        """
        AU AT BE BR BG CA CN HR CZ DK EE FI FR DE GR HK HU IN IE IT JP LU MY MX NL NZ NO PL PT PR RO RU SG SK SI ZA KR ES SE CH TW TH GB US
        """.split(separator: " ").map { Country($0)! })

    package var isZoneA: Bool { Self.zoneA.contains(self) }

    /// Whether international calls are dialled with 011 here: the North American numbering plan.
    var dials011: Bool { description.withCString { phone_number_calling_code($0) } == 1 }

    /// What digits mean that are dialled here.
    struct Reading: Equatable {
        let number: E164
        /// Whether they began with what is dialled here before an international number.
        let isInternational: Bool
    }

    /// Nil if no number can be made of the digits.
    func reading(of digits: String) -> Reading? {
        let reading = description.withCString { region in digits.withCString { phone_number_read($0, region) } }
        guard let number = E164(digits: reading.digits) else { return nil }
        return Reading(number: number, isInternational: reading.isInternational)
    }

    enum ShortNumber { case none, shortCode, emergency }

    /// What a caller in this country reaches with so few digits.
    func shortNumber(_ digits: String) -> ShortNumber {
        switch description.withCString({ region in digits.withCString { phone_number_short($0, region) } }) {
        case .emergency: .emergency
        case .code: .shortCode
        case .none: .none
        }
    }
}

extension E164 {
    /// An international number, a plus and digits, without a national prefix that was typed behind its country code. What is given out as
    /// it stands may lose digits here, too.
    init?(withoutNationalPrefix text: String) {
        guard text.utf8.dropFirst().allSatisfy({ (48...57).contains($0) }) else { return nil }
        self.init(digits: text.withCString { phone_number_read($0, "ZZ") }.digits)
    }
}
