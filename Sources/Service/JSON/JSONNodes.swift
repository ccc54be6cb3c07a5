import Basis

/// A JSON text that was read, and what stands where in it: values are made when they are asked for. Each value is a node, in the order of the
/// text; an object's members are pairs of nodes, a name and a value.
final class JSONNodes {
    enum Kind: UInt8 { case null, `true`, `false`, number, string, name, array, object }

    struct Node {
        let kind: Kind
        var hasEscapes = false
        /// Of an object whether its members were asked for; of a name whether it was.
        var isAsked = false
        private let first: Int32
        private var last: Int32
        private var link: Int32
        private var following: Int32

        init(_ kind: Kind, start: Int, end: Int, next: Int) {
            (self.kind, first, last, link, following) = (kind, Int32(start), Int32(end), Int32(next), Int32(next))
        }

        mutating func close(at end: Int, next: Int) { (last, link) = (Int32(end), Int32(next)) }
        mutating func own(by object: Int) { link = Int32(object) }

        /// Of a text without its quotes.
        var start: Int { Int(first) }
        var end: Int { Int(last) }
        /// Of a value, the node behind it and all that is in it.
        var next: Int { Int(link) }
        /// Of a name, whose it is.
        var object: Int { Int(link) }
        /// Of an object, the name that is probably asked for next, since most are in the order in which they stand; its end behind the last.
        var likely: Int {
            get { Int(following) }
            set { following = Int32(newValue) }
        }
    }

    let bytes: [UInt8]
    private(set) var nodes: [Node]

    init(_ bytes: [UInt8], _ nodes: [Node]) { (self.bytes, self.nodes) = (bytes, nodes) }

    /// The value of a member; nil where the object has none of that name. The name counts as asked for.
    func member(_ name: String, of object: Int) -> Int? {
        let likely = nodes[object].likely
        if likely < nodes[object].next, isCalled(name, likely) { return take(likely) }
        var place = object + 1
        while place < nodes[object].next {
            if isCalled(name, place) { return take(place) }
            place = nodes[place + 1].next
        }
        return nil
    }

    private func take(_ name: Int) -> Int {
        nodes[name].isAsked = true
        nodes[nodes[name].object].likely = nodes[name + 1].next
        return name + 1
    }

    private func isCalled(_ name: String, _ place: Int) -> Bool {
        let node = nodes[place]
        guard !node.hasEscapes else { return text(at: place) == name }
        var name = name
        return name.withUTF8 { name in
            name.count == node.end - node.start && (0..<name.count).allSatisfy { name[$0] == bytes[node.start + $0] }
        }
    }

    func askMembers(of object: Int) { nodes[object].isAsked = true }

    /// The places of an object's names.
    func names(of object: Int) -> [Int] {
        var places: [Int] = [], place = object + 1
        while place < nodes[object].next {
            places.append(place)
            place = nodes[place + 1].next
        }
        return places
    }

    func askAll(of object: Int) { for name in names(of: object) { nodes[name].isAsked = true } }

    /// Whether each member was asked for, of all objects that were.
    var isAsked: Bool { nodes.allSatisfy { $0.kind != .name || $0.isAsked || !nodes[$0.object].isAsked } }

    /// Nobody has asked for anything.
    func forget() { for place in nodes.indices { nodes[place].isAsked = false } }

    /// Of a text or a name.
    func text(at place: Int) -> String { Self.text(nodes[place], in: bytes) }

    func value(at place: Int) -> JSONValue {
        let node = nodes[place]
        switch node.kind {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return Self.number(node, in: bytes) ?? .null
        case .string, .name: return .string(text(at: place))
        case .array:
            var elements: [JSONValue] = [], next = place + 1
            while next < node.next {
                elements.append(value(at: next))
                next = nodes[next].next
            }
            return .array(elements)
        case .object:
            let names = names(of: place)
            return .object(Dictionary(names.map { (text(at: $0), value(at: $0 + 1)) }) { $1 })
        }
    }

    /// How a value is reached from the whole. The first time goes through the text once, since many may be asked for.
    func path(to place: Int) -> [any CodingKey] {
        var path: [any CodingKey] = [], at = place
        while at > 0 {
            let (parent, index) = origins[at]
            path.append(index.map { JSONMember(index: $0) } ?? JSONMember(text(at: at - 1)))
            at = parent
        }
        return path.reversed()
    }

    /// In what each value stands; the index of one in an array.
    private lazy var origins: [(parent: Int, index: Int?)] = {
        var origins = Array(repeating: (parent: 0, index: nil as Int?), count: nodes.count)
        for (parent, node) in nodes.enumerated() {
            switch node.kind {
            case .object: for name in names(of: parent) { origins[name + 1].parent = parent }
            case .array:
                var element = parent + 1, index = 0
                while element < node.next {
                    origins[element] = (parent, index)
                    (element, index) = (nodes[element].next, index + 1)
                }
            case .null, .true, .false, .number, .string, .name: break
            }
        }
        return origins
    }()
}

/// A step on the way to a value.
struct JSONMember: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) { (stringValue, intValue) = (name, nil) }
    init(index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}

extension JSONNodes {
    static func text(_ node: Node, in bytes: [UInt8]) -> String {
        guard node.hasEscapes else { return String(decoding: bytes[node.start..<node.end], as: UTF8.self) }
        var text: [UInt8] = [], index = node.start
        while index < node.end {
            guard bytes[index] == UInt8(ascii: "\\") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): text.append(contentsOf: UTF8.encode(scalar(bytes, &index))!)
            default: text.append(escape)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// One escaped scalar from its first hexadecimal digit on; both halves of a pair.
    private static func scalar(_ bytes: [UInt8], _ index: inout Int) -> Unicode.Scalar {
        let first = hexadecimal(bytes, at: index) ?? 0
        index += 4
        if let scalar = Unicode.Scalar(first) { return scalar }
        let second = hexadecimal(bytes, at: index + 2) ?? 0
        index += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second &- 0xDC00)) ?? "\u{FFFD}"
    }

    /// Four hexadecimal digits; nil where others stand.
    static func hexadecimal(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        return UInt32(hexadecimal: String(decoding: bytes[index..<index + 4], as: UTF8.self))
    }

    /// As it is written: an integer as long as one of 64 bits holds it. Nil where a double does not hold it either.
    static func number(_ node: Node, in bytes: [UInt8]) -> JSONValue? {
        let text = bytes[node.start..<node.end]
        var value: Int64 = 0
        let isNegative = text.first == UInt8(ascii: "-")
        for byte in isNegative ? text.dropFirst() : text {
            guard (48...57).contains(byte) else { return double(text) }
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - 48)
            let (sum, isBeyond) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !isOver, !isBeyond else { return double(text) }
            value = sum
        }
        return .integer(value)
    }

    private static func double(_ text: ArraySlice<UInt8>) -> JSONValue? {
        guard let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite else { return nil }
        let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        // One too small for a Double is no zero, which would count as whole.
        let isLost = number == 0 && mantissa.contains { (49...57).contains($0) }
        return .number(isLost ? .leastNonzeroMagnitude : number)
    }
}
