import Foundation
import Service
import Store

/// The folder of the store and the bootstrap token: its owner's alone, and one process's.
final class DataFolder {
    let path: String
    private let locks: [ProcessLock]
    /// Of the store's file, once there is one.
    private var storeLock: ProcessLock?

    /// Makes it where it is not there, and takes from others what they may read in it. Throws with the process that serves from it already,
    /// or from the store, which may be elsewhere.
    init(_ path: String, store: String) throws {
        self.path = path
        umask(0o077)
        try Self.make(path)
        Self.close(path, to: 0o700)
        let name = path + "/lock"
        locks = [try ProcessLock(folder: path, named: name), try ProcessLock(name), try ProcessLock(Self.real(store) + ".lock")]
        if FileManager.default.fileExists(atPath: store) { storeLock = try ProcessLock(store: store) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let own = names.filter { $0 == "bootstrap-token" || $0 == "lock" }.map { path + "/" + $0 }
        for file in own + [store, store + "-wal", store + "-shm"] { Self.close(file, to: 0o600) }
    }

    /// Holds the file that is the store now that it is open: one that was made, or put in the place of an earlier version's.
    func hold(store path: String) throws {
        if storeLock?.holds(path) != true { storeLock = try ProcessLock(store: path) }
    }

    private static func make(_ path: String) throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw InvalidSetting(place: "data", rule: "is a folder, and \(path) is not") }
            return
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            let system = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
            let cause = system.map { String(cString: strerror(Int32(($0 as NSError).code))) }
            throw InvalidSetting(place: "data", rule: "is a folder, and \(path) cannot be made: \(cause ?? error.localizedDescription)")
        }
        try DurableFile.syncFolder(of: path)
    }

    /// Where the key is kept when nobody says: beside the folder, so that a copy of the folder has it not.
    var defaultKeyPath: String { Self.real(path) + ".key" }

    func contains(_ file: String) -> Bool { (Self.real(file) + "/").hasPrefix(Self.real(path) + "/") }

    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path.isEmpty ? "." : path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    /// What is ours and not for everybody (as /tmp is) is closed to others.
    private static func close(_ path: String, to mode: mode_t) {
        var found = stat()
        guard stat(path, &found) == 0, found.st_uid == getuid(), found.st_mode & S_ISVTX == 0 else { return }
        chmod(path, mode)
    }
}
