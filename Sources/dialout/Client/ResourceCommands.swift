import ArgumentParser
import Cmdlets
import Foundation
import Service

/// How a list of the API is shown.
struct ListOptions: ParsableArguments {
    @Flag(help: "Print the rows as JSON.") var json = false
    @Flag(help: "Print the rows as CSV, with a line of names.") var csv = false

    func validate() throws {
        if json, csv { throw ValidationError("--json and --csv exclude each other") }
    }

    /// `columns` are members, a dot going into a member's own.
    func show(_ rows: [JSONValue], _ columns: [String]) throws {
        if json { return try say(String(decoding: JSON.encode(JSONValue.array(rows)), as: UTF8.self)) }
        let cells = rows.map { row in columns.map { $0.split(separator: ".").reduce(row) { $0[String($1)] }.text } }
        if csv {
            for line in [columns] + cells { try say(CSVText.line(line), terminator: "") }
            return
        }
        let widths = columns.indices.map { column in ([columns] + cells).map { $0[column].count }.max() ?? 0 }
        for line in [columns] + cells {
            let padded = zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
            try say(String(padded.reversed().drop { $0 == " " }.reversed()))
        }
    }
}

extension String {
    /// A path with those parameters behind it that have a value.
    fileprivate func asked(_ parameters: (name: String, value: String?)...) -> String {
        let query = parameters.compactMap { parameter in parameter.value.map { "\(parameter.name)=\($0.percentEncoded)" } }
        return query.isEmpty ? self : self + "?" + query.joined(separator: "&")
    }
}

extension HTTPClient {
    /// Puts out a table as it comes.
    func putOut(csv path: String) throws {
        try fetch(path, accept: "text/csv") { try write(Array($0), to: STDOUT_FILENO, named: "standard output") }
    }

    /// All rows of a list, part by part.
    func rows(of path: String, named name: String) throws -> [JSONValue] {
        var rows: [JSONValue] = [], cursor: String?
        repeat {
            let more = cursor.map { (path.contains("?") ? "&" : "?") + "cursor=" + $0.percentEncoded } ?? ""
            let reply = try send("GET", path + more)
            guard reply.isSuccess else { throw fail(reply.complaint) }
            rows += reply.json[name].array
            cursor = reply.json["cursor"].string
        } while cursor != nil
        return rows
    }

    /// The operator named, or the token's own.
    func carrier(_ named: String?) throws -> String {
        if let id = try named ?? owner().operatorID { return id }
        throw ValidationError("--operator is needed: the token is no operator's")
    }
}

struct TenantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tenants", abstract: "List the tenants.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(help: "Only those with this text in their id or name.") var search: String?

    func run() throws {
        try list.show(
            options.client().rows(of: "/v1/tenants".asked(("search", search)), named: "tenants"),
            ["id", "displayName", "country", "users", "voiceRoutes", "routingPolicies", "numbers"])
    }
}

struct UsersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "users", abstract: "List a tenant's users.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Option(help: "Only those with this text in their principal or display name.") var search: String?
    @Option(help: "Only those who hold this licence, such as OperatorConnectConferencing.") var licence: String?
    @Option(help: "Only members of this group.") var group: String?

    func run() throws {
        let client = try options.client(), tenant = try client.tenant(tenant)
        let path = "/v1/tenants/\(tenant.percentEncoded)/users".asked(("search", search), ("licence", licence), ("group", group))
        try list.show(
            client.rows(of: path, named: "users"),
            ["upn", "displayName", "usageLocation", "licences", "groups", "audioConferencingEnabled"])
    }
}

struct OperatorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operators", abstract: "List operators: all of the platform, or a tenant's own.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(help: "Only those that serve this country.") var country: String?
    @Option(help: "Only those that offer Calling or Conferencing.") var product: String?
    @Flag(help: "Those that the tenant has made its own.") var mine = false
    @Option(help: "The tenant for --mine (or DIALOUT_TENANT).") var tenant: String?

    func run() throws {
        let client = try options.client()
        if mine {
            if country != nil || product != nil { throw ValidationError("--country and --product search all operators, and not --mine") }
            let tenant = try client.tenant(tenant)
            return try list.show(
                client.rows(of: "/v1/tenants/\(tenant.percentEncoded)/operators", named: "operators"),
                ["operatorID", "status", "countries", "contact.fullName", "contact.email", "companySize", "agreement.status"])
        }
        try list.show(
            client.rows(of: "/v1/operators".asked(("country", country), ("product", product)), named: "operators"),
            ["id", "name", "products", "countries"])
    }
}

