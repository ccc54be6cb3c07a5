/// A span of time by a standard or custom format of .NET (TimeSpan.ToString).
enum SpanFormat {
    static func text(_ milliseconds: Int, _ format: String) throws(FormatText.Fault) -> String {
        let value = Int(clamping: milliseconds.magnitude), days = value / Moment.day, sign = milliseconds < 0 ? "-" : ""
        let clock = (hour: value / 3_600_000 % 24, minute: value / 60_000 % 60, second: value / 1_000 % 60)
        func padded(_ number: Int) -> String { TimeText.padded(number, 2) }
        let rest = ":" + padded(clock.minute) + ":" + padded(clock.second), fraction = TimeText.padded(value % 1_000, 3) + "0000"
        switch format {
        case "c", "t", "T": return TimeText.span(milliseconds)
        case "g":
            let shown = fraction.trimmed(start: false) { $0 == "0" }
            return sign + (days > 0 ? "\(days):" : "") + "\(clock.hour)" + rest + (shown.isEmpty ? "" : "." + shown)
        case "G": return sign + "\(days):" + padded(clock.hour) + rest + "." + fraction
        default: break
        }
        guard format.count > 1 else { throw .notFor(format, kind: "a span of time") }
        var result = "", at = Substring(format)
        while let first = at.first {
            if let (literal, behind) = Moment.literal(at) {
                result += literal
                at = behind
                continue
            }
            // A `%` lets one letter be a format.
            if first == "%", at.dropFirst().first.map({ $0 != "%" }) ?? false {
                at = at.dropFirst()
                continue
            }
            let count = at.prefix { $0 == first }.count, most = ["d": 8, "h": 2, "m": 2, "s": 2, "f": 7, "F": 7][first] ?? 0
            guard count <= most else {
                throw .notFor(format, kind: "a span of time; other characters than d h m s f F stand in quotes or behind \\")
            }
            switch first {
            case "d": result += TimeText.padded(days, count)
            case "h": result += TimeText.padded(clock.hour, count)
            case "m": result += TimeText.padded(clock.minute, count)
            case "s": result += TimeText.padded(clock.second, count)
            case "f": result += fraction.prefix(count)
            default: result += String(fraction.prefix(count)).trimmed(start: false) { $0 == "0" }
            }
            at = at.dropFirst(count)
        }
        return result
    }
}
