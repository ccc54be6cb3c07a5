import ArgumentParser
import Service

struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "List what in a tenant's routing will not do what it seems to.",
        discussion: "The first 1,000 findings, and how many more there are. Exit status: 0 nothing found, 1 something found.")

    @OptionGroup var options: ClientOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Flag(help: "Print the findings as JSON.") var json = false
    @Flag(help: "Print the findings as CSV, with a line of names.") var csv = false

    func validate() throws {
        if json, csv { throw ValidationError("--json and --csv exclude each other") }
    }

    func run() throws {
        let client = try options.client(), tenant = try client.tenant(tenant)
        let reply = try client.send("GET", "/v1/tenants/\(tenant.percentEncoded)/lint")
        guard reply.isSuccess else { throw fail(reply.complaint) }
        let findings = reply.json["findings"].array, more = reply.json["more"].integer ?? 0
        if json {
            try say(String(decoding: reply.body, as: UTF8.self))
        } else if csv {
            let columns = ["object", "reason", "mend"]
            for line in [columns] + findings.map({ finding in columns.map { finding[$0].text } }) {
                try say(CSVText.line(line), terminator: "")
            }
        } else {
            for finding in findings { try say("\(finding["object"].text): \(finding["reason"].text)\n    \(finding["mend"].text)") }
        }
        if !json, !csv, more > 0 { try say("and \(more) more, which are listed once some of these are mended") }
        if !findings.isEmpty { throw ExitCode(1) }
    }
}

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "What a candidate tenant document would have made of the recorded dial-outs of a period.")

    @OptionGroup var options: ClientOptions
    @Option(help: "From, a time as 2026-11-25T08:00:00Z (RFC 3339).") var from: String?
    @Option(help: "Until, a time as 2026-11-25T08:00:00Z (RFC 3339).") var to: String?
    @Argument(help: "A tenant document, as export writes it.") var file: String

    func run() throws {
        let candidate = try TenantFile.read(file)
        var body: [String: JSONValue] = ["candidate": candidate]
        body["from"] = from.map { .string($0) }
        body["to"] = to.map { .string($0) }
        guard let tenant = candidate["id"].string else { throw fail("\(file): tenant.id is required", code: 2) }
        let reply = try options.client().send(
            "POST", "/v1/tenants/\(tenant.percentEncoded)/replays", body: JSON.encode(JSONValue.object(body)))
        guard reply.isSuccess else { throw fail(reply.complaint) }
        let report = reply.json["report"]
        try say(
            "\(report["total"].text) dial-outs: \(report["unchanged"].text) unchanged, \(report["changedOperator"].text) change operator, "
                + "\(report["changedCallerID"].text) change caller ID only, \(report["becameUnroutable"].text) become unroutable, "
                + "\(report["becameRoutable"].text) become routable")
        for example in report["examples"].array {
            try say("  \(example["organizer"].text) to \(example["number"].text): \(way(example["before"])) → \(way(example["after"]))")
        }
        if reply.json["truncated"] == .bool(true) { try say("There are more in the period; the newest were read.") }
    }

    private func way(_ way: JSONValue) -> String {
        way["operator"] == .null ? "refused" : "\(way["operator"].text) as \(way["callerId"].text)"
    }
}
