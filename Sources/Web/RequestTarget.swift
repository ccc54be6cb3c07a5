import Basis

/// What a request is for: the target of RFC 9112 §3.2 in origin form, absolute form or, for OPTIONS, `*`.
struct RequestTarget {
    let path: [String]
    let query: FormQuery
    /// Of the absolute form.
    let authority: String?

    init(_ text: String, method: Method) throws(Problem) {
        if text == "*", method == .options {
            (path, query, authority) = ([], FormQuery(), nil)
            return
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw .badRequest("the request target has characters that must be percent-encoded")
        }
        let (authority, rest) = try Self.parts(text)
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let names = rest[..<mark].dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var path: [String] = []
        path.reserveCapacity(names.count)
        for name in names {
            guard let segment = percentDecoded(name) else { throw .badRequest("the path is not percent-encoded UTF-8") }
            path.append(segment)
        }
        guard let query = mark == rest.endIndex ? FormQuery() : FormQuery(parsing: Substring(rest[mark...].dropFirst())) else {
            throw .badRequest("the query is not percent-encoded UTF-8")
        }
        (self.path, self.query, self.authority) = (path, query, authority.map(String.init))
    }

    /// The rest is path and query, from the first slash or question mark on.
    private static func parts(_ text: String) throws(Problem) -> (authority: Substring?, rest: Substring.UTF8View) {
        let whole = Substring(text)
        if whole.utf8.first == UInt8(ascii: "/") { return (nil, whole.utf8) }
        guard let scheme = ["http://", "https://"].first(where: { whole.lowercased().hasPrefix($0) }) else {
            throw .badRequest("the request target is not a path")
        }
        let rest = whole.utf8.dropFirst(scheme.utf8.count)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let authority = Substring(rest[..<end])
        guard authority.isHostAndPort else { throw .badRequest("the request target has no host") }
        return (authority, rest[end...])
    }
}

extension Substring {
    /// Whether it is a host that is not empty, and perhaps a port (RFC 9110 §4.2.1, §7.2, RFC 3986 §3.2.2); no list of them either.
    var isHostAndPort: Bool {
        let port: Substring.UTF8View
        if utf8.first == UInt8(ascii: "[") {
            guard let end = utf8.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = Substring(utf8[..<end].dropFirst())
            guard address.contains(":"), SocketAddress(host: address, port: 0) != nil else { return false }
            port = utf8[end...].dropFirst()
        } else {
            let name = utf8.prefix { $0 != UInt8(ascii: ":") }
            guard !name.isEmpty, name.allSatisfy(\.isRegisteredNameByte) else { return false }
            guard !name.contains(UInt8(ascii: "%")) || percentDecoded(name) != nil else { return false }
            port = utf8[name.endIndex...]
        }
        return port.isEmpty || port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy { (48...57).contains($0) }
    }
}

extension String {
    /// Percent-encoded as a segment of a path (RFC 3986 §3.3).
    package var pathSegment: String {
        var encoded = ""
        for byte in utf8 {
            if byte.isRegisteredNameByte && byte != UInt8(ascii: "%") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "@") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}

/// The text behind percent-encoding (RFC 3986 §2.1); nil for a broken escape, for bytes that are not UTF-8, and for NUL.
func percentDecoded(_ encoded: Substring.UTF8View, plusIsSpace: Bool = false) -> String? {
    let isPlain = encoded.allSatisfy { $0 != UInt8(ascii: "%") && $0 != 0 && !($0 == UInt8(ascii: "+") && plusIsSpace) }
    if isPlain { return String(Substring(encoded)) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(encoded.count)
    var index = encoded.startIndex
    func next() -> UInt8? {
        guard index < encoded.endIndex else { return nil }
        defer { encoded.formIndex(after: &index) }
        return encoded[index]
    }
    while let byte = next() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let high = next()?.hexDigitValue, let low = next()?.hexDigitValue, high | low != 0 else { return nil }
            bytes.append(high << 4 | low)
        case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
        case 0: return nil
        default: bytes.append(byte)
        }
    }
    return String(utf8: bytes[...])
}

extension UInt8 {
    /// RFC 3986 §3.2.2, without the comma.
    fileprivate var isRegisteredNameByte: Bool {
        switch self {
        case 48...57, 65...90, 97...122: true
        default: "-._~%!$&'()*+;=".utf8.contains(self)
        }
    }

    fileprivate var hexDigitValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
