internal import CLibuv
import Glibc

/// The process signals that a service answers to, delivered on its loop. Giving it up restores the system's own answer.
///
/// `@unchecked Sendable`: used on its loop only, which is checked.
package final class Signals: @unchecked Sendable {
    package enum Signal: Int32, CaseIterable, Sendable {
        case hangUp = 1
        case interrupt = 2
        case terminate = 15
    }

    private let watchers: [Watcher]

    package init(on loop: EventLoop, _ signals: [Signal] = Signal.allCases, received: @escaping (Signal) -> Void) throws(UVError) {
        var watchers: [Watcher] = []
        for signal in signals { watchers.append(try Watcher(on: loop, signal, received)) }
        self.watchers = watchers
    }

    private final class Watcher {
        let handle: Handle<uv_signal_t>
        let signal: Signal
        let received: (Signal) -> Void

        init(on loop: EventLoop, _ signal: Signal, _ received: @escaping (Signal) -> Void) throws(UVError) {
            handle = try Handle(on: loop) { uv_signal_init(loop.raw, $0) }
            (self.signal, self.received) = (signal, received)
            handle.setOwner(self)
            let status = uv_signal_start(
                handle.raw,
                { handle, _ in
                    guard let watcher = owner(handle!.pointee.data, Watcher.self) else { return }
                    watcher.received(watcher.signal)
                }, signal.rawValue)
            try UVError.check(status)
        }
    }
}
