import Basis
import Simulation
import Testing
import Web

@testable import Service

@Suite struct NumberOrderTests {
    @Test("an order's numbers are read as dialled ones are, and one that is written twice is one") func written() throws {
        let fixture = try Fixture()
        let order = fixture.client.must(
            .post, "/v1/operators/acme/number-orders",
            #"{"tenant":"contoso","numbers":["+1 (425) 555-0177","1 425 555 0177","+1 (0)425 555 0178","+1425555O179","+1 425 155 012"]}"#)
        let entries = order["numbers"].array
        #expect(
            entries.map { $0["number"].string } == ["+14255550177", "1 425 555 0177", "+14255550178", "+1425555O179", "+1 425 155 012"])
        #expect(
            entries.map { $0["message"].string } == [
                nil, "is in the inventory already", nil, "is not an E.164 number", "is no number that can be dialled: tooShort",
            ])
        #expect(order["status"].string == "partialSuccess")
    }

    @Test("a cmdlet finds a number however it is written") func cmdlet() throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#)
        let ran = fixture.client.must(
            .post, "/v1/tenants/contoso/commands",
            #"Register-CsOnlineDialInConferencingServiceNumber -Identity "tel:+1 (425) 555-0177" -BridgeName "Conference Bridge""#)
        #expect(ran["applied"] == .bool(true), "\(ran)")
    }

    @Test("an order is shown that was made since its tenant began, and none of a tenant that is no more") func shown() throws {
        let fixture = try Fixture()
        func isShown(_ tenant: String, after steps: Int) -> Bool {
            fixture.service.assumeIsolated { service in
                let began = service.identities[.tenant(tenant)]
                let order = NumberOrder(
                    id: SortableID(high: UInt64(Int(began.high) + steps), low: began.low), operator: "acme", tenant: tenant, terms: .init(),
                    createdAt: WallTime(milliseconds: 0), numbers: [])
                return service.orders.isShown(OrderHead(order))
            }
        }
        func listed() -> [String?] {
            fixture.client.must(.get, "/v1/operators/acme/number-orders")["orders"].array.map { $0["tenant"].string }
        }
        fixture.client.must(.put, "/v1/tenants/brief", #"{"displayName":"Brief","country":"US"}"#)
        fixture.client.must(.post, "/v1/tenants/brief/operators/acme", Fixture.consent)
        let order = fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"brief","numbers":["x"]}"#)
        let path = "/v1/operators/acme/number-orders/\(order["id"].string ?? "")"
        #expect(listed() == ["brief", "contoso"] && fixture.client.ask(.get, path).status == 200)
        #expect(isShown("brief", after: 0) && isShown("brief", after: 1) && !isShown("brief", after: -1))
        fixture.client.must(.delete, "/v1/tenants/brief")
        #expect(listed() == ["contoso"] && fixture.client.ask(.get, path).status == 404 && !isShown("brief", after: 1_000_000))
        fixture.client.must(.put, "/v1/tenants/brief", #"{"displayName":"Another","country":"US"}"#)
        #expect(listed() == ["contoso"] && fixture.client.ask(.get, path).status == 404)
        #expect(isShown("brief", after: 0) && isShown("brief", after: 1) && !isShown("brief", after: -1))
    }
}
