import Basis
import Foundation
import Reactor

/// The moments at which calls begin, laid down beforehand: nothing that the service does can put one off.
///
/// A thread of its own sleeps to each moment and hands it to the loop: exact to some ten microseconds, which the loop's timers are not.
final class Arrivals {
    private let thread: Reactor.Thread

    /// Calls `arrive` on the loop for each of `count` calls, evenly `rate` a second from `start` on.
    init(_ loop: EventLoop, rate: Double, count: Int, from start: Instant, arrive: @escaping (Int, Instant) -> Void) {
        let zero = Self.clock() - loop.now.nanoseconds
        let box = Box(arrive)
        thread = Reactor.Thread(named: "arrivals") {
            for index in 0..<count {
                let moment = start.nanoseconds + Int64(Double(index) * 1e9 / rate)
                var until = timespec(tv_sec: Int(moment + zero) / 1_000_000_000, tv_nsec: Int(moment + zero) % 1_000_000_000)
                while clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &until, nil) == EINTR {}
                loop.submit { box.arrive(index, Instant(nanoseconds: moment)) }
            }
        }
    }

    /// To be called once all have arrived.
    func join() { thread.join() }

    private static func clock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// `@unchecked Sendable`: carried through the thread, used on the loop's only.
    private final class Box: @unchecked Sendable {
        let arrive: (Int, Instant) -> Void
        init(_ arrive: @escaping (Int, Instant) -> Void) { self.arrive = arrive }
    }
}
