import Dispatch
import Foundation
import Testing

/// Has a child close what it would inherit from `first` on: what another test has open at the moment, such as a removed file's room, a port
/// or a lock, it would hold for its life. The header shows glibc's function to GNU sources only.
func closeInherited(_ actions: inout posix_spawn_file_actions_t, from first: Int32) {
    typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    let closeFrom = unsafeBitCast(dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: CloseFrom.self)
    _ = closeFrom(&actions, first)
}

/// A child process whose output is kept in a file. Begun and awaited by the system's own calls.
final class Child {
    let pid: pid_t
    let output: String
    private var status: Int32?

    init(_ executable: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]) throws {
        output = folder + "/output-\(UUID().uuidString).txt"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        closeInherited(&actions, from: 3)
        // The runner's threads block signals, and a shell lets what it runs beside ignore SIGINT: a child inherits both.
        var attributes = posix_spawnattr_t(), none = sigset_t(), all = sigset_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        var words = (["env", "-C", folder, executable] + arguments).map { strdup($0) } + [nil],
            settings = variables.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, &words, &settings)
        try #require(failure == 0, "\(executable) cannot be started: \(String(cString: strerror(failure)))")
        pid = child
    }

    deinit { destroy() }

    /// Ends it at once, for whoever cannot wait.
    func destroy() {
        guard isRunning else { return }
        kill(pid, SIGKILL)
        var found: Int32 = 0
        if waitpid(pid, &found, 0) == pid { status = found }
    }

    var text: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

    var isRunning: Bool {
        if status != nil { return false }
        var found: Int32 = 0
        if waitpid(pid, &found, WNOHANG) == pid { status = found }
        return status == nil
    }

    /// Ends it by a signal and says how it ended: its exit status, or the signal that ended it.
    func end(_ signal: Int32 = SIGTERM) async -> Int32 {
        if isRunning { kill(pid, signal) }
        return await exitStatus()
    }

    /// What a process has used of processors since its start, in nanoseconds: unlike time it does not pass while others are busy.
    static func processorTime(of pid: pid_t) -> Int64 {
        var clock = clockid_t(), time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Ends it by SIGKILL as soon as it has worked for `nanoseconds` more, or has had nothing to do for ten seconds. A thread of its own
    /// watches from now on: the runner's shared ones may be busy for longer than what is to be hit takes. `exitStatus()` waits for the end.
    func isKilled(afterWork nanoseconds: Int64) {
        let pid = pid, start = Self.processorTime(of: pid)
        Thread.detachNewThread {
            var newest = start, idle = DispatchTime.now()
            while true {
                let now = Self.processorTime(of: pid)
                if now == 0 { return }
                if now - newest > 1_000_000 { (newest, idle) = (now, .now()) }
                if now - start >= nanoseconds || DispatchTime.now() > idle + .seconds(10) { break }
                usleep(100)
            }
            kill(pid, SIGKILL)
        }
    }

    /// Waits for the process to end by itself; one that does not in twenty minutes is killed, so that the tests have an end.
    func exitStatus() async -> Int32 {
        let end = ContinuousClock.now + .seconds(1_200)
        while isRunning {
            if ContinuousClock.now > end { kill(pid, SIGKILL) }
            await Self.breath(5)
        }
        let found = status ?? 0
        return found & 0x7F == 0 ? (found >> 8) & 0xFF : found & 0x7F
    }

    /// A moment in which other tests go on.
    fileprivate static func breath(_ milliseconds: Int) async {
        await withCheckedContinuation { waiter in
            Running.queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { waiter.resume() }
        }
    }

    /// Waits until the output has `words`, as long as the process runs and at most for `seconds`.
    func waits(for words: String, seconds: Int = 60) async -> Bool {
        let isOver = await eventually(seconds: seconds) { text.contains(words) || !isRunning }
        return isOver && text.contains(words)
    }
}

/// Looks again and again until it is so; the time is only a bound.
func eventually(seconds: Int = 60, _ isSo: () async throws -> Bool) async rethrows -> Bool {
    let until = Date().addingTimeInterval(TimeInterval(seconds))
    while Date() < until {
        if try await isSo() { return true }
        await Child.breath(20)
    }
    return try await isSo()
}
