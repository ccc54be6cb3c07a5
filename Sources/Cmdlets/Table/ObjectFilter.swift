/// A `-Filter` in the documented manner: `TelephoneNumber -like '+1425*' -and NumberType -eq 'OperatorConnect'` (domain reference §8.12), with
/// `-or`, `-not` and parentheses too.
struct ObjectFilter {
    private indirect enum Condition {
        case holds(String, Comparison, String)
        case not(Condition)
        case both(Condition, Condition)
        case either(Condition, Condition)
    }
    private enum Comparison: String {
        case eq = "-eq", ne = "-ne", like = "-like", notlike = "-notlike", contains = "-contains", notcontains = "-notcontains", gt = "-gt",
            ge = "-ge"
        case lt = "-lt", le = "-le"
    }
    private let condition: Condition
    /// Comparisons in one filter, and parentheses within one another.
    static let conditionLimit = 20

    init(_ text: String) throws(CmdletError) {
        var reader = Reader(words: try Self.words(text)[...])
        guard !reader.words.isEmpty else { throw .invalid("Filter", "the filter is empty") }
        condition = try reader.either()
        guard reader.words.isEmpty else { throw .invalid("Filter", "only -and and -or can stand between conditions") }
    }

    private struct Word {
        let text: String
        let isQuoted: Bool
    }

    /// By recursive descent: `-or` binds least, then `-and`, then `-not`.
    private struct Reader {
        var words: ArraySlice<Word>
        private var count = 0
        private var depth = 0

        init(words: ArraySlice<Word>) { self.words = words }

        private mutating func skip(_ word: String) -> Bool {
            guard let first = words.first, !first.isQuoted, first.text.isSameName(as: word) else { return false }
            words.removeFirst()
            return true
        }

        mutating func either() throws(CmdletError) -> Condition {
            var left = try both()
            while skip("-or") { left = .either(left, try both()) }
            return left
        }

        private mutating func both() throws(CmdletError) -> Condition {
            var left = try one()
            while skip("-and") { left = .both(left, try one()) }
            return left
        }

        private mutating func one() throws(CmdletError) -> Condition {
            depth += 1
            defer { depth -= 1 }
            guard depth <= ObjectFilter.conditionLimit else { throw tooMany }
            if skip("-not") || skip("!") { return .not(try one()) }
            if skip("(") {
                let inner = try either()
                guard skip(")") else { throw .invalid("Filter", "a parenthesis in the filter is not closed") }
                return inner
            }
            guard words.count >= 3, let comparison = Comparison(rawValue: words[words.startIndex + 1].text.lowercased()) else {
                throw .invalid(
                    "Filter", "a filter is Property -eq|-ne|-like|-contains|-gt|-lt 'value', several with -and or -or between them")
            }
            count += 1
            guard count <= ObjectFilter.conditionLimit else { throw tooMany }
            let value = words[words.startIndex + 2]
            let constants = ["$true": "True", "$false": "False", "$null": ""]
            defer { words = words.dropFirst(3) }
            return .holds(words.first!.text, comparison, value.isQuoted ? value.text : constants[value.text.lowercased()] ?? value.text)
        }

        private var tooMany: CmdletError { .invalid("Filter", "a filter has up to \(ObjectFilter.conditionLimit) conditions") }
    }

    private static func words(_ text: String) throws(CmdletError) -> [Word] {
        var words: [Word] = [], word: String?, quote: Character?, wasQuoted = false
        func end() {
            if let word { words.append(Word(text: word, isQuoted: wasQuoted)) }
            (word, wasQuoted) = (nil, false)
        }
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch (character, quote) {
            case (let close, let open?) where close == open && rest.first == open:
                word!.append(character)
                rest.removeFirst()
            case (let close, let open?) where close == open: quote = nil
            case (_, _?): word!.append(character)
            case ("'", nil), ("\"", nil):
                (quote, wasQuoted) = (character, true)
                word = word ?? ""
            case ("(", nil), (")", nil), ("!", nil):
                end()
                words.append(Word(text: String(character), isQuoted: false))
            case (let blank, nil) where blank.isWhitespace: end()
            case (_, nil): word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw .invalid("Filter", "a quote in the filter is not closed") }
        end()
        return words
    }

    func accepts(_ object: OutputObject) throws(CmdletError) -> Bool { try Self.holds(condition, of: object) }

    private static func holds(_ condition: Condition, of object: OutputObject) throws(CmdletError) -> Bool {
        switch condition {
        case .not(let inner): return try !holds(inner, of: object)
        case .both(let left, let right): return try holds(left, of: object) ? holds(right, of: object) : false
        case .either(let left, let right): return try holds(left, of: object) ? true : holds(right, of: object)
        case .holds(let name, let comparison, let value):
            guard let property = object[name] else { throw .invalid("Filter", "there is no property \(name) to filter by") }
            return holds(property, comparison, value)
        }
    }

    private static func holds(_ property: CmdletValue, _ comparison: Comparison, _ value: String) -> Bool {
        let text = property.text ?? property.shown
        /// By number where both are, by time where the property is a date and the value can be read as one, else by the alphabet.
        var order: Int {
            if let a = Int(text), let b = Int(value) { return a < b ? -1 : a > b ? 1 : 0 }
            if case .moment(let a) = property, let b = Moment(reading: value)?.unix { return a < b ? -1 : a > b ? 1 : 0 }
            return TextOrder.compare(text, value)
        }
        var isEqual: Bool { if case .moment = property { order == 0 } else { text.isSameName(as: value) } }
        var isHeld: Bool { property.items.contains { $0.text?.isSameName(as: value) ?? false } }
        switch comparison {
        case .eq: return isEqual
        case .ne: return !isEqual
        case .like: return Wildcard(value).matches(text)
        case .notlike: return !Wildcard(value).matches(text)
        case .contains: return isHeld
        case .notcontains: return !isHeld
        case .gt: return order > 0
        case .ge: return order >= 0
        case .lt: return order < 0
        case .le: return order <= 0
        }
    }
}
