import Basis
import Foundation
import Outbound
import Reactor
import Testing

@Suite("POSTs of the service's own")
struct HTTPSenderTests {
    /// A rule of times that a test can wait for.
    private static func rules(total: Duration = .milliseconds(400)) -> HTTPSender.Rules {
        var rules = HTTPSender.Rules()
        (rules.connectTime, rules.totalTime) = (.milliseconds(300), total)
        return rules
    }

    /// What comes of a POST to a peer that does `answer`.
    private func post(
        _ path: String = "/", scheme: String = "http", rules: HTTPSender.Rules = rules(), _ answer: @escaping (TCPStream, String) -> Void
    ) throws -> (sent: HTTPSent, heard: [String]) {
        var result: (HTTPSent, [String])?
        try onLoop { loop in
            let peer = try Peer(on: loop, answer), sender = try HTTPSender(on: loop, rules)
            let url = "\(scheme)://127.0.0.1:\(peer.address.port)\(path)"
            sender.send(HTTPSending(url: url, headers: ["Content-Type: application/json", "webhook-id: 1"], body: Array("{}".utf8))) {
                sent in
                result = (sent, peer.heard)
                #expect(sender.count == 0)
                peer.close()
                loop.stop()
            }
            loop.run()
            loop.stop()
        }
        let (sent, heard) = try #require(result)
        return (sent, heard)
    }

    private static func says(_ text: String) -> (TCPStream, String) -> Void { { stream, _ in stream.write(Array(text.utf8)) } }

    @Test("the request is the one that was asked for, and its answer's status and beginning come back")
    func request() throws {
        let (sent, heard) = try post("/a/b?c=1", Self.says("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"))
        #expect(sent == HTTPSent(.answered(201), body: Array("ok".utf8)))
        let text = try #require(heard.first), lines = text.components(separatedBy: "\r\n")
        #expect(lines[0] == "POST /a/b?c=1 HTTP/1.1" && lines.contains("Content-Type: application/json") && lines.contains("webhook-id: 1"))
        #expect(lines.contains("Content-Length: 2") && lines.last == "{}" && !text.contains("Expect"))
    }

    @Test("any status is an answer, and a redirection is not followed", arguments: [200, 204, 301, 307, 404, 410, 500])
    func statuses(status: Int) throws {
        let more = status == 204 ? "" : "Content-Length: 0\r\n"
        let (sent, heard) = try post("/", Self.says("HTTP/1.1 \(status) X\r\nLocation: http://127.0.0.1:1/\r\n\(more)\r\n"))
        #expect(sent.result == .answered(status) && heard.count == 1)
    }

    @Test("silence, a drip and half an answer end with the time that there is in all")
    func slow() throws {
        for beginning in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
            let (sent, _) = try post("/", Self.says(beginning))
            #expect(sent.result == .timeout, "\(beginning)")
        }
    }

    @Test("of a body without end the first 4096 bytes are read, and the connection is let go")
    func endless() throws {
        let flood = String(repeating: "x", count: 100_000)
        let (sent, _) = try post("/", Self.says("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + flood))
        #expect(sent == HTTPSent(.answered(200), body: Array(repeating: UInt8(ascii: "x"), count: 4096)))
    }

    @Test("a head without end is broken off")
    func endlessHead() throws {
        let flood = (0..<2_000).map { "X-\($0): \(String(repeating: "x", count: 20))\r\n" }.joined()
        let (sent, _) = try post("/", Self.says("HTTP/1.1 200 OK\r\n" + flood))
        guard case .broken = sent.result else { return #expect(Bool(false), "\(sent)") }
    }

    @Test("what is no HTTP, no TLS, or closes at once is told apart")
    func broken() throws {
        for answer in [Self.says("SSH-2.0\r\n\r\n"), { stream, _ in stream.close() }] as [(TCPStream, String) -> Void] {
            guard case .broken = try post("/", answer).sent.result else { return #expect(Bool(false)) }
        }
        #expect(try post("/", scheme: "https", rules: Self.rules(total: .seconds(5))) { _, _ in }.sent.result == .connectTimeout)
    }

    @Test(
        "an address that may not be connected to is not, whether it is named or looked up",
        arguments: ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
    func refused(host: String) throws {
        try onLoop { loop in
            var rules = Self.rules(total: .seconds(5)), asked: [SocketAddress] = []
            let peer = try Peer(on: loop, Self.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
            let note = Unchecked { asked.append($0) }
            rules.mayConnect = { address in
                note.call(address)
                return false
            }
            let sender = try HTTPSender(on: loop, rules)
            sender.send(HTTPSending(url: "http://\(host):\(peer.address.port)/", headers: [], body: [])) { sent in
                #expect(sent.result == .refusedAddress && peer.heard.isEmpty)
                #expect(!asked.isEmpty && asked.allSatisfy { $0.port == peer.address.port && ["127.0.0.1", "::1"].contains($0.host) })
                peer.close()
                loop.stop()
            }
            loop.run()
            loop.stop()
        }
    }

    /// `@unchecked Sendable`: called on the loop of the test.
    private struct Unchecked: @unchecked Sendable {
        let call: (SocketAddress) -> Void
    }

    @Test("nobody there, and a name that leads nowhere")
    func nobody() throws {
        for (url, result) in [("http://127.0.0.1:1/", HTTPSent.Result.unreachable), ("http://nowhere.invalid/", .unresolved)] {
            try onLoop { loop in
                let sender = try HTTPSender(on: loop, Self.rules(total: .seconds(5)))
                sender.send(HTTPSending(url: url, headers: [], body: [])) { sent in
                    #expect(sent.result == result)
                    loop.stop()
                }
                loop.run()
                loop.stop()
            }
        }
    }

    @Test("a proxy of the environment is not used")
    func proxy() throws {
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { unsetenv("http_proxy") }
        let (sent, _) = try post("/", Self.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        #expect(sent.result == .answered(200))
    }

    @Test("a connection is used again, and many requests are under way at a time")
    func connections() throws {
        try onLoop { loop in
            var waiting: [TCPStream] = [], answered = 0
            let peer = try Peer(on: loop) { stream, text in
                if text.contains("/first") && !text.contains("/second") {
                    return stream.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
                }
                waiting.append(stream)
                guard waiting.count == 20 else { return }
                for stream in waiting { stream.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)) }
            }
            let sender = try HTTPSender(on: loop, Self.rules(total: .seconds(5))), base = "http://127.0.0.1:\(peer.address.port)"
            sender.send(HTTPSending(url: base + "/first", headers: [], body: Array("{}".utf8))) { _ in
                for _ in 0..<20 {
                    sender.send(HTTPSending(url: base + "/second", headers: [], body: Array("{}".utf8))) { sent in
                        #expect(sent.result == .answered(200))
                        answered += 1
                        guard answered == 20 else { return }
                        #expect(peer.heard.count == 20, "the first one's was used again")
                        peer.close()
                        loop.stop()
                    }
                }
            }
            loop.run()
            #expect(answered == 20)
            loop.stop()
        }
    }

    @Test("given up with requests under way, it lets go of them")
    func givenUp() throws {
        try onLoop { loop in
            let peer = try Peer(on: loop) { _, _ in loop.stop() }
            var sender: HTTPSender? = try HTTPSender(on: loop, Self.rules(total: .seconds(5)))
            sender?.send(HTTPSending(url: "http://127.0.0.1:\(peer.address.port)/", headers: [], body: Array("{}".utf8))) { _ in
                Issue.record("told after the end")
            }
            loop.run()
            sender = nil
            peer.close()
            loop.stop()
        }
    }
}
