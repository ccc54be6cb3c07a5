import Testing

@testable import Cmdlets

/// What looks like a change and is none, as a `Set-` cmdlet takes the identity alone from what is piped in.
@Suite("Piped changes")
struct PipedChangeTests {
    private static let route = "$r = Get-CsOnlineVoiceRoute International; "
    private static let losses: [(script: String, words: [String])] = [
        (
            route + "$r.NumberPattern = '^\\+99'; $r | Set-CsOnlineVoiceRoute",
            ["whose NumberPattern is not what is kept", "-NumberPattern $_.NumberPattern"]
        ),
        (
            "'Identity,Description', 'International,New' | ConvertFrom-Csv | Set-CsOnlineVoiceRoute",
            ["Set-CsOnlineVoiceRoute takes the identity alone", "Description is not"]
        ),
        (route + "$r.Description = 'x'; $r.Priority = 7; $r | Set-CsOnlineVoiceRoute", ["Description and Priority are not"]),
    ]

    @Test("are refused where nothing would change", arguments: losses.indices)
    func refused(index: Int) throws {
        let (script, words) = Self.losses[index]
        var session = AdminFixture.seeded
        let error = try session.run(script).failure()
        for word in words { #expect(error.message.contains(word), "\(script): \(error.message)") }
    }

    private static let warnings: [(script: String, warning: String?)] = [
        (route + "$r.Description = 'x'; $r | Set-CsOnlineVoiceRoute -NumberPattern '^\\+44'", "whose Description is not what is kept and"),
        (route + "$r.Description = 'x'; $r | Set-CsOnlineVoiceRoute -Description $r.Description", nil),
        (route + "$r | Set-CsOnlineVoiceRoute -Description x", nil),
        ("Get-CsOnlineVoiceRoute | Set-CsOnlineVoiceRoute -Description x", nil),
        ("Get-CsOnlineVoiceRoute | Export-Csv r.csv; Import-Csv r.csv | Set-CsOnlineVoiceRoute -Description x", nil),
        (
            "Set-CsOnlineVoiceRoute International",
            "Set-CsOnlineVoiceRoute is given nothing to change; it takes -Description, -NumberPattern"
        ),
        (route + "$r | Set-CsOnlineVoiceRoute -Force", "is given nothing to change"),
        ("Set-CsOnlineDialInConferencingTenantSettings", "is given nothing to change"),
        ("Set-CsOnlineDialInConferencingUser alice -BridgeName 'Conference Bridge'", "is given nothing to change; it takes -"),
        ("$b = Get-CsOnlineDialInConferencingBridge; $b.Name = 'B'; $b | Set-CsOnlineDialInConferencingBridge", nil),
    ]

    @Test("are told where something else changes, or nothing at all", arguments: warnings.indices)
    func warned(index: Int) {
        let (script, warning) = Self.warnings[index]
        var session = AdminFixture.seeded
        let outcome = session.run(script), warnings = outcome.warnings
        #expect(outcome.applied, "\(script): \(outcome)")
        #expect(warning == nil ? warnings.isEmpty : warnings.count == 1 && warnings[0].contains(warning!), "\(script): \(warnings)")
    }
}
