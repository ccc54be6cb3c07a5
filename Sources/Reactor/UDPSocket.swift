import Basis
internal import CLibuv
import Glibc

/// A bound UDP socket. Giving it up closes it.
///
/// `@unchecked Sendable`: used on its loop only, which is checked.
package final class UDPSocket: @unchecked Sendable {
    /// Asked of the system for datagrams not yet read; it may grant less (`net.core.rmem_max`).
    package static let receiveBufferBytes: Int32 = 4 << 20

    /// Where it is bound; the port is the system's choice when 0 was asked for.
    package let localAddress: SocketAddress
    /// Datagrams that the system would not take: for the protocol above they are lost like any other.
    package private(set) var lost = 0

    private let handle: Handle<uv_udp_t>
    private let isIPv6: Bool
    private let received: (Span<UInt8>, SocketAddress) -> Void

    /// `received` gets each datagram with its source; the bytes are gone when it returns. `::` takes IPv4 as well.
    ///
    /// `sharesPort` lets the sockets of several loops be bound to one port, the system spreading peers over them (SO_REUSEPORT).
    package init(
        on loop: EventLoop, at address: SocketAddress, sharesPort: Bool = false,
        received: @escaping (Span<UInt8>, SocketAddress) -> Void
    ) throws(UVError) {
        let isIPv6 = !address.isIPv4
        let flags = UInt32(isIPv6 ? AF_INET6 : AF_INET) | UInt32(UV_UDP_RECVMMSG.rawValue)
        handle = try Handle(on: loop) { uv_udp_init_ex(loop.raw, $0, flags) }
        var descriptor: Int32 = -1
        try UVError.check(uv_fileno(handle.base, &descriptor))
        if sharesPort { try setOption(descriptor, SO_REUSEPORT, to: 1) }
        try setOption(descriptor, SO_RCVBUF, to: Self.receiveBufferBytes)
        let raw = handle.raw
        try UVError.check(address.withSystemAddress(ipv6: isIPv6) { uv_udp_bind(raw, $0, 0) })
        localAddress = try .read { uv_udp_getsockname(raw, $0, &$1) }
        self.isIPv6 = isIPv6
        self.received = received
        handle.setOwner(self)
        try UVError.check(
            uv_udp_recv_start(raw, allocateFromScratch) { handle, count, buffer, source, _ in
                guard count >= 0, let source, let socket = owner(handle!.pointee.data, UDPSocket.self) else { return }
                guard let from = SocketAddress(system: source) else { return }
                let bytes = UnsafeRawBufferPointer(start: buffer!.pointee.base, count: count)
                socket.received(bytes.bindMemory(to: UInt8.self).span, from)
            })
    }

    /// Sends at once; false (and one more ``lost``) when the system does not take it.
    @discardableResult
    package func send(_ bytes: [UInt8], to address: SocketAddress) -> Bool {
        handle.loop.checkIsolated()
        let sent = bytes.withUnsafeBytes { bytes in
            var buffer = uv_buf_init(UnsafeMutablePointer(mutating: bytes.bindMemory(to: CChar.self).baseAddress), UInt32(bytes.count))
            return address.withSystemAddress(ipv6: isIPv6) { uv_udp_try_send(handle.raw, &buffer, 1, $0) }
        }
        if sent < 0 { lost += 1 }
        return sent >= 0
    }
}

/// libuv's allocation callback: the loop's scratch memory.
func allocateFromScratch(_ handle: UnsafeMutablePointer<uv_handle_t>?, _: Int, _ buffer: UnsafeMutablePointer<uv_buf_t>?) {
    guard let loop = owner(handle!.pointee.loop.pointee.data, EventLoop.self) else { return }
    buffer!.pointee = uv_buf_init(loop.scratch.baseAddress!.assumingMemoryBound(to: CChar.self), UInt32(loop.scratch.count))
}
