internal import Patterns

/// Regular expressions (about_Regular_Expressions, about_Split).
extension Interpreter {
    func search(_ source: String, isCaseSensitive: Bool, at place: Script.Place) throws(Stop) -> PatternSearch {
        try meter.read(bytes: source.utf8.count)
        let key = (isCaseSensitive ? "c" : "i") + source
        if let known = searches[key] { return known }
        try meter.step(32)
        do throws(Pattern.Invalid) {
            let search = try PatternSearch(source, isCaseSensitive: isCaseSensitive, steps: Meter.patternStepLimit)
            if searches.count >= Self.searchLimit { searches = [:] }
            searches[key] = search
            return search
        } catch {
            throw .failure(
                .invalidArgument, "InvalidRegularExpression",
                "\(String(source.prefix(80))) is not a regular expression: \(error.message), at offset \(error.offset)", at: place)
        }
    }

    /// The search of a text, or of a `[regex]`, which has its own options and means case unless they say otherwise.
    func search(_ value: Value, isCaseSensitive: Bool, _ options: Value? = nil, at place: Script.Place) throws(Stop) -> PatternSearch {
        var options = options, isCaseSensitive = isCaseSensitive
        if case .object(let box) = value, box.typeName == Self.patternType {
            isCaseSensitive = true
            options = options ?? box["Options"]
        }
        guard let options else { return try search(value.text, isCaseSensitive: isCaseSensitive, at: place) }
        let names = Enumeration.search.names(of: options) ?? []
        guard names.isDisjoint(with: ["righttoleft", "ecmascript"]) else {
            throw .argument("the options RightToLeft and ECMAScript of a regular expression are not here", at: place)
        }
        let letters = [("multiline", "m"), ("singleline", "s"), ("ignorepatternwhitespace", "x"), ("explicitcapture", "n")]
            .filter { names.contains($0.0) }.map(\.1).joined()
        return try search(
            (letters.isEmpty ? "" : "(?\(letters))") + value.text, isCaseSensitive: isCaseSensitive && !names.contains("ignorecase"),
            at: place)
    }

    /// Regular expressions that are kept compiled.
    private static let searchLimit = 100

    /// Bytes of a text that an expression with `*` or `+` searches.
    static let subjectLimit = 64 << 10

    /// The first match from a byte on; counts what the search may have taken.
    func first(_ search: PatternSearch, in subject: [UInt8], from start: Int = 0, at place: Script.Place) throws(Stop) -> PatternSearch
        .Match?
    {
        let rest = subject.count - start
        if search.isUnbounded {
            guard subject.count <= Self.subjectLimit else {
                throw Meter.exceeded(
                    "a regular expression with * or + searches texts of up to \(Self.subjectLimit) bytes; -split by \"`n\" first")
            }
            try meter.step(1 + rest / 16 + rest * rest >> 16)
        }
        try meter.step(search.bytesSought(rest) >> 14)
        let match: PatternSearch.Match?
        do throws(TextSearch.Undecided) { match = try search.first(in: subject, from: start) } catch { throw Self.undecided }
        try meter.step(1 + ((match?.range.upperBound ?? subject.count) - start) / 32)
        return match
    }

    func all(_ search: PatternSearch, in subject: [UInt8], at place: Script.Place) throws(Stop) -> [PatternSearch.Match] {
        var matches: [PatternSearch.Match] = [], start = 0
        while start <= subject.count, let match = try first(search, in: subject, from: start, at: place) {
            try meter.checkCount(matches.count + 1)
            matches.append(match)
            start = max(start, PatternSearch.next(after: match, in: subject))
        }
        return matches
    }

    private static var undecided: Stop {
        Meter.exceeded("a search by a regular expression takes up to \(Meter.patternStepLimit) steps")
    }

    /// Whether there is a match; `$Matches` has its groups.
    func match(
        _ text: String, _ pattern: Value, isCaseSensitive: Bool, keepsGroups: Bool = true, at place: Script.Place
    ) throws(Stop) -> Bool {
        let search = try search(pattern, isCaseSensitive: isCaseSensitive, at: place), subject = Array(text.utf8)
        guard let match = try first(search, in: subject, at: place) else { return false }
        guard keepsGroups else { return true }
        let table = TableBox()
        let names = Dictionary(search.names.map { ($0.group, $0.name) }, uniquingKeysWith: { first, _ in first })
        for (group, range) in match.groups.enumerated() {
            guard let range else { continue }
            table[names[group].map { .text($0) } ?? .integer(group)] = .text(String(decoding: subject[range], as: UTF8.self))
        }
        try meter.make(bytes: match.range.count)
        scope.set("matches", keep(.table(table)))
        return true
    }

