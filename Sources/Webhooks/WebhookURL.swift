import Basis

/// An absolute `http` or `https` URL (RFC 3986) in the one form in which two of them can be compared: no user, no fragment, no dot segments, no
/// backslash, ASCII only.
package struct WebhookURL: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case http, https

        var port: UInt16 { self == .http ? 80 : 443 }
    }

    package static let limit = 2048

    package let scheme: Scheme
    /// In lower case; an IPv6 address without its brackets.
    package let host: String
    package let port: UInt16
    /// What stands between the slashes of the path, as written.
    package let segments: [String]
    package let query: String?
    package let text: String

    /// Why a text is not such a URL.
    package struct Fault: Error, Equatable, Sendable {
        package let rule: String
    }

    package init(_ text: String) throws(Fault) {
        guard (1...Self.limit).contains(text.utf8.count) else { throw Fault(rule: "has 1 to \(Self.limit) bytes") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Fault(rule: "has printable ASCII characters alone; others are percent-encoded, in a host name written as xn--…")
        }
        guard !text.contains(where: { "\\\"<>^`{|}".contains($0) }) else {
            throw Fault(rule: #"has none of \ " < > ^ ` { | }"#)
        }
        guard let colon = text.firstRange(of: "://"), let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased()) else {
            throw Fault(rule: "begins with https:// or http://")
        }
        guard !text.contains("#") else { throw Fault(rule: "has no fragment") }
        self.scheme = scheme
        self.text = text
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        (host, port) = try Self.hostAndPort(authority, scheme)
        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        query = path.endIndex < target.endIndex ? String(target[target.index(after: path.endIndex)...]) : nil
        segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        for segment in segments { try Self.check(segment) }
    }

    private static func hostAndPort(_ authority: Substring, _ scheme: Scheme) throws(Fault) -> (String, UInt16) {
        guard !authority.contains("@") else { throw Fault(rule: "has no user and no password") }
        var host = authority, port = scheme.port
        let bracket = authority.lastIndex(of: "]")
        if let colon = authority.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true {
            guard let number = UInt16(decimal: authority[authority.index(after: colon)...]), number > 0 else {
                throw Fault(rule: "has a port from 1 to 65535 behind its colon")
            }
            (host, port) = (authority[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let address = SocketAddress(host: host.dropFirst().dropLast(), port: 0), host.contains(":") else {
                throw Fault(rule: "has an IPv6 address between its brackets")
            }
            return (address.host, port)
        }
        let isName = host.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 0x20) || $0 == 45 || $0 == 46 || $0 == 95 }
        guard (1...253).contains(host.utf8.count), isName, !host.hasPrefix("."), !host.contains("..") else {
            throw Fault(rule: "has a host name or an IP address behind ://")
        }
        return (host.lowercased(), port)
    }

    /// Percent-encoded slashes and dots would mean another path to some servers than to others.
    private static func check(_ segment: String) throws(Fault) {
        let plain = segment.lowercased().replacing("%2e", with: ".")
        guard plain != ".", plain != "..", !plain.contains("%2f"), !plain.contains("%5c") else {
            throw Fault(rule: "has no segments . and .. and no encoded slashes in its path")
        }
        for match in segment.ranges(of: "%") {
            let digits = segment[match.upperBound...].prefix(2)
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit) else { throw Fault(rule: "has two hexadecimal digits behind each %") }
        }
    }

    /// The address that stands in the place of a host name.
    package var address: SocketAddress? { SocketAddress(host: host, port: port) }

    /// Whether this one begins with `other`: scheme, host and port are the same, and the path begins with its segments, each whole; a query
    /// of `other` stands at the beginning of this one's, parameter by parameter.
    package func begins(with other: WebhookURL) -> Bool {
        guard scheme == other.scheme, host == other.host, port == other.port else { return false }
        let isFolder = other.segments.last == ""
        let wanted = isFolder ? other.segments.dropLast() : other.segments[...]
        guard segments.starts(with: wanted), !isFolder || wanted.isEmpty || segments.count > wanted.count else { return false }
        guard let asked = other.query else { return true }
        guard let query else { return false }
        return query == asked || query.hasPrefix(asked + "&")
    }
}
