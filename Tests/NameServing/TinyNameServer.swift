import Basis
import Reactor

/// A name server of a test's own on a port of its own, answering from a table. Used on its loop only.
package final class TinyNameServer {
    package enum Record {
        case address(String)
        case service(priority: UInt16, weight: UInt16, port: UInt16, target: String)
    }
    package enum Reply {
        case records([Record], seconds: UInt32)
        case noSuchName, servFail, silence
    }
    /// `A`, `AAAA` and `SRV`.
    package enum Kind: UInt16 { case a = 1, aaaa = 28, srv = 33 }

    /// By `KIND name`; what is not there exists but has no such records.
    package var table: [String: Reply] = [:]
    /// What was asked, in order, as `KIND name`.
    package private(set) var questions: [String] = []
    private var socket: UDPSocket?

    package init(_ loop: EventLoop) throws {
        socket = try UDPSocket(on: loop, at: SocketAddress("127.0.0.1:0")!) { [weak self] bytes, source in
            self?.received(bytes.withUnsafeBufferPointer { Array($0) }, from: source)
        }
    }

    package var address: SocketAddress { socket!.localAddress }

    private func received(_ query: [UInt8], from source: SocketAddress) {
        if let reply = reply(to: query) { socket?.send(reply, to: source) }
    }

    private func reply(to query: [UInt8]) -> [UInt8]? {
        var at = 12, labels: [String] = []
        while query[at] != 0 {
            labels.append(String(decoding: query[at + 1...at + Int(query[at])], as: UTF8.self))
            at += 1 + Int(query[at])
        }
        guard let kind = Kind(rawValue: UInt16(query[at + 1]) << 8 | UInt16(query[at + 2])) else { return nil }
        let question = "\("\(kind)".uppercased()) \(labels.joined(separator: "."))"
        questions.append(question)
        let body = Array(query[12..<at + 5])
        switch table[question] ?? .records([], seconds: 0) {
        case .silence: return nil
        case .noSuchName: return Self.message(query, code: 3, question: body, [])
        case .servFail: return Self.message(query, code: 2, question: body, [])
        case .records(let records, let seconds):
            return Self.message(query, code: 0, question: body, records.map { Self.answer($0, kind, seconds) })
        }
    }

    package static func message(_ query: [UInt8], code: UInt8, question: [UInt8], _ answers: [[UInt8]]) -> [UInt8] {
        query[..<2] + [0x81, 0x80 | code] + word(1) + word(UInt16(answers.count)) + word(0) + word(0) + question + answers.joined()
    }

    package static func answer(_ record: Record, _ kind: Kind, _ seconds: UInt32) -> [UInt8] {
        let data: [UInt8]
        switch record {
        case .address(let text):
            let address = SocketAddress(host: text, port: 0)!
            data = address.ipv4.map(long) ?? long(address.high) + long(address.low)
        case .service(let priority, let weight, let port, let target):
            data = word(priority) + word(weight) + word(port) + name(target)
        }
        return [0xC0, 12] + word(kind.rawValue) + word(1) + long(seconds) + word(UInt16(data.count)) + data
    }

    package static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    package static func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }
    private static func long(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}
