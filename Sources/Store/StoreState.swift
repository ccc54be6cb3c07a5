import Basis
import GRDB
import Service

/// The one row that each group writes: by it a group is found again whose commit nobody knows of, and by it a start knows that nothing of
/// what it reads is missing.
struct StoreState: Equatable, Sendable {
    /// The number of the last group, from 1 on.
    var group: Int64 = 0
    /// The place of its first fact; 0 when it had none.
    var firstPlace: Int64 = 0
    /// The place of the last fact of all.
    var lastPlace: Int64 = 0
    /// The version of the configuration.
    var version: Int64 = 0
    /// The documents, and the dial-outs that have no end.
    var documents = Tally()
    var openDialOuts = Tally()
    /// Whether the last stop left everything in its place; else the file is looked through after a start.
    var isClean = true
    /// ``StoreKey/check`` of the key that secrets are sealed with.
    var keyCheck: [UInt8] = []

    /// How many rows, and their sums together.
    struct Tally: Equatable, Sendable {
        var count: Int64 = 0
        var sum: Int64 = 0

        mutating func add(_ row: Int64) { (count, sum) = (count + 1, sum ^ row) }
        mutating func remove(_ row: Int64) { (count, sum) = (count - 1, sum ^ row) }
    }

    static let columns =
        "id, lastGroup, firstPlace, lastPlace, version, documents, documentSum, openDialOuts, openSum, isClean, keyCheck"

    static func read(_ database: Database) throws -> StoreState {
        let state = try database.firstRow(of: "state", "SELECT \(columns), sum FROM state") { try StoreState(&$0) }
        guard let state else { throw StoreFailure("the table state has no row") }
        return state
    }

    private static let replacing = "INSERT OR REPLACE INTO state (\(columns), sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    func write(to database: Database) throws {
        var statement = try database.prepared(Self.replacing, summing: "state")
        statement.bind(1)
        for number in [group, firstPlace, lastPlace, version] { statement.bind(number) }
        for tally in [documents, openDialOuts] {
            statement.bind(tally.count)
            statement.bind(tally.sum)
        }
        statement.bind(isClean ? 1 : 0)
        statement.bind(keyCheck)
        statement.bindSum()
        try statement.run()
    }
}

extension StoreState {
    fileprivate init(_ stored: inout StoredRow) throws {
        _ = try stored.integer()
        self.init(
            group: try stored.integer(), firstPlace: try stored.integer(), lastPlace: try stored.integer(), version: try stored.integer())
        documents = Tally(count: try stored.integer(), sum: try stored.integer())
        openDialOuts = Tally(count: try stored.integer(), sum: try stored.integer())
        isClean = try stored.integer() == 1
        keyCheck = try stored.blob()
        try stored.verify()
    }
}

extension SortableID {
    /// What the dial-out adds to ``StoreState/openDialOuts``.
    var openSum: Int64 {
        var sum = RowSum(table: "openDialOut")
        sum.add(Int64(bitPattern: high))
        sum.add(Int64(bitPattern: low))
        return sum.value
    }

    /// The same in files of version 4.
    var formerOpenSum: Int64 {
        var sum = FormerRowSum(table: "openDialOut")
        sum.add(Int64(bitPattern: high))
        sum.add(Int64(bitPattern: low))
        return sum.value
    }
}
