import ArgumentParser
import Foundation
import Service
import Store

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup into an empty data folder.",
        discussion: """
            No service may use the folder, and nothing may be in it. The backup is checked whole before; the key that its secrets were sealed \
            with must be where serve looks for it, or be named.
            """)

    @Argument(help: "What backup wrote.") var file: String
    @Option(help: "A JSON object of settings, as for serve.") var config: String?
    @Option(help: "The folder (default: data).") var data: String?
    @Option(help: "sqlite:PATH (default: sqlite:DATA/dialout.db).") var store: String?
    @Option(help: "The key of the store (default: DATA.key).") var keyFile: String?

    func run() throws {
        let flags: [ServeSettings.Name: String?] = [.data: data, .store: store, .keyFile: keyFile]
        let settings: ServeSettings, path: String
        do {
            settings = try ServeSettings(
                flags: flags.compactMapValues { $0 }, environment: ProcessInfo.processInfo.environment, file: config)
            path = try settings.sqlitePath()
        } catch let error as InvalidSetting {
            throw ValidationError(error.description)
        }
        for place in Set([settings.data, URL(fileURLWithPath: path).deletingLastPathComponent().path]) { try Self.requireEmpty(place) }
        let folder = try DataFolder(settings.data, store: path)
        let key = KeyFile(path: settings.keyFile.isEmpty ? folder.defaultKeyPath : settings.keyFile, isGiven: !settings.keyFile.isEmpty)
        let found = try StoreCheck(of: file, keyFile: key)
        try DurableFile.copy(file, to: path)
        let words =
            found.schemaVersion == StoreCheck.version ? found.words : "a store of version \(found.schemaVersion), taken over at the start"
        try withExtendedLifetime(folder) { try say("\(path): \(words)") }
    }

    /// Locks of a service that is no more count for nothing.
    private static func requireEmpty(_ folder: String) throws {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0 != "lock" && !$0.hasSuffix(".lock") }
        guard let first = names.sorted().first else { return }
        let more = names.count > 1 ? " and \(names.count - 1) more" : ""
        throw fail("\(folder) is not empty: it has \(first)\(more); restore into an empty folder, or move those away")
    }
}
