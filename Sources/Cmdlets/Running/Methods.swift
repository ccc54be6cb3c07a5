/// Methods of values (`'a'.ToUpper()`), by what the value is.
enum Methods {
    /// Every method that some value has, in lower case: what is not here is refused before a script is run.
    static let names: Set<String> = texts.union(lists).union(tables).union(moments).union(others)

    private static let texts: Set<String> = [
        "toupper", "tolower", "toupperinvariant", "tolowerinvariant", "trim", "trimstart", "trimend", "replace", "split", "contains",
        "startswith", "endswith", "indexof", "lastindexof", "substring", "remove", "insert", "padleft", "padright", "tochararray", "length",
        "compareto", "normalize",
    ]
    private static let lists: Set<String> = [
        "add", "addrange", "remove", "removeat", "insert", "clear", "contains", "indexof", "toarray", "sort", "reverse", "foreach", "where",
        "getvalue", "setvalue", "getupperbound", "getlength", "clone",
    ]
    private static let tables: Set<String> = [
        "add", "remove", "clear", "contains", "containskey", "containsvalue", "getenumerator", "clone",
    ]
    private static let moments: Set<String> = [
        "adddays", "addhours", "addminutes", "addseconds", "addmilliseconds", "addmonths", "addyears", "subtract", "add",
        "toshortdatestring", "tolongdatestring", "toshorttimestring", "tolongtimestring", "touniversaltime", "tolocaltime",
    ]
    private static let others: Set<String> = [
        "tostring", "gettype", "equals", "gethashcode", "invoke", "invokereturnasis", "getnewclosure", "ismatch", "match", "matches",
        "shouldprocess", "shouldcontinue", "writeverbose", "writewarning", "throwterminatingerror", "hasflag",
    ]

    static func text(_ text: String, _ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        try run.meter.step(1 + text.utf8.count / 64)
        let first = given.first?.text ?? ""
        switch (name, given.count) {
        case ("toupper", _), ("toupperinvariant", _): return try run.meter.made(text.uppercased())
        case ("tolower", _), ("tolowerinvariant", _): return try run.meter.made(text.lowercased())
        case ("trim", 0): return try run.meter.made(text.trimmed)
        case ("trimstart", 0): return try run.meter.made(text.trimmed(end: false) { $0.isBlank || $0.isLineEnd })
        case ("trimend", 0): return try run.meter.made(text.trimmed(start: false) { $0.isBlank || $0.isLineEnd })
        case ("trim", _), ("trimstart", _), ("trimend", _):
            let set = Set(given.flatMap(\.items).map(\.text).joined().unicodeScalars)
            return try run.meter.made(text.trimmed(start: name != "trimend", end: name != "trimstart") { set.contains($0) })
        case ("replace", 2):
            guard !first.isEmpty else { throw .argument("Replace needs a text to replace", at: place) }
            return try run.meter.made(text.replacing(first, by: given[1].text))
        case ("split", _): return try split(text, given, run, at: place)
        case ("contains", 1), ("contains", 2): return .truth(folded(text, given).index(ofFirst: folded(first, given)) != nil)
        case ("startswith", 1), ("startswith", 2): return .truth(folded(text, given).hasPrefix(folded(first, given)))
        case ("endswith", 1), ("endswith", 2): return .truth(folded(text, given).hasSuffix(folded(first, given)))
        case ("indexof", 1), ("lastindexof", 1):
            let found = name == "indexof" ? text.index(ofFirst: first) : text.index(ofLast: first)
            var places = TextPlaces(Array(text.utf8))
            return .integer(found.map { places.index(of: $0) } ?? -1)
        case ("compareto", 1): return .integer(TextOrder.compare(text, first, isCaseSensitive: true))
        case ("tochararray", 0):
            try run.meter.checkCount(text.unicodeScalars.count)
            return run.keep(try run.meter.made(text.unicodeScalars.map { .character($0) }))
        case ("normalize", 0): return .text(text)
        case ("substring", _), ("remove", _), ("insert", 2), ("padleft", _), ("padright", _):
            return try piece(text, name, given, run, at: place)
        default: return nil
        }
    }

    /// In lower case where a `StringComparison` that ignores case was given.
    private static func folded(_ text: String, _ given: [Value]) -> String {
        given.count == 2 && given[1].text.lowercased().contains("ignorecase") ? text.lowercased() : text
    }

    private static func split(_ text: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        guard let first = given.first, !first.text.isEmpty else {
            let words = text.split(omittingEmptySubsequences: false) { $0.isWhitespace }
            try run.meter.checkCount(words.count)
            return run.keep(try run.meter.made(words.map { .text(String($0)) }))
        }
        let options = given.dropFirst().map { $0.text.lowercased() }, limit = given.dropFirst().compactMap(\.integer).first
        // One text is a separator; several characters each are one.
        let separators: Set<String> = if case .array(let box) = first { Set(box.items.map(\.text)) } else { [first.text] }
        var pieces: [String] = []
        if separators.count == 1, let separator = separators.first {
            pieces = try text.parted(by: separator, limit: limit ?? .max, in: run)
        } else {
            let set = Set(separators.compactMap(\.first))
            pieces = text.split(maxSplits: max(0, (limit ?? .max) - 1), omittingEmptySubsequences: false) { set.contains($0) }.map(
                String.init)
        }
        if options.contains(where: { $0.contains("removeemptyentries") }) { pieces.removeAll(where: \.isEmpty) }
        try run.meter.make(bytes: text.utf8.count)
        return run.keep(try run.meter.made(pieces.map { .text($0) }))
    }

