/// What a user may hold (domain reference §2.1). The organizer's decide; nobody else's are looked at.
package enum Licence: String, Codable, CaseIterable, Sendable {
    case audioConferencingStandard = "AudioConferencingStandard"
    case audioConferencingSelectDialOut = "AudioConferencingSelectDialOut"
    case audioConferencingPayPerMinute = "AudioConferencingPayPerMinute"
    case operatorConnectConferencing = "OperatorConnectConferencing"
    case communicationsCredits = "CommunicationsCredits"

    /// The name that administrators know.
    package var title: String {
        switch self {
        case .audioConferencingStandard: "Audio Conferencing Standard"
        case .audioConferencingSelectDialOut: "Audio Conferencing with dial-out to the United States and Canada"
        case .audioConferencingPayPerMinute: "Audio Conferencing pay-per-minute"
        case .operatorConnectConferencing: "Operator Connect Conferencing"
        case .communicationsCredits: "Communications Credits"
        }
    }
}

/// A set of licences in one byte. Its JSON form is an array of names.
package struct Licences: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ licences: some Sequence<Licence>) {
        self.init(rawValue: licences.reduce(0) { $0 | 1 << Self.bit(of: $1) })
    }

    package func contains(_ licence: Licence) -> Bool { rawValue & 1 << Self.bit(of: licence) != 0 }
    package var list: [Licence] { Licence.allCases.filter(contains) }

    fileprivate static func bit(of licence: Licence) -> Int {
        switch licence {
        case .audioConferencingStandard: 0
        case .audioConferencingSelectDialOut: 1
        case .audioConferencingPayPerMinute: 2
        case .operatorConnectConferencing: 3
        case .communicationsCredits: 4
        }
    }
}

extension Licences: Codable {
    package init(from decoder: any Decoder) throws { self.init(try [Licence](from: decoder)) }
    package func encode(to encoder: any Encoder) throws { try list.encode(to: encoder) }
}

/// How many of each licence a tenant has bought; what is nil is not limited. Its JSON form is an object with a member for each figure.
package struct BoughtLicences: Equatable, Sendable {
    private var figures: [Licence: Int] = [:]

    package init() {}

    package subscript(licence: Licence) -> Int? {
        get { figures[licence] }
        set { figures[licence] = newValue }
    }

    package static let limit = 10_000_000

    /// The first figure that breaks a rule.
    package var brokenRule: (field: String, rule: String)? {
        for licence in Licence.allCases {
            if let figure = self[licence], !(0...Self.limit).contains(figure) {
                return (licence.rawValue, "is 0 to \(Self.limit), not \(figure)")
            }
        }
        return nil
    }
}

extension BoughtLicences: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Licence.self)
        for licence in Licence.allCases { self[licence] = try container.decodeIfPresent(Int.self, forKey: licence) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Licence.self)
        for licence in Licence.allCases { try container.encodeIfPresent(self[licence], forKey: licence) }
    }
}

extension Licence: CodingKey {}

/// How many users hold each licence, kept up as users change.
package struct LicenceCounts: Equatable, Sendable {
    private var counts = SIMD8<Int32>.zero

    package init() {}

    package subscript(licence: Licence) -> Int { Int(counts[Licences.bit(of: licence)]) }

    mutating func change(from old: Licences, to new: Licences) {
        guard old != new else { return }
        counts &+= new.ones &- old.ones
    }
}

extension Licences {
    /// 1 for each licence in the set.
    fileprivate var ones: SIMD8<Int32> {
        var ones = SIMD8<Int32>.zero
        for bit in 0..<Licence.allCases.count where rawValue & 1 << bit != 0 { ones[bit] = 1 }
        return ones
    }
}
