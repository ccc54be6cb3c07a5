import Dialing
import Testing

@testable import Cmdlets

/// A tenant as it is before an administrator begins: two operators, their numbers, one number of the service's own carrier.
enum AdminFixture {
    static let telecom = Operator(id: "contoso-telecom", name: "Contoso Telecom", countries: [Country("US")!])
    static let nordic = Operator(id: "nordic-voice", name: "Nordic Voice", countries: [Country("US")!, Country("SE")!])
    static let voiceOnly = Operator(id: "voice-only", name: "Voice Only", products: [.calling], countries: [Country("US")!])

    static func number(_ text: String) -> E164 { try! E164(text) }

    static var tenant: Tenant {
        var tenant = Tenant(id: "contoso", displayName: "Contoso", country: Country("US")!)
        let contact = TenantOperator.Contact(fullName: "Ann Admin", email: "ann@contoso.example")
        tenant.operators = [telecom, nordic, voiceOnly].map {
            TenantOperator(operatorID: $0.id, countries: $0.countries, contact: contact, companySize: "1-50")
        }
        tenant.numbers = [
            PhoneNumberAssignment(telephoneNumber: number("+14255550100"), operatorID: telecom.id, country: Country("US"), city: "Redmond"),
            PhoneNumberAssignment(
                telephoneNumber: number("+12065550100"), operatorID: nordic.id, country: Country("US"), status: .conferenceAssigned),
            PhoneNumberAssignment(
                telephoneNumber: number("+18005550100"), operatorID: telecom.id, country: Country("US"), isTollFree: true,
                status: .conferenceAssigned),
            PhoneNumberAssignment(
                telephoneNumber: number("+14255550199"), operatorID: Operator.serviceCarrier, country: Country("US"),
                status: .conferenceAssigned),
            PhoneNumberAssignment(
                telephoneNumber: number("+18885550199"), operatorID: Operator.serviceCarrier, country: Country("US"), isTollFree: true,
                status: .conferenceAssigned),
            PhoneNumberAssignment(telephoneNumber: number("+14255550111"), operatorID: telecom.id, country: Country("US"), usage: .user),
            PhoneNumberAssignment(telephoneNumber: number("+14255550122"), operatorID: voiceOnly.id, country: Country("US")),
            PhoneNumberAssignment(
                telephoneNumber: number("+14255550133"), operatorID: telecom.id, country: Country("US"), usage: .user, status: .userAssigned
            ),
        ]
        return tenant
    }

    static var users: Users {
        let people = [
            User(
                upn: "alice@contoso.example", displayName: "Alice", licences: Licences([Licence.operatorConnectConferencing]),
                groups: ["Sales"]),
            User(
                upn: "bob@contoso.example", displayName: "Bob", usageLocation: Country("GB"),
                licences: Licences([Licence.audioConferencingStandard])),
            User(upn: "carol@contoso.example", displayName: "Carol", groups: ["Sales", "Board"]),
            User(upn: "bob2@contoso.example", displayName: "Twin"), User(upn: "bob3@contoso.example", displayName: "Twin"),
        ]
        return Users(people)
    }

    static var session: CmdletSession { CmdletSession(tenant: tenant, users: users, operators: [telecom, nordic, voiceOnly]) }

    /// After the seed's four steps.
    static let seed = """
        Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -BridgeName "Conference Bridge"
        Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="International"}
        New-CsOnlineVoiceRoute -Identity "International" -NumberPattern "\\d+" -OnlinePstnUsages "International" -BridgeSourcePhoneNumber +14255550100
        New-CsOnlineAudioConferencingRoutingPolicy "International Policy" -OnlinePstnUsages "International"
        Grant-CsOnlineAudioConferencingRoutingPolicy -Identity alice@contoso.example -PolicyName "International Policy"
        """

    static var seeded: CmdletSession {
        var session = session
        _ = session.run(seed)
        return session
    }
}

extension ScriptOutcome {
    /// The error of the last command, which must have failed, and nothing applied.
    func failure(_ location: SourceLocation = #_sourceLocation) throws -> CmdletError {
        #expect(!applied, sourceLocation: location)
        #expect(changes.isEmpty, sourceLocation: location)
        return try #require(results.last?.error, sourceLocation: location)
    }

    /// The values of one property of everything put out by the last command, as text.
    func last(_ property: String) -> [String] { results.last?.output.map { $0[property]?.shown ?? "?" } ?? [] }
    var warnings: [String] { results.flatMap(\.warnings) }
}
