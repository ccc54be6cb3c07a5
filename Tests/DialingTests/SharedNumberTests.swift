import Testing

@testable import Dialing

/// A number that many tenants may have is the service's own carrier's to say, and no one tenant's at the same time (domain reference §7.4).
@Suite struct SharedNumberTests {
    private static let listed = number("+12065550111"), own = number("+14255550122")

    /// Two tenants with a number of the carrier's each, and one that is shared by all that are made.
    private static func directory() throws -> Directory {
        var directory = Contoso.worked().directory()
        var carrier = try #require(directory.operator(Operator.serviceCarrier))
        carrier.sharedNumbers = [.init(number: listed)]
        var other = Tenant(id: "other", displayName: "Other", country: country("US"))
        other.numbers = [GuardTests.assignment(own, Operator.serviceCarrier)]
        try directory.apply([.putOperator(carrier), .putTenant(other)], version: 2)
        return directory
    }

    private static func assignment(_ number: E164, shared: Bool?) -> PhoneNumberAssignment {
        var assignment = GuardTests.assignment(number, Operator.serviceCarrier)
        assignment.shared = shared
        return assignment
    }

    @Test("the platform's document makes no number shared, nor one tenant's that is shared")
    func documents() throws {
        var directory = try Self.directory()
        let before = try #require(directory.tenant("other"))
        let changes: [(field: String, change: (inout Tenant) -> Void)] = [
            ("numbers[\(Self.own)].shared", { $0.numbers[0].shared = true }),
            ("numbers[\(Self.listed)].shared", { $0.numbers.append(Self.assignment(Self.listed, shared: nil)) }),
            ("numbers[+14255550123].shared", { $0.numbers.append(Self.assignment(number("+14255550123"), shared: true)) }),
        ]
        for (field, change) in changes {
            var tenant = before
            change(&tenant)
            let refused = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(tenant)], by: .platform, version: 3) }
            #expect(refused?.field == field && refused?.kind == .invalid, "\(refused as Any)")
        }
        #expect(directory.holder(of: Self.own) == "other" && directory.tenant("other") == before)
    }

    @Test("a shared number is one tenant's again when no other has it and the carrier does not list it")
    func unshared() throws {
        var directory = try Self.directory()
        for id in ["contoso", "other"] {
            var tenant = try #require(directory.tenant(id))
            tenant.numbers.append(Self.assignment(Self.listed, shared: true))
            try directory.apply([.putTenant(tenant)], by: .platform, version: 3)
        }
        var carrier = try #require(directory.operator(Operator.serviceCarrier)), other = try #require(directory.tenant("other"))
        var contoso = try #require(directory.tenant("contoso"))
        carrier.sharedNumbers = nil
        try directory.apply([.putOperator(carrier)], by: .platform, version: 4)
        other.numbers[1].shared = nil
        let refused = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(other)], by: .platform, version: 5) }
        #expect(refused?.field == "numbers[\(Self.listed)].shared" && refused?.rule == "is true of a shared number of service-carrier")
        contoso.numbers.removeLast()
        try directory.apply([.putTenant(contoso)], by: .platform, version: 5)
        try directory.apply([.putTenant(other)], by: .platform, version: 6)
        #expect(directory.holder(of: Self.listed) == "other" && !directory.isShared(Self.listed))
    }

    @Test("a number that the carrier shares is no operator's, whether a tenant has it already or not")
    func orders() throws {
        let directory = try Self.directory()
        var intake = NumberIntake(directory, into: try #require(directory.tenant("contoso")))
        let refusal = intake.take(Self.listed, NumberFacts(of: Self.listed), from: "a", for: .conference)
        #expect(refusal?.code == .sharedNumber)
        #expect(intake.take(Self.listed, NumberFacts(of: Self.listed), from: Operator.serviceCarrier, for: .conference) == nil)
    }

    private static let refused: [(field: String, kind: InvalidChange.Kind, shared: Operator.SharedNumber)] = [
        ("", .conflict, .init(number: own)), (".city", .invalid, .init(number: number("+12065550112"), city: "a\nb")),
        (".city", .invalid, .init(number: number("+12065550112"), city: "")),
        (".languages", .invalid, .init(number: number("+12065550112"), languages: ["xx-YY"])),
        (".languages", .invalid, .init(number: number("+12065550112"), languages: ["EN-us"])),
        (".languages", .invalid, .init(number: number("+12065550112"), languages: ["en-US", "en-US"])),
    ]

    @Test("what new tenants could not take is not shared, and stays where a store holds it", arguments: refused.indices)
    func lists(_ row: Int) throws {
        let (field, kind, shared) = Self.refused[row]
        var directory = try Self.directory(), carrier = try #require(directory.operator(Operator.serviceCarrier))
        carrier.sharedNumbers?.append(shared)
        let refused = #expect(throws: InvalidChange.self) { try directory.apply([.putOperator(carrier)], by: .platform, version: 3) }
        #expect(refused?.field == "sharedNumbers[\(shared.number)]\(field)" && refused?.kind == kind, "\(refused as Any)")
        try directory.apply([.putOperator(carrier)], version: 3)
        carrier.name = "Own"
        try directory.apply([.putOperator(carrier)], by: .platform, version: 4)
        #expect(directory.operator(Operator.serviceCarrier) == carrier)
    }
}
