import Basis
import Cmdlets
import Dialing
import Web

/// What a script of cmdlets would come to. Nothing of it is put in force.
private struct Rehearsal: Sendable {
    let outcome: ScriptOutcome
    let changes: [ObjectChange]
    /// The configuration as it would be.
    let candidate: Directory
    let findings: Findings
    /// Why the changes would be refused, although each cmdlet was run.
    let refusal: InvalidChange?

    struct Findings: Encodable, Sendable {
        let appeared: [LintFinding]
        let resolved: [LintFinding]
        /// How many of both there are beyond those.
        let more: Int

        /// What lint says of one configuration and not of the other; of each finding only its hash is kept meanwhile.
        init(of tenant: String, from before: Directory, to after: Directory) {
            var old: Set<Int> = [], new: Set<Int> = []
            before.eachFinding(of: tenant) { old.insert($0.hashValue) }
            var appeared = LintReport(), resolved = LintReport()
            after.eachFinding(of: tenant) { finding in
                new.insert(finding.hashValue)
                if !old.contains(finding.hashValue) { appeared.add(finding) }
            }
            before.eachFinding(of: tenant) { if !new.contains($0.hashValue) { resolved.add($0) } }
            (self.appeared, self.resolved, more) = (appeared.findings, resolved.findings, appeared.more + resolved.more)
        }
    }

    init(_ order: CommandOrder, _ session: CmdletSession, in directory: Directory, by asker: Asker) {
        let tenant = session.tenant
        var session = session, candidate = directory, refusal: InvalidChange?
        let users = session.users
        outcome = session.run(order.script, order.input)
        let changed = outcome.changes
        do throws(InvalidChange) {
            var changes = changed.tenant.map { [DirectoryChange.putTenant($0)] } ?? []
            changes += changed.users.map { .putUser(tenant: tenant.id, $0) }
            try candidate.apply(changes, by: asker, version: directory.version, tables: .onFirstUse)
        } catch { refusal = error }
        changes = [ObjectChange](from: tenant, to: changed.tenant ?? tenant, users: changed.users.map { (users[$0.upn], $0) })
        findings = Findings(of: tenant.id, from: directory, to: candidate)
        (self.candidate, self.refusal) = (candidate, refusal)
    }
}

/// What the recorded dial-outs of some days would have become.
private struct RehearsedPast: Encodable, Sendable {
    let report: ReplayReport
    /// When the oldest of them was accepted; null when there was none.
    let from: WallTime?
    /// How far back was read.
    let days: Int
    /// Whether there are more in that time than were read.
    let truncated: Bool
}

extension Service {
    /// Days of recorded dial-outs that a rehearsal may replay.
    private static let rehearsalDays = 0...366

    /// `POST /v1/tenants/{tenant}/rehearsals?days=&organizer=&number=`: runs a script as `commands` would, and tells what would be different,
    /// what lint would say, what `days` of recorded dial-outs would have become, and how one dial-out would be decided. Puts nothing in force.
    func rehearse(_ call: APICall) async throws -> Response {
        struct Answer: Encodable, Sendable {
            let outcome: ScriptOutcome
            let changes: [ObjectChange]
            let findings: Rehearsal.Findings
            let replay: RehearsedPast?
            let decision: JSONValue?
        }
        let days = try rehearsalDays(call), inquiry = try call.rehearsedInquiry, order = try await commandOrder(call)
        let told = try await rehearsal(of: order, call), tenant = try tenant(call)
        if let refusal = told.refusal { throw refusal }
        let past = days > 0 && told.outcome.applied ? try await replay(days: days, of: tenant.id, in: told.candidate) : nil
        let decision = inquiry.map {
            JSONValue(
                told.candidate.decide($0, tenant: tenant.id, using: scratch, pool: uses.pool(of: identities.name(ofTenant: tenant.id))))
        }
        let answer = Answer(outcome: told.outcome, changes: told.changes, findings: told.findings, replay: past, decision: decision)
        return try await written { .json(200, JSON.encode(answer)) }
    }

    /// The script run, in its turn among those of its tenant.
    private func rehearsal(of order: CommandOrder, _ call: APICall) async throws -> Rehearsal {
        let turns = call["tenant"], asker = call.asker, order = timed(order)
        guard await scriptsInTurn.enter(turns, behindAtMost: Self.scriptsWaiting) else { throw Problem.tooManyScripts }
        defer { scriptsInTurn.leave(turns) }
        let tenant = try tenant(call), before = administration.changeable
        let session = CmdletSession(
            tenant: tenant, users: before.users(of: tenant.id), operators: before.operators, migrations: migrations[tenant.id])
        guard let told = await world.aside(.script, { Rehearsal(order, session, in: before, by: asker) }) else {
            throw Problem.tooManyScripts
        }
        return told
    }

    private func rehearsalDays(_ call: APICall) throws(InvalidField) -> Int {
        guard let text = call.request.query["days"] else { return 0 }
        guard let days = Int(decimal: text), Self.rehearsalDays.contains(days) else {
            throw InvalidField("days", "is \(Self.rehearsalDays.lowerBound) to \(Self.rehearsalDays.upperBound), not \(text.excerpt)")
        }
        return days
    }

    /// Decides page by page, so that what else is to be done on the loop is done between them.
    private func replay(days: Int, of tenant: String, in candidate: Directory) async throws -> RehearsedPast {
        let since = WallTime(milliseconds: world.wallTime.milliseconds - Int64(days) * 86_400_000)
        var query = DialOutQuery(limit: 250)
        query.tenant = tenant
        query.from = max(.before(since), identities[.tenant(tenant)])
        var report = ReplayReport(), oldest: WallTime?, isLast = false
        while !isLast, report.total + report.erased < Self.replayLimit {
            let page = try await store.dialOuts(query)
            let kept = try page.map { stored throws(StoreFailure) in try stored.folded() }.filter { !$0.order.isErased }
            report.erased += page.count - kept.count
            candidate.replay(kept.map(RecordedDialOut.init), of: tenant, into: &report, using: scratch)
            isLast = page.count < query.limit
            query.before = page.last?.id
            if let id = page.last?.id { oldest = WallTime(milliseconds: Int64(id.high >> 16)) }
        }
        return RehearsedPast(report: report, from: oldest, days: days, truncated: !isLast)
    }
}

extension APICall {
    /// Whose dial-out to which number is to be decided; nil when none is asked for.
    fileprivate var rehearsedInquiry: Inquiry? {
        get throws(InvalidField) {
            let organizer = request.query["organizer"], number = request.query["number"]
            guard organizer != nil || number != nil else { return nil }
            guard let organizer, !organizer.isEmpty else { throw InvalidField("organizer", "is required where there is a number") }
            guard let number, !number.isEmpty else { throw InvalidField("number", "is required where there is an organizer") }
            return Inquiry(
                organizer: try DialOutOrder.organizer(organizer), dialled: try DialOutOrder.number(number), requestedBy: nil,
                kind: .inviteNumber)
        }
    }
}
