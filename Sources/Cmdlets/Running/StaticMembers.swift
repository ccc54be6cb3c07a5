/// What types have after `::`, as far as it is here.
enum StaticMembers {
    /// In lower case, so that anything else is refused before a script is run.
    static func names(of type: TypeName) -> Set<String> {
        switch type.kind {
        case .text: texts.names.union(["empty", "new"])
        case .math: maths.names.union(["pi", "e"])
        case .integer: parsed.names.union(["maxvalue", "minvalue"])
        case .real: parsedReals.names.union(["maxvalue", "minvalue"])
        case .truth: parsed.names.union(["truestring", "falsestring"])
        case .character: characters.names
        case .moment: moments.names.union(["now", "utcnow", "today", "minvalue", "maxvalue", "new"])
        case .span: spans.names.union(["zero", "new"])
        case .pattern: patterns.names.union(["new"])
        case .convert: conversions.names
        case .environment: ["newline"]
        case .culture: cultures.names.union(["invariantculture", "currentculture", "currentuiculture", "new"])
        case .array: arrays.names.union(["new"])
        case .list, .table, .ordered, .failure, .custom, .any, .address: ["new"]
        case .block: ["create"]
        case .switched: ["present"]
        case .enumeration(let enumeration): enumeration.names
        case .void: []
        }
    }

    private static let texts = Overloads([
        "isnullorempty": ["t"], "isnullorwhitespace": ["t"], "join": ["tv*"], "format": ["t", "tv*", "ut", "utv*"], "concat": ["v*"],
        "compare": ["tt", "ttb", "ttm", "ttbu"],
    ])
    private static let maths = Overloads([
        "round": ["r", "rn", "rd", "rnd"], "floor": ["r"], "ceiling": ["r"], "abs": ["r"], "max": ["rr"], "min": ["rr"], "pow": ["rr"],
        "sqrt": ["r"], "truncate": ["r"], "sign": ["r"],
    ])
    private static let parsed = Overloads(["parse": ["t"]])
    private static let parsedReals = Overloads(["parse": ["t", "tu"]])
    private static let characters = Overloads([
        "isdigit": ["c"], "isletter": ["c"], "isletterordigit": ["c"], "isupper": ["c"], "islower": ["c"], "iswhitespace": ["c"],
        "toupper": ["c"], "tolower": ["c"],
    ])
    private static let moments = Overloads([
        "parse": ["t", "tu"], "parseexact": ["tv", "tvu", "tvuy"], "isleapyear": ["n"], "daysinmonth": ["nn"],
    ])
    private static let spans = Overloads([
        "fromdays": ["r"], "fromhours": ["r"], "fromminutes": ["r"], "fromseconds": ["r"], "frommilliseconds": ["r"], "parse": ["t"],
    ])
    private static let patterns = Overloads([
        "ismatch": ["tv", "tvx"], "match": ["tv", "tvx"], "matches": ["tv", "tvx"], "replace": ["tvv", "tvvx"], "split": ["tv", "tvx"],
        "escape": ["t"],
    ])
    private static let conversions = Overloads([
        "toint32": ["v", "tn"], "toint64": ["v", "tn"], "tostring": ["v", "vn"], "toboolean": ["v"], "todouble": ["v", "vu"],
        "todatetime": ["v", "vu"],
    ])
    private static let cultures = Overloads(["getcultureinfo": ["t"], "createspecificculture": ["t"]])
    private static let arrays = Overloads(["reverse": ["v"], "sort": ["v"], "indexof": ["vv"]])

    private static func overloads(of type: TypeName) -> Overloads? {
        switch type.kind {
        case .text: texts
        case .math: maths
        case .integer, .truth: parsed
        case .real: parsedReals
        case .character: characters
        case .moment: moments
        case .span: spans
        case .pattern: patterns
        case .convert: conversions
        case .culture: cultures
        case .array: arrays
        default: nil
        }
    }

