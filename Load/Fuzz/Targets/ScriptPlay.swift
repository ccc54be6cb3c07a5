import Cmdlets
import Dialing

/// A script run on a small tenant. The first byte says what the rest is: an even one, a script as text; an odd one, the choices of a script
/// drawn from the grammar, and with a remainder of 3 by 4 one that finds the variables of another set.
///
/// Whatever it is, nothing is changed unless it is applied, what it leaves for the next script can be read again, and the same script does the
/// same again.
struct ScriptPlay {
    private let mode: UInt8
    private let rest: [UInt8]

    init(_ bytes: [UInt8]) { (mode, rest) = (bytes.first ?? 0, Array(bytes.dropFirst())) }

    func play() {
        guard mode.isMultiple(of: 2) else { return playDrawn() }
        guard let text = String(validating: rest, as: UTF8.self) else { return }
        _ = (TypedScript.isUnfinished(text), Completion(of: text).candidates.count)
        _ = run(text, on: Self.tenant, variables: "")
    }

    private func playDrawn() {
        var grammar = ScriptGrammar(Choices(rest))
        let first = run(grammar.script(), on: Self.tenant, variables: "")
        guard mode % 4 == 3, let variables = first.outcome.variables else { return }
        _ = run(grammar.script(), on: first.session, variables: variables)
    }

    private func run(_ script: String, on before: CmdletSession, variables: String) -> (session: CmdletSession, outcome: ScriptOutcome) {
        var input = RunInput()
        input.variables = variables
        var session = before
        let outcome = session.run(script, input)
        if outcome.applied {
            precondition(outcome.needs == nil && outcome.variables != nil)
        } else {
            precondition(session.tenant == before.tenant && session.users == before.users && outcome.changes.isEmpty)
            precondition(outcome.needs != nil || outcome.results.last?.error != nil, "a script that is not applied says why")
        }
        var again = before
        precondition(again.run(script, input).applied == outcome.applied && again.tenant == session.tenant && again.users == session.users)
        if let kept = outcome.variables {
            precondition(kept.utf8.count <= SessionText.limit)
            var next = RunInput()
            next.variables = kept
            var copy = session
            let idle = copy.run("", next)
            precondition(idle.applied && idle.variables == kept, "what is kept of a session can be read")
        }
        return (session, outcome)
    }

    private static let tenant: CmdletSession = {
        var tenant = Tenant(id: "contoso", displayName: "Contoso", country: Country("US")!)
        let carrier = Operator(id: "contoso-telecom", name: "Contoso Telecom", countries: [Country("US")!])
        let contact = TenantOperator.Contact(fullName: "Ann Admin", email: "ann@contoso.example")
        tenant.operators = [TenantOperator(operatorID: carrier.id, countries: carrier.countries, contact: contact, companySize: "1-50")]
        tenant.numbers = [
            PhoneNumberAssignment(
                telephoneNumber: try! E164("+14255550100"), operatorID: carrier.id, country: Country("US"), status: .conferenceAssigned)
        ]
        let users = Users(
            ["alice", "bob"].map {
                User(upn: "\($0)@contoso.example", displayName: $0, licences: Licences([Licence.operatorConnectConferencing]))
            })
        var session = CmdletSession(tenant: tenant, users: users, operators: [carrier])
        _ = session.run(
            "Set-CsOnlinePstnUsage -Usage x; New-CsOnlineVoiceRoute International -NumberPattern '\\d+' -OnlinePstnUsages x -BridgeSourcePhoneNumber +14255550100"
        )
        return session
    }()
}

/// Bytes of the input as chance; when they are used up, a fixed sequence.
private struct Choices: RandomNumberGenerator {
    private var bytes: ArraySlice<UInt8>
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        guard let byte = bytes.popFirst() else { return state }
        // The upper bits choose.
        return UInt64(byte) << 56 | state >> 8
    }
}
