import Foundation
import Service

/// A file that one process holds for its life (`flock`), whatever becomes of it: two processes on one store would end each other's calls.
package final class ProcessLock: Sendable {
    private let descriptor: Int32

    /// Throws with the other process's id when it is held.
    package init(_ path: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFailure("\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            close(descriptor)
            let process = holder.isEmpty ? "" : " \(holder.trimmingCharacters(in: .whitespacesAndNewlines))"
            throw StoreFailure("\(path) is held by the process\(process) that serves from it; end that one, or use another folder")
        }
        self.descriptor = descriptor
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit { close(descriptor) }
}
