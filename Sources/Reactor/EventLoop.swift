import Basis
internal import CLibuv
import Glibc
import Synchronization

/// One libuv loop: the serial executor of the actors that live on it and, as ``tasks``, the executor of the tasks between them.
///
/// It belongs to the thread that made it until ``run()`` is called, then to the thread that calls that. Several loops may exist, a thread
/// each. Every handle keeps its loop alive. `@unchecked Sendable`: all state but the inbox is touched on the loop's thread only.
package final class EventLoop: SerialExecutor, @unchecked Sendable {
    /// How many jobs run before the loop looks at its sockets and timers again.
    package static let jobsPerTurn = 512

    /// Where tasks run between actors and where continuations resume: give it to every root task.
    package let tasks = Tasks()

    let raw = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
    /// Scratch for whatever is received next; libuv reads and delivers in one go, so all sockets of a loop share it.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: EventLoop.scratchBytes, alignment: 16)
    /// libuv takes one datagram a 64 KiB slice, up to 20 of them a system call.
    private static let scratchBytes = 16 * 65_536

    private let wakeup = UnsafeMutablePointer<uv_async_t>.allocate(capacity: 1)
    private let beforePoll = UnsafeMutablePointer<uv_prepare_t>.allocate(capacity: 1)
    private let moreJobs = UnsafeMutablePointer<uv_idle_t>.allocate(capacity: 1)
    private let owner = Atomic<UInt>(UInt(pthread_self()))
    private let running = Atomic<Bool>(false)
    private let inbox = Mutex<[Job?]>([])
    private var ready: [Job?] = []
    private var head = 0

    private enum Job: @unchecked Sendable {
        case isolated(UnownedJob)
        case free(UnownedJob)
        case call(() -> Void)
    }

    package init() throws(UVError) {
        signal(SIGPIPE, SIG_IGN)
        try UVError.check(uv_loop_init(raw))
        try UVError.check(uv_async_init(raw, wakeup, nil))
        try UVError.check(uv_prepare_init(raw, beforePoll))
        try UVError.check(uv_idle_init(raw, moreJobs))
        raw.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        tasks.loop = self
        beforePoll.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        uv_prepare_start(beforePoll) { Unmanaged<EventLoop>.fromOpaque($0!.pointee.data).takeUnretainedValue().runJobs() }
    }

    deinit {
        owner.store(UInt(pthread_self()), ordering: .relaxed)
        uv_prepare_stop(beforePoll)
        close(wakeup)
        close(beforePoll)
        close(moreJobs)
        uv_run(raw, UV_RUN_DEFAULT)
        precondition(uv_loop_close(raw) == 0, "a handle outlived its loop")
        raw.deallocate()
        scratch.deallocate()
    }

    /// Now, monotonic, the same for all loops of a process; right even within a callback that takes long.
    package var now: Instant { Instant(nanoseconds: Int64(uv_hrtime() - origin)) }
    let origin = EventLoop.processOrigin
    private static let processOrigin = uv_hrtime()

    /// Runs on this thread until ``stop()``; can be called again.
    package func run() {
        precondition(!running.exchange(true, ordering: .acquiring), "the loop runs already")
        owner.store(UInt(pthread_self()), ordering: .releasing)
        uv_run(raw, UV_RUN_DEFAULT)
        running.store(false, ordering: .releasing)
    }

    /// Lets ``run()`` return after what was submitted before; from any thread.
    package func stop() { submit { [self] in uv_stop(raw) } }

    /// Does `work` on the loop's thread in a coming turn, in the order submitted; from any thread.
    package func submit(_ work: @escaping @Sendable () -> Void) { push(.call(work)) }

    /// Has `owner` do something in a coming turn, on the loop's thread, unless it is gone by then: so nothing that is put off outlives
    /// whom it is for.
    func later<Owner: AnyObject>(for owner: Owner, _ work: @escaping (Owner) -> Void) {
        checkIsolated()
        push(.call { [weak owner] in if let owner { work(owner) } })
    }

    package var isCurrentThread: Bool { owner.load(ordering: .acquiring) == UInt(pthread_self()) }
    package func isIsolatingCurrentContext() -> Bool? { isCurrentThread }
    package func checkIsolated() { precondition(isCurrentThread, "off the event loop") }

    package func enqueue(_ job: consuming ExecutorJob) { push(.isolated(UnownedJob(job))) }

    /// The loop as a task executor.
    package final class Tasks: TaskExecutor, @unchecked Sendable {
        fileprivate weak var loop: EventLoop?
        package func enqueue(_ job: consuming ExecutorJob) { loop?.push(.free(UnownedJob(job))) }
    }

    /// Starts the close of a handle; libuv gives the memory back when it has let go of it.
    func close<Raw>(_ handle: UnsafeMutablePointer<Raw>) {
        precondition(isCurrentThread || !running.load(ordering: .acquiring), "a handle was given up off its running loop")
        let base = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
        base.pointee.data = nil
        uv_close(base) { $0!.deallocate() }
    }

    private func push(_ job: Job) {
        if isCurrentThread { return ready.append(job) }
        let wasEmpty = inbox.withLock { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        if wasEmpty { uv_async_send(wakeup) }
    }

    /// Called once a turn, before the loop would wait: so jobs made on the loop need no wake-up.
    private func runJobs() {
        inbox.withLock { jobs in
            if head == ready.count { swap(&jobs, &ready) } else { ready += jobs }
            jobs.removeAll(keepingCapacity: true)
        }
        let serial = asUnownedSerialExecutor(), task = tasks.asUnownedTaskExecutor()
        var budget = Self.jobsPerTurn
        while head < ready.count, budget > 0 {
            let job = ready[head].take()!
            head += 1
            budget -= 1
            switch job {
            case .isolated(let job): job.runSynchronously(isolatedTo: serial, taskExecutor: task)
            case .free(let job): job.runSynchronously(on: task)
            case .call(let work): work()
            }
        }
        ready.removeSubrange(..<head)
        head = 0
        if ready.isEmpty { uv_idle_stop(moreJobs) } else { uv_idle_start(moreJobs) { _ in } }
    }
}
