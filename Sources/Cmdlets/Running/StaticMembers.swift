/// What types have after `::`, as far as it is here.
enum StaticMembers {
    /// By the type's kind, in lower case, so that anything else is refused before a script is run.
    static func names(of type: TypeName) -> Set<String> {
        switch type.kind {
        case .text: ["isnullorempty", "isnullorwhitespace", "join", "format", "concat", "compare", "empty", "new"]
        case .math: ["round", "floor", "ceiling", "abs", "max", "min", "pow", "sqrt", "truncate", "sign", "pi", "e", "log", "log10"]
        case .integer, .real: ["parse", "maxvalue", "minvalue"]
        case .truth: ["parse", "truestring", "falsestring"]
        case .character: ["isdigit", "isletter", "isletterordigit", "isupper", "islower", "iswhitespace", "toupper", "tolower"]
        case .moment: ["now", "utcnow", "today", "parse", "parseexact", "isleapyear", "daysinmonth", "minvalue", "maxvalue", "new"]
        case .span: ["fromdays", "fromhours", "fromminutes", "fromseconds", "frommilliseconds", "zero", "parse", "new"]
        case .pattern: ["ismatch", "match", "matches", "replace", "split", "escape", "new"]
        case .convert: ["toint32", "toint64", "tostring", "toboolean", "todouble", "todatetime"]
        case .environment: ["newline"]
        case .culture: ["invariantculture", "currentculture", "currentuiculture", "getcultureinfo", "createspecificculture", "new"]
        case .array: ["reverse", "sort", "indexof", "new"]
        case .list, .table, .ordered, .failure, .custom, .any, .address: ["new"]
        case .block: ["create"]
        case .switched: ["present"]
        case .void: []
        }
    }

