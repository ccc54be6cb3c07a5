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

    /// A text, `true` for what is only known to be there, or null for what is not.
    private enum FileBody: Decodable {
        case text(String), present, absent

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .absent
            } else if let isThere = try? container.decode(Bool.self) {
                self = isThere ? .present : .absent
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        var file: ClientFile {
            switch self {
            case .text(let text): .text(text)
            case .present: .present
            case .absent: .absent
            }
        }
    }

    init(_ request: Request, at time: WallTime) throws(InvalidField) {
        if request.headers["content-type"]?.lowercased().contains("json") ?? false {
            let body = try StrictJSON.decode(Body.self, request.body)
            script = body.script
            input.files = (body.files ?? [:]).mapValues(\.file)
            input.answers = body.answers ?? []
            input.parameters = body.parameters ?? [:]
            input.name = body.name ?? ""
            input.variables = body.variables
        } else {
            guard let text = String(validating: request.body, as: UTF8.self) else { throw InvalidField("body", "is UTF-8 text") }
            script = text
        }
        input.now = Int(time.milliseconds)
    }
}

/// A script that was run, with its answer written: both take long.
private struct Ran: Sendable {
    let applied: Bool
    let changes: ScriptOutcome.Changes
    let answer: [UInt8]

    init(_ order: CommandOrder, _ session: CmdletSession) {
        var session = session
        let outcome = session.run(order.script, order.input)
        (applied, changes, answer) = (outcome.applied, outcome.changes, JSON.encode(outcome))
    }
}

extension Service {
    /// Times that a script is run before it is given up because something else changed the configuration meanwhile.
    private static let commandTries = 2

    /// `POST /v1/tenants/{tenant}/commands`: a script of cmdlets, applied whole or not at all.
    ///
    /// It is run beside the loop on a copy of the tenant; what it changed is put in force if nothing else was changed meanwhile. Otherwise it is
    /// run once more, and then answered with 409.
    func commands(_ call: APICall) async throws -> Response {
        let id = try tenant(call).id, order = try await commandOrder(call)
        for _ in 0..<Self.commandTries {
            let version = directory.version
            let session = CmdletSession(
                tenant: try tenant(call), users: directory.users(of: id), operators: directory.operators, migrations: migrations[id])
            guard let ran = await world.aside({ Ran(order, session) }) else { throw Problem.tooManyScripts }
            guard ran.applied, !ran.changes.isEmpty else { return .json(200, ran.answer) }
            if try await put(ran.changes, of: id, madeOn: version, for: call.author("cmdlets")) { return .json(200, ran.answer) }
        }
        throw Problem.conflict("the configuration was changed while the script ran, twice; nothing of it was applied, run it again")
    }

    func commandOrder(_ call: APICall) async throws -> CommandOrder {
        let request = call.request, time = world.wallTime
        return try await read(call) { () throws(InvalidField) in try CommandOrder(request, at: time) }
    }

    /// False when the configuration is not the one any more that the changes were made on.
    private func put(_ changes: ScriptOutcome.Changes, of tenant: String, madeOn version: Int64, for author: Author) async throws -> Bool {
        var isCurrent = true
        let now = Int(world.wallTime.milliseconds), asked = changes.migrations.map { MeetingMigration(of: $0, at: now) }
        let requests = asked.map { Migrations.document($0, of: tenant) }
        try await reconfigure(for: author) { directory in
            isCurrent = directory.version == version
            guard isCurrent else { return [] }
            return (changes.tenant.map { [.putTenant($0)] } ?? []) + changes.users.map { .putUser(tenant: tenant, $0) }
        } with: { _ in
            requests
        }
        guard isCurrent else { return false }
        if changes.tenant == nil, changes.users.isEmpty { try await ledger.admit(requests) }
        for migration in asked where directory.hasTenant(tenant) { migrations.note(migration, of: tenant) }
        startMigrating()
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
