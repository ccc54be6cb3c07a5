import Dialing
import Testing

/// How many of each licence were bought, and that no more are assigned.
@Suite struct LicenceTests {
    private static let occ = Licence.operatorConnectConferencing

    private func directory(bought: Int?) throws -> Directory {
        var contoso = Contoso()
        contoso.user("omar", [])
        var directory = contoso.directory()
        contoso.tenant.settings.licences = BoughtLicences()
        contoso.tenant.settings.licences?[Self.occ] = bought
        try directory.apply([.putTenant(contoso.tenant)], by: .platform, version: 2)
        return directory
    }

    private func put(_ name: String, _ licences: [Licence]) -> DirectoryChange {
        .putUser(tenant: "contoso", User(upn: "\(name)@contoso.example", licences: Licences(licences)))
    }

    @Test(
        "past the figure nothing is assigned, by whoever asks; the figure names the licence",
        arguments: [Asker.platform, .administrator, .importer])
    func past(_ asker: Asker) throws {
        var directory = try directory(bought: 1)
        let refusal = #expect(throws: InvalidChange.self) { try directory.apply([put("omar", [Self.occ])], by: asker, version: 3) }
        #expect(refusal?.document == "user omar@contoso.example" && refusal?.field == "licences" && refusal?.kind == .conflict)
        #expect(
            refusal?.rule
                == "OperatorConnectConferencing was bought 1 times for the tenant contoso and would be assigned 2 times; "
                + "take it from another user, or buy more")
        #expect(directory.assignedLicences(of: "contoso")[Self.occ] == 1)
        try directory.apply([put("omar", [.audioConferencingStandard])], by: asker, version: 3)
        #expect(directory.assignedLicences(of: "contoso")[.audioConferencingStandard] == 2)
    }

    @Test("a list is judged by what it comes to: a licence goes from one user to another in any order")
    func moved() throws {
        var directory = try directory(bought: 1)
        try directory.apply([put("omar", [Self.occ]), put("alice", [])], by: .administrator, version: 3)
        #expect(directory.assignedLicences(of: "contoso")[Self.occ] == 1)
        try directory.apply(
            [put("alice", [Self.occ]), .removeUser(tenant: "contoso", upn: "OMAR@contoso.example")], by: .administrator, version: 4)
        #expect(directory.assignedLicences(of: "contoso")[Self.occ] == 1)
        #expect(throws: InvalidChange.self) {
            try directory.apply([put("x", [Self.occ]), put("x", []), put("y", [Self.occ])], by: .administrator, version: 5)
        }
    }

    @Test("figures and users of one list are judged together")
    func together() throws {
        var directory = try directory(bought: 1)
        var tenant = try #require(directory.tenant("contoso"))
        tenant.settings.licences?[Self.occ] = 2
        try directory.apply([.putTenant(tenant), put("omar", [Self.occ])], by: .platform, version: 3)
        #expect(directory.assignedLicences(of: "contoso")[Self.occ] == 2)
    }

    @Test("no figure means no limit, and nothing bought means none")
    func unlimited() throws {
        var free = try directory(bought: nil), none = try directory(bought: 0)
        try free.apply([put("omar", [Self.occ])], by: .administrator, version: 3)
        #expect(throws: InvalidChange.self) { try none.apply([put("omar", [Self.occ])], by: .administrator, version: 3) }
    }

    @Test("users that hold more than are left keep them and may lose them, and lint tells")
    func fewer() throws {
        var directory = try directory(bought: 0)
        #expect(
            directory.lint(tenant: "contoso").findings.first { $0.object == "licence OperatorConnectConferencing" }
                == LintFinding(
                    object: "licence OperatorConnectConferencing", reason: "It is assigned to 1 users, and 0 were bought.",
                    mend: "Take it from 1 users, or buy more."))
        try directory.apply(
            [.putUser(tenant: "contoso", User(upn: "alice@contoso.example", displayName: "Al", licences: Licences([Self.occ])))],
            by: .administrator, version: 3)
        try directory.apply([put("alice", [])], by: .administrator, version: 4)
        #expect(throws: InvalidChange.self) { try directory.apply([put("alice", [Self.occ])], by: .administrator, version: 5) }
        #expect(!directory.lint(tenant: "contoso").findings.contains { $0.object.hasPrefix("licence ") })
    }

    @Test("what is assigned is counted as users come, change and go")
    func counted() throws {
        var directory = try directory(bought: nil)
        #expect(Licence.allCases.map { directory.assignedLicences(of: "contoso")[$0] } == [1, 0, 0, 1, 0])
        try directory.apply([put("alice", Licence.allCases), .removeUser(tenant: "contoso", upn: "stella@contoso.example")], version: 3)
        #expect(Licence.allCases.map { directory.assignedLicences(of: "contoso")[$0] } == [1, 1, 1, 1, 1])
        #expect(directory.userCount(of: "contoso") == 2)
        try directory.apply([.removeTenant("contoso")], version: 4)
        #expect(directory.assignedLicences(of: "contoso")[Self.occ] == 0 && directory.userCount(of: "contoso") == 0)
    }

    @Test("a user who is written twice in one list holds what is written last") func writtenTwice() throws {
        var directory = try directory(bought: 1)
        try directory.apply([put("omar", [Self.occ]), put("omar", [])], by: .administrator, version: 3)
        #expect(directory.assignedLicences(of: "contoso")[Self.occ] == 1)
        #expect(throws: InvalidChange.self) {
            try directory.apply([put("omar", []), put("omar", [Self.occ])], by: .administrator, version: 4)
        }
    }
}
