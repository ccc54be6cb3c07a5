/// Writes the event stream format (HTML Living Standard §9.2.5).
package enum ServerSentEvents {
    package static let mediaType = "text/event-stream"

    /// The answer that begins a stream.
    package static var response: Response {
        Response(
            200, headers: [("Content-Type", mediaType), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no")], body: .stream
        )
    }

    /// One event; line breaks in `id` and `event` are dropped, as they would begin another field.
    package static func event(id: String? = nil, event: String? = nil, data: String) -> [UInt8] {
        var text: [UInt8] = []
        if let id { field("id", id.utf8.filter { !isBreak($0) && $0 != 0 }, &text) }
        if let event { field("event", event.utf8.filter { !isBreak($0) }, &text) }
        lines(of: data) { field("data", $0, &text) }
        text.append(newline)
        return text
    }

    /// A comment, which clients skip: it keeps a silent connection open.
    package static func comment(_ text: String) -> [UInt8] {
        var comment: [UInt8] = []
        lines(of: text) { field("", $0, &comment) }
        comment.append(newline)
        return comment
    }

    /// Tells clients how long to wait before they connect again.
    package static func retry(milliseconds: Int) -> [UInt8] { Array("retry: \(milliseconds)\n\n".utf8) }

    private static let newline = UInt8(ascii: "\n")

    private static func isBreak(_ byte: UInt8) -> Bool { byte == newline || byte == UInt8(ascii: "\r") }

    private static func field(_ name: String, _ value: some Sequence<UInt8>, _ text: inout [UInt8]) {
        text.append(contentsOf: name.utf8)
        text.append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
        text.append(contentsOf: value)
        text.append(newline)
    }

    /// The lines between LF, CR and CRLF.
    private static func lines(of text: String, _ body: (Substring.UTF8View) -> Void) {
        let bytes = Substring(text).utf8
        var start = bytes.startIndex, index = start
        while index < bytes.endIndex {
            let byte = bytes[index], following = bytes.index(after: index)
            if isBreak(byte) {
                body(bytes[start..<index])
                let isPair = byte != newline && following < bytes.endIndex && bytes[following] == newline
                start = isPair ? bytes.index(after: following) : following
                index = start
            } else {
                index = following
            }
        }
        body(bytes[start...])
    }
}
