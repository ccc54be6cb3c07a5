import ArgumentParser
import Service

struct EraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Take a number or a person out of a tenant's records.",
        discussion: """
            A pseudonym stands in records, events, changes and invites afterwards, the same for the same; times, sums and places stay. It cannot be \
            taken back. Backups keep what they had.
            """)

    @OptionGroup var options: ClientOptions
    @Option(help: "The number that was dialled, in E.164.") var number: String?
    @Option(help: "The person, by the principal name.") var user: String?
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?

    func validate() throws {
        guard (number == nil) != (user == nil) else { throw ValidationError("--number or --user is needed, and not both") }
    }

    func run() throws {
        let client = try options.client(), path = "/v1/tenants/\(try client.tenant(tenant).percentEncoded)/erasures"
        let subject: [String: JSONValue] = number.map { ["number": .string($0)] } ?? ["user": .string(user ?? "")]
        let reply = try client.send("POST", path, body: JSON.encode(JSONValue.object(subject)))
        guard reply.isSuccess else { throw fail(reply.complaint) }
        func count(_ name: String) -> Int64 { reply.json[name].integer ?? 0 }
        let words = "\(count("records")) records, \(count("changes")) changes and \(count("invites")) invites"
        try say("\(words) have \(reply.json["pseudonym"].text) in its place")
        for endpoint in reply.json["webhooks"].array {
            try say("the webhook endpoint \(endpoint.text), whose URL had it, is paused until it is given another")
        }
    }
}
