import Basis
import Glibc
import Reactor
import Testing

private let anyIPv4 = SocketAddress("127.0.0.1:0")!

@Suite struct UDPSocketTests {
    @Test(
        "datagrams arrive with their source",
        arguments: [("127.0.0.1:0", "127.0.0.1"), ("[::1]:0", "::1"), ("[::]:0", "127.0.0.1")])
    func echo(server: String, host: String) throws {
        try onLoop { loop in
            var sockets: [UDPSocket] = []
            sockets.append(
                try UDPSocket(on: loop, at: SocketAddress(server)!) { bytes, source in
                    sockets[0].send(bytes.withUnsafeBufferPointer { Array($0) } + [33], to: source)
                })
            let target = SocketAddress(host: host, port: sockets[0].localAddress.port)!
            sockets.append(
                try UDPSocket(on: loop, at: SocketAddress(host: host, port: 0)!) { bytes, source in
                    #expect(bytes.withUnsafeBufferPointer { Array($0) } == [1, 2, 33])
                    #expect(source == target)
                    sockets.removeAll()
                    loop.stop()
                })
            #expect(sockets[1].localAddress.port != 0)
            #expect(sockets[1].send([1, 2], to: target))
        }
    }

    @Test("a burst arrives whole and in order")
    func burst() throws {
        try onLoop { loop in
            var next = 0
            let receiver = try UDPSocket(on: loop, at: anyIPv4) { bytes, _ in
                #expect(bytes.count == 1000 + next)
                next += 1
                if next == 200 { loop.stop() }
            }
            let sender = try UDPSocket(on: loop, at: anyIPv4) { _, _ in }
            for number in 0..<200 { #expect(sender.send(Array(repeating: 7, count: 1000 + number), to: receiver.localAddress)) }
            loop.run()
            #expect(next == 200 && sender.lost == 0)
            loop.stop()
        }
    }

    @Test("what the system does not take is counted as lost")
    func lost() throws {
        try onLoop { loop in
            let socket = try UDPSocket(on: loop, at: anyIPv4) { _, _ in }
            #expect(!socket.send(Array(repeating: 0, count: 70_000), to: socket.localAddress))
            #expect(socket.lost == 1)
            loop.stop()
        }
    }

    @Test("what comes back for a socket that was given up is told to nobody")
    func givenUp() throws {
        try onLoop { loop in
            var told = 0
            let nobody = try TCPListener(on: loop, at: anyIPv4) { _ in }.localAddress
            for isGivenUp in [false, true] {
                var socket: UDPSocket? = try UDPSocket(on: loop, at: anyIPv4, undelivered: { _, _ in told += 1 }, received: { _, _ in })
                #expect(socket?.send(Array(repeating: 0, count: 70_000), to: nobody) == false)
                if isGivenUp { socket = nil }
                loop.submit { loop.submit { loop.submit { loop.stop() } } }
                loop.run()
                withExtendedLifetime(socket) {}
            }
            #expect(told == 1)
            loop.stop()
        }
    }

    @Test("an address in use is refused, unless the port is shared")
    func inUse() throws {
        try onLoop { loop in
            let first = try UDPSocket(on: loop, at: anyIPv4, sharesPort: true) { _, _ in }
            #expect(throws: UVError.self) { try UDPSocket(on: loop, at: first.localAddress) { _, _ in } }
            let second = try UDPSocket(on: loop, at: first.localAddress, sharesPort: true) { _, _ in }
            #expect(second.localAddress == first.localAddress)
            loop.stop()
        }
    }
}

@Suite struct TCPTests {
    /// A listener whose connections are given to `serve`, and the streams alive.
    private final class Server {
        var streams: [TCPStream] = []
        var listener: TCPListener?

        init(on loop: EventLoop, at address: SocketAddress = anyIPv4, serve: @escaping (TCPStream) -> Void) throws {
            listener = try TCPListener(on: loop, at: address) { [weak self] stream in
                self?.streams.append(stream)
                serve(stream)
            }
        }
    }

