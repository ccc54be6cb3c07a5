import Basis
import Dialing

/// The documents that a start reads, each handed over as it is read. Of tenants, users and operators, of which there are most, only what they
/// say is kept; the others by their kind.
package struct StoredDocuments: Sendable {
    private(set) var tenants: [Tenant] = []
    private(set) var operators: [Operator] = []
    private(set) var users = StoredUsers()
    private var others: [StoredDocument.Kind: [StoredDocument]] = [:]

    package init() {}

    /// Throws when it cannot be read.
    package mutating func add(_ document: StoredDocument) throws(StoreFailure) {
        switch document.kind {
        case .tenant: tenants.append(try document.decoded(Tenant.self))
        case .operator: operators.append(try document.decoded(Operator.self))
        case .user:
            do { try users.add(document.key, document.body ?? []) } catch { throw document.unreadable(error) }
        default: others[document.kind, default: []].append(document)
        }
    }

    /// All of a kind that is no configuration, in the order in which they came.
    subscript(kind: StoredDocument.Kind) -> [StoredDocument] { others[kind] ?? [] }

    /// All of such a kind, read.
    func decoded<Value: Decodable>(_ kind: StoredDocument.Kind) throws(StoreFailure) -> [Value] {
        try self[kind].map { document throws(StoreFailure) in try document.decoded(Value.self) }
    }

    /// The value of a setting; nil where it has none.
    func setting<Value: Decodable>(_ name: String, as type: Value.Type) throws(StoreFailure) -> Value? {
        try self[.setting].first { $0.key == name }?.decoded(type)
    }
}

extension Store {
    /// Everything that a start needs, with the documents.
    func contents(usesSince month: Month) throws(StoreFailure) -> StoreContents {
        var documents = StoredDocuments()
        var contents = try load(usesSince: month) { document throws(StoreFailure) in try documents.add(document) }
        contents.documents = documents
        return contents
    }
}

extension StoredDocument {
    /// Throws when it is of another form.
    func decoded<Value: Decodable>(_ type: Value.Type) throws(StoreFailure) -> Value {
        do { return try JSON.decode(type, body ?? []) } catch { throw unreadable(error) }
    }

    func unreadable(_ error: any Error) -> StoreFailure {
        let words = (error as? InvalidField).map { "\($0.field) \($0.rule)" } ?? "\(error)"
        return StoreFailure("the stored \(kind.rawValue) \(key.excerpt) cannot be read: \(words)")
    }
}

/// Stored users, read: each tenant's together as long as they come together, which they do in the order of their keys.
struct StoredUsers: Sendable {
    /// A user, told from others that have the same of everything but its names.
    private struct Row {
        let upn: String
        let displayName: String
        let alike: Int
    }
    private var tenants: [(id: String, rows: [Row])] = []
    /// The tenant of the last one, and what follows it in its key.
    private var prefix = ""
    /// Users of whom others differ by their names only; what stands behind the two names in a user's text is decoded once for all of them.
    private var examples: [User] = []
    private var places: [Text: Int] = [:]

    /// Different texts remembered at a time.
    private static let limit = 10_000

    private struct Text: Hashable {
        let bytes: ArraySlice<UInt8>

        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    /// A user's document; its key is the tenant, a slash and the principal name.
    mutating func add(_ key: String, _ body: [UInt8]) throws {
        let row = try read(body)
        if tenants.isEmpty || !key.utf8.starts(with: prefix.utf8) {
            let tenant = String(decoding: key.utf8.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
            prefix = tenant + "/"
            tenants.append((tenant, []))
        }
        tenants[tenants.count - 1].rows.append(row)
    }

    /// Each tenant's.
    var byTenant: some Sequence<(tenant: String, users: [User])> {
        tenants.lazy.map { [examples] tenant in
            let users = tenant.rows.map { row in
                var user = examples[row.alike]
                (user.upn, user.displayName) = (row.upn, row.displayName)
                return user
            }
            return (tenant.id, users)
        }
    }

    private mutating func read(_ body: [UInt8]) throws -> Row {
        var rest = body[...]
        guard let upn = rest.takeMember("{\"upn\":\""), let displayName = rest.takeMember(",\"displayName\":\"") else {
            let user = try JSON.decode(User.self, body)
            return Row(upn: user.upn, displayName: user.displayName, alike: add(user))
        }
        if let place = places[Text(bytes: rest)] { return Row(upn: upn, displayName: displayName, alike: place) }
        let place = add(try JSON.decode(User.self, body))
        if places.count == Self.limit { places.removeAll(keepingCapacity: true) }
        places[Text(bytes: rest)] = place
        return Row(upn: upn, displayName: displayName, alike: place)
    }

    private mutating func add(_ example: User) -> Int {
        examples.append(example)
        return examples.count - 1
    }
}

extension ArraySlice<UInt8> {
    /// The text of a member whose name, with all signs around it, stands first; nil where another does, or where the text has an escape.
    mutating func takeMember(_ start: StaticString) -> String? {
        let start = UnsafeBufferPointer(start: start.utf8Start, count: start.utf8CodeUnitCount)
        guard starts(with: start) else { return nil }
        let text = self[(startIndex + start.count)...]
        guard let end = text.firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }), text[end] == UInt8(ascii: "\"")
        else {
            return nil
        }
        self = text[(end + 1)...]
        return String(decoding: text[..<end], as: UTF8.self)
    }
}
