import Foundation
import Testing

/// What is asked on a connection that has an event stream, which never ends.
@Suite("Behind an event stream", .aFewAtATime)
struct BehindAStreamTests {
    @Test("a stream that was asked for by HEAD is none, and what is asked behind one holds no export and no backup of others up")
    func behind() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: Running.freePort())
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenarios/behind_a_stream.py")
        let asking = try Child(
            "/usr/bin/env", ["python3", script.path, "\(service.http)", RunningService.token, "contoso"], in: service.folder)
        #expect(await asking.exitStatus() == 0)
        #expect(asking.text == #"{"heads": 5, "subscribers": "0", "closes": true, "export": 200, "backup": 200}"# + "\n")
    }
}
