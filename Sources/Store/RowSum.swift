import CXXHash
import Crypto

/// What a row carries beside its columns: 64 bits that XXH3 makes of all of them, the table's name before them
/// (docs/decisions/sums-of-rows.md). A row that was moved, or whose bytes changed, does not match it.
struct RowSum {
    /// Of the table's name and of the columns so far; each is hashed with that of those before it and its type for a seed.
    private var hash: UInt64

    init(table: String) {
        var table = table
        hash = table.withUTF8 { xxhash_xxh3($0.baseAddress, $0.count, 0) }
    }

    mutating func addNull() { add(UnsafeRawBufferPointer(start: nil, count: 0), type: 0) }
    mutating func add(_ number: Int64) { withUnsafeBytes(of: number.littleEndian) { add($0, type: 1) } }
    /// A text's UTF-8.
    mutating func add(text utf8: UnsafeBufferPointer<UInt8>) { add(UnsafeRawBufferPointer(utf8), type: 2) }
    mutating func add(_ blob: UnsafeRawBufferPointer) { add(blob, type: 3) }

    private mutating func add(_ column: UnsafeRawBufferPointer, type: UInt64) {
        hash = xxhash_xxh3(column.baseAddress, column.count, hash &+ type)
    }

    var value: Int64 { Int64(bitPattern: hash) }
}

/// The same of rows that were written before version 5 of the file: the first 64 bits of a SHA-256.
struct FormerRowSum {
    private var bytes: [UInt8] = []

    init(table: String) { add(Array(table.utf8), type: 2) }

    mutating func addNull() { add([], type: 0) }
    mutating func add(_ number: Int64) { add(withUnsafeBytes(of: number.littleEndian) { Array($0) }, type: 1) }
    mutating func add(text utf8: UnsafeBufferPointer<UInt8>) { add(Array(utf8), type: 2) }
    mutating func add(_ blob: UnsafeRawBufferPointer) { add(Array(blob), type: 3) }

    /// Type and length stand before each column, so that no two rows give the same bytes.
    private mutating func add(_ column: [UInt8], type: UInt64) {
        withUnsafeBytes(of: (type << 56 | UInt64(column.count)).littleEndian) { bytes += $0 }
        bytes += column
    }

    var value: Int64 {
        SHA256.hash(data: bytes).withUnsafeBytes { Int64(bitPattern: $0.loadUnaligned(as: UInt64.self)) }
    }
}
