/// Conversions between types (about_Type_Conversion).
extension Interpreter {
    func converted(_ value: Value, to type: TypeName, at place: Script.Place) throws(Stop) -> Value {
        switch type.kind {
        case .text:
            if case .text = value { return value }
            return try meter.made(value.text)
        case .character: return try character(value, at: place)
        case .integer:
            guard let integer = Self.number(in: value, isWhole: true)?.integer else {
                throw Self.mismatch(value, "a whole number", at: place)
            }
            return try checked(integer, type, at: place)
        case .real:
            guard let real = Self.number(in: value, isWhole: false)?.real else { throw Self.mismatch(value, "a number", at: place) }
            return .real(real)
        case .truth, .switched: return .truth(value.isTrue)
        case .moment: return try moment(value, at: place)
        case .span: return try span(value, at: place)
        case .array(let item): return try array(value, of: item, type, at: place)
        case .list: return keep(.array(ArrayBox(value.isNull ? [] : value.items, kind: type.listKind)))
        case .table, .ordered:
            switch value {
            case .table, .null, .nothing: return value.held
            case .object(let box):
                let table = TableBox()
                for property in box.properties { table[property.name] = property.value }
                return keep(.table(table))
            default: throw Self.mismatch(value, "a hashtable", at: place)
            }
        case .custom: return try object(value)
        case .any: return value.held
        case .block:
            guard case .block = value else { throw Self.mismatch(value, "a script block", at: place) }
            return value
        case .pattern: return try pattern(value, at: place)
        case .void: return .nothing
        case .address: return try address(value, at: place)
        case .failure: return exception(type, value.text)
        case .culture:
            guard Self.isHere(culture: value.text) else {
                throw .cast(
                    "\(value.text.prefix(80)) is not a culture that is here: all is written as in en-US or the invariant one", at: place)
            }
            return culture(value.text)
        case .enumeration(let enumeration):
            guard let names = enumeration.names(of: value) else { throw Self.mismatch(value, enumeration.described, at: place) }
            return .text(names.compactMap(enumeration.member).sorted().joined(separator: ", "))
        case .math, .convert, .environment: throw .cast("nothing can be converted to [\(type.written)]", at: place)
        }
    }

    /// `ann@contoso.example` or `Ann <ann@contoso.example>`.
    func address(_ value: Value, named owner: String? = nil, at place: Script.Place) throws(Stop) -> Value {
        var text = value.text.trimmed, name = owner ?? ""
        if text.hasSuffix(">"), let open = text.firstIndex(of: "<") {
            if owner == nil { name = String(text[..<open]).trimmed.trimmed { $0 == "\"" } }
            text = String(text[text.index(after: open)...].dropLast())
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts.contains(""), !text.unicodeScalars.contains(where: { $0.properties.isWhitespace }) else {
            throw Self.mismatch(value, "an address", at: place)
        }
        let properties = [("DisplayName", name), ("User", parts[0]), ("Host", parts[1]), ("Address", text)]
        return .object(
            ObjectBox(
                properties.map { ObjectBox.Property(name: $0.0, value: .text($0.1)) }, typeName: "System.Net.Mail.MailAddress",
                display: name.isEmpty ? text : "\"\(name)\" <\(text)>", isOfService: true))
    }

    /// What a cast reads of a text; any other value itself.
    private static func number(in value: Value, isWhole: Bool) -> Value? {
        guard case .text(let text) = value else { return value.number }
        return NumberText.cast(text, isWhole: isWhole)
    }

    static func mismatch(_ value: Value, _ wanted: String, at place: Script.Place) -> Stop {
        let shown = value.text
        return .cast("\(shown.isEmpty ? "an empty value" : String(shown.prefix(80))) is not \(wanted)", at: place)
    }

    func exception(_ type: TypeName, _ message: String) -> Value {
        let name = type.written.contains(".") ? type.written : "System." + type.written
        return .object(
            ObjectBox(
                ["Message": .text(message), "InnerException": .null, "StackTrace": .text("")], typeName: name,
                display: "\(name): \(message)"))
    }

    private func checked(_ integer: Int, _ type: TypeName, at place: Script.Place) throws(Stop) -> Value {
        let range: ClosedRange<Int> =
            switch type.written.lowercased().replacing("system.", with: "") {
            case "int", "int32": Int(Int32.min)...Int(Int32.max)
            case "int16": -32_768...32_767
            case "byte": 0...255
            case "uint16": 0...65_535
            case "uint32": 0...Int(UInt32.max)
            default: .min ... .max
            }
        guard range.contains(integer) else {
            throw .cast("\(integer) is not within \(range.lowerBound) and \(range.upperBound), as [\(type.written)] wants", at: place)
        }
        return .integer(integer)
    }

    private func character(_ value: Value, at place: Script.Place) throws(Stop) -> Value {
        switch value {
        case .character: return value
        case .integer(let code):
            guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
                throw Self.mismatch(value, "a character", at: place)
            }
            return .character(scalar)
        default:
            let scalars = value.text.unicodeScalars
            guard scalars.count == 1, let scalar = scalars.first else { throw Self.mismatch(value, "one character", at: place) }
            return .character(scalar)
        }
    }

