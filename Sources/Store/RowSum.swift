import CXXHash
import Crypto

/// What a row carries beside its columns: 64 bits made of all of them, the table's name before them, by XXH3
/// (docs/decisions/sums-of-rows.md). A row that was moved, or whose bytes changed, does not match it.
struct RowSum {
    /// All that the sum is made of.
    private var bytes: [UInt8] = []

    init(table: String) {
        bytes.reserveCapacity(512)
        add(table)
    }

    mutating func addNull() { add(word: 0) }

    mutating func add(_ number: Int64) {
        add(tag: 1, length: 8)
        add(word: UInt64(bitPattern: number))
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(text: $0) }
    }

    mutating func add(_ blob: UnsafeRawBufferPointer) { blob.withMemoryRebound(to: UInt8.self) { add($0, tag: 3) } }

    /// A text's UTF-8.
    mutating func add(text utf8: UnsafeBufferPointer<UInt8>) { add(utf8, tag: 2) }

    private mutating func add(_ column: UnsafeBufferPointer<UInt8>, tag: UInt8) {
        add(tag: tag, length: column.count)
        bytes.append(contentsOf: column)
    }

    /// Tag and length stand before each column, so that no two rows give the same bytes.
    private mutating func add(tag: UInt8, length: Int) { add(word: UInt64(tag) << 56 | UInt64(length)) }

    private mutating func add(word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { word in
            word.withMemoryRebound(to: UInt8.self) { bytes.append(contentsOf: $0) }
        }
    }

    var value: Int64 { bytes.withUnsafeBytes { Int64(bitPattern: xxhash_xxh3($0.baseAddress, $0.count)) } }

    /// As rows have it that were written before version 5 of the file: the first 64 bits of the SHA-256.
    var formerValue: Int64 {
        SHA256.hash(data: bytes).withUnsafeBytes { Int64(bitPattern: $0.loadUnaligned(as: UInt64.self)) }
    }

    /// Whether a row of these columns has this sum.
    func matches(_ sum: Int64) -> Bool { value == sum || formerValue == sum }
}