    static func value(of type: TypeName, _ name: String, _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        if case .enumeration(let enumeration) = type.kind, let member = enumeration.member(name) { return .text(member) }
        switch (type.kind, name.lowercased()) {
        case (.text, "empty"): return .text("")
        case (.math, "pi"): return .real(.pi)
        case (.math, "e"): return .real(2.718281828459045)
        case (.integer, "maxvalue"): return .integer(type.fullName == "System.Int64" ? .max : Int(Int32.max))
        case (.integer, "minvalue"): return .integer(type.fullName == "System.Int64" ? .min : Int(Int32.min))
        case (.real, "maxvalue"): return .real(.greatestFiniteMagnitude)
        case (.real, "minvalue"): return .real(-.greatestFiniteMagnitude)
        case (.truth, "truestring"): return .text("True")
        case (.truth, "falsestring"): return .text("False")
        case (.moment, "now"), (.moment, "utcnow"): return .moment(run.now)
        case (.moment, "today"): return Moment(milliseconds: run.now.milliseconds / Moment.day * Moment.day).map { .moment($0) } ?? .null
        case (.moment, "minvalue"): return Moment(year: 1, month: 1, day: 1).map { .moment($0) } ?? .null
        case (.moment, "maxvalue"):
            return Moment(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59, millisecond: 999).map { .moment($0) } ?? .null
        case (.span, "zero"): return .span(0)
        case (.environment, "newline"): return .text("\n")
        // Everything is written and read as in en-US, which for dates and numbers is as the invariant culture.
        case (.culture, "invariantculture"): return run.culture("")
        case (.culture, "currentculture"), (.culture, "currentuiculture"): return run.culture("en-US")
        case (.switched, "present"): return .truth(true)
        default: throw .failure(.invalidOperation, "PropertyNotFound", "[\(type.written)] has no \(name) here", at: place)
        }
    }

    static func call(_ type: TypeName, _ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        let lower = name.lowercased()
        if lower == "new" { return try run.make(type, given, at: place) }
        try overloads(of: type)?.check(name, given, at: place)
        let result: Value?
        switch type.kind {
        case .text: result = try text(lower, given, run, at: place)
        case .math: result = try number(lower, given, at: place)
        case .integer, .real, .truth: result = try parsed(given[0], type, run, at: place)
        case .character: result = character(lower, given)
        case .moment: result = try moment(lower, given, run, at: place)
        case .span: result = lower == "parse" ? try run.converted(given[0], to: type, at: place) : span(lower, given)
        case .pattern: result = try pattern(lower, given, run, at: place)
        case .convert: result = try convert(lower, given, run, at: place)
        case .culture: result = given.count == 1 ? try run.converted(given[0], to: type, at: place) : nil
        case .array: result = try array(lower, given, run, at: place)
        case .block: throw .argument("[scriptblock]::Create is not available here; write the block in braces", at: place)
        default: result = nil
        }
        guard let result else {
            throw .failure(
                .invalidOperation, "MethodNotFound", "[\(type.written)] has no \(name) with \(given.count) arguments here", at: place)
        }
        return result
    }

    private static func text(_ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        switch (name, given.count) {
        case ("isnullorempty", 1): return .truth(given[0].text.isEmpty)
        case ("isnullorwhitespace", 1): return .truth(given[0].text.trimmed.isEmpty)
        case ("join", 4) where given[1].items.count != 1 && given[2].integer != nil && given[3].integer != nil:
            let all = given[1].items, start = given[2].integer ?? 0, count = given[3].integer ?? 0
            guard start >= 0, count >= 0, start <= all.count - count else {
                throw .argument("Join wants \(count) items from \(start) on, and there are \(all.count)", at: place)
            }
            return .text(try run.meter.joined(all[start..<start + count].lazy.map(\.spoken), by: given[0].text))
        case ("join", 2...):
            return .text(
                try run.meter.joined(given.dropFirst().flatMap { $0.isNull ? [] : $0.items }.lazy.map(\.spoken), by: given[0].text))
        case ("format", 1...):
            let isCulture = given.count > 1 && given[0].typeName == Interpreter.cultureType, given = given.dropFirst(isCulture ? 1 : 0)
            let format = given.first?.text ?? "", items = given.count == 2 ? given.last?.items ?? [] : Array(given.dropFirst())
            return try run.format(format, with: .list(items), at: place)
        case ("concat", _): return .text(try run.meter.joined(given.flatMap(\.items).lazy.map(\.spoken)))
        case ("compare", 2...):
            let comparison = given.count > 2 ? Enumeration.comparison.names(of: given[2])?.first : nil
            let ignoresCase = comparison.map { $0.hasSuffix("ignorecase") } ?? (given.count > 2 && given[2].isTrue)
            guard comparison?.hasPrefix("ordinal") ?? false else {
                return .integer(TextOrder.compare(given[0].text, given[1].text, isCaseSensitive: !ignoresCase))
            }
            let (a, b) = (given[0].text, given[1].text)
            return .integer(TextOrder.ordinal(ignoresCase ? a.uppercased() : a, ignoresCase ? b.uppercased() : b))
        default: return nil
        }
    }

