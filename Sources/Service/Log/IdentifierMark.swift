import Basis

extension Identifiers {
    private struct Mark: Codable {
        static let key = "newestIdentifier"
        let newest: SortableID
    }

    /// To be committed with what has an identifier and is no dial-out, so that those of the next start sort behind it, though the clock is set
    /// back meanwhile.
    var mark: StoreEntry {
        .document(StoredDocument(kind: .setting, key: Mark.key, version: 0, body: JSON.encode(Mark(newest: newest))))
    }

    /// Goes on behind those of earlier starts: their newest dial-out, and all that left a ``mark``.
    func follow(_ contents: StoreContents) throws(StoreFailure) {
        if let newest = contents.newestDialOut { follow(newest) }
        if let mark = try contents.documents.setting(Mark.key, as: Mark.self) { follow(mark.newest) }
    }
}
