/// Methods of values (`'a'.ToUpper()`), by what the value is.
enum Methods {
    /// Every method that some value has, in lower case: what is not here is refused before a script is run.
    static let names: Set<String> = texts.names.union(lists.names).union(tables.names).union(moments.names).union(patterns.names).union(
        others)

    static let texts = Overloads([
        "toupper": ["", "u"], "tolower": ["", "u"], "toupperinvariant": [""], "tolowerinvariant": [""], "trim": ["", "s", "c*"],
        "trimstart": ["", "s", "c*"], "trimend": ["", "s", "c*"], "replace": ["tt", "ttm"], "split": ["", "s", "sn", "so", "sno", "c*"],
        "contains": ["t", "tm"], "startswith": ["t", "tm"], "endswith": ["t", "tm"], "indexof": ["t", "tn", "tm", "tnn"],
        "lastindexof": ["t", "tm"], "substring": ["n", "nn"], "remove": ["n", "nn"], "insert": ["nt"], "padleft": ["n", "nc"],
        "padright": ["n", "nc"], "tochararray": ["", "nn"], "compareto": ["v"], "normalize": [""], "equals": ["v", "tm"],
        "tostring": ["", "u"],
    ])
    static let lists = Overloads([
        "add": ["v"], "addrange": ["v"], "remove": ["v"], "removeat": ["n"], "insert": ["nv"], "clear": [""], "contains": ["v"],
        "indexof": ["v"], "toarray": [""], "sort": [""], "reverse": [""], "foreach": ["k"], "where": ["k", "kw", "kwn"],
        "getvalue": ["n"], "getupperbound": ["n"], "getlength": ["n"], "clone": [""],
    ])
    static let tables = Overloads([
        "add": ["vv"], "remove": ["v"], "clear": [""], "contains": ["v"], "containskey": ["v"], "containsvalue": ["v"],
        "getenumerator": [""], "clone": [""],
    ])
    static let moments = Overloads([
        "adddays": ["r"], "addhours": ["r"], "addminutes": ["r"], "addseconds": ["r"], "addmilliseconds": ["r"], "addmonths": ["n"],
        "addyears": ["n"], "subtract": ["z"], "add": ["z"], "toshortdatestring": [""], "tolongdatestring": [""],
        "toshorttimestring": [""], "tolongtimestring": [""], "touniversaltime": [""], "tolocaltime": [""],
    ])
    static let patterns = Overloads([
        "ismatch": ["t"], "match": ["t"], "matches": ["t"], "replace": ["tv", "tvn"], "split": ["t", "tn"],
    ])
    /// What every value has.
    static let common = Overloads(["tostring": ["", "t", "tu"], "gettype": [""], "equals": ["v"], "gethashcode": [""]])
    private static let others: Set<String> = [
        "tostring", "gettype", "equals", "gethashcode", "invoke", "invokereturnasis", "getnewclosure",
        "shouldprocess", "shouldcontinue", "writeverbose", "writewarning", "throwterminatingerror",
    ]

