import Foundation
import Service

/// A file or a folder that one process holds for its life (`flock`), whatever becomes of it: two processes on one store would end each other's calls.
package final class ProcessLock: Sendable {
    private let descriptor: Int32

    /// A file, made where it is not there, that names the process. Throws with the other process's id when it is held.
    package init(_ path: String) throws(StoreFailure) {
        descriptor = try Self.held(path, O_RDWR | O_CREAT, named: path)
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    /// A folder itself, which stays held when the file in it that names the process is removed.
    package init(folder path: String, named file: String) throws(StoreFailure) {
        descriptor = try Self.held(path, O_RDONLY | O_DIRECTORY, named: file)
    }

    /// A store's file itself, by which it is held under each of its names (hard links). SQLite's own locks (`fcntl`) know nothing of it, but go when
    /// the process closes the file anywhere: it stays open for as long as SQLite has it open.
    package init(store path: String) throws(StoreFailure) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreFailure("\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreFailure(
                "\(path) is held by a process that serves from the same file under another name (a hard link); end that one, or use another store"
            )
        }
    }

    /// Whether it is the file of that name that is held.
    package func holds(_ path: String) -> Bool {
        var own = stat(), named = stat()
        return fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_dev == named.st_dev && own.st_ino == named.st_ino
    }

    private static func held(_ path: String, _ flags: Int32, named file: String) throws(StoreFailure) -> Int32 {
        let descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFailure("\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
            close(descriptor)
            let process = holder.isEmpty ? "" : " \(holder.trimmingCharacters(in: .whitespacesAndNewlines))"
            throw StoreFailure("\(path) is held by the process\(process) that serves from it; end that one, or use another folder")
        }
        return descriptor
    }

    deinit { close(descriptor) }
}
