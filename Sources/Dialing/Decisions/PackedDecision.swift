import Basis

/// A decision as the store keeps it, with all that its sentences are made of.
extension Decision: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(verdict)
        packed.add(gate)
        packed.add(reason)
        packed.add(organizer)
        packed.add(licence)
        packed.add(dialled)
        packed.add(number)
        packed.add(country)
        packed.add(policy)
        packed.add(usage)
        packed.add(routes)
        packed.add(configVersion)
        packed.add(serviceCallerID)
        packed.add(findings)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let verdict: Verdict = try packed.read(), gate: Gate? = try packed.read(), reason: RefusalReason? = try packed.read()
        let organizer: String = try packed.read(), licence: Licence? = try packed.read()
        self.init(organizer: organizer, dialled: try packed.read(), configVersion: 0)
        (self.verdict, self.gate, self.reason, self.licence) = (verdict, gate, reason, licence)
        number = try packed.read()
        country = try packed.read()
        policy = try packed.read()
        usage = try packed.read()
        routes = try packed.read()
        configVersion = try packed.read()
        serviceCallerID = try packed.read()
        findings = try packed.read()
    }
}

extension Decision.EffectivePolicy: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(name)
        packed.add(source)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(name: try packed.read(), source: try packed.read())
    }
}

extension Decision.Candidate: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(route)
        packed.add(priority)
        packed.add(gateway.map { Self.gatewayMark + $0 } ?? `operator`)
        packed.add(callerId)
        packed.add(usable)
        packed.add(why)
        packed.add(pattern)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let route: String = try packed.read(), priority: Int = try packed.read(), target: String? = try packed.read()
        let gateway = target.flatMap { $0.hasPrefix(Self.gatewayMark) ? String($0.dropFirst(Self.gatewayMark.count)) : nil }
        self.init(
            route: route, priority: priority, operator: gateway == nil ? target : nil, gateway: gateway, callerId: try packed.read(),
            usable: try packed.read(), why: try packed.read(), pattern: try packed.read())
    }

    /// Before the name of a gateway that stands where an operator's id would; no id has it.
    private static let gatewayMark = "/"
}

extension Decision.Verdict: Packable {}
extension Decision.PolicySource: Packable {}
extension Gate: Packable {}
extension RefusalReason: Packable {}
extension DialOutKind: Packable {}
extension Licence: Packable {}
extension DialOutPolicy.ConferencingDialOut: Packable {}
extension DialOutLimits.Measure: Packable {}
extension NumberFacts.Fault: Packable {}
extension Finding.NoCredits: Packable {}

extension E164: Packable {
    package func pack(into packed: inout PackedWriter) { packed.add(unsigned: value) }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let digits = try packed.unsigned()
        guard let number = E164(digits: digits) else { throw PackedFault("\(digits) is no E.164 number") }
        self = number
    }
}

extension Country: Packable {
    package func pack(into packed: inout PackedWriter) { packed.add(description) }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let text: String = try packed.read()
        guard let country = Country(text) else { throw PackedFault("\(text) is no country of two letters") }
        self = country
    }
}
