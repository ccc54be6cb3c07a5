/// How much a command changes: it asks by itself where `$ConfirmPreference` is that or lower.
enum Impact: String, CaseIterable {
    case none, low, medium, high

    func asks(at preference: String) -> Bool {
        let levels = Self.allCases
        guard let level = Self(rawValue: preference), level != .none, let asked = levels.firstIndex(of: level),
            let own = levels.firstIndex(of: self)
        else { return false }
        return asked <= own
    }
}
