import Dialing

/// What a tenant has of the service's own carrier and has used of it, as the API shows it.
struct CarrierUsage: Encodable, Equatable {
    struct Minutes: Encodable, Equatable {
        let included: Int
        let used: Int
        /// The highest level of which the tenant was told this month; 0 for none.
        let toldPercent: Int
    }
    struct Credits: Encodable, Equatable {
        let paidIn: Int
        let spent: Int
        /// 0 where more was spent than paid in, by calls that were up when nothing was left.
        let left: Int
        /// The highest level of which the tenant was told since credits were added last; 0 for none.
        let toldPercent: Int
        let autoRecharge: AutoRecharge?

        private enum CodingKeys: CodingKey { case paidIn, spent, left, toldPercent, autoRecharge }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(paidIn, forKey: .paidIn)
            try container.encode(spent, forKey: .spent)
            try container.encode(left, forKey: .left)
            try container.encode(toldPercent, forKey: .toldPercent)
            try container.encode(autoRecharge, forKey: .autoRecharge)
        }
    }

    /// The calendar month in UTC, `2026-11`.
    let month: String
    /// Nil where minutes are not metered, and where no credits are held.
    let minutes: Minutes?
    let credits: Credits?

    init(_ account: CarrierAccount, _ pool: MinutePool, _ terms: CarrierTerms, in month: Month) {
        self.month = month.name
        minutes = terms.includedMinutes.map { Minutes(included: $0, used: pool.minutesUsed, toldPercent: account.minutesTold) }
        credits = terms.credits.map {
            Credits(
                paidIn: $0, spent: account.creditsSpent, left: max(0, $0 - account.creditsSpent), toldPercent: account.creditsTold,
                autoRecharge: terms.autoRecharge)
        }
    }

    private enum CodingKeys: CodingKey { case month, minutes, credits }

    /// Every member is written, null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(month, forKey: .month)
        try container.encode(minutes, forKey: .minutes)
        try container.encode(credits, forKey: .credits)
    }
}
