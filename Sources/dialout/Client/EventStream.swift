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

    mutating func events(in chunk: [UInt8]) -> [JSONValue] {
        pending += chunk
        guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let lines = pending[..<end].split(separator: UInt8(ascii: "\n"))
        defer { pending.removeSubrange(...end) }
        return lines.compactMap { line in
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("id: ") { lastID = String(text.dropFirst(4)) }
            return text.hasPrefix("data: ") ? try? JSON.decode(JSONValue.self, Array(text.utf8.dropFirst(6))) : nil
        }
    }
}
