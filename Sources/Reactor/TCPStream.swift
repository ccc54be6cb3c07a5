import Basis
internal import CLibuv
import Glibc

/// A TCP connection, accepted or made. Giving it up closes it, and what was not yet written is lost.
///
/// Its callbacks are the stream's own and end with it: after ``close()``, or once it is given up, none is called, not even for what
/// had happened before and was to be told later.
/// `@unchecked Sendable`: used on its loop only, which is checked.
package final class TCPStream: @unchecked Sendable {
    /// Why a connection ended without ``close()``.
    package enum Failure: Hashable, Sendable {
        case system(UVError)
        /// The peer takes bytes more slowly than they were written.
        case writeQueueFull
    }

    /// More bytes than this waiting for the peer end the connection.
    package static let defaultWriteQueueLimit = 1 << 20
    package var writeQueueLimit = TCPStream.defaultWriteQueueLimit

    package let loop: EventLoop
    /// The other end; for a connection being made, where it goes.
    package let peer: SocketAddress
    package private(set) var isOpen = true

    private var handle: Handle<uv_tcp_t>?
    private var connected: ((UVError?) -> Void)?
    private var received: ((Span<UInt8>) -> Void)?
    private var ended: (() -> Void)?
    private var failed: ((Failure) -> Void)?

    /// Takes over a socket that was accepted.
    init(on loop: EventLoop, descriptor: Int32, peer: SocketAddress) throws(UVError) {
        self.loop = loop
        self.peer = peer
        let handle = try Handle<uv_tcp_t>(on: loop) { uv_tcp_init(loop.raw, $0) }
        try UVError.check(uv_tcp_open(handle.raw, descriptor))
        uv_tcp_nodelay(handle.raw, 1)
        handle.setOwner(self)
        self.handle = consume handle
    }

    /// Begins a connection to `peer`; `connected` is called once with nil or why not, unless ``close()`` comes first.
    package init(
        on loop: EventLoop, to peer: SocketAddress, connected: @escaping (UVError?) -> Void
    ) throws(UVError) {
        self.loop = loop
        self.peer = peer
        self.connected = connected
        let handle = try Handle<uv_tcp_t>(on: loop) { uv_tcp_init_ex(loop.raw, $0, UInt32(peer.isIPv4 ? AF_INET : AF_INET6)) }
        uv_tcp_nodelay(handle.raw, 1)
        handle.setOwner(self)
        let raw = handle.raw
        let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
        let status = peer.withSystemAddress(ipv6: !peer.isIPv4) { address in
            uv_tcp_connect(request, raw, address) { request, status in
                defer { request!.deallocate() }
                owner(request!.pointee.handle.pointee.data, TCPStream.self)?.connectEnded(status)
            }
        }
        if status < 0 { request.deallocate() }
        try UVError.check(status)
        self.handle = consume handle
    }

    /// Our end.
    package func localAddress() throws(UVError) -> SocketAddress {
        guard let raw else { throw UVError(code: UV_EBADF.rawValue) }
        return try .read { uv_tcp_getsockname(raw, $0, &$1) }
    }

    /// So many bytes at the most, and some for their keeping, wait in the system for a peer that reads slowly; else it takes megabytes (SO_SNDBUF,
    /// tcp(7)). What the system made of it, which may be less, or twice as many where it counts their keeping.
    @discardableResult
    package func boundSendBuffer(_ bytes: Int) throws(UVError) -> Int {
        guard let raw else { throw UVError(code: UV_EBADF.rawValue) }
        let handle = UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_handle_t.self)
        var value = Int32(clamping: bytes)
        try UVError.check(uv_send_buffer_size(handle, &value))
        value = 0
        try UVError.check(uv_send_buffer_size(handle, &value))
        return Int(value)
    }

    /// Bytes that the peer's system does not acknowledge for this long end the connection with ETIMEDOUT (TCP_USER_TIMEOUT).
    package func setAcknowledgementTimeout(_ timeout: Duration) throws(UVError) {
        guard let raw else { throw UVError(code: UV_EBADF.rawValue) }
        var descriptor: Int32 = -1
        try UVError.check(uv_fileno(UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_handle_t.self), &descriptor))
        let milliseconds = Int32(clamping: timeout.millisecondsRoundedUp)
        try setOption(descriptor, level: Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, to: milliseconds)
    }

    /// Starts reading. `received` gets bytes that are gone when it returns, `ended` says that the peer will send no more, and `failed`
    /// comes once, in a later turn, after which nothing comes; ``close()`` is silent, also about a failure that was still to be told.
    package func start(
        received: @escaping (Span<UInt8>) -> Void, ended: @escaping () -> Void, failed: @escaping (Failure) -> Void
    ) {
        (self.received, self.ended, self.failed) = (received, ended, failed)
        resumeReading()
    }

    /// Lets the peer wait: nothing is read until ``resumeReading()``.
    package func pauseReading() {
        loop.checkIsolated()
        if let raw = stream { uv_read_stop(raw) }
    }

    package func resumeReading() {
        loop.checkIsolated()
        guard let raw = stream else { return }
        let status = uv_read_start(raw, allocateFromScratch) { handle, count, buffer in
            guard let stream = owner(handle!.pointee.data, TCPStream.self) else { return }
            if count > 0 {
                let bytes = UnsafeRawBufferPointer(start: buffer!.pointee.base, count: count)
                stream.received?(bytes.bindMemory(to: UInt8.self).span)
            } else if count == Int(UV_EOF.rawValue) {
                stream.ended?()
            } else if count < 0 {
                stream.fail(.system(UVError(code: Int32(count))))
            }
        }
        if status < 0, status != UV_EALREADY.rawValue { fail(.system(UVError(code: status))) }
    }

    /// Bytes that wait for the peer.
    package var queuedBytes: Int { stream?.pointee.write_queue_size ?? 0 }

    /// Writes what the system takes at once and queues the rest; `done` is called in a later turn, with false if it will never be written,
    /// as long as somebody holds the stream.
    package func write(_ bytes: [UInt8], done: ((Bool) -> Void)? = nil) {
        loop.checkIsolated()
        guard let stream else { return finish(done, false) }
        let written = bytes.withUnsafeBytes { bytes in
            var buffer = uv_buf_init(UnsafeMutablePointer(mutating: bytes.bindMemory(to: CChar.self).baseAddress), UInt32(bytes.count))
            return Int(uv_try_write(stream, &buffer, 1))
        }
        if written == bytes.count { return finish(done, true) }
        if written < 0, written != Int(UV_EAGAIN.rawValue) {
            fail(.system(UVError(code: Int32(written))))
            return finish(done, false)
        }
        let rest = bytes[max(0, written)...]
        if queuedBytes + rest.count > writeQueueLimit {
            fail(.writeQueueFull)
            return finish(done, false)
        }
        let status = WriteRequest(rest, done: done).start(on: stream)
        if status < 0 {
            fail(.system(UVError(code: status)))
            finish(done, false)
        }
    }

    /// Says that we will write no more, after what is queued (a half close); reading goes on.
    package func finishWriting() {
        loop.checkIsolated()
        guard let stream else { return }
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        if uv_shutdown(request, stream, { request, _ in request!.deallocate() }) < 0 { request.deallocate() }
    }

    /// Closes both ways; what is queued is lost.
    package func close() {
        loop.checkIsolated()
        isOpen = false
        handle = nil
        (connected, received, ended, failed) = (nil, nil, nil, nil)
    }

    private var raw: UnsafeMutablePointer<uv_tcp_t>? {
        switch handle {
        case .some(let handle): handle.raw
        case .none: nil
        }
    }

    private var stream: UnsafeMutablePointer<uv_stream_t>? {
        raw.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: uv_stream_t.self) }
    }

    private func connectEnded(_ status: Int32) {
        let connected = connected
        if status < 0 { close() }
        self.connected = nil
        connected?(status < 0 ? UVError(code: status) : nil)
    }

    private func finish(_ done: ((Bool) -> Void)?, _ success: Bool) {
        if let done { loop.later(for: self) { _ in done(success) } }
    }

    fileprivate func fail(_ failure: Failure) {
        guard isOpen else { return }
        let failed = failed
        close()
        self.failed = failed
        loop.later(for: self) { stream in
            let failed = stream.failed
            stream.failed = nil
            failed?(failure)
        }
    }
}

