/// What a tenant has of the service's own carrier: its included minutes, and what it has paid in (domain reference §2.2).
package struct CarrierTerms: Equatable, Sendable {
    private let licences: Int?
    private let country: Country
    /// Minutes that were paid in, in all; nil where credits are not set up.
    package let credits: Int?
    package let autoRecharge: AutoRecharge?

    package init(_ settings: ConferencingSettings, in country: Country) {
        (licences, credits) = (settings.purchasedStandardLicences, settings.communicationsCreditsBalance)
        (autoRecharge, self.country) = (settings.communicationsCreditsAutoRecharge, country)
    }

    package init(_ tenant: Tenant) { self.init(tenant.settings, in: tenant.country) }

    /// Minutes that each purchased licence adds, and where no credits can be bought.
    package static let minutesPerLicence = 60, minutesPerLicenceWithoutCredits = 900
    /// Whose tenants cannot buy credits.
    package static let countriesWithoutCredits = ["RU", "KR", "TW"].compactMap { Country($0) }

    /// Minutes included in a calendar month; nil where they are not metered.
    package var includedMinutes: Int? {
        guard let licences else { return nil }
        let each = Self.countriesWithoutCredits.contains(country) ? Self.minutesPerLicenceWithoutCredits : Self.minutesPerLicence
        let (minutes, overflow) = max(0, licences).multipliedReportingOverflow(by: each)
        return overflow ? .max : minutes
    }

    /// What pays for a call.
    package enum Payer: Equatable, Sendable {
        /// Nothing is counted.
        case nobody
        /// So many minutes a month, and credits behind them.
        case pool(of: Int)
        /// Credits alone: the licence has no pool, or the pool does not reach so far.
        case credits(isForLicence: Bool)
    }

    /// Pay-per-minute calls and calls outside Zone A live on credits alone; a Zone A call draws on the pool as long as it lasts.
    /// A tenant for which neither licences bought nor credits are configured is not metered.
    package func payer(under licence: Licence?, to destination: Destination) -> Payer {
        if licence == .audioConferencingPayPerMinute { return .credits(isForLicence: true) }
        if includedMinutes == nil, credits == nil { return .nobody }
        guard destination.isZoneA else { return .credits(isForLicence: false) }
        return includedMinutes.map { .pool(of: $0) } ?? .nobody
    }
}

/// Where a call goes, as far as prices and the dial-out policy ask.
package struct Destination: Equatable, Sendable {
    /// Nil where only its country is on record.
    package let number: E164?
    package let country: Country?

    package init(_ number: E164?, in country: Country?) { (self.number, self.country) = (number, country) }

    /// Whether it is in Zone A, of which premium-rate numbers are no part (domain reference §2.2, §6.3).
    package var isZoneA: Bool { country?.isZoneA == true && premiumNumber == nil }
    /// The number where it is a premium-rate one in a country of Zone A.
    var premiumNumber: E164? { country?.isZoneA == true ? number.flatMap { NumberFacts(of: $0).isPremiumRate ? $0 : nil } : nil }
}

/// What is paid in by itself where credits run low.
package struct AutoRecharge: Codable, Equatable, Sendable {
    /// Minutes below which the balance is recharged, 1 to 2,147,483,647.
    package let trigger: Int
    /// Minutes of each recharge, 1 to 2,147,483,647.
    package let amount: Int

    package init(trigger: Int, amount: Int) { (self.trigger, self.amount) = (trigger, amount) }

    /// The first of its fields that breaks a rule.
    package var brokenRule: (field: String, rule: String)? {
        for (field, figure) in [("trigger", trigger), ("amount", amount)] where !(1...Int(Int32.max)).contains(figure) {
            return (field, "is 1 to \(Int32.max) minutes, not \(figure)")
        }
        return nil
    }

    /// What is paid in where so much is left: as many amounts as lift it to the trigger.
    package func due(left: Int) -> Int { left < trigger ? (trigger - left + amount - 1) / amount * amount : 0 }
}
