import Simulation
import Testing

/// Not by chance: each message of a ladder, and each pair of them, is lost, doubled, overtaken, late and far too late.
@Suite("One call with every mishap")
struct SystematicTests {
    @Test("every single message", arguments: SystematicCall.allCases)
    func singles(call: SystematicCall) async throws {
        for mishaps in try Systematic.singles(of: call) { try await check(call, mishaps) }
    }

    /// The rest of the pairs, with every mishap, is `make sim`'s.
    @Test(
        "every pair of messages of the classic calls",
        arguments: [
            (SystematicCall.basic, [Mishap.lost, .doubled, .overtaken]), (.calleeHangsUp, [.lost, .overtaken]),
            (.cancelled, [.lost, .overtaken]),
        ])
    func pairs(call: SystematicCall, mishaps: [Mishap]) async throws {
        let length = try Systematic.length(of: call), pairs = try Systematic.pairs(of: call, with: mishaps)
        #expect(length >= 7 && pairs.count > length * (length - 1) / 2 * mishaps.count * mishaps.count)
        for pair in pairs { try await check(call, pair) }
    }

    @Test("killed at every message and at every commit, and started again", arguments: SystematicCall.allCases)
    func crashes(call: SystematicCall) async throws {
        let moments = try Systematic.crashes(of: call)
        #expect(moments.count >= 12)
        for moment in moments {
            await Task.yield()
            if let finding = try Systematic.play(call, crash: moment) { Issue.record("\(finding)") }
        }
    }

    /// Plays one run, after other tests have had their turn.
    private func check(_ call: SystematicCall, _ mishaps: [Int: Mishap]) async throws {
        await Task.yield()
        if let finding = try Systematic.play(call, mishaps) { Issue.record("\(finding)") }
    }
}
