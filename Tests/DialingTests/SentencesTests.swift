import Dialing
import Foundation
import Patterns
import Testing

/// What people are told, as a text to read through. `GOLDEN=update` in the environment rewrites it; the difference is the review.
@Suite struct SentencesTests {
    @Test("the sentences are those on file") func golden() throws {
        var lines: [String] = []
        for row in GateTests.requesters + GateTests.organizers + GateTests.numbers + GateTests.policies + GateTests.routes
            + GateTests.gateways + GateTests.carriers + GateTests.credits
        {
            var contoso = Contoso.worked()
            row.change(&contoso)
            let decision = contoso.decide(row.dialled, organizer: row.organizer, by: row.requester, kind: row.kind, pool: row.pool)
            lines.append("# \(row.testDescription): \(row.dialled) → \(decision.summary)")
            lines += decision.because + [""]
        }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/sentences.txt")
        let text = lines.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["GOLDEN"] == "update" { try text.write(to: file, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test("a tenant that there is not is named") func unknownTenant() {
        let inquiry = Inquiry(organizer: "alice@contoso.example", dialled: "+14255550123", kind: .inviteNumber)
        let decision = Contoso().directory().decide(inquiry, tenant: "fabrikam", using: Pattern.Scratch())
        #expect(decision.because == ["There is no tenant fabrikam."] && decision.verdict == .refuse)
    }

    @Test("a name turns no sentence around") func directions() {
        var decision = Contoso.worked().decide("+14255550123")
        decision.findings = [.told(["Bob \u{202E} holds it, for \u{2066}“all”\u{2069} —."])]
        #expect(decision.because == ["Bob  holds it, for “all” —."] && decision.conclusion == decision.because.last)
    }

    @Test("twenty routes of a usage are told one by one, the rest counted") func manyRoutes() {
        var contoso = Contoso()
        for index in 0..<50 { contoso.route("R\(index)", "^\\+44", "All", Contoso.numberOfA, priority: index) }
        contoso.tenant.routingPolicies["Global"] = AudioConferencingRoutingPolicy(name: "Global", onlinePstnUsages: ["All"])
        let because = contoso.decide("+14255550123").because
        #expect(because.filter { $0.hasPrefix("Route R") }.count == Finding.routesTold)
        #expect(because.contains("Nor does any of the other 30 routes of usage All."))
        #expect(because.contains("Route R0 of usage All does not match: its pattern ^\\+44 finds nothing in +14255550123."))
    }

    @Test("in the usage that wins, the routes that do not match are told in their place") func unmatchedBesideMatched() {
        var contoso = Contoso.worked(usages: ["US and Canada"])
        contoso.tenant.voiceRoutes["US-CAN A"]?.numberPattern = "^\\+1206\\d{7}$"
        contoso.route("Hawaii", "^\\+1808\\d{7}$", "US and Canada", Contoso.numberOfC, priority: 9)
        #expect(
            contoso.decide("+14255550123").because.suffix(3) == [
                "Route US-CAN A of usage US and Canada does not match: its pattern ^\\+1206\\d{7}$ finds nothing in +14255550123.",
                "Route US-CAN B of usage US and Canada, priority 2, matches: its pattern ^\\+1(\\d{10})$ is found in +14255550123; "
                    + "operator b carries the call with caller ID +12065550101.",
                "Route Hawaii of usage US and Canada does not match: its pattern ^\\+1808\\d{7}$ finds nothing in +14255550123.",
            ])
    }

    @Test("a group's grant is told with the group and its rank, and Global with what was copied to it") func origins() {
        var contoso = Contoso.worked()
        contoso.tenant.routingPolicies["Sales"] = AudioConferencingRoutingPolicy(name: "Sales", onlinePstnUsages: ["International"])
        contoso.tenant.routingPolicies["Global"]?.copiedFrom = "Sales"
        contoso.tenant.groupAssignments = [
            GroupPolicyAssignment(group: "Sales EMEA", policyType: .onlineAudioConferencingRoutingPolicy, policyName: "Sales", rank: 1)
        ]
        contoso.user("gus", [.operatorConnectConferencing]) { $0.groups = ["SALES EMEA"] }
        #expect(
            contoso.decide("+14255550123", organizer: "gus").because.contains(
                "Routing policy Sales comes to Gus through the group Sales EMEA, which has rank 1."))
        #expect(
            contoso.decide("+14255550123").because.contains(
                "No routing policy is granted to Alice or a group of theirs, so Global applies, to which the values of Sales were copied."))
    }

    @Test("thirty-two usages are told one by one, the rest counted") func manyUsages() {
        var contoso = Contoso()
        for index in 0..<40 { contoso.route("R\(index)", "^\\+44", "U\(index)", Contoso.numberOfA, priority: index) }
        contoso.tenant.routingPolicies["Global"] = AudioConferencingRoutingPolicy(
            name: "Global", onlinePstnUsages: (0..<40).map { "U\($0)" })
        let because = contoso.decide("+14255550123").because
        #expect(because.filter { $0.hasPrefix("Route R") }.count == 32)
        #expect(because.contains("Nor does any route of the other 8 usages of routing policy Global."))
    }
}
