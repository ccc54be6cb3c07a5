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
