import Foundation
import Testing

@testable import Transports

/// An authority of a test's own and what it signs, made by the openssl command in a folder that goes with it.
final class Certificates {
    let folder: String
    var authority: String { folder + "/ca.pem" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("certificates-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try openssl("req -x509 -subj /CN=Authority -days 2 -keyout ca.key -out ca.pem")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A certificate for `names` such as `DNS:sbc.example` or `IP:127.0.0.1`, in `name.pem` and `name.key`.
    func sign(_ name: String, for names: String, days: Int = 2, key: String? = nil) throws {
        try openssl((key.map { "req -newkey \($0)" } ?? "req") + " -new -subj /CN=\(name) -keyout \(name).key -out \(name).csr")
        try "subjectAltName=\(names)\n".write(toFile: folder + "/\(name).ext", atomically: true, encoding: .utf8)
        try openssl(
            "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days \(days) -extfile \(name).ext -out \(name).pem")
    }

    /// What a side with this certificate is told.
    func settings(_ name: String?, trusts: Bool = true) -> TLSSettings {
        var settings = TLSSettings()
        if let name { (settings.certificateFile, settings.keyFile) = (folder + "/\(name).pem", folder + "/\(name).key") }
        if trusts { settings.trustFile = authority }
        return settings
    }

    private func openssl(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let isRequest = command.hasPrefix("req")
        process.arguments =
            ["openssl"] + command.split(separator: " ").map(String.init)
            + (isRequest ? ["-nodes"] : [])
            + (isRequest && !command.contains("-newkey") ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : [])
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(command)")
    }
}
