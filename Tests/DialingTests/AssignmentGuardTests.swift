import Dialing
import Testing

/// Users that have numbers stay, and numbers go to users that there are: for whoever asks, and by what a list of changes comes to.
@Suite struct AssignmentGuardTests {
    private static let line = try! E164("+14255550111")
    private static let alice = "alice@contoso.example"

    private static func tenant(of directory: Directory, assignedTo user: String?) -> Tenant {
        var tenant = directory.tenant("contoso")!
        var number = PhoneNumberAssignment(telephoneNumber: line, operatorID: tenant.operators[0].operatorID, usage: .user)
        (number.status, number.assignedTo) = (user == nil ? .unassigned : .userAssigned, user)
        tenant.numbers.removeAll { $0.telephoneNumber == line }
        tenant.numbers.append(number)
        return tenant
    }

    private static func directory(assignedTo user: String?) throws -> Directory {
        var directory = Contoso.worked().directory()
        try directory.apply([.putTenant(tenant(of: directory, assignedTo: user))], version: 2)
        return directory
    }

    @Test("a user with a number is not removed before it is taken back", arguments: [Asker.platform, .administrator])
    func held(_ asker: Asker) throws {
        var directory = try Self.directory(assignedTo: Self.alice)
        let refused = #expect(throws: InvalidChange.self) {
            try directory.apply([.removeUser(tenant: "contoso", upn: "ALICE@contoso.example")], by: asker, version: 3)
        }
        #expect(refused?.kind == .conflict && refused?.document == "user \(Self.alice)")
        #expect(refused?.rule == "has the number +14255550111; take it back first, by Remove-CsPhoneNumberAssignment")
        #expect(directory.user(Self.alice, of: "contoso") != nil)
        let both: [DirectoryChange] = [
            .removeUser(tenant: "contoso", upn: Self.alice), .putTenant(Self.tenant(of: directory, assignedTo: nil)),
        ]
        try directory.apply(both, by: asker, version: 3)
        #expect(directory.user(Self.alice, of: "contoso") == nil)
    }

    @Test("a number is assigned to nobody who is not there, and an assignment that stands already is left alone")
    func missing() throws {
        var directory = try Self.directory(assignedTo: nil)
        let refused = #expect(throws: InvalidChange.self) {
            try directory.apply(
                [.putTenant(Self.tenant(of: directory, assignedTo: "zoe@contoso.example"))], by: .administrator, version: 3)
        }
        #expect(refused?.field == "numbers[+14255550111].assignedTo" && refused?.rule == "there is no user zoe@contoso.example")
        directory = try Self.directory(assignedTo: "zoe@contoso.example")
        var fresh = Self.tenant(of: directory, assignedTo: "zoe@contoso.example")
        fresh.numbers.removeAll { $0.telephoneNumber != Self.line }
        fresh.numbers[0].country = country("US")
        (fresh.voiceRoutes, fresh.bridge.defaultServiceNumber) = (NamedList(), nil)
        var empty = directory
        try empty.apply([.removeTenant("contoso")], version: 3)
        let whole = #expect(throws: InvalidChange.self) { try empty.apply([.putTenant(fresh)], by: .platform, version: 4) }
        #expect(whole?.field == "numbers[+14255550111].assignedTo", "in a tenant that comes as a whole too")
        var other = directory.tenant("contoso")!
        other.displayName = "Contoso Ltd"
        try directory.apply([.putTenant(other)], by: .administrator, version: 3)
    }

    @Test("a user has one number, whatever way another comes", arguments: [Asker.platform, .administrator])
    func second(_ asker: Asker) throws {
        var directory = try Self.directory(assignedTo: Self.alice)
        let known = directory.tenant("contoso")!
        var second = known.numbers.last!
        second.telephoneNumber = try E164("+14255550112")
        (second.status, second.assignedTo) = (.unassigned, nil)
        var both = known
        both.numbers.append(second)
        try directory.apply([.putTenant(both)], version: 3)
        let last = both.numbers.count - 1
        (both.numbers[last].status, both.numbers[last].assignedTo) = (.userAssigned, "ALICE@contoso.example")
        let refused = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(both)], by: asker, version: 4) }
        #expect(refused?.field == "numbers[+14255550112].assignedTo" && refused?.kind == .conflict)
        #expect(refused?.rule == "ALICE@contoso.example has the number +14255550111 already; take it back first")
        var moved = both
        (moved.numbers[last - 1].status, moved.numbers[last - 1].assignedTo) = (.unassigned, nil)
        try directory.apply([.putTenant(moved)], by: asker, version: 4)
        // Where a store of an earlier version holds two, what else is changed goes on.
        try directory.apply([.putTenant(both)], version: 5)
        both.displayName = "Contoso Ltd"
        try directory.apply([.putTenant(both)], by: asker, version: 6)
    }

    @Test("a tenant goes with its users and their numbers")
    func whole() throws {
        var directory = try Self.directory(assignedTo: Self.alice)
        try directory.apply([.removeUser(tenant: "contoso", upn: Self.alice), .removeTenant("contoso")], by: .platform, version: 3)
        #expect(directory.tenant("contoso") == nil)
    }
}
