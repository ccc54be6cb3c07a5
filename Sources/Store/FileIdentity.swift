import Foundation
import Service

/// Which file it is that a name leads to, whatever becomes of the name (POSIX `stat`).
struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let number: ino_t

    /// Nil where the name leads to no file.
    init?(_ path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        (device, number) = (found.st_dev, found.st_ino)
    }
}

/// The files of a store as they were opened. Who removes, moves or replaces one takes nothing from who has it open: what is written there is
/// synced, and gone with the process.
struct OpenFiles: Sendable {
    private let files: [(name: String, identity: FileIdentity)]

    /// The store with its log and the log's index.
    init(of path: String) throws(StoreFailure) {
        files = try ["", "-wal", "-shm"].map { end throws(StoreFailure) in
            guard let identity = FileIdentity(path + end) else { throw StoreFailure("\(path + end) is not there") }
            return (path + end, identity)
        }
    }

    func requireInPlace() throws(StoreFailure) {
        for (name, identity) in files where FileIdentity(name) != identity {
            throw StoreFailure(
                "\(name) was removed, moved or replaced while it was open; nothing is kept until it is back, or until a start from another")
        }
    }
}
