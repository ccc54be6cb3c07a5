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
        guard let token = token ?? environment["DIALOUT_TOKEN"] ?? Self.bootstrapToken() else {
            throw ValidationError("a token is needed: --token or DIALOUT_TOKEN")
        }
        return HTTPClient(server: server, token: token)
    }

    /// On the service's own machine, in its working folder, the first token is at hand.
    private static func bootstrapToken() -> String? {
        FileManager.default.contents(atPath: "data/bootstrap-token").map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

/// Prints at once, whoever reads standard output.
func say(_ text: String, terminator: String = "\n") {
    try? FileHandle.standardOutput.write(contentsOf: Data((text + terminator).utf8))
}

/// Says what went wrong on standard error and ends with the exit code of a failure.
func fail(_ message: String, code: Int32 = 1) -> ExitCode {
    try? FileHandle.standardError.write(contentsOf: Data("dialout: \(message)\n".utf8))
    return ExitCode(code)
}

extension HTTPClient {
    /// The tenant named, or the only one that the token can see.
    func tenant(_ named: String?) throws -> String {
        if let named = named ?? ProcessInfo.processInfo.environment["DIALOUT_TENANT"] { return named }
        let tenants = try send("GET", "/v1/tenants").json["tenants"].array.compactMap { $0["id"].string }
        guard tenants.count == 1 else {
            throw ValidationError("--tenant is needed" + (tenants.isEmpty ? "" : ": there are \(tenants.sorted().joined(separator: ", "))"))
        }
        return tenants[0]
    }
}
