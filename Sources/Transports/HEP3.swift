import Basis
import SIP

/// A SIP message as it went over the network, in the packet that Homer takes (HEP3: the Homer Encapsulation Protocol, "HEP/EEP",
/// revision 12): chunks of vendor 0, each with its type and its length.
package struct HEP3 {
    package let source: SocketAddress
    package let destination: SocketAddress
    package let transport: Transport
    package let at: WallTime
    /// Whoever captures, by a number of Homer's choice.
    package let agent: UInt32
    /// What Homer joins legs by: the Session-ID (RFC 7989), where it is known.
    package let correlation: String?
    package let message: [UInt8]

    package init(
        _ message: [UInt8], from source: SocketAddress, to destination: SocketAddress, over transport: Transport, at time: WallTime,
        agent: UInt32, correlation: String?
    ) {
        (self.message, self.source, self.destination, self.transport) = (message, source, destination, transport)
        (at, self.agent, self.correlation) = (time, agent, correlation)
    }

    /// Bytes of the longest packet: it has a length of 16 bits, and goes in one datagram.
    package static let limit = 65_000

    /// Nil for what is too long.
    package var packet: [UInt8]? {
        let isIPv4 = source.isIPv4 && destination.isIPv4
        var chunks: [UInt8] = []
        func add(_ type: UInt16, _ value: [UInt8]) {
            for word in [0, type, UInt16(truncatingIfNeeded: value.count + 6)] { chunks += word.bigEndianBytes }
            chunks += value
        }
        guard message.count < Self.limit else { return nil }
        add(0x0001, [isIPv4 ? 2 : 10])
        // TLS goes over TCP, and is captured before it is encrypted.
        add(0x0002, [transport == .udp ? 17 : 6])
        for (index, address) in [source, destination].enumerated() {
            let place = UInt16(index)
            if isIPv4 {
                add(0x0003 + place, address.ipv4!.bigEndianBytes)
            } else {
                add(0x0005 + place, address.high.bigEndianBytes + address.low.bigEndianBytes)
            }
        }
        add(0x0007, source.port.bigEndianBytes)
        add(0x0008, destination.port.bigEndianBytes)
        add(0x0009, UInt32(truncatingIfNeeded: at.milliseconds / 1000).bigEndianBytes)
        add(0x000A, UInt32(at.milliseconds % 1000 * 1000).bigEndianBytes)
        add(0x000B, [1])
        add(0x000C, agent.bigEndianBytes)
        if let correlation { add(0x0011, Array(correlation.utf8)) }
        add(0x000F, message)
        let length = chunks.count + 6
        return length <= Self.limit ? Array("HEP3".utf8) + UInt16(length).bigEndianBytes + chunks : nil
    }
}

extension FixedWidthInteger {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
