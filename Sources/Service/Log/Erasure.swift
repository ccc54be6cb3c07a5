import Basis
import Crypto
import Dialing
import SIP

/// Whose data are taken out of records: a number that was dialled, or a person by the principal name.
package enum ErasedSubject: Equatable, Sendable {
    case number(E164)
    /// In lower case.
    case user(String)

    /// The subject as it stands in records.
    var text: String {
        switch self {
        case .number(let number): number.description
        case .user(let name): name
        }
    }
}

/// Names that stand in the place of others: the same for the same, so that records can still be counted by them, and made with a key, so that
/// nobody can try out which number one stands for.
struct Pseudonyms {
    private let key: SymmetricKey

    init(_ key: LegKey) {
        let words = withUnsafeBytes(of: (key.high.bigEndian, key.low.bigEndian)) { Array($0) }
        self.key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array("pseudonyms".utf8), using: SymmetricKey(data: words)))
    }

    private func word(_ text: String) -> UInt64 {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key).withUnsafeBytes {
            UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self))
        }
    }

    /// Whether one stands in a text, with or without its plus, or as in a URL: what was there before is not known any more.
    static func stand(in text: [UInt8]) -> Bool {
        let text = String(decoding: text, as: UTF8.self)
        return text.contains("erased.invalid") || text.contains(/(^|\D)999\d{12}(\D|$)/)
    }

    /// For a number one of the code 999, which no country has (ITU-T E.164); for a person one of a domain that cannot be (RFC 2606).
    func stand(for subject: ErasedSubject) -> String {
        let word = word(subject.text)
        switch subject {
        case .number:
            let digits = String(word % 1_000_000_000_000)
            return "+999" + String(repeating: "0", count: 12 - digits.count) + digits
        case .user:
            let hex = String(word, radix: 16)
            return "erased-" + String(repeating: "0", count: 16 - hex.count) + hex + "@erased.invalid"
        }
    }
}

/// A dial-out with other bodies in place of its facts' own.
package struct RewrittenDialOut: Sendable {
    package let row: DialOutRow
    package let facts: [StoredFact]

    package init(row: DialOutRow, facts: [StoredFact]) { (self.row, self.facts) = (row, facts) }
}

/// Takes a subject out of facts.
struct Eraser: Sendable {
    let subject: ErasedSubject
    let pseudonym: String
    /// The name that a person has by now in the directory, for records whose sentences were taken apart before.
    let displayName: String?

    /// Nil for a dial-out that has nothing of the subject.
    func rewritten(_ stored: StoredDialOut) throws(StoreFailure) -> RewrittenDialOut? {
        let dialOut = try stored.folded()
        guard concerns(dialOut) else { return nil }
        var fold = Fold(of: stored.id), facts: [StoredFact] = []
        for fact in stored.facts {
            let timed = try fold.timed(fact)
            _ = try fold.take(fact)
            let body = TimedFact(erased(timed.fact), at: timed.at).packed(since: dialOut.acceptedAt)
            let row = fact.row
            facts.append(
                StoredFact(
                    place: fact.place,
                    row: FactRow(
                        dialOut: row.dialOut, sequence: row.sequence, tenant: row.tenant, operatorID: row.operatorID, body: body)))
        }
        let changed = StoredDialOut(id: stored.id, tenant: stored.tenant, facts: facts, outcome: stored.outcome)
        return RewrittenDialOut(row: try changed.folded().row, facts: facts)
    }

    func concerns(_ dialOut: DialOut) -> Bool {
        switch subject {
        case .number(let number): dialOut.decision.number == number
        case .user(let name):
            dialOut.order.organizer.lowercased() == name || dialOut.order.requestedBy?.lowercased() == name
                || dialOut.order.texts.contains(where: concerns)
        }
    }

    private func erased(_ fact: Fact) -> Fact {
        switch fact {
        case .accepted(let order, let decision): .accepted(erased(order), erased(decision, of: order))
        case .refused(let order, let decision): .refused(erased(order), erased(decision, of: order))
        case .progress(let progress):
            .progress(
                .init(
                    sip: progress.sip, phrase: erasedAnyCase(progress.phrase), sdp: progress.sdp,
                    reason: progress.reason.map { .init(cause: $0.cause, text: $0.text.map(erasedAnyCase)) }))
        case .attemptFailed(let sip, let phrase, let ending): .attemptFailed(sip: sip, phrase: phrase.map(erasedAnyCase), erased(ending))
        case .ended(let ending, let sip, let phrase): .ended(erased(ending), sip: sip, phrase: phrase.map(erasedAnyCase))
        case .warning, .queued, .failedOver, .dialling, .answered, .sessionChanged, .durationReported, .priced: fact
        }
    }

    private func erased(_ ending: Ending) -> Ending {
        var ending = ending
        ending.causeText = ending.causeText.map(erasedAnyCase)
        return ending
    }

    private func erased(_ order: DialOutOrder) -> DialOutOrder {
        switch subject {
        // The name that is shown for a number is its owner's.
        case .number: order.naming(number: pseudonym, displayName: nil).withTexts(erasedAnyCase)
        case .user(let name):
            order.naming(
                organizer: order.organizer.lowercased() == name ? pseudonym : order.organizer,
                requestedBy: order.requestedBy?.lowercased() == name ? pseudonym : order.requestedBy,
                displayName: order.requestedBy?.lowercased() == name || order.requestedBy == nil ? nil : order.displayName
            ).withTexts(erasedAnyCase)
        }
    }

    private func erased(_ decision: Decision, of order: DialOutOrder) -> Decision {
        var changed = decision
        changed.findings = decision.findings.map { erased($0, of: order) }
        switch subject {
        case .number:
            changed.dialled = pseudonym
            changed.number = try? E164(pseudonym)
        case .user(let name): if decision.organizer.lowercased() == name { changed.organizer = pseudonym }
        }
        return changed
    }

    /// What names nobody but the organizer stays apart from the rest, so that the name can be found when it is the organizer's turn.
    private func erased(_ finding: Finding, of order: DialOutOrder) -> Finding {
        guard let person = finding.person else { return .told(finding.sentences.map { erased($0, of: order) }) }
        guard case .user(let name) = subject, order.organizer.lowercased() == name else { return finding.naming(erasedAnyCase(person)) }
        return finding.naming(pseudonym)
    }

    /// A sentence, which may have the subject as it was written.
    private func erased(_ sentence: String, of order: DialOutOrder) -> String {
        let sentence = withoutName(sentence, of: order)
        let written =
            switch subject {
            case .number: order.number
            case .user(let name): order.requestedBy.flatMap { $0.lowercased() == name ? $0 : nil } ?? name
            }
        return erasedAnyCase(written.utf8.count > 3 ? sentence.replacing(written, with: pseudonym) : sentence)
    }

    /// Sentences that an earlier erasure has told begin or end with the organizer's name.
    private func withoutName(_ sentence: String, of order: DialOutOrder) -> String {
        guard case .user(let name) = subject, order.organizer.lowercased() == name, let displayName, !displayName.isEmpty else {
            return sentence
        }
        if sentence.hasPrefix(displayName + " ") { return pseudonym + sentence.dropFirst(displayName.count) }
        if sentence.hasSuffix(" " + displayName + ".") { return sentence.dropLast(displayName.count + 1) + pseudonym + "." }
        return sentence
    }
}
