/// What the body of a message says of the session: a description, by itself or within `multipart` (RFC 5621, RFC 2046 §5.1).
struct SessionBody {
    /// The session's description.
    private(set) var description: [UInt8]?
    /// False when something in it has to be understood and is not, so that a request is refused with 415 (RFC 5621 §4, §8).
    private(set) var isUnderstood = true

    /// How deep multiparts may be in each other, and how many parts each may have.
    static let depthLimit = 4
    static let partLimit = 16
    /// What an endpoint takes, for `Accept`.
    static let accepted = "application/sdp, multipart/mixed, multipart/alternative, multipart/related"

    init(_ message: Message) { self.init(BodyPart(message), in: message.bytes, depth: 0) }

    private init(_ part: BodyPart, in bytes: [UInt8], depth: Int) {
        guard !part.content.isEmpty else { return }
        let span = bytes.span
        if !part.isPlain(span) {
            isUnderstood = part.isOptional(span)
        } else if part.isMultipart(span), let boundary = part.boundary(bytes) {
            let parts = BodyPart.parts(of: part.content, in: bytes, boundary: boundary, limit: Self.partLimit)
            let isReadable = depth < Self.depthLimit && !parts.isEmpty
            let bodies = !isReadable ? [] : parts.map { SessionBody($0, in: bytes, depth: depth + 1) }
            if part.isAlternative(span) {
                // The last is the richest; one that is understood is enough (RFC 2046 §5.1.4).
                description = bodies.last { $0.isUnderstood && $0.description != nil }?.description
                isUnderstood = bodies.contains { $0.isUnderstood } || part.isOptional(span)
            } else {
                description = bodies.lazy.compactMap(\.description).first
                isUnderstood = isReadable && bodies.allSatisfy(\.isUnderstood) || part.isOptional(span)
            }
        } else if part.isDescription(span) {
            description = Array(bytes[part.content])
        } else {
            isUnderstood = part.isOptional(span)
        }
    }
}

/// A body, or one part of it, and where its header fields are in the message.
private struct BodyPart {
    var type: Range<Int>?
    var disposition: Range<Int>?
    /// Of the content and of its transfer.
    var encodings: [Range<Int>] = []
    let content: Range<Int>

    init(_ message: Message) {
        content = message.body
        type = message.value(.contentType)
        for field in message.fields where field.name == .other { take(field.label, field.value, message.bytes.span) }
    }

    /// A part of a multipart: its own header, an empty line and its content.
    private init(_ range: Range<Int>, in bytes: Span<UInt8>) {
        var at = range.lowerBound, fields: [(label: Range<Int>, value: Range<Int>)] = []
        while at < range.upperBound {
            let end = firstIndex(of: 10, in: bytes, at..<range.upperBound) ?? range.upperBound
            let line = trimmed(bytes, at..<end), isFolded = bytes[at] == 32 || bytes[at] == 9
            at = min(end + 1, range.upperBound)
            if line.isEmpty { break }
            if isFolded, let last = fields.indices.last {
                fields[last].value = fields[last].value.lowerBound..<line.upperBound
            } else if let colon = firstIndex(of: UInt8(ascii: ":"), in: bytes, line) {
                fields.append((trimmed(bytes, line.lowerBound..<colon), trimmed(bytes, colon + 1..<line.upperBound)))
            }
        }
        content = at..<range.upperBound
        for field in fields {
            if matches(bytes, field.label, "content-type") || matches(bytes, field.label, "c") { type = type ?? field.value }
            take(field.label, field.value, bytes)
        }
    }

    private mutating func take(_ label: Range<Int>, _ value: Range<Int>, _ bytes: Span<UInt8>) {
        if matches(bytes, label, "content-disposition") {
            disposition = disposition ?? value
        } else if matches(bytes, label, "content-encoding") || matches(bytes, label, "e")
            || matches(bytes, label, "content-transfer-encoding")
        {
            encodings.append(value)
        }
    }

    /// The parts between the delimiter lines; the last one may want its closing delimiter.
    static func parts(of content: Range<Int>, in bytes: [UInt8], boundary: [UInt8], limit: Int) -> [BodyPart] {
        let span = bytes.span
        var parts: [BodyPart] = [], start: Int?, at = content.lowerBound
        while at < content.upperBound, parts.count < limit {
            let end = firstIndex(of: 10, in: span, at..<content.upperBound) ?? content.upperBound
            if let isLast = delimiter(bytes[at..<end], boundary) {
                if let start { parts.append(BodyPart(start..<max(start, endOfLine(before: at, span)), in: span)) }
                start = isLast ? nil : min(end + 1, content.upperBound)
                if isLast { return parts }
            }
            at = end + 1
        }
        if let start, parts.count < limit { parts.append(BodyPart(start..<content.upperBound, in: span)) }
        return parts
    }

    /// Whether a delimiter line is the closing one; nil for another line.
    private static func delimiter(_ line: ArraySlice<UInt8>, _ boundary: [UInt8]) -> Bool? {
        let dashes = Array("--".utf8)
        guard line.starts(with: dashes), line.dropFirst(2).starts(with: boundary) else { return nil }
        let rest = line.dropFirst(2 + boundary.count)
        if rest.starts(with: dashes) { return true }
        return rest.allSatisfy(isWhite) ? false : nil
    }

    /// The line end before a delimiter belongs to it.
    private static func endOfLine(before place: Int, _ bytes: Span<UInt8>) -> Int {
        place >= 2 && bytes[place - 2] == 13 ? place - 2 : place - 1
    }

    private func name(_ value: Range<Int>?, _ bytes: Span<UInt8>) -> Range<Int>? {
        value.map { trimmed(bytes, $0.lowerBound..<endOfElement(bytes, $0, .semicolon)) }
    }

    /// Whether its content stands there as it is.
    func isPlain(_ bytes: Span<UInt8>) -> Bool {
        encodings.allSatisfy { value in
            matches(bytes, value, "identity") || matches(bytes, value, "binary") || matches(bytes, value, "8bit")
                || matches(bytes, value, "7bit")
        }
    }

    func isMultipart(_ bytes: Span<UInt8>) -> Bool {
        guard let name = name(type, bytes), name.count > 10 else { return false }
        return matches(bytes, name.lowerBound..<name.lowerBound + 10, "multipart/")
    }

    func isAlternative(_ bytes: Span<UInt8>) -> Bool { name(type, bytes).map { matches(bytes, $0, "multipart/alternative") } ?? false }

    /// A description of this session, and not of one for early media (RFC 3959).
    func isDescription(_ bytes: Span<UInt8>) -> Bool {
        guard let name = name(type, bytes), matches(bytes, name, "application/sdp") else { return false }
        return self.name(disposition, bytes).map { matches(bytes, $0, "session") } ?? true
    }

    /// Whether nobody minds that it is not understood; where nothing is said it has to be (RFC 5621 §8.3).
    func isOptional(_ bytes: Span<UInt8>) -> Bool {
        guard let disposition, let handling = parameter("handling", of: disposition, in: bytes) else { return false }
        return matches(bytes, handling, "optional")
    }

    func boundary(_ bytes: [UInt8]) -> [UInt8]? {
        guard let type, let value = parameter("boundary", of: type, in: bytes.span), !value.isEmpty else { return nil }
        var boundary: [UInt8] = [], isPair = false
        for byte in bytes[value] {
            isPair = byte == UInt8(ascii: "\\") && !isPair
            if !isPair { boundary.append(byte) }
        }
        return boundary
    }
}

extension Message {
    /// The session description in the body, also within `multipart`; read anew each time.
    package var sdp: [UInt8]? { SessionBody(self).description }
}
