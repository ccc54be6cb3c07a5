import Dialing
import Testing

/// What an operator and its trunks say of themselves, whoever sets it; what a store holds already stays.
@Suite struct OperatorFormTests {
    private static let refused: [(field: String, change: @Sendable (inout Operator) -> Void)] = [
        ("name", { $0.name = "" }), ("name", { $0.name = "a\nb" }), ("name", { $0.name = String(repeating: "n", count: 257) }),
        ("countries", { $0.countries = [country("US"), country("CA"), country("US")] }),
        ("products", { $0.products = [.conferencing, .conferencing] }), ("failoverCodes", { $0.failoverCodes = [503, 408, 503] }),
        ("trunks[a-1].redirectHosts", { $0.trunks[0].redirectHosts = ["a.example", "A.example"] }),
        ("trunks[a-1].username", { $0.trunks[0].username = "u\"\r\nX-Evil: 1" }), ("trunks[a-1].username", { $0.trunks[0].username = "" }),
    ]

    @Test("each is refused and stays where a store holds it", arguments: refused.indices)
    func isRefused(row: Int) throws {
        let (field, change) = Self.refused[row]
        var directory = Contoso.worked().directory()
        let before = try #require(directory.operator("a"))
        var carrier = before
        change(&carrier)
        let refused = #expect(throws: InvalidChange.self) { try directory.apply([.putOperator(carrier)], by: .platform, version: 2) }
        #expect(refused?.document == "operator a" && refused?.field == field && refused?.kind == .invalid, "\(refused as Any)")
        #expect(directory.operator("a") == before)
        try directory.apply([.putOperator(carrier)], version: 2)
        carrier.trunks[0].priority = 7
        carrier.failoverSeconds = 20
        try directory.apply([.putOperator(carrier)], by: .platform, version: 3)
        #expect(directory.operator("a") == carrier)
    }

    @Test("an operator sets no username of its trunk that would end a line")
    func ofItsOwn() throws {
        var directory = Contoso.worked().directory(), carrier = try #require(directory.operator("a"))
        carrier.trunkSettings = [.username]
        try directory.apply([.putOperator(carrier)], by: .platform, version: 2)
        carrier.trunks[0].username = "u\r\n"
        let refused = #expect(throws: InvalidChange.self) { try directory.apply([.putOperator(carrier)], by: .operator("a"), version: 3) }
        #expect(refused?.field == "trunks[a-1].username")
        carrier.trunks[0].username = "übung"
        try directory.apply([.putOperator(carrier)], by: .operator("a"), version: 3)
    }
}
