/// What the methods of a type take. An argument that no overload here has is an error, so that none is passed over.
///
/// An overload is a text with a letter for each argument (``Kind``); a `*` behind the last lets it stand once or more often.
struct Overloads {
    private struct Overload {
        let kinds: [Kind]
        /// Whether the last may stand several times.
        let isOpen: Bool
    }
    private let byName: [String: [Overload]]

    init(_ byName: [String: [String]]) {
        self.byName = byName.mapValues { $0.map { Overload(kinds: $0.compactMap(Kind.init), isOpen: $0.hasSuffix("*")) } }
    }

    /// By a name in lower case.
    func has(_ name: String) -> Bool { byName[name] != nil }

    /// In lower case.
    var names: Set<String> { Set(byName.keys) }

    enum Kind: Character {
        case text = "t", character = "c", separators = "s", whole = "n", number = "r", truth = "b", value = "v", block = "k", span = "z"
        case comparison = "m", splitting = "o", midpoint = "d", search = "x", choice = "w", culture = "u", dateStyle = "y"
    }

    /// Throws where the method of that name, if there is one, does not take such arguments.
    func check(_ name: String, _ given: [Value], at place: Script.Place) throws(Stop) {
        guard let overloads = byName[name.lowercased()] else { return }
        let counted = overloads.compactMap { Self.kinds($0, for: given.count) }
        guard !counted.isEmpty else {
            let known = overloads.map(Self.described).joined(separator: " or ")
            throw .failure(
                .invalidOperation, "MethodCountCouldNotFindBest",
                "Cannot find an overload for \"\(name)\" and the argument count: \"\(given.count)\". Here it takes \(known).", at: place)
        }
        func fault(_ kinds: [Kind]) -> Int? { zip(kinds, given).enumerated().first { !$1.0.takes($1.1) }?.offset }
        guard !counted.contains(where: { fault($0) == nil }) else { return }
        let nearest = counted.max { (fault($0) ?? 0) < (fault($1) ?? 0) } ?? [], at = fault(nearest) ?? 0
        throw .failure(
            .invalidOperation, "MethodArgumentConversionInvalidCastArgument",
            "Cannot convert argument \"\(at)\", with value: \"\(given[at].text.prefix(80))\", for \"\(name)\": it must be \(nearest[at].described).",
            at: place)
    }

    /// The kinds of so many arguments, where the overload takes so many.
    private static func kinds(_ overload: Overload, for count: Int) -> [Kind]? {
        let kinds = overload.kinds
        guard overload.isOpen, let last = kinds.last else { return kinds.count == count ? kinds : nil }
        return count < kinds.count ? nil : kinds + Array(repeating: last, count: count - kinds.count)
    }

    private static func described(_ overload: Overload) -> String {
        "(" + overload.kinds.map(\.described).joined(separator: ", ") + (overload.isOpen ? ", …" : "") + ")"
    }
}

extension Overloads.Kind {
    fileprivate func takes(_ value: Value) -> Bool {
        switch self {
        case .text, .value, .separators: true
        case .character: value.text.unicodeScalars.count == 1
        case .whole: value.integer != nil
        case .number: value.real != nil
        case .truth: if case .truth = value { true } else { false }
        case .block: if case .block = value { true } else { false }
        case .span:
            switch value {
            case .span, .moment: true
            default: false
            }
        case .comparison: Enumeration.comparison.names(of: value) != nil
        case .splitting: Enumeration.splitting.names(of: value) != nil
        case .midpoint: Enumeration.midpoint.names(of: value) != nil
        case .search: Enumeration.search.names(of: value).map { $0.isDisjoint(with: ["righttoleft", "ecmascript"]) } ?? false
        case .choice: Enumeration.choice.names(of: value) != nil
        case .culture: value.isNull || Interpreter.isHere(culture: value.text)
        case .dateStyle: Enumeration.dateStyle.names(of: value) != nil
        }
    }

    fileprivate var described: String {
        switch self {
        case .text: "a text"
        case .character: "one character"
        case .separators: "separators"
        case .whole: "a whole number"
        case .number: "a number"
        case .truth: "$true or $false"
        case .value: "a value"
        case .block: "a { block }"
        case .span: "a span of time or a date"
        case .comparison: Enumeration.comparison.described
        case .splitting: Enumeration.splitting.described
        case .midpoint: Enumeration.midpoint.described
        case .search: Enumeration.search.described
        case .choice: Enumeration.choice.described
        case .culture: "the culture en-US or the invariant one"
        case .dateStyle: Enumeration.dateStyle.described
        }
    }
}
