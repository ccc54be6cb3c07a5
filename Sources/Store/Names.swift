import Basis
import GRDB
import Service

/// The numbers under which names of tenants and operators stand in the tables: given at a name's first use, for ever.
struct Names {
    /// Those that are on disk.
    private var known: [ExactText: Int64] = [:]
    /// Those of the group that is being written.
    private var fresh: [ExactText: Int64] = [:]

    /// Names held in memory; past it they are looked up again.
    static let limit = 200_000

    /// For the writer: a name that has no number yet gets one in this group.
    mutating func number(of text: String, _ database: Database) throws -> Int64 {
        let name = ExactText(text)
        if let number = known[name] ?? fresh[name] { return number }
        if let number = try Self.find(text, database) {
            known[name] = number
            return number
        }
        let number = (try database.prepared("SELECT max(id) FROM name").integer() ?? 0) + 1
        var statement = try database.prepared("INSERT INTO name (id, text, sum) VALUES (?, ?, ?)", summing: "name")
        statement.bind(number)
        statement.bind(text)
        statement.bindSum()
        try statement.run()
        fresh[name] = number
        return number
    }

    /// The group is on disk.
    mutating func keep() {
        if known.count + fresh.count > Self.limit { known = [:] }
        known.merge(fresh) { _, new in new }
        fresh = [:]
    }

    /// The group is not on disk, or nobody knows.
    mutating func drop() { fresh = [:] }

    /// Nil for a name that nothing stands under.
    static func find(_ text: String, _ database: Database) throws -> Int64? {
        var statement = try database.prepared("SELECT id FROM name WHERE text = ?")
        statement.bind(text)
        return try statement.integer()
    }
}

/// What stands for the texts that were written last (``Writing/word(of:)``): a dial-out's row is written twice, and its organizer has others.
struct Words {
    private var known: [ExactText: Int64] = [:]
    private static let limit = 1_000

    mutating func word(of text: String) -> Int64 {
        let name = ExactText(text)
        if let word = known[name] { return word }
        if known.count == Self.limit { known.removeAll(keepingCapacity: true) }
        let word = Writing.word(of: text)
        known[name] = word
        return word
    }
}

/// Reads numbers back into names, each once in one read.
struct NameReader {
    private let database: Database
    private var names: [Int64: String] = [:]

    init(_ database: Database) { self.database = database }

    mutating func name(_ number: Int64) throws -> String {
        if let name = names[number] { return name }
        let found = try database.firstRow(of: "name", "SELECT id, text, sum FROM name WHERE id = ?", [number]) { stored in
            let id = try stored.integer(), text = try stored.text()
            try stored.verify()
            guard id == number else { throw stored.damage("it is another name's") }
            return text
        }
        guard let text = found else { throw StoreFailure("the row \(number) of table name is missing") }
        names[number] = text
        return text
    }
}
