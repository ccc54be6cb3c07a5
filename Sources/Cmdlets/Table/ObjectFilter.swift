/// A `-Filter` in the documented manner: `TelephoneNumber -like '+1425*' -and NumberType -eq 'OperatorConnect'` (domain reference §8.12).
struct ObjectFilter {
    private var conditions: [Condition] = []
    static let conditionLimit = 20

    private struct Condition {
        let property: String
        let comparison: Comparison
        let value: String
    }
    private enum Comparison: String { case eq = "-eq", ne = "-ne", like = "-like", contains = "-contains" }

    init(_ text: String) throws(CmdletError) {
        var words = try Self.words(text)[...]
        guard !words.isEmpty else { throw .invalid("Filter", "the filter is empty") }
        while !words.isEmpty {
            guard words.count >= 3, let comparison = Comparison(rawValue: words[words.startIndex + 1].lowercased()) else {
                throw .invalid("Filter", "a filter is Property -eq|-ne|-like|-contains 'value', several with -and between them")
            }
            conditions.append(Condition(property: words.first!, comparison: comparison, value: words[words.startIndex + 2]))
            guard conditions.count <= Self.conditionLimit else {
                throw .invalid("Filter", "a filter has up to \(Self.conditionLimit) conditions")
            }
            words = words.dropFirst(3)
            if words.isEmpty { return }
            guard words.first!.isSameName(as: "-and"), words.count > 1 else {
                throw .invalid("Filter", "only -and can stand between conditions")
            }
            words = words.dropFirst()
        }
    }

    private static func words(_ text: String) throws(CmdletError) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            switch (character, quote) {
            case (let end, let open?) where end == open: quote = nil
            case (_, _?): word!.append(character)
            case ("'", nil), ("\"", nil):
                quote = character
                word = word ?? ""
            case (let blank, nil) where blank.isWhitespace:
                if let word { words.append(word) }
                word = nil
            case (_, nil): word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw .invalid("Filter", "a quote in the filter is not closed") }
        return words + [word].compactMap(\.self)
    }

    func accepts(_ object: OutputObject) throws(CmdletError) -> Bool {
        for condition in conditions {
            guard let property = object[condition.property] else {
                throw .invalid("Filter", "there is no property \(condition.property) to filter by")
            }
            let text = property.text ?? property.shown
            let holds =
                switch condition.comparison {
                case .eq: text.isSameName(as: condition.value)
                case .ne: !text.isSameName(as: condition.value)
                case .like: text.matches(wildcard: condition.value)
                case .contains: property.items.contains { $0.text?.isSameName(as: condition.value) ?? false }
                }
            guard holds else { return false }
        }
        return true
    }
}
