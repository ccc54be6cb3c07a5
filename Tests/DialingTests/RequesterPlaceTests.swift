import Dialing
import Patterns
import Testing

/// Who asks and from where: emergency numbers of both places, and policies that come by a group.
@Suite struct RequesterPlaceTests {
    @Test("an emergency number of the organizer's country is none to dial for a member elsewhere", arguments: ["110", "112", "911"])
    func emergency(dialled: String) {
        var contoso = Contoso.worked()
        for index in contoso.users.indices where contoso.users[index].upn.hasPrefix("alice") {
            contoso.users[index].usageLocation = country("DE")
        }
        let decision = contoso.decide(dialled, by: "stella@contoso.example")
        #expect(decision.summary == "number emergencyNumber", "\(decision.because)")
    }

    @Test("a toll-free number of North America may be of any country that dials 011, and none of another plan")
    func tollFree() {
        let american = NumberFacts(of: number("+18005550199")), british = NumberFacts(of: number("+448001111111"))
        #expect(american.isTollFree && american.mayBe(of: country("US")) && american.mayBe(of: country("CA")))
        #expect(british.isTollFree && british.mayBe(of: country("GB")) && !british.mayBe(of: country("US")))
    }

    @Test("a route whose operator has no trunk in service that can write the number is passed over", arguments: [true, false])
    func disabledTrunks(isEnabled: Bool) {
        var contoso = Contoso.worked(), plain = Trunk(name: "plain", uri: "sip:127.0.0.1:5071")
        plain.enabled = isEnabled
        for index in contoso.operators.indices where contoso.operators[index].id == "a" {
            contoso.operators[index].trunks[0].calledNumberRules = [
                NumberRule(name: "none", pattern: "^\\+1(\\d+)$", translation: "x$1")
            ]
            contoso.operators[index].trunks.append(plain)
        }
        let routes = contoso.decide("+14255550123").routes
        #expect(routes.first { $0.route == "US-CAN A" }?.usable == isEnabled, "\(routes.map { $0.why ?? "" })")
    }
}
