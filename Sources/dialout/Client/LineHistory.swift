import Foundation

/// The lines of earlier sessions, in a file that its owner alone can read.
final class LineHistory {
    private(set) var lines: [String] = []
    private let path: String?

    /// `$XDG_STATE_HOME/dialout/history`, or the same under `~/.local/state`.
    static var standardPath: String? {
        let environment = ProcessInfo.processInfo.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/dialout/history" }
        return environment["HOME"].map { $0 + "/.local/state/dialout/history" }
    }

    /// A file that cannot be read is begun anew; one that cannot be written is told of once, and the session goes on without.
    init(path: String? = LineHistory.standardPath) {
        guard let path else {
            self.path = nil
            return
        }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { remark("the lines of this session are not kept: \(error.localizedDescription)") }
        let all = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self).split(separator: "\n").map(
            String.init)
        lines = Array(all.suffix(LineEditor.historyLimit))
        self.path = path
        if all.count > LineEditor.historyLimit * 2 { rewrite() }
    }

    func append(_ line: String) {
        lines.append(line)
        write((line + "\n"), flags: O_APPEND)
    }

    private func rewrite() { write(lines.map { $0 + "\n" }.joined(), flags: O_TRUNC) }

    private func write(_ text: String, flags: Int32) {
        guard let path else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o600)
        guard file >= 0 else { return }
        fchmod(file, 0o600)
        try? dialout.write(Array(text.utf8), to: file, named: path)
        close(file)
    }
}
