import Basis

/// Which of a tenant's users are asked for, a page at a time in the order of their principal names.
package struct UserSearch: Equatable, Sendable {
    /// Stands in the principal name or in the display name, in either case.
    package var text: String?
    package var licence: Licence?
    /// They are direct members of it; in either case.
    package var group: String?
    /// They come behind this principal name.
    package var after: String?
    /// From 1 on.
    package var limit: Int

    package init(limit: Int) { self.limit = limit }
}

extension Directory {
    /// The first users that fit, at most ``UserSearch/limit``. Goes through all users of the tenant: it is for beside the loop.
    package func users(of tenant: String, _ search: UserSearch) -> [User] {
        guard let table = entry(tenant)?.users else { return [] }
        let text = search.text.map { Array($0.lowercased().utf8) }, group = search.group?.lowercased()
        let after = search.after?.asciiLowercased
        var first: [(upn: String, index: Int)] = []
        first.reserveCapacity(search.limit + 1)
        for index in 0..<table.count {
            let profile = table.profile(at: index)
            if let licence = search.licence, !profile.key.licences.contains(licence) { continue }
            if let group, !profile.groups.contains(group) { continue }
            let upn = table.upn(at: index)
            if let after, upn <= after { continue }
            if first.count == search.limit, upn > first[first.count - 1].upn { continue }
            if let text, !upn.holds(text), !table.displayName(at: index).lowercased().holds(text) { continue }
            first.insert((upn, index), at: first.firstPlace(of: upn))
            if first.count > search.limit { first.removeLast() }
        }
        return first.map { table.user(at: $0.index) }
    }
}

extension [(upn: String, index: Int)] {
    /// Where a name belongs among names in order.
    fileprivate func firstPlace(of upn: String) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].upn < upn { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension String {
    /// Whether the bytes stand in it, one after the other.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard let head = part.first else { return true }
        let own = utf8
        var start = own.startIndex
        while let at = own[start...].firstIndex(of: head) {
            if own[at...].starts(with: part) { return true }
            start = own.index(after: at)
        }
        return false
    }
}
