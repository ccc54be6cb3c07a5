import FarEnd
import SIP
import Service
import Simulation
import Testing
import Web

@Suite struct WithheldCallerIDTests {
    @Test("a tenant's withholdCallerID is Privacy: id on the wire, and its absence Privacy: none", arguments: [true, false])
    func privacy(isWithheld: Bool) throws {
        let fixture = try Fixture()
        let path = "/v1/tenants/contoso/document"
        let document = String(decoding: JSON.encode(fixture.client.must(.get, path)), as: UTF8.self)
        #expect(document.contains(#""withholdCallerID":false"#), "\(document)")
        fixture.client.must(.put, path, document.replacing(#""withholdCallerID":false"#, with: #""withholdCallerID":\#(isWithheld)"#))
        _ = fixture.dial("+14255550123")
        fixture.pass(.seconds(2))
        let call = try #require(fixture.trunks[0].calls.values.first)
        #expect(call.privacy == (isWithheld ? "id" : "none"))
        #expect(call.assertedIdentity == "+14255550100")
    }
}
