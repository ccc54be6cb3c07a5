import Basis
import Reactor
import SIP
import Testing

@testable import Transports

@Suite("Messages on the wire")
struct ConnectionTests {
    @Test("requests go out on one connection, answers come back on it", arguments: ["127.0.0.1:0", "[::1]:0"])
    func reuse(address: String) throws {
        try onLoop { loop in
            let us = try Side(loop, at: SocketAddress(address)!), trunk = try Side(loop, at: SocketAddress(address)!)
            for method in ["INVITE", "CANCEL", "BYE"] { us.send(request(method), to: trunk.address, over: .tcp) }
            trunk.wait { trunk.arrivals.count == 3 }
            #expect(trunk.arrivals.map { String($0.text.prefix { $0 != " " }) } == ["INVITE", "CANCEL", "BYE"])
            trunk.send(answer, to: try #require(trunk.arrivals.first).source, over: .tcp)
            trunk.send(request("OPTIONS", body: 5000), to: try #require(trunk.arrivals.first).source, over: .tcp)
            us.wait { us.arrivals.count == 2 }
            #expect(us.arrivals.map(\.text) == [answer, request("OPTIONS", body: 5000)])
            #expect(us.arrivals.allSatisfy { $0.source == trunk.address && $0.transport == .tcp })
            #expect(us.transports.connectionCount == 1 && trunk.transports.connectionCount == 1)
            #expect(us.failures.isEmpty && trunk.failures.isEmpty)
            let ours = SIPTransports.ConnectionKind(.tcp, isOurs: true), theirs = SIPTransports.ConnectionKind(.tcp, isOurs: false)
            #expect(us.transports.open == [ours: 1] && us.transports.opened == [ours: 1])
            #expect(trunk.transports.open == [theirs: 1] && trunk.transports.opened == [theirs: 1])
        }
    }

    @Test("a refused connection is told at once, and nothing more is tried until its pause is over")
    func refused() throws {
        try onLoop { loop in
            let us = try Side(loop), nobody = try closedPort(loop)
            us.send(request(), to: nobody, over: .tcp)
            us.wait { us.failures.count == 1 }
            us.send(request(), to: nobody, over: .tcp)
            us.wait { us.failures.count == 2 }
            #expect(us.failures.map(\.reason) == [.refused, .backingOff])
            #expect(us.failures.allSatisfy { $0.destination == nobody && $0.transport == .tcp })
            #expect(us.transports.isBackingOff(nobody, over: .tcp) && !us.transports.isBackingOff(nobody, over: .udp))
        }
    }

    @Test("a datagram that comes back by ICMP is told; so is one that cannot be sent")
    func undelivered() throws {
        try onLoop { loop in
            let us = try Side(loop), nobody = try closedPort(loop)
            us.send(request(over: .udp), to: nobody, over: .udp)
            us.wait { us.failures.count == 1 }
            us.send(request(over: .udp, body: 70_000), to: nobody, over: .udp)
            us.wait { us.failures.count == 2 }
            #expect(us.failures.map(\.reason) == [.refused, .datagramTooLong])
            #expect(us.failures.allSatisfy { $0.destination == nobody && $0.transport == .udp })
            #expect(!us.transports.reaches(SocketAddress("[::1]:5060")!, over: .udp) && us.transports.reaches(nobody, over: .udp))
        }
    }

    /// A raw trunk that closes each connection when it has read a message, until it has read `count`.
    private func closingTrunk(_ loop: EventLoop, after count: Int, reads: @escaping (String, TCPStream) -> Void) throws -> TCPListener {
        var streams: [TCPStream] = [], read = 0
        return try TCPListener(on: loop, at: loopback) { stream in
            streams.append(stream)
            stream.start(
                received: { bytes in
                    read += 1
                    reads(String(decoding: bytes.withUnsafeBufferPointer { Array($0) }, as: UTF8.self), stream)
                    if read < count { stream.close() }
                }, ended: {}, failed: { _ in })
        }
    }

    @Test("a request whose connection breaks before an answer is said once more on another one, and not a third time")
    func repeating() throws {
        try onLoop { loop in
            let us = try Side(loop)
            var texts: [String] = []
            let trunk = try closingTrunk(loop, after: 3) { text, _ in
                texts.append(text)
                if texts.count == 3 { loop.stop() }
            }
            us.send(request("BYE"), to: trunk.localAddress, over: .tcp)
            us.wait { us.failures.count == 1 }
            #expect(texts == [request("BYE"), request("BYE")])
            #expect([.closedByPeer, .reset].contains(try #require(us.failures.first).reason))
            let ours = SIPTransports.ConnectionKind(.tcp, isOurs: true)
            #expect(us.transports.reconnections == 1 && us.transports.opened == [ours: 2] && us.transports.open.isEmpty)
            us.send(request("OPTIONS"), to: trunk.localAddress, over: .tcp)
            loop.run()
            #expect(texts.last == request("OPTIONS") && us.transports.connectionCount == 1)
        }
    }

    @Test(
        "a request whose answer cannot be read is said once more as well, and that the peer was heard is told each time",
        arguments: [
            "SIP/2.0 180 Ringing\r\nContent-Length: x\r\n\r\n", "SIP/2.0 180 Ringing\r\nContent-Length: 0\r\nl: 0\r\n\r\n",
            "SIP/2.0 183 Session Progress\r\nContent-Length: 70000\r\n\r\n", String(repeating: "a", count: 40_000),
        ])
    func unreadable(text: String) throws {
        try onLoop { loop in
            let us = try Side(loop)
            var texts: [String] = []
            let trunk = try closingTrunk(loop, after: 0) { heard, stream in
                texts.append(heard)
                stream.write(Array(text.utf8))
            }
            us.send(request("INVITE"), to: trunk.localAddress, over: .tcp)
            us.wait { us.failures.count == 2 }
            #expect(
                texts == [request("INVITE"), request("INVITE")] && us.failures.allSatisfy { $0.reason == .framing && $0.reason.isOfContent }
            )
            #expect(us.transports.reconnections == 1 && us.transports.failures == [.framing: 2])
        }
    }

    @Test("so is one whose answer stops in the middle")
    func stalled() throws {
        try onLoop { loop in
            let us = try Side(loop) { $0.messageWithin = .milliseconds(50) }
            let trunk = try closingTrunk(loop, after: 0) { _, stream in stream.write(Array("SIP/2.0 180 Rin".utf8)) }
            us.send(request("INVITE"), to: trunk.localAddress, over: .tcp)
            us.wait { us.failures.count == 2 }
            #expect(us.failures.allSatisfy { $0.reason == .messageTooSlow && $0.reason.isOfContent } && us.transports.reconnections == 1)
        }
    }

    @Test("what was answered is not said again")
    func answered() throws {
        try onLoop { loop in
            let us = try Side(loop)
            var count = 0
            let trunk = try closingTrunk(loop, after: 2) { _, stream in
                count += 1
                stream.write(Array(answer.utf8))
                stream.finishWriting()
            }
            us.send(request("BYE"), to: trunk.localAddress, over: .tcp)
            try us.waitForPeers { us.transports.connectionCount == 0 }
            #expect(us.arrivals.map(\.text) == [answer] && count == 1)
        }
    }

    @Test("a trunk that closes its idle connections has failed nobody, and the next request goes out on another one")
    func idle() throws {
        try onLoop { loop in
            let us = try Side(loop)
            let trunk = try closingTrunk(loop, after: 0) { _, stream in
                stream.write(Array(answer.utf8))
                stream.finishWriting()
            }
            for number in 1...3 {
                us.send(request("OPTIONS"), to: trunk.localAddress, over: .tcp)
                try us.waitForPeers { us.arrivals.count == number && us.transports.connectionCount == 0 }
            }
            let counted = us.transports.failures
            #expect(us.failures.isEmpty && counted == [.closedByPeer: 3] && us.transports.reconnections == 0, "\(counted)")
        }
    }

    @Test("a request that went by a connection of the peer's is said once more on one of ours when that breaks, and then has failed")
    func theirs() throws {
        try onLoop { loop in
            let us = try Side(loop)
            var stream: TCPStream?
            stream = try TCPStream(on: loop, to: us.address) { _ in
                stream?.start(received: { _ in stream?.close() }, ended: {}, failed: { _ in })
                stream?.write(Array(request().utf8))
            }
            us.wait { us.arrivals.count == 1 }
            us.send(request("BYE"), to: try #require(us.arrivals.first).source, over: .tcp)
            us.wait { us.failures.count == 1 }
            #expect(us.failures.map(\.reason) == [.refused] && us.transports.reconnections == 1)
        }
    }

    @Test("nobody is connected to for an answer whose connection is gone")
    func lateAnswer() throws {
        try onLoop { loop in
            let us = try Side(loop)
            us.send(answer, to: try closedPort(loop), over: .tcp)
            #expect(us.transports.lostResponses == 1 && us.transports.connectionCount == 0)
        }
    }
}

@Suite("Peers that try our patience")
struct HostilePeerTests {
    /// What a raw peer that connected to `side` is sent, until it has `count` bytes or is closed.
    private func conversation(_ side: Side, _ writes: [[UInt8]], until count: Int = .max) throws -> [UInt8] {
        var answer: [UInt8] = []
        var stream: TCPStream?
        stream = try TCPStream(on: side.loop, to: side.address) { _ in
            stream?.start(
                received: { bytes in
                    answer += bytes.withUnsafeBufferPointer { Array($0) }
                    if answer.count >= count { side.loop.stop() }
                },
                ended: { side.loop.stop() }, failed: { _ in side.loop.stop() })
            for bytes in writes { stream?.write(bytes) }
        }
        side.loop.run()
        stream?.close()
        return answer
    }

    @Test("a double CRLF is answered by one, also between messages")
    func ping() throws {
        try onLoop { loop in
            let us = try Side(loop), ping: [UInt8] = [13, 10, 13, 10]
            #expect(try conversation(us, [ping, Array(request().utf8), ping], until: 4) == [13, 10, 13, 10])
            #expect(us.arrivals.map(\.text) == [request()])
        }
    }

    @Test("a message that comes a byte at a time, or two in a segment, arrives whole")
    func segments() throws {
        try onLoop { loop in
            let us = try Side(loop), ping: [UInt8] = [13, 10, 13, 10]
            let bytes = Array(request(body: 20).utf8)
            _ = try conversation(us, bytes.map { [$0] } + [bytes + bytes, ping], until: 2)
            #expect(us.arrivals.map(\.text) == Array(repeating: request(body: 20), count: 3))
        }
    }

    @Test(
        "what is no SIP, or too long, ends the connection and nothing arrives",
        arguments: [
            "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", String(repeating: "a", count: 40_000),
            "OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
            "OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        ])
    func broken(text: String) throws {
        try onLoop { loop in
            let us = try Side(loop)
            #expect(try conversation(us, [Array(text.utf8)]).isEmpty)
            #expect(us.arrivals.isEmpty && us.transports.connectionCount == 0 && us.transports.failures == [.framing: 1])
        }
    }

    @Test("connections are limited both ways, and so is what waits for one")
    func limits() throws {
        try onLoop { loop in
            let us = try Side(loop) { $0.acceptedLimit = 0 }
            #expect(try conversation(us, []).isEmpty)
            #expect(us.transports.failures == [.tooManyConnections: 1])
            let busy = try Side(loop) { ($0.connectionLimit, $0.queuedBytesLimit) = (1, 1000) }
            let nobody = try closedPort(loop)
            for _ in 0..<2 { busy.send(request(body: 500), to: us.address, over: .tcp) }
            busy.send(request(), to: nobody, over: .tcp)
            busy.wait { busy.failures.count >= 2 }
            #expect(busy.failures.prefix(2).map(\.reason) == [.queueFull, .tooManyConnections])
        }
    }
}
