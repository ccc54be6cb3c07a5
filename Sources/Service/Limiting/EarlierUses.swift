import Basis
import Dialing

/// What calls on the service's own carrier used, counted from records of versions that kept no sums.
package struct EarlierUses {
    private struct Record: Decodable {
        struct Decided: Decodable {
            let number: E164?
            let country: Country?
        }
        let id: SortableID
        let tenant: String
        let connectedAt: WallTime?
        let endedAt: WallTime?
        let outcome: Outcome?
        let decision: Decided
    }

    private let identities: Identities
    private let terms: [String: CarrierTerms]
    private var uses = CarrierUse()
    private var months: [Month: [String: MinutePool]] = [:]

    package init(_ documents: StoredDocuments) throws(StoreFailure) {
        identities = try Identities(documents)
        terms = Dictionary(documents.tenants.map { ($0.id, CarrierTerms($0)) }) { $1 }
    }

    /// One record, as JSON; they come in the order of their identifiers.
    package mutating func count(_ body: [UInt8]) throws(StoreFailure) {
        let record: Record
        do { record = try JSON.decode(Record.self, body) } catch { throw StoreFailure("a stored dial-out cannot be read: \(error)") }
        guard let terms = terms[record.tenant], record.id >= identities[.tenant(record.tenant)],
            let connectedAt = record.connectedAt, let endedAt = record.endedAt, record.outcome != .indeterminate
        else { return }
        let destination = Destination(record.decision.number, in: record.decision.country)
        let call = CarrierUse.Call(connectedAt: connectedAt, endedAt: endedAt, destination: destination, licence: nil, holdsCredits: true)
        guard let use = uses.count(call, of: identities.name(ofTenant: record.tenant), under: terms) else { return }
        var pool = months[use.month]?[use.tenant] ?? MinutePool()
        pool.minutesUsed += use.pool.minutesUsed
        pool.creditsSpent += use.pool.creditsSpent
        months[use.month, default: [:]][use.tenant] = pool
    }

    package var all: [StoredUse] {
        months.flatMap { month, pools in pools.map { StoredUse(tenant: $0, month: month, pool: $1) } }
    }
}
