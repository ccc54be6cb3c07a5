internal import Patterns

extension Deciding {
    /// Makes E.164 of what was dialled, and refuses what no meeting may ring: emergency services and short codes (domain reference §12).
    func readNumber(
        _ requester: Finding.Requester, home: Country, _ decision: inout Decision, using scratch: borrowing Pattern.Scratch
    ) throws(Refusal) -> E164 {
        let reading: DialingHabits.Reading
        if let number = try? E164(inquiry.dialled), number.value >= 1_000_000 {
            reading = .number(number.meant)
        } else {
            reading = try readTyped(habits(of: requester), home: home, &decision, using: scratch)
        }
        let number: E164
        switch reading {
        case .number(let read): number = read
        case .unreadable(let why): throw refuse(why, &decision)
        }
        let facts = NumberFacts(of: number)
        try refuseEmergency(String(number.value), in: [home], &decision)
        if !facts.isValid, let code = facts.callingCode {
            let national = String(number.value).dropFirst(String(code).utf8.count).drop { $0 == "0" }
            try refuseEmergency(String(national), in: [facts.country ?? home], &decision)
        }
        if let fault = facts.fault { throw refuse(.fault(number, fault), &decision) }
        decision.number = number
        decision.country = facts.country
        decision.findings.append(.number(number, dialled: inquiry.dialled, country: facts.country))
        let rule = tenant.prefixes.rule(for: number)
        if facts.isPremiumRate, rule?.isAllowed != true {
            if let rule {
                decision.findings.append(.prefix(number, prefix: rule.prefix, allowed: false, tenant: tenant.document.displayName))
            }
            decision.findings.append(.premium(number, facts.country))
            throw Refusal(.number, .premiumNumber)
        }
        return number
    }

    private func readTyped(
        _ habits: DialingHabits, home: Country, _ decision: inout Decision, using scratch: borrowing Pattern.Scratch
    ) throws(Refusal) -> DialingHabits.Reading {
        let typed: DialledText
        do throws(DialledText.Malformed) {
            typed = try DialledText(inquiry.dialled)
        } catch {
            switch error {
            case .empty: return .unreadable(.empty)
            case .tooLong: return .unreadable(.tooLong)
            case .unexpected(let character): return .unreadable(.character(character))
            }
        }
        let countries = [habits.country ?? home, home]
        let short = typed.isInternational ? String(typed.text.dropFirst()) : typed.text
        try refuseEmergency(short, in: countries, &decision)
        if let digits = typed.extensionDigits { decision.findings.append(.extensionLeftOut(digits)) }
        let before = decision.findings.count
        let reading = habits.read(typed, findings: &decision.findings, using: scratch)
        for case .normalised(_, let text, _, _) in decision.findings[before...] {
            try refuseEmergency(text.hasPrefix("+") ? String(text.dropFirst()) : text, in: countries, &decision)
        }
        let wasTranslated = decision.findings.count > before
        if !wasTranslated, !typed.isInternational, short.utf8.count <= 6, let country = habits.country,
            country.shortNumber(short) == .shortCode
        {
            decision.findings.append(.shortCode(short, country))
            throw Refusal(.number, .invalidNumber)
        }
        return reading
    }

    /// The emergency numbers of the requester's and the organizer's country, and those that are known in most others.
    private func refuseEmergency(_ digits: String, in countries: [Country], _ decision: inout Decision) throws(Refusal) {
        guard digits.utf8.count <= 6 else { return }
        guard ["112", "911", "999"].contains(digits) || countries.contains(where: { $0.shortNumber(digits) == .emergency }) else { return }
        decision.findings.append(.emergency(digits))
        throw Refusal(.number, .emergencyNumber)
    }

    private func refuse(_ why: Finding.Unreadable, _ decision: inout Decision) -> Refusal {
        decision.findings.append(.unreadable(dialled: inquiry.dialled, why))
        return Refusal(.number, .invalidNumber)
    }

    /// The tenant's own denied and allowed prefixes.
    func checkDestination(_ number: E164, _ decision: inout Decision) throws(Refusal) {
        guard let rule = tenant.prefixes.rule(for: number) else { return }
        decision.findings.append(
            .prefix(number, prefix: rule.prefix, allowed: rule.isAllowed, tenant: tenant.document.displayName))
        if !rule.isAllowed { throw Refusal(.dialOutPolicy, .destinationBlocked) }
    }
}
