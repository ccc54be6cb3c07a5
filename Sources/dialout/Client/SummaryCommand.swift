import ArgumentParser
import Foundation
import Service

/// What many dial-outs came to together (contract, "Watching").
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "Show how many calls there were and were answered, how long they talked, and what they cost.",
        discussion: """
            asr is the share of those dialled that was answered (ITU-T E.411), ner of those that reached the callee (ITU-T E.425), both without what \
            still rings; acdSeconds is the mean of what was talked, pddP50 and pddP95 the milliseconds until it rang, at the middle and at 95 of 100.
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var form: ListOptions
    @OptionGroup var filter: CallFilter
    @Option(help: "What the rows are: hour, operator, country or outcome.") var by = "outcome"
    @Option(name: .customLong("operator"), help: "An operator's calls, as that operator sees them.") var operatorID: String?

    private static let heads = ["key", "count", "answered", "asr", "ner", "acdSeconds", "pddP50", "pddP95", "charges"]

    func run() throws {
        let client = try options.client()
        let scope = try operatorID ?? client.owner().operatorID
        let path = (scope.map { "/v1/operators/\($0.percentEncoded)/calls" } ?? "/v1/dial-outs") + "/summary?"
        let query = (["by=\(by.percentEncoded)"] + filter.query).joined(separator: "&")
        if form.csv { return try client.putOut(csv: path + query) }
        let reply = try client.send("GET", path + query)
        guard reply.isSuccess else { throw fail(reply.complaint) }
        if form.json { return try say(String(decoding: reply.body, as: UTF8.self)) }
        try form.show(reply.json["rows"].array.map(Self.told), Self.heads)
        if reply.json["truncated"] == .bool(true) { throw fail("these are the newest 100,000; --from and --to ask for fewer") }
    }

    /// A row with its sums in one cell, and shares as a reader wants them.
    private static func told(_ row: JSONValue) -> JSONValue {
        var row = row
        row["charges"] = .string(row["charges"].array.map { "\($0["amount"].text) \($0["currency"].text)" }.joined(separator: "; "))
        for name in ["asr", "ner"] { row[name] = rounded(row[name]) { String(format: "%.1f %%", $0 * 100) } }
        row["acdSeconds"] = rounded(row["acdSeconds"]) { String(format: "%.1f", $0) }
        return row
    }

    private static func rounded(_ value: JSONValue, _ text: (Double) -> String) -> JSONValue {
        switch value {
        case .number(let figure): .string(text(figure))
        case .integer(let figure): .string(text(Double(figure)))
        case .null, .bool, .string, .array, .object: value
        }
    }
}
