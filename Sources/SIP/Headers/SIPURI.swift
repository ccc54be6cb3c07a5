/// A `sip:` or `sips:` URI and the parts of it that routing needs (RFC 3261 §19.1).
package struct SIPURI {
    package let bytes: ArraySlice<UInt8>
    private let userPlace: Range<Int>
    private let hostPlace: Range<Int>
    package let port: UInt16?
    /// Whether the `lr` parameter says that this hop is a loose router (RFC 3261 §16.12).
    let isLooseRouter: Bool
    private let isSecure: Bool
    private let parameters: Range<Int>

    package init?(_ uri: ArraySlice<UInt8>) {
        let span = uri.span, start = uri.startIndex
        guard let colon = firstIndex(of: UInt8(ascii: ":"), in: span, 0..<span.count) else { return nil }
        isSecure = matches(span, 0..<colon, "sips")
        guard isSecure || matches(span, 0..<colon, "sip") else { return nil }
        let at = firstIndex(of: UInt8(ascii: "@"), in: span, colon + 1..<span.count)
        let hostStart = at.map { $0 + 1 } ?? colon + 1
        userPlace = start + colon + 1..<start + (at ?? colon + 1)
        var end = hostStart
        while end < span.count, span[end] != UInt8(ascii: ";"), span[end] != UInt8(ascii: "?") { end += 1 }
        guard let (host, port) = hostPort(span, hostStart..<end) else { return nil }
        hostPlace = start + host.lowerBound..<start + host.upperBound
        self.port = port
        let headers = firstIndex(of: UInt8(ascii: "?"), in: span, end..<span.count) ?? span.count
        isLooseRouter = end < headers && parameter("lr", of: end..<headers, in: span) != nil
        parameters = end..<headers
        bytes = uri
    }

    init?(_ uri: [UInt8]) { self.init(uri[...]) }

    private var host: ArraySlice<UInt8> { bytes[hostPlace] }

    /// The user part without its own parameters and password.
    package var number: ArraySlice<UInt8> { bytes[userPlace].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ":") } }

    /// `host` or, when there is a port, `host:port`.
    var hostAndPort: String { String(decoding: host, as: UTF8.self) + (port.map { ":\($0)" } ?? "") }

    /// The address or name that requests go to: that of `maddr` before the host (§19.1.1); without the brackets of IPv6.
    package var nextHost: String { Self.unbracketed(value(of: "maddr").flatMap { $0.isEmpty ? nil : $0 } ?? host) }

    /// What the URI says to speak; nil when it leaves that open or names what is not spoken here.
    var transport: Transport? {
        if isSecure { return .tls }
        guard let name = value(of: "transport") else { return nil }
        return Transport.allCases.first { name.equalsIgnoringCase($0.rawValue) }
    }

    private func value(of name: StaticString) -> ArraySlice<UInt8>? {
        guard !parameters.isEmpty, let place = parameter(name, of: parameters, in: bytes.span) else { return nil }
        return bytes[bytes.startIndex + place.lowerBound..<bytes.startIndex + place.upperBound]
    }

    private static func unbracketed(_ host: ArraySlice<UInt8>) -> String {
        let isBracketed = host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
        return String(decoding: isBracketed ? host.dropFirst().dropLast() : host, as: UTF8.self)
    }
}

extension Message {
    /// The first `Contact`, when it is one that a request can be sent to, without the header fields that no Request-URI has (§19.1.1).
    package var contactURI: SIPURI? {
        guard let value = firstElement(.contact) else { return nil }
        let found = bytes[uri(of: value)].prefix { $0 != UInt8(ascii: "?") }
        return found.allSatisfy(isRequestURIByte) ? SIPURI(found) : nil
    }
}

/// Whether the bytes can stand in a start line as they are, and are a `sip` or `sips` URI (RFC 3261 §7.1).
func isRequestURI(_ uri: ArraySlice<UInt8>) -> Bool { uri.allSatisfy(isRequestURIByte) && SIPURI(uri) != nil }

private func isRequestURIByte(_ byte: UInt8) -> Bool {
    byte > 32 && byte != 0x7F && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\"")
}
