import Dispatch
import Foundation
import Testing

/// The built executable and what else runs beside it: each in a process of its own, on ports of its own, ended by the test that began it.
enum Running {
    static let executable = binary("dialout")

    /// Where the build put an executable: beside the test bundle, or in the folder that `DIALOUT_BINARIES` names.
    static func binary(_ name: String) -> URL {
        if let folder = ProcessInfo.processInfo.environment["DIALOUT_BINARIES"] {
            return URL(fileURLWithPath: folder).appendingPathComponent(name)
        }
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<6 where !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent(name).path) {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent(name)
    }

    /// A folder of its own, taken away by whoever asked for it.
    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Threads that the tests' own work does not occupy.
    static let queue = DispatchQueue(label: "end-to-end", attributes: .concurrent)

    /// A port on which nobody listens now, by UDP or TCP, and that no other test is given, in this process or in another one: it is locked
    /// for as long as this process lives. Below those that the system hands out by itself.
    static func freePort() -> UInt16 {
        while true {
            let port = UInt16.random(in: 16_000..<32_000)
            if reserve(port), isFree(port, SOCK_DGRAM), isFree(port, SOCK_STREAM) { return port }
        }
    }

    /// A TCP connection of a test's own to a port of this machine; whoever asks for it closes it.
    static func connection(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try #require(connected == 0)
        return descriptor
    }

    private static func reserve(_ port: UInt16) -> Bool {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-test-ports").path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let descriptor = open("\(folder)/\(port)", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if descriptor >= 0 { close(descriptor) }
        return false
    }

    private static func isFree(_ port: UInt16, _ type: __socket_type) -> Bool {
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// So many tests with processes of their own run at a time, however many the runner starts: most of them only wait. They wait on threads
/// of their own, so that tests that compute do not keep them from what they wait for.
struct AFewAtATime: SuiteTrait, TestTrait, TestScoping {
    private static let lanes = Lanes(count: 8)
    private static let threads = Threads()

    var isRecursive: Bool { true }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void) async throws
    {
        await Self.lanes.enter()
        do { try await withTaskExecutorPreference(Self.threads) { try await function() } } catch {
            await Self.lanes.leave()
            throw error
        }
        await Self.lanes.leave()
    }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    private final class Threads: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            Running.queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    private actor Lanes {
        private var free: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(count: Int) { free = count }

        func enter() async {
            if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        }

        func leave() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }
}

extension Trait where Self == AFewAtATime {
    static var aFewAtATime: Self { AFewAtATime() }
}
