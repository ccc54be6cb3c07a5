/// A value that is kept in few bytes: numbers in groups of seven bits, the lowest first (LEB128); text and lists with their length before
/// them, what may be missing with a mark, a choice as its place among the cases. What is kept never changes that order.
///
/// Public because only public generics are specialized in other modules (docs/decisions/public-where-specialized.md).
public protocol Packable {
    func pack(into packed: inout PackedWriter)
    /// Throws when something else stands there.
    init(unpacking packed: inout PackedReader) throws(PackedFault)
}

extension Packable {
    public var packed: [UInt8] {
        var writer = PackedWriter()
        pack(into: &writer)
        return writer.bytes
    }

    /// Throws unless the bytes are one such value and nothing else.
    public init(packed bytes: [UInt8]) throws(PackedFault) {
        var reader = PackedReader(bytes)
        try self.init(unpacking: &reader)
        guard reader.isAtEnd else { throw PackedFault("there is more than one value") }
    }
}

/// Values one after the other.
public struct PackedWriter {
    public private(set) var bytes: [UInt8] = []

    public init() { bytes.reserveCapacity(256) }

    public mutating func add(_ value: some Packable) { value.pack(into: &self) }

    /// A case of a union by its number, with what it bears.
    public mutating func add<each Value: Packable>(case number: UInt8, _ values: repeat each Value) {
        bytes.append(number)
        repeat (each values).pack(into: &self)
    }

    public mutating func add(unsigned number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    public mutating func add(byte: UInt8) { bytes.append(byte) }

    public mutating func add(counted utf8: UnsafeBufferPointer<UInt8>) {
        add(unsigned: UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }
}

/// Reads what a ``PackedWriter`` wrote. Whatever else stands in the bytes is an error, never a trap.
public struct PackedReader {
    private let bytes: [UInt8]
    private var place: Int

    public init(_ bytes: [UInt8], from place: Int = 0) { (self.bytes, self.place) = (bytes, place) }

    public var isAtEnd: Bool { place >= bytes.count }

    public mutating func read<Value: Packable>(_ type: Value.Type = Value.self) throws(PackedFault) -> Value {
        try Value(unpacking: &self)
    }

    public mutating func byte() throws(PackedFault) -> UInt8 {
        guard place < bytes.count else { throw PackedFault("it ends too early") }
        defer { place += 1 }
        return bytes[place]
    }

    public mutating func unsigned() throws(PackedFault) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            guard shift < 63 || next < 2 else { break }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
        }
        throw PackedFault("a number has too many bytes")
    }

    /// As many bytes as the number before them says.
    public mutating func counted() throws(PackedFault) -> ArraySlice<UInt8> {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - place) else { throw PackedFault("it ends too early") }
        defer { place += Int(count) }
        return bytes[place..<place + Int(count)]
    }

    /// How many values follow; each has a byte at the least.
    public mutating func count() throws(PackedFault) -> Int {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - place) else { throw PackedFault("it ends too early") }
        return Int(count)
    }
}

/// What is wrong with packed bytes.
public struct PackedFault: Error, Equatable, Sendable {
    public let message: String
    public init(_ message: String) { self.message = message }
}

extension String: Packable {
    public func pack(into packed: inout PackedWriter) {
        var text = self
        text.withUTF8 { packed.add(counted: $0) }
    }

    public init(unpacking packed: inout PackedReader) throws(PackedFault) {
        guard let text = String(utf8: try packed.counted()) else { throw PackedFault("a text is not UTF-8") }
        self = text
    }
}

extension Int64: Packable {
    /// Small numbers of either sign take few bytes: 0, −1, 1, −2 … become 0, 1, 2, 3 ….
    public func pack(into packed: inout PackedWriter) { packed.add(unsigned: UInt64(bitPattern: self << 1 ^ self >> 63)) }

    public init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let value = try packed.unsigned()
        self = Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension Int: Packable {
    public func pack(into packed: inout PackedWriter) { Int64(self).pack(into: &packed) }
    public init(unpacking packed: inout PackedReader) throws(PackedFault) { self = Int(try Int64(unpacking: &packed)) }
}

extension Bool: Packable {
    public func pack(into packed: inout PackedWriter) { packed.add(byte: self ? 1 : 0) }

    public init(unpacking packed: inout PackedReader) throws(PackedFault) {
        switch try packed.byte() {
        case 0: self = false
        case 1: self = true
        case let other: throw PackedFault("\(other) is neither yes nor no")
        }
    }
}

extension SortableID: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(unsigned: high)
        packed.add(unsigned: low)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(high: try packed.unsigned(), low: try packed.unsigned())
    }
}

extension Optional: Packable where Wrapped: Packable {
    public func pack(into packed: inout PackedWriter) {
        packed.add(self != nil)
        if let self { packed.add(self) }
    }

    public init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self = try Bool(unpacking: &packed) ? try Wrapped(unpacking: &packed) : nil
    }
}

extension Array: Packable where Element: Packable {
    public func pack(into packed: inout PackedWriter) {
        packed.add(unsigned: UInt64(count))
        for element in self { packed.add(element) }
    }

    public init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let count = try packed.count()
        self = []
        reserveCapacity(Swift.min(count, 1024))
        for _ in 0..<count { append(try Element(unpacking: &packed)) }
    }
}

extension Packable where Self: CaseIterable & Equatable {
    @inlinable
    public func pack(into packed: inout PackedWriter) {
        var place: UInt8 = 0
        for value in Self.allCases {
            if value == self { break }
            place += 1
        }
        packed.add(byte: place)
    }

    public init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let place = try packed.byte()
        guard place < Self.allCases.count else { throw PackedFault("\(Self.self) has no case \(place)") }
        self = Self.allCases[Self.allCases.index(Self.allCases.startIndex, offsetBy: Int(place))]
    }
}
