import Foundation
import Service
import Testing

/// sipp in the operator's part: a SIP stack that is not ours, playing one scenario on a port of its own.
struct Sipp {
    static let scenarios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenarios").path

    let port: UInt16
    let child: Child
    private let files: String

    /// `scenario` is a file in `Scenarios`; `keys` are put in the place of `[name]` there. `before` is a command that runs sipp elsewhere.
    init(
        _ scenario: String, in folder: String, address: String = "127.0.0.1", keys: [String: String] = [:], calls: Int = 1,
        _ more: [String] = [], before: [String] = [], waiting: Int = 120
    ) throws {
        port = Running.freePort()
        files = folder + "/sipp-\(port)"
        var text = try String(contentsOfFile: Self.scenarios + "/\(scenario).xml", encoding: .utf8)
        for (key, value) in keys.merging(["ringing": "500"], uniquingKeysWith: { own, _ in own }) {
            text = text.replacing("[\(key)]", with: value)
        }
        try text.write(toFile: files + ".xml", atomically: true, encoding: .utf8)
        var arguments = ["sipp", "-sf", files + ".xml", "-i", address, "-p", "\(port)", "-m", "\(calls)", "-nostdin"]
        arguments += ["-trace_msg", "-message_file", files + ".messages", "-trace_err", "-error_file", files + ".errors"]
        arguments += ["-timeout", "\(waiting)s", "-timeout_error", "-watchdog_interval", "0"] + more
        child = try Child("/usr/bin/env", before + arguments, in: folder, environment: ["TERM": "dumb"])
    }

    /// All that it has sent and received, as it was on the wire.
    var messages: String { (try? String(contentsOfFile: files + ".messages", encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: files + ".errors", encoding: .utf8)) ?? "" }

    /// The requests of one method that came, repetitions included.
    func received(_ method: String) -> [String] {
        messages.components(separatedBy: "-----------------------------------------------").filter { entry in
            entry.contains(" message received [") && entry.contains("\n\n\(method) sip:")
        }
    }

    /// The `Call-ID`s of some messages.
    static func callIDs(_ messages: [String]) -> Set<String> {
        Set(messages.compactMap { $0.firstMatch(of: #/Call-ID: (\S+)/#).map { String($0.output.1) } })
    }

    /// Waits for the scenario's end: every call as written, and nothing that was not expected.
    func finish(_ comment: String = "", _ location: SourceLocation = #_sourceLocation) async {
        let status = await child.exitStatus()
        #expect(
            status == 0 && errors.isEmpty, "\(comment): sipp ended with \(status)\n\(errors)\n\(messages.suffix(3_000))",
            sourceLocation: location)
    }
}
