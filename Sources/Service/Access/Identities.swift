import Basis
import Dialing

/// Since when a tenant or an operator is the one that it is. A name may come again; what was made before then, be it a token, a record, an
/// event, an `Idempotency-Key`, a meeting or an order, belonged to another of the same name, and is neither its nor anybody's.
struct Identities {
    enum Subject: Hashable, Sendable {
        case tenant(String)
        case `operator`(String)

        fileprivate init?(key: String) {
            let parts = key.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "since" else { return nil }
            switch parts[1] {
            case "tenant": self = .tenant(String(parts[2]))
            case "operator": self = .operator(String(parts[2]))
            default: return nil
            }
        }

        fileprivate var id: String {
            switch self {
            case .tenant(let id), .operator(let id): id
            }
        }

        fileprivate var owner: String {
            switch self {
            case .tenant(let id): "tenant/" + id
            case .operator(let id): "operator/" + id
            }
        }

        /// Of the setting that keeps it.
        fileprivate var key: String {
            switch self {
            case .tenant(let id): "since/tenant/" + id
            case .operator(let id): "since/operator/" + id
            }
        }
    }
    private struct Founding: Codable { let since: SortableID }

    /// What an earlier version made, which kept no such time, is the first of its name.
    static let first = SortableID(high: 0, low: 0)

    private var foundings: [Subject: (since: SortableID, name: String)] = [:]

    init(_ documents: StoredDocuments) throws(StoreFailure) {
        for document in documents[.setting] {
            guard let subject = Subject(key: document.key) else { continue }
            begin(subject, try document.decoded(Founding.self).since)
        }
    }

    /// Whatever is of the subject's has an identifier from here on.
    subscript(subject: Subject) -> SortableID { foundings[subject]?.since ?? Self.first }

    /// From which dial-out on a scope's events are its readers'.
    func since(_ scope: FactQuery.Scope) -> SortableID {
        switch scope {
        case .all, .dialOut: Self.first
        case .tenant(let id): self[.tenant(id)]
        case .operator(let id): self[.operator(id)]
        }
    }

    /// What a tenant's keys and meetings are kept under: its name, and since when where it is not the first of it.
    func name(ofTenant id: String) -> String { foundings[.tenant(id)]?.name ?? id }

    /// What an operator's orders are kept under, alike.
    func name(ofOperator id: String) -> String { foundings[.operator(id)]?.name ?? id }

    /// The latest of all.
    var newest: SortableID { foundings.values.lazy.map(\.since).max() ?? Self.first }

    mutating func begin(_ subject: Subject, _ since: SortableID) {
        foundings[subject] = (since, since == Self.first ? subject.id : "\(subject.id)~\(since)")
    }
    mutating func end(_ subject: Subject) { foundings[subject] = nil }

    static func document(_ subject: Subject, _ since: SortableID?, version: Int64) -> StoredDocument {
        StoredDocument(kind: .setting, key: subject.key, version: version, body: since.map { JSON.encode(Founding(since: $0)) })
    }
}

extension Directory {
    /// Who comes into being by changes, and who is no more.
    func turnover(_ changes: [DirectoryChange]) -> (begun: [Identities.Subject], ended: [Identities.Subject]) {
        var begun: [Identities.Subject] = [], ended: [Identities.Subject] = []
        for change in changes {
            switch change {
            case .putTenant(let tenant): if !hasTenant(tenant.id) { begun.append(.tenant(tenant.id)) }
            case .putOperator(let carrier): if `operator`(carrier.id) == nil { begun.append(.operator(carrier.id)) }
            case .removeTenant(let id): ended.append(.tenant(id))
            case .removeOperator(let id): ended.append(.operator(id))
            case .putUser, .removeUser: break
            }
        }
        return (begun, ended)
    }
}

extension Token {
    /// Whether it is that subject's alone.
    func isFor(_ subject: Identities.Subject) -> Bool {
        switch subject {
        case .tenant(let id): tenant == id
        case .operator(let id): self.operator == id
        }
    }

    /// By whom what several may have at once is shared out: a tenant, an operator, or the platform.
    var owner: String { subject?.owner ?? role.rawValue }

    var subject: Identities.Subject? { tenant.map { .tenant($0) } ?? self.operator.map { .operator($0) } }
}
