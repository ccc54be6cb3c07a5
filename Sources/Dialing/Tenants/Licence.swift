/// What a user may hold (domain reference §2.1). The organizer's decide; nobody else's are looked at.
package enum Licence: String, Codable, CaseIterable, Sendable {
    case audioConferencingStandard = "AudioConferencingStandard"
    case audioConferencingSelectDialOut = "AudioConferencingSelectDialOut"
    case audioConferencingPayPerMinute = "AudioConferencingPayPerMinute"
    case operatorConnectConferencing = "OperatorConnectConferencing"
    case communicationsCredits = "CommunicationsCredits"
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

    private static func bit(of licence: Licence) -> UInt8 {
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
