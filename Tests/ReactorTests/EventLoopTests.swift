import Basis
import Glibc
import Reactor
import Synchronization
import Testing

/// Runs `body` and then the loop, until something stops it; ten seconds are a failure.
func onLoop(_ body: (EventLoop) throws -> Void) throws {
    let loop = try EventLoop()
    let watchdog = try Alarm(on: loop) {
        Issue.record("the loop was not stopped")
        loop.stop()
    }
    watchdog.set(at: loop.now + .seconds(10))
    try body(loop)
    loop.run()
}

private actor Counter {
    private let loop: EventLoop
    private(set) var strays = 0
    private(set) var turns = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(on loop: EventLoop) { self.loop = loop }

    func note() {
        turns += 1
        if !loop.isCurrentThread { strays += 1 }
    }

    /// Suspends until the worker's thread has asked for the continuation to be resumed.
    func detour(by worker: Worker) async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            #expect(worker.submit { self.loop.submit { self.assumeIsolated { $0.waiting.removeFirst().resume() } } })
        }
        note()
    }
}

@Suite struct EventLoopTests {
    @Test("tasks, actors and continuations stay on the loop's thread")
    func staysOnThread() throws {
        try onLoop { loop in
            let counter = Counter(on: loop), worker = Worker(named: "detour")
            Task(executorPreference: loop.tasks) {
                for _ in 0..<1000 {
                    await counter.detour(by: worker)
                    await counter.note()
                    #expect(loop.isCurrentThread)
                }
                async let child: Void = counter.note()
                await child
                #expect(await counter.turns == 2001)
                #expect(await counter.strays == 0)
                loop.stop()
            }
        }
    }

    @Test("a continuation resumed on a foreign thread comes back to the loop")
    func foreignResume() throws {
        try onLoop { loop in
            let worker = Worker(named: "foreign")
            Task(executorPreference: loop.tasks) {
                for _ in 0..<1000 {
                    await withCheckedContinuation { continuation in #expect(worker.submit { continuation.resume() }) }
                    #expect(loop.isCurrentThread)
                }
                loop.stop()
            }
        }
    }

    @Test("what libuv refuses is an error, and the loop goes on without it")
    func refusedHandle() throws {
        try onLoop { loop in
            for _ in 0..<100 {
                let error = #expect(throws: UVError.self) { _ = try DescriptorWatch(on: loop, descriptor: -1) { _, _ in } }
                #expect(error?.name == "EBADF")
            }
            loop.submit { loop.stop() }
        }
    }

    @Test("work submitted by other threads is done in each thread's order")
    func submitted() throws {
        let seen = Mutex<[[Int]]>([[], []])
        try onLoop { loop in
            let threads = (0..<2).map { thread in
                Thread(named: "submitter") {
                    for number in 0..<10_000 { loop.submit { seen.withLock { $0[thread].append(number) } } }
                    loop.submit { if seen.withLock({ $0.allSatisfy { $0.count == 10_000 } }) { loop.stop() } }
                }
            }
            loop.submit { [threads] in for thread in threads { thread.join() } }
        }
        #expect(seen.withLock { $0 } == [Array(0..<10_000), Array(0..<10_000)])
    }

    @Test("more jobs than a turn's budget do not keep a timer from ringing")
    func budget() throws {
        let runs = Mutex(0), rung = Mutex(false)
        try onLoop { loop in
            @Sendable func again() {
                runs.withLock { $0 += 1 }
                if !rung.withLock({ $0 }) { loop.submit(again) }
            }
            for _ in 0...EventLoop.jobsPerTurn { loop.submit(again) }
            let alarm = try Alarm(on: loop) {
                rung.withLock { $0 = true }
                loop.stop()
            }
            alarm.set(at: loop.now + .milliseconds(5))
            loop.run()
            loop.stop()
        }
        #expect(runs.withLock { $0 } > EventLoop.jobsPerTurn)
    }

    @Test("two loops on two threads are each an executor of their own")
    func twoLoops() {
        let threads = (0..<2).map { index in
            Thread(named: "loop \(index)") {
                do {
                    try onLoop { loop in
                        let counter = Counter(on: loop)
                        Task(executorPreference: loop.tasks) {
                            for _ in 0..<1000 { await counter.note() }
                            #expect(await counter.strays == 0)
                            loop.stop()
                        }
                    }
                } catch { Issue.record(error) }
            }
        }
        for thread in threads { thread.join() }
    }

    @Test("assuming isolation elsewhere, or giving up a handle off its running loop, is a crash and not a race")
    func offLoop() async {
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop()
            Thread(named: "elsewhere") { loop.checkIsolated() }.join()
        }
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop()
            let alarm = Mutex<Alarm?>(try Alarm(on: loop) {})
            let started = Mutex(false)
            loop.submit { started.withLock { $0 = true } }
            let thread = Thread(named: "loop") { loop.run() }
            while !started.withLock({ $0 }) { sched_yield() }
            alarm.withLock { $0 = nil }
            loop.stop()
            thread.join()
        }
    }

    @Test("now keeps going during a long callback")
    func now() throws {
        try onLoop { loop in
            loop.submit {
                let start = loop.now
                while loop.now - start < .milliseconds(3) {}
                loop.stop()
            }
        }
    }
}

@Suite struct AlarmTests {
    @Test("an alarm never rings early, can be moved and silenced")
    func alarm() throws {
        try onLoop { loop in
            var rung: [Duration] = []
            let start = loop.now
            var alarms: [Alarm] = []
            for microseconds in [500, 1_100, 2_900, 7_777] {
                let deadline = start + .microseconds(microseconds)
                let alarm = try Alarm(on: loop) {
                    rung.append(.microseconds(microseconds))
                    #expect(loop.now >= deadline)
                }
                alarm.set(at: deadline)
                alarms.append(alarm)
            }
            alarms[0].set(at: nil)
            alarms[3].set(at: start + .milliseconds(1))
            alarms[3].set(at: start + .microseconds(7_777))
            let last = try Alarm(on: loop) {
                #expect(rung == [.microseconds(1_100), .microseconds(2_900), .microseconds(7_777)])
                alarms.removeAll()
                loop.stop()
            }
            last.set(at: start + .milliseconds(20))
            loop.run()
            #expect(last.deadline == nil)
            loop.stop()
        }
    }

    @Test("fifty alarms, each replaced from inside its own callback")
    func replaced() throws {
        try onLoop { loop in
            var alarms: [Int: Alarm] = [:]
            var left = 50
            func ring(_ index: Int) throws {
                alarms[index] = try Alarm(on: loop) {
                    alarms[index] = nil
                    left -= 1
                    if left == 0 { loop.stop() }
                }
                alarms[index]?.set(at: loop.now)
            }
            for index in 0..<50 {
                alarms[index] = try Alarm(on: loop) { #expect(throws: Never.self) { try ring(index) } }
                alarms[index]?.set(at: loop.now)
            }
            loop.run()
            #expect(left == 0 && alarms.isEmpty)
            loop.stop()
        }
    }
}
