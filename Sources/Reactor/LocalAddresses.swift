import Basis
internal import CLibuv

/// The addresses of this machine's interfaces, port 0, those of the loop-back interface left out.
package enum LocalAddresses {
    package static func all() -> [SocketAddress] {
        var interfaces: UnsafeMutablePointer<uv_interface_address_t>?, count: Int32 = 0
        guard uv_interface_addresses(&interfaces, &count) == 0, let interfaces else { return [] }
        defer { uv_free_interface_addresses(interfaces, count) }
        return (0..<Int(count)).compactMap { place in
            guard interfaces[place].is_internal == 0 else { return nil }
            return withUnsafeBytes(of: &interfaces[place].address) { SocketAddress(systemAddress: $0.baseAddress!) }?.with(port: 0)
        }
    }
}
