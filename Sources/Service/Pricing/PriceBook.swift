import Basis
import Dialing

/// What each operator charges now, and from a later time on.
final class PriceBook {
    /// An operator's lists.
    struct Lists: Codable, Equatable {
        var inForce: PriceList?
        /// In force from its own time on.
        var next: PriceList?

        /// The list that counts at a moment.
        func list(at time: WallTime) -> PriceList? {
            if let next, next.validFrom <= time { return next }
            return inForce.flatMap { $0.validFrom <= time ? $0 : nil }
        }

        /// The same once the time of what was to come has come.
        func settled(at time: WallTime) -> Lists {
            guard let next, next.validFrom <= time else { return self }
            return Lists(inForce: next, next: nil)
        }
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
            let time = dialOut.connectedAt, let list = entry.lists.list(at: time)
        else { return nil }
        let table = list.validFrom == entry.lists.next?.validFrom ? entry.next : entry.inForce
        return table?.price(of: number).map { Rate(currency: list.currency, price: $0) }
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
