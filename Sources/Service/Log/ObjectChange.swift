import Basis
import Dialing

/// One object of a tenant's configuration before and after a change, as the API shows it.
struct ObjectChange: Encodable, Equatable, Sendable {
    /// `route International`, `policy Global`, `number +14255550100`, `user alice@contoso.example`.
    let object: String
    /// Null where it is new.
    let before: JSONValue
    /// Null where it is gone.
    let after: JSONValue
    /// Where it stands: a member of the document, or of nothing for a user.
    let place: Place

    struct Place: Equatable, Sendable {
        /// Of the tenant's document; nil for a user.
        let member: String?
        /// What tells it from others in a list: the principal name of a user; nil for a member as a whole.
        let key: String?
        /// Its place in the list before.
        let index: Int
    }

    private enum CodingKeys: CodingKey { case object, before, after }
}

extension ObjectChange {
    /// Something of the platform's, without its secrets.
    init(ofPlatform object: String, from before: (some Encodable)?, to after: (some Encodable)?) {
        func shown(_ value: (some Encodable)?) -> JSONValue { value.map { JSONValue(showing: $0) } ?? .null }
        self.init(object: object, before: shown(before), after: shown(after), place: Place(member: nil, key: nil, index: 0))
    }
}

extension [ObjectChange] {
    /// All in which two documents of a tenant differ, in the order of what administrators look for; then the users that were changed.
    init(from old: Tenant?, to new: Tenant?, users: [(before: User?, after: User?)]) {
        self.init()
        let before = old.map { JSONValue(showing: $0) } ?? .null, after = new.map { JSONValue(showing: $0) } ?? .null
        if old == nil || new == nil {
            if before != after {
                append(ObjectChange(object: "tenant", before: before, after: after, place: .init(member: nil, key: nil, index: 0)))
            }
        } else if before != after {
            for (member, word) in Self.words(of: before, after) { note(member, word, before[member], after[member]) }
        }
        for user in users where user.before != user.after {
            let name = user.after?.upn ?? user.before?.upn ?? ""
            append(
                ObjectChange(
                    object: "user \(name)", before: user.before.map { JSONValue(showing: $0) } ?? .null,
                    after: user.after.map { JSONValue(showing: $0) } ?? .null, place: .init(member: nil, key: name, index: 0)))
        }
    }

    /// What members of a tenant's document are called; others by their own names.
    private static let words: [(member: String, word: String)] = [
        ("displayName", "display name"), ("country", "country"), ("pstnUsages", "usages"), ("voiceRoutes", "route"),
        ("routingPolicies", "policy"), ("groupAssignments", "grant to group"), ("globalDialOutPolicy", "dial-out policy Global"),
        ("dialPlans", "dial plan"), ("bridge", "bridge"), ("numbers", "number"), ("operators", "operator"), ("settings", "settings"),
    ]

    private static func words(of before: JSONValue, _ after: JSONValue) -> [(member: String, word: String)] {
        let known = Set(words.map(\.member)), all = Set(before.memberNames + after.memberNames)
        return words + all.subtracting(known).sorted().map { ($0, $0) }
    }

    private mutating func note(_ member: String, _ word: String, _ old: JSONValue, _ new: JSONValue) {
        guard old != new else { return }
        guard let names = JSONValue.names(of: old.array, and: new.array) else {
            return append(ObjectChange(object: word, before: old, after: new, place: .init(member: member, key: nil, index: 0)))
        }
        let before = Dictionary(uniqueKeysWithValues: zip(old.array.map { $0.name(by: names) }, old.array.indices))
        let kept = Set(new.array.map { $0.name(by: names) })
        for element in new.array {
            let name = element.name(by: names), index = before[name]
            let earlier = index.map { old.array[$0] } ?? .null
            guard earlier != element else { continue }
            append(
                ObjectChange(
                    object: "\(word) \(name)", before: earlier, after: element,
                    place: .init(member: member, key: name, index: index ?? new.array.count)))
        }
        for (index, element) in old.array.enumerated() where !kept.contains(element.name(by: names)) {
            let name = element.name(by: names)
            append(
                ObjectChange(
                    object: "\(word) \(name)", before: element, after: .null, place: .init(member: member, key: name, index: index)))
        }
    }
}

extension JSONValue {
    /// Members by which objects of a list are told apart, the best first.
    private static let naming = [["name"], ["identity"], ["telephoneNumber"], ["operatorID"], ["group", "policyType"], ["id"]]

    /// The members by which all of two lists' objects are told apart; nil where they are no such lists.
    static func names(of old: [JSONValue], and new: [JSONValue]) -> [String]? {
        guard !old.isEmpty || !new.isEmpty else { return nil }
        return naming.first { names in
            [old, new].allSatisfy { list in
                list.allSatisfy { element in names.allSatisfy { element[$0].string != nil } }
                    && Set(list.map { $0.name(by: names) }).count == list.count
            }
        }
    }

    func name(by names: [String]) -> String {
        let parts = names.map { self[$0].string ?? "" }
        return parts.count == 1 ? parts[0] : "\(parts[0]) (\(parts[1]))"
    }

    var memberNames: [String] {
        guard case .object(let members) = self else { return [] }
        return Array(members.keys)
    }
}
