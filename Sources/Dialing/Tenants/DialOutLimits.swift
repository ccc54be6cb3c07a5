/// How much a tenant and each of its organizers may dial, against fraud and mishap. What is nil is taken from the service's defaults, and is
/// not limited where these have nothing either.
package struct DialOutLimits: Codable, Equatable, Sendable {
    /// Two levels of one count: from `warn` on dial-outs are counted and now and then told of, from `block` on they are refused.
    package struct Level: Codable, Equatable, Sendable {
        package var warn: Int?
        package var block: Int?

        package init(warn: Int? = nil, block: Int? = nil) { (self.warn, self.block) = (warn, block) }
    }

    /// What is counted.
    package enum Measure: String, Codable, CaseIterable, Sendable {
        /// Dial-outs accepted and not ended.
        case tenantConcurrentCalls, organizerConcurrentCalls
        /// Dial-outs accepted in the last minute.
        case tenantCallsPerMinute, organizerCallsPerMinute
        /// Dial-outs of one tenant to one number in the last hour.
        case sameNumberPerHour
        /// The share of an organizer's calls, connected in the last hour, that lasted less than ``shortCallSeconds``; asked from ``shareBasis`` calls on.
        case shortCallPercent

        package var isConcurrency: Bool {
            switch self {
            case .tenantConcurrentCalls, .organizerConcurrentCalls: true
            case .tenantCallsPerMinute, .organizerCallsPerMinute, .sameNumberPerHour, .shortCallPercent: false
            }
        }
    }

    package var tenantConcurrentCalls: Level?
    package var organizerConcurrentCalls: Level?
    package var tenantCallsPerMinute: Level?
    package var organizerCallsPerMinute: Level?
    package var sameNumberPerHour: Level?
    package var shortCallPercent: Level?
    /// The same number asked for again in the same meeting within so many seconds is the same dial-out; 0 to 60, 0 for never.
    package var duplicateSeconds: Int?

    package static let shortCallSeconds = 10
    package static let shareBasis = 20

    package init() {}

    /// In force when nothing is configured: warnings at what only a machine does, no block, a double click taken as one.
    package static let standard: DialOutLimits = {
        var limits = DialOutLimits()
        limits.organizerConcurrentCalls = Level(warn: 300)
        limits.organizerCallsPerMinute = Level(warn: 300)
        limits.sameNumberPerHour = Level(warn: 60)
        limits.shortCallPercent = Level(warn: 50)
        limits.duplicateSeconds = 3
        return limits
    }()

    package subscript(measure: Measure) -> Level? {
        switch measure {
        case .tenantConcurrentCalls: tenantConcurrentCalls
        case .organizerConcurrentCalls: organizerConcurrentCalls
        case .tenantCallsPerMinute: tenantCallsPerMinute
        case .organizerCallsPerMinute: organizerCallsPerMinute
        case .sameNumberPerHour: sameNumberPerHour
        case .shortCallPercent: shortCallPercent
        }
    }

    /// With the service's defaults where it says nothing itself.
    package func over(_ defaults: DialOutLimits) -> DialOutLimits {
        var limits = self
        limits.tenantConcurrentCalls = tenantConcurrentCalls ?? defaults.tenantConcurrentCalls
        limits.organizerConcurrentCalls = organizerConcurrentCalls ?? defaults.organizerConcurrentCalls
        limits.tenantCallsPerMinute = tenantCallsPerMinute ?? defaults.tenantCallsPerMinute
        limits.organizerCallsPerMinute = organizerCallsPerMinute ?? defaults.organizerCallsPerMinute
        limits.sameNumberPerHour = sameNumberPerHour ?? defaults.sameNumberPerHour
        limits.shortCallPercent = shortCallPercent ?? defaults.shortCallPercent
        limits.duplicateSeconds = duplicateSeconds ?? defaults.duplicateSeconds
        return limits
    }

    /// The first field that breaks a rule.
    package var brokenRule: (field: String, rule: String)? {
        for measure in Measure.allCases {
            guard let level = self[measure] else { continue }
            let most = measure == .shortCallPercent ? 100 : 1_000_000
            for (name, value) in [("warn", level.warn), ("block", level.block)] {
                if let value, !(1...most).contains(value) { return ("\(measure.rawValue).\(name)", "is 1 to \(most), not \(value)") }
            }
            if let warn = level.warn, let block = level.block, warn > block {
                return ("\(measure.rawValue).warn", "is not above block, which is \(block)")
            }
        }
        if let duplicateSeconds, !(0...60).contains(duplicateSeconds) { return ("duplicateSeconds", "is 0 to 60, not \(duplicateSeconds)") }
        return nil
    }
}
