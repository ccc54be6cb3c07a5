import Basis
import Foundation
import Service

/// The number of the last group that was kept, in a file of its own beside the store: by it a start knows that the store has all that it had.
/// SQLite takes a log that was removed, and frames that are damaged, for the end of what was written (docs/decisions/a-log-that-is-missing.md).
///
/// The number is written once its group is on disk, and is not synced: after a power cut an earlier one may stand there, never a later one.
/// `@unchecked Sendable`: used on the store's queue only.
final class GroupMark: @unchecked Sendable {
    private let descriptor: Int32
    private var line: [UInt8]
    /// Of the greatest number there is.
    private static let digits = 19

    /// Throws where the store had a later group than it has now. A mark of a store with another key says nothing of this one.
    init(of store: String, group: Int64, keyCheck check: [UInt8]) throws(StoreFailure) {
        let path = store + "-group", keyCheck = check.hexadecimal
        if let kept = Self.group(in: path, keyCheck), kept > group {
            throw StoreFailure(
                "it has \(group) groups, and \(kept) were kept: \(store)-wal was removed or is damaged, or an earlier copy is in its place; "
                    + "put back what was there, or remove \(path) to go on with what is left")
        }
        // Where there is no room for it the store does without.
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        line = Array((keyCheck + " " + String(repeating: "0", count: Self.digits) + "\n").utf8)
        write(group)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The mark of a store that begins anew, or is another one from here on.
    static func remove(beside store: String) { unlink(store + "-group") }

    private static func group(in path: String, _ keyCheck: String) -> Int64? {
        guard let data = FileManager.default.contents(atPath: path), data.count < 1_024 else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard words.count == 2, words[0] == keyCheck, words[1].hasSuffix("\n") else { return nil }
        return Int64(words[1].dropLast())
    }

    /// Of one length, so that each number takes the place of the one before.
    func write(_ group: Int64) {
        guard descriptor >= 0 else { return }
        var rest = UInt64(group)
        for place in line.indices.dropLast().suffix(Self.digits).reversed() {
            line[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress!, $0.count, 0) }
    }
}
