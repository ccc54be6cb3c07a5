import Basis
internal import CLibuv
import Glibc

/// A listening TCP socket. Giving it up closes it; accepted connections live on.
///
/// It accepts by itself, on libuv's readiness, so that running out of descriptors is seen and counted: a spare one is given up for the
/// moment that it takes to accept and close, and peers learn at once instead of hanging in the backlog.
/// `@unchecked Sendable`: used on its loop only, which is checked.
package final class TCPListener: @unchecked Sendable {
    package static let backlog: Int32 = 1024
    /// Connections taken before the loop turns to other work.
    package static let acceptsPerTurn = 64

    /// Where it is bound; the port is the system's choice when 0 was asked for.
    package let localAddress: SocketAddress
    /// Connections closed at once because no descriptor was left.
    package private(set) var refused = 0

    private let descriptor: Int32
    private var spare: Int32
    private var handle: Handle<uv_poll_t>?
    private let accepted: (TCPStream) -> Void

    /// `sharesPort` lets the listeners of several loops be bound to one port (SO_REUSEPORT).
    package init(
        on loop: EventLoop, at address: SocketAddress, sharesPort: Bool = false, accepted: @escaping (TCPStream) -> Void
    ) throws(UVError) {
        let descriptor = try Self.listen(at: address, sharesPort: sharesPort)
        do throws(UVError) {
            localAddress = try .read { getsockname(descriptor, $0, asUnsigned(&$1)) == 0 ? 0 : -errno }
            let handle = try Handle<uv_poll_t>(on: loop) { uv_poll_init(loop.raw, $0, descriptor) }
            self.descriptor = descriptor
            self.accepted = accepted
            spare = Self.openSpare()
            handle.setOwner(self)
            uv_poll_start(handle.raw, Int32(UV_READABLE.rawValue)) { handle, _, _ in
                owner(handle!.pointee.data, TCPListener.self)?.accept(on: owner(handle!.pointee.loop.pointee.data)!)
            }
            self.handle = consume handle
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit {
        handle = nil
        Glibc.close(descriptor)
        Glibc.close(spare)
    }

    private func accept(on loop: EventLoop) {
        for _ in 0..<Self.acceptsPerTurn {
            var connection: Int32 = -1
            do throws(UVError) {
                let peer = try SocketAddress.read { address, length in
                    connection = systemCall(accept4(descriptor, address, asUnsigned(&length), Int32(SOCK_CLOEXEC.rawValue)))
                    return connection
                }
                accepted(try TCPStream(on: loop, descriptor: connection, peer: peer))
            } catch {
                switch error.code {
                case _ where connection >= 0: Glibc.close(connection)
                case -EMFILE, -ENFILE: refuse()
                case -ECONNABORTED: continue
                default: return
                }
            }
        }
    }

    private func refuse() {
        Glibc.close(spare)
        let connection = Glibc.accept(descriptor, nil, nil)
        if connection >= 0 {
            refused += 1
            Glibc.close(connection)
        }
        spare = Self.openSpare()
    }

    private static func openSpare() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

    private static func listen(at address: SocketAddress, sharesPort: Bool) throws(UVError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = try UVError.check(systemCall(socket(address.isIPv4 ? AF_INET : AF_INET6, type, 0)))
        do throws(UVError) {
            try setOption(descriptor, SO_REUSEADDR, to: 1)
            if sharesPort { try setOption(descriptor, SO_REUSEPORT, to: 1) }
            let size = socklen_t(address.isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
            try UVError.check(address.withSystemAddress(ipv6: !address.isIPv4) { systemCall(bind(descriptor, $0, size)) })
            try UVError.check(systemCall(Glibc.listen(descriptor, backlog)))
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }
}

private func systemCall(_ result: Int32) -> Int32 { result < 0 ? -errno : result }

private func asUnsigned(_ length: UnsafeMutablePointer<Int32>) -> UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(length).assumingMemoryBound(to: UInt32.self)
}
