import Basis

/// What is told that is of no dial-out, as an entry of the log: the version of its form, its kind, then itself packed.
protocol LogNotice: Packable {
    /// The second byte of its entries, never given anew.
    static var entryKind: UInt8 { get }
    var tenant: String { get }
    /// The operator that sees it.
    var watcher: String? { get }
    var told: Told { get }
}

extension LogNotice {
    var watcher: String? { nil }

    var entry: StoreEntry {
        .fact(
            FactRow(
                dialOut: FactRow.noDialOut, sequence: 0, tenant: tenant, operatorID: watcher,
                body: [noticeVersion, Self.entryKind] + packed), told)
    }

    /// Nil for an entry of another kind.
    init?(stored bytes: [UInt8]) throws(PackedFault) {
        guard bytes.count > 2, bytes[1] == Self.entryKind else { return nil }
        guard bytes[0] == noticeVersion else { throw PackedFault("a notice has version \(bytes[0]), which this program does not know") }
        try self.init(packed: Array(bytes.dropFirst(2)))
    }
}

private let noticeVersion: UInt8 = 1

extension Told {
    /// Throws when the bytes are no notice of a version and kind that are known.
    init(notice bytes: [UInt8]) throws(PackedFault) {
        if let notice = try OperatorNotice(stored: bytes) {
            self = .operator(notice)
        } else if let notice = try UsageNotice(stored: bytes) {
            self = .usage(notice)
        } else if let notice = try WebhookNotice(stored: bytes) {
            self = .webhook(notice)
        } else {
            throw PackedFault("it is of no kind that this program knows")
        }
    }
}

extension OperatorNotice: LogNotice {
    static let entryKind: UInt8 = 66
    var watcher: String? { operatorID }
    var told: Told { .operator(self) }
}

extension UsageNotice: LogNotice {
    static let entryKind: UInt8 = 67
    var told: Told { .usage(self) }
}

extension WebhookNotice: LogNotice {
    static let entryKind: UInt8 = 64
    var told: Told { .webhook(self) }
}