    @Test("bytes go both ways, each side closes its half", arguments: ["127.0.0.1:0", "[::1]:0"])
    func halfClose(address: String) throws {
        try onLoop { loop in
            let server = try Server(on: loop, at: SocketAddress(address)!) { stream in
                stream.start(
                    received: { stream.write($0.withUnsafeBufferPointer { Array($0) }) },
                    ended: { stream.finishWriting() }, failed: { Issue.record("server: \($0)") })
            }
            let target = server.listener!.localAddress
            let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
            var got: [UInt8] = []
            var client: TCPStream?
            client = try TCPStream(on: loop, to: target) { error in
                #expect(error == nil)
                client?.start(
                    received: { $0.withUnsafeBufferPointer { got += $0 } }, ended: { loop.stop() },
                    failed: { Issue.record("client: \($0)") })
                client?.write(sent) { #expect($0) }
                client?.finishWriting()
            }
            loop.run()
            #expect(got == sent)
            #expect(try #require(server.streams.first).peer == client?.localAddress())
            server.streams.first?.close()
            client?.close()
            client?.write([1]) { #expect(!$0) }
            loop.stop()
        }
    }

    @Test("a peer that does not read ends its connection at the limit")
    func slowReader() throws {
        try onLoop { loop in
            var failures: [TCPStream.Failure] = []
            var completions: [Bool] = []
            let server = try Server(on: loop) { stream in
                stream.writeQueueLimit = 100_000
                stream.start(received: { _ in }, ended: {}, failed: { failures.append($0) })
                while stream.isOpen { stream.write(Array(repeating: 1, count: 65_536)) { completions.append($0) } }
                #expect(stream.queuedBytes == 0)
                loop.submit { loop.submit { loop.stop() } }
            }
            let client = try TCPStream(on: loop, to: server.listener!.localAddress) { #expect($0 == nil) }
            loop.run()
            #expect(failures == [.writeQueueFull])
            #expect(completions.contains(true) && completions.last == false)
            client.close()
            server.streams.removeAll()
            loop.stop()
        }
    }

    @Test("of a bounded send buffer the system says what it made of it, and takes little more for a peer that never reads")
    func sendBuffer() throws {
        try onLoop { loop in
            let bound = 64 << 10, all = 8 << 20
            let server = try Server(on: loop) { stream in
                stream.writeQueueLimit = 2 * all
                let made = try? stream.boundSendBuffer(bound)
                #expect(made.map { (bound / 2...2 * bound).contains($0) } == true, "\(made ?? 0)")
                stream.start(received: { _ in }, ended: {}, failed: { Issue.record("\($0)") })
                stream.write(Array(repeating: 1, count: all)) { _ in }
            }
            let client = try TCPStream(on: loop, to: server.listener!.localAddress) { #expect($0 == nil) }
            let alarm = try Alarm(on: loop) { loop.stop() }
            alarm.set(at: loop.now + .milliseconds(300))
            loop.run()
            let waiting = try #require(server.streams.first).queuedBytes
            #expect(waiting > all - (1 << 20), "\(all - waiting) bytes were taken")
            client.close()
            server.streams.removeAll()
            loop.stop()
        }
    }

    @Test("a reading pause holds bytes back")
    func pause() throws {
        try onLoop { loop in
            var got = 0
            let server = try Server(on: loop) { stream in
                stream.start(received: { got += $0.count }, ended: { loop.stop() }, failed: { Issue.record("\($0)") })
                stream.pauseReading()
            }
            var client: TCPStream?
            var alarm: Alarm?
            client = try TCPStream(on: loop, to: server.listener!.localAddress) { _ in
                client?.write([1, 2, 3])
                client?.finishWriting()
                alarm?.set(at: loop.now + .milliseconds(20))
            }
            alarm = try Alarm(on: loop) {
                #expect(got == 0)
                server.streams.first?.resumeReading()
            }
            loop.run()
            #expect(got == 3)
            (client, alarm) = (nil, nil)
            loop.stop()
        }
    }

    @Test("a refused connection says so; one given up says nothing")
    func refused() throws {
        try onLoop { loop in
            let port = try TCPListener(on: loop, at: anyIPv4) { _ in }.localAddress
            _ = try TCPStream(on: loop, to: port) { _ in Issue.record("given up") }
            var kept: TCPStream?
            kept = try TCPStream(on: loop, to: port) { error in
                #expect(error?.code == -ECONNREFUSED && error?.description.hasPrefix("ECONNREFUSED") == true)
                #expect(kept?.isOpen == false)
                kept = nil
                loop.stop()
            }
        }
    }

    @Test("a reset is a failure, given once")
    func reset() throws {
        try onLoop { loop in
            let server = try Server(on: loop) { stream in
                stream.start(
                    received: { _ in stream.close() }, ended: {}, failed: { Issue.record("\($0)") })
            }
            var client: TCPStream?
            client = try TCPStream(on: loop, to: server.listener!.localAddress) { _ in
                client?.start(
                    received: { _ in }, ended: { client?.write([1]) },
                    failed: { failure in
                        #expect([.system(UVError(code: -ECONNRESET)), .system(UVError(code: -EPIPE))].contains(failure))
                        client = nil
                        loop.stop()
                    })
                client?.write(Array(repeating: 0, count: 3_000_000))
            }
            loop.run()
            #expect(client == nil)
            loop.stop()
            withExtendedLifetime(server) {}
        }
    }

    /// Two turns: what was put off for the next one has been done.
    private func afterwards(_ loop: EventLoop) {
        loop.submit { loop.submit { loop.submit { loop.stop() } } }
        loop.run()
    }

    @Test("a failure that is still to be told is not, once the stream is closed or given up", arguments: [true, false])
    func silence(closes: Bool) throws {
        try onLoop { loop in
            var failures: [TCPStream.Failure] = [], completions: [Bool] = []
            let listener = try TCPListener(on: loop, at: anyIPv4) { _ in }
            func failing() throws -> TCPStream {
                let stream = try TCPStream(on: loop, to: listener.localAddress) { _ in Issue.record("closed, and yet connected") }
                stream.start(received: { _ in }, ended: {}, failed: { failures.append($0) })
                stream.writeQueueLimit = 10
                stream.write(Array(repeating: 0, count: 11)) { completions.append($0) }
                #expect(!stream.isOpen)
                return stream
            }
            var stream: TCPStream? = try failing()
            if closes { stream?.close() } else { stream = nil }
            afterwards(loop)
            #expect(failures.isEmpty && completions == (closes ? [false] : []))
            stream = try failing()
            afterwards(loop)
            #expect(failures == [.writeQueueFull] && completions.last == false)
            stream?.close()
            loop.stop()
        }
    }

    @Test("a write behind the end of our half is a failure, also while bytes wait before it")
    func writeBehindTheEnd() throws {
        try onLoop { loop in
            var failures: [TCPStream.Failure] = [], completions: [Bool] = []
            let server = try Server(on: loop) { stream in
                stream.start(received: { _ in }, ended: {}, failed: { failures.append($0) })
                stream.writeQueueLimit = 16 << 20
                stream.write(Array(repeating: 1, count: 8 << 20)) { completions.append($0) }
                #expect(stream.queuedBytes > 0)
                stream.finishWriting()
                stream.write([2]) { completions.append($0) }
                loop.submit { loop.submit { loop.stop() } }
            }
            let client = try TCPStream(on: loop, to: server.listener!.localAddress) { #expect($0 == nil) }
            loop.run()
            #expect(failures == [.system(UVError(code: -EPIPE))] && completions.last == false)
            client.close()
            server.streams.removeAll()
            loop.stop()
        }
    }

    @Test("out of descriptors, a listener closes and counts, and recovers by itself")
    func descriptors() async {
        await #expect(processExitsWith: .success) {
            try onLoop { loop in
                let server = try Server(on: loop) { _ in }
                let target = server.listener!.localAddress
                var held: [Int32] = []
                var clients = try (0..<3).map { _ in try TCPStream(on: loop, to: target) { precondition($0 == nil) } }
                precondition(clients.allSatisfy(\.isOpen))
                var limit = rlimit(rlim_cur: 64, rlim_max: 64)
                precondition(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
                while case let descriptor = dup(0), descriptor >= 0 { held.append(descriptor) }
                let alarm = try Alarm(on: loop) {
                    if server.listener!.refused < 3 { return loop.stop() }
                    for descriptor in held { close(descriptor) }
                    held = []
                    clients = [try! TCPStream(on: loop, to: target) { _ in }]
                    loop.submit { loop.submit { loop.stop() } }
                }
                alarm.set(at: loop.now + .milliseconds(50))
                loop.run()
                precondition(server.listener!.refused == 3, "refused \(server.listener!.refused)")
                precondition(server.streams.count == 1, "accepted \(server.streams.count)")
                clients = []
                loop.stop()
            }
        }
    }
}

@Suite struct DescriptorWatchTests {
    @Test("a number that is given anew while its watch is told of it can be watched at once")
    func sameNumber() throws {
        try onLoop { loop in
            var ends: [Int32] = [-1, -1], next: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &next) == 0)
            let number = ends[0], byte: [UInt8] = [7]
            var first: DescriptorWatch?, second: DescriptorWatch?
            first = try DescriptorWatch(on: loop, descriptor: number) { _, _ in
                first?.stop()
                first = nil
                // Closes the one and gives its number to the other.
                #expect(dup2(next[0], number) == number)
                second = try? DescriptorWatch(on: loop, descriptor: number) { readable, _ in
                    #expect(readable)
                    second = nil
                    loop.stop()
                }
                #expect(second != nil)
                second?.wait(readable: true, writable: false)
                #expect(write(next[1], byte, 1) == 1)
            }
            first?.wait(readable: true, writable: false)
            #expect(write(ends[1], byte, 1) == 1)
        }
    }

    @Test("tells of what is waited for alone, and of nothing once it is given up")
    func readiness() throws {
        try onLoop { loop in
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            defer { for end in ends { close(end) } }
            var told: [String] = []
            var watch: DescriptorWatch?
            watch = try DescriptorWatch(on: loop, descriptor: ends[0]) { readable, writable in
                told.append("\(readable) \(writable)")
                if told.count == 1 {
                    watch?.wait(readable: true, writable: false)
                    _ = Glibc.write(ends[1], "x", 1)
                } else {
                    watch = nil
                    loop.stop()
                }
            }
            watch?.wait(readable: false, writable: true)
            loop.run()
            #expect(told == ["false true", "true false"])
            loop.stop()
        }
    }
}
