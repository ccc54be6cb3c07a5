extension Tenant {
    /// Countries whose tenants get no shared numbers (domain reference §7.4).
    private static let withoutShared: Set<Country> = Set(["VE", "ID", "AE"].map { Country($0)! })

    /// Puts the carrier's shared numbers on the bridge of a tenant that is being made; the lowest of its country becomes the default, else the
    /// first one.
    package mutating func take(sharedNumbersOf carrier: Operator) {
        guard !Self.withoutShared.contains(country), let shared = carrier.sharedNumbers, !shared.isEmpty else { return }
        for one in shared {
            var number = PhoneNumberAssignment(
                telephoneNumber: one.number, operatorID: carrier.id, country: NumberFacts(of: one.number).country, city: one.city,
                status: .conferenceAssigned)
            number.shared = true
            number.primaryLanguage = one.languages?.first
            number.secondaryLanguages = Array((one.languages ?? []).dropFirst())
            numbers.append(number)
        }
        let own = numbers.filter { $0.country == country && $0.operatorID == carrier.id }.map(\.telephoneNumber).min()
        bridge.defaultServiceNumber = own ?? shared[0].number
    }
}