    private static func piece(_ text: String, _ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop)
        -> Value
    {
        guard let start = given.first?.integer, start >= 0 else { throw .argument("\(name) needs a place counted from 0", at: place) }
        let scalars = Array(text.unicodeScalars)
        func made(_ parts: ArraySlice<Unicode.Scalar>...) throws(Stop) -> Value {
            var view = String.UnicodeScalarView()
            for part in parts { view.append(contentsOf: part) }
            return try run.meter.made(String(view))
        }
        if name == "padleft" || name == "padright" {
            guard start <= FormatText.widthLimit else { throw Meter.exceeded("a text is filled up to \(FormatText.widthLimit) columns") }
            let fill = Array(
                repeating: given.count > 1 ? given[1].text.unicodeScalars.first ?? " " : " ", count: max(0, start - scalars.count))
            return name == "padleft" ? try made(fill[...], scalars[...]) : try made(scalars[...], fill[...])
        }
        guard start <= scalars.count else {
            throw .failure(
                .invalidArgument, "ArgumentOutOfRange", "\(name) begins at \(start), and the text has \(scalars.count) characters",
                at: place)
        }
        if name == "insert" { return try made(scalars[..<start], Array(given[1].text.unicodeScalars)[...], scalars[start...]) }
        let length = given.count > 1 ? given[1].integer ?? -1 : scalars.count - start
        guard length >= 0, length <= scalars.count - start else {
            throw .failure(
                .invalidArgument, "ArgumentOutOfRange",
                "\(name) wants \(length) characters from \(start) on, and the text has \(scalars.count)", at: place)
        }
        return name == "substring" ? try made(scalars[start..<(start + length)]) : try made(scalars[..<start], scalars[(start + length)...])
    }

    static func moment(_ moment: Moment, _ name: String, _ given: [Value], at place: Script.Place) throws(Stop) -> Value? {
        let units = ["adddays": Moment.day, "addhours": 3_600_000, "addminutes": 60_000, "addseconds": 1_000, "addmilliseconds": 1]
        var result: Moment?
        switch (name, given.first) {
        case (_, let count?) where units[name] != nil:
            guard let count = count.real, abs(count) < 1e9 else { throw .argument("\(name) needs a number", at: place) }
            result = moment.adding(milliseconds: Int((count * Double(units[name] ?? 0)).rounded()))
        case ("addmonths", let count?), ("addyears", let count?):
            guard let count = count.integer, count.magnitude < 120_000 else { throw .argument("\(name) needs a number", at: place) }
            result = moment.adding(months: name == "addyears" ? count * 12 : count)
        case ("add", .span(let span)?): result = moment.adding(milliseconds: span)
        case ("subtract", .span(let span)?): result = moment.adding(milliseconds: -span)
        case ("subtract", .moment(let other)?): return .span(moment.milliseconds - other.milliseconds)
        case ("toshortdatestring", nil): return .text(moment.formatted("d"))
        case ("tolongdatestring", nil): return .text(moment.formatted("D"))
        case ("toshorttimestring", nil): return .text(moment.formatted("t"))
        case ("tolongtimestring", nil): return .text(moment.formatted("T"))
        case ("touniversaltime", nil), ("tolocaltime", nil): return .moment(moment)
        default: return nil
        }
        guard let result else { throw .invalid("the date lies outside the years 1 to 9999", at: place) }
        return .moment(result)
    }
}

extension String {
    /// The byte where the part stands first.
    fileprivate func index(ofFirst part: String) -> Int? {
        part.isEmpty ? 0 : TextFinding(part).places(in: Array(utf8), atMost: 1).first?.lowerBound
    }

    /// The byte where the part stands last.
    fileprivate func index(ofLast part: String) -> Int? {
        part.isEmpty ? utf8.count : TextFinding(part).last(in: Array(utf8))
    }

    /// With another text in each place of the part; broken off where it is longer than a text may be.
    fileprivate func replacing(_ part: String, by other: String) -> String {
        let text = Array(utf8), other = Array(other.utf8)
        var result: [UInt8] = [], start = 0
        TextFinding(part).each(in: text) { place in
            result += text[start..<place.lowerBound]
            result += other
            start = place.upperBound
            return result.count <= Meter.textLimit
        }
        return String(decoding: result + text[start...], as: UTF8.self)
    }

    /// The pieces between a separator, `limit` at the most.
    fileprivate func parted(by separator: String, limit: Int = .max, in run: Interpreter) throws(Stop) -> [String] {
        let text = Array(utf8)
        let found = TextFinding(separator).places(in: text, atMost: min(max(0, limit - 1), Meter.itemLimit))
        try run.meter.checkCount(found.count + 1)
        var pieces: [String] = [], start = 0
        for range in found {
            pieces.append(String(decoding: text[start..<range.lowerBound], as: UTF8.self))
            start = range.upperBound
        }
        pieces.append(String(decoding: text[start...], as: UTF8.self))
        return pieces
    }
}
