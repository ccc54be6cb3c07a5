import Dialing
import Testing

@testable import Cmdlets

@Suite("The seed's four steps")
struct SeedTests {
    @Test("as printed, with the number and the organizer put in")
    func steps() throws {
        var session = AdminFixture.session
        let outcome = session.run(AdminFixture.seed)
        #expect(outcome.results.compactMap(\.error) == [])
        #expect(outcome.applied)
        #expect(outcome.warnings == [])
        #expect(outcome.results.map(\.line) == [1, 2, 3, 4, 5])
        #expect(session.tenant.pstnUsages == ["International"])
        let route = try #require(session.tenant.voiceRoutes["international"])
        #expect(route.numberPattern == "\\d+" && route.priority == 1 && route.onlinePstnUsages == ["International"])
        #expect(route.bridgeSourcePhoneNumber == AdminFixture.number("+14255550100"))
        #expect(session.tenant.routingPolicies["International Policy"]?.onlinePstnUsages == ["International"])
        #expect(session.users["alice@contoso.example"]?.grants.audioConferencingRoutingPolicy == "International Policy")
        #expect(outcome.changes.tenant == session.tenant)
        #expect(outcome.changes.users.map(\.upn) == ["alice@contoso.example"])
    }

    @Test("granted to everybody")
    func global() throws {
        var session = AdminFixture.seeded
        let outcome = session.run("Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName \"International Policy\"")
        #expect(outcome.applied)
        let global = try #require(session.tenant.routingPolicies["Global"])
        #expect(global.onlinePstnUsages == ["International"] && global.copiedFrom == "International Policy")
        #expect(outcome.changes.users.isEmpty)
    }

    @Test("with the placeholders left in, the reader says what they are")
    func placeholders() throws {
        var session = AdminFixture.session
        let step2 = """
            New-CsOnlineVoiceRoute -Identity "International" -NumberPattern "\\d+" -OnlinePstnUsages "International" -BridgeSourcePhoneNumber <an Operator Connect Conferencing number assigned to your Audio Conferencing bridge>
            """
        let error = try session.run(step2).failure()
        #expect(error.category == .parserError && error.message.contains("placeholder") && error.line == 1 && error.column == 130)
        let step4 =
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity <identity of the organizer of the meeting> -PolicyName \"International Policy\""
        #expect(try session.run(step4).failure().message.contains("placeholder"))
    }
}
