import Foundation
import Service

/// Files whose content and name are on disk when a call returns (POSIX `fsync` of the file, then of its folder).
package enum DurableFile {
    /// Puts `bytes` in place of the file, which only its owner reads: after a power cut it has the old content or the new one.
    package static func replace(_ path: String, with bytes: Data) throws(StoreFailure) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(draft) }
        let written = Result<Void, StoreFailure> { () throws(StoreFailure) in try write(bytes, to: descriptor, draft) }
        close(descriptor)
        try written.get()
        guard rename(draft, path) == 0 else { throw failure(path) }
        try syncFolder(of: path)
    }

    /// Copies a file to a name that is not taken; its owner alone reads the copy.
    package static func copy(_ source: String, to path: String) throws(StoreFailure) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw failure(source) }
        defer { close(from) }
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(draft) }
        let copied = Result<Void, StoreFailure> { () throws(StoreFailure) in
            defer { unlink(draft) }
            try pour(from, into: descriptor, draft)
            guard link(draft, path) == 0 else { throw failure(path) }
        }
        close(descriptor)
        try copied.get()
        try syncFolder(of: path)
    }

    private static func pour(_ source: Int32, into descriptor: Int32, _ path: String) throws(StoreFailure) {
        while true {
            let count = sendfile(descriptor, source, nil, 1 << 20)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { break }
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Makes what stands in the file last.
    package static func sync(_ path: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Makes the names in the folder that holds `path` last.
    package static func syncFolder(of path: String) throws(StoreFailure) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder) }
    }

    private static func write(_ bytes: Data, to descriptor: Int32, _ path: String) throws(StoreFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> StoreFailure { StoreFailure("\(path): \(String(cString: strerror(errno)))") }
}
