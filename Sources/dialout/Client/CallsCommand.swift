import ArgumentParser
import Foundation
import Service

struct CallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "List dial-outs, search and export them, or follow them live.",
        discussion: """
            Without --json or --csv the newest --limit of those that are asked for, as a table; with --follow on a terminal it keeps itself up \
            to date, and otherwise there is a line per event. --json and --csv put out all of them, or --limit, as they come.
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var form: ListOptions
    @OptionGroup var filter: CallFilter
    @Option(name: .customLong("operator"), help: "An operator's calls, as that operator sees them.") var operatorID: String?
    @Option(help: "How many, 1 to 500; 50 in a table, all with --json and --csv.") var limit: Int?
    @Option(help: "Which comes first, newest or oldest.") var order: String?
    @Flag(help: "Go on with what happens.") var follow = false

    func validate() throws {
        if follow, form.json || form.csv { throw ValidationError("--follow goes without --json and --csv") }
        if follow, !filter.isEmpty || order != nil {
            throw ValidationError("--follow shows all that happens: it goes without filters and --order")
        }
    }

    func run() throws {
        let client = try options.client()
        let owner = try operatorID == nil ? client.owner() : nil
        let scope = (operatorID ?? owner?.operatorID).map { "/v1/operators/\($0.percentEncoded)" }
        let path = (scope.map { $0 + "/calls" } ?? "/v1/dial-outs") + "?"
        var query = filter.query
        if let order { query.append("order=\(order.percentEncoded)") }
        if form.json || form.csv {
            if let limit { query.append("limit=\(limit)") }
            return try export(client, path + query.joined(separator: "&"))
        }
        query.append("limit=\(limit ?? Self.tableLimit)")
        let reply = try client.send("GET", path + query.joined(separator: "&"))
        guard reply.isSuccess else { throw fail(reply.complaint) }
        let calls = reply.json[scope == nil ? "dialOuts" : "calls"].array
        var table = CallTable(isLive: follow && isatty(1) == 1, limit: limit ?? Self.tableLimit)
        for call in order == nil ? calls.reversed() : calls { table.note(call, id: call["id"].text) }
        try table.draw()
        guard follow else { return }
        try tail(client, path: scope.map { $0 + "/events" } ?? "/v1/events", after: reply.json["lastEventId"].text, &table)
    }

    private static let tableLimit = 50

    /// Puts out what comes as it comes: CSV as it is, JSON as one array with a record a line.
    private func export(_ client: HTTPClient, _ path: String) throws {
        func put(_ bytes: some Collection<UInt8>) throws {
            if !bytes.isEmpty { try write(Array(bytes), to: STDOUT_FILENO, named: "standard output") }
        }
        if form.csv { return try client.putOut(csv: path) }
        var array = JSONLines()
        try client.fetch(path, accept: "application/x-ndjson") { try put(array.taken($0)) }
        try put(array.end)
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

/// What `calls` asks for.
struct CallFilter: ParsableArguments {
    @Option(help: "Accepted at this time or later, as 2026-11-25T08:00:00.000Z.") var from: String?
    @Option(help: "Accepted at this time or before.") var to: String?
    @Option(help: "Only this number, in E.164.") var number: String?
    @Option(help: "Only with this caller ID, in E.164.") var callerId: String?
    @Option(help: "Only this outcome.") var outcome: String?
    @Option(help: "Only this state.") var state: String?
    @Option(help: "Only this meeting.") var meeting: String?
    @Option(help: "Only this organizer.") var organizer: String?
    @Option(help: "Only the one with this Call-ID.") var callId: String?
    @Option(help: "Only this tenant, for a token of the platform.") var tenant: String?

    private var given: [(name: String, value: String?)] {
        [
            ("from", from), ("to", to), ("number", number), ("callerId", callerId), ("outcome", outcome), ("state", state),
            ("meeting", meeting), ("organizer", organizer), ("callId", callId), ("tenant", tenant),
        ]
    }

    /// Parameters of the request's query.
    var query: [String] { given.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } } }
    /// Whether nothing is left out, but for states.
    var isEmpty: Bool { given.allSatisfy { $0.name == "state" || $0.value == nil } }
}

/// Makes one JSON array of JSON lines as they come, however the network cuts them.
struct JSONLines {
    private var isFirst = true
    private var isInLine = false

    /// A part of the array for a part of the lines.
    mutating func taken(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                isInLine = false
                continue
            }
            if !isInLine {
                text += Array((isFirst ? "[" : ",\n").utf8)
                (isFirst, isInLine) = (false, true)
            }
            text.append(byte)
        }
        return text
    }

    /// What closes it.
    var end: [UInt8] { Array((isFirst ? "[]\n" : "]\n").utf8) }
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
