import ArgumentParser
import Foundation
import Service

struct CallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "List dial-outs, or follow them live.",
        discussion: "With --follow on a terminal it is a table that keeps itself up to date; otherwise a line per event.")

    @OptionGroup var options: ClientOptions
    @Option(name: .customLong("operator"), help: "An operator's calls, as that operator sees them.") var operatorID: String?
    @Option(help: "Only this state.") var state: String?
    @Option(help: "How many, 1 to 500.") var limit = 50
    @Flag(help: "Go on with what happens.") var follow = false

    func run() throws {
        let client = try options.client()
        let owner = try operatorID == nil ? client.owner() : nil
        let scope = (operatorID ?? owner?.operatorID).map { "/v1/operators/\($0.percentEncoded)" }
        let query = "?limit=\(limit)" + (state.map { "&state=\($0.percentEncoded)" } ?? "")
        let reply = try client.send("GET", (scope.map { $0 + "/calls" } ?? "/v1/dial-outs") + query)
        guard reply.isSuccess else { throw fail(reply.complaint) }
        let calls = reply.json[scope == nil ? "dialOuts" : "calls"].array
        var table = CallTable(isLive: follow && isatty(1) == 1, limit: limit)
        for call in calls.reversed() { table.note(call, id: call["id"].text) }
        try table.draw()
        guard follow else { return }
        try tail(client, path: scope.map { $0 + "/events" } ?? "/v1/events", after: reply.json["lastEventId"].text, &table)
    }

    /// Follows the stream, and resumes it without a gap when the connection breaks.
    private func tail(_ client: HTTPClient, path: String, after place: String, _ table: inout CallTable) throws {
        var stream = EventStream(after: place)
        while true {
            var shown = table
            stream.beginAnew()
            do {
                let status = try client.stream(path, headers: stream.headers) { chunk in
                    for event in stream.events(in: chunk) { shown.note(event, id: event["dialOutId"].text) }
                    try shown.draw()
                    return true
                }
                if status != 200 { throw fail("the event stream answered \(status)") }
            } catch is HTTPClient.Unreachable {
                // The service may come back.
            }
            table = shown
            Thread.sleep(forTimeInterval: 1)
        }
    }
}

/// The calls on a terminal: newest last, the whole table drawn anew, or a line per change where there is no terminal.
struct CallTable {
    private let isLive: Bool
    private let limit: Int
    private var order: [String] = []
    private var rows: [String: JSONValue] = [:]
    private var changed: [String] = []

    init(isLive: Bool, limit: Int) { (self.isLive, self.limit) = (isLive, limit) }

    mutating func note(_ call: JSONValue, id: String) {
        if rows.updateValue(call, forKey: id) == nil { order.append(id) }
        if order.count > limit { rows[order.removeFirst()] = nil }
        changed.append(id)
    }

    mutating func draw() throws {
        let header = ["accepted", "number", "caller ID", "operator", "state", "outcome", "code", "for"]
        let shown = (isLive ? order : changed).compactMap { rows[$0] }
        changed = []
        var lines = shown.map(cells)
        if isLive { lines.insert(header, at: 0) }
        let widths = [12, 16, 16, 18, 10, 13, 5, 8]
        var text = isLive ? "\u{1B}[H\u{1B}[2J" : ""
        for line in lines {
            text +=
                zip(line, widths).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }.joined(separator: " ") + "\n"
        }
        try say(text, terminator: "")
    }

    private func cells(_ call: JSONValue) -> [String] {
        let accepted = String(call["acceptedAt"].text.dropFirst(11).prefix(12))
        return [
            accepted, call["number"].text, call["callerId"].text, call["operator"].text, call["state"].text, call["outcome"].text,
            call["code"].text, call["type"].text,
        ]
    }
}
