import Basis

/// What a request is for: the target of RFC 9112 §3.2 in origin form, absolute form (its authority is dropped) or, for OPTIONS, `*`.
struct RequestTarget {
    let path: [String]
    let query: FormQuery

    init(_ text: String, method: Method) throws(Problem) {
        if text == "*", method == .options {
            (path, query) = ([], FormQuery())
            return
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw .badRequest("the request target has characters that must be percent-encoded")
        }
        let rest = try Self.withoutAuthority(text)
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
        (self.path, self.query) = (path, query)
    }

    /// Path and query, from the first slash or question mark on.
    private static func withoutAuthority(_ text: String) throws(Problem) -> Substring.UTF8View {
        let whole = Substring(text)
        if whole.utf8.first == UInt8(ascii: "/") { return whole.utf8 }
        guard let scheme = ["http://", "https://"].first(where: { whole.lowercased().hasPrefix($0) }) else {
            throw .badRequest("the request target is not a path")
        }
        let rest = whole.utf8.dropFirst(scheme.utf8.count)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        if end == rest.startIndex { throw .badRequest("the request target has no host") }
        return rest[end...]
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
    fileprivate var hexDigitValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
