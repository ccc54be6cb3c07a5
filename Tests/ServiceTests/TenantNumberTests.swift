import Basis
import Service
import Simulation
import Testing
import Web

/// A tenant's inventory, as REST, cmdlets and the operators' lists show it.
@Suite("A tenant's numbers are listed")
struct TenantNumberTests {
    private static let path = "/v1/tenants/contoso/numbers"

    private func fixture() throws -> Fixture {
        let fixture = try Fixture()
        for order in [
            #"{"tenant":"contoso","numbers":["+14255550178",{"number":"+14255550177","city":"Redmond"}]}"#,
            #"{"tenant":"contoso","usage":"user","numbers":["+14255550179"]}"#,
        ] { fixture.client.must(.post, "/v1/operators/acme/number-orders", order) }
        return fixture
    }

    private func numbers(_ client: SimClient, _ query: String = "") -> [String?] {
        client.must(.get, Self.path + query)["numbers"].array.map { $0["number"].string }
    }

    @Test("all that the document has, in the order of their digits, and parts of the list meet")
    func whole() throws {
        let fixture = try fixture(), admin = fixture.token("admin", tenant: "contoso"), all = numbers(admin)
        let kept = fixture.client.must(.get, "/v1/tenants/contoso/document")["tenant"]["numbers"].array
        #expect(all == kept.compactMap { $0["telephoneNumber"].string }.sorted() && all.count > 3)
        var parts: [String?] = [], cursor: String?
        repeat {
            let part = admin.must(.get, Self.path + "?limit=2" + (cursor.map { "&cursor=\($0.replacing("+", with: "%2B"))" } ?? ""))
            #expect(part["numbers"].array.count <= 2)
            parts += part["numbers"].array.map { $0["number"].string }
            cursor = part["cursor"].string
        } while cursor != nil
        #expect(parts == all)
        #expect(numbers(admin, "?cursor=%2B14255550177&limit=1") == ["+14255550178"])
        fixture.client.must(.delete, "/v1/operators/acme/numbers/+14255550177")
        #expect(numbers(admin, "?cursor=%2B14255550177&limit=1") == ["+14255550178"], "also behind one that is gone")
    }

    @Test("filters narrow it together, and say the same as the cmdlet's")
    func filters() throws {
        let fixture = try fixture(), admin = fixture.token("admin", tenant: "contoso")
        let script = """
            Set-CsPhoneNumberAssignment -Identity alice@contoso.example -PhoneNumber +14255550179
            Set-CsPhoneNumberAssignment -PhoneNumber +14255550178 -AssignmentBlockedDays 2
            New-CsOnlineTelephoneNumberReleaseOrder -TelephoneNumber +14255550177
            """
        #expect(admin.must(.post, "/v1/tenants/contoso/commands", script)["applied"] == .bool(true))
        for (query, filter) in [
            ("?status=Unassigned", "-PstnAssignmentStatus Unassigned"),
            ("?status=UserAssigned&country=us", "-PstnAssignmentStatus UserAssigned"),
            ("?country=DE", "-IsoCountryCode DE"), ("?operator=acme", #"-Filter "OperatorId -eq 'acme'""#),
            ("?state=ReleaseRequested", #"-Filter "AcquiredNumberState -eq 'ReleaseRequested'""#),
        ] {
            let printed = admin.must(.post, "/v1/tenants/contoso/commands", "Get-CsPhoneNumberAssignment \(filter)")
            let shown = printed["results"].array.flatMap { $0["output"].array }.map { $0["TelephoneNumber"].string }
            #expect(numbers(admin, query) == shown, "\(query)")
        }
        let rows = admin.must(.get, Self.path + "?status=Unassigned")["numbers"].array
        let blocked = rows.first { $0["number"].string == "+14255550178" }, left = rows.first { $0["number"].string == "+14255550177" }
        #expect(blocked?["isBlocked"] == .bool(true) && blocked?["blockedUntil"].string.flatMap(WallTime.init(rfc3339:)) != nil)
        #expect(left?["state"].string == "ReleaseRequested" && left?["city"].string == "Redmond" && left?["isBlocked"] == .bool(false))
        #expect(
            admin.must(.get, Self.path + "?status=UserAssigned")["numbers"].array.map { $0["assignedTo"].string } == [
                "alice@contoso.example"
            ])
    }

    @Test("what is no value is refused, and so is whoever is not the tenant's")
    func refused() throws {
        let fixture = try fixture(), admin = fixture.token("admin", tenant: "contoso")
        for (query, field) in [("?status=Asigned", "status"), ("?country=USA", "country"), ("?cursor=x", "cursor"), ("?limit=0", "limit")] {
            let answer = admin.ask(.get, Self.path + query)
            #expect(answer.status == 400 && answer.body["field"].string == field, "\(answer)")
        }
        for client in [
            fixture.token("admin", tenant: "fabrikam"), fixture.token("operator", operator: "acme"),
            fixture.token("meeting", tenant: "contoso"),
        ] { #expect(client.ask(.get, Self.path).status == 403) }
    }
}
