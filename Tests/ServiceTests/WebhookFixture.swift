import Basis
import Service
import Simulation
import Testing
import Web
import Webhooks

/// Receivers of webhooks in the other world: each takes what comes to its URL, in its own way.
final class Receivers {
    struct Taken {
        let request: WebhookRequest
        let body: JSONValue
        let at: Instant

        func header(_ name: String) -> String { request.headers.first { $0.name == name }?.value ?? "" }
        /// `ringing 3`: the event's type and its dial-out's sequence.
        var name: String { "\(body["type"].string ?? "?") \(body["sequence"].integer ?? 0)" }
    }

    private let world: SimWorld
    private(set) var taken: [Taken] = []
    /// What comes of a POST to a URL, and after which time.
    var behaviour: (WebhookRequest) -> (PostOutcome, Duration) = { _ in (.answered(status: 200), .milliseconds(3)) }

    init(_ world: SimWorld) {
        self.world = world
        world.receive = { [receivers = Weak(self)] request in
            guard let receivers = receivers.value else { return (.failed(.unreachable), .milliseconds(1)) }
            return receivers.take(request)
        }
    }

    private struct Weak {
        weak var value: Receivers?
        init(_ value: Receivers) { self.value = value }
    }

    private func take(_ request: WebhookRequest) -> (PostOutcome, Duration) {
        let result = behaviour(request)
        if result.0.isSuccess {
            taken.append(Taken(request: request, body: (try? JSON.decode(JSONValue.self, request.body)) ?? .null, at: world.now))
        }
        return result
    }

    func names(at url: String) -> [String] { taken.filter { $0.request.url == url }.map(\.name) }
}

extension Fixture {
    /// An endpoint of contoso; its id and secret.
    @discardableResult
    func webhook(_ url: String, _ more: String = "") -> (id: String, secret: Secret) {
        let made = client.must(.post, "/v1/tenants/contoso/webhooks", #"{"url":"\#(url)"\#(more)}"#)
        return (made["id"].string!, Secret(made["secret"].string!))
    }

    func showWebhook(_ id: String) -> JSONValue { client.must(.get, "/v1/tenants/contoso/webhooks/\(id)") }
}