/// The bytes of one queued write, alive until libuv has done with them.
private final class WriteRequest {
    private let raw = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
    private let bytes: UnsafeMutableBufferPointer<CChar>
    private let done: ((Bool) -> Void)?

    init(_ slice: ArraySlice<UInt8>, done: ((Bool) -> Void)?) {
        bytes = .allocate(capacity: slice.count)
        _ = bytes.initialize(from: slice.lazy.map { CChar(bitPattern: $0) })
        self.done = done
    }

    deinit {
        raw.deallocate()
        bytes.deallocate()
    }

    /// Negative when libuv does not take it, as after the end of our half; then it will not call back.
    func start(on stream: UnsafeMutablePointer<uv_stream_t>) -> Int32 {
        raw.pointee.data = Unmanaged.passRetained(self).toOpaque()
        var buffer = uv_buf_init(bytes.baseAddress, UInt32(bytes.count))
        let status = uv_write(raw, stream, &buffer, 1) { raw, status in
            let request = Unmanaged<WriteRequest>.fromOpaque(raw!.pointee.data).takeRetainedValue()
            if status < 0 { owner(raw!.pointee.handle.pointee.data, TCPStream.self)?.fail(.system(UVError(code: status))) }
            request.done?(status == 0)
        }
        if status < 0 { Unmanaged<WriteRequest>.fromOpaque(raw.pointee.data).release() }
        return status
    }
}
