import Basis
import Dialing
import GRDB
import Service

/// A query for dial-outs as the table's columns have it.
struct DialOutLookup {
    private let query: DialOutQuery
    private let tenant: Int64?
    private let operatorID: Int64?
    private let meeting: Int64?
    private let organizer: Int64?

    var limit: Int { query.limit }

    /// Nil when it names somebody under whom nothing stands.
    init?(_ query: DialOutQuery, _ database: Database) throws {
        self.query = query
        tenant = try query.tenant.flatMap { try Names.find($0, database) }
        operatorID = try query.operatorID.flatMap { try Names.find($0, database) }
        meeting = query.meetingID.map(Writing.word)
        organizer = query.organizer.map(Writing.word)
        guard (tenant == nil) == (query.tenant == nil), (operatorID == nil) == (query.operatorID == nil) else { return nil }
    }

    /// The narrowest condition leads; the others, marked by `+`, are not looked up by (SQLite, "The Query Optimizer", §2). Of two tables the
    /// first is looked up in first (§7.1, `CROSS JOIN`).
    func condition(isFormer: Bool) -> (String, StatementArguments) {
        var conditions: [String] = [], arguments: StatementArguments = [], isLed = false
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?, leads: Bool = true) {
            guard let value else { return }
            conditions.append(leads && isLed ? "+\(condition)" : condition)
            arguments += [value]
            isLed = isLed || leads
        }
        let id = isFormer ? "formerOperator.dialOut" : "dialOut.id"
        if isFormer { require("formerOperator.operator = ?", operatorID) }
        require("\(id) = ?", query.id?.rowID, leads: !isFormer)
        require("number = ?", query.number.map { Int64($0.value) })
        require("meeting = ?", meeting)
        if !isFormer { require("dialOut.operator = ?", operatorID) }
        require("tenant = ?", tenant)
        require("\(id) < ?", query.before?.rowID, leads: false)
        require("\(id) > ?", query.after?.rowID, leads: false)
        require("\(id) >= ?", query.from?.rowID, leads: false)
        require("+organizer = ?", organizer, leads: false)
        if !isFormer || !query.isOperatorsView {
            require("+callerID = ?", query.callerID.map { Int64($0.value) }, leads: false)
            require("+outcome = ?", query.outcome?.column, leads: false)
        }
        if let isOpen = query.isOpen { conditions.append("+outcome IS \(isOpen ? "" : "NOT ")NULL") }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        return (query.id == nil ? "\(condition) ORDER BY \(id) \(query.order == .newest ? "DESC" : "ASC")" : condition, arguments)
    }

    /// Whether the first comes before the second.
    func comesFirst(_ first: SearchedRow, _ second: SearchedRow) -> Bool { query.comesFirst(first.id, second.id) }

    /// Whether a row is one that an index should have led to.
    func takes(_ row: SearchedRow) -> Bool {
        (query.id == nil || query.id == row.id) && (tenant == nil || tenant == row.tenant) && (meeting == nil || meeting == row.meeting)
            && (organizer == nil || organizer == row.organizer)
            && (query.number == nil || query.number.map { Int64($0.value) } == row.number)
    }
}
