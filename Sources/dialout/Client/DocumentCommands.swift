import ArgumentParser
import Foundation
import Service

/// A tenant document in a file: what export wrote, or the tenant alone.
enum TenantFile {
    /// The whole of the file.
    static func document(_ path: String) throws -> JSONValue {
        let text: String
        do { text = try TextFile.read(path) } catch { throw fail("\(error)", code: 2) }
        do { return try JSON.decode(JSONValue.self, Array(text.utf8)) } catch { throw fail("\(path) is not JSON", code: 2) }
    }

    /// The tenant in it; the users beside it are told of, since a candidate is tried with those that the service has.
    static func read(_ path: String) throws -> JSONValue {
        let document = try document(path)
        guard document["tenant"] != .null else { return document }
        if !document["users"].array.isEmpty {
            remark("\(path): its \(document["users"].array.count) users are left out; it is tried with the users that the service has")
        }
        return document["tenant"]
    }
}

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Put a whole tenant, or what was dumped of one elsewhere, in force: all of it or nothing.",
        discussion: """
            A file is what export wrote, or what a Get-Cs cmdlet of users, usages, routes, policies, dial plans, gateways, translation rules, \
            grants to groups or conferencing settings printed behind ConvertTo-Json -Depth 10, or users as CSV; several dumps are put \
            in force together. Of a file whose name has OnlineVoiceRoutingPolicy the policies are those of persons' calls, which print the \
            same members. Telephone numbers are never imported. The difference is printed first.
            """)

    @OptionGroup var options: ClientOptions
    @Argument(help: "What export wrote, or dumps of a tenant elsewhere.") var files: [String]
    @Option(help: "The tenant that dumps go to (or DIALOUT_TENANT).") var tenant: String?
    @Flag(help: "Print the difference, and change nothing.") var dryRun = false

    func run() throws {
        let client = try options.client()
        let (id, body, tag) = try wanted(client)
        let path = "/v1/tenants/\(id.percentEncoded)/document", headers = tag.map { ["If-Match: \($0)"] } ?? []
        let told = try client.send("PUT", path + "?dryRun=true", body: body, headers: headers)
        guard told.isSuccess else { throw fail("\(files.joined(separator: ", ")): \(told.complaint)") }
        try show(told.json)
        if dryRun { return }
        let reply = try client.send("PUT", path, body: body, headers: headers)
        guard reply.isSuccess else { throw fail("\(files.joined(separator: ", ")): \(reply.complaint)") }
    }

    /// The tenant, its document as it is to be, and for dumps the tag of the one that they were put into.
    private func wanted(_ client: HTTPClient) throws -> (id: String, body: [UInt8], tag: String?) {
        if files.count == 1, !files[0].lowercased().hasSuffix(".csv") {
            let json = try TenantFile.document(files[0])
            if !TenantDump.isDump(json) {
                guard let id = json["tenant"]["id"].string else { throw fail("\(files[0]): tenant.id is required", code: 2) }
                guard tenant == nil || tenant == id else {
                    throw fail(
                        "\(files[0]) is a document of the tenant \(id), not of \(tenant!): leave --tenant out, or change tenant.id", code: 2
                    )
                }
                return (id, JSON.encode(json), nil)
            }
        }
        let id = try client.tenant(tenant), reply = try client.send("GET", "/v1/tenants/\(id.percentEncoded)/document")
        guard reply.isSuccess else { throw fail(reply.complaint) }
        var dump = TenantDump(into: reply.json)
        for file in files {
            do throws(TenantDump.Refused) {
                if file.lowercased().hasSuffix(".csv") {
                    try dump.take(csv: try text(file))
                } else {
                    try dump.take(try json(file), from: file)
                }
            } catch { throw fail("\(file): \(error)", code: 2) }
        }
        for warning in dump.warnings { remark(warning) }
        return (id, JSON.encode(dump.document), reply.tag)
    }

    private func text(_ file: String) throws(TenantDump.Refused) -> String {
        do { return try TextFile.read(file) } catch { throw TenantDump.Refused("\(error)") }
    }

    private func json(_ file: String) throws(TenantDump.Refused) -> JSONValue {
        do { return try JSON.decode(JSONValue.self, Array(try text(file).utf8)) } catch let error as TenantDump.Refused {
            throw error
        } catch {
            throw TenantDump.Refused("it is not JSON")
        }
    }

    private func show(_ difference: JSONValue) throws {
        let marks = ["added": "+", "changed": "~", "removed": "-"]
        for change in difference["changes"].array {
            try say("\(marks[change["change"].string ?? ""] ?? "?") \(change["object"].string ?? "")")
        }
        if let omitted = difference["omitted"].integer, omitted > 0 { try say("… and \(omitted) more") }
        let counts = ["added", "changed", "removed"].map { "\(difference[$0].integer ?? 0) \($0)" }
        try say(counts.joined(separator: ", "))
    }
}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "export", abstract: "Print a tenant, with its users, as one document.")

    @OptionGroup var options: ClientOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?

    func run() throws {
        let client = try options.client(), tenant = try client.tenant(tenant)
        let reply = try client.send("GET", "/v1/tenants/\(tenant.percentEncoded)/document")
        guard reply.isSuccess else { throw fail(reply.complaint) }
        try say(String(decoding: reply.body, as: UTF8.self))
    }
}
