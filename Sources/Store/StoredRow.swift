import Basis
import CSQLite
import GRDB
import Service

/// A row as it is read where SQLite has it: column after column, in the order in which they are written, and its sum last. Whatever stands in
/// the file is an error that names the row, never a trap.
///
/// It is of the statement's current step, and is not kept beyond it (docs/decisions/statements-bound-in-place.md).
struct StoredRow {
    private let handle: OpaquePointer
    private let table: String
    private var column: CInt = 0
    private var sum: RowSum

    fileprivate init(_ handle: OpaquePointer, of table: String) {
        (self.handle, self.table) = (handle, table)
        sum = RowSum(table: table)
    }

    mutating func integer() throws(StoreFailure) -> Int64 {
        guard let number = try optionalInteger() else { throw damage("a column is no integer") }
        return number
    }

    mutating func optionalInteger() throws(StoreFailure) -> Int64? {
        let (type, index) = next()
        switch type {
        case SQLITE_NULL:
            sum.addNull()
            return nil
        case SQLITE_INTEGER:
            let number = sqlite3_column_int64(handle, index)
            sum.add(number)
            return number
        default: throw damage("a column is no integer")
        }
    }

    mutating func text() throws(StoreFailure) -> String {
        guard let text = try optionalText() else { throw damage("a column is missing") }
        return text
    }

    mutating func optionalText() throws(StoreFailure) -> String? {
        let (type, index) = next()
        switch type {
        case SQLITE_NULL:
            sum.addNull()
            return nil
        case SQLITE_TEXT:
            let utf8 = text(at: index)
            sum.add(text: utf8)
            return String(decoding: utf8, as: UTF8.self)
        default: throw damage("a column is no text")
        }
    }

    mutating func blob() throws(StoreFailure) -> [UInt8] {
        let (type, index) = next()
        guard type == SQLITE_BLOB else { throw damage("a column is no blob") }
        let bytes = bytes(at: index)
        sum.add(bytes)
        return Array(bytes)
    }

    mutating func identifier() throws(StoreFailure) -> SortableID {
        let bytes = try blob()
        guard bytes.count == 16 else { throw damage("an identifier has \(bytes.count) bytes") }
        let words = bytes.withUnsafeBytes { ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
        return SortableID(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }

    /// Reads the next column, whatever it is.
    mutating func any() throws(StoreFailure) {
        let (type, index) = next()
        switch type {
        case SQLITE_NULL: sum.addNull()
        case SQLITE_INTEGER: sum.add(sqlite3_column_int64(handle, index))
        case SQLITE_TEXT: sum.add(text: text(at: index))
        case SQLITE_BLOB: sum.add(bytes(at: index))
        default: throw damage("a column is a fraction")
        }
    }

    /// Reads the sum and compares it; called when all columns were read. Returns it.
    @discardableResult
    mutating func verify() throws(StoreFailure) -> Int64 {
        let (type, index) = next(), written = sqlite3_column_int64(handle, index)
        guard type == SQLITE_INTEGER, sum.value == written || formerSum(before: index) == written else {
            throw damage("its columns do not match its sum")
        }
        return written
    }

    /// Of the columns before that one.
    private func formerSum(before end: CInt) -> Int64 {
        var sum = FormerRowSum(table: table)
        for index in 0..<end {
            switch sqlite3_column_type(handle, index) {
            case SQLITE_INTEGER: sum.add(sqlite3_column_int64(handle, index))
            case SQLITE_TEXT: sum.add(text: text(at: index))
            case SQLITE_BLOB: sum.add(bytes(at: index))
            default: sum.addNull()
            }
        }
        return sum.value
    }

    /// A column behind the row's own, which no sum is of: nil for NULL, and for what is no text.
    mutating func joinedText() -> String? {
        let (type, index) = next()
        return type == SQLITE_TEXT ? String(decoding: text(at: index), as: UTF8.self) : nil
    }

    /// Likewise; nil for NULL, and for what is no blob.
    mutating func joinedBlob() -> [UInt8]? {
        let (type, index) = next()
        return type == SQLITE_BLOB ? Array(bytes(at: index)) : nil
    }

    /// The row by its first columns, which are its key.
    func damage(_ rule: String) -> StoreFailure {
        let key = (0..<min(2, sqlite3_column_count(handle))).map { index in
            switch sqlite3_column_type(handle, index) {
            case SQLITE_NULL: "null"
            case SQLITE_INTEGER: "\(sqlite3_column_int64(handle, index))"
            case SQLITE_FLOAT: "\(sqlite3_column_double(handle, index))"
            case SQLITE_BLOB: Array(bytes(at: index).prefix(16)).hexadecimal
            default: String(decoding: text(at: index), as: UTF8.self)
            }
        }
        return StoreFailure("the row \(key.joined(separator: ", ").prefix(200)) of table \(table) is damaged: \(rule)")
    }

    /// The next column's type and index; NULL behind the last.
    private mutating func next() -> (type: CInt, index: CInt) {
        defer { column += 1 }
        return (column < sqlite3_column_count(handle) ? sqlite3_column_type(handle, column) : SQLITE_NULL, column)
    }

    private func text(at index: CInt) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: sqlite3_column_text(handle, index), count: Int(sqlite3_column_bytes(handle, index)))
    }

    private func bytes(at index: CInt) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: sqlite3_column_blob(handle, index), count: Int(sqlite3_column_bytes(handle, index)))
    }
}

extension Database {
    /// What is made of each row of a query, in its order. The statement is kept for its next use.
    func rows<Value>(
        of table: String, _ sql: String, _ arguments: StatementArguments = StatementArguments(),
        _ read: (inout StoredRow) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try eachRow(of: table, sql, arguments) { row in
            values.append(try read(&row))
            return true
        }
        return values
    }

    /// What is made of the first row; nil where there is none.
    func firstRow<Value>(
        of table: String, _ sql: String, _ arguments: StatementArguments = StatementArguments(),
        _ read: (inout StoredRow) throws -> Value
    ) throws -> Value? {
        var value: Value?
        try eachRow(of: table, sql, arguments) { row in
            value = try read(&row)
            return false
        }
        return value
    }

    /// Calls `read` with one row after the other, until it answers false. It may run any other query meanwhile, not the same.
    func eachRow(
        of table: String, _ sql: String, _ arguments: StatementArguments = StatementArguments(),
        _ read: (inout StoredRow) throws -> Bool
    ) throws {
        let statement = try cachedStatement(sql: sql)
        try statement.setArguments(arguments)
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        while true {
            let code = sqlite3_step(handle)
            guard code != SQLITE_DONE else { return }
            guard code == SQLITE_ROW else { throw SQLiteFault(code, of: handle) }
            var row = StoredRow(handle, of: table)
            guard try read(&row) else { return }
        }
    }
}
