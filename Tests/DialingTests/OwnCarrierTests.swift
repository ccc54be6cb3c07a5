import Dialing
import Testing

/// Numbers of the service's own carrier, with which a tenant has no agreement.
@Suite("Numbers of the own carrier")
struct OwnCarrierTests {
    @Test("no administrator gives one back; one whose operator has left may go", arguments: [true, false])
    func release(isOwn: Bool) throws {
        var contoso = Contoso()
        contoso.tenant.bridge.defaultServiceNumber = nil
        for index in contoso.tenant.numbers.indices { contoso.tenant.numbers[index].status = .unassigned }
        contoso.tenant.operators.removeAll { $0.operatorID == "a" }
        var directory = contoso.directory(), after = contoso.tenant
        after.numbers.removeAll { $0.operatorID == (isOwn ? Operator.serviceCarrier : "a") }
        func remove() throws(InvalidChange) { try directory.apply([.putTenant(after)], by: .administrator, version: 2) }
        guard isOwn else { return try remove() }
        let refused = #expect(throws: InvalidChange.self) { try remove() }
        #expect(refused?.kind == .forbidden && refused?.field == "numbers[\(Contoso.defaultNumber)]")
    }
}
