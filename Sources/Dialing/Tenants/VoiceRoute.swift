/// A voice route (domain reference §4.3, §4.4, §8.3).
package struct VoiceRoute: Codable, Equatable, Named, Sendable {
    package var name: String
    package var description: String
    /// Searched, not anchored, in the number with its `+`.
    package var numberPattern: String
    package var onlinePstnUsages: [String]
    /// Excludes ``bridgeSourcePhoneNumber``; such a route is not for Operator Connect Conferencing.
    package var onlinePstnGatewayList: [String]
    /// Picks the operator and is the caller ID.
    package var bridgeSourcePhoneNumber: E164?
    /// Lower is tried first; equal priorities go by creation.
    package var priority: Int

    package static let priorities = 0...Int(Int32.max)

    /// The first field that breaks a rule, of those that are judged by themselves.
    var brokenRule: (field: String, rule: String)? {
        if !Self.priorities.contains(priority) {
            return ("priority", "is a whole number from \(Self.priorities.lowerBound) to \(Self.priorities.upperBound), not \(priority)")
        }
        return onlinePstnUsages.namedTwice.map { ("onlinePstnUsages", "has \($0) twice") }
    }

    package static let defaultNumberPattern = "[0-9]{10}"

    package init(
        name: String, description: String = "", numberPattern: String = VoiceRoute.defaultNumberPattern, onlinePstnUsages: [String] = [],
        onlinePstnGatewayList: [String] = [], bridgeSourcePhoneNumber: E164? = nil, priority: Int
    ) {
        self.name = name
        self.description = description
        self.numberPattern = numberPattern
        self.onlinePstnUsages = onlinePstnUsages
        self.onlinePstnGatewayList = onlinePstnGatewayList
        self.bridgeSourcePhoneNumber = bridgeSourcePhoneNumber
        self.priority = priority
    }
}
