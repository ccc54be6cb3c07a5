/// What a tenant's calls on the service's own carrier have used in the current calendar month, counted from call records
/// (domain reference §2.2). Calls that an operator carries never count.
package struct MinutePool: Equatable, Sendable {
    /// Begun minutes of calls to Zone A.
    package var minutesUsed: Int
    /// In the unit of ``ConferencingSettings/communicationsCreditsBalance``.
    package var creditsSpent: Int

    /// Minutes that each purchased licence adds.
    package static let minutesPerLicence = 60

    /// The minutes that so many licences bring.
    package static func included(_ licences: Int) -> Int {
        let (minutes, overflow) = max(0, licences).multipliedReportingOverflow(by: minutesPerLicence)
        return overflow ? .max : minutes
    }

    package init(minutesUsed: Int = 0, creditsSpent: Int = 0) {
        self.minutesUsed = minutesUsed
        self.creditsSpent = creditsSpent
    }
}

/// Who pays for a call that the service's own carrier takes.
struct CarrierCharge {
    let settings: ConferencingSettings
    let pool: MinutePool
    let licence: Licence
    let holdsCredits: Bool

    enum Answer: Equatable { case allowed([Finding]), refused([Finding], Finding.NoCredits) }

    /// Pay-per-minute calls and calls outside Zone A live on credits alone; a Zone A call draws on the pool as long as it lasts.
    /// A tenant for which neither licences bought nor a balance are configured is not metered.
    func answer(to destination: Country?) -> Answer {
        var findings: [Finding] = []
        if licence == .audioConferencingPayPerMinute {
            findings.append(.noPool(licence))
        } else if settings.purchasedStandardLicences == nil, settings.communicationsCreditsBalance == nil {
            return .allowed([.unmetered])
        } else if destination?.isZoneA != true {
            findings.append(.outsidePool(destination))
        } else if let licences = settings.purchasedStandardLicences {
            let minutes = MinutePool.included(licences)
            if pool.minutesUsed < minutes { return .allowed([.pool(minutesLeft: minutes - pool.minutesUsed, of: minutes)]) }
            findings.append(.poolUsedUp(minutes: minutes))
        } else {
            return .allowed([.unmetered])
        }
        guard let bought = settings.communicationsCreditsBalance else { return .refused(findings, .notSetUp) }
        guard holdsCredits else { return .refused(findings, .noLicence) }
        guard bought > pool.creditsSpent else { return .refused(findings, .balanceSpent) }
        return .allowed(findings + [.credits(balance: bought - pool.creditsSpent)])
    }
}
