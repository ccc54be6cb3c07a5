/// A moment in UTC, in milliseconds since 1970-01-01T00:00:00Z: what people and other systems are shown.
package struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }

    /// What RFC 3339 has a form for: the years 0000 to 9999.
    private static let writable: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// RFC 3339 in UTC with milliseconds, `2026-11-24T07:50:23.123Z`; a moment before or after all that this can say is the first or last of it.
    package var rfc3339: String {
        let milliseconds = min(max(milliseconds, Self.writable.lowerBound), Self.writable.upperBound)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            let days = milliseconds.flooredQuotient(by: 86_400_000)
            let rest = Int(milliseconds - days * 86_400_000)
            let (year, month, day) = Self.civil(days: Int(days))
            var at = 0
            func put(_ value: Int, width: Int, then mark: Unicode.Scalar) {
                var value = value, place = width - 1
                while place >= 0 {
                    buffer[at + place] = UInt8(truncatingIfNeeded: 48 + value % 10)
                    value /= 10
                    place -= 1
                }
                buffer[at + width] = UInt8(ascii: mark)
                at += width + 1
            }
            put(year, width: 4, then: "-")
            put(month, width: 2, then: "-")
            put(day, width: 2, then: "T")
            put(rest / 3_600_000, width: 2, then: ":")
            put(rest / 60_000 % 60, width: 2, then: ":")
            put(rest / 1000 % 60, width: 2, then: ".")
            put(rest % 1000, width: 3, then: "Z")
            return at
        }
    }

    /// The same as ``rfc3339``, so that no text shows a moment in another form.
    package var description: String { rfc3339 }

    /// Reads what people and other programs write (RFC 3339 §5.6): with a fraction of the second or without, in UTC or with an offset. Digits
    /// behind the milliseconds are dropped.
    package init?(written text: String) {
        let upper = text.uppercased()
        guard upper.utf8.count >= 20, let mark = upper.dropFirst(19).firstIndex(where: { "Z+-".contains($0) }) else { return nil }
        let fraction = upper[upper.index(upper.startIndex, offsetBy: 19)..<mark], zone = upper[mark...]
        guard fraction.isEmpty || fraction.first == "." && fraction.utf8.count > 1 && fraction.dropFirst().utf8.allSatisfy(\.isDigit),
            let offset = Self.minutes(ofZone: zone)
        else { return nil }
        let milliseconds = (fraction.dropFirst() + "000").prefix(3)
        guard let local = WallTime(rfc3339: upper.prefix(19) + "." + milliseconds + "Z") else { return nil }
        self.init(milliseconds: local.milliseconds - Int64(offset) * 60_000)
        guard Self.writable.contains(self.milliseconds) else { return nil }
    }

    /// East of Greenwich: `Z`, or `+01:00`.
    private static func minutes(ofZone zone: Substring) -> Int? {
        if zone == "Z" { return 0 }
        let parts = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(\.isDigit) }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return (zone.first == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// Reads what ``rfc3339`` writes; any other form is nil.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[23] == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T") else { return nil }
        var fields: [Int] = []
        for (start, width) in [(0, 4), (5, 2), (8, 2), (11, 2), (14, 2), (17, 2), (20, 3)] {
            guard let value = Int(String(decoding: bytes[start..<start + width], as: UTF8.self)), value >= 0 else { return nil }
            fields.append(value)
        }
        guard (1...12).contains(fields[1]), (1...31).contains(fields[2]), fields[3] < 24, fields[4] < 60, fields[5] < 60 else {
            return nil
        }
        let days = Int64(Self.days(year: fields[0], month: fields[1], day: fields[2]))
        let clock = Int64(((fields[3] * 60 + fields[4]) * 60 + fields[5]) * 1000 + fields[6])
        milliseconds = days * 86_400_000 + clock
        guard rfc3339 == text else { return nil }
    }

    /// Howard Hinnant's days-to-civil in the proleptic Gregorian calendar, days counted from 1970-01-01.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension FixedWidthInteger {
    fileprivate func flooredQuotient(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension WallTime: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = WallTime(written: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "is a time as 2026-11-25T08:00:00Z (RFC 3339), not \"\(text.prefix(40))\"")
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
}
