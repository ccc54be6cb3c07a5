import SIP
import Testing

@Suite struct StreamFramerTests {
    static func message(_ body: String, length: Int? = nil) -> [UInt8] {
        Array("SIP/2.0 200 OK\r\nCall-ID: a\r\nContent-Length : \(length ?? body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    @Test("however the stream is cut, the same comes out") func cuts() {
        let stream = Self.message("hello") + Array("\r\n\r\n".utf8) + Self.message("") + Self.message("\r\n\r\n")
        let expected: [StreamFramer.Element] = [
            .message(Self.message("hello")), .ping, .message(Self.message("")), .message(Self.message("\r\n\r\n")),
        ]
        var whole = StreamFramer()
        #expect(whole.received(stream) == expected)
        for cut in 1..<stream.count {
            var framer = StreamFramer()
            let found = framer.received(stream.prefix(cut)) + framer.received(stream.dropFirst(cut))
            // A double CRLF cut in half is two single ones: both are keep-alives.
            #expect(found.filter { $0 != .ping && $0 != .pong } == expected.filter { $0 != .ping })
        }
        var slow = StreamFramer()
        #expect(stream.flatMap { slow.received([$0]) }.filter { $0 != .pong } == expected.filter { $0 != .ping })
        #expect(slow.buffered == 0)
    }

    @Test("a length on a folded line counts, and one within another's folded value does not") func folded() {
        func framed(_ head: String) -> [StreamFramer.Element] {
            var framer = StreamFramer()
            return framer.received(Array("SIP/2.0 200 OK\r\n\(head)\r\n\r\nhello".utf8))
        }
        for head in [
            "Content-Length:\r\n 5", "L :\r\n\t \r\n\t5 ", "Subject: a\r\n l: 4\r\nl: 5", "l: 5\r\nSubject: a\r\n Content-Length: 6",
        ] {
            #expect(framed(head) == [.message(Array("SIP/2.0 200 OK\r\n\(head)\r\n\r\nhello".utf8))], "\(head)")
        }
        #expect(framed("l: 1\r\n 2").last == .broken(.contentLength))
    }

    @Test("a head and a message are as long as they may be, and not a byte longer", arguments: [0, 1]) func longest(more: Int) {
        func framed(_ message: [UInt8]) -> StreamFramer.Element? {
            var framer = StreamFramer()
            return framer.received(message).first
        }
        let start = "SIP/2.0 200 OK\r\nContent-Length: 0\r\nSubject: ", missing = StreamFramer.Limits.headSize - start.utf8.count - 4
        let head = Array((start + String(repeating: "a", count: missing + more) + "\r\n\r\n").utf8)
        #expect(framed(head) == (more == 0 ? .message(head) : .broken(.headerTooLong)))
        let room = Message.Limits.messageSize - Self.message("", length: 65_000).count
        let long = Self.message(String(repeating: "a", count: room + more))
        #expect(long.count == Message.Limits.messageSize + more)
        #expect(framed(long) == (more == 0 ? .message(long) : .broken(.messageTooLarge)))
    }

    @Test("a stream that cannot be framed is broken once, and holds nothing") func broken() {
        let rows: [([UInt8], StreamFramer.Fault)] = [
            (Array(repeating: 65, count: StreamFramer.Limits.headSize + 1), .headerTooLong),
            (Self.message("", length: Message.Limits.messageSize), .messageTooLarge),
            (Array("BYE\r\nl: x\r\n\r\n".utf8), .contentLength), (Array("BYE\r\nl: 1\r\nContent-Length: 1\r\n\r\n".utf8), .contentLength),
        ]
        for (bytes, fault) in rows {
            var framer = StreamFramer()
            #expect(framer.received(bytes) == [.broken(fault)])
            #expect(framer.received(Self.message("x")).isEmpty)
            #expect(framer.buffered == 0)
        }
    }
}
