import ArgumentParser
import Foundation
import Service

struct WebhooksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "A tenant's webhook endpoints and what could not be delivered to them.",
        subcommands: [List.self, Add.self, Remove.self, Rotate.self, Test.self, Pause.self, Resume.self, Deliveries.self, Redeliver.self],
        defaultSubcommand: List.self)

    /// What all of them take.
    struct Options: ParsableArguments {
        @OptionGroup var client: ClientOptions
        @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
        @Flag(help: "Print the service's answer as JSON.") var json = false

        func send(_ method: String, _ path: String = "", body: [String: JSONValue]? = nil) throws -> HTTPClient.Reply {
            let client = try client.client(), tenant = try client.tenant(tenant)
            let reply = try client.send(
                method, "/v1/tenants/\(tenant.percentEncoded)/webhooks" + path, body: body.map { JSON.encode(JSONValue.object($0)) })
            guard reply.isSuccess else { throw fail(reply.complaint) }
            return reply
        }

        /// Prints the rows of an answer: as they came, as CSV, or as a table.
        func show(_ reply: HTTPClient.Reply, asCSV: Bool, _ columns: [String], _ rows: (JSONValue) -> [[String]]) throws {
            guard asCSV else { return try show(reply) { textTable(columns, rows($0)) } }
            for line in [columns] + rows(reply.json) { try say(CSVText.line(line), terminator: "") }
        }

        func check(asCSV: Bool) throws {
            if json, asCSV { throw ValidationError("--json and --csv exclude each other") }
        }

        /// Prints the answer: as it came, or as `text` tells it.
        func show(_ reply: HTTPClient.Reply, _ text: (JSONValue) -> String) throws {
            try say(json ? String(decoding: reply.body, as: UTF8.self) : text(reply.json))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the endpoints.")
        @OptionGroup var options: Options
        @Flag(help: "Print the rows as CSV, with a line of names.") var csv = false

        func validate() throws { try options.check(asCSV: csv) }

        func run() throws {
            let columns = ["id", "url", "status", "kinds", "meetings", "waiting", "dead"]
            try options.show(try options.send("GET"), asCSV: csv, columns) { answer in
                answer["webhooks"].array.map { row in
                    let status = row["pausedBecause"] == .null ? row["status"].text : "paused: \(row["pausedBecause"].text)"
                    return [
                        row["id"].text, row["url"].text, status, chosen(row["kinds"]), chosen(row["meetings"]), row["waiting"].text,
                        row["deadLetters"].text,
                    ]
                }
            }
        }

        private func chosen(_ names: JSONValue) -> String { names.array.isEmpty ? "all" : names.array.map(\.text).joined(separator: ",") }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add an endpoint. Its secret is printed this once.")
        @OptionGroup var options: Options
        @Option(help: "Events that it wants, by type; may be given more than once (default: all).") var kind: [String] = []
        @Option(help: "A meeting whose events it wants; may be given more than once (default: all).") var meeting: [String] = []
        @Argument(help: "Where events are POSTed.") var url: String

        func run() throws {
            let reply = try options.send(
                "POST",
                body: [
                    "url": .string(url), "kinds": .array(kind.map { .string($0) }), "meetings": .array(meeting.map { .string($0) }),
                ])
            try options.show(reply) { "id      \($0["id"].text)\nsecret  \($0["secret"].text)" }
        }
    }

    /// The endpoint of a command.
    struct One: ParsableArguments {
        @OptionGroup var options: Options
        @Argument(help: "The endpoint's id.") var id: String

        func send(_ method: String, _ path: String = "", body: [String: JSONValue]? = nil) throws -> HTTPClient.Reply {
            try options.send(method, "/\(id.percentEncoded)" + path, body: body)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove an endpoint and what waits for it.")
        @OptionGroup var one: One

        func run() throws { _ = try one.send("DELETE") }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an endpoint another secret, printed this once; for a day both sign.")
        @OptionGroup var one: One

        func run() throws {
            try one.options.show(try one.send("POST", "/rotate")) {
                "secret  \($0["secret"].text)\nthe one before signs until \($0["earlierSecretsUntil"].text)"
            }
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "POST a test event to an endpoint now.", discussion: "Exit status: 0 taken, 1 not.")
        @OptionGroup var one: One

        func run() throws {
            let reply = try one.send("POST", "/test"), result = reply.json
            let isTaken = result["delivered"] == .bool(true)
            try one.options.show(reply) {
                (isTaken ? "delivered: answered \($0["status"].text)" : "not delivered: \($0["error"].text)")
                    + " after \($0["milliseconds"].text) ms"
            }
            if !isTaken { throw ExitCode.failure }
        }
    }

    struct Pause: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send an endpoint nothing until it is resumed.")
        @OptionGroup var one: One

        func run() throws { try one.options.show(try one.send("PATCH", body: ["status": .string("paused")])) { $0["status"].text } }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go on with a paused endpoint at once.")
        @OptionGroup var one: One

        func run() throws { try one.options.show(try one.send("PATCH", body: ["status": .string("active")])) { $0["status"].text } }
    }

    struct Deliveries: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the dial-outs whose events could not be delivered.")
        @OptionGroup var one: One
        @Option(help: "How many, 1 to 500.") var limit = 100
        @Flag(help: "Print the rows as CSV, with a line of names.") var csv = false

        func validate() throws { try one.options.check(asCSV: csv) }

        func run() throws {
            let columns = ["id", "from event", "failures", "since", "next attempt", "error"]
            try one.options.show(try one.send("GET", "/deliveries?state=failed&limit=\(limit)"), asCSV: csv, columns) { answer in
                answer["deliveries"].array.map { row in
                    [
                        row["id"].text, row["sequence"].text, row["failures"].text, row["failingSince"].text,
                        row["nextAttemptAt"] == .null ? "dead letter" : row["nextAttemptAt"].text, row["error"].text,
                    ]
                }
            }
        }
    }

    struct Redeliver: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try a failed delivery again now.")
        @OptionGroup var one: One
        @Argument(help: "The delivery's id.") var delivery: String

        func run() throws {
            try one.options.show(try one.send("POST", "/deliveries/\(delivery.percentEncoded)/redeliver")) {
                "trying \($0["id"].text) from event \($0["sequence"].text) on"
            }
        }
    }
}
