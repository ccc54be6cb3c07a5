import Basis

/// Reads one JSON text exactly as RFC 8259 writes it, in UTF-8, and as I-JSON narrows it (RFC 7493 §2): no member twice, no lone surrogate, no
/// byte order mark. The first fault is told with its place.
struct JSONReader {
    struct Fault: Error, Equatable {
        /// From 0 on.
        let offset: Int
        /// A clause that follows "is not JSON".
        let what: String
    }

    /// Arrays and objects in one another.
    static let depthLimit = 64

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.fault("something follows the value") }
        return value
    }

    private func fault(_ what: String) -> Fault { Fault(offset: index, what: what) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(Fault) -> JSONValue {
        skipSpace()
        guard let first = next else { throw fault("it ends where a value should stand") }
        switch first {
        case UInt8(ascii: "{"): return try nested { reader throws(Fault) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(Fault) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 48...57: return try number()
        default: throw fault("a value should stand here")
        }
    }

    private mutating func nested(_ body: (inout JSONReader) throws(Fault) -> JSONValue) throws(Fault) -> JSONValue {
        guard depth < Self.depthLimit else { throw fault("arrays and objects stand more than \(Self.depthLimit) deep") }
        depth += 1
        index += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(Fault) -> JSONValue {
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a member's name should stand here") }
            let start = index, name = try string()
            skipSpace()
            guard take(":") else { throw fault("a colon should stand after the name \"\(name.excerpt)\"") }
            let value = try value()
            guard members.updateValue(value, forKey: name) == nil else {
                throw Fault(offset: start, what: "the member \"\(name.excerpt)\" stands twice")
            }
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw fault("a comma or the object's end should stand here") }
        }
    }

    private mutating func array() throws(Fault) -> JSONValue {
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw fault("a comma or the array's end should stand here") }
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        let end = index + text.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[index..<end].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        else { throw fault("a value should stand here") }
        index = end
        return value
    }

    private mutating func digits() throws(Fault) {
        guard let first = next, (48...57).contains(first) else { throw fault("a digit should stand here") }
        while let byte = next, (48...57).contains(byte) { index += 1 }
    }

    private mutating func number() throws(Fault) -> JSONValue {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        if let byte = next, (48...57).contains(byte) { throw fault("a number has no zero before its digits") }
        var isWhole = true
        if take(".") {
            isWhole = false
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw Fault(offset: start, what: "the number is too large") }
        return .number(number)
    }
}

extension JSONReader {
    private mutating func string() throws(Fault) -> String {
        index += 1
        let start = index
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { index += 1 }
        if next == UInt8(ascii: "\"") { return try text(bytes[start..<index], from: start) }
        var unescaped = Array(bytes[start..<index])
        while true {
            guard let byte = next else { throw fault("a text does not end") }
            switch byte {
            case UInt8(ascii: "\""): return try text(unescaped[...], from: start)
            case UInt8(ascii: "\\"): try escape(&unescaped)
            case ..<0x20: throw fault("a control character stands in a text; it is written as an escape")
            default:
                unescaped.append(byte)
                index += 1
            }
        }
    }

    /// The text read, behind its closing quote.
    private mutating func text(_ content: ArraySlice<UInt8>, from start: Int) throws(Fault) -> String {
        guard let text = String(utf8: content) else { throw Fault(offset: start, what: "a text is not UTF-8") }
        index += 1
        return text
    }

    private mutating func escape(_ text: inout [UInt8]) throws(Fault) {
        index += 1
        guard let byte = next else { throw fault("a text does not end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(Character(try scalar())).utf8))
        default:
            index -= 1
            throw fault("there is no such escape")
        }
    }

    private mutating func scalar() throws(Fault) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let isPair =
            first < 0xDC00 && index + 1 < bytes.count && bytes[index] == UInt8(ascii: "\\") && bytes[index + 1] == UInt8(ascii: "u")
        guard isPair else { throw fault("half of a surrogate pair stands alone") }
        index += 2
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + second - 0xDC00) else {
            throw fault("half of a surrogate pair stands alone")
        }
        return scalar
    }

    private mutating func hexadecimal() throws(Fault) -> UInt32 {
        let end = index + 4
        guard end <= bytes.count, let text = String(utf8: bytes[index..<end]),
            text.utf8.allSatisfy(\.isHexadecimalDigit),
            let value = UInt32(text, radix: 16)
        else { throw fault("four hexadecimal digits should stand here") }
        index = end
        return value
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool { (48...57).contains(self) || (65...70).contains(self & 0xDF) }
}
