/// What a tenant's calls on the service's own carrier have used (domain reference §2.2). Calls that an operator carries never count.
package struct MinutePool: Equatable, Sendable {
    /// Begun minutes of calls to Zone A in the current calendar month.
    package var minutesUsed: Int
    /// Of what was ever paid in, in the unit of ``ConferencingSettings/communicationsCreditsBalance``.
    package var creditsSpent: Int

    package init(minutesUsed: Int = 0, creditsSpent: Int = 0) {
        self.minutesUsed = minutesUsed
        self.creditsSpent = creditsSpent
    }
}

/// Who pays for a call that the service's own carrier takes.
struct CarrierCharge {
    let terms: CarrierTerms
    let pool: MinutePool
    let licence: Licence
    let holdsCredits: Bool

    enum Answer: Equatable { case allowed([Finding]), refused([Finding], Finding.NoCredits) }

    func answer(to destination: Destination) -> Answer {
        var findings: [Finding] = []
        switch terms.payer(under: licence, to: destination) {
        case .nobody: return .allowed([.unmetered])
        case .pool(let minutes):
            if pool.minutesUsed < minutes { return .allowed([.pool(minutesLeft: minutes - pool.minutesUsed, of: minutes)]) }
            findings.append(.poolUsedUp(minutes: minutes))
        case .credits(isForLicence: true): findings.append(.noPool(licence))
        case .credits(isForLicence: false):
            findings.append(destination.premiumNumber.map { .premiumOutsidePool($0) } ?? .outsidePool(destination.country))
        }
        guard let paidIn = terms.credits else { return .refused(findings, .notSetUp) }
        guard holdsCredits else { return .refused(findings, .noLicence) }
        guard paidIn > pool.creditsSpent else { return .refused(findings, .balanceSpent) }
        return .allowed(findings + [.credits(balance: paidIn - pool.creditsSpent)])
    }
}
