import Basis
internal import CLibuv
import Glibc

extension SocketAddress {
    /// The address as the system writes it. An IPv6 socket takes IPv4 addresses in their mapped form (RFC 4291 §2.5.5.2).
    func withSystemAddress<Result>(ipv6: Bool, _ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        guard let ipv4, !ipv6 else {
            var system = sockaddr_in6()
            system.sin6_family = sa_family_t(AF_INET6)
            system.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &system.sin6_addr) {
                $0.storeBytes(of: high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return withUnsafeBytes(of: system) { body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self)) }
        }
        var system = sockaddr_in()
        system.sin_family = sa_family_t(AF_INET)
        system.sin_port = port.bigEndian
        system.sin_addr.s_addr = ipv4.bigEndian
        return withUnsafeBytes(of: system) { body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self)) }
    }

    init?(system: UnsafePointer<sockaddr>) { self.init(systemAddress: system) }

    /// Reads a `sockaddr` of any kind; nil for anything but IPv4 and IPv6.
    package init?(systemAddress bytes: UnsafeRawPointer) {
        switch Int32(bytes.loadUnaligned(as: sockaddr.self).sa_family) {
        case AF_INET:
            let address = bytes.loadUnaligned(as: sockaddr_in.self)
            self.init(ipv4: UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = bytes.loadUnaligned(as: sockaddr_in6.self)
            let (high, low) = withUnsafeBytes(of: address.sin6_addr) {
                ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            self.init(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low), port: UInt16(bigEndian: address.sin6_port))
        default:
            return nil
        }
    }

    /// Reads an address through a call in the manner of getsockname.
    static func read(_ call: (UnsafeMutablePointer<sockaddr>, inout Int32) -> Int32) throws(UVError) -> SocketAddress {
        var storage = sockaddr_storage(), length = Int32(MemoryLayout<sockaddr_storage>.size), status: Int32 = 0
        let address = withUnsafeMutableBytes(of: &storage) { bytes in
            let system = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            status = call(system, &length)
            return status < 0 ? nil : SocketAddress(system: system)
        }
        try UVError.check(status)
        guard let address else { throw UVError(code: UV_EAFNOSUPPORT.rawValue) }
        return address
    }
}

/// Sets an integer option of a socket; the error is libuv's form of errno.
func setOption(_ descriptor: Int32, level: Int32 = SOL_SOCKET, _ option: Int32, to value: Int32) throws(UVError) {
    var value = value
    if setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) != 0 { throw UVError(code: -errno) }
}
