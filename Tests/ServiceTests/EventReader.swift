import Service

/// Reads an event stream; `@unchecked Sendable`: used on the world's thread only.
final class EventReader: EventSink, @unchecked Sendable {
    private(set) var text = ""
    private(set) var isClosed = false

    func send(_ chunk: [UInt8]) -> Bool {
        text += String(decoding: chunk, as: UTF8.self)
        return true
    }

    func close() { isClosed = true }
    func whenWritten(_ done: @escaping @Sendable () -> Void) { done() }

    private var all: [JSONValue] {
        text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { line in
            (try? JSON.decode(JSONValue.self, Array(line.dropFirst(6).utf8))) ?? .null
        }
    }

    /// The dial-outs and types of what was told.
    var events: [(id: String, type: String)] { all.map { ($0["dialOutId"].string ?? "", $0["type"].string ?? "") } }

    /// What operators and tenants are told of their relation.
    var notices: [JSONValue] { all.filter { $0["operator"] != .null && $0["dialOutId"] == .null } }
}
