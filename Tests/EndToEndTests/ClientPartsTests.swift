import Service
import Testing

@testable import dialout

/// Parts of the commands that are tried faster by themselves.
@Suite struct ClientPartsTests {
    private static let stream =
        "id: 7\ndata: {\"type\":\"ringing\"}\n\n: still here\n\nid: 8\ndata: {\"type\":\"ended\",\"phrase\":\"Größe\"}\n\n"

    @Test("events are whole however the network cuts them", arguments: 1...40)
    func cut(size: Int) {
        let bytes = Array(Self.stream.utf8)
        var stream = EventStream(after: "6"), seen: [JSONValue] = []
        #expect(stream.headers == ["Last-Event-ID: 6"])
        for start in Swift.stride(from: 0, to: bytes.count, by: size) {
            seen += stream.events(in: Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(seen.map { $0["type"].string } == ["ringing", "ended"])
        #expect(seen.last?["phrase"].string == "Größe")
        #expect(stream.headers == ["Last-Event-ID: 8"])
    }

    @Test("the half of an event that a broken connection left is forgotten, and the stream taken up behind the last whole one")
    func broken() {
        var stream = EventStream()
        #expect(stream.headers == [])
        #expect(stream.events(in: Array("id: 7\ndata: {\"type\":\"ringing\"}\n\nid: 8\n".utf8)).count == 1)
        stream.beginAnew()
        #expect(stream.headers == ["Last-Event-ID: 7"])
        #expect(stream.events(in: Array("data: {\"type\":\"ended\"}\n\n".utf8)).map { $0["type"].string } == ["ended"])
    }

    @Test(
        "bytes that are no UTF-8 are named with their line and place",
        arguments: [
            ([0x61, 0x0A, 0xC3], "f:2: byte 1 of the line, 0xC3"), ([0xE9], "f:1: byte 1 of the line, 0xE9"),
            ([0x61, 0xC0, 0x80], "f:1: byte 2 of the line, 0xC0"), ([0x0A, 0x0A, 0x62, 0xED, 0xA0, 0x80], "f:3: byte 2 of the line, 0xED"),
            ([0xEF, 0xBB, 0xBF, 0x61, 0x05, 0x80], "f:1: byte 3 of the line, 0x80"),
        ] as [([UInt8], String)])
    func faults(bytes: [UInt8], words: String) throws {
        let error = try #require(throws: TextFile.Unreadable.self) { _ = try TextFile.text(of: bytes, named: "f") }
        #expect(error.description == words + ", is not UTF-8; save it as UTF-8")
    }

    @Test("an object of no cmdlet that is taken is refused by six of its members, in order, and by what is taken")
    func unknownObject() throws {
        let members = ["G", "b", "A", "c", "f", "e", "d", "h"].map { "\"\($0)\":1" }.joined(separator: ",")
        let object = try JSON.decode(JSONValue.self, Array("{\(members)}".utf8))
        let refused = try #require(throws: TenantDump.Refused.self) { _ = try TenantDump.Kind(object, in: "f") }
        #expect("\(refused)".contains("an object with A, G, b, c, d, e is none of Get-CsOnlineUser, "), "\(refused)")
    }

    @Test("text is read with its mark or without")
    func texts() throws {
        for bytes in [[0x61, 0x0A], [0xEF, 0xBB, 0xBF, 0x61, 0x0A], [0xFF, 0xFE, 0x61, 0, 0x0A, 0], [0xFE, 0xFF, 0, 0x61, 0, 0x0A]]
            as [[UInt8]]
        {
            #expect(try TextFile.text(of: bytes, named: "f") == "a\n")
        }
        #expect(try TextFile.text(of: [0xFF, 0xFE, 0x3D, 0xD8, 0xDE, 0xDC], named: "f") == "\u{1F4DE}")
        #expect(throws: TextFile.Unreadable.self) { _ = try TextFile.text(of: [0xFF, 0xFE, 0x61], named: "f") }
        #expect(try TextFile.text(of: [], named: "f") == "")
    }
}
