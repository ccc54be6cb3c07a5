/// Which number a text means that can be read in several ways.
///
/// A number that its country gives out wins over one of a length that merely occurs there, and the earlier reading among equals. So
/// `+44 (0)20 7946 0000` is a number of London, `+49 030 …` one of Berlin, and the zero of `+39 (0)6 …` stays, because Rome's numbers
/// begin with it (ITU-T E.123 §6.1; the plans are libphonenumber's).
extension E164 {
    /// The first that is given out in its country; else the first that can be dialled; else the first, so that its fault can be told.
    static func meant(by readings: [E164]) -> E164? {
        readings.first { NumberFacts(of: $0).isValid } ?? readings.first { NumberFacts(of: $0).fault == nil } ?? readings.first
    }

    /// What an international number may mean: itself, if it is given out as it stands; else it without a national prefix behind its country
    /// code; else itself. A prefix may have been typed twice: what is read is what the same reading makes of it once more, so that no gate is asked another
    /// number than the one that is dialled.
    static func readings(of text: String) throws(Malformed) -> [E164] {
        var seen: [E164] = []
        var number: E164?
        do throws(Malformed) { number = try E164(text) } catch {
            guard let stripped = E164(withoutNationalPrefix: text) else { throw error }
            number = stripped
        }
        while let next = number, !seen.contains(next), seen.count < E164.longest {
            seen.append(next)
            number = NumberFacts(of: next).isValid ? nil : E164(withoutNationalPrefix: next.description)
        }
        return seen.reversed()
    }

    /// Digits of the longest, each of which may be a prefix.
    private static let longest = 15

    /// The same of one that was typed with a zero in brackets, if it was.
    static func readings(of text: String, withoutZero: String?) throws(Malformed) -> [E164] {
        let rest = withoutZero.flatMap { try? readings(of: $0) } ?? []
        do throws(Malformed) { return try readings(of: text) + rest } catch {
            guard rest.isEmpty else { return rest }
            throw error
        }
    }

    /// The number that is dialled where this one is asked for.
    var meant: E164 { (try? Self.readings(of: description)).flatMap(Self.meant) ?? self }

    /// Reads a number as an administrator or an operator writes it: in international form, with its plus or without, after `tel:` or not,
    /// with separators or none (domain reference §5.3). Nil for everything else, an extension as well.
    package init?(written text: String) {
        guard let text = try? DialledText(text), text.extensionDigits == nil else { return nil }
        func international(_ text: String) -> String { text.utf8.first == UInt8(ascii: "+") ? text : "+" + text }
        let readings = try? Self.readings(of: international(text.text), withoutZero: text.withoutBracketedZero.map(international))
        guard let number = readings.flatMap(Self.meant) else { return nil }
        self = number
    }
}
