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
        switch try fact.notice() {
        case .operator(let notice):
            let content = erased(notice.content)
            guard content != notice.content else { return nil }
            return OperatorNotice(
                type: notice.type, id: notice.id, at: notice.at, operatorID: notice.operatorID, tenant: notice.tenant, content: content
            ).entry.body
        case .webhook(let notice):
            guard concerns(notice.url) else { return nil }
            return WebhookNotice(
                type: notice.type, id: notice.id, at: notice.at, tenant: notice.tenant, webhook: notice.webhook,
                url: erasedAnyCase(notice.url), because: notice.because
            ).entry.body
        case .usage, .event: return nil
        }
    }

    func erased(_ change: ChangeSet) -> ChangeSet {
        var erased = change
        (erased.author.by, erased.author.request) = (erasedAnyCase(change.author.by), erasedAnyCase(change.author.request))
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

    /// A text without the subject, a name in either case; nothing of it where the case changes the length of something.
    func erasedAnyCase(_ text: String) -> String {
        switch subject {
        case .number(let number):
            let whole = text.replacing(number.description, with: pseudonym) { !$1.isDigit }
            return whole.replacing(String(number.description.dropFirst()), with: String(pseudonym.dropFirst())) {
                !$0.isDigit && !$1.isDigit
            }
        case .user(let name):
            return erased(name, pseudonym, in: erased(name.inURL, pseudonym.inURL, in: text))
        }
    }

    private func erased(_ name: String, _ pseudonym: String, in text: String) -> String {
        let lower = text.lowercased()
        guard lower.contains(name) else { return text }
        guard lower.utf8.count == text.utf8.count else { return lower.replacing(name, with: pseudonym) }
        return text.replacing(name, with: pseudonym) { !$0.isOfName && !$1.isDigit && !$1.isLetter }
    }
}

extension DialOutOrder {
    /// Whether somebody's data were taken out of it.
    var isErased: Bool { ([organizer] + texts).contains { Pseudonyms.stand(in: Array($0.utf8)) } }
}

extension String {
    /// A principal name as it stands in a URL's path or query: its sign is encoded (RFC 3986 §2.1).
    fileprivate var inURL: String { replacing("@", with: "%40") }

    /// With another text in place of one in lower case, in whatever case it stands, where `isWhole` says so of the bytes before and behind it; 0
    /// stands for the text's ends, and for a full stop that ends something.
    fileprivate func replacing(_ wanted: String, with other: String, where isWhole: (UInt8, UInt8) -> Bool) -> String {
        let bytes = Array(utf8), folded = Array(lowercased().utf8), wanted = Array(wanted.utf8)
        guard !wanted.isEmpty, bytes.count == folded.count else { return self }
        func byte(at place: Int) -> UInt8 { folded.indices.contains(place) ? folded[place] : 0 }
        func behind(_ place: Int) -> UInt8 { byte(at: place) == UInt8(ascii: ".") ? byte(at: place + 1) : byte(at: place) }
        var kept: [UInt8] = [], place = 0
        while place < bytes.count {
            if folded[place...].starts(with: wanted), isWhole(byte(at: place - 1), behind(place + wanted.count)) {
                kept += Array(other.utf8)
                place += wanted.count
            } else {
                kept.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
    fileprivate var isLetter: Bool { (97...122).contains(self) || self >= 0x80 }
    /// Whether it may stand before the sign of a principal name.
    fileprivate var isOfName: Bool { isDigit || isLetter || "._%+'-".utf8.contains(self) }
}

extension StoreEntry {
    /// Of a fact.
    fileprivate var body: [UInt8]? {
        guard case .fact(let row, _) = self else { return nil }
        return row.body
    }
}
