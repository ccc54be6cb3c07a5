extension Interpreter {
    var now: Moment { Moment(unix: client.now) }

    /// `[type]::new(…)` and `New-Object`.
    func make(_ type: TypeName, _ given: [Value], at place: Script.Place) throws(Stop) -> Value {
        switch type.kind {
        case .list:
            guard given.count < 2 else {
                throw .argument("[\(type.written)]::new takes the first items, or how many there will be", at: place)
            }
            let isCount = if case .integer? = given.first { true } else { false }
            return keep(.array(ArrayBox(isCount ? [] : given.first?.items ?? [], kind: type.listKind)))
        case .table, .ordered: return try table(of: type, given, at: place)
        case .custom, .any:
            guard given.isEmpty else {
                throw .argument("[\(type.written)]::new takes nothing here; [pscustomobject]@{ } makes one", at: place)
            }
            return keep(.object(ObjectBox([])))
        case .failure:
            guard given.count < 3 else { throw .argument("[\(type.written)]::new takes a message and an exception within", at: place) }
            return exception(type, given.first?.text ?? "")
        case .pattern where given.count == 2: return try pattern(given[0], options: given[1], at: place)
        case .culture where given.count == 2: return try converted(given[0], to: type, at: place)
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
            try meter.make(bytes: count * 16)
            return keep(.array(ArrayBox(Array(repeating: item.initial, count: count), of: item)))
        case .span where given.count > 1: return try span(of: given, at: place)
        default:
            if type.kind == .address, given.count == 2 { return try address(given[0], named: given[1].text, at: place) }
            guard let first = given.first, given.count == 1 else {
                throw .argument("[\(type.written)]::new takes one value here", at: place)
            }
            return try converted(first, to: type, at: place)
        }
    }

    /// A hashtable that is empty, of so many entries to come, or a copy.
    private func table(of type: TypeName, _ given: [Value], at place: Script.Place) throws(Stop) -> Value {
        let made = TableBox(type.tableKind, isCaseSensitive: true)
        switch (given.first, given.count) {
        case (nil, 0), (.integer, 1): return keep(.table(made))
        case (.table(let box), 1):
            try meter.make(bytes: box.entries.count * 48)
            for entry in box.entries {
                hold(entry.value)
                made[entry.key] = entry.value
            }
            return keep(.table(made))
        default: throw .argument("[\(type.written)]::new takes nothing, a count or a hashtable; @{ } has keys of either case", at: place)
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
            .convert, .environment, .address, .culture, .failure, .enumeration:
            .null
        }
    }
}
