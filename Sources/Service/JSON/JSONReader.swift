import Basis

/// Reads one JSON text exactly as RFC 8259 writes it, in UTF-8, and as I-JSON narrows it (RFC 7493 §2): no member twice, no lone surrogate, no
/// byte order mark. The first fault is told with its place. No value is made: what stands where is noted (``JSONNodes``).
struct JSONReader {
    struct Fault: Error, Equatable {
        /// From 0 on.
        let offset: Int
        /// A clause that follows "is not JSON".
        let what: String
    }

    /// Arrays and objects in one another.
    static let depthLimit = 64
    /// Members that are compared with each other one by one.
    private static let fewMembers = 16

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    private var nodes: [JSONNodes.Node] = []

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        nodes.reserveCapacity(bytes.count / 8 + 8)
    }

    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue { try nodes(bytes).value(at: 0) }

    static func nodes(_ bytes: [UInt8]) throws(Fault) -> JSONNodes {
        guard bytes.count < Int(Int32.max) else { throw Fault(offset: 0, what: "it is longer than 2 GB") }
        var reader = JSONReader(bytes)
        try reader.value()
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.fault("something follows the value") }
        return JSONNodes(bytes, reader.nodes)
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

    private mutating func note(_ kind: JSONNodes.Kind, from start: Int) {
        nodes.append(JSONNodes.Node(kind, start: start, end: index, next: nodes.count + 1))
    }

    private mutating func value() throws(Fault) {
        skipSpace()
        guard let first = next else { throw fault("it ends where a value should stand") }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < Self.depthLimit else { throw fault("arrays and objects stand more than \(Self.depthLimit) deep") }
            depth += 1
            let place = nodes.count, isObject = first == UInt8(ascii: "{")
            index += 1
            note(isObject ? .object : .array, from: index - 1)
            if isObject { try members(of: place) } else { try elements() }
            nodes[place].close(at: index, next: nodes.count)
            depth -= 1
        case UInt8(ascii: "\""): try string(.string)
        case UInt8(ascii: "t"): try word("true", .true)
        case UInt8(ascii: "f"): try word("false", .false)
        case UInt8(ascii: "n"): try word("null", .null)
        case UInt8(ascii: "-"), 48...57: try number()
        default: throw fault("a value should stand here")
        }
    }

    private mutating func members(of object: Int) throws(Fault) {
        skipSpace()
        if take("}") { return }
        var names: [Int] = []
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a member's name should stand here") }
            let start = index, name = nodes.count
            try string(.name)
            nodes[name].own(by: object)
            names.append(name)
            skipSpace()
            guard take(":") else { throw fault("a colon should stand after the name \"\(text(name).excerpt)\"") }
            try value()
            if names.count <= Self.fewMembers, names.dropLast().contains(where: { isSame($0, name) }) {
                throw Fault(offset: start, what: "the member \"\(text(name).excerpt)\" stands twice")
            }
            skipSpace()
            if take("}") { return names.count <= Self.fewMembers ? () : try requireDifferent(names) }
            guard take(",") else { throw fault("a comma or the object's end should stand here") }
        }
    }

    private func requireDifferent(_ names: [Int]) throws(Fault) {
        var seen: Set<String> = []
        for name in names where !seen.insert(text(name)).inserted {
            throw Fault(offset: nodes[name].start - 1, what: "the member \"\(text(name).excerpt)\" stands twice")
        }
    }

    private func text(_ name: Int) -> String { JSONNodes.text(nodes[name], in: bytes) }

    private func isSame(_ first: Int, _ second: Int) -> Bool {
        let (first, second) = (nodes[first], nodes[second])
        if first.hasEscapes || second.hasEscapes { return JSONNodes.text(first, in: bytes) == JSONNodes.text(second, in: bytes) }
        return first.end - first.start == second.end - second.start
            && bytes[first.start..<first.end].elementsEqual(bytes[second.start..<second.end])
    }

    private mutating func elements() throws(Fault) {
        skipSpace()
        if take("]") { return }
        while true {
            try value()
            skipSpace()
            if take("]") { return }
            guard take(",") else { throw fault("a comma or the array's end should stand here") }
        }
    }

    private mutating func word(_ text: StaticString, _ kind: JSONNodes.Kind) throws(Fault) {
        let start = index, end = index + text.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[index..<end].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        else { throw fault("a value should stand here") }
        index = end
        note(kind, from: start)
    }

    private mutating func digits() throws(Fault) {
        guard let first = next, (48...57).contains(first) else { throw fault("a digit should stand here") }
        while let byte = next, (48...57).contains(byte) { index += 1 }
    }

    private mutating func number() throws(Fault) {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        if let byte = next, (48...57).contains(byte) { throw fault("a number has no zero before its digits") }
        if take(".") { try digits() }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        note(.number, from: start)
        guard JSONNodes.number(nodes[nodes.count - 1], in: bytes) != nil else {
            throw Fault(offset: start, what: "the number is too large")
        }
    }
}

extension JSONReader {
    private mutating func string(_ kind: JSONNodes.Kind) throws(Fault) {
        index += 1
        let start = index
        var isASCII = true, hasEscapes = false
        while true {
            guard let byte = next else { throw fault("a text does not end") }
            switch byte {
            case UInt8(ascii: "\""):
                guard isASCII || String(utf8: bytes[start..<index]) != nil else { throw Fault(offset: start, what: "a text is not UTF-8") }
                note(kind, from: start)
                nodes[nodes.count - 1].hasEscapes = hasEscapes
                index += 1
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape()
            case ..<0x20: throw fault("a control character stands in a text; it is written as an escape")
            default:
                if byte >= 0x80 { isASCII = false }
                index += 1
            }
        }
    }

    private mutating func escape() throws(Fault) {
        index += 1
        guard let byte = next else { throw fault("a text does not end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"): try scalar()
        default:
            index -= 1
            throw fault("there is no such escape")
        }
    }

    private mutating func scalar() throws(Fault) {
        let first = try hexadecimal()
        guard (0xD800...0xDFFF).contains(first) else { return }
        let isPair =
            first < 0xDC00 && index + 1 < bytes.count && bytes[index] == UInt8(ascii: "\\") && bytes[index + 1] == UInt8(ascii: "u")
        guard isPair else { throw fault("half of a surrogate pair stands alone") }
        index += 2
        guard (0xDC00...0xDFFF).contains(try hexadecimal()) else { throw fault("half of a surrogate pair stands alone") }
    }

    private mutating func hexadecimal() throws(Fault) -> UInt32 {
        guard let value = JSONNodes.hexadecimal(bytes, at: index) else { throw fault("four hexadecimal digits should stand here") }
        index += 4
        return value
    }
}
