import Basis
import Dialing

/// What a tenant's calls on the service's own carrier have spent of its credits, and which levels of minutes and credits it was told. It is
/// written whole, in the group of what changes it.
struct CarrierAccount: Codable, Equatable {
    /// As ``Identities/name(ofTenant:)`` has it.
    let name: String
    /// Minutes that credits ever paid for.
    private(set) var creditsSpent: Int
    /// What was paid in, in all, when credits were last added or taken away, and what had been spent by then.
    private var paidIn: Int?
    private var spentBefore = 0
    /// The highest levels that were told: of the credits since they were last added, of the minutes of `month`.
    private(set) var creditsTold = 0
    private(set) var minutesTold = 0
    private var month = 0
    /// What was told of other months' minutes, of the nearest to `month` first: the clock may have been wrong, or be set back over a border.
    private var others: [MonthTold]?

    private struct MonthTold: Codable, Equatable { let month: Int, percent: Int }
    private static let othersKept = 2

    init(name: String, creditsSpent: Int) { (self.name, self.creditsSpent) = (name, creditsSpent) }

    mutating func spend(_ credits: Int) { creditsSpent += credits }

    /// Takes in what is paid in by now, and answers the levels that are reached and were not told: each once a month, or once for what was paid in.
    mutating func review(_ terms: CarrierTerms, minutesUsed: Int, in month: Month) -> [UsageNotice.News] {
        if paidIn != terms.credits { (paidIn, spentBefore, creditsTold) = (terms.credits, creditsSpent, 0) }
        if self.month != month.index { turn(to: month.index) }
        let minutes = Self.news(minutesUsed, of: terms.includedMinutes ?? 0, after: &minutesTold)
        let credits = Self.news(creditsSpent - spentBefore, of: (terms.credits ?? 0) - spentBefore, after: &creditsTold)
        return minutes.map { .init(type: .minutesUsed, content: $0) } + credits.map { .init(type: .creditsUsed, content: $0) }
    }

    private mutating func turn(to next: Int) {
        var told = others ?? []
        if minutesTold > 0 { told.append(MonthTold(month: month, percent: minutesTold)) }
        minutesTold = told.first { $0.month == next }?.percent ?? 0
        told = told.filter { $0.month != next }.sorted { abs($0.month - next) < abs($1.month - next) }
        others = told.isEmpty ? nil : Array(told.prefix(Self.othersKept))
        month = next
    }

    private static func news(_ used: Int, of all: Int, after told: inout Int) -> [UsageNotice.Content] {
        guard all > 0 else { return [] }
        let news = UsageNotice.levels.filter { $0 > told && Double(used) * 100 >= Double(all) * Double($0) }
        told = news.last ?? told
        return news.map { .level(percent: $0, used: used, of: all) }
    }

    /// What is left of the credits; nil where there are none.
    func left(_ terms: CarrierTerms) -> Int? { terms.credits.map { $0 - creditsSpent } }

    var document: StoredDocument { StoredDocument(kind: .carrierAccount, key: name, version: 0, body: JSON.encode(self)) }

    static func farewell(of name: String) -> StoredDocument { StoredDocument(kind: .carrierAccount, key: name, version: 0, body: nil) }
}
