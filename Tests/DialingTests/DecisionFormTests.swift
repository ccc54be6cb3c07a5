import Dialing
import Foundation
import Testing

@testable import Service

@Suite struct DecisionFormTests {
    static func json(_ decision: Decision) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(JSON.encode(decision))) as? [String: Any])
    }

    @Test("a grant of a policy that there is not is told, and what is left counts")
    func unknownGrant() {
        var contoso = Contoso.worked()
        contoso.users[0].grants.audioConferencingRoutingPolicy = "Gone"
        let decision = contoso.decide("+14255550123")
        #expect(decision.summary == WorkedCasesTests.threeWays && decision.policy?.source == .global)
        #expect(decision.because.contains { $0.contains("Gone") }, "\(decision.because)")
    }

    @Test("the contract's object, with its nulls") func routed() throws {
        let object = try Self.json(Contoso.worked().decide("+1 425 555 0123"))
        let keys = "verdict gate reason organizer licence dialled number country policy usage routes because configVersion"
        #expect(Set(object.keys) == Set(keys.split(separator: " ").map(String.init)))
        #expect(object["gate"] is NSNull && object["reason"] is NSNull)
        #expect(object["verdict"] as? String == "route" && object["licence"] as? String == "OperatorConnectConferencing")
        #expect(object["number"] as? String == "+14255550123" && object["country"] as? String == "US")
        #expect(object["dialled"] as? String == "+1 425 555 0123" && object["usage"] as? String == "US and Canada")
        #expect(object["policy"] as? [String: String] == ["name": "Global", "source": "global"])
        let route = try #require((object["routes"] as? [[String: Any]])?.first)
        #expect(Set(route.keys) == ["route", "priority", "operator", "gateway", "callerId", "usable", "why"])
        #expect(route["operator"] as? String == "a" && route["gateway"] is NSNull)
        #expect(route["callerId"] as? String == "+12065550100" && route["why"] is NSNull && route["usable"] as? Bool == true)
    }

    @Test("a refusal has its gate and reason, and nulls for what was not reached") func refused() throws {
        let object = try Self.json(Contoso.worked().decide("call me"))
        #expect(object["verdict"] as? String == "refuse" && object["gate"] as? String == "number")
        #expect(object["reason"] as? String == "invalidNumber" && object["number"] is NSNull && object["policy"] is NSNull)
        #expect((object["routes"] as? [Any])?.isEmpty == true)
    }

    @Test("an operator sees its own candidates and nothing of the tenant") func redacted() throws {
        let decision = Contoso.worked().decide("+14255550123")
        let text = String(decoding: JSON.encode(decision.redactedForOperator("b")), as: UTF8.self)
        for secret in [
            "alice", "Alice", "Contoso", "contoso", "US-CAN", "US and Canada", "Global", "+12065550100", "\"a\"", "OperatorConnect",
        ] {
            #expect(!text.contains(secret), "\(secret) in \(text)")
        }
        #expect(decision.redactedForOperator("b").because == ["b may carry the call with caller ID +12065550101."])
        #expect(decision.redactedForOperator("c").because == ["The call does not go through c."])
    }

    @Test("every part of a decision is withheld from an operator but for the number, the country and its own candidates")
    func withheld() throws {
        var decision = Contoso.worked().decide("+14255550123")
        decision.serviceCallerID = try E164("+12065550199")
        let redacted = decision.redactedForOperator("b")
        #expect(redacted.organizer == Decision.withheld && redacted.dialled == "+14255550123" && redacted.number == decision.number)
        #expect(redacted.licence == nil && redacted.policy == nil && redacted.usage == nil && redacted.serviceCallerID == nil)
        #expect(decision.licence != nil && decision.policy != nil && decision.usage != nil)
        #expect(redacted.routes.map(\.operator) == ["b"] && redacted.routes.allSatisfy { $0.route == Decision.withheld })
        #expect(redacted.routes.allSatisfy { $0.pattern == Decision.withheld } && redacted.findings.count == 1)
        #expect(Contoso.worked().decide("call me").redactedForOperator("b").dialled == Decision.withheld)
    }

    @Test("a recorded decision is redacted like the one that was made") func recorded() throws {
        var undecided = Contoso.worked()
        undecided.tenant.voiceRoutes["US-CAN B"]?.numberPattern = "^\\+(\\d+)+[xy]\\1?$"
        var suspended = Contoso.worked()
        suspended.tenant.operators[1].status = .suspended
        for contoso in [Contoso.worked(), undecided, suspended] {
            let decision = contoso.decide("+14255550123456"), other = contoso.decide("+14255550123")
            for made in [decision, other] {
                let recorded = try JSON.decode(Decision.self, JSON.encode(made))
                for id in ["a", "b", "c"] {
                    let redacted = recorded.redactedForOperator(id)
                    #expect(redacted == made.redactedForOperator(id))
                    #expect(redacted.because == made.redactedForOperator(id).because)
                    let text = String(decoding: JSON.encode(redacted), as: UTF8.self)
                    for secret in ["US-CAN", "\\\\d", "alice", "ontoso", "Global"] {
                        #expect(!text.contains(secret), "\(secret) in \(text)")
                    }
                }
            }
        }
    }

    @Test("a change keeps its form when it is stored") func changes() throws {
        for change in Contoso.worked().changes + [.removeTenant("t"), .removeUser(tenant: "t", upn: "u@t.example"), .removeOperator("o")] {
            #expect(try JSONDecoder().decode(DirectoryChange.self, from: JSONEncoder().encode(change)) == change)
        }
    }
}
