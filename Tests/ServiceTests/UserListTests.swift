import Service
import Simulation
import Testing
import Web

/// `GET /v1/tenants/{tenant}/users` with filters and pages.
@Suite("Users, a page at a time")
struct UserListTests {
    private static let path = "/v1/tenants/contoso/users"

    /// Alice and Sam of the fixture, and four more that were made in no order.
    private func fixture() throws -> Fixture {
        let fixture = try Fixture()
        for (upn, name, groups, licences) in [
            ("zoe@contoso.example", "Zoë Álvarez", #"["Sales"]"#, #"["OperatorConnectConferencing","CommunicationsCredits"]"#),
            ("bob@contoso.example", "Robert", #"["sales","board"]"#, "[]"),
            ("ali@contoso.example", "Ali", "[]", #"["AudioConferencingStandard"]"#),
            ("yves@contoso.example", "Alicia Keys", "[]", "[]"),
        ] {
            fixture.client.must(.put, Self.path + "/\(upn)", #"{"displayName":"\#(name)","groups":\#(groups),"licences":\#(licences)}"#)
        }
        return fixture
    }

    private func names(_ fixture: Fixture, _ query: String) -> [String] {
        fixture.client.must(.get, Self.path + "?" + query)["users"].array.map { String($0["upn"].string!.prefix { $0 != "@" }) }
    }

    @Test(
        "filters are read in either case, and all of them hold",
        arguments: [
            ("limit=500", ["ali", "alice", "bob", "sam", "yves", "zoe"]), ("search=ALI", ["ali", "alice", "yves"]),
            ("search=%C3%A1lvarez", ["zoe"]), ("search=contoso.example", ["ali", "alice", "bob", "sam", "yves", "zoe"]), ("search=xx", []),
            ("search=", ["ali", "alice", "bob", "sam", "yves", "zoe"]), ("group=SALES", ["bob", "zoe"]), ("group=sale", []),
            ("licence=OperatorConnectConferencing", ["alice", "zoe"]), ("licence=CommunicationsCredits", ["zoe"]),
            ("group=sales&search=rob", ["bob"]), ("licence=AudioConferencingStandard&search=ali", ["ali"]),
            ("cursor=BOB@contoso.example", ["sam", "yves", "zoe"]), ("cursor=b&search=ali", ["yves"]),
        ])
    func filters(query: String, expected: [String]) throws {
        #expect(names(try fixture(), query) == expected)
    }

    @Test("pages follow one another without gap or repetition, and the last one has no cursor")
    func pages() throws {
        let fixture = try fixture()
        for limit in 1...6 {
            var found: [String] = [], cursor: String? = nil, pages = 0
            repeat {
                let page = fixture.client.must(.get, Self.path + "?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? ""))
                #expect(page["users"].array.count <= limit)
                found += page["users"].array.map { $0["upn"].string! }
                cursor = page["cursor"].string
                pages += 1
            } while cursor != nil
            #expect(found == fixture.client.must(.get, Self.path)["users"].array.map { $0["upn"].string! })
            #expect(found.count == 6 && pages == (6 + limit - 1) / limit)
        }
        #expect(fixture.client.must(.get, Self.path)["cursor"] == .null)
    }

    @Test("what cannot be asked for is named")
    func refusals() throws {
        let fixture = try fixture()
        for (query, field) in [("limit=0", "limit"), ("limit=1001", "limit"), ("licence=Gold", "licence"), ("serch=a", "serch")] {
            let refused = fixture.client.ask(.get, Self.path + "?" + query)
            #expect(refused.status == 400 && refused.body["field"].string == field, "\(query)")
        }
        #expect(fixture.token("admin", tenant: "fabrikam").ask(.get, Self.path + "?search=a").status == 403)
    }
}
