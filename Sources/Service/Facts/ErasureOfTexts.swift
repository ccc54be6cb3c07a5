import Basis
import Dialing
import Webhooks

/// Takes a subject out of what is kept beside dial-outs: changes of the configuration, and what operators and webhooks were told.
extension Eraser {
    /// Nil for an entry that has nothing of the subject.
    func rewritten(_ fact: StoredFact) throws(StoreFailure) -> StoredFact? {
        guard let body = try erasedBody(of: fact) else { return nil }
        let row = fact.row
        return StoredFact(
            place: fact.place,
            row: FactRow(dialOut: row.dialOut, sequence: row.sequence, tenant: row.tenant, operatorID: row.operatorID, body: body))
    }

    /// Nil where nothing of it is another: the same JSON may be written in another order.
    private func erasedBody(of fact: StoredFact) throws(StoreFailure) -> [UInt8]? {
        if let change = try ChangeSet(stored: fact) {
            let erased = erased(change)
            return erased == change ? nil : erased.entry(of: fact.row.tenant).body
        }
        do throws(PackedFault) {
            if let notice = try OperatorNotice(stored: fact.row.body) {
                let content = erased(notice.content)
                guard content != notice.content else { return nil }
                return OperatorNotice(
                    type: notice.type, id: notice.id, at: notice.at, operatorID: notice.operatorID, tenant: notice.tenant, content: content
                ).entry.body
            }
            let notice = try WebhookNotice(stored: fact.row.body)
            guard concerns(notice.url) else { return nil }
            return WebhookNotice(
                type: notice.type, id: notice.id, at: notice.at, tenant: notice.tenant, webhook: notice.webhook,
                url: erasedAnyCase(notice.url), because: notice.because
            ).entry.body
        } catch {
            throw StoreFailure("the entry \(fact.place) of the log cannot be read: \(error.message)")
        }
    }

    private func erased(_ change: ChangeSet) -> ChangeSet {
        var erased = change
        let author = change.author
        erased.author = Author(
            asker: author.asker, by: erasedAnyCase(author.by), role: author.role, source: author.source,
            request: erasedAnyCase(author.request))
        erased.objects = change.objects.map { object in
            let isTheirs = concerns(object.object)
            return ObjectChange(
                object: erasedAnyCase(object.object), before: self.erased(object.before, isTheirs: isTheirs),
                after: self.erased(object.after, isTheirs: isTheirs),
                place: .init(member: object.place.member, key: object.place.key.map(erasedAnyCase), index: object.place.index))
        }
        return erased
    }

    /// Members that say who somebody is, where the object beside them is the subject's.
    private static let names: Set<String> = ["displayName", "fullName", "phone"]

    /// A value without the subject: a text that has it, and the names that stand in one object with it.
    func erased(_ value: JSONValue, isTheirs: Bool = false) -> JSONValue {
        switch value {
        case .null, .bool, .integer, .number: return value
        case .string(let text): return .string(erasedAnyCase(text))
        case .array(let values): return .array(values.map { erased($0) })
        case .object(let members):
            let isTheirs = isTheirs || members.values.contains { $0.string.map(concerns) ?? false }
            return .object(
                Dictionary(
                    members.map { name, value in
                        let isName = isTheirs && Self.names.contains(name) && value.string != nil
                        return (erasedAnyCase(name), isName ? .string(pseudonym) : erased(value))
                    }, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// Whether a text has the subject in it.
    func concerns(_ text: String) -> Bool { erasedAnyCase(text) != text }

    /// A text without the subject, a name in either case.
    func erasedAnyCase(_ text: String) -> String {
        switch subject {
        case .number: return erased(text)
        case .user(let name):
            let lower = text.lowercased()
            guard lower.contains(name) else { return text }
            // Where the case changes the length of something, nothing of the text is left as it was.
            guard lower.utf8.count == text.utf8.count else { return lower.replacing(name, with: pseudonym) }
            var kept: [UInt8] = [], place = 0
            let bytes = Array(text.utf8), wanted = Array(name.utf8), folded = Array(lower.utf8)
            while place < bytes.count {
                if folded[place...].starts(with: wanted) {
                    kept += Array(pseudonym.utf8)
                    place += wanted.count
                } else {
                    kept.append(bytes[place])
                    place += 1
                }
            }
            return String(decoding: kept, as: UTF8.self)
        }
    }
}

extension StoreEntry {
    /// Of a fact.
    fileprivate var body: [UInt8]? {
        guard case .fact(let row, _) = self else { return nil }
        return row.body
    }
}
