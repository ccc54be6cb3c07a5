import Basis
import Simulation
import Testing
import Web

@testable import Service

/// A service that nobody has any more is gone, with all that its owners hold: they are called back through it, and hold it weakly.
@Suite("A service that is let go")
struct LettingGoTests {
    /// `@unchecked Sendable`: looked at when nobody has them any more.
    private struct Owners: @unchecked Sendable {
        weak var dialOuts: DialOuts?
        weak var administration: Administration?
        weak var ledger: Ledger?
        weak var orders: NumberOrders?
    }

    @Test("it is gone, whatever was dialled, changed, watched and drained")
    func gone() throws {
        weak var service: Service?
        var owners = Owners()
        try {
            let fixture = try Fixture()
            service = fixture.service
            owners = fixture.service.assumeIsolated {
                Owners(dialOuts: $0.dialOuts, administration: $0.administration, ledger: $0.ledger, orders: $0.orders)
            }
            #expect(service != nil && owners.dialOuts != nil && owners.orders != nil)
            fixture.client.must(.put, "/v1/tenants/fabrikam", #"{"displayName":"Fabrikam","country":"US"}"#)
            fixture.client.must(.delete, "/v1/tenants/fabrikam")
            _ = fixture.client.ask(
                .post, "/v1/meetings/m/dial-outs", #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"911"}"#)
        }()
        #expect(service == nil && owners.dialOuts == nil && owners.administration == nil && owners.ledger == nil && owners.orders == nil)
    }
}
