import Logging

/// How the log is written.
struct LogSettings: Sendable {
    enum Format: String, CaseIterable, Sendable { case text, json }

    private(set) var format = Format.text
    private(set) var level = Logger.Level.info
    /// Whether telephone numbers are written whole.
    private(set) var showsNumbers = false

    /// Takes a setting, or says the rule that it breaks.
    mutating func take(_ name: ServeSettings.Name, _ value: String) -> String? {
        switch name {
        case .logFormat:
            guard let found = Format(rawValue: value) else { return "is text or json, not \(value)" }
            format = found
        case .logLevel:
            guard let found = Logger.Level(rawValue: value) else {
                return "is one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ") + ", not \(value)"
            }
            level = found
        default:
            guard let shows = Bool(value) else { return "is true or false, not \(value)" }
            showsNumbers = shows
        }
        return nil
    }
}