    private static func number(_ name: String, _ given: [Value], at place: Script.Place) throws(Stop) -> Value? {
        guard let first = given.first?.number else { throw .argument("[math]::\(name) needs a number", at: place) }
        let a = first.real ?? 0, b = given.count > 1 ? given[1].real : nil
        switch (name, first, given.count) {
        case ("abs", .integer(let whole), 1) where whole != .min: return .integer(abs(whole))
        case ("abs", _, 1): return .real(abs(a))
        case ("max", .integer(let x), 2), ("min", .integer(let x), 2):
            guard case .integer(let y)? = given[1].number else { return b.map { .real(name == "max" ? max(a, $0) : min(a, $0)) } }
            return .integer(name == "max" ? max(x, y) : min(x, y))
        case ("max", _, 2), ("min", _, 2): return b.map { .real(name == "max" ? max(a, $0) : min(a, $0)) }
        case ("floor", _, 1): return .real(a.rounded(.down))
        case ("ceiling", _, 1): return .real(a.rounded(.up))
        case ("truncate", _, 1): return .real(a.rounded(.towardZero))
        case ("round", _, _):
            let mode = given.count > 1 ? Enumeration.midpoint.names(of: given[given.count - 1]) : nil
            let named = given.count == 3 || given.count == 2 && given[1].integer == nil ? mode?.first : nil
            guard let places = given.count == 1 || given.count == 2 && named != nil ? 0 : given[1].integer, (0...15).contains(places) else {
                throw .argument("[math]::Round rounds to 0 to 15 decimals, not \(given[1].text)", at: place)
            }
            return .real(rounded(a, places, named ?? "toeven"))
        case ("sqrt", _, 1): return .real(a.squareRoot())
        case ("sign", _, 1): return .integer(a > 0 ? 1 : a < 0 ? -1 : 0)
        case ("pow", _, 2):
            guard let b, let power = power(a, b) else {
                throw .argument("[math]::Pow is here for whole exponents and 0.5, not \(given[1].text)", at: place)
            }
            return .real(power)
        default: return nil
        }
    }

    private static func rounded(_ value: Double, _ places: Int, _ mode: String) -> Double {
        let rules: [String: FloatingPointRoundingRule] = [
            "toeven": .toNearestOrEven, "awayfromzero": .toNearestOrAwayFromZero, "tozero": .towardZero, "tonegativeinfinity": .down,
            "topositiveinfinity": .up,
        ]
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = value * scale
        return abs(value) < 1e16 && scaled.isFinite ? scaled.rounded(rules[mode] ?? .toNearestOrEven) / scale : value
    }

    /// Whole exponents by multiplying, and 0.5; others would need more than this module has.
    private static func power(_ base: Double, _ exponent: Double) -> Double? {
        guard exponent == exponent.rounded(), abs(exponent) < 1e9 else { return exponent == 0.5 ? base.squareRoot() : nil }
        var result = 1.0, square = base, rest = Int(abs(exponent))
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return exponent < 0 ? 1 / result : result
    }

    /// As `Parse` reads a text, which takes less than a cast does.
    private static func parsed(_ value: Value, _ type: TypeName, _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        let text = value.text.trimmed
        switch type.kind {
        case .truth:
            guard text.isSameName(as: "true") || text.isSameName(as: "false") else {
                throw Interpreter.mismatch(value, "True or False", at: place)
            }
            return .truth(text.isSameName(as: "true"))
        case .integer:
            guard Int(text) != nil else { throw Interpreter.mismatch(value, "a whole number", at: place) }
        default:
            guard !text.isEmpty else { throw Interpreter.mismatch(value, "a number", at: place) }
        }
        return try run.converted(.text(text), to: type, at: place)
    }

    private static func character(_ name: String, _ given: [Value]) -> Value? {
        guard let scalar = given.first?.text.unicodeScalars.first else { return nil }
        let properties = scalar.properties
        switch name {
        case "isdigit": return .truth(properties.generalCategory == .decimalNumber)
        case "isletter": return .truth(properties.isAlphabetic)
        case "isletterordigit": return .truth(properties.isAlphabetic || properties.generalCategory == .decimalNumber)
        case "isupper": return .truth(properties.isUppercase)
        case "islower": return .truth(properties.isLowercase)
        case "iswhitespace": return .truth(properties.isWhitespace)
        case "toupper": return .text(properties.uppercaseMapping)
        case "tolower": return .text(properties.lowercaseMapping)
        default: return nil
        }
    }

    private static func moment(_ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        switch (name, given.count) {
        case ("parseexact", 2...):
            for format in given[1].items {
                if let moment = Moment(reading: given[0].text, exactly: format.text) { return .moment(moment) }
            }
            let (text, format) = (given[0].text.prefix(80), given[1].text.prefix(80))
            throw .cast("\(text) is not a date written as \(format)", at: place)
        case ("parse", _): return try run.converted(given[0], to: TypeName("datetime")!, at: place)
        case ("isleapyear", 1): return given[0].integer.map { .truth(Moment.isLeap($0)) }
        case ("daysinmonth", 2):
            guard let year = given[0].integer, let month = given[1].integer, (1...12).contains(month) else { return nil }
            return .integer(Moment.days(in: month, of: year))
        default: return nil
        }
    }