    func replace(_ left: Value, _ right: Value, _ isCaseSensitive: Bool, at place: Script.Place) throws(Stop) -> Value {
        let parts: [Value] = if case .array(let box) = right { box.items } else { [right] }
        guard let first = parts.first, parts.count <= 2 else {
            throw .argument("-replace takes a pattern and what to put in its place", at: place)
        }
        let search = try search(first, isCaseSensitive: isCaseSensitive, at: place)
        let replacement = parts.count == 2 ? parts[1] : .text("")
        guard case .array(let box) = left else { return try replaced(left.text, search, replacement, at: place) }
        var texts: [Value] = []
        for item in box.items { texts.append(try replaced(item.text, search, replacement, at: place)) }
        return keep(try meter.made(texts))
    }

    /// A block is given each match as `$_`, and as an argument where it stands for a method's delegate.
    func replaced(
        _ text: String, _ search: PatternSearch, _ replacement: Value, limit: Int? = nil, isDelegate: Bool = false, at place: Script.Place
    ) throws(Stop) -> Value {
        let subject = Array(text.utf8)
        var result: [UInt8] = [], copied = 0, places = TextPlaces(subject), left = limit.map { $0 < 0 ? .max : $0 } ?? .max
        for match in try all(search, in: subject, at: place) where match.range.lowerBound >= copied {
            guard left > 0 else { break }
            left -= 1
            result += subject[copied..<match.range.lowerBound]
            if case .block(let block) = replacement {
                let before = scope.variables["_"]
                let found = object(of: match, in: &places, search)
                scope.variables["_"] = Scope.Slot(value: found, type: nil)
                defer { scope.variables["_"] = before }
                let made = try isDelegate ? invoke(block, [found]) : values(of: block.block.statements)
                result += Value(gathered: made).text.utf8
            } else {
                result += Self.expand(replacement.text, match, subject, search)
            }
            copied = match.range.upperBound
            guard result.count <= Meter.textLimit else { throw Meter.exceeded("a text has up to \(Meter.textLimit) bytes") }
        }
        result += subject[copied...]
        return try meter.made(String(decoding: result, as: UTF8.self))
    }

