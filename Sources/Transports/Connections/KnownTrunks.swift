import Basis
import SIP

/// What is known of addresses that names were resolved to: the host name a certificate must say.
///
/// Of two trunks that share an address the one that was resolved last counts.
struct KnownTrunks {
    private struct Host: Hashable {
        let high: UInt64, low: UInt64
        init(_ address: SocketAddress) { (high, low) = (address.high, address.low) }
    }

    private var serverNames: [Host: String] = [:]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The host's name is that of all its ports, because a `Contact` may point to another one.
    mutating func learn(_ address: SocketAddress, serverName: String?) {
        if serverNames.count >= limit { serverNames = [:] }
        serverNames[Host(address)] = serverName
    }

    /// Whom a connection to the address is with.
    func peer(at address: SocketAddress, over transport: Transport) -> Peer {
        Peer(address, transport, serverName: transport == .tls ? serverNames[Host(address)] : nil)
    }
}
