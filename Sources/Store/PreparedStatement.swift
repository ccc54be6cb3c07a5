import CSQLite
import GRDB
import Service

/// A statement of the writer's connection, bound and run by SQLite's own calls: GRDB keeps and finalizes it, but boxing each argument
/// for it cost as much as SQLite's whole work (docs/decisions/statements-bound-in-place.md).
struct PreparedStatement {
    private let handle: OpaquePointer
    private var parameter: CInt = 0
    /// Of what was bound so far.
    private var sum: RowSum?

    fileprivate init(_ handle: OpaquePointer, summing table: String?) {
        self.handle = handle
        sum = table.map { RowSum(table: $0) }
    }

    /// Binds the next parameter; a value that SQLite refuses (memory) leaves it NULL, which the run then tells.
    mutating func bind(_ value: Int64) {
        sum?.add(value)
        sqlite3_bind_int64(handle, next(), value)
    }

    mutating func bind(_ value: Int64?) {
        if let value { return bind(value) }
        sum?.addNull()
        bindNull()
    }

    /// Binds the sum of everything that was bound before, and returns it.
    @discardableResult
    mutating func bindSum() -> Int64 {
        let value = sum?.value ?? 0
        sqlite3_bind_int64(handle, next(), value)
        return value
    }

    mutating func bind(_ text: String?) {
        guard var text else {
            sum?.addNull()
            return bindNull()
        }
        text.withUTF8 { utf8 in
            sum?.add(text: utf8)
            _ = utf8.withMemoryRebound(to: CChar.self) { sqlite3_bind_text(handle, next(), $0.baseAddress, CInt($0.count), Self.transient) }
        }
    }

    mutating func bind(_ blob: [UInt8]) { blob.withUnsafeBytes { bind($0) } }

    private mutating func bind(_ bytes: UnsafeRawBufferPointer) {
        sum?.add(bytes)
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return _ = sqlite3_bind_zeroblob(handle, next(), 0) }
        sqlite3_bind_blob(handle, next(), start, CInt(bytes.count), Self.transient)
    }

    private mutating func bindNull() { sqlite3_bind_null(handle, next()) }

    private mutating func next() -> CInt {
        parameter += 1
        return parameter
    }

    /// Runs the statement, which returns no rows, and readies it for its next use. Throws what SQLite says.
    func run() throws(SQLiteFault) {
        let code = sqlite3_step(handle)
        let fault = code == SQLITE_DONE ? nil : SQLiteFault(code, of: handle)
        sqlite3_reset(handle)
        if let fault { throw fault }
    }

    /// How many rows its last run inserted, changed or took away.
    var changes: CInt { sqlite3_changes(sqlite3_db_handle(handle)) }

    /// Runs a statement that returns at most one row of one integer, and readies it for its next use; nil for no row.
    func integer() throws(SQLiteFault) -> Int64? {
        guard sqlite3_step(handle) == SQLITE_ROW else {
            sqlite3_reset(handle)
            try run()
            return nil
        }
        defer { sqlite3_reset(handle) }
        return sqlite3_column_int64(handle, 0)
    }

    /// SQLite copies what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

/// What SQLite said to a statement.
struct SQLiteFault: Error {
    /// The extended result code.
    let code: CInt
    let message: String

    /// What the statement's last step came to.
    init(_ code: CInt, of statement: OpaquePointer) {
        self.code = code
        let words = String(cString: sqlite3_errmsg(sqlite3_db_handle(statement)))
        message = "SQLite error \(code): \(words) - while executing `\(String(cString: sqlite3_sql(statement)))`"
    }

    /// The result code without its extension.
    var primaryCode: CInt { code & 0xFF }
}

extension Database {
    /// The statement of these words, prepared at their first use; it sums what is bound as a row of `table`.
    func prepared(_ sql: String, summing table: String? = nil) throws -> PreparedStatement {
        PreparedStatement(try cachedStatement(sql: sql).sqliteStatement, summing: table)
    }
}
