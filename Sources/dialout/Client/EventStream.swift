import Service

/// Reads the events out of a stream of server-sent events, however the network cuts it.
struct EventStream {
    private var pending: [UInt8] = []
    /// The place behind which the stream can be taken up again.
    private(set) var lastID: String?

    init(after place: String? = nil) { lastID = place }

    var headers: [String] { lastID.map { ["Last-Event-ID: \($0)"] } ?? [] }

    /// Forgets the half of an event that a broken connection left.
    mutating func beginAnew() { pending = [] }

    /// The dial-outs' events that are whole by now.
    mutating func events(in chunk: [UInt8]) -> [JSONValue] {
        texts(in: chunk).compactMap { try? JSON.decode(JSONValue.self, $0.text) }.filter {
            $0["webhookId"] == .null && $0["type"].string != "reset"
        }
    }

    /// The events that are whole by now, each with its place in the log: each ends in an empty line, and half of one moves nothing on.
    mutating func texts(in chunk: [UInt8]) -> [(place: String, text: [UInt8])] {
        pending += chunk
        let newline = UInt8(ascii: "\n")
        guard let end = pending.indices.dropFirst().last(where: { pending[$0] == newline && pending[$0 - 1] == newline }) else { return [] }
        let lines = pending[..<end].split(separator: newline)
        defer { pending.removeSubrange(...end) }
        return lines.compactMap { line in
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("id: ") { lastID = String(text.dropFirst(4)) }
            return text.hasPrefix("data: ") ? (lastID ?? "", Array(text.utf8.dropFirst(6))) : nil
        }
    }
}
