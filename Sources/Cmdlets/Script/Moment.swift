/// A date and time of day in UTC, the only time zone here (System.DateTime).
struct Moment: Equatable, Comparable {
    /// Since 0001-01-01.
    let milliseconds: Int

    static let day = 86_400_000
    /// Milliseconds of the longest span.
    static let spanLimit = UInt(3_652_500 * day)
    private static let unixEpoch = 719_162 * day
    private static let last = 3_652_059 * day - 1

    /// Nil outside the years 1 to 9999.
    init?(milliseconds: Int) {
        guard (0...Self.last).contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    /// Milliseconds since 1970.
    init(unix: Int) { milliseconds = min(max(unix &+ Self.unixEpoch, 0), Self.last) }

    /// Milliseconds since 1970.
    var unix: Int { milliseconds - Self.unixEpoch }

    init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second), (0...999).contains(millisecond)
        else { return nil }
        let days = Self.days(before: year) + (1..<month).reduce(0) { $0 + Self.days(in: $1, of: year) } + day - 1
        milliseconds = days * Self.day + ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond
    }

    static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

    private static func days(before year: Int) -> Int {
        let past = year - 1
        return past * 365 + past / 4 - past / 100 + past / 400
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    struct Parts {
        var year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0, dayOfYear = 1, weekday = 1
    }

    var parts: Parts {
        var parts = Parts(), days = milliseconds / Self.day
        let rest = milliseconds % Self.day
        parts.weekday = (days + 1) % 7
        parts.year = days / 366 + 1
        while Self.days(before: parts.year + 1) <= days { parts.year += 1 }
        days -= Self.days(before: parts.year)
        parts.dayOfYear = days + 1
        while days >= Self.days(in: parts.month, of: parts.year) {
            days -= Self.days(in: parts.month, of: parts.year)
            parts.month += 1
        }
        parts.day = days + 1
        (parts.hour, parts.minute) = (rest / 3_600_000, rest / 60_000 % 60)
        (parts.second, parts.millisecond) = (rest / 1_000 % 60, rest % 1_000)
        return parts
    }

    /// As RFC 3339 has it, in UTC.
    var timestamp: String { formatted(milliseconds % 1_000 == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ") }

    func adding(months: Int) -> Moment? {
        let parts = parts, total = parts.year * 12 + parts.month - 1 + months
        guard total >= 12 else { return nil }
        let year = total / 12, month = total % 12 + 1
        return Moment(
            year: year, month: month, day: min(parts.day, Self.days(in: month, of: year)), hour: parts.hour, minute: parts.minute,
            second: parts.second, millisecond: parts.millisecond)
    }

    func adding(milliseconds more: Int) -> Moment? {
        let (sum, overflow) = milliseconds.addingReportingOverflow(more)
        return overflow ? nil : Moment(milliseconds: sum)
    }

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}

extension Moment {
    static let standard: [Character: String] = [
        "d": "M/d/yyyy", "D": "dddd, MMMM d, yyyy", "f": "dddd, MMMM d, yyyy h:mm tt", "F": "dddd, MMMM d, yyyy h:mm:ss tt",
        "g": "M/d/yyyy h:mm tt", "G": "M/d/yyyy h:mm:ss tt", "t": "h:mm tt", "T": "h:mm:ss tt", "s": "yyyy-MM-ddTHH:mm:ss",
        "u": "yyyy-MM-dd HH:mm:ssZ", "U": "dddd, MMMM d, yyyy h:mm:ss tt", "o": "yyyy-MM-ddTHH:mm:ss.fff0000Z",
        "O": "yyyy-MM-ddTHH:mm:ss.fff0000Z", "m": "MMMM d",
        "M": "MMMM d", "y": "MMMM yyyy", "Y": "MMMM yyyy", "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    ]

    /// By a standard or custom format string of .NET (en-US) that a script gives.
    func formatted(checked format: String) throws(FormatText.Fault) -> String {
        var rest = Substring(format)
        guard format.count != 1 || Self.standard[format.first!] != nil else { throw .notFor(format, kind: "a date") }
        while format.count > 1, let first = rest.first {
            if let (_, behind) = Self.literal(rest) {
                rest = behind
                continue
            }
            let count = rest.prefix { $0 == first }.count
            if first == "g" { throw .notFor(format + ", with the era g,", kind: "a date") }
            if "fF".contains(first), count > 7 { throw .notFor(format, kind: "a date") }
            if first == "%", rest.dropFirst().first.map({ $0 == "%" }) ?? true { throw .notFor(format, kind: "a date") }
            rest = rest.dropFirst(count)
        }
        return formatted(format)
    }

    func formatted(_ format: String) -> String {
        if format.count == 1, let full = Self.standard[format.first!] { return formatted(full) }
        let parts = parts
        var result = "", rest = Substring(format)
        while let first = rest.first {
            if let (literal, behind) = Self.literal(rest) {
                result += literal
                rest = behind
            } else if first == "%" {
                rest = rest.dropFirst()
            } else {
                let run = rest.prefix { $0 == first }
                let shown = Self.shown(first, run.count, parts) ?? String(run)
                // `.FFF` that shows nothing shows no point either.
                if first == "F", shown.isEmpty, result.hasSuffix(".") { result.removeLast() }
                result += shown
                rest = rest.dropFirst(run.count)
            }
        }
        return result
    }

    /// The quoted or escaped text that a format begins with, and what stands behind it.
    static func literal(_ format: Substring) -> (text: Substring, rest: Substring)? {
        guard let first = format.first, first == "'" || first == "\"" || first == "\\" else { return nil }
        guard first != "\\" else { return (format.dropFirst().prefix(1), format.dropFirst(2)) }
        let quoted = format.dropFirst().prefix { $0 != first }
        return (quoted, format.dropFirst(quoted.count + 2))
    }

    private static func shown(_ letter: Character, _ count: Int, _ parts: Parts) -> String? {
        func padded(_ number: Int, _ width: Int) -> String { TimeText.padded(number, width) }
        switch letter {
        case "y": return count <= 2 ? padded(parts.year % 100, count) : padded(parts.year, count)
        case "M":
            let name = months[parts.month - 1]
            return count <= 2 ? padded(parts.month, count) : count == 3 ? String(name.prefix(3)) : name
        case "d":
            let name = weekdays[parts.weekday]
            return count <= 2 ? padded(parts.day, count) : count == 3 ? String(name.prefix(3)) : name
        case "H": return padded(parts.hour, min(count, 2))
        case "h": return padded((parts.hour + 11) % 12 + 1, min(count, 2))
        case "m": return padded(parts.minute, min(count, 2))
        case "s": return padded(parts.second, min(count, 2))
        case "f": return String((padded(parts.millisecond, 3) + "0000").prefix(count))
        case "F": return String((padded(parts.millisecond, 3) + "0000").prefix(count)).trimmed(start: false) { $0 == "0" }
        case "t": return String((parts.hour < 12 ? "AM" : "PM").prefix(count))
        case "z": return count == 3 ? "+00:00" : count == 2 ? "+00" : "+0"
        case "K": return "Z"
        default: return nil
        }
    }
}

enum TimeText {
    /// `1.02:03:04.5000000`, as .NET writes a TimeSpan.
    static func span(_ milliseconds: Int) -> String {
        let value = milliseconds.magnitude, days = Int(value / UInt(Moment.day)), rest = Int(value % UInt(Moment.day))
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { padded($0, 2) }.joined(separator: ":")
        let fraction = rest % 1_000 == 0 ? "" : "." + padded(rest % 1_000, 3) + "0000"
        return (milliseconds < 0 ? "-" : "") + (days == 0 ? "" : "\(days).") + clock + fraction
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