    private static func span(_ name: String, _ given: [Value]) -> Value? {
        let units = ["fromdays": Moment.day, "fromhours": 3_600_000, "fromminutes": 60_000, "fromseconds": 1_000, "frommilliseconds": 1]
        guard let unit = units[name], let count = given.first?.real, abs(count) < 1e9 else { return nil }
        let milliseconds = (count * Double(unit)).rounded()
        return abs(milliseconds) <= Double(Moment.spanLimit) ? .span(Int(milliseconds)) : nil
    }

    /// `[regex]::Name(text, pattern, …)`, and the methods of a regular expression, `limit` of whose matches count.
    static func pattern(
        _ name: String, _ given: [Value], limit: Int? = nil, _ run: Interpreter, at place: Script.Place
    ) throws(Stop) -> Value? {
        if name == "escape" { return given.first.map { .text(Interpreter.escaped($0.text)) } }
        guard given.count >= 2 else { return nil }
        let options = given.count > (name == "replace" ? 3 : 2) ? given.last : nil
        let search = try run.search(given[1], isCaseSensitive: true, options, at: place)
        let subject = Array(given[0].text.utf8)
        var places = TextPlaces(subject)
        switch name {
        case "ismatch": return .truth(try run.first(search, in: subject, at: place) != nil)
        case "match":
            guard let match = try run.first(search, in: subject, at: place) else {
                return .object(
                    ObjectBox(
                        ["Success": .truth(false), "Value": .text(""), "Groups": .list([])],
                        typeName: "System.Text.RegularExpressions.Match", display: ""))
            }
            return run.object(of: match, in: &places, search)
        case "matches":
            var matches: [Value] = []
            for match in try run.all(search, in: subject, at: place) { matches.append(run.object(of: match, in: &places, search)) }
            return run.keep(try run.meter.made(matches))
        case "replace" where given.count >= 3:
            return try run.replaced(given[0].text, search, given[2], limit: limit, isDelegate: true, at: place)
        case "split": return run.keep(try run.meter.made(run.pieces(of: given[0].text, search, limit: max(0, limit ?? 0), at: place)))
        default: return nil
        }
    }

    private static func convert(_ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        let types = [
            "toint32": "int", "toint64": "long", "tostring": "string", "toboolean": "bool", "todouble": "double", "todatetime": "datetime",
        ]
        guard let type = types[name].flatMap({ TypeName($0) }), let first = given.first else { return nil }
        guard given.count == 2, ["toint32", "toint64", "tostring"].contains(name) else {
            guard case .text = first, name != "todatetime" else { return try run.converted(first, to: type, at: place) }
            return try type.kind == .text ? first : parsed(first, type, run, at: place)
        }
        guard let base = given[1].integer, [2, 8, 10, 16].contains(base) else {
            throw Interpreter.mismatch(given[1], "one of the bases 2, 8, 10 and 16", at: place)
        }
        if name == "tostring" {
            guard let whole = first.integer else { throw Interpreter.mismatch(first, "a whole number", at: place) }
            guard whole < 0, base != 10 else { return .text(String(whole, radix: base)) }
            return .text(
                Int32(exactly: whole).map { String(UInt32(bitPattern: $0), radix: base) } ?? String(UInt(bitPattern: whole), radix: base))
        }
        guard let whole = whole(first.text, base, isLong: name == "toint64") else {
            throw Interpreter.mismatch(first, "a whole number of \(name == "toint64" ? 64 : 32) bits in base \(base)", at: place)
        }
        return .integer(whole)
    }

    /// Digits of another base than 10 are the number's bits, as .NET reads them.
    private static func whole(_ text: String, _ base: Int, isLong: Bool) -> Int? {
        let digits = base == 16 && text.lowercased().hasPrefix("0x") ? String(text.dropFirst(2)) : text
        if base == 10 { return Int(digits).flatMap { isLong ? $0 : Int32(exactly: $0).map(Int.init) } }
        guard digits.first != "+", digits.first != "-" else { return nil }
        return isLong
            ? UInt(digits, radix: base).map { Int(bitPattern: $0) } : UInt32(digits, radix: base).map { Int(Int32(bitPattern: $0)) }
    }

    private static func array(_ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        guard case .array(let box)? = given.first else { return nil }
        switch name {
        case "reverse": box.items.reverse()
        case "sort": box.items = try run.sorted(box.items, at: place)
        case "indexof" where given.count == 2:
            return try Methods.list(box, "indexof", [given[1]], run, at: place)
        default: return nil
        }
        return .nothing
    }
}