    private func moment(_ value: Value, at place: Script.Place) throws(Stop) -> Value {
        switch value {
        case .moment: return value
        case .integer(let ticks):
            guard let moment = Moment(milliseconds: ticks / 10_000) else { throw Self.mismatch(value, "a date", at: place) }
            return .moment(moment)
        default:
            guard let moment = Moment(reading: value.text) else {
                throw Self.mismatch(value, "a date such as 2026-11-25 or 11/25/2026", at: place)
            }
            return .moment(moment)
        }
    }

    private func span(_ value: Value, at place: Script.Place) throws(Stop) -> Value {
        switch value {
        case .span: return value
        case .integer(let ticks) where (ticks / 10_000).magnitude <= Moment.spanLimit: return .span(ticks / 10_000)
        default:
            var text = Substring(value.text.trimmed), days = 0
            let isNegative = text.hasPrefix("-")
            if isNegative { text = text.dropFirst() }
            if let dot = text.firstIndex(of: "."), let colon = text.firstIndex(of: ":"), dot < colon, let read = Int(text[..<dot]) {
                days = read
                text = text[text.index(after: dot)...]
            }
            let clock = text.split(separator: ":").map { Double($0) }
            guard (1...3).contains(clock.count), !clock.contains(nil) else { throw Self.mismatch(value, "a span of time", at: place) }
            let numbers = clock.compactMap(\.self)
            let seconds =
                numbers.count == 1 ? numbers[0] * 86_400 : numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
            guard seconds < 1e9, days < 1_000_000 else { throw Self.mismatch(value, "a span of time", at: place) }
            let milliseconds = days * Moment.day + Int(seconds * 1_000)
            return .span(isNegative ? -milliseconds : milliseconds)
        }
    }

    private func array(_ value: Value, of item: TypeName.Kind, _ type: TypeName, at place: Script.Place) throws(Stop) -> Value {
        var values: [Value] = []
        let items: [Value]
        switch (value, item) {
        case (.text(let text), .character): items = text.unicodeScalars.map { .character($0) }
        case (.null, _), (.nothing, _): return .null
        default: items = value.items
        }
        try meter.step(items.count)
        let inner = TypeName(type.written.replacing("[]", with: "")) ?? type
        for one in items { values.append(item == .any ? one : try converted(one, to: inner, at: place)) }
        try meter.checkCount(values.count)
        try meter.make(bytes: values.count * 16)
        return keep(.array(ArrayBox(values, of: item)))
    }

    private func object(_ value: Value) throws(Stop) -> Value {
        guard case .table(let box) = value else { return value.held }
        return try custom(box)
    }

    static let cultureType = "System.Globalization.CultureInfo"
    static func isHere(culture name: String) -> Bool { ["", "en-us", "en"].contains(name.lowercased()) }