struct NumbersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers", abstract: "List an operator's numbers, or the inventory of a tenant.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(name: .customLong("operator"), help: "The operator; the token's own where it has one.") var operatorID: String?
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Option(help: "Of an operator, only numbers in this state, such as ReleaseRequested.") var state: String?
    @Option(help: "Of a tenant, only numbers of this country.") var country: String?
    @Option(help: "Of a tenant, only numbers of this status, such as ConferenceAssigned.") var status: String?

    func run() throws {
        let client = try options.client()
        if let id = try operatorID ?? client.owner().operatorID {
            if country != nil || status != nil { throw ValidationError("--country and --status go with a tenant's inventory") }
            let path = "/v1/operators/\(id.percentEncoded)/numbers".asked(("tenant", tenant), ("state", state))
            return try list.show(
                client.rows(of: path, named: "numbers"), ["number", "tenant", "state", "usage", "status", "country", "city", "isTollFree"])
        }
        if state != nil { throw ValidationError("--state goes with --operator") }
        try list.show(
            inventory(client, tenant: client.tenant(tenant)),
            [
                "TelephoneNumber", "PstnPartnerName", "PstnAssignmentStatus", "AssignedPstnTargetId", "Capability", "IsoCountryCode",
                "City",
                "AcquiredNumberState",
            ])
    }

    private func inventory(_ client: HTTPClient, tenant: String) throws -> [JSONValue] {
        let filters = [("IsoCountryCode", country), ("PstnAssignmentStatus", status)].compactMap { name, value in
            value.map { " -\(name) \($0.inSingleQuotes)" }
        }
        var rows: [JSONValue] = []
        while true {
            let script = "Get-CsPhoneNumberAssignment -Skip \(rows.count) -Top 1000" + filters.joined()
            let reply = try client.send(
                "POST", "/v1/tenants/\(tenant.percentEncoded)/commands", body: Array(script.utf8), type: "text/plain")
            guard reply.isSuccess else { throw fail(reply.complaint) }
            if let error = reply.json["results"].array.lazy.compactMap({ $0["error"]["message"].string }).first { throw fail(error) }
            let part = reply.json["results"].array.flatMap { $0["output"].array }
            rows += part
            if part.count < 1_000 { return rows }
        }
    }
}

struct TokensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tokens", abstract: "List the tokens, without their secrets.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions

    func run() throws {
        try list.show(
            options.client().rows(of: "/v1/tokens", named: "tokens"),
            ["id", "role", "tenant", "operator", "name", "createdAt", "expiresAt"])
    }
}

struct TrunksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "trunks", abstract: "List an operator's trunks and how they stand.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(name: .customLong("operator"), help: "The operator; the token's own where it has one.") var operatorID: String?

    func run() throws {
        let client = try options.client(), id = try client.carrier(operatorID)
        try list.show(
            client.rows(of: "/v1/operators/\(id.percentEncoded)/trunks", named: "trunks"),
            ["name", "uri", "state", "health.state", "channelsInUse", "maxConcurrentCalls", "queued"])
    }
}

struct ChangesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes",
        abstract: "List who changed a tenant's configuration, or the platform's, newest first, or take one change back.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(help: "The tenant (or DIALOUT_TENANT); the token's own where it has one, else the platform.") var tenant: String?
    @Option(help: "Only what has this text in who made it, from where, by which request, or in an object's name.") var search: String?
    @Option(help: "Only what was made then or later: a time in UTC as 2026-11-25T08:00:00Z.") var from: String?
    @Option(help: "Only what was made before then.") var to: String?
    @Option(help: "Take this change of a tenant's back.") var undo: String?

    func run() throws {
        let client = try options.client()
        let named = try tenant ?? ProcessInfo.processInfo.environment["DIALOUT_TENANT"] ?? client.owner().tenant
        let path = named.map { "/v1/tenants/\($0.percentEncoded)/changes" } ?? "/v1/changes"
        if let undo {
            if named == nil { throw ValidationError("--tenant is needed: changes of the platform's are not taken back by a command") }
            let reply = try client.send("POST", "\(path)/\(undo.percentEncoded)/undo")
            guard reply.isSuccess else { throw fail(reply.complaint) }
            return try say("undone; the configuration has version \(reply.json["configVersion"].integer ?? 0)")
        }
        let query = [("q", search), ("from", from), ("to", to)].compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
        let asked = query.isEmpty ? path : path + "?" + query.joined(separator: "&")
        let rows = try client.rows(of: asked, named: "changes").map { change -> JSONValue in
            var change = change
            change["changed"] = .string(change["objects"].array.compactMap { $0["object"].string }.joined(separator: ", "))
            return change
        }
        try list.show(rows, ["id", "at", "by", "from", "source", "changed"])
    }
}

struct LimitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "Show how much is dialled at most: a tenant's limits, or the service's.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(help: "The tenant (or DIALOUT_TENANT); the service's own where there is none.") var tenant: String?

    func run() throws {
        let client = try options.client()
        let named = try tenant ?? ProcessInfo.processInfo.environment["DIALOUT_TENANT"] ?? client.owner().tenant
        let reply = try client.send("GET", named.map { "/v1/tenants/\($0.percentEncoded)/limits" } ?? "/v1/limits")
        guard reply.isSuccess else { throw fail(reply.complaint) }
        if list.json { return try say(String(decoding: reply.body, as: UTF8.self)) }
        guard case .object(let members) = reply.json["inForce"] == .null ? reply.json : reply.json["inForce"] else { return }
        let rows = members.sorted { $0.key < $1.key }.map { name, level -> JSONValue in
            guard case .object = level else { return .object(["limit": .string(name), "block": level]) }
            return .object(["limit": .string(name), "warn": level["warn"], "block": level["block"]])
        }
        try list.show(rows, ["limit", "warn", "block"])
    }
}
