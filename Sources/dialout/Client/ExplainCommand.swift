import ArgumentParser
import Foundation
import Service

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "What would happen if this organizer dialled this number, and which setting decides. Nothing is dialled.")

    @OptionGroup var options: ClientOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Option(help: "The organizer's user principal name.") var organizer: String
    @Option(help: "Who asks.") var requestedBy: String?
    @Option(help: "A candidate tenant document that is tried in place of the live one.") var candidate: String?
    @Flag(help: "Print the decision as JSON.") var json = false
    @Argument(help: "The number, as a person types it.") var number: String

    func run() throws {
        let client = try options.client(), tenant = try client.tenant(tenant)
        var inquiry: [String: JSONValue] = ["organizer": .string(organizer), "number": .string(number)]
        inquiry["requestedBy"] = requestedBy.map { .string($0) }
        inquiry["candidate"] = try candidate.map(TenantFile.read)
        let reply = try client.send(
            "POST", "/v1/tenants/\(tenant.percentEncoded)/route-tests", body: JSON.encode(JSONValue.object(inquiry)))
        guard reply.isSuccess else { throw fail(reply.complaint) }
        if json { return try say(String(decoding: reply.body, as: UTF8.self)) }
        let decision = reply.json
        for (index, sentence) in decision["because"].array.enumerated() { try say("\(index + 1). \(sentence.text)") }
        try say(verdict(of: decision))
    }

    private func verdict(of decision: JSONValue) -> String {
        switch decision["verdict"].string {
        case "route":
            let route = decision["routes"].array.first { $0["usable"] == .bool(true) } ?? .null
            return
                "→ \(decision["number"].text) goes to \(route["operator"].text) by route \(route["route"].text), as \(route["callerId"].text)"
        case "serviceCarrier": return "→ \(decision["number"].text) goes to the service's own carrier"
        default: return "→ refused at the gate \(decision["gate"].text): \(decision["reason"].text)"
        }
    }
}
