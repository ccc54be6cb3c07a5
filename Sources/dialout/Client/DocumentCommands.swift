import ArgumentParser
import Foundation
import Service

/// A tenant document in a file: what export wrote, or the tenant alone.
enum TenantFile {
    static func read(_ path: String) throws -> JSONValue {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw fail("\(path) cannot be read", code: 2) }
        do {
            let document = try JSON.decode(JSONValue.self, Array(bytes))
            return document["tenant"] == .null ? document : document["tenant"]
        } catch {
            throw fail("\(path) is not JSON", code: 2)
        }
    }
}

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Put a whole tenant, with its users, in force: all of it or nothing.")

    @OptionGroup var options: ClientOptions
    @Argument(help: "What export wrote.") var file: String

    func run() throws {
        guard let bytes = FileManager.default.contents(atPath: file) else { throw fail("\(file) cannot be read", code: 2) }
        let document: JSONValue
        do { document = try JSON.decode(JSONValue.self, Array(bytes)) } catch { throw fail("\(file) is not JSON", code: 2) }
        guard let tenant = document["tenant"]["id"].string else { throw fail("\(file): tenant.id is required", code: 2) }
        let reply = try options.client().send("PUT", "/v1/tenants/\(tenant.percentEncoded)/document", body: Array(bytes))
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
        say(String(decoding: reply.body, as: UTF8.self))
    }
}
