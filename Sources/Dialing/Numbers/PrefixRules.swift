/// A tenant's denied and allowed prefixes: a longer one wins, and among equals the allowed one.
struct PrefixRules: Sendable {
    /// By the prefix's digits with a 1 before them, which keeps zeros apart; the value is whether it is allowed.
    private let allowed: [UInt64: Bool]

    init(denied: [String], allowed: [String]) {
        var rules: [UInt64: Bool] = [:]
        for prefix in denied { rules[Self.key(prefix)] = false }
        for prefix in allowed { rules[Self.key(prefix)] = true }
        self.allowed = rules
    }

    /// Whether a text is a plus and at most fifteen digits.
    static func isPrefix(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "+") && text.utf8.count <= 16 && text.utf8.dropFirst().allSatisfy { (48...57).contains($0) }
    }

    /// The rule that speaks of the number, if any does.
    func rule(for number: E164) -> (prefix: String, isAllowed: Bool)? {
        guard !allowed.isEmpty else { return nil }
        var rest = number.value
        var weight: UInt64 = 1
        while weight <= rest { weight *= 10 }
        while true {
            if let isAllowed = allowed[weight + rest] { return (rest == 0 ? "+" : "+\(rest)", isAllowed) }
            if rest == 0 { return nil }
            rest /= 10
            weight /= 10
        }
    }

    private static func key(_ prefix: String) -> UInt64 {
        prefix.utf8.dropFirst().reduce(1) { $0 * 10 + UInt64($1 - 48) }
    }
}
