extension Finding {
    /// At most this many routes of one usage are told one by one.
    package static let routesTold = 20

    /// What a person would say of it: one sentence, or one a route.
    package var sentences: [String] {
        switch self {
        case .usageUnmatched, .routesMatched: kept.sentences
        case .usageTold(let usage, let number): usage.sentences(number)
        case .told(let sentences): sentences
        default: [sentence]
        }
    }

    private var sentence: String {
        switch self {
        case .tenantUnknown(let id): "There is no tenant \(id)."
        case .requester(let requester): requester.admitted
        case .requesterRefused(let requester, let setting, let value): requester.refused(setting, value)
        case .organizerUnknown(let upn, let tenant): "\(tenant) has no user \(upn), so nobody's licence and policies could be asked."
        case .conferencingOff(let tenant):
            "Audio Conferencing is switched off for \(tenant) as a whole (setting audioConferencingEnabled of the tenant)."
        case .conferencingOffFor(let person):
            "Audio Conferencing is switched off for \(person) (setting audioConferencingEnabled of the user)."
        case .licence(let person, let licence): "\(person) holds \(licence.title), \(licence.consequence)."
        case .noLicence(let person, let hasCredits): Self.noLicence(person, hasCredits: hasCredits)
        case .dialOutPolicy(let name, let isDirect, let value, let test):
            "Dial-out policy \(name) (\(isDirect ? "granted to the organizer" : "the tenant's Global")) says \(value.rawValue): \(test.sentence)."
        case .usageUnmatched, .usageTold, .routesMatched, .told: sentences.joined(separator: " ")
        case .normalised(let from, let to, let rule, let plan): "Rule \(rule) of dial plan \(plan) makes \(to) of \(from)."
        case .extensionLeftOut(let digits): "The extension \(digits) is left out: trunks carry E.164 numbers alone."
        case .number(let number, let dialled, let country):
            dialled == number.description ? "\(number) is \(country.place)." : "\(dialled) is \(number), \(country.place)."
        case .unreadable(let dialled, let why): "\"\(dialled.prefix(64))\" is not a number that can be rung: \(why.sentence)."
        case .emergency(let digits):
            "\(digits) reaches an emergency service, which no meeting may ring: use a phone that knows where you are."
        case .shortCode(let digits, let country):
            "\(digits) is a short code of \(country), which means nothing outside that country's networks."
        case .premium(let number, _):
            "\(number) is a premium-rate number; only a prefix of it in the tenant's setting allowedPrefixes, longer than any in deniedPrefixes, lets it through."
        case .prefix(let number, let prefix, let isAllowed, let tenant): Self.prefix(number, prefix, isAllowed: isAllowed, of: tenant)
        case .grantUnknown(let name, let person):
            "\(person) is granted the routing policy \(name), which does not exist, so the grant is passed over."
        case .policy(let policy, let person, let origin): policy.sentence(person, origin)
        case .reducedLicence(let licence):
            "Operators' routes are not for \(licence.title) (setting operatorRoutesForReducedLicences), so the service's own carrier is asked."
        case .noUsages(let policy): "Routing policy \(policy) lists no PSTN usage, so it leads to no route."
        case .otherUsagesUnmatched(let count, let policy): "Nor does any route of the other \(count) usages of routing policy \(policy)."
        case .noRoute(let person, let licence):
            "No route is left, and under \(licence.title) the service's own carrier may not take a call of \(person)."
        case .translated(let from, let to, let rule, let gateway): "Rule \(rule) of gateway \(gateway) writes \(from) as \(to)."
        case .noUsableRoute(let usage, let carrier):
            "No matching route of usage \(usage) can carry the call, and later usages are not looked at after a match; \(carrier.clause)."
        case .carrier(let callerID, let afterMatch):
            "The service's own carrier takes the call\(afterMatch ? " after all (setting serviceCarrierAfterMatchedRoute)" : ""), "
                + "with the bridge's default number \(callerID) as caller ID."
        case .carrierBehind(let callerID):
            "If every route fails, the service's own carrier takes the call (setting serviceCarrierAfterMatchedRoute), "
                + "with the bridge's default number \(callerID) as caller ID."
        case .carrierNotBehind: "If every route fails, the service's own carrier is not asked, since nothing pays for its call."
        case .carrierNotConfigured:
            "The service's own carrier would take the call, but no operator \(Operator.serviceCarrier) with a trunk is configured."
        case .carrierWithoutCallerID(let tenant):
            "The service's own carrier would take the call, but the bridge of \(tenant) has no default service number to show as caller ID."
        case .carrierCallerIDUnusable(let why):
            "The service's own carrier would take the call, but the bridge's default number cannot be shown as caller ID: \(why.sentence)."
        case .carrierTooFar(let person, let country):
            "\(person) holds \(Licence.audioConferencingSelectDialOut.title), which reaches the United States and Canada only, not \(country.orNone)."
        case .unmetered:
            "Minutes and credits are not metered for this tenant (settings purchasedStandardLicences and communicationsCreditsBalance)."
        case .pool(let left, let all):
            "The call draws on the included minutes (setting purchasedStandardLicences): \(left) of this month's \(all) are left."
        case .poolUsedUp(let minutes):
            "This month's \(minutes) included minutes (setting purchasedStandardLicences) are used up, so credits must pay."
        case .outsidePool(let country): "Included minutes reach Zone A only, not \(country.orNone), so credits must pay."
        case .premiumOutsidePool(let number):
            "\(number) is a premium-rate number, which included minutes do not reach, so credits must pay."
        case .noPool(let licence): "\(licence.title) has no included minutes, so credits must pay."
        case .credits(let balance): "Communications Credits pay; the balance is \(balance)."
        case .noCredits(let person, let why): why.sentence(person)
        case .noTrunk(let carrier): "No trunk of \(carrier) can take it: none is enabled, or its number rules make no number of this one."
        case .draining: "The service is stopping and takes no new calls."
        case .trunksFull: "All trunks that could carry the call are at their limits, and so many wait already that it would wait too long."
        case .trunksClosed: "The trunks that could carry the call have asked to be left alone for a while."
        case .limit(let measure, let count, let block): "\(measure.rawValue) is \(count), and from \(block) on dial-outs are refused."
        case .operatorsView(let id, let candidate): Self.sentence(forOperator: id, candidate)
        }
    }

    private static func noLicence(_ person: String, hasCredits: Bool) -> String {
        hasCredits
            ? "\(person) holds Communications Credits, which pay for calls, but no Audio Conferencing licence, which allows them."
            : "\(person) holds no Audio Conferencing licence, so the meeting cannot dial out."
    }

    private static func prefix(_ number: E164, _ prefix: String, isAllowed: Bool, of tenant: String) -> String {
        let verb = isAllowed ? "allows" : "denies", setting = isAllowed ? "allowedPrefixes" : "deniedPrefixes"
        return "\(tenant) \(verb) numbers that begin with \(prefix) (setting \(setting)), and \(number) is one."
    }

    private static func sentence(forOperator id: String, _ candidate: Decision.Candidate?) -> String {
        guard let candidate else { return "The call does not go through \(id)." }
        let callerID = candidate.callerId?.description ?? "unknown"
        if let why = candidate.why { return "\(id) cannot carry the call with caller ID \(callerID): \(why)." }
        return "\(id) may carry the call with caller ID \(callerID)."
    }
}
