import Dialing
import Patterns
import Testing

@Suite struct ReplayTests {
    @Test("a candidate against the past: what changes operator, caller ID, or becomes unroutable") func replay() throws {
        let contoso = Contoso.worked()
        let directory = contoso.directory()
        func record(_ id: String, _ dialled: String, _ operatorID: String?, _ callerID: E164?) -> RecordedDialOut {
            RecordedDialOut(
                id: id, inquiry: Inquiry(organizer: "alice@contoso.example", dialled: dialled), operatorID: operatorID, callerID: callerID)
        }
        let records =
            [
                record("same", "+14255550123", "a", Contoso.numberOfA), record("caller", "+14255550123", "a", Contoso.numberOfB),
                record("operator", "+14255550123", "c", Contoso.numberOfC), record("refused", "12", nil, nil),
                record("freed", "+14255550123", nil, nil),
            ] + (0..<9).map { record("lost \($0)", "+442079460000", "c", Contoso.numberOfC) }
        var candidate = contoso.tenant
        candidate.voiceRoutes["INTL"] = nil
        let report = try directory.replay(candidate: candidate, over: records, using: Pattern.Scratch())
        #expect(report.total == 14 && report.unchanged == 2 && report.changedCallerID == 1 && report.changedOperator == 1)
        #expect(report.becameUnroutable == 9 && report.becameRoutable == 1)
        #expect(report.examples.map(\.id) == ["caller", "operator", "freed"] + (0..<5).map { "lost \($0)" })
        #expect(report.examples.last?.because.last?.contains("No route is left") == true)
        #expect(directory.tenant("contoso") == contoso.tenant, "the candidate is not put in force")
    }

    @Test("a broken candidate is refused as a write would be") func broken() {
        var candidate = Contoso.worked().tenant
        candidate.voiceRoutes["INTL"]?.numberPattern = "("
        let directory = Contoso.worked().directory()
        #expect(throws: InvalidChange.self) { try directory.replacing(tenant: candidate) }
    }
}