    static func value(of type: TypeName, _ name: String, _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
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
        case (.culture, "invariantculture"): return .text("")
        case (.culture, "currentculture"), (.culture, "currentuiculture"): return .text("en-US")
        case (.switched, "present"): return .truth(true)
        default: throw .failure(.invalidOperation, "PropertyNotFound", "[\(type.written)] has no \(name) here", at: place)
        }
    }

    static func call(_ type: TypeName, _ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        let lower = name.lowercased()
        if lower == "new" { return try run.make(type, given, at: place) }
        let result: Value?
        switch type.kind {
        case .text: result = try text(lower, given, run, at: place)
        case .math: result = try number(lower, given, at: place)
        case .integer, .real, .truth: result = given.count == 1 ? try run.converted(given[0], to: type, at: place) : nil
        case .character: result = character(lower, given)
        case .moment: result = try moment(lower, given, run, at: place)
        case .span: result = span(lower, given)
        case .pattern: result = try pattern(lower, given, isCaseSensitive: true, run, at: place)
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
        case ("join", 2...):
            return .text(try run.meter.joined(given.dropFirst().flatMap { $0.isNull ? [] : $0.items }.lazy.map(\.text), by: given[0].text))
        case ("format", 1...):
            let items = given.count == 2 ? given[1].items : Array(given.dropFirst())
            return try run.format(given[0].text, with: .list(items), at: place)
        case ("concat", _): return .text(try run.meter.joined(given.flatMap(\.items).lazy.map(\.text)))
        case ("compare", 2...):
            return .integer(TextOrder.compare(given[0].text, given[1].text, isCaseSensitive: given.count < 3 || !given[2].isTrue))
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
        case ("round", _, 1): return .real(a.rounded(.toNearestOrEven))
        case ("round", _, 2...):
            guard let places = given[1].integer, (0...15).contains(places) else { return .real(a.rounded(.toNearestOrEven)) }
            let isAway = given.count > 2 && given[2].text.lowercased().contains("away")
            return .real(rounded(a, places, isAway))
        case ("sqrt", _, 1): return .real(a.squareRoot())
        case ("sign", _, 1): return .integer(a > 0 ? 1 : a < 0 ? -1 : 0)
        case ("pow", _, 2): return b.map { .real(power(a, $0)) }
        default: return nil
        }
    }

    private static func rounded(_ value: Double, _ places: Int, _ isAway: Bool) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = value * scale
        guard abs(scaled) < 1e15 else { return value }
        return scaled.rounded(isAway ? .toNearestOrAwayFromZero : .toNearestOrEven) / scale
    }

    /// Whole exponents by multiplying; others are not needed by scripts of administrators and give no number.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        guard exponent == exponent.rounded(), abs(exponent) <= 1_024 else { return exponent == 0.5 ? base.squareRoot() : .nan }
        var result = 1.0
        for _ in 0..<Int(abs(exponent)) { result *= base }
        return exponent < 0 ? 1 / result : result
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
        case ("parse", 1...): return try run.converted(given[0], to: TypeName("datetime")!, at: place)
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

    /// `[regex]::Name(text, pattern, …)`.
    static func pattern(
        _ name: String, _ given: [Value], isCaseSensitive: Bool, _ run: Interpreter, at place: Script.Place
    ) throws(Stop) -> Value? {
        if name == "escape" { return given.first.map { .text(Interpreter.escaped($0.text)) } }
        guard given.count >= 2 else { return nil }
        let isFolded = given.dropFirst(2).contains { $0.text.lowercased().contains("ignorecase") }
        let search = try run.search(run.pattern(of: given[1]), isCaseSensitive: isCaseSensitive && !isFolded, at: place)
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
        case "replace" where given.count >= 3: return try run.replaced(given[0].text, search, given[2], at: place)
        case "split": return run.keep(try run.meter.made(run.pieces(of: given[0].text, search, at: place)))
        default: return nil
        }
    }

    private static func convert(_ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        let types = [
            "toint32": "int", "toint64": "long", "tostring": "string", "toboolean": "bool", "todouble": "double", "todatetime": "datetime",
        ]
        guard let type = types[name].flatMap({ TypeName($0) }), let first = given.first else { return nil }
        guard given.count == 2, ["toint32", "toint64", "tostring"].contains(name) else {
            return try run.converted(first, to: type, at: place)
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

extension Interpreter {
    var now: Moment { Moment(unix: client.now) }

    /// `[type]::new(…)` and `New-Object`.
    func make(_ type: TypeName, _ given: [Value], at place: Script.Place) throws(Stop) -> Value {
        switch type.kind {
        case .list: return keep(.array(ArrayBox(given.first.map { $0.integer != nil ? [] : $0.items } ?? [], kind: .list)))
        case .table, .ordered: return keep(.table(TableBox(isOrdered: type.kind == .ordered)))
        case .custom, .any: return keep(.object(ObjectBox([])))
        case .failure: return exception(type, given.first?.text ?? "")
        case .moment:
            let parts = given.map(\.integer)
            guard parts.count == 3 || parts.count == 6, !parts.contains(nil),
                let moment = Moment(
                    year: parts[0]!, month: parts[1]!, day: parts[2]!, hour: parts.count > 3 ? parts[3]! : 0,
                    minute: parts.count > 3 ? parts[4]! : 0, second: parts.count > 3 ? parts[5]! : 0)
            else { throw .argument("a date is made of year, month and day, and perhaps hour, minute and second", at: place) }
            return .moment(moment)
        case .text: return try text(given, at: place)
        case .array(let item):
            guard given.count == 1, let count = given[0].integer, (0...Meter.itemLimit).contains(count) else {
                throw .argument("[\(type.written)]::new takes how many items the array has", at: place)
            }
            return keep(try meter.made(Array(repeating: item.initial, count: count)))
        case .span where given.count > 1: return try span(of: given, at: place)
        default:
            // An address may have the name of its owner behind it.
            guard let first = given.first, given.count == 1 || type.kind == .address && given.count == 2 else {
                throw .argument("[\(type.written)]::new takes one value here", at: place)
            }
            return try converted(first, to: type, at: place)
        }
    }

    /// A span of `(hours, minutes, seconds)`, with days before them, and with milliseconds behind all four.
    private func span(of given: [Value], at place: Script.Place) throws(Stop) -> Value {
        let parts = given.compactMap(\.integer), whole = (parts.count == 3 ? [0] : []) + parts + (parts.count < 5 ? [0] : [])
        let milliseconds = zip(whole, [Moment.day, 3_600_000, 60_000, 1_000, 1]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        guard parts.count == given.count, (3...5).contains(parts.count), milliseconds.magnitude <= Double(Moment.spanLimit) else {
            throw .argument("a span is made of hours, minutes and seconds, perhaps with days before and milliseconds behind", at: place)
        }
        return .span(Int(milliseconds))
    }

    /// A string of a character repeated, of characters, or of some of them: `(char, int)`, `(char[])`, `(char[], int, int)`.
    private func text(_ given: [Value], at place: Script.Place) throws(Stop) -> Value {
        switch given.count {
        case 2:
            let one = try converted(given[0], to: TypeName("char")!, at: place), count = try whole(given[1], at: place)
            return try apply(.multiply, .text(one.text), .integer(count), at: place)
        case 1, 3:
            let all = try converted(given[0], to: TypeName("char[]")!, at: place).items
            guard given.count == 3 else { return try meter.made(all.map(\.text).joined()) }
            let start = try whole(given[1], at: place), count = try whole(given[2], at: place)
            guard start <= all.count - count else {
                throw .argument("[string]::new has \(all.count) characters, not \(count) from the one at \(start) on", at: place)
            }
            return try meter.made(all[start..<start + count].map(\.text).joined())
        default:
            throw .argument(
                "[string]::new takes a character and a count, characters, or characters with a start and a count", at: place)
        }
    }

    private func whole(_ value: Value, at place: Script.Place) throws(Stop) -> Int {
        let number = try converted(value, to: TypeName("int")!, at: place)
        guard case .integer(let count) = number, count >= 0 else { throw .argument("[string]::new counts from 0 on", at: place) }
        return count
    }
}

extension TypeName.Kind {
    /// What a new array of it is filled with.
    fileprivate var initial: Value {
        switch self {
        case .integer: .integer(0)
        case .real: .real(0)
        case .truth: .truth(false)
        case .text, .character, .moment, .span, .any, .array, .list, .table, .ordered, .custom, .block, .pattern, .switched, .void, .math,
            .convert, .environment, .address, .culture, .failure:
            .null
        }
    }
}
