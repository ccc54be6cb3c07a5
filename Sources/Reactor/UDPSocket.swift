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
    private let descriptor: Int32
    private let isIPv6: Bool
    private let received: (Span<UInt8>, SocketAddress) -> Void
    private let undelivered: ((SocketAddress, UVError) -> Void)?

    /// `received` gets each datagram with its source; the bytes are gone when it returns. `::` takes IPv4 as well.
    ///
    /// `sharesPort` lets the sockets of several loops be bound to one port, the system spreading peers over them (SO_REUSEPORT).
    /// `undelivered` gets the destination of a datagram that cannot be sent or came back by ICMP, and why: ECONNREFUSED, EHOSTUNREACH,
    /// EMSGSIZE; always in a later turn, and not once the socket is given up.
    package init(
        on loop: EventLoop, at address: SocketAddress, sharesPort: Bool = false,
        undelivered: ((SocketAddress, UVError) -> Void)? = nil,
        received: @escaping (Span<UInt8>, SocketAddress) -> Void
    ) throws(UVError) {
        let isIPv6 = !address.isIPv4
        let flags = UInt32(isIPv6 ? AF_INET6 : AF_INET) | UInt32(UV_UDP_RECVMMSG.rawValue)
        handle = try Handle(on: loop) { uv_udp_init_ex(loop.raw, $0, flags) }
        var descriptor: Int32 = -1
        try UVError.check(uv_fileno(handle.base, &descriptor))
        if sharesPort { try setOption(descriptor, SO_REUSEPORT, to: 1) }
        try setOption(descriptor, SO_RCVBUF, to: Self.receiveBufferBytes)
        if undelivered != nil {
            try setOption(descriptor, level: Int32(IPPROTO_IP), IP_RECVERR, to: 1)
            if isIPv6 { try setOption(descriptor, level: Int32(IPPROTO_IPV6), IPV6_RECVERR, to: 1) }
        }
        let raw = handle.raw
        try UVError.check(address.withSystemAddress(ipv6: isIPv6) { uv_udp_bind(raw, $0, 0) })
        localAddress = try .read { uv_udp_getsockname(raw, $0, &$1) }
        self.descriptor = descriptor
        self.isIPv6 = isIPv6
        self.received = received
        self.undelivered = undelivered
        handle.setOwner(self)
        try UVError.check(
            uv_udp_recv_start(raw, allocateFromScratch) { handle, count, buffer, source, _ in
                guard let socket = owner(handle!.pointee.data, UDPSocket.self) else { return }
                if count < 0 { socket.readErrors() }
                guard count >= 0, let source, let from = SocketAddress(system: source) else { return }
                let bytes = UnsafeRawBufferPointer(start: buffer!.pointee.base, count: count)
                socket.received(bytes.bindMemory(to: UInt8.self).span, from)
            })
    }

    /// Sends at once; false (and one more ``lost``) when the system does not take it. Unless it may the next time, `undelivered` is told.
    @discardableResult
    package func send(_ bytes: [UInt8], to address: SocketAddress) -> Bool {
        handle.loop.checkIsolated()
        var sent = trySend(bytes, to: address)
        if sent < 0, undelivered != nil, readErrors() { sent = trySend(bytes, to: address) }
        guard sent < 0 else { return true }
        lost += 1
        if undelivered != nil, ![UV_EAGAIN, UV_ENOBUFS, UV_ENOMEM, UV_EINTR].contains(where: { $0.rawValue == sent }) {
            tell(address, UVError(code: sent))
        }
        return false
    }

    private func trySend(_ bytes: [UInt8], to address: SocketAddress) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var buffer = uv_buf_init(UnsafeMutablePointer(mutating: bytes.bindMemory(to: CChar.self).baseAddress), UInt32(bytes.count))
            return address.withSystemAddress(ipv6: isIPv6) { uv_udp_try_send(handle.raw, &buffer, 1, $0) }
        }
    }

    /// Takes all that came back by ICMP, which also clears what the system would answer the next call with; false when there was nothing.
    @discardableResult
    private func readErrors() -> Bool {
        guard undelivered != nil else { return false }
        var found = false
        while let (destination, error) = readError(of: descriptor) {
            found = true
            tell(destination, error)
        }
        return found
    }

    private func tell(_ destination: SocketAddress, _ error: UVError) {
        handle.loop.later(for: self) { $0.undelivered?(destination, error) }
    }
}

/// The next entry of a socket's error queue: where the datagram went and what became of it.
private func readError(of descriptor: Int32) -> (SocketAddress, UVError)? {
    var destination = sockaddr_storage(), control = [UInt64](repeating: 0, count: 64), errorNumber: UInt32 = 0
    let address = withUnsafeMutableBytes(of: &destination) { destination in
        control.withUnsafeMutableBytes { control -> SocketAddress? in
            var message = msghdr()
            message.msg_name = destination.baseAddress
            message.msg_namelen = socklen_t(destination.count)
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            guard recvmsg(descriptor, &message, Int32(MSG_ERRQUEUE) | Int32(MSG_DONTWAIT)) >= 0 else { return nil }
            // struct sock_extended_err begins with the error number, behind the header of the control message.
            if message.msg_controllen > MemoryLayout<cmsghdr>.size + 4 {
                errorNumber = control.loadUnaligned(fromByteOffset: MemoryLayout<cmsghdr>.size, as: UInt32.self)
            }
            return SocketAddress(system: destination.baseAddress!.assumingMemoryBound(to: sockaddr.self))
        }
    }
    return address.map { ($0, UVError(code: -Int32(truncatingIfNeeded: errorNumber))) }
}

/// libuv's allocation callback: the loop's scratch memory.
func allocateFromScratch(_ handle: UnsafeMutablePointer<uv_handle_t>?, _: Int, _ buffer: UnsafeMutablePointer<uv_buf_t>?) {
    guard let loop = owner(handle!.pointee.loop.pointee.data, EventLoop.self) else { return }
    buffer!.pointee = uv_buf_init(loop.scratch.baseAddress!.assumingMemoryBound(to: CChar.self), UInt32(loop.scratch.count))
}
