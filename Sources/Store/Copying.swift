import Dispatch
import Foundation
import GRDB
import Service
import Synchronization

/// Copies the file while it is written, as SQLite does online (`sqlite3_backup_step`): all of it as it is at one moment, by a connection of
/// its own on a thread of its own. The copy has a name only until it is whole; what a killed process left is removed at the next start.
final class Copying: Sendable {
    private let path: String
    private let queue = DispatchQueue(label: "dialout.copy", qos: .utility)
    private let onWorld: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let isStopped = Atomic(false)

    /// Pages that one step copies; between two a stop is heard.
    private static let step: CInt = 256

    init(of path: String, onWorld: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        (self.path, self.onWorld) = (path, onWorld)
    }

    private static let mark = ".copy-"

    func removeLeftOvers() {
        let file = URL(fileURLWithPath: path), folder = file.deletingLastPathComponent().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(file.lastPathComponent + Self.mark) { unlink(folder + "/" + name) }
    }

    /// Ends what is being copied, and refuses more.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        queue.sync {}
    }

    func copy() async throws(StoreFailure) -> any StoreCopy {
        let result: Result<CopiedFile, StoreFailure> = await withCheckedContinuation { waiter in
            queue.async { [self] in
                let result: Result<CopiedFile, StoreFailure>
                do { result = .success(try whole()) } catch { result = .failure(StoreFailure(cause: error, in: path)) }
                onWorld { waiter.resume(returning: result) }
            }
        }
        return try result.get()
    }

    private func whole() throws -> CopiedFile {
        let name = path + Self.mark + UUID().uuidString
        let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFailure("\(name): \(String(cString: strerror(errno)))") }
        defer { for end in ["", "-journal"] { unlink(name + end) } }
        let file = CopiedFile(descriptor, onWorld)
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let source = try DatabaseQueue(path: path, configuration: configuration), copy = try DatabaseQueue(path: name)
        try source.read { source in
            // The moment that is copied: within one transaction a reader sees nothing newer.
            _ = try StoreState.read(source)
            try copy.writeWithoutTransaction { copy in
                try copy.execute(sql: "PRAGMA synchronous = OFF")
                try source.backup(to: copy, pagesPerStep: Self.step) { _ in
                    guard !self.isStopped.load(ordering: .acquiring) else { throw StoreFailure("the store is being closed") }
                }
                // One file, readable without a log beside it.
                try copy.execute(sql: "PRAGMA journal_mode = DELETE")
            }
        }
        try copy.close()
        try source.close()
        return file
    }
}

/// A file that has no name any more.
private final class CopiedFile: StoreCopy {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "dialout.copied", qos: .utility)
    private let onWorld: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Bytes of a piece.
    private static let piece = 256 << 10

    init(_ descriptor: Int32, _ onWorld: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        (self.descriptor, self.onWorld) = (descriptor, onWorld)
    }

    deinit { close(descriptor) }

    func next() async throws(StoreFailure) -> [UInt8]? {
        let result: Result<[UInt8]?, StoreFailure> = await withCheckedContinuation { waiter in
            queue.async { [self] in
                let result = read()
                onWorld { waiter.resume(returning: result) }
            }
        }
        return try result.get()
    }

    private func read() -> Result<[UInt8]?, StoreFailure> {
        var failure: StoreFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.piece) { buffer, count in
            while true {
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = StoreFailure("the copy cannot be read: \(String(cString: strerror(errno)))") }
                count = max(0, got)
                return
            }
        }
        if let failure { return .failure(failure) }
        return .success(bytes.isEmpty ? nil : bytes)
    }
}
