import Foundation

/// The demo's own folder: it makes its tenant anew at each start, so it works on a store that it made, and on no other.
struct DemoFolder {
    let path: String
    private var mark: String { path + "/made-by-the-demo" }

    struct NotOurs: Error, CustomStringConvertible {
        let path: String
        var description: String {
            "--data \(path) is not empty and was not made by the demo, which would overwrite its operators and tenant"
        }
    }

    /// Makes the folder, or finds that an earlier demo did.
    func prepare() throws {
        let files = FileManager.default
        if files.fileExists(atPath: mark) { return }
        let content = (try? files.contentsOfDirectory(atPath: path)) ?? []
        guard content.isEmpty else { throw NotOurs(path: path) }
        try files.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data("The demo makes the tenant contoso anew in this folder.\n".utf8).write(to: URL(fileURLWithPath: mark))
    }
}
