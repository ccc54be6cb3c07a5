extension Message {
    /// Reads one message that fills `bytes`; with `Content-Length` shorter than the rest, what follows is not part of it (RFC 3261 §18.3).
    /// With `takesAnyNumber` one of a sequence number past all bounds too, which is repeated to who sent it.
    package init(parsing bytes: [UInt8], takesAnyNumber: Bool = false) throws(Malformed) {
        guard bytes.count <= Limits.messageSize else { throw .tooLarge }
        let span = bytes.span
        let lineEnd = try Self.endOfLine(span, from: 0)
        start = try Self.startLine(span, to: lineEnd)
        var fields: [Field] = []
        fields.reserveCapacity(24)
        let bodyStart = try Self.fields(span, from: lineEnd + 2, into: &fields)
        let essentials = try Essentials(fields)
        guard let via = essentials.via, let from = essentials.from, let to = essentials.to, let callID = essentials.callID,
            let cSeq = essentials.cSeq
        else { throw .missingHeader }
        self.via = via
        self.from = from
        self.to = to
        self.callID = callID
        cSeqValue = cSeq
        guard let sequence = CSeq(span, cSeq, isCapped: takesAnyNumber) else { throw .cSeq }
        self.cSeq = sequence
        var bodyEnd = bytes.count
        if let value = essentials.contentLength {
            guard let length = decimal(span, value) else { throw .contentLength }
            guard length <= bytes.count - bodyStart else { throw .truncated }
            bodyEnd = bodyStart + length
        }
        body = bodyStart..<bodyEnd
        if case .request(let method, _) = start, method != sequence.method { throw .cSeq }
        self.bytes = bytes
        self.fields = fields
    }

    /// Where the fields are that every message needs, each at most once except `Via`.
    private struct Essentials {
        var via: Range<Int>?, from: Range<Int>?, to: Range<Int>?, callID: Range<Int>?, cSeq: Range<Int>?, contentLength: Range<Int>?
        private var maxForwards: Range<Int>?

        init(_ fields: [Field]) throws(Malformed) {
            for field in fields {
                switch field.name {
                case .via: if via == nil { via = field.value }
                case .from: try Self.once(&from, field.value)
                case .to: try Self.once(&to, field.value)
                case .callID: try Self.once(&callID, field.value)
                case .cSeq: try Self.once(&cSeq, field.value)
                case .contentLength: try Self.once(&contentLength, field.value)
                case .maxForwards: try Self.once(&maxForwards, field.value)
                default: break
                }
            }
        }

        private static func once(_ slot: inout Range<Int>?, _ value: Range<Int>) throws(Malformed) {
            guard slot == nil else { throw .repeatedHeader }
            guard !value.isEmpty else { throw .missingHeader }
            slot = value
        }
    }

    /// The place of the CR that ends the line; a CR or LF alone is malformed. Eight bytes at a time are passed over when all are above CR.
    private static func endOfLine(_ bytes: Span<UInt8>, from start: Int) throws(Malformed) -> Int {
        var at = start
        while at < bytes.count {
            if at + 8 <= bytes.count {
                let word = bytes.word(at: at)
                let low = (word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word & 0x8080_8080_8080_8080
                guard low != 0 else {
                    at += 8
                    continue
                }
                at += low.trailingZeroBitCount / 8
            }
            switch bytes[at] {
            case 13:
                guard at + 1 < bytes.count, bytes[at + 1] == 10 else { throw .header }
                return at
            case 10: throw .header
            default: at += 1
            }
        }
        throw .truncated
    }

    private static func startLine(_ bytes: Span<UInt8>, to end: Int) throws(Malformed) -> Start {
        if hasVersion(bytes, 0, end) {
            guard end >= 11, bytes[7] == 32, end == 11 || bytes[11] == 32, let code = decimal(bytes, 8..<11), (100...699).contains(code)
            else { throw .startLine }
            return .response(code, phrase: min(12, end)..<end)
        }
        guard let first = firstIndex(of: 32, in: bytes, 0..<end), isToken(bytes, 0..<first),
            let second = firstIndex(of: 32, in: bytes, first + 1..<end), second > first + 1
        else { throw .startLine }
        for at in first + 1..<second {
            switch bytes[at] {
            case ...32, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): throw .startLine
            default: break
            }
        }
        guard hasVersion(bytes, second + 1, end) else {
            throw second + 5 <= end && bytes[second + 1] | 0x20 == UInt8(ascii: "s") && bytes[second + 4] == UInt8(ascii: "/")
                ? .version : .startLine
        }
        guard second + 8 == end else { throw .startLine }
        return .request(SIPMethod(bytes, 0..<first), uri: first + 1..<second)
    }

    /// `SIP/2.0`, in any case (RFC 3261 §7.1).
    private static func hasVersion(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 7 else { return false }
        return bytes[start] | 0x20 == UInt8(ascii: "s") && bytes[start + 1] | 0x20 == UInt8(ascii: "i")
            && bytes[start + 2] | 0x20 == UInt8(ascii: "p") && bytes[start + 3] == UInt8(ascii: "/")
            && bytes[start + 4] == UInt8(ascii: "2") && bytes[start + 5] == UInt8(ascii: ".") && bytes[start + 6] == UInt8(ascii: "0")
    }

    /// Reads field after field up to the empty line; answers where the body starts.
    private static func fields(_ bytes: Span<UInt8>, from start: Int, into fields: inout [Field]) throws(Malformed) -> Int {
        var at = start
        while true {
            var end = try endOfLine(bytes, from: at)
            if end == at { return at + 2 }
            let lineStart = at
            while end + 2 < bytes.count, bytes[end + 2] == 32 || bytes[end + 2] == 9 { end = try endOfLine(bytes, from: end + 2) }
            guard end - lineStart <= Limits.headerSize else { throw .headerTooLong }
            guard fields.count < Limits.headerCount else { throw .tooManyHeaders }
            fields.append(try field(bytes, lineStart..<end))
            at = end + 2
        }
    }

    private static func field(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(Malformed) -> Field {
        guard let colon = firstIndex(of: UInt8(ascii: ":"), in: bytes, line) else { throw .header }
        var end = colon
        while end > line.lowerBound, bytes[end - 1] == 32 || bytes[end - 1] == 9 { end -= 1 }
        let label = line.lowerBound..<end, name = HeaderName(bytes, label)
        guard name != .other || isToken(bytes, label) else { throw .header }
        return Field(name: name, label: label, value: trimmed(bytes, colon + 1..<line.upperBound))
    }
}
