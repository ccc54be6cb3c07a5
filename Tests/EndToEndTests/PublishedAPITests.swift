import Foundation
import Service
import Testing

/// The published description, held to the service by a tool that knows nothing else of it.
@Suite("The published description against a stranger", .aFewAtATime)
struct PublishedAPITests {
    /// Examples, every boundary of the description, and requests by chance with a seed of their own: what it draws is the same each time.
    @Test("schemathesis finds nothing by any of its checks", arguments: [("examples,coverage", 4), ("fuzzing", 12)])
    func schemathesis(phases: String, examples: Int) async throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent(), scenarios = tests.appendingPathComponent("Scenarios").path
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        let tool = root.appendingPathComponent(".build/python/bin/schemathesis").path
        try #require(FileManager.default.isExecutableFile(atPath: tool), "make test-packages makes \(tool)")
        let service = try await RunningService()
        let run = try Child(
            tool,
            [
                "--config-file", scenarios + "/schemathesis.toml", "run", "http://127.0.0.1:\(service.http)/openapi.json",
                "-H", "Authorization: Bearer \(RunningService.token)", "--checks", "all", "--phases", phases, "--max-examples",
                "\(examples)",
                "--seed", "11", "--max-failures", "20", "--no-color",
                // How long the tool takes to draw requests is the machine's affair.
                "--suppress-health-check", "too_slow",
            ], in: service.folder, environment: ["PYTHONPATH": scenarios, "PYTHONDONTWRITEBYTECODE": "1"])
        let status = await run.exitStatus(), text = run.text
        let counts = text.firstMatch(of: /(\d+) generated/).flatMap { Int($0.1) } ?? 0
        #expect(status == 0 && counts > 500, "\(text)")
        // All but the one by which it has the description.
        #expect(text.contains("Tested: \(FrontDoorTable.operations.count - 1)\n"), "\(text.suffix(2_000))")
        #expect(service.child.isRunning, "\(service.child.text)")
    }
}
