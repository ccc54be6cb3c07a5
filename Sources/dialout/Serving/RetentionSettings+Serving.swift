import Service

extension RetentionSettings {
    /// Takes a setting; the rule that it breaks, if it breaks one.
    mutating func take(_ name: ServeSettings.Name, _ value: String) -> String? {
        let days = Int(value)
        guard value == "forever" || days.map({ (1...36_500).contains($0) }) ?? false else {
            return "is 1 to 36500, or forever, not \(value)"
        }
        if name == .eventDays { eventDays = days } else { recordDays = days }
        return nil
    }

    /// What does not go together.
    var contradiction: InvalidSetting? {
        guard let recordDays, eventDays.map({ $0 > recordDays }) ?? true else { return nil }
        return InvalidSetting(
            place: ServeSettings.Name.recordDays.rawValue, rule: "is not less than eventDays: events are told of what is on record")
    }

    /// As words for the log.
    func words(_ days: Int?) -> String { days.map { "\($0)" } ?? "forever" }
}
