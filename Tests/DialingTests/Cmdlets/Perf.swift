import Testing
@testable import Dialing
@Suite struct Perf {
    @Test func many() {
        var session = AdminFixture.seeded
        let clock = ContinuousClock()
        let lines = (0..<5_000).map { "New-CsOnlineVoiceRoute -Identity r\($0) -NumberPattern '^\\+1(425|206)(\\d{3})\($0)$' -OnlinePstnUsages International -BridgeSourcePhoneNumber +14255550100\n" }.joined()
        print("read", clock.measure { _ = try! ScriptReader.read(lines) })
        print("routes", clock.measure { let o = session.run(lines); print(o.applied, o.warnings.count) })
        let grants = (0..<20_000).map { _ in "Grant-CsDialoutPolicy -Identity alice@contoso.example -PolicyName DialoutCPCandPSTNDisabled\n" }.joined()
        print("grants", clock.measure { _ = session.run(grants) })
    }
}
