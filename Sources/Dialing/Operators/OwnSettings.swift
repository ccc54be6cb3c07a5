extension Trunk {
    /// What the platform may leave to a trunk's operator, by the names that the API has.
    package enum Setting: String, Codable, CaseIterable, Sendable {
        case enabled, uri, priority, weight, maxConcurrentCalls, maxCallsPerSecond, maxQueuedCalls, maxQueueSeconds, options, redirectHosts
        case calledNumberRules, callerIDRules, username, password
    }

    /// Limits that the operator has set itself: with the platform's the lower ones count.
    package struct OwnLimits: Codable, Equatable, Sendable {
        package var maxConcurrentCalls: Int?
        package var maxCallsPerSecond: Int?

        package init() {}
    }

    /// With the limits that hold.
    package var inForce: Trunk {
        var trunk = self
        trunk.maxConcurrentCalls = [maxConcurrentCalls, ownLimits?.maxConcurrentCalls].compactMap(\.self).min()
        trunk.maxCallsPerSecond = [maxCallsPerSecond, ownLimits?.maxCallsPerSecond].compactMap(\.self).min()
        return trunk
    }

    /// Changes limits of the operator's own; none are left where none is set.
    package mutating func limit(_ change: (inout OwnLimits) -> Void) {
        var limits = ownLimits ?? OwnLimits()
        change(&limits)
        ownLimits = limits == OwnLimits() ? nil : limits
    }

    /// Takes a setting over from another of its versions.
    mutating func take(_ setting: Setting, from other: Trunk) {
        switch setting {
        case .enabled: enabled = other.enabled
        case .uri: uri = other.uri
        case .priority: priority = other.priority
        case .weight: weight = other.weight
        case .maxConcurrentCalls: limit { $0.maxConcurrentCalls = other.ownLimits?.maxConcurrentCalls }
        case .maxCallsPerSecond: limit { $0.maxCallsPerSecond = other.ownLimits?.maxCallsPerSecond }
        case .maxQueuedCalls: maxQueuedCalls = other.maxQueuedCalls
        case .maxQueueSeconds: maxQueueSeconds = other.maxQueueSeconds
        case .options: options = other.options
        case .redirectHosts: redirectHosts = other.redirectHosts
        case .calledNumberRules: calledNumberRules = other.calledNumberRules
        case .callerIDRules: callerIDRules = other.callerIDRules
        case .username: username = other.username
        case .password: password = other.password
        }
    }
}

extension Operator {
    /// What an operator may change of its trunks where the platform says nothing.
    package static let usualTrunkSettings: [Trunk.Setting] = [.enabled]
}
