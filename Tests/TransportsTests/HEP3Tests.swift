import Basis
import SIP
import Testing

@testable import Transports

/// What a capture server reads of a copied message (HEP3 of Homer, revision 3).
@Suite("Copies for a capture server")
struct HEP3Tests {
    private static func packet(
        _ message: [UInt8] = Array("OPTIONS".utf8), from source: String, to destination: String, over transport: Transport,
        correlation: String? = nil
    ) -> [UInt8]? {
        HEP3(
            message, from: SocketAddress(source)!, to: SocketAddress(destination)!, over: transport,
            at: WallTime(milliseconds: 1_700_000_000_123), agent: 7, correlation: correlation
        ).packet
    }

    /// Each chunk's value, as a number where it is one.
    private static func chunks(_ packet: [UInt8]) -> [Int: [UInt8]] {
        var chunks: [Int: [UInt8]] = [:], at = 6
        while at + 6 <= packet.count {
            let length = Int(packet[at + 4]) << 8 | Int(packet[at + 5])
            chunks[Int(packet[at + 2]) << 8 | Int(packet[at + 3])] = Array(packet[at + 6..<at + length])
            at += length
        }
        return chunks
    }
    private static func number(_ bytes: [UInt8]?) -> Int? { bytes.map { $0.reduce(0) { $0 << 8 | Int($1) } } }

    @Test("addresses, ports, protocol and both parts of the time are in it", arguments: [(Transport.udp, 17), (.tcp, 6), (.tls, 6)])
    func ipv4(transport: Transport, number: Int) throws {
        let packet = try #require(Self.packet(from: "192.0.2.1:5060", to: "192.0.2.2:5070", over: transport, correlation: "x@y"))
        #expect(packet.prefix(4).elementsEqual("HEP3".utf8) && Self.number(Array(packet[4...5])) == packet.count)
        let chunks = Self.chunks(packet)
        #expect(chunks[1] == [2] && chunks[2] == [UInt8(number)] && chunks[3] == [192, 0, 2, 1] && chunks[4] == [192, 0, 2, 2])
        #expect(Self.number(chunks[7]) == 5060 && Self.number(chunks[8]) == 5070 && chunks[11] == [1] && Self.number(chunks[12]) == 7)
        #expect(Self.number(chunks[9]) == 1_700_000_000 && Self.number(chunks[10]) == 123_000, "seconds, and microseconds of the second")
        #expect(chunks[17] == Array("x@y".utf8) && chunks[15] == Array("OPTIONS".utf8))
    }

    @Test("IPv6 addresses are of their own kind") func ipv6() throws {
        let chunks = Self.chunks(try #require(Self.packet(from: "[2001:db8::1]:5060", to: "[2001:db8::2]:5060", over: .udp)))
        #expect(chunks[1] == [10] && chunks[3] == nil && chunks[17] == nil)
        #expect(chunks[5] == [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1] && chunks[6]?.last == 2)
    }

    @Test("what is longer than a datagram is not copied") func longest() throws {
        func length(_ count: Int) -> Int? {
            Self.packet(Array(repeating: 65, count: count), from: "192.0.2.1:5060", to: "192.0.2.2:5060", over: .udp)?.count
        }
        let around = try #require(length(0))
        #expect(length(HEP3.limit - around) == HEP3.limit && length(HEP3.limit - around + 1) == nil)
    }
}
