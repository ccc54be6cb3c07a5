import Basis
import Dialing

/// What each operator charges now, and from a later time on.
final class PriceBook {
    /// An operator's lists.
    struct Lists: Codable, Equatable {
        var inForce: PriceList?
        /// In force from its own time on.
        var next: PriceList?

        /// Whether the time of what was to come has come.
        func hasTurned(at time: WallTime) -> Bool { next.map { $0.validFrom <= time } ?? false }

        /// The same once that time has come. What is in force stays so where the clock is set back to before it began: what was in force then
        /// is not kept, and no call is without a price for that.
        func settled(at time: WallTime) -> Lists { hasTurned(at: time) ? Lists(inForce: next, next: nil) : self }
    }
    private struct Entry {
        let lists: Lists
        let inForce, next: PrefixTable?
    }

    private var entries: [String: Entry] = [:]

    /// Throws when something that is stored cannot be read.
    init(_ documents: StoredDocuments) throws(StoreFailure) {
        for document in documents[.priceList] { self[document.key] = try document.decoded(Lists.self) }
    }

    subscript(operatorID: String) -> Lists? {
        get { entries[operatorID]?.lists }
        set {
            entries[operatorID] = newValue.map {
                Entry(lists: $0, inForce: $0.inForce.map(PrefixTable.init), next: $0.next.map(PrefixTable.init))
            }
        }
    }

    /// What a call that has just been answered costs; nil where its operator has no price for the number.
    func rate(of dialOut: DialOut) -> Rate? {
        guard !entries.isEmpty, let operatorID = dialOut.operatorID, let entry = entries[operatorID], let number = dialOut.decision.number,
            let time = dialOut.connectedAt
        else { return nil }
        let hasTurned = entry.lists.hasTurned(at: time)
        guard let list = hasTurned ? entry.lists.next : entry.lists.inForce else { return nil }
        return (hasTurned ? entry.next : entry.inForce)?.price(of: number).map { Rate(currency: list.currency, price: $0) }
    }

    /// The document that goes with an operator that is no more.
    func farewell(of subject: Identities.Subject, version: Int64) -> [StoreEntry] {
        guard case .operator(let id) = subject, entries[id] != nil else { return [] }
        return [.document(StoredDocument(kind: .priceList, key: id, version: version, body: nil))]
    }
}

/// Prices by the beginning of a number.
private struct PrefixTable {
    private let prices: [Substring: Price]

    init(_ list: PriceList) { prices = Dictionary(uniqueKeysWithValues: list.prices.map { ($0.prefix[...], $0) }) }

    /// Of the longest prefix that the number begins with.
    func price(of number: E164) -> Price? {
        let text = number.description
        return text.indices.dropFirst().reversed().lazy.compactMap { prices[text[...$0]] }.first
    }
}
