import Basis
import Cmdlets
import Dialing
import Web

/// A script with what the client sends along, as `text/plain` or as `application/json`.
struct CommandOrder: Sendable {
    let script: String
    var input = RunInput()

    private struct Body: Decodable {
        let script: String
        let files: [String: FileBody]?
        let answers: [String]?
        let parameters: [String: String]?
        let name: String?
        let variables: String?
    }

    /// A text, `true` for what is only known to be there, `{"kind": "leaf"}` or `"container"` for a file or folder of which only that is known,
    /// or null for what is not there.
    private struct FileBody: Decodable {
        private enum Kind: String, Decodable { case leaf, container }
        private enum CodingKeys: CodingKey { case kind }

        let file: ClientFile

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                file = .absent
            } else if let isThere = try? value.decode(Bool.self) {
                file = isThere ? .present : .absent
            } else if let text = try? value.decode(String.self) {
                file = .text(text)
            } else {
                let kind = try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .kind)
                file = kind == .leaf ? .leaf : .container
            }
        }
    }

    init(_ request: Request, at time: WallTime, by author: String) throws(InvalidField) {
        if request.headers["content-type"]?.lowercased().contains("json") ?? false {
            let body = try StrictJSON.decode(Body.self, request.body)
            script = body.script
            input.files = (body.files ?? [:]).mapValues(\.file)
            input.answers = body.answers ?? []
            input.parameters = body.parameters ?? [:]
            input.name = body.name ?? ""
            input.variables = body.variables
        } else {
            guard let text = String(utf8: request.body[...]) else { throw InvalidField("body", "is UTF-8 text") }
            script = text
        }
        (input.now, input.author) = (Int(time.milliseconds), author)
    }
}

/// A script that was run, with its answer written and what it changes made ready: all of that takes long.
private struct Ran: Sendable {
    let answer: [UInt8]
    /// Nil where nothing is changed.
    let change: Result<PreparedChange, InvalidChange>?
    /// Whose invites are to be rewritten.
    let migrations: [String]

    init(
        _ order: CommandOrder, in directory: Directory, tenant: Tenant, _ known: [String: MeetingMigration], by asker: Asker
    ) {
        var session = CmdletSession(
            tenant: tenant, users: directory.users(of: tenant.id), operators: directory.operators, migrations: known)
        let outcome = session.run(order.script, order.input)
        answer = JSON.encode(outcome)
        migrations = outcome.applied ? outcome.changes.migrations : []
        guard outcome.applied, outcome.changes.tenant != nil || !outcome.changes.users.isEmpty else {
            change = nil
            return
        }
        let changes = directory.givingNumbers(
            (outcome.changes.tenant.map { [DirectoryChange.putTenant($0)] } ?? [])
                + outcome.changes.users.map { .putUser(tenant: tenant.id, $0) })
        change = Result { () throws(InvalidChange) in try PreparedChange(changes, in: directory, by: asker) }
    }
}

extension Service {
    /// Times that a script, or a document, is tried before it is given up because something else changed the configuration meanwhile.
    static let commandTries = 2
    /// Scripts of one tenant that wait for the one that runs.
    static let scriptsWaiting = 16
    /// How long a script may run.
    static let scriptTime = Duration.seconds(60)

    /// `POST /v1/tenants/{tenant}/commands`: a script of cmdlets, applied whole or not at all.
    ///
    /// It is run beside the loop on a copy of the tenant, after those of the tenant that came before; what it changed is put in force if
    /// nothing else was changed meanwhile. Otherwise it is run once more, and then answered with 409.
    func commands(_ call: APICall) async throws -> Response {
        let order = try await commandOrder(call), author = call.author("cmdlets"), turns = call["tenant"]
        guard await scriptsInTurn.enter(turns, behindAtMost: Self.scriptsWaiting) else { throw Problem.tooManyScripts }
        defer { scriptsInTurn.leave(turns) }
        for _ in 0..<Self.commandTries {
            let before = administration.changeable, tenant = try tenant(call), migrations = migrations[tenant.id]
            let order = timed(order)
            guard let ran = await world.aside(.script, { Ran(order, in: before, tenant: tenant, migrations, by: author.asker) }) else {
                throw Problem.tooManyScripts
            }
            let change = try ran.change?.get()
            guard change != nil || !ran.migrations.isEmpty else { return .json(200, ran.answer) }
            if try await put(change, ran.migrations, of: tenant.id, for: author) { return .json(200, ran.answer) }
        }
        throw Problem.conflict("the configuration was changed while the script ran, twice; nothing of it was applied, run it again")
    }

    /// The script with its time, which begins when it does.
    func timed(_ order: CommandOrder) -> CommandOrder {
        var order = order
        order.input.isOverdue = world.overdue(after: Self.scriptTime)
        return order
    }

    func commandOrder(_ call: APICall) async throws -> CommandOrder {
        let request = call.request, time = world.wallTime, author = call.author("cmdlets").by
        return try await read(call) { () throws(InvalidField) in try CommandOrder(request, at: time, by: author) }
    }

    /// False when the configuration is not the one any more that the changes were made on.
    private func put(_ change: PreparedChange?, _ wanted: [String], of tenant: String, for author: Author) async throws -> Bool {
        let now = Int(world.wallTime.milliseconds), asked = wanted.map { MeetingMigration(of: $0, at: now) }
        let requests = asked.map { Migrations.document($0, of: tenant) }
        migrations.ask(asked, of: tenant)
        defer { migrations.asked(asked, of: tenant) }
        if let change {
            guard try await administration.commit(change, for: author, with: { _ in requests }) != nil else { return false }
        } else {
            try await ledger.admit(requests)
        }
        if directory.hasTenant(tenant) { migrations.begin(asked, of: tenant) }
        return true
    }
}

extension Problem {
    /// More scripts wait to be run than may.
    static var tooManyScripts: Problem {
        var problem = Problem(503, "Service Unavailable", detail: "too many scripts wait to be run", reason: "busy")
        problem.retryAfter = 2
        return problem
    }
}
