import ArgumentParser
import Foundation

struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask a service whether it is well, without a token.",
        discussion: "Exit status: 0 it is, 1 it is not or does not answer.")

    @Option(help: "The service's URL (or DIALOUT_SERVER).") var server: String?
    @Flag(help: "Ask whether it takes dial-outs, too.") var ready = false

    func run() throws {
        let server = server ?? ProcessInfo.processInfo.environment["DIALOUT_SERVER"] ?? "http://127.0.0.1:8080"
        let client = HTTPClient(server: server, token: "none", tokenPlace: "nowhere")
        let reply: HTTPClient.Reply
        do { reply = try client.send("GET", ready ? "/readyz" : "/healthz") } catch let fault as HTTPClient.Unreachable {
            throw fail(fault.description)
        }
        try say(String(decoding: reply.body, as: UTF8.self))
        if !reply.isSuccess { throw ExitCode.failure }
    }
}
