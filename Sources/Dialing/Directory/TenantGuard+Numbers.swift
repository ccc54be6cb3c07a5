extension TenantGuard {
    /// Numbers come by their operator's order or the platform's hand, and go with their operator; a cmdlet puts them on the bridge and takes
    /// them off.
    func judgeNumbers() throws(InvalidChange) {
        let old = Dictionary(before.numbers.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        var kept: Set<E164> = []
        var fresh: [PhoneNumberAssignment] = []
        for number in after.numbers {
            kept.insert(number.telephoneNumber)
            if let known = old[number.telephoneNumber], known.operatorID == number.operatorID {
                guard known != number else { continue }
                try judge(number, known)
                try judgeForm(of: number, since: known)
            } else {
                try checkProvider(of: number, isKnown: old[number.telephoneNumber] != nil)
                fresh.append(number)
            }
        }
        for number in before.numbers where !kept.contains(number.telephoneNumber) { try judgeRelease(of: number) }
        try judgeIntake(of: fresh)
    }

    private func field(_ number: PhoneNumberAssignment, _ member: String = "") -> String { "numbers[\(number.telephoneNumber)]\(member)" }

    private func checkProvider(of number: PhoneNumberAssignment, isKnown: Bool) throws(InvalidChange) {
        switch asker {
        case .platform, .store: return
        case .operator(let id):
            guard number.operatorID != id else { return }
            throw forbidden(field(number, ".operatorID"), "an operator uploads its own numbers")
        case .administrator, .importer:
            throw isKnown
                ? forbidden(field(number, ".operatorID"), "who provided a number is not an administrator's to say")
                : forbidden(field(number), "is not a number of this tenant; its operator uploads it with a number order")
        }
    }

    /// The guards of an order, for numbers that were not there before.
    private func judgeIntake(of fresh: [PhoneNumberAssignment]) throws(InvalidChange) {
        guard !fresh.isEmpty else { return }
        let coming = Set(fresh.map(\.telephoneNumber))
        var rest = after
        rest.numbers.removeAll { coming.contains($0.telephoneNumber) }
        var intake = NumberIntake(directory, into: rest)
        var refusals: [String: String?] = [:]
        for number in fresh {
            let refusal = refusals[number.operatorID] ?? intake.refusal(of: number.operatorID)
            refusals[number.operatorID] = .some(refusal)
            if let refusal { throw conflict(field(number, ".operatorID"), "\(refusal): \(intake.mend(of: number.operatorID))") }
            let facts = NumberFacts(of: number.telephoneNumber)
            if facts.fault == nil { try checkFacts(number, facts) }
            let objection = intake.take(
                number.telephoneNumber, facts, from: number.operatorID, for: number.usage,
                country: number.country == facts.country ? nil : number.country)
            if let objection { throw after.invalid(field(number), objection.words) }
            if number.status != .unassigned { try checkAssignment(of: number) }
            if number.release != nil {
                throw after.invalid(field(number, ".release"), "is asked for when the number is there; leave it out")
            }
            try judgeForm(of: number)
        }
    }

    /// What a number says of itself, whoever brings or changes it (domain reference §7.2, §7.3).
    private func judgeForm(of number: PhoneNumberAssignment, since known: PhoneNumberAssignment? = nil) throws(InvalidChange) {
        func invalid(_ member: String, _ rule: String) -> InvalidChange { after.invalid(field(number, member), rule) }
        if known == nil || (number.shared == true) != (known?.shared == true) {
            try judgeSharing(of: number, isKnown: known != nil)
        }
        if number.status != known?.status || number.assignedTo != known?.assignedTo {
            let isUsers = number.status == .userAssigned
            if isUsers, number.assignedTo == nil { throw invalid(".assignedTo", "is the user that a number is UserAssigned to") }
            if !isUsers, number.assignedTo != nil { throw invalid(".assignedTo", "goes with the status UserAssigned; leave it out") }
        }
        if let city = number.city, city != known?.city, !city.isName { throw invalid(".city", String.nameRule) }
        if let until = number.block?.until, until != known?.block?.until, !Tenant.moments.contains(until) {
            throw invalid(".block.until", Tenant.momentRule)
        }
        if let provision = number.provision, provision != known?.provision, let broken = provision.brokenRule(for: number.usage) {
            throw invalid(".provision.\(broken.field)", broken.rule)
        }
    }

    /// What many tenants may have is the service's own carrier's to say; any other number is one tenant's alone (domain reference §7.4).
    private func judgeSharing(of number: PhoneNumberAssignment, isKnown: Bool) throws(InvalidChange) {
        let isTrue = number.shared == true, own = isKnown && !isTrue ? 1 : 0
        let isOthers = directory.isShared(number.telephoneNumber, from: number.operatorID, byMoreThan: own)
        guard isOthers != isTrue else { return }
        throw after.invalid(
            field(number, ".shared"),
            isOthers
                ? "is true of a shared number of \(Operator.serviceCarrier)" : "is none of the sharedNumbers of \(Operator.serviceCarrier)")
    }

    /// What the numbering plan says of a number is not anybody's to say otherwise.
    private func checkFacts(_ number: PhoneNumberAssignment, _ facts: NumberFacts) throws(InvalidChange) {
        guard number.country == facts.country || number.country.map(facts.mayBe) == true else {
            throw after.invalid(field(number, ".country"), "is \(facts.country.map(\.description) ?? "none") by its numbering plan")
        }
        guard number.isTollFree == facts.isTollFree else {
            throw after.invalid(field(number, ".isTollFree"), "is \(facts.isTollFree) by its numbering plan")
        }
    }

    private func judge(_ number: PhoneNumberAssignment, _ known: PhoneNumberAssignment) throws(InvalidChange) {
        let changed = [
            (".country", number.country != known.country), (".isTollFree", number.isTollFree != known.isTollFree),
            (".usage", number.usage != known.usage && asker != .administrator),
            (".city", number.city != known.city && asker != .operator(number.operatorID)), (".order", number.order != known.order),
            (".provision", number.provision != known.provision), (".shared", number.shared != known.shared),
        ]
        for (member, isChanged) in changed where isChanged && asker != .platform {
            throw forbidden(field(number, member), "is what its operator uploaded, and not to be changed")
        }
        if number.country != known.country || number.isTollFree != known.isTollFree {
            try checkFacts(number, NumberFacts(of: number.telephoneNumber))
        }
        if number.usage != known.usage, number.status != .unassigned {
            throw conflict(field(number, ".usage"), "a number that is \(number.status.rawValue) keeps its usage")
        }
        if number.isTollFree, number.usage == .user, known.usage != .user {
            throw after.invalid(field(number, ".usage"), "a toll-free number is not for users")
        }
        let kept = [
            (".assignedTo", number.assignedTo != known.assignedTo), (".block", number.block != known.block),
            (".release", number.release != known.release),
        ]
        for (member, isChanged) in kept where isChanged && asker == .importer {
            throw forbidden(
                field(number, member), "is changed by Set- and Remove-CsPhoneNumberAssignment and by release orders, and not by a document")
        }
        try judgeRelease(of: number, since: known)
        guard number.status != known.status else { return }
        guard asker != .importer else {
            throw forbidden(
                field(number, ".status"),
                "is changed by Register- and Unregister-CsOnlineDialInConferencingServiceNumber, and not by a document")
        }
        if known.status == .conferenceAssigned {
            try checkUnnamed(known)
            try checkSettled(known)
        }
        if number.status != .unassigned { try checkAssignment(of: number) }
    }

    /// A number goes on the bridge when its operator may serve the tenant (domain reference §7.2, §7.4).
    private func checkAssignment(of number: PhoneNumberAssignment) throws(InvalidChange) {
        let isUsers = number.status == .userAssigned && number.usage == .user
        guard number.status == .conferenceAssigned || asker == .platform || asker == .administrator && isUsers else {
            throw forbidden(field(number, ".status"), "\(number.status.rawValue) is not an administrator's to set here")
        }
        if let needed = number.status.needed, number.usage != needed.usage {
            throw after.invalid(field(number, ".status"), "was provided for \(number.usage.rawValue) use, not for \(needed.words)")
        }
        guard number.status == .conferenceAssigned else { return }
        let intake = NumberIntake(directory, into: after)
        if let refusal = intake.refusal(of: number.operatorID) {
            throw conflict(field(number, ".status"), "\(refusal): \(intake.mend(of: number.operatorID))")
        }
    }

    /// A release goes step by step, or is taken back: asked for by the tenant or the operator, the rest is the operator's (domain reference
    /// §7.6).
    private func judgeRelease(of number: PhoneNumberAssignment, since known: PhoneNumberAssignment) throws(InvalidChange) {
        guard let release = number.release else {
            guard asker != .administrator || known.release == nil || known.release == .releaseRequested else {
                throw forbidden(field(number, ".release"), "is \(known.release!.rawValue), and the operator's to take back")
            }
            return
        }
        guard number.status == .unassigned else {
            throw conflict(field(number, ".release"), "a number that is \(number.status.rawValue) is not released")
        }
        guard release != known.release else { return }
        if number.isShared { throw conflict(field(number, ".release"), "is a shared number, which is never released") }
        let next = known.release.map(\.next) ?? .releaseRequested
        guard release == next else {
            throw conflict(field(number, ".release"), "goes on to \(next?.rawValue ?? "nothing"), not to \(release.rawValue)")
        }
        guard release == .releaseRequested || asker == .platform || asker == .operator(number.operatorID) else {
            throw forbidden(field(number, ".release"), "\(release.rawValue) is its operator's to say")
        }
    }

    private func judgeRelease(of number: PhoneNumberAssignment) throws(InvalidChange) {
        switch asker {
        case .platform, .store: break
        case .operator(let id):
            if number.operatorID != id { throw forbidden(field(number), "an operator releases its own numbers") }
            let uses = directory.uses(of: number.telephoneNumber, in: after.id)
            guard uses.isEmpty else {
                throw conflict(field(number), "is \(enumeration(uses.map(\.words))); it is released when nothing holds it any more")
            }
            guard number.release == .readyForRemoval else { throw conflict(field(number), "goes when it is ReadyForRemoval") }
        case .administrator:
            guard after.relation(to: number.operatorID) == nil, number.operatorID != Operator.serviceCarrier else {
                throw forbidden(field(number), "is its operator's to release")
            }
        case .importer: throw forbidden(field(number), "is missing; a number is its operator's to release")
        }
        if number.status == .conferenceAssigned { try checkUnnamed(number) }
    }

    /// Invites that are being rewritten may come to show the number (domain reference §7.6).
    private func checkSettled(_ number: PhoneNumberAssignment) throws(InvalidChange) {
        guard let users = directory.migrating[after.id], !users.isEmpty else { return }
        throw conflict(
            field(number),
            "stays on the bridge while the invites of \(enumeration(users.sorted())) are rewritten; see Get-CsMeetingMigrationStatus")
    }

    /// Neither a route nor the bridge's default names a number that goes off the bridge.
    private func checkUnnamed(_ number: PhoneNumberAssignment) throws(InvalidChange) {
        let routes = after.voiceRoutes.elements.filter { $0.bridgeSourcePhoneNumber == number.telephoneNumber }.map(\.name)
        guard routes.isEmpty else {
            throw conflict(
                field(number), "is the BridgeSourcePhoneNumber of \(enumeration(routes)); change or remove the routes first")
        }
        guard after.bridge.defaultServiceNumber != number.telephoneNumber else {
            throw conflict(field(number), "is the default of the bridge \(after.bridge.name); set another first")
        }
    }
}

extension PhoneNumberAssignment.Status {
    /// The use that a number in this state was provided for, and who that is for; nil for any.
    fileprivate var needed: (usage: PhoneNumberAssignment.Usage, words: String)? {
        switch self {
        case .unassigned: nil
        case .userAssigned: (.user, "users")
        case .conferenceAssigned: (.conference, "audio conferencing")
        case .voiceApplicationAssigned: (.application, "applications")
        }
    }
}
