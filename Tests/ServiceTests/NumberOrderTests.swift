import Service
import Simulation
import Testing
import Web

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
}
