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

    /// The tenant in it.
    static func read(_ path: String) throws -> JSONValue {
        let document = try document(path)
        return document["tenant"] == .null ? document : document["tenant"]
    }
}

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Put a whole tenant, with its users, in force: all of it or nothing.")

    @OptionGroup var options: ClientOptions
    @Argument(help: "What export wrote.") var file: String

    func run() throws {
        let text: String
        do { text = try TextFile.read(file) } catch { throw fail("\(error)", code: 2) }
        let document = try TenantFile.document(file)
        guard let tenant = document["tenant"]["id"].string else { throw fail("\(file): tenant.id is required", code: 2) }
        let reply = try options.client().send("PUT", "/v1/tenants/\(tenant.percentEncoded)/document", body: Array(text.utf8))
        guard reply.isSuccess else { throw fail("\(file): \(reply.complaint)") }
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
