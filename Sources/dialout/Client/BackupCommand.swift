import ArgumentParser
import Foundation
import Service
import Store

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write the whole store of a running service into a file.",
        discussion: """
            Calls go on meanwhile. The file, which must not be there yet, has everything as it was at one moment; every row of it is checked \
            before it gets its name. Secrets in it are sealed, and the key is not in it: keep that elsewhere. Needs a token of the platform.
            """)

    @OptionGroup var options: ClientOptions
    @Argument(help: "The file.") var file: String

    func run() throws {
        let client = try options.client()
        guard !FileManager.default.fileExists(atPath: file) else { throw fail("\(file) is there already; name another file") }
        let draft = file + ".part"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else { throw fail("\(draft): \(String(cString: strerror(errno)))") }
        do {
            defer { close(descriptor) }
            try client.fetch("/v1/backup", accept: "*/*") { try write($0, to: descriptor, named: draft) }
            guard fsync(descriptor) == 0 else { throw Unwritten(description: "\(draft): \(String(cString: strerror(errno)))") }
        } catch {
            unlink(draft)
            throw error
        }
        let found = try StoreCheck(of: draft, keyFile: nil)
        guard link(draft, file) == 0 else { throw fail("\(file): \(String(cString: strerror(errno)))") }
        unlink(draft)
        try DurableFile.syncFolder(of: file)
        try say("\(file): \(found.words)")
    }
}

extension StoreCheck {
    /// For people.
    var words: String {
        "\(dialOuts) dial-outs, \(entries) entries of the log up to place \(lastPlace), \(sealed) sealed documents; every row is whole"
    }
}
