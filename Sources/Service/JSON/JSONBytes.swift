/// JSON text as it grows (RFC 8259), in storage of its own: an array would ask before each of some hundred pieces whether somebody shares it.
struct JSONBytes: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(capacity: Int) { storage = .allocate(capacity: capacity) }

    deinit { storage.deallocate() }

    /// A copy.
    var array: [UInt8] { Array(storage[..<count]) }

    mutating func append(_ byte: UInt8) {
        makeRoom(for: 1)
        put(byte)
    }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

    /// Text that stands in JSON as it is.
    mutating func append(literally text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The name of a member, which needs no escape, and its colon; a comma before it unless it is the first.
    mutating func append(member name: StaticString, isFirst: Bool) {
        let length = name.utf8CodeUnitCount
        makeRoom(for: length + 4)
        if !isFirst { put(UInt8(ascii: ",")) }
        put(UInt8(ascii: "\""))
        put(UnsafeBufferPointer(start: name.utf8Start, count: length))
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
    }

    mutating func append(number: some FixedWidthInteger) {
        var rest = number.magnitude
        guard rest > 9 else {
            if number < 0 { append(UInt8(ascii: "-")) }
            return append(UInt8(ascii: "0") + UInt8(rest))
        }
        // One more than the decimal digits and the sign of the widest integer there is.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 41) { digits in
            var start = digits.count
            while rest > 0 {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            if number < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            append(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[start...]))
        }
    }

    /// A string (RFC 8259 §7).
    mutating func append(string: String) {
        append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var rest = utf8
            while true {
                let plain = rest.lengthWithoutEscapes
                append(UnsafeBufferPointer(rebasing: rest[..<plain]))
                guard plain < rest.count else { break }
                append(escaped: rest[plain])
                rest = UnsafeBufferPointer(rebasing: rest[(plain + 1)...])
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
        makeRoom(for: 6)
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        default:
            append(literally: "u00")
            for nibble in [byte >> 4, byte & 15] { put(nibble < 10 ? 48 + nibble : 87 + nibble) }
        }
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        makeRoom(for: bytes.count)
        put(bytes)
    }

    private mutating func makeRoom(for more: Int) {
        if storage.count - count < more { grow(by: more) }
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(2 * storage.count, count + more))
        _ = larger.update(fromContentsOf: storage[..<count])
        storage.deallocate()
        storage = larger
    }

    /// Where there is room for it.
    private mutating func put(_ byte: UInt8) {
        precondition(count < storage.count)
        storage[count] = byte
        count += 1
    }

    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress, let end = storage.baseAddress?.advanced(by: count) else { return }
        precondition(bytes.count <= storage.count - count)
        end.update(from: start, count: bytes.count)
        count += bytes.count
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// How many bytes from the first on stand in a JSON string as they are: none below 0x20, no quote and no backslash. Looked at by eight.
    fileprivate var lengthWithoutEscapes: Int {
        let bytes = UnsafeRawBufferPointer(self), ones: UInt64 = 0x0101_0101_0101_0101, highest = ones << 7
        var index = 0
        while index + 8 <= count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ ones &* UInt64(UInt8(ascii: "\"")), backslash = word ^ ones &* UInt64(UInt8(ascii: "\\"))
            let found = (word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
            if found & highest != 0 { return index + (found & highest).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count, self[index] >= 0x20, self[index] != UInt8(ascii: "\""), self[index] != UInt8(ascii: "\\") { index += 1 }
        return index
    }
}
