import Basis

extension Finding.ToldUsage: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(usage)
        packed.add(steps)
        packed.add(others)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(usage: try packed.read(), steps: try packed.read(), others: try packed.read())
    }
}

extension Finding.ToldUsage.Step: Packable {
    package func pack(into packed: inout PackedWriter) {
        switch self {
        case .unmatched(let route, let pattern): packed.add(case: 0, route, pattern)
        case .candidate(let candidate, let isFirst): packed.add(case: 1, candidate, isFirst)
        }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = .unmatched(route: try packed.read(), pattern: try packed.read())
        case 1: self = .candidate(try packed.read(), isFirst: try packed.read())
        case let other: throw PackedFault("there is no step \(other)")
        }
    }
}

extension Finding.Requester: Packable {
    package func pack(into packed: inout PackedWriter) {
        switch self {
        case .organizer: packed.add(case: 0)
        case .member(let name): packed.add(case: 1, name)
        case .guest(let name): packed.add(case: 2, name)
        case .federated(let name, let kind): packed.add(case: 3, name, kind)
        case .anonymous: packed.add(case: 4)
        }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = .organizer
        case 1: self = .member(try packed.read())
        case 2: self = .guest(try packed.read())
        case 3: self = .federated(try packed.read(), kind: try packed.read())
        case 4: self = .anonymous
        case let other: throw PackedFault("there is no requester \(other)")
        }
    }
}

extension Finding.Unreadable: Packable {
    package func pack(into packed: inout PackedWriter) {
        switch self {
        case .empty: packed.add(case: 0)
        case .tooLong: packed.add(case: 1)
        case .character(let character): packed.add(case: 2, String(character))
        case .ruleUndecided(let rule, let plan): packed.add(case: 3, rule, plan)
        case .noRule(let plan, let country): packed.add(case: 4, plan, country)
        case .notE164(let text): packed.add(case: 5, text)
        case .fault(let number, let fault): packed.add(case: 6, number, fault)
        }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = .empty
        case 1: self = .tooLong
        case 2:
            guard let character = try packed.read(String.self).first else { throw PackedFault("a character is missing") }
            self = .character(character)
        case 3: self = .ruleUndecided(rule: try packed.read(), plan: try packed.read())
        case 4: self = .noRule(plan: try packed.read(), country: try packed.read())
        case 5: self = .notE164(try packed.read())
        case 6: self = .fault(try packed.read(), try packed.read())
        case let other: throw PackedFault("there is no fault \(other) of a number")
        }
    }
}

extension Finding.DialOutTest: Packable {
    package func pack(into packed: inout PackedWriter) {
        switch self {
        case .passed: packed.add(case: 0)
        case .disabled: packed.add(case: 1)
        case .domestic(let home, let destination): packed.add(case: 2, home, destination)
        case .zoneA(let destination): packed.add(case: 3, destination)
        case .zoneAPremium(let destination): packed.add(case: 4, destination)
        }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = .passed
        case 1: self = .disabled
        case 2: self = .domestic(home: try packed.read(), destination: try packed.read())
        case 3: self = .zoneA(destination: try packed.read())
        case 4: self = .zoneAPremium(destination: try packed.read())
        case let other: throw PackedFault("there is no test \(other)")
        }
    }
}

extension Finding.PolicyOrigin: Packable {
    package func pack(into packed: inout PackedWriter) {
        switch self {
        case .group(let group, let rank): packed.add(case: 0, group, rank)
        case .copy(let policy): packed.add(case: 1, policy)
        }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = .group(try packed.read(), rank: try packed.read())
        case 1: self = .copy(of: try packed.read())
        case let other: throw PackedFault("there is no origin \(other)")
        }
    }
}

extension Finding.CarrierSwitch: Packable {
    package func pack(into packed: inout PackedWriter) {
        switch self {
        case .off: packed.add(case: 0)
        case .on: packed.add(case: 1)
        case .forcedOff(let licence): packed.add(case: 2, licence)
        }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = .off
        case 1: self = .on
        case 2: self = .forcedOff(try packed.read())
        case let other: throw PackedFault("there is no switch \(other)")
        }
    }
}

extension Unusable: Packable {
    package func pack(into packed: inout PackedWriter) {
        switch self {
        case .noTarget: packed.add(case: 0)
        case .numberReleased(let number): packed.add(case: 2, number)
        case .numberNotOnBridge(let number): packed.add(case: 3, number)
        case .numberNotConference(let number): packed.add(case: 4, number)
        case .numberTollFree(let number): packed.add(case: 5, number)
        case .numberOfServiceCarrier(let number): packed.add(case: 6, number)
        case .numberOfOperator(let id, let number): packed.add(case: 7, id, number)
        case .numberOfSeveralTenants(let number): packed.add(case: 8, number)
        case .numberNotUploaded(let number): packed.add(case: 9, number)
        case .operatorNotMine(let id, let number): packed.add(case: 10, id, number)
        case .operatorSuspended(let id): packed.add(case: 11, id)
        case .countryNotEnabled(let id, let country, let number): packed.add(case: 12, id, country, number)
        case .operatorGone(let id): packed.add(case: 13, id)
        case .operatorWithoutConferencing(let name): packed.add(case: 14, name)
        case .operatorWithoutTrunk(let name): packed.add(case: 15, name)
        case .patternUndecided(let pattern): packed.add(case: 16, pattern)
        case .gatewayUnknown(let name): packed.add(case: 17, name)
        case .gatewayDisabled(let name): packed.add(case: 18, name)
        case .gatewayNotUnderLicence(let name, let licence): packed.add(case: 19, name, licence)
        case .gatewayAddress(let name): packed.add(case: 20, name)
        case .gatewayRule(let name, let rule, let result): packed.add(case: 21, name, rule, result)
        case .gatewayCallerID: packed.add(case: 22)
        case .trunkRules(let name): packed.add(case: 23, name)
        case .operatorLeft(let id, let isDeclined, let reason): packed.add(case: 24, id, isDeclined, reason)
        }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = .noTarget
        case 2: self = .numberReleased(try packed.read())
        case 3: self = .numberNotOnBridge(try packed.read())
        case 4: self = .numberNotConference(try packed.read())
        case 5: self = .numberTollFree(try packed.read())
        case 6: self = .numberOfServiceCarrier(try packed.read())
        case 7: self = .numberOfOperator(try packed.read(), try packed.read())
        case 8: self = .numberOfSeveralTenants(try packed.read())
        case 9: self = .numberNotUploaded(try packed.read())
        case 10: self = .operatorNotMine(try packed.read(), try packed.read())
        case 11: self = .operatorSuspended(try packed.read())
        case 12: self = .countryNotEnabled(try packed.read(), try packed.read(), try packed.read())
        case 13: self = .operatorGone(try packed.read())
        case 14: self = .operatorWithoutConferencing(try packed.read())
        case 15: self = .operatorWithoutTrunk(try packed.read())
        case 16: self = .patternUndecided(try packed.read())
        case 17: self = .gatewayUnknown(try packed.read())
        case 18: self = .gatewayDisabled(try packed.read())
        case 19: self = .gatewayNotUnderLicence(try packed.read(), try packed.read())
        case 20: self = .gatewayAddress(try packed.read())
        case 21: self = .gatewayRule(try packed.read(), rule: try packed.read(), result: try packed.read())
        case 22: self = .gatewayCallerID
        case 23: self = .trunkRules(try packed.read())
        case 24: self = .operatorLeft(try packed.read(), isDeclined: try packed.read(), try packed.read())
        case let other: throw PackedFault("there is no reason \(other) against a route")
        }
    }
}
