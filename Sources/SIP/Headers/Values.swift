import Basis

extension Message {
    /// Where the comma-separated elements of all fields of that name are, at most `limit` of them.
    package func elements(_ name: HeaderName, limit: Int = Limits.headerCount) -> [Range<Int>] {
        var found: [Range<Int>] = []
        guard limit > 0 else { return found }
        forEachElement(name) { element in
            found.append(element)
            return found.count < limit
        }
        return found
    }

    func firstElement(_ name: HeaderName) -> Range<Int>? {
        var first: Range<Int>?
        forEachElement(name) { element in
            first = element
            return false
        }
        return first
    }

    /// `token` is in lower case.
    package func hasToken(_ token: StaticString, in name: HeaderName) -> Bool {
        var isThere = false
        forEachElement(name) { element in
            isThere = matches(bytes.span, element, token)
            return !isThere
        }
        return isThere
    }

    /// Goes on while `body` answers true.
    private func forEachElement(_ name: HeaderName, _ body: (Range<Int>) -> Bool) {
        let span = bytes.span
        for field in fields where field.name == name {
            var at = field.value.lowerBound
            while at < field.value.upperBound {
                let end = endOfElement(span, at..<field.value.upperBound, .comma)
                let element = trimmed(span, at..<end)
                if !element.isEmpty, !body(element) { return }
                at = end + 1
            }
        }
    }

    /// The value of `;name=value` in a header value, without quotes; empty for a flag, nil when it is not there.
    package func parameter(_ name: StaticString, of value: Range<Int>) -> Range<Int>? {
        SIP.parameter(name, of: value, in: bytes.span)
    }

    /// The URI of a `name-addr` or `addr-spec` (RFC 3261 §25.1).
    package func uri(of value: Range<Int>) -> Range<Int> {
        let span = bytes.span
        var at = value.lowerBound, quoted = false
        while at < value.upperBound {
            switch span[at] {
            case UInt8(ascii: "\\") where quoted: at += 1
            case UInt8(ascii: "\""): quoted.toggle()
            case UInt8(ascii: "<") where !quoted:
                let end = firstIndex(of: UInt8(ascii: ">"), in: span, at + 1..<value.upperBound) ?? value.upperBound
                return at + 1..<end
            default: break
            }
            at += 1
        }
        return trimmed(span, value.lowerBound..<endOfElement(span, value, .semicolon))
    }

    /// Whether the Request-URI has a host, if it is a `sip` one, and the quotes and angle brackets of `From` and `To` come in pairs.
    func isAddressed(by uri: Range<Int>) -> Bool {
        let isTelephone = bytes[uri].prefix(4).equalsIgnoringCase("tel:")
        return (isTelephone || SIPURI(bytes[uri]) != nil) && isBalanced(bytes.span, from) && isBalanced(bytes.span, to)
    }

    /// The number that the first field of that name begins with: `120 (soon)`, `1800;refresher=uac`.
    func number(_ name: HeaderName) -> Int? {
        guard let value = value(name) else { return nil }
        return decimal(bytes.span, leadingDigits(bytes.span, value))
    }

    /// The same for a time in seconds (`delta-seconds`): one that is too long for 32 bits is the longest that they hold.
    package func seconds(_ name: HeaderName) -> Int? {
        guard let value = value(name) else { return nil }
        let digits = leadingDigits(bytes.span, value)
        return digits.isEmpty ? nil : decimal(bytes.span, digits) ?? Int(UInt32.max)
    }

    package func tag(of value: Range<Int>) -> ArraySlice<UInt8>? {
        guard let tag = parameter("tag", of: value), !tag.isEmpty else { return nil }
        return bytes[tag]
    }
}

extension Message {
    /// What a `token` or a `quoted-string` says: without its quotes, its quoted pairs read (RFC 3261 §25.1).
    package func quotedText(_ value: Range<Int>) -> String {
        let inner = unquoted(bytes.span, value)
        return inner == value ? text(inner) : withoutPairs(inner)
    }

    /// What the inside of a `quoted-string` says.
    func withoutPairs(_ inner: Range<Int>) -> String {
        guard bytes[inner].contains(UInt8(ascii: "\\")) else { return text(inner) }
        var said: [UInt8] = [], isPair = false
        for byte in text(inner).utf8 {
            if byte == UInt8(ascii: "\\"), !isPair {
                isPair = true
            } else {
                said.append(byte)
                isPair = false
            }
        }
        return String(decoding: said, as: UTF8.self)
    }
}

private func isBalanced(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var at = range.lowerBound, quoted = false, inAngles = false
    while at < range.upperBound {
        switch bytes[at] {
        case UInt8(ascii: "\\") where quoted: at += 1
        case UInt8(ascii: "\"") where !inAngles: quoted.toggle()
        case UInt8(ascii: "<") where !quoted: inAngles = true
        case UInt8(ascii: ">") where !quoted: inAngles = false
        default: break
        }
        at += 1
    }
    return !quoted && !inAngles
}

extension Message {
    var phrase: String {
        switch start {
        case .response(_, let phrase): text(phrase)
        case .request: ""
        }
    }

    /// The sender's half of `Session-ID` (RFC 7989); the nil value says that it has none.
    var sessionID: SortableID? {
        guard let value = value(.sessionID), value.count >= 32 else { return nil }
        guard let high = hexWord(bytes.span, value.lowerBound), let low = hexWord(bytes.span, value.lowerBound + 16) else { return nil }
        return high == 0 && low == 0 ? nil : SortableID(high: high, low: low)
    }
}
