import ArgumentParser
import Foundation
import Service

/// Where the client commands find the service, and as whom.
struct ClientOptions: ParsableArguments {
    @Option(help: "The service's URL (or DIALOUT_SERVER).") var server: String?
    @Option(help: "A bearer token (or DIALOUT_TOKEN).") var token: String?

    func client() throws -> HTTPClient {
        let environment = ProcessInfo.processInfo.environment
        var server = server ?? environment["DIALOUT_SERVER"] ?? "http://127.0.0.1:8080"
        while server.hasSuffix("/") { server.removeLast() }
        let given = [("--token", token), ("DIALOUT_TOKEN", environment["DIALOUT_TOKEN"]), (Self.bootstrapPath, Self.bootstrapToken())]
        guard let (place, token) = given.lazy.compactMap({ place, token in token.map { (place, $0) } }).first else {
            throw ValidationError("a token is needed: --token or DIALOUT_TOKEN")
        }
        guard !token.isEmpty, token.utf8.allSatisfy({ (33..<127).contains($0) }) else {
            throw ValidationError("\(place) is no token: one has printable ASCII characters without spaces")
        }
        return HTTPClient(server: server, token: token, tokenPlace: place)
    }

    private static let bootstrapPath = "data/bootstrap-token"

    /// On the service's own machine, in its working folder, the first token is at hand.
    private static func bootstrapToken() -> String? {
        FileManager.default.contents(atPath: bootstrapPath).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

/// What the service says of the token that a command shows.
struct TokenOwner {
    let role: String
    let tenant: String?
    let operatorID: String?
}

extension HTTPClient {
    /// Whose token it is (`GET /v1/token`); a token that is not in force ends the command.
    func owner() throws -> TokenOwner {
        let reply = try send("GET", "/v1/token")
        guard reply.isSuccess, let role = reply.json["role"].string else { throw fail(reply.complaint) }
        return TokenOwner(role: role, tenant: reply.json["tenant"].string, operatorID: reply.json["operator"].string)
    }

    /// The tenant named, or the token's own, or the only one that there is.
    func tenant(_ named: String?) throws -> String {
        if let named = named ?? ProcessInfo.processInfo.environment["DIALOUT_TENANT"] { return named }
        let owner = try owner()
        if let tenant = owner.tenant { return tenant }
        if let carrier = owner.operatorID { throw ValidationError("the token is the operator \(carrier)'s and for no tenant") }
        let reply = try send("GET", "/v1/tenants")
        guard reply.isSuccess else { throw fail(reply.complaint) }
        let tenants = reply.json["tenants"].array.compactMap { $0["id"].string }
        guard tenants.count == 1 else {
            throw ValidationError("--tenant is needed" + (tenants.isEmpty ? "" : ": there are \(tenants.sorted().joined(separator: ", "))"))
        }
        return tenants[0]
    }
}
