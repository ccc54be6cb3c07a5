import Basis
import Dialing
import Testing

@testable import Service

@Suite("Users as a start reads them")
struct StoredUsersTests {
    private func users(_ list: [(key: String, text: String)]) throws -> [(tenant: String, users: [User])] {
        var stored = StoredUsers()
        for (key, text) in list { try stored.add(key, Array(text.utf8)) }
        return Array(stored.byTenant)
    }

    private func sample(_ number: Int) -> User {
        let names = ["plain", "a \"quote\"", "back\\slash", "é 😀", "", "tab\t"]
        var user = User(
            upn: "u\(number)@t.example", displayName: names[number / 6 % names.count],
            licences: [[Licence.operatorConnectConferencing], [], [.audioConferencingStandard]].map { Licences($0) }[number % 3],
            groups: number % 5 == 0 ? ["g"] : [], audioConferencingEnabled: number % 4 != 0)
        if number % 7 == 0 { user.city = "Oslo" }
        if number % 2 == 0 { user.grants.dialOutPolicy = "DialoutCPCandPSTNInternational" }
        return user
    }

    @Test("each comes as it was written, whatever is in its names and whoever else is alike")
    func alike() throws {
        let wanted = (0..<200).map(sample)
        let found = try users(wanted.map { ("t/" + $0.upn, String(decoding: JSON.encode($0), as: UTF8.self)) })
        #expect(found.map(\.tenant) == ["t"] && found.first?.users == wanted)
    }

    @Test("in another order of members, with spaces, or under tenants whose names begin alike, it is the same")
    func written() throws {
        let one = #"{"upn":"a@t.example","displayName":"A","licences":[],"groups":[],"audioConferencingEnabled":true,"grants":{}}"#
        let other = #"{"displayName":"A", "upn":"a@t.example","grants":{},"licences":[],"groups":[],"audioConferencingEnabled":true}"#
        let user = User(upn: "a@t.example", displayName: "A")
        let found = try users([("t/a", one), ("t/b", other), ("t1/a", one), ("t-/a", one), ("t-/b", one)])
        #expect(found.map(\.tenant) == ["t", "t1", "t-"] && found.map(\.users.count) == [2, 1, 2])
        #expect(found.flatMap(\.users).allSatisfy { $0 == user })
    }

    @Test("what is no user is told with its key and its member")
    func damaged() throws {
        func fault(_ text: String) -> StoreFailure? {
            var documents = StoredDocuments()
            do throws(StoreFailure) {
                try documents.add(StoredDocument(kind: .user, key: "t/a", version: 1, body: Array(text.utf8)))
                return nil
            } catch { return error }
        }
        #expect(
            fault(#"{"upn":"a@t.example","displayName":"A"}"#) == StoreFailure("the stored user t/a cannot be read: licences is required"))
        #expect(
            fault(#"{"upn":"a@t.example","displayName":"A","licences":7}"#)?.message.contains("licences is a list, not the number 7")
                == true)
        #expect(fault("{") != nil && fault("") != nil)
    }
}