    /// `$1`, `${name}`, `$&`, `$0`, `$$`, `` $` `` and `$'` (what stands before and behind), `$_` (all) and `$+` (the last group); any other `$`
    /// stays.
    private static func expand(_ text: String, _ match: PatternSearch.Match, _ subject: [UInt8], _ search: PatternSearch) -> [UInt8] {
        var result: [UInt8] = [], rest = Array(text.utf8)[...]
        func group(_ number: Int) -> [UInt8]? {
            guard match.groups.indices.contains(number) else { return nil }
            return match.groups[number].map { Array(subject[$0]) } ?? []
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$"), let next = rest.first else {
                result.append(byte)
                continue
            }
            let digits = rest.prefix { (48...57).contains($0) }
            if next == UInt8(ascii: "$") {
                result.append(next)
                rest.removeFirst()
            } else if next == UInt8(ascii: "&") {
                result += group(0) ?? []
                rest.removeFirst()
            } else if let part = Self.part(named: next, match, subject) {
                result += part
                rest.removeFirst()
            } else if !digits.isEmpty, let found = Int(String(decoding: digits, as: UTF8.self)).flatMap(group) {
                result += found
                rest = rest.dropFirst(digits.count)
            } else if next == UInt8(ascii: "{"), let close = rest.firstIndex(of: UInt8(ascii: "}")) {
                let name = String(decoding: rest[(rest.startIndex + 1)..<close], as: UTF8.self)
                let number =
                    (name.utf8.allSatisfy { (48...57).contains($0) } ? Int(name) : nil) ?? search.names.first { $0.name == name }?.group
                result += number.flatMap(group) ?? Array("${\(name)}".utf8)
                rest = rest[(close + 1)...]
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static func part(named sign: UInt8, _ match: PatternSearch.Match, _ subject: [UInt8]) -> ArraySlice<UInt8>? {
        switch sign {
        case UInt8(ascii: "`"): subject[..<match.range.lowerBound]
        case UInt8(ascii: "'"): subject[match.range.upperBound...]
        case UInt8(ascii: "_"): subject[...]
        case UInt8(ascii: "+"): match.groups.last.flatMap { $0 }.map { subject[$0] } ?? []
        default: nil
        }
    }

    /// A match as `[regex]::Match` gives it.
    func object(of match: PatternSearch.Match, in places: inout TextPlaces, _ search: PatternSearch) -> Value {
        let names = Dictionary(search.names.map { ($0.group, $0.name) }, uniquingKeysWith: { first, _ in first })
        func made(_ range: Range<Int>?, _ name: String, type: String, groups: [Value]? = nil) -> ObjectBox {
            let text = range.map { String(decoding: places.text[$0], as: UTF8.self) } ?? ""
            let index = range.map { places.index(of: $0.lowerBound) } ?? 0
            let box = ObjectBox(
                [
                    "Success": .truth(range != nil), "Name": .text(name), "Index": .integer(index), "Length": .integer(text.utf16.count),
                    "Value": .text(text),
                ],
                typeName: "System.Text.RegularExpressions." + type, display: text)
            if let groups { box.properties.insert(ObjectBox.Property(name: "Groups", value: .list(groups)), at: 0) }
            return box
        }
        let groups = match.groups.enumerated().map { Value.object(made($1, names[$0] ?? String($0), type: "Group")) }
        return keep(.object(made(match.range, "0", type: "Match", groups: groups)))
    }

    func split(_ left: Value, _ right: Value, _ isCaseSensitive: Bool, at place: Script.Place) throws(Stop) -> Value {
        let parts: [Value] = if case .array(let box) = right { box.items } else { [right] }
        guard let first = parts.first, parts.count <= 3 else { throw .argument("-split takes a pattern, a count and options", at: place) }
        if case .block = first { throw .argument("-split by a script block is not available here; use a regular expression", at: place) }
        guard let limit = parts.count > 1 ? parts[1].integer : 0 else { throw Self.mismatch(parts[1], "a count", at: place) }
        let (isSimple, options) = try splitOptions(parts.count > 2 ? parts[2] : .null, at: place)
        let pattern = Value.text(isSimple ? Self.escaped(first.text) : first.text)
        let isFolded = Enumeration.search.names(of: options)?.contains("ignorecase") ?? false
        let search = try search(pattern, isCaseSensitive: isCaseSensitive && !isFolded, options, at: place)
        var pieces: [Value] = []
        for item in left.isNull ? [.text("")] : left.items { pieces += try self.pieces(of: item.text, search, limit: limit, at: place) }
        try meter.checkCount(pieces.count)
        try meter.make(bytes: pieces.count * 16)
        return .array(ArrayBox(pieces, of: .text))
    }

    /// The options of `-split`, of which SimpleMatch and RegexMatch are its own (about_Split).
    private func splitOptions(_ value: Value, at place: Script.Place) throws(Stop) -> (isSimple: Bool, search: Value) {
        guard !value.isNull else { return (false, .text("None")) }
        let words = value.text.split { $0 == "," || $0 == " " }.map { $0.lowercased() }
        let others = words.filter { $0 != "simplematch" && $0 != "regexmatch" }.joined(separator: ", ")
        let search = Value.text(others.isEmpty ? "None" : others)
        guard value.integer == nil, Enumeration.search.names(of: search) != nil else {
            throw .argument("the options of -split are SimpleMatch, RegexMatch and \(Enumeration.search.described)", at: place)
        }
        return (words.contains("simplematch"), search)
    }

    /// The pieces between matches, up to `limit` of them, and what the groups of these have found; below zero they are counted from the end.
    func pieces(of text: String, _ search: PatternSearch, limit: Int = 0, at place: Script.Place) throws(Stop) -> [Value] {
        let subject = Array(text.utf8)
        var pieces: [Value] = [], start = 0, matches = try all(search, in: subject, at: place)[...]
        if limit > 0 { matches = matches.prefix(limit - 1) }
        if limit < 0 { matches = matches.suffix(limit == .min ? .max : -limit - 1) }
        for match in matches where match.range.lowerBound >= start {
            pieces.append(.text(String(decoding: subject[start..<match.range.lowerBound], as: UTF8.self)))
            for group in match.groups.dropFirst() {
                if let group { pieces.append(.text(String(decoding: subject[group], as: UTF8.self))) }
            }
            start = match.range.upperBound
        }
        pieces.append(.text(String(decoding: subject[start...], as: UTF8.self)))
        try meter.make(bytes: subject.count)
        return pieces
    }

    /// A text as a regular expression that matches nothing else.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\", "*", "+", "?", "|", "{", "[", "(", ")", "^", "$", ".", "#": result += "\\" + String(character)
            case " ": result += "\\ "
            default: result.append(character)
            }
        }
        return result
    }
}
