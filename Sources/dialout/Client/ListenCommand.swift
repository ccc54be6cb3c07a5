import ArgumentParser
import Basis
import Foundation
import Reactor
import Service

struct ListenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen", abstract: "Print a tenant's events as they come, a line each, as a webhook gets them.",
        discussion: """
            Without --receive it follows the service's stream of events. With it, it is a webhook endpoint: it hears HTTP on HOST:PORT, checks \
            the signatures with --secret, prints what is signed well and answers 204; what is not is answered with 401 and not printed.
            """)

    @OptionGroup var options: ClientOptions
    @Option(help: "A platform token's choice of tenant; without it all tenants' events.") var tenant: String?
    @Option(help: "Begin behind this place of the log, 0 for all that there is (default: with what comes next).") var after: Int64?
    @Option(help: "HOST:PORT on which to be a webhook endpoint.") var receive: String?
    @Option(help: "The endpoint's secret, whsec_…; may be given more than once, as while secrets are rotated.") var secret: [String] = []

    func validate() throws {
        guard receive == nil || SocketAddress(receive!) != nil else {
            throw ValidationError("--receive is an address and a port such as 127.0.0.1:9000")
        }
        guard receive != nil || secret.isEmpty else {
            throw ValidationError("--secret checks what comes to --receive; the service's stream has no signatures")
        }
        for text in secret where !Secret(text).isWebhookSecret {
            throw ValidationError("--secret is whsec_ and 24 to 64 bytes in Base64")
        }
        guard receive == nil || tenant == nil && after == nil else {
            throw ValidationError("--tenant and --after choose from the service's stream, not from what comes to --receive")
        }
        guard after ?? 0 >= 0 else { throw ValidationError("--after is the place of an event, 0 or more") }
    }

    func run() throws {
        if let receive { return try hear(SocketAddress(receive)!) }
        try follow(try options.client())
    }

    private func hear(_ address: SocketAddress) throws {
        let loop = try EventLoop()
        var failure: (any Error)?
        let receiver = try WebhookReceiver(on: loop, at: address, secrets: secret.map { Secret($0) }) { line in
            do { try say(line) } catch {
                failure = error
                loop.stop()
            }
        }
        remark("hearing webhooks on http://\(receiver.address)" + (secret.isEmpty ? "; signatures are not checked: no --secret" : ""))
        var signals: Signals? = try Signals(on: loop, [.interrupt, .terminate]) { _ in loop.stop() }
        withExtendedLifetime((receiver, signals)) { loop.run() }
        receiver.close()
        signals = nil
        if let failure { throw failure }
    }

    /// Follows the stream, and resumes it without a gap when the connection breaks.
    private func follow(_ client: HTTPClient) throws {
        var stream = EventStream(after: after.map(String.init))
        let query = tenant.map { "?tenant=\($0.percentEncoded)" } ?? ""
        while true {
            stream.beginAnew()
            do {
                var answer: [UInt8] = []
                let status = try client.stream("/v1/events" + query, headers: stream.headers) { chunk in
                    answer = Array((answer + chunk).prefix(1000))
                    for (place, text) in stream.texts(in: chunk) {
                        if text.starts(with: Array(#"{"type":"reset""#.utf8)) {
                            remark("the log does not have that place; going on behind \(place)")
                            continue
                        }
                        try say(String(decoding: text.dropLast(), as: UTF8.self) + ",\"place\":\(place)}")
                    }
                    return true
                }
                guard status == 200 else {
                    let problem = (try? JSON.decode(JSONValue.self, answer)) ?? .null
                    throw fail("\(status) \(problem["detail"].text)")
                }
            } catch is HTTPClient.Unreachable {
                // The service may come back.
            }
            Thread.sleep(forTimeInterval: 1)
        }
    }
}
