import Basis
internal import CLibuv

/// One timer, set to the next deadline of whoever owns it. Giving it up closes it.
///
/// `@unchecked Sendable`: used on its loop only, which is checked.
package final class Alarm: @unchecked Sendable {
    private let handle: Handle<uv_timer_t>
    private let ring: () -> Void

    /// When it will ring, if it is set.
    package private(set) var deadline: Instant?

    package init(on loop: EventLoop, ring: @escaping () -> Void) throws(UVError) {
        handle = try Handle(on: loop) { uv_timer_init(loop.raw, $0) }
        self.ring = ring
        handle.setOwner(self)
    }

    /// Rings once at `deadline` or up to a millisecond later, never before; nil keeps it silent.
    package func set(at deadline: Instant?) {
        handle.loop.checkIsolated()
        if deadline == self.deadline { return }
        self.deadline = deadline
        guard let deadline, deadline != .distantFuture else {
            uv_timer_stop(handle.raw)
            return
        }
        let due = (UInt64(max(0, deadline.nanoseconds)) + handle.loop.origin + 999_999) / 1_000_000
        let now = uv_now(handle.loop.raw)
        uv_timer_start(handle.raw, { owner($0!.pointee.data, Alarm.self)?.fire() }, due > now ? due - now : 0, 0)
    }

    private func fire() {
        deadline = nil
        ring()
    }
}
