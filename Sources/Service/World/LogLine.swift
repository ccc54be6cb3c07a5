import Basis

/// A line of the log, as the parts of the service write it.
package struct LogLine: Equatable, Sendable {
    package enum Level: Sendable { case info, notice, warning, error }

    package struct Field: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    package let level: Level
    /// Which part says it: `store`, `trunks`, `calls`, `configuration`.
    package let label: String
    package let message: String
    package let fields: [Field]
}

/// Where the parts of the service write their lines: what happens to the service and not to a message, so that their number does not grow with the
/// traffic. Telephone numbers lack their middle unless whoever runs the service asked for them.
struct ServiceLog {
    let world: any World
    let showsNumbers: Bool

    func callAsFunction(_ level: LogLine.Level, _ label: String, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        func shown(_ text: String) -> String { showsNumbers ? text : NumberMask.masked(text) }
        world.log(
            LogLine(
                level: level, label: label, message: shown(message), fields: fields.map { .init(name: $0.key, value: shown($0.value)) }))
    }
}

/// Takes the middle out of telephone numbers: `+14*******23`.
package enum NumberMask {
    /// Digits of a telephone number with its country or without (ITU-T E.164).
    private static let digits = 7...15

    /// Every word of the text that is a number, without its middle.
    package static func masked(_ text: String) -> String {
        guard text.utf8.contains(where: \.isDigit) else { return text }
        var masked = "", rest = text[...]
        while let start = rest.firstIndex(where: { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+") }) {
            let end = rest[start...].firstIndex { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+")) } ?? rest.endIndex
            masked += rest[..<start] + word(rest[start..<end])
            rest = rest[end...]
        }
        return masked + rest
    }

    private static func word(_ word: Substring) -> String {
        let plus = word.prefix { $0 == "+" }.count, count = word.count - plus
        guard plus < 2, digits.contains(count), word.utf8.dropFirst(plus).allSatisfy(\.isDigit) else { return String(word) }
        return word.prefix(plus + 2) + String(repeating: "*", count: count - 4) + word.suffix(2)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
}
