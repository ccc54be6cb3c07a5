import Basis
import Dialing

/// A change taken back: every object put where it was, if it is still as the change left it.
struct Undo {
    struct Obstacle: Error { let object: String }

    private let change: ChangeSet

    init(_ change: ChangeSet) { self.change = change }

    func changes(of tenant: String, in directory: Directory) throws(Obstacle) -> [DirectoryChange] {
        var changes: [DirectoryChange] = []
        guard let now = directory.tenant(tenant) else { throw Obstacle(object: "tenant") }
        let own = change.objects.filter { $0.place.member != nil }
        if !own.isEmpty {
            var document = JSONValue(showing: now)
            var lists: [String: List] = [:]
            for object in own.reversed() { try putBack(object, in: &document, &lists) }
            for (member, list) in lists { document[member] = .array(list.elements) }
            guard let earlier = try? JSON.decode(Tenant.self, JSON.encode(document)) else { throw Obstacle(object: own[0].object) }
            changes.append(.putTenant(earlier))
        }
        for object in change.objects where object.place.member == nil {
            guard let upn = object.place.key else { throw Obstacle(object: object.object) }
            let user = directory.user(upn, of: tenant).map { JSONValue(showing: $0) } ?? .null
            guard user == object.after else { throw Obstacle(object: object.object) }
            if object.before == .null {
                changes.append(.removeUser(tenant: tenant, upn: upn))
            } else {
                guard let earlier = try? JSON.decode(User.self, JSON.encode(object.before)) else { throw Obstacle(object: object.object) }
                changes.append(.putUser(tenant: tenant, earlier))
            }
        }
        return changes
    }

    /// A list of the document while objects are put back into it, with what each is called.
    private struct List {
        private(set) var elements: [JSONValue]
        private var keys: [String]

        init?(_ elements: [JSONValue], and object: JSONValue) {
            guard let names = JSONValue.names(of: elements, and: [object]) else { return nil }
            self.elements = elements
            keys = elements.map { $0.name(by: names) }
        }

        mutating func putBack(_ object: ObjectChange, _ key: String) throws(Obstacle) {
            let index = keys.firstIndex(of: key)
            guard index.map({ elements[$0] }) ?? .null == object.after else { throw Obstacle(object: object.object) }
            if let index {
                elements.remove(at: index)
                keys.remove(at: index)
            }
            guard object.before != .null else { return }
            let place = min(object.place.index, elements.count)
            elements.insert(object.before, at: place)
            keys.insert(key, at: place)
        }
    }

    private func putBack(_ object: ObjectChange, in document: inout JSONValue, _ lists: inout [String: List]) throws(Obstacle) {
        guard let member = object.place.member else { return }
        guard let key = object.place.key else {
            guard document[member] == object.after else { throw Obstacle(object: object.object) }
            document[member] = object.before
            return
        }
        let shown = object.after == .null ? object.before : object.after
        guard var list = lists.removeValue(forKey: member) ?? List(document[member].array, and: shown) else {
            throw Obstacle(object: object.object)
        }
        try list.putBack(object, key)
        lists[member] = list
    }
}
