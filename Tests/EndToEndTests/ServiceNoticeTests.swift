import Foundation
import Service
import Testing

@Suite("What systemd is told", .aFewAtATime)
struct ServiceNoticeTests {
    /// A socket that takes what sd_notify(3) sends.
    private final class Listener: Sendable {
        let path: String
        private let descriptor: Int32

        init(in folder: String) throws {
            path = folder + "/notify"
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let socket = descriptor
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
            try #require(isBound)
        }

        deinit { close(descriptor) }

        /// What has come since it was asked last.
        func take() -> [String] {
            var found: [String] = [], buffer = [UInt8](repeating: 0, count: 512)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { return found }
                found.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
        }
    }

    @Test("health says whether it answers and takes dial-outs, and fails where nobody is")
    func health() async throws {
        let service = try await RunningService()
        func ask(_ more: [String]) async throws -> (Int32, String) {
            let child = try Child(Running.executable.path, ["health"] + more, in: service.folder)
            return (await child.exitStatus(), child.text)
        }
        let address = "http://127.0.0.1:\(service.http)"
        #expect(try await ask(["--server", address]) == (0, #"{"status":"ok"}"# + "\n"))
        #expect(try await ask(["--server", address, "--ready"]).0 == 0)
        #expect(try await ask(["--server", "http://127.0.0.1:1"]).0 == 1)
    }

    @Test("ready once it serves, then that it lives at half of the watchdog's time, and what a stop waits for")
    func story() async throws {
        let folder = try Running.folder(), listener = try Listener(in: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let service = try await RunningService(["NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "400000"])
        var told = listener.take()
        #expect(told.first == "READY=1" && told.dropFirst().allSatisfy { $0 == "WATCHDOG=1" })
        let began = Date()
        var beats = 0
        let isFed = await eventually {
            beats += listener.take().count
            return beats >= 5
        }
        #expect(isFed)
        #expect(Date().timeIntervalSince(began) >= 0.7, "five beats of 200 ms")
        #expect(await service.child.end() == 0)
        told = listener.take()
        #expect(told.contains("STOPPING=1\nSTATUS=waits for 0 dial-outs, 0 legs and 0 entries for the store"), "\(told)")
    }
}
