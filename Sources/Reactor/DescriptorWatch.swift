internal import CLibuv

/// Tells when a socket that somebody else owns can be read or written. Giving it up ends that; the owner closes the socket after it.
///
/// `@unchecked Sendable`: used on its loop only, which is checked.
package final class DescriptorWatch: @unchecked Sendable {
    private let handle: Handle<uv_poll_t>
    private let ready: (_ readable: Bool, _ writable: Bool) -> Void

    package init(
        on loop: EventLoop, descriptor: Int32, ready: @escaping (_ readable: Bool, _ writable: Bool) -> Void
    ) throws(UVError) {
        handle = try Handle(on: loop) { uv_poll_init(loop.raw, $0, descriptor) }
        self.ready = ready
        handle.setOwner(self)
    }

    /// Ends it at once, also where it is held by its own call: the owner may close the descriptor, and another may get its number, before that
    /// returns.
    package func stop() {
        handle.loop.checkIsolated()
        uv_poll_stop(handle.raw)
    }

    /// Replaces what is waited for. An error of the socket counts as both.
    package func wait(readable: Bool, writable: Bool) {
        handle.loop.checkIsolated()
        let events = (readable ? UV_READABLE.rawValue : 0) | (writable ? UV_WRITABLE.rawValue : 0)
        uv_poll_start(handle.raw, Int32(events)) { handle, status, events in
            guard let watch = owner(handle!.pointee.data, DescriptorWatch.self) else { return }
            let events = UInt32(events)
            watch.ready(status < 0 || events & UV_READABLE.rawValue != 0, status < 0 || events & UV_WRITABLE.rawValue != 0)
        }
    }
}
