extension Message {
    /// What an answer to a malformed request repeats: its `Via` values, and the first `From`, `To`, `Call-ID` and `CSeq`. Nil for a response,
    /// and where one of these is not there or cannot be read either.
    init?(salvaging bytes: [UInt8]) {
        guard bytes.count <= Limits.messageSize, !bytes.starts(with: "SIP/".utf8) else { return nil }
        let span = bytes.span
        var kept: [UInt8] = [], method: [UInt8]?, found: Set<HeaderName> = []
        var at = Self.endOfLine(span, from: 0)
        while at + 2 < bytes.count {
            let start = at + 2
            at = Self.endOfLine(span, from: start)
            while at + 2 < bytes.count, span[at + 2] == 32 || span[at + 2] == 9 { at = Self.endOfLine(span, from: at + 2) }
            guard at > start, let colon = firstIndex(of: UInt8(ascii: ":"), in: span, start..<at) else { break }
            let name = HeaderName(span, trimmed(span, start..<colon))
            switch name {
            case .via: break
            case .from, .to, .callID, .cSeq: if !found.insert(name).inserted { continue }
            default: continue
            }
            if name == .cSeq { method = bytes[colon + 1..<at].split(whereSeparator: isWhite).last.map(Array.init) }
            kept += bytes[start..<at] + Array("\r\n".utf8)
        }
        guard let method else { return nil }
        try? self.init(
            parsing: method + Array(" sip:malformed.invalid SIP/2.0\r\n".utf8) + kept + Array("\r\n".utf8), takesAnyNumber: true)
    }

    /// Where the next CRLF is, or the end.
    private static func endOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while let found = firstIndex(of: 13, in: bytes, at..<bytes.count) {
            if found + 1 < bytes.count, bytes[found + 1] == 10 { return found }
            at = found + 1
        }
        return bytes.count
    }
}
