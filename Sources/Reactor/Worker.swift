internal import CLibuv
import Glibc

/// A thread of its own that does submitted work in order: for calls that block, such as a journal's commit.
///
/// Work that has something to tell does so with `loop.submit`. Giving the worker up lets it do what is queued and waits for it.
/// `@unchecked Sendable`: the queue is behind its mutex.
package final class Worker: @unchecked Sendable {
    package static let defaultLimit = 4096

    private let queue: Queue
    private let thread: Thread

    /// Begins a thread; `name` is cut to 15 bytes by Linux. At most `limit` pieces of work wait.
    package init(named name: String, limit: Int = Worker.defaultLimit) {
        let queue = Queue(limit: limit)
        self.queue = queue
        thread = Thread(named: name) {
            while let batch = queue.next() {
                for work in batch { work() }
            }
        }
    }

    deinit {
        queue.finish()
        thread.join()
    }

    /// False when ``defaultLimit`` (or the limit given) pieces of work wait already; then `work` is not done.
    package func submit(_ work: @escaping @Sendable () -> Void) -> Bool { queue.append(work) }

    private final class Queue: @unchecked Sendable {
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let limit: Int
        private var waiting: [@Sendable () -> Void] = []
        private var isFinished = false

        init(limit: Int) {
            self.limit = limit
            pthread_mutex_init(mutex, nil)
            pthread_cond_init(condition, nil)
        }

        deinit {
            pthread_cond_destroy(condition)
            pthread_mutex_destroy(mutex)
            condition.deallocate()
            mutex.deallocate()
        }

        func append(_ work: @escaping @Sendable () -> Void) -> Bool {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            if waiting.count >= limit { return false }
            waiting.append(work)
            if waiting.count == 1 { pthread_cond_signal(condition) }
            return true
        }

        /// Waits for work; nil when there is none and will be none.
        func next() -> [@Sendable () -> Void]? {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            while waiting.isEmpty, !isFinished { pthread_cond_wait(condition, mutex) }
            if waiting.isEmpty { return nil }
            defer { waiting = [] }
            return waiting
        }

        func finish() {
            pthread_mutex_lock(mutex)
            isFinished = true
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }
    }
}

/// A system thread, begun at once. It must be joined.
package struct Thread: Sendable {
    private let id: pthread_t

    package init(named name: String, _ body: @escaping @Sendable () -> Void) {
        var id = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        let status = pthread_create(
            &id, nil,
            { start in
                let start = Unmanaged<Start>.fromOpaque(start!).takeRetainedValue()
                pthread_setname_np(pthread_self(), String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
                start.body()
                return nil
            }, start)
        precondition(status == 0, "no thread: \(UVError(code: -status))")
        self.id = id
    }

    package func join() { pthread_join(id, nil) }

    private final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
    }
}
