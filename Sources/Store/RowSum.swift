import Crypto
import Foundation
import GRDB
import Service

/// What a row carries beside its columns: the first 64 bits of their SHA-256, the table's name before them
/// (docs/decisions/sums-of-rows.md). A row that was moved, or whose bytes changed, does not match it.
struct RowSum {
    /// A part as long as this goes to the hash at once, so that a long column is not copied.
    private static let longest = 4_096

    /// What the hash was not handed yet: all of a row without a long column, which is then hashed as one piece.
    private var pending: [UInt8] = []
    /// Of a row with a long column.
    private var hasher: SHA256?

    init(table: String) {
        pending.reserveCapacity(512)
        add(table)
    }

    mutating func addNull() { add(tag: 0, length: 0) }

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

    private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, tag: UInt8) {
        add(tag: tag, length: bytes.count)
        guard bytes.count >= Self.longest else { return pending.append(contentsOf: bytes) }
        var hasher = hasher ?? SHA256()
        hasher.update(data: pending)
        pending.removeAll(keepingCapacity: true)
        hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        self.hasher = hasher
    }

    /// Tag and length stand before each column, so that no two rows give the same bytes.
    private mutating func add(tag: UInt8, length: Int) { add(word: UInt64(tag) << 56 | UInt64(length)) }

    private mutating func add(word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { pending.append(contentsOf: $0) }
        }
    }

    var value: Int64 {
        guard var whole = hasher else { return Self.firstWord(of: SHA256.hash(data: pending)) }
        whole.update(data: pending)
        return Self.firstWord(of: whole.finalize())
    }

    private static func firstWord(of digest: SHA256Digest) -> Int64 {
        digest.withUnsafeBytes { Int64(bitPattern: $0.loadUnaligned(as: UInt64.self)) }
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
