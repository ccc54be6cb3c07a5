extension Moment {
    /// Reads `2026-11-25`, `2026-11-25T18:10:00.5Z`, `11/25/2026 6:10 PM`, `25 November 2026` (month first, as in en-US).
    init?(reading written: String) {
        let end = written.utf8.suffix(6)
        if written.utf8.count > 19, end.first == UInt8(ascii: "+") || end.first == UInt8(ascii: "-"), end.contains(UInt8(ascii: ":")) {
            guard let moment = Moment(timestamp: written) else { return nil }
            self = moment
            return
        }
        var words = written.trimmed.replacing(",", with: " ").split { $0 == " " || $0 == "T" && written.contains("-") }.map(String.init)
        var half: Int?
        if let last = words.last?.lowercased(), last == "am" || last == "pm" {
            half = last == "pm" ? 12 : 0
            words.removeLast()
        }
        var clock = (hour: 0, minute: 0, second: 0, millisecond: 0)
        if let last = words.last, last.contains(":") {
            guard let read = Self.clock(last) else { return nil }
            clock = read
            words.removeLast()
        }
        if let half {
            guard (1...12).contains(clock.hour) else { return nil }
            clock.hour = clock.hour % 12 + half
        }
        guard let date = Self.date(words) else { return nil }
        self.init(
            year: date.0, month: date.1, day: date.2, hour: clock.hour, minute: clock.minute, second: clock.second,
            millisecond: clock.millisecond)
    }

    /// Reads `2026-11-25T18:10:00.5+01:00` (ISO 8601), with or without a fraction and an offset; nil for anything else.
    init?(timestamp written: String) {
        let shape = written.utf8.prefix(19).map { (48...57).contains($0) ? UInt8(ascii: "0") : $0 }
        guard shape.elementsEqual("0000-00-00T00:00:00".utf8) else { return nil }
        var rest = written.dropFirst(19), fraction = Substring()
        if rest.hasPrefix(".") {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(fraction.count) else { return nil }
            rest = rest.dropFirst(fraction.count + 1)
        }
        var offset = 0
        if !rest.isEmpty, rest != "Z" {
            let digits = rest.utf8.map { (48...57).contains($0) ? UInt8(ascii: "0") : $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 }
            guard digits.elementsEqual("+00:00".utf8), let hours = Int(rest.dropFirst().prefix(2)), let minutes = Int(rest.suffix(2)) else {
                return nil
            }
            offset = (hours * 60 + minutes) * 60_000 * (rest.hasPrefix("-") ? -1 : 1)
        }
        let seconds = String(written.prefix(19)) + (fraction.isEmpty ? "" : "." + fraction)
        guard let moment = Moment(reading: seconds)?.adding(milliseconds: -offset) else { return nil }
        self = moment
    }

    private static func date(_ words: [String]) -> (Int, Int, Int)? {
        if words.count == 1 {
            let parts = words[0].split { "-/.".contains($0) }.map { Int($0) }
            guard parts.count == 3, let first = parts[0], let second = parts[1], let third = parts[2] else { return nil }
            return first > 31 ? (first, second, third) : (third < 50 ? third + 2000 : third < 100 ? third + 1900 : third, first, second)
        }
        let named = words.filter { word in !weekdays.contains { $0.lowercased().hasPrefix(word.lowercased()) } }
        guard named.count == 3, let year = Int(named[2]),
            let word = named.prefix(2).first(where: { Int($0) == nil }), word.count >= 3,
            let month = months.firstIndex(where: { $0.lowercased().hasPrefix(word.lowercased()) }),
            let day = named.prefix(2).compactMap({ Int($0) }).first
        else { return nil }
        return (year, month + 1, day)
    }

    private static func clock(_ written: String) -> (hour: Int, minute: Int, second: Int, millisecond: Int)? {
        let text = written.hasSuffix("Z") ? String(written.dropLast()) : written
        let halves = text.split(separator: ".", maxSplits: 1), parts = halves[0].split(separator: ":").map { Int($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1] else { return nil }
        guard let second = parts.count == 3 ? parts[2] : 0 else { return nil }
        guard halves.count == 2 else { return (hour, minute, second, 0) }
        guard let fraction = Int((halves[1] + "000").prefix(3)) else { return nil }
        return (hour, minute, second, fraction)
    }
}

/// Reading by a format, as `DateTime.ParseExact` does (en-US).
extension Moment {
    private struct Exact {
        var rest: Substring
        var parts = Parts()
        var half: Int?

        /// That many digits, or as many as there are up to it.
        mutating func number(_ digits: ClosedRange<Int>) -> Int? {
            let found = rest.prefix(digits.upperBound).prefix { $0.isASCII && $0.isNumber }
            guard found.count >= digits.lowerBound else { return nil }
            rest = rest.dropFirst(found.count)
            return Int(found)
        }

        /// The place of the first of these that comes next, of either case.
        mutating func name(_ names: [String]) -> Int? {
            guard let place = names.firstIndex(where: { rest.lowercased().hasPrefix($0.lowercased()) }) else { return nil }
            rest = rest.dropFirst(names[place].count)
            return place
        }

        mutating func literal(_ text: Substring) -> Bool {
            guard rest.hasPrefix(text) else { return false }
            rest = rest.dropFirst(text.count)
            return true
        }

        /// What a letter of the format, so often, stands for; false where it is written otherwise.
        mutating func read(_ letter: Character, _ count: Int) -> Bool {
            func set(_ part: WritableKeyPath<Parts, Int>, _ value: Int?) -> Bool {
                guard let value else { return false }
                parts[keyPath: part] = value
                return true
            }
            let digits = min(count, 2)...2
            switch (letter, count) {
            case ("y", ...2): return set(\.year, number(digits).map { $0 < 50 ? 2000 + $0 : 1900 + $0 })
            case ("y", _): return set(\.year, number(4...4))
            case ("M", ...2): return set(\.month, number(digits))
            case ("M", 3): return set(\.month, name(months.map { String($0.prefix(3)) }).map { $0 + 1 })
            case ("M", _): return set(\.month, name(months).map { $0 + 1 })
            case ("d", ...2): return set(\.day, number(digits))
            case ("d", 3): return name(weekdays.map { String($0.prefix(3)) }) != nil
            case ("d", _): return name(weekdays) != nil
            case ("H", _), ("h", _): return set(\.hour, number(digits))
            case ("m", _): return set(\.minute, number(digits))
            case ("s", _): return set(\.second, number(digits))
            case ("f", 1...7):
                let fraction = number(count...count)
                return set(\.millisecond, fraction.flatMap { Int((TimeText.padded($0, count) + "000").prefix(3)) })
            case ("t", _):
                half = name(count == 1 ? ["A", "P"] : ["AM", "PM"])
                return half != nil
            case ("K", _), ("z", _): return literal("Z") || literal("+00:00") || letter == "K"
            default: return literal(Substring(String(repeating: letter, count: count)))
            }
        }
    }

    /// Nil where the text is not written by the format, a standard or custom one of .NET.
    init?(reading written: String, exactly format: String) {
        let format = format.count == 1 ? Self.standard[format.first!] ?? format : format
        var text = Exact(rest: written[...]), rest = Substring(format)
        while let first = rest.first {
            let isRead: Bool
            if first == "'" || first == "\"" {
                let quoted = rest.dropFirst().prefix { $0 != first }
                isRead = text.literal(quoted)
                rest = rest.dropFirst(quoted.count + 2)
            } else if first == "\\" {
                isRead = text.literal(rest.dropFirst().prefix(1))
                rest = rest.dropFirst(2)
            } else {
                let count = rest.prefix { $0 == first }.count
                isRead = text.read(first, count)
                rest = rest.dropFirst(count)
            }
            guard isRead else { return nil }
        }
        var parts = text.parts
        if let half = text.half {
            guard (1...12).contains(parts.hour) else { return nil }
            parts.hour = parts.hour % 12 + half * 12
        }
        guard text.rest.isEmpty else { return nil }
        self.init(
            year: parts.year, month: parts.month, day: parts.day, hour: parts.hour, minute: parts.minute, second: parts.second,
            millisecond: parts.millisecond)
    }
}
