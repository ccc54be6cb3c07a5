import Dialing
import Testing

/// Levels of a tenant's limits, and whose they are.
@Suite("Levels of limits")
struct LevelTests {
    private typealias Level = DialOutLimits.Level

    private static func limits(_ measure: DialOutLimits.Measure, _ level: Level) -> DialOutLimits {
        var limits = DialOutLimits()
        switch measure {
        case .tenantConcurrentCalls: limits.tenantConcurrentCalls = level
        case .organizerConcurrentCalls: limits.organizerConcurrentCalls = level
        case .tenantCallsPerMinute: limits.tenantCallsPerMinute = level
        case .organizerCallsPerMinute: limits.organizerCallsPerMinute = level
        case .sameNumberPerHour: limits.sameNumberPerHour = level
        case .shortCallPercent: limits.shortCallPercent = level
        }
        return limits
    }

    @Test("a level of the tenant's own counts, and the service's where it has none", arguments: DialOutLimits.Measure.allCases)
    func over(measure: DialOutLimits.Measure) {
        let own = Level(warn: 3), service = Level(warn: 7, block: 9)
        let defaults = Self.limits(measure, service)
        #expect(Self.limits(measure, own).over(defaults)[measure] == own)
        #expect(DialOutLimits().over(defaults)[measure] == service && DialOutLimits().over(DialOutLimits())[measure] == nil)
    }

    @Test("the moment for double clicks is the tenant's own, and the service's where it has none") func moment() {
        var own = DialOutLimits(), service = DialOutLimits()
        (own.duplicateSeconds, service.duplicateSeconds) = (0, 3)
        #expect(own.over(service).duplicateSeconds == 0 && DialOutLimits().over(service).duplicateSeconds == 3)
    }

    @Test("a warning is not above the block, and both are within their bounds", arguments: DialOutLimits.Measure.allCases)
    func rules(measure: DialOutLimits.Measure) {
        func field(_ warn: Int?, _ block: Int?) -> String? { Self.limits(measure, Level(warn: warn, block: block)).brokenRule?.field }
        let most = measure == .shortCallPercent ? 100 : 1_000_000
        #expect(field(5, 5) == nil && field(6, 5) == "\(measure.rawValue).warn" && field(1, most) == nil)
        #expect(field(nil, most + 1) == "\(measure.rawValue).block" && field(0, nil) == "\(measure.rawValue).warn")
    }
}
