import Basis
import Foundation
import Service

/// What the demo does, through the API alone: a tenant, two operators, routing by the PowerShell script, three dial-outs told as ladders.
struct DemoShow {
    let client: HTTPClient
    let sip: SocketAddress

    private static let organizer = "alice@contoso.example"

    func run() throws {
        try configure()
        try tell("1. Alice's meeting calls a phone in the United States", "+1 425 555 0123", kind: "callMeAt")
        try tell("2. Alice's meeting invites a number in the United Kingdom", "+44 20 7946 0123", kind: "inviteNumber")
        try tell("3. Alice's meeting dials a number that no route matches", "+81 3 5550 0123", kind: "inviteNumber")
        try say(
            """

            The service goes on at \(client.server) – open it in a browser, with this token:
              \(client.token)
            Try:
              curl -s -H 'Authorization: Bearer \(client.token)' --json '{"kind":"callMeAt","organizer":"\(Self.organizer)","number":"+1 206 555 0200"}' \\
                \(client.server)/v1/meetings/demo/dial-outs
            Ctrl-C stops it.
            """)
    }

    private func configure() throws {
        for (index, carrier) in [("contoso-telecom", "Contoso Telecom", "US"), ("fabrikam-voice", "Fabrikam Voice", "GB")].enumerated() {
            let port = sip.port + UInt16(index + 1)
            try put(
                "/v1/operators/\(carrier.0)",
                """
                {"name": "\(carrier.1)", "products": ["Conferencing"], "countries": ["US", "GB"], \
                "trunks": [{"name": "sbc1", "uri": "sip:\(sip.with(port: port))", "maxConcurrentCalls": 100}]}
                """)
        }
        _ = try client.send("DELETE", "/v1/tenants/contoso")
        try put("/v1/tenants/contoso", #"{"displayName": "Contoso", "country": "US"}"#)
        try put(
            "/v1/tenants/contoso/users/\(Self.organizer)",
            #"{"displayName": "Alice", "usageLocation": "US", "licences": ["OperatorConnectConferencing"]}"#)
        for (carrier, country, number) in [("contoso-telecom", "US", "+14255550100"), ("fabrikam-voice", "GB", "+442079460100")] {
            try post(
                "/v1/tenants/contoso/operators/\(carrier)",
                """
                {"countries": ["\(country)"], "contact": {"fullName": "Adele Vance", "email": "adele@contoso.example"}, \
                "companySize": "51-200", "acceptDataTransfer": true}
                """)
            try post("/v1/operators/\(carrier)/number-orders", #"{"tenant": "contoso", "usage": "conference", "numbers": ["\#(number)"]}"#)
        }
        let reply = try client.send(
            "POST", "/v1/tenants/contoso/commands", body: PackageResources.demo_ps1, type: "text/plain; charset=utf-8")
        let errors = reply.json["results"].array.compactMap { $0["error"]["message"].string }
        guard reply.isSuccess, errors.isEmpty else { throw DemoFailure(description: errors.first ?? reply.complaint) }
    }

    /// The demo's own configuration was refused.
    struct DemoFailure: Error, CustomStringConvertible {
        let description: String
    }

    private func put(_ path: String, _ json: String) throws { try require(client.send("PUT", path, body: Array(json.utf8)), path) }
    private func post(_ path: String, _ json: String) throws { try require(client.send("POST", path, body: Array(json.utf8)), path) }

    private func require(_ reply: HTTPClient.Reply, _ path: String) throws {
        guard reply.isSuccess else { throw DemoFailure(description: "\(path): \(reply.complaint)") }
    }

    /// One dial-out: the decision's sentences, then the ladder as it happens.
    private func tell(_ title: String, _ number: String, kind: String) throws {
        try say("\n\(title): \(number)")
        let order = #"{"kind": "\#(kind)", "organizer": "\#(Self.organizer)", "number": "\#(number)"}"#
        let reply = try client.send("POST", "/v1/meetings/demo/dial-outs", body: Array(order.utf8))
        for sentence in reply.json["decision"]["because"].array { try say("   · \(sentence.text)") }
        guard let id = reply.json["id"].string else { throw DemoFailure(description: reply.complaint) }
        var isOver = false, stream = EventStream()
        _ = try client.stream("/v1/dial-outs/\(id)/events") { chunk in
            for event in stream.events(in: chunk) {
                try say("   \(Ladder.line(of: event))")
                isOver = isOver || event["state"].string == "ended"
            }
            return !isOver
        }
    }
}
