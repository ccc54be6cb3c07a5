/// A tenant's users in little memory: names in one run of bytes, 16 bytes a row, found by principal name in either case.
struct UserTable: Sendable {
    private struct Row: Sendable {
        var start: UInt32
        var upnLength: UInt16
        var displayNameLength: UInt16
        var profile: UserProfile
    }
    private var bytes: [UInt8] = []
    private var rows: [Row] = []
    /// Open addressing; a slot holds a row's number plus one.
    private var slots: [UInt32] = []
    private var wasted = 0

    var count: Int { rows.count }

    /// Makes room for so many more.
    mutating func reserve(_ more: Int) {
        rows.reserveCapacity(rows.count + more)
        if (rows.count + more) * 4 > slots.count * 3 { rehash(for: rows.count + more) }
    }

    /// Puts a user in place of one of the same name, whose profile it answers.
    mutating func put(upn: String, displayName: String, profile: UserProfile) -> UserProfile? {
        let row = Row(
            start: UInt32(bytes.count), upnLength: UInt16(upn.utf8.count), displayNameLength: UInt16(displayName.utf8.count),
            profile: profile)
        bytes.append(contentsOf: upn.utf8)
        bytes.append(contentsOf: displayName.utf8)
        if let index = index(of: upn) {
            let old = rows[index]
            rows[index] = row
            wasted += Int(old.upnLength + old.displayNameLength)
            if wasted > 4_096, wasted > bytes.count / 2 { rebuild(without: nil) }
            return old.profile
        }
        rows.append(row)
        if rows.count * 4 > slots.count * 3 { rehash(for: rows.count) } else { enter(rows.count - 1) }
        return nil
    }

    /// Whether the last row is in the domain of this principal name in lower case.
    func lastIsInDomain(of upn: String) -> Bool {
        guard let last = rows.last, let at = upn.utf8.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let end = Int(last.start) + Int(last.upnLength)
        return bytes[Int(last.start)..<end].suffix(upn.utf8.distance(from: at, to: upn.utf8.endIndex)).elementsEqual(upn.utf8[at...])
    }

    mutating func remove(_ upn: String) -> UserProfile? {
        guard let index = index(of: upn) else { return nil }
        let profile = rows[index].profile
        rebuild(without: index)
        return profile
    }

    func index(of upn: String) -> Int? {
        guard !slots.isEmpty else { return nil }
        return withFolded(upn) { name in
            var slot = Self.hash(name) & (slots.count - 1)
            while slots[slot] != 0 {
                let index = Int(slots[slot]) - 1
                if holds(name, at: index) { return index }
                slot = (slot + 1) & (slots.count - 1)
            }
            return nil
        }
    }

    func profile(at index: Int) -> UserProfile { rows[index].profile }
    func upn(at index: Int) -> String { String(decoding: upnBytes(index), as: UTF8.self) }

    func displayName(at index: Int) -> String {
        let start = Int(rows[index].start) + Int(rows[index].upnLength)
        return String(decoding: bytes[start..<start + Int(rows[index].displayNameLength)], as: UTF8.self)
    }

    func user(at index: Int) -> User {
        let key = rows[index].profile.key
        var user = User(
            upn: upn(at: index), displayName: displayName(at: index), usageLocation: key.usageLocation, licences: key.licences,
            groups: key.groups, audioConferencingEnabled: key.audioConferencingEnabled, grants: key.grants,
            conferencing: key.conferencing)
        (user.state, user.city) = (key.state, key.city)
        return user
    }

    private func upnBytes(_ index: Int) -> ArraySlice<UInt8> {
        bytes[Int(rows[index].start)..<Int(rows[index].start) + Int(rows[index].upnLength)]
    }

    private func holds(_ name: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard Int(rows[index].upnLength) == name.count else { return false }
        let start = Int(rows[index].start)
        return bytes.withUnsafeBytes { bytes in
            let stored = UnsafeRawBufferPointer(rebasing: bytes[start..<start + name.count]), asked = UnsafeRawBufferPointer(name)
            var offset = 0
            while offset + 8 <= name.count {
                let word = stored.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                if word != asked.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
                offset += 8
            }
            while offset < name.count {
                if stored[offset] != asked[offset] { return false }
                offset += 1
            }
            return true
        }
    }

    private func withFolded<Result>(_ upn: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var upn = upn
        return upn.withUTF8 { text in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { folded in
                for index in text.indices { folded[index] = (65...90).contains(text[index]) ? text[index] | 0x20 : text[index] }
                return body(UnsafeBufferPointer(folded))
            }
        }
    }

    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(name))
        return hasher.finalize()
    }

    private mutating func enter(_ index: Int) {
        var slot = upnBytes(index).withUnsafeBufferPointer(Self.hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(index + 1)
    }

    private mutating func rehash(for count: Int) {
        var capacity = 8
        while count * 4 > capacity * 3 { capacity *= 2 }
        slots = Array(repeating: 0, count: capacity)
        for index in rows.indices { enter(index) }
    }

    private mutating func rebuild(without removed: Int?) {
        let old = self
        bytes.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        wasted = 0
        for index in old.rows.indices where index != removed {
            var row = old.rows[index]
            let start = Int(row.start)
            row.start = UInt32(bytes.count)
            bytes.append(contentsOf: old.bytes[start..<start + Int(row.upnLength + row.displayNameLength)])
            rows.append(row)
        }
        rehash(for: rows.count)
    }
}
