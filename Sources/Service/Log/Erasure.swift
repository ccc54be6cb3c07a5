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
        isTo(dialOut.order, dialOut.decision) || isOrganizer(dialOut.order) || dialOut.order.texts.contains(where: concerns)
    }

    /// Whether the number is the one that was to be dialled, refused before it was read perhaps.
    private func isTo(_ order: DialOutOrder, _ decision: Decision) -> Bool {
        guard case .number(let number) = subject else { return false }
        return (decision.number ?? E164(written: order.number)) == number
    }

    private func isOrganizer(_ order: DialOutOrder) -> Bool { subject == .user(order.organizer.lowercased()) }

    private func erased(_ fact: Fact) -> Fact {
        switch fact {
        case .accepted(let order, let decision): .accepted(erased(order, decision), erased(decision, of: order))
        case .refused(let order, let decision): .refused(erased(order, decision), erased(decision, of: order))
        case .progress(let progress):
            .progress(
                .init(
                    sip: progress.sip, phrase: erasedAnyCase(progress.phrase), sdp: progress.sdp,
                    reason: progress.reason.map { .init(cause: $0.cause, text: $0.text.map(erasedAnyCase)) }))
        case .attemptFailed(let sip, let phrase, let ending): .attemptFailed(sip: sip, phrase: phrase.map(erasedAnyCase), erased(ending))
        case .ended(let ending, let sip, let phrase): .ended(erased(ending), sip: sip, phrase: phrase.map(erasedAnyCase))
        case .answered(let sdp, let sip, let phrase): .answered(sdp: sdp, sip: sip, phrase: erasedAnyCase(phrase))
        case .warning, .queued, .failedOver, .dialling, .sessionChanged, .durationReported, .priced: fact
        }
    }

    private func erased(_ ending: Ending) -> Ending {
        var ending = ending
        ending.causeText = ending.causeText.map(erasedAnyCase)
        return ending
    }

    /// The name that is shown for a number, or for a requester, is its owner's.
    private func erased(_ order: DialOutOrder, _ decision: Decision) -> DialOutOrder {
        let isTo = isTo(order, decision), isOrganizer = isOrganizer(order)
        let isRequester = if case .user = subject { order.requestedBy.map(concerns) ?? true } else { false }
        return order.naming(
            organizer: isOrganizer ? pseudonym : order.organizer, number: isTo ? pseudonym : order.number,
            requestedBy: order.requestedBy, displayName: isTo || isRequester ? nil : order.displayName
        ).withTexts(erasedAnyCase)
    }

    private func erased(_ decision: Decision, of order: DialOutOrder) -> Decision {
        var changed = decision
        let isTo = isTo(order, decision)
        changed.findings = decision.findings.map { erased($0, of: order, isTo: isTo) }
        changed.dialled = isTo ? pseudonym : erasedAnyCase(decision.dialled)
        if isTo, decision.number != nil { changed.number = try? E164(pseudonym) }
        if isOrganizer(order) { changed.organizer = pseudonym }
        return changed
    }

    /// What names nobody but the organizer stays apart from the rest, so that the name can be found when it is the organizer's turn.
    private func erased(_ finding: Finding, of order: DialOutOrder, isTo: Bool) -> Finding {
        guard let person = finding.person else { return .told(finding.sentences.map { erased($0, of: order, isTo: isTo) }) }
        return finding.naming(isOrganizer(order) ? pseudonym : erasedAnyCase(person))
    }

    /// A sentence, which may have the subject as it was written, and a number as a dial plan makes one of another.
    private func erased(_ sentence: String, of order: DialOutOrder, isTo: Bool) -> String {
        var sentence = withoutName(sentence, of: order)
        if isTo {
            if order.number.utf8.count > 3 { sentence = sentence.replacing(order.number, with: pseudonym) }
            sentence = withoutEndings(sentence)
        }
        return erasedAnyCase(sentence)
    }

    /// Runs of digits that are the number's end, such as its national form, stand for it.
    private func withoutEndings(_ sentence: String) -> String {
        let digits = subject.text.dropFirst()
        return sentence.replacing(/\+?\d{7,}/) { run in
            digits.hasSuffix(run.output.drop { $0 == "+" }) ? pseudonym : String(run.output)
        }
    }

    /// Sentences that an earlier erasure has told begin or end with the organizer's name.
    private func withoutName(_ sentence: String, of order: DialOutOrder) -> String {
        guard isOrganizer(order), let displayName, !displayName.isEmpty else { return sentence }
        if sentence.hasPrefix(displayName + " ") { return pseudonym + sentence.dropFirst(displayName.count) }
        if sentence.hasSuffix(" " + displayName + ".") { return sentence.dropLast(displayName.count + 1) + pseudonym + "." }
        return sentence
    }
}
