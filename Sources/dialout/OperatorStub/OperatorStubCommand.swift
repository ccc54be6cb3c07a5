import ArgumentParser
import Basis
import FarEnd
import Foundation
import Reactor
import SIP

struct OperatorStubCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator-stub", abstract: "Play an operator's far end: answer INVITEs and write one JSON line per call.",
        discussion: """
            Behaviour is a list such as "ring-after=0.2,answer-after=2,hang-up-after=5". Words: busy, decline, no-answer, unavailable, not-found,
            early-media, reliable, silent, forks; ring-after, answer-after, hang-up-after in seconds; code=NNN. The last four digits of the called
            number choose for one call: 0183 early media, 0200 answers and hangs up, 0202 two forks, 0262 reliable 180, 0302 redirect, 0404, 0407
            digest (dialout/secret), 0408 silent, 0480 no answer, 0486 busy, 0487 answers when cancelled, 0488 never says 487, 0503, 0603 decline,
            0999 rings for ever.
            """)

    @Option(help: "HOST:PORT to hear SIP on, UDP.") var listen: String
    @Option(name: .customLong("operator"), help: "The operator's name in the lines.") var operatorName: String
    @Option(help: "A file that the lines are appended to, beside standard output.") var record: String?
    @Option(help: "What happens to calls whose number is not magic.") var behaviour = "answer-after=1"

    func run() throws {
        guard let address = SocketAddress(listen) else { throw ValidationError("--listen is an address and a port such as 127.0.0.1:5070") }
        let normal = try Behaviour(words: behaviour)
        let loop = try EventLoop()
        let file = try record.map(Self.appending)
        var failure: (any Error)?
        let stub = try OperatorStub(on: loop, listen: address, name: operatorName, normal: normal) { line in
            do {
                try say(line)
                if let file { try write(Array((line + "\n").utf8), to: file.fileDescriptor, named: "--record \(record ?? "")") }
            } catch {
                failure = error
                loop.stop()
            }
        }
        var signals: Signals? = try Signals(on: loop, [.interrupt, .terminate]) { _ in loop.stop() }
        withExtendedLifetime((stub, signals)) { loop.run() }
        stub.close()
        signals = nil
        if let failure { throw failure }
    }

    private static func appending(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        guard let handle = FileHandle(forWritingAtPath: path) else { throw ValidationError("--record \(path) cannot be written") }
        try handle.seekToEnd()
        return handle
    }
}

extension Behaviour {
    /// Reads a list of words; a word that is not known is named.
    init(words: String) throws {
        self.init()
        for word in words.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts[0], parts.count > 1 ? Double(parts[1]) : nil) {
            case ("busy", _): refuse(486)
            case ("decline", _): refuse(603)
            case ("unavailable", _): refuse(503)
            case ("not-found", _): refuse(404)
            case ("no-answer", _): answerAfter = nil
            case ("early-media", _): earlyMedia = true
            case ("reliable", _): reliableProvisional = true
            case ("silent", _): isSilent = true
            case ("forks", _): forks = true
            case ("ring-after", let seconds?) where seconds >= 0: ringAfter = .milliseconds(Int64(seconds * 1000))
            case ("answer-after", let seconds?) where seconds >= 0: answerAfter = .milliseconds(Int64(seconds * 1000))
            case ("hang-up-after", let seconds?) where seconds >= 0: hangUpAfter = .milliseconds(Int64(seconds * 1000))
            case ("code", let code?) where (300..<700).contains(code): refuse(Int(code))
            default: throw ValidationError("--behaviour does not know \(word)")
            }
        }
    }

    private mutating func refuse(_ code: Int) { (ringAfter, finalCode) = (nil, code) }
}
