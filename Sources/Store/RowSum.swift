import Crypto
import Foundation
import GRDB
import Service

/// What a row carries beside its columns: the first 64 bits of their SHA-256, the table's name before them
/// (docs/decisions/sums-of-rows.md). A row that was moved, or whose bytes changed, does not match it.
struct RowSum {
    /// A part as long as this goes to the hash at once, so that a long column is not copied.
    private static let longest = 4_096

    /// What the hash was not handed yet: it is handed few long pieces, since each costs it more than the bytes of a number.
    private var pending: [UInt8] = []
    private var hasher = SHA256()

    init(table: String) {
        pending.reserveCapacity(256)
        add(table)
    }

    mutating func addNull() { add(tag: 0, length: 0) }

    mutating func add(_ number: Int64) {
        add(tag: 1, length: 8)
        withUnsafeBytes(of: number.littleEndian) { pending.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0), tag: 2) }
    }

    mutating func add(_ blob: UnsafeRawBufferPointer) { add(blob, tag: 3) }

    private mutating func add(_ bytes: UnsafeRawBufferPointer, tag: UInt8) {
        add(tag: tag, length: bytes.count)
        guard bytes.count >= Self.longest else { return pending.append(contentsOf: bytes) }
        hasher.update(data: pending)
        pending.removeAll(keepingCapacity: true)
        hasher.update(bufferPointer: bytes)
    }

    /// Tag and length stand before each column, so that no two rows give the same bytes.
    private mutating func add(tag: UInt8, length: Int) {
        withUnsafeBytes(of: UInt64(tag) << 56 | UInt64(length)) { pending.append(contentsOf: $0) }
    }

    var value: Int64 {
        var whole = hasher
        whole.update(data: pending)
        return whole.finalize().withUnsafeBytes { Int64(bitPattern: $0.loadUnaligned(as: UInt64.self)) }
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
