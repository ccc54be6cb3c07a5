import Glibc
import Reactor
import Synchronization
import Testing

@Suite struct WorkerTests {
    @Test("a worker does everything in order before it goes")
    func drains() {
        let seen = Mutex<[Int]>([])
        do {
            let worker = Worker(named: "journal")
            for number in 0..<1000 { #expect(worker.submit { seen.withLock { $0.append(number) } }) }
        }
        #expect(seen.withLock { $0 } == Array(0..<1000))
    }

    @Test("a full queue refuses")
    func limit() {
        let gate = Mutex(()), entered = Mutex(false)
        let worker = Worker(named: "slow", limit: 2)
        gate.withLock { _ in
            #expect(
                worker.submit {
                    entered.withLock { $0 = true }
                    gate.withLock { _ in }
                })
            while !entered.withLock({ $0 }) { sched_yield() }
            #expect(worker.submit {})
            #expect(worker.submit {})
            #expect(!worker.submit {})
        }
    }

    @Test("process signals arrive on the loop", arguments: [Signals.Signal.hangUp, .interrupt, .terminate])
    func signals(_ signal: Signals.Signal) async {
        await #expect(processExitsWith: .success) { [raw = signal.rawValue as Int32] in
            let loop = try EventLoop()
            var got: [Int32] = []
            let signals = try Signals(on: loop) { received in
                got.append(received.rawValue)
                loop.stop()
            }
            kill(getpid(), raw)
            withExtendedLifetime(signals) { loop.run() }
            precondition(got == [raw])
        }
    }
}