    static func text(_ text: String, _ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        try run.meter.step(1 + text.utf8.count / 64)
        let first = given.first?.text ?? ""
        switch (name, given.count) {
        case ("toupper", _), ("toupperinvariant", _): return try run.meter.made(text.inCapitals)
        case ("tolower", _), ("tolowerinvariant", _): return try run.meter.made(text.inSmallLetters)
        case ("trim", 0): return try run.meter.made(text.trimmed)
        case ("trimstart", 0): return try run.meter.made(text.trimmed(end: false) { $0.isBlank || $0.isLineEnd })
        case ("trimend", 0): return try run.meter.made(text.trimmed(start: false) { $0.isBlank || $0.isLineEnd })
        case ("trim", _), ("trimstart", _), ("trimend", _):
            let set = Set(given.flatMap(\.items).map(\.text).joined().unicodeScalars)
            return try run.meter.made(text.trimmed(start: name != "trimend", end: name != "trimstart") { set.contains($0) })
        case ("replace", _): return try replaced(text, given, run, at: place)
        case ("split", _): return try split(text, given, run, at: place)
        case ("contains", _): return .truth(folded(text, given).index(ofFirst: folded(first, given)) != nil)
        case ("startswith", _): return .truth(folded(text, given).hasPrefix(folded(first, given)))
        case ("endswith", _): return .truth(folded(text, given).hasSuffix(folded(first, given)))
        case ("equals", 2): return .truth(folded(text, given) == folded(first, given))
        case ("indexof", _), ("lastindexof", _): return .integer(try index(in: text, name, given, at: place))
        case ("compareto", 1): return .integer(TextOrder.compare(text, first, isCaseSensitive: true))
        case ("tochararray", _):
            let part = given.isEmpty ? text : try piece(text, "substring", given, run, at: place).text
            try run.meter.checkCount(part.unicodeScalars.count)
            return run.keep(try run.meter.made(part.unicodeScalars.map { .character($0) }))
        case ("normalize", 0):
            guard text.unicodeScalars.allSatisfy({ $0.value < 0x300 }) else {
                throw .failure(
                    .notImplemented, "NotHere", "Normalize is here for texts without combining marks alone, which it leaves as they are",
                    at: place)
            }
            return .text(text)
        case ("substring", _), ("remove", _), ("insert", 2), ("padleft", _), ("padright", _):
            return try piece(text, name, given, run, at: place)
        default: return nil
        }
    }

    private static func ignoresCase(_ given: [Value]) -> Bool {
        given.last.flatMap(Enumeration.comparison.names(of:))?.first?.hasSuffix("ignorecase") ?? false
    }

    /// In lower case where a `StringComparison` that ignores case stands last of several arguments.
    private static func folded(_ text: String, _ given: [Value]) -> String {
        given.count > 1 && ignoresCase(given) ? text.lowercased() : text
    }

    private static func replaced(_ text: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        let old = given[0].text
        guard !old.isEmpty else { throw .argument("Replace needs a text to replace", at: place) }
        guard given.count == 3, ignoresCase(given) else { return try run.meter.made(text.replacing(old, by: given[1].text)) }
        let search = try run.search(Interpreter.escaped(old), isCaseSensitive: false, at: place)
        return try run.replaced(text, search, .text(given[1].text.replacing("$", with: "$$")), at: place)
    }

    /// Where a text stands, counted as .NET counts; below zero where it does not.
    private static func index(in text: String, _ name: String, _ given: [Value], at place: Script.Place) throws(Stop) -> Int {
        let start = name == "indexof" && given.count > 1 ? given[1].integer : nil, folding = start == nil ? given : []
        let part = folded(given[0].text, folding), whole = folded(text, folding)
        var places = TextPlaces(Array(whole.utf8))
        guard let start else {
            let found = name == "indexof" ? whole.index(ofFirst: part) : whole.index(ofLast: part)
            return found.map { places.index(of: $0) } ?? -1
        }
        let count = whole.utf16.count, length = given.count > 2 ? given[2].integer ?? -1 : count - start
        guard (0...count).contains(start), length >= 0, length <= count - start else {
            throw .failure(
                .invalidArgument, "ArgumentOutOfRange", "IndexOf begins at \(start), and the text has \(count) characters", at: place)
        }
        let from = whole.utf16.index(whole.startIndex, offsetBy: start), to = whole.utf16.index(from, offsetBy: length)
        guard let found = String(whole[from..<to]).index(ofFirst: part) else { return -1 }
        return places.index(of: whole.utf8.distance(from: whole.startIndex, to: from) + found)
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
    /// As .NET has it: a letter that would become several stays.
    fileprivate var inCapitals: String { mapped(\.uppercaseMapping) }
    fileprivate var inSmallLetters: String { mapped(\.lowercaseMapping) }

    private func mapped(_ letter: (Unicode.Scalar.Properties) -> String) -> String {
        var view = UnicodeScalarView()
        for scalar in unicodeScalars {
            let mapped = letter(scalar.properties).unicodeScalars
            view.append(mapped.count == 1 ? mapped.first ?? scalar : scalar)
        }
        return String(view)
    }

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
}
