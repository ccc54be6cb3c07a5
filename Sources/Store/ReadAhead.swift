import Dispatch
import Synchronization

/// Elements that another thread reads while this one makes something of what came before: in their order, in batches, a few of which may wait
/// (docs/decisions/a-start-reads-each-document-once.md).
final class ReadAhead<Element: Sendable>: Sendable {
    private enum Piece: Sendable { case batch([Element]), end }

    /// Elements handed over together, and how many such batches may wait.
    private static var batch: Int { 128 }
    private static var room: Int { 4 }

    private let pieces = Mutex<[Piece]>([])
    private let room = DispatchSemaphore(value: ReadAhead.room)
    private let filled = DispatchSemaphore(value: 0)
    private let isLeft = Atomic(false)

    private init() {}

    /// Runs `read` on a thread of its own, which calls what it is given with one element after the other, and `take` with each of them here.
    /// What `take` throws ends both, and is thrown; what `read` throws is thrown once all that it read was taken.
    static func run<Result: Sendable, Failure: Error>(
        _ read: @escaping @Sendable ((Element) throws -> Void) throws -> Result, _ take: (Element) throws(Failure) -> Void,
        else failed: (any Error) -> Failure
    ) throws(Failure) -> Result {
        let ahead = ReadAhead(), result = Mutex<Swift.Result<Result, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue(label: "dialout.readahead").async {
            let outcome = Swift.Result { try ahead.fill(read) }
            result.withLock { $0 = outcome }
            ahead.put(.end)
            done.signal()
        }
        defer { done.wait() }
        do throws(Failure) { try ahead.empty(take) } catch {
            ahead.leave()
            throw error
        }
        switch result.withLock({ $0 }) {
        case .success(let result)?: return result
        case .failure(let error)?: throw failed(error)
        case nil: preconditionFailure("the end is told once there is a result")
        }
    }

    private struct Left: Error {}

    private func fill<Result>(_ read: ((Element) throws -> Void) throws -> Result) throws -> Result {
        var batch: [Element] = []
        batch.reserveCapacity(Self.batch)
        defer { put(.batch(batch)) }
        return try read { element in
            batch.append(element)
            guard batch.count == Self.batch else { return }
            put(.batch(batch))
            batch.removeAll(keepingCapacity: true)
            if isLeft.load(ordering: .relaxed) { throw Left() }
        }
    }

    private func put(_ piece: Piece) {
        room.wait()
        pieces.withLock { $0.append(piece) }
        filled.signal()
    }

    private func empty<Failure: Error>(_ take: (Element) throws(Failure) -> Void) throws(Failure) {
        while case .batch(let batch) = next() {
            for element in batch { try take(element) }
        }
    }

    private func next() -> Piece {
        filled.wait()
        defer { room.signal() }
        return pieces.withLock { $0.removeFirst() }
    }

    /// Takes nothing more, and waits for nothing either.
    private func leave() {
        isLeft.store(true, ordering: .relaxed)
        while case .batch = next() {}
    }
}
