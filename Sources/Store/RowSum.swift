import Crypto
import Foundation
import GRDB
import Service

/// What a row carries beside its columns: the first 64 bits of their SHA-256, the table's name before them
/// (docs/decisions/sums-of-rows.md). A row that was moved, or whose bytes changed, does not match it.
struct RowSum {
    private var hasher = SHA256()

    init(table: String) { add(table) }

    mutating func addNull() { add(tag: 0, length: 0) }

    mutating func add(_ number: Int64) {
        add(tag: 1, length: 8)
        withUnsafeBytes(of: number.littleEndian) { hasher.update(bufferPointer: $0) }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0), tag: 2) }
    }

    mutating func add(_ blob: UnsafeRawBufferPointer) { add(blob, tag: 3) }

    private mutating func add(_ bytes: UnsafeRawBufferPointer, tag: UInt8) {
        add(tag: tag, length: bytes.count)
        hasher.update(bufferPointer: bytes)
    }

    /// Tag and length stand before each column, so that no two rows give the same bytes.
    private mutating func add(tag: UInt8, length: Int) {
        withUnsafeBytes(of: UInt64(tag) << 56 | UInt64(length)) { hasher.update(bufferPointer: $0) }
    }

    var value: Int64 {
        hasher.finalize().withUnsafeBytes { Int64(bitPattern: $0.loadUnaligned(as: UInt64.self)) }
    }
}

extension RowSum {
    /// `rowSum(table, column, …)` in SQL, for rows of earlier versions.
    static let function = DatabaseFunction("rowSum", pure: true) { values in
        guard let table = String.fromDatabaseValue(values.first ?? .null) else { return nil }
        var sum = RowSum(table: table)
        for value in values.dropFirst() {
            switch value.storage {
            case .null: sum.addNull()
            case .int64(let number): sum.add(number)
            case .string(let text): sum.add(text)
            case .blob(let data): data.withUnsafeBytes { sum.add($0) }
            case .double: return nil
            }
        }
        return sum.value
    }
}
