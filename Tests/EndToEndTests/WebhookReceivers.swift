import Foundation
import Service
import Testing

/// Webhook endpoints of every kind in a process of their own (Scenarios/receiver.py), which checks signatures by the library standardwebhooks.
final class WebhookReceivers {
    struct Taken {
        let path: String
        let id: String
        let body: JSONValue
        /// Milliseconds from the event until it came.
        let lag: Int64
        /// What the library says under each secret.
        let verdicts: JSONValue

        var dialOut: String { body["dialOutId"].string ?? "" }
        var sequence: Int64 { body["sequence"].integer ?? 0 }
    }

    let port = Running.freePort()
    let tlsPort = Running.freePort()
    let folder: String
    private let child: Child

    init() async throws {
        folder = try Running.folder()
        let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(".build/python/bin/python3").path
        try #require(FileManager.default.isExecutableFile(atPath: python), "make test-packages makes \(python)")
        let request = try Child(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=127.0.0.1", "-keyout", folder + "/key.pem", "-out", folder + "/certificate.pem",
            ], in: folder)
        try #require(await request.exitStatus() == 0, "\(request.text)")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenarios/receiver.py").path
        child = try Child(
            python, [script, "\(port)", "\(tlsPort)", folder, folder + "/certificate.pem", folder + "/key.pem"], in: folder)
        #expect(await child.waits(for: "hearing"), "\(child.text)")
    }

    deinit {
        child.destroy()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }
    var badTLS: String { "https://127.0.0.1:\(tlsPort)/ok/tls" }

    /// Signatures are checked with these from now on.
    func check(_ secrets: [String]) throws {
        try Data(JSON.encode(secrets)).write(to: URL(fileURLWithPath: folder + "/secrets.json"), options: .atomic)
    }

    /// What has come so far.
    var taken: [Taken] {
        let text = (try? String(contentsOfFile: folder + "/received.jsonl", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let row = try? JSON.decode(JSONValue.self, Array(line.utf8)) else { return nil }
            let told = row["body"]["at"].string.flatMap { Self.milliseconds($0) } ?? 0
            return Taken(
                path: row["path"].string ?? "", id: row["id"].string ?? "", body: row["body"], lag: (row["at"].integer ?? 0) - told,
                verdicts: row["verdicts"])
        }
    }

    func taken(at path: String) -> [Taken] { taken.filter { $0.path == "/" + path } }

    private static func milliseconds(_ text: String) -> Int64? {
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return format.date(from: text).map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
    }
}
