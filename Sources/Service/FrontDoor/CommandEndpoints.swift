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

    init(_ call: APICall, at time: WallTime) throws {
        if call.request.headers["content-type"]?.lowercased().contains("json") ?? false {
            let body = try call.body(Body.self)
            script = body.script
            input.files = (body.files ?? [:]).mapValues(\.file)
            input.answers = body.answers ?? []
            input.parameters = body.parameters ?? [:]
            input.name = body.name ?? ""
            input.variables = body.variables
        } else {
            guard let text = String(validating: call.request.body, as: UTF8.self) else { throw InvalidField("body", "is UTF-8 text") }
            script = text
        }
        (input.now, input.author) = (Int(time.milliseconds), call.author("cmdlets").by)
    }
}

/// A script that was run, with its answer written and what it changes made ready: all of that takes long.
private struct Ran: Sendable {
    let answer: [UInt8]
    /// Nil where nothing is changed.
    let change: Result<PreparedChange, InvalidChange>?

    init(_ order: CommandOrder, in directory: Directory, tenant: Tenant, by asker: Asker) {
        var session = CmdletSession(tenant: tenant, users: directory.users(of: tenant.id), operators: directory.operators)
        let outcome = session.run(order.script, order.input)
        answer = JSON.encode(outcome)
        guard outcome.applied, !outcome.changes.isEmpty else {
            change = nil
            return
        }
        let changes =
            (outcome.changes.tenant.map { [DirectoryChange.putTenant($0)] } ?? [])
            + outcome.changes.users.map { .putUser(tenant: tenant.id, $0) }
        change = Result { () throws(InvalidChange) in try PreparedChange(changes, in: directory, by: asker) }
    }
}

extension Service {
    /// Times that a script, or a document, is tried before it is given up because something else changed the configuration meanwhile.
    static let commandTries = 2

    /// `POST /v1/tenants/{tenant}/commands`: a script of cmdlets, applied whole or not at all.
    ///
    /// It is run beside the loop on a copy of the tenant; what it changed is put in force if nothing else was changed meanwhile. Otherwise it is
    /// run once more, and then answered with 409.
    func commands(_ call: APICall) async throws -> Response {
        let order = try CommandOrder(call, at: world.wallTime), author = call.author("cmdlets")
        for _ in 0..<Self.commandTries {
            let before = directory, tenant = try tenant(call)
            guard let ran = await world.aside({ Ran(order, in: before, tenant: tenant, by: author.asker) }) else {
                throw Problem.tooManyScripts
            }
            guard let change = try ran.change?.get() else { return .json(200, ran.answer) }
            if try await commit(change, for: author) != nil { return .json(200, ran.answer) }
        }
        throw Problem.conflict("the configuration was changed while the script ran, twice; nothing of it was applied, run it again")
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
