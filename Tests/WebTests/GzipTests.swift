import Foundation
import Testing
import Web

@Suite("Compression of static files")
struct GzipTests {
    private static let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

    @Test(
        "a member is its head, one block of fixed codes, the checksum and the length",
        arguments: [
            ("", [0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("abc", [0x4B, 0x4C, 0x4A, 0x06, 0x00, 0xC2, 0x41, 0x24, 0x35, 3, 0, 0, 0]),
        ] as [(String, [UInt8])])
    func member(text: String, rest: [UInt8]) {
        #expect(Gzip.compress(Array(text.utf8)) == Self.head + rest)
    }

    @Test("what stood before within 32 KiB is not written again, however long it is")
    func repetitions() {
        let once = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }
        let single = Gzip.compress(once).count
        #expect(Gzip.compress(once + once).count < single + 30)
        #expect(Gzip.compress([UInt8](repeating: 7, count: 100_000)).count < 800)
    }

    @Test("gzip makes of it what it was: bytes by chance, and repetitions of every length from near and far")
    func unpacked() throws {
        var state: UInt32 = 7
        func chance() -> UInt8 {
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        var mixed = (0..<30_000).map { _ in chance() }
        for length in 3...300 {
            let distance = 1 + (length * length * 97) % 29_000, start = mixed.count - distance
            for place in start..<start + length { mixed.append(mixed[place]) }
            mixed.append(chance())
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-gzip-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for bytes in [[], Array("abc".utf8), [UInt8](repeating: 7, count: 100_000), Array(UInt8.min...UInt8.max), mixed] {
            let file = folder.appendingPathComponent("packed.gz"), process = Process(), output = Pipe()
            try Data(Gzip.compress(bytes)).write(to: file)
            (process.executableURL, process.arguments) = (URL(fileURLWithPath: "/usr/bin/env"), ["gzip", "-dc", file.path])
            process.standardOutput = output
            try process.run()
            let unpacked = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && Array(unpacked) == bytes, "\(bytes.count) bytes")
        }
    }

    @Test("a repetition is found 32,768 bytes back and no further (RFC 1951 §2)")
    func window() {
        var state: UInt32 = 1
        let chance = (0..<33_000).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        func size(_ distance: Int) -> Int {
            Gzip.compress(Array(chance[..<distance] + chance[..<200])).count - Gzip.compress(Array(chance[..<distance])).count
        }
        #expect(size(32_768) < 20 && size(32_769) > 150)
    }

    @Test(
        "gzip is given to whoever takes it, under a tag of its own",
        arguments: [
            ("gzip", true), ("br, gzip;q=0.5", true), ("*", true), ("GZIP", true), ("gzip;q=0", false), ("gzip; q=0.000", false),
            ("br", false),
            ("*, gzip;q=0", false), ("", false),
        ])
    func negotiation(accepted: String, isPacked: Bool) throws {
        let text = [UInt8](repeating: 65, count: 500), files = StaticFiles([("a.js", text), ("b", [1])])
        let answer = try #require(try files.response(to: Request(.get, "/a.js", headers: ["Accept-Encoding": accepted])))
        let headers = Dictionary(uniqueKeysWithValues: answer.headers.map { ($0.name, $0.value) })
        #expect(headers["Content-Encoding"] == (isPacked ? "gzip" : nil) && headers["Vary"] == "Accept-Encoding")
        #expect(answer.bytes == (isPacked ? Gzip.compress(text) : text))
        let tag = try #require(headers["ETag"])
        #expect(tag.hasSuffix("-gzip\"") == isPacked)
        let known = try files.response(to: Request(.get, "/a.js", headers: ["If-None-Match": tag, "Accept-Encoding": accepted]))
        #expect(known?.status == 304)
        let small = try files.response(to: Request(.get, "/b", headers: ["Accept-Encoding": accepted]))
        #expect(small?.bytes == [1] && small?.headers.contains { $0.name == "Content-Encoding" } == false)
    }
}
