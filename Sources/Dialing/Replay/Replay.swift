package import Patterns

/// What a dial-out of the past asked, and which way it went.
package struct RecordedDialOut: Equatable, Sendable {
    package var id: String
    package var inquiry: Inquiry
    /// Nil where it was refused, or a gateway took it. ``Operator/serviceCarrier`` where the service's own carrier took it.
    package var operatorID: String?
    /// The gateway that the decision named first.
    package var gateway: String?
    package var callerID: E164?

    package init(id: String, inquiry: Inquiry, operatorID: String?, gateway: String? = nil, callerID: E164?) {
        self.id = id
        self.inquiry = inquiry
        self.operatorID = operatorID
        self.gateway = gateway
        self.callerID = callerID
    }
}

/// What a candidate configuration would have changed for dial-outs of the past.
package struct ReplayReport: Codable, Equatable, Sendable {
    package private(set) var total = 0
    package private(set) var unchanged = 0
    package private(set) var changedOperator = 0
    /// Same operator, another caller ID.
    package private(set) var changedCallerID = 0
    /// Carried then, refused by the candidate.
    package private(set) var becameUnroutable = 0
    /// Refused then, carried by the candidate.
    package private(set) var becameRoutable = 0
    /// Left out, and in none of the counts: somebody's data were taken out of them.
    package var erased = 0
    /// The first of each kind.
    package private(set) var examples: [Example] = []

    package static let examplesOfKind = 5

    package init() {}

    package struct Example: Codable, Equatable, Sendable {
        package var id: String
        package var organizer: String
        package var number: String
        package var change: Change
        package var before: Way
        package var after: Way
        /// The candidate's reasons.
        package var because: [String]
    }
    package enum Change: String, Codable, Sendable { case `operator`, callerID, unroutable, routable }
    package struct Way: Codable, Equatable, Sendable {
        package var `operator`: String?
        package var gateway: String?
        package var callerId: E164?

        /// Who carries the call; nil where nobody does.
        fileprivate var carrier: String? { gateway.map { "gateway " + $0 } ?? `operator` }
    }

    fileprivate mutating func add(_ record: RecordedDialOut, _ decision: Decision) {
        total += 1
        let before = Way(operator: record.operatorID, gateway: record.gateway, callerId: record.callerID), after = decision.way
        guard let change = Self.change(before, after) else {
            unchanged += 1
            return
        }
        let earlier: Int
        switch change {
        case .operator: (earlier, changedOperator) = (changedOperator, changedOperator + 1)
        case .callerID: (earlier, changedCallerID) = (changedCallerID, changedCallerID + 1)
        case .unroutable: (earlier, becameUnroutable) = (becameUnroutable, becameUnroutable + 1)
        case .routable: (earlier, becameRoutable) = (becameRoutable, becameRoutable + 1)
        }
        guard earlier < Self.examplesOfKind else { return }
        examples.append(
            Example(
                id: record.id, organizer: record.inquiry.organizer, number: decision.number?.description ?? record.inquiry.dialled,
                change: change, before: before, after: after, because: decision.because))
    }

    private static func change(_ before: Way, _ after: Way) -> Change? {
        switch (before.carrier, after.carrier) {
        case (nil, nil): nil
        case (nil, _?): .routable
        case (_?, nil): .unroutable
        case (let before?, let after?) where before != after: .operator
        case (_?, _?): before.callerId == after.callerId ? nil : .callerID
        }
    }
}

extension Decision {
    /// The first way that the call may go.
    fileprivate var way: ReplayReport.Way {
        switch verdict {
        case .refuse: return ReplayReport.Way()
        case .serviceCarrier: return ReplayReport.Way(operator: Operator.serviceCarrier, callerId: serviceCallerID)
        case .route:
            let first = routes.first(where: \.usable)
            return ReplayReport.Way(operator: first?.operator, gateway: first?.gateway, callerId: first?.callerId)
        }
    }
}

extension Directory {
    /// This directory with another document for a tenant, at the same version; this one stays as it is.
    package func replacing(tenant: Tenant) throws(InvalidChange) -> Directory {
        var candidate = self
        try candidate.apply([.putTenant(tenant)], version: version, tables: .onFirstUse)
        return candidate
    }

    /// What would become of the tenant's past dial-outs under another document. Dials nothing.
    package func replay(
        candidate: Tenant, over records: some Sequence<RecordedDialOut>, using scratch: borrowing Pattern.Scratch
    ) throws(InvalidChange) -> ReplayReport {
        var report = ReplayReport()
        try replacing(tenant: candidate).replay(records, of: candidate.id, into: &report, using: scratch)
        return report
    }

    /// What becomes of a tenant's past dial-outs in this directory, told behind what the report has already.
    package func replay(
        _ records: some Sequence<RecordedDialOut>, of tenant: String, into report: inout ReplayReport,
        using scratch: borrowing Pattern.Scratch
    ) {
        for record in records { report.add(record, decide(record.inquiry, tenant: tenant, using: scratch)) }
    }
}
