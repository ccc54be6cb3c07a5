import Basis
import Foundation
import GRDB
import Service

/// A row as it is read: column after column, in the order in which they are written, and its sum last. Whatever stands in the file is an
/// error that names the row, never a trap.
struct StoredRow {
    private let row: Row
    private let table: String
    private var column = 0
    private var sum: RowSum

    init(_ row: Row, of table: String) {
        (self.row, self.table) = (row, table)
        sum = RowSum(table: table)
    }

    mutating func integer() throws(StoreFailure) -> Int64 {
        guard case .int64(let number) = next() else { throw damage("a column is no integer") }
        sum.add(number)
        return number
    }

    mutating func optionalInteger() throws(StoreFailure) -> Int64? {
        switch next() {
        case .null:
            sum.addNull()
            return nil
        case .int64(let number):
            sum.add(number)
            return number
        case .double, .string, .blob: throw damage("a column is no integer")
        }
    }

    mutating func text() throws(StoreFailure) -> String {
        guard let text = try optionalText() else { throw damage("a column is missing") }
        return text
    }

    mutating func optionalText() throws(StoreFailure) -> String? {
        switch next() {
        case .null:
            sum.addNull()
            return nil
        case .string(let text):
            sum.add(text)
            return text
        case .int64, .double, .blob: throw damage("a column is no text")
        }
    }

    mutating func blob() throws(StoreFailure) -> [UInt8] {
        guard case .blob(let data) = next() else { throw damage("a column is no blob") }
        data.withUnsafeBytes { sum.add($0) }
        return Array(data)
    }

    mutating func identifier() throws(StoreFailure) -> SortableID {
        let bytes = try blob()
        guard bytes.count == 16 else { throw damage("an identifier has \(bytes.count) bytes") }
        let words = bytes.withUnsafeBytes { ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
        return SortableID(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }

    /// Reads the next column, whatever it is.
    mutating func any() throws(StoreFailure) {
        switch next() {
        case .null: sum.addNull()
        case .int64(let number): sum.add(number)
        case .string(let text): sum.add(text)
        case .blob(let data): data.withUnsafeBytes { sum.add($0) }
        case .double: throw damage("a column is a fraction")
        }
    }

    /// Reads the sum and compares it; called when all columns were read. Returns it.
    @discardableResult
    mutating func verify() throws(StoreFailure) -> Int64 {
        let wanted = sum.value
        guard case .int64(wanted) = next() else { throw damage("its columns do not match its sum") }
        return wanted
    }

    /// The row by its first columns, which are its key.
    func damage(_ rule: String) -> StoreFailure {
        let key = (0..<min(2, row.count)).map { index in
            switch (row[index] as DatabaseValue).storage {
            case .null: "null"
            case .int64(let number): "\(number)"
            case .double(let number): "\(number)"
            case .string(let text): text
            case .blob(let data): data.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            }
        }
        return StoreFailure("the row \(key.joined(separator: ", ").prefix(200)) of table \(table) is damaged: \(rule)")
    }

    private mutating func next() -> DatabaseValue.Storage {
        guard column < row.count else { return .null }
        defer { column += 1 }
        return (row[column] as DatabaseValue).storage
    }
}
