extension Message {
    /// Where the comma-separated elements of all fields of that name are, at most `limit` of them.
    func elements(_ name: HeaderName, limit: Int = Limits.headerCount) -> [Range<Int>] {
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
    func hasToken(_ token: StaticString, in name: HeaderName) -> Bool {
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
    func parameter(_ name: StaticString, of value: Range<Int>) -> Range<Int>? {
        SIP.parameter(name, of: value, in: bytes.span)
    }

    /// The URI of a `name-addr` or `addr-spec` (RFC 3261 §25.1).
    func uri(of value: Range<Int>) -> Range<Int> {
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
    func seconds(_ name: HeaderName) -> Int? {
        guard let value = value(name) else { return nil }
        let digits = leadingDigits(bytes.span, value)
        return digits.isEmpty ? nil : decimal(bytes.span, digits) ?? Int(UInt32.max)
    }

    func tag(of value: Range<Int>) -> ArraySlice<UInt8>? {
        guard let tag = parameter("tag", of: value), !tag.isEmpty else { return nil }
        return bytes[tag]
    }
}

extension Message {
    /// What a `token` or a `quoted-string` says: without its quotes, its quoted pairs read (RFC 3261 §25.1).
    func quotedText(_ value: Range<Int>) -> String {
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

/// The place of the first separator, commas or semicolons or both, outside quoted strings and angle brackets, or the end.
func endOfElement(_ bytes: Span<UInt8>, _ range: Range<Int>, _ separators: Separators) -> Int {
    let structural = separators.union(.opening)
    var at = range.lowerBound
    while at < range.upperBound {
        let byte = bytes[at]
        guard structural.contains(byte) else {
            at += 1
            continue
        }
        if separators.contains(byte) { return at }
        if byte == UInt8(ascii: "<") {
            at = firstIndex(of: UInt8(ascii: ">"), in: bytes, at + 1..<range.upperBound) ?? range.upperBound
        } else {
            at = endOfQuotedString(bytes, at..<range.upperBound)
        }
    }
    return range.upperBound
}

/// A set of bytes below 64, one bit each.
struct Separators: OptionSet {
    let rawValue: UInt64

    static let comma = Separators(rawValue: 1 << 44)
    static let semicolon = Separators(rawValue: 1 << 59)
    /// `"` and `<`.
    fileprivate static let opening = Separators(rawValue: 1 << 34 | 1 << 60)

    fileprivate func contains(_ byte: UInt8) -> Bool { byte < 64 && rawValue >> UInt64(byte) & 1 == 1 }
}

/// The place after the closing quote.
private func endOfQuotedString(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var at = range.lowerBound + 1
    while at < range.upperBound {
        switch bytes[at] {
        case UInt8(ascii: "\""): return at + 1
        case UInt8(ascii: "\\"): at += 2
        default: at += 1
        }
    }
    return range.upperBound
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

func parameter(_ name: StaticString, of value: Range<Int>, in bytes: Span<UInt8>) -> Range<Int>? {
    var at = endOfElement(bytes, value, .semicolon)
    while at < value.upperBound {
        let end = endOfElement(bytes, at + 1..<value.upperBound, .semicolon)
        let parameter = Parameter(bytes, at + 1..<end)
        if matches(bytes, parameter.name, name) { return parameter.value }
        at = end
    }
    return nil
}

/// `name` or `name=value` (`generic-param` of RFC 3261 §25.1).
struct Parameter {
    let name: Range<Int>
    /// Without quotes; empty for a flag.
    let value: Range<Int>

    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let equals = firstIndex(of: UInt8(ascii: "="), in: bytes, range)
        name = trimmed(bytes, range.lowerBound..<(equals ?? range.upperBound))
        value = equals.map { unquoted(bytes, trimmed(bytes, $0 + 1..<range.upperBound)) } ?? range.upperBound..<range.upperBound
    }
}

func unquoted(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    let quote = UInt8(ascii: "\"")
    guard range.count >= 2, bytes[range.lowerBound] == quote, bytes[range.upperBound - 1] == quote else { return range }
    return range.lowerBound + 1..<range.upperBound - 1
}

/// Whether the bytes are `text`, which is in lower case, in whatever case.
func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { letters in
        for place in letters.indices {
            let byte = bytes[range.lowerBound + place]
            guard byte == letters[place] || (65...90).contains(byte) && byte | 0x20 == letters[place] else { return false }
        }
        return true
    }
}

/// Where the digits are that a value begins with.
func leadingDigits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var end = range.lowerBound
    while end < range.upperBound, (48...57).contains(bytes[end]) { end += 1 }
    return range.lowerBound..<end
}