    func culture(_ name: String) -> Value {
        keep(.object(ObjectBox(["Name": .text(name)], typeName: Self.cultureType, display: name)))
    }

    func pattern(_ value: Value, options: Value, at place: Script.Place) throws(Stop) -> Value {
        guard let names = Enumeration.search.names(of: options) else {
            throw Self.mismatch(options, Enumeration.search.described, at: place)
        }
        _ = try search(value, isCaseSensitive: true, options, at: place)
        let written = names.compactMap(Enumeration.search.member).sorted().joined(separator: ", ")
        return keep(
            .object(ObjectBox(["Options": .text(written), "Pattern": .text(value.text)], typeName: Self.patternType, display: value.text)))
    }

    private func pattern(_ value: Value, at place: Script.Place) throws(Stop) -> Value {
        if case .object(let box) = value, box.typeName == Self.patternType { return value }
        _ = try search(value.text, isCaseSensitive: true, at: place)
        return .object(ObjectBox(["Pattern": .text(value.text)], typeName: Self.patternType, display: value.text))
    }

    static let patternType = "System.Text.RegularExpressions.Regex"

    /// Whether a value is of a type, as `-is` asks.
    func isOf(_ type: TypeName, _ value: Value) -> Bool {
        switch (type.kind, value) {
        case (.text, .text), (.character, .character), (.real, .real), (.truth, .truth), (.switched, .truth), (.moment, .moment),
            (.span, .span), (.array, .array), (.block, .block), (.void, .nothing):
            guard case .array(let box) = value, case .array(let item) = type.kind else { return true }
            return box.kind == .fixed && (item == .any || item == box.element)
        case (.integer, .integer(let integer)):
            return type.isLong == (Int32(exactly: integer) == nil)
        case (.list, .array(let box)): return box.kind == type.listKind
        case (.table, .table(let box)):
            if box.kind == .orderedHashtable { return type.tableKind == .hashtable }
            return type.written.lowercased().hasSuffix("idictionary") || box.kind == type.tableKind
        case (.ordered, .table(let box)): return box.isOrdered
        case (.custom, .object), (.pattern, .object): return type.kind == .custom || value.typeName == Self.patternType
        case (.failure, .object(let box)):
            return box.typeName.lowercased().hasSuffix(type.written.lowercased())
                || box.typeName.hasSuffix("Exception") && type.written.lowercased().hasSuffix("exception")
                    && Self.shortName(type.written).isSameName(as: "Exception")
        case (.any, _): return !value.isNull
        default: return false
        }
    }
}

extension TypeName {
    /// Whether it is one of the whole numbers that values here are not told by.
    var isNarrow: Bool {
        let name = written.lowercased().replacing("system.", with: "")
        return ["byte", "int16", "uint16", "uint32", "uint64"].contains(name)
    }

    var isLong: Bool { ["long", "int64"].contains(written.lowercased().replacing("system.", with: "")) }

    /// As .NET names it in full.
    var fullName: String {
        switch kind {
        case .text: "System.String"
        case .character: "System.Char"
        case .integer:
            isLong ? "System.Int64" : "System.Int32"
        case .real: "System.Double"
        case .truth: "System.Boolean"
        case .moment: "System.DateTime"
        case .span: "System.TimeSpan"
        case .any: "System.Object"
        case .array(let item): item.arrayName
        case .list: listKind.typeName
        case .table: tableKind.typeName
        case .ordered: "System.Collections.Specialized.OrderedDictionary"
        case .custom: "System.Management.Automation.PSObject"
        case .block: "System.Management.Automation.ScriptBlock"
        case .pattern: Interpreter.patternType
        case .switched: "System.Management.Automation.SwitchParameter"
        case .void: "System.Void"
        case .math: "System.Math"
        case .convert: "System.Convert"
        case .environment: "System.Environment"
        case .culture: "System.Globalization.CultureInfo"
        case .address: "System.Net.Mail.MailAddress"
        case .enumeration(let enumeration): enumeration.fullName
        case .failure: written
        }
    }
}
