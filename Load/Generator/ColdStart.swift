import Basis
import Foundation
import Reactor

/// The time from a process's start to its first 200 on `/readyz`, over a fresh data folder each time.
final class ColdStart {
    private let executable: URL
    private let http: SocketAddress
    private let sip: SocketAddress
    private let loop: EventLoop

    init(_ executable: String, http: SocketAddress, sip: SocketAddress) throws {
        (self.executable, self.http, self.sip) = (URL(filePath: executable), http, sip)
        loop = try EventLoop()
    }

    /// Milliseconds of so many starts.
    func measure(_ times: Int) throws -> [Double] { try (0..<times).map { _ in try start() } }

    private func start() throws -> Double {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dialout-start-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = executable
        process.arguments = ["serve", "--data", folder.path, "--http", "\(http)", "--sip", "\(sip)"]
        process.standardError = FileHandle.nullDevice
        let begun = loop.now
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let readiness = try Readiness(loop, of: http)
        readiness.ask { [loop] _ in loop.stop() }
        loop.run()
        guard let ready = readiness.since, process.isRunning else { throw Readiness.NotReady(server: http) }
        return Double((ready - begun).nanoseconds) / 1e6
    }
}
