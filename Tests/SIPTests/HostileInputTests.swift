import Basis
import FarEnd
import SIP
import Testing

/// Bytes that nobody sane would send. Nothing may trap, and a call under way has exactly one fate.
@Suite struct HostileInputTests {
    @Test("twenty thousand mutated messages, through parser, endpoint and far end") func mutations() {
        var random = SeededRandom(seed: 4711)
        var corpus: [(Driver.Direction, [UInt8])] = []
        for number in ["+14255550200", "+14255550262", "+14255550302", "+14255550407", "+14255550202"] {
            var driver = Driver()
            driver.network = { _, direction, bytes in
                corpus.append((direction, bytes))
                return [Driver.latency]
            }
            driver.invite(number) { $0.credentials = Account(username: "dialout", password: "secret") }
            driver.run(until: .seconds(30))
        }
        var parsed = 0, outputs = 0
        for _ in 0..<400 {
            var driver = Driver()
            driver.network = { _, _, _ in [] }
            driver.invite("+14255550123")
            for _ in 0..<50 {
                let (direction, bytes) = corpus.randomElement(using: &random)!
                let mutated = Self.mutated(bytes, with: corpus.randomElement(using: &random)!.1, using: &random)
                if (try? Message(parsing: mutated)) != nil { parsed += 1 }
                switch direction {
                case .back: driver.endpoint.received(mutated, from: Driver.trunk, at: driver.now)
                case .out: driver.farEnd.received(mutated, from: Driver.us, at: driver.now)
                }
            }
            driver.run(until: .seconds(2_000))  // past the longest ringing
            outputs += driver.outputs.count
            #expect(driver.fate == ["failed"] || driver.fate.first == "answered", "\(driver.story.suffix(5))")
        }
        #expect(parsed > 2_000, "mutations are too wild to test anything but the parser")
        #expect(outputs > 400)
    }

    /// Flips, cuts, repeats and splices, mostly small.
    private static func mutated(_ bytes: [UInt8], with other: [UInt8], using random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        let interesting: [UInt8] = Array("\r\n\t \";,<>@:=/0123456789[]%\\".utf8) + [0, 0x7F, 0xFF]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let length = Int.random(in: 0...min(24, bytes.count - at), using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[at] = interesting.randomElement(using: &random)!
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(at..<at + length)
            case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: at)
            case 4: bytes.insert(interesting.randomElement(using: &random)!, at: at)
            default:
                let from = Int.random(in: 0..<other.count, using: &random)
                bytes.insert(contentsOf: other[from..<min(other.count, from + 40)], at: at)
            }
        }
        return bytes
    }

    @Test("a call survives noise between its messages") func noise() {
        var random = SeededRandom(seed: 5)
        for seed in 0..<60 as Range<UInt64> {
            var driver = Driver(seed: seed), seen: [[UInt8]] = []
            driver.network = { _, direction, bytes in
                if direction == .back { seen.append(bytes) }
                return [Driver.latency]
            }
            driver.invite("+14255550123")
            for step in 1...40 {
                driver.run(until: .milliseconds(Int64(step) * 50))
                guard let bytes = seen.randomElement(using: &random) else { continue }
                // The branch is not the noise's to know.
                let text = String(decoding: bytes, as: UTF8.self).replacing("branch=z9hG4bK", with: "branch=z9hG4bKz")
                driver.inject(text)
            }
            driver.hangUp()
            driver.run(until: .seconds(200))
            #expect(driver.fate == ["answered", "ended"])
            #expect(driver.farEnd.liveCalls.isEmpty)
        }
    }
}
