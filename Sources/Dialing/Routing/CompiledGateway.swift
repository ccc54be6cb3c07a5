import Basis
package import Patterns

/// A gateway of a tenant's, ready to be decided about and dialled (domain reference §4.7, §8.11).
package struct CompiledGateway: Sendable {
    package let name: String
    package let isEnabled: Bool
    package let translation: NumberTranslation
    /// Where it names an address in place of a host.
    private let address: SocketAddress?

    init(_ gateway: PSTNGateway, _ translation: NumberTranslation) {
        (name, isEnabled, self.translation) = (gateway.name, gateway.enabled, translation)
        address = gateway.address
    }

    /// Why no call may go through it now. Only an operator carries calls under Operator Connect Conferencing, and pay-per-minute has no gateways.
    func fault(under licence: Licence, _ addresses: AddressRule) -> Unusable? {
        if licence == .operatorConnectConferencing || licence == .audioConferencingPayPerMinute {
            return .gatewayNotUnderLicence(name, licence)
        }
        if !isEnabled { return .gatewayDisabled(name) }
        if let address, !addresses.permits(address) { return .gatewayAddress(name) }
        return nil
    }

    /// What speaks against the numbers as its rules write them.
    func fault(writing number: E164, from callerID: E164, using scratch: borrowing Pattern.Scratch) -> Unusable? {
        do throws(NumberTranslation.Fault) {
            _ = try translation.write(number, as: .called, using: scratch)
            _ = try translation.write(callerID, as: .caller, using: scratch)
            return nil
        } catch {
            return .gatewayRule(name, rule: error.rule, result: error.result)
        }
    }
}

extension PSTNGateway {
    /// The address that its name is, where it is one.
    package var address: SocketAddress? { SocketAddress(host: name, port: 0) }
}

/// The rules by which numbers are written for a gateway or a trunk: of each list the first that matches is applied (domain reference §5.2).
package struct NumberTranslation: Sendable {
    /// For the Request-URI and `To`.
    let called: CompiledDialPlan
    /// For `From` and `P-Asserted-Identity`.
    let caller: CompiledDialPlan

    static let none = NumberTranslation(called: CompiledDialPlan(name: "", rules: []), caller: CompiledDialPlan(name: "", rules: []))

    package enum Side: String, Equatable, Sendable { case called, caller }

    /// A number as it is written, and the rule that made it so.
    package struct Written: Equatable, Sendable {
        package let text: String
        package let rule: String?
    }

    /// A rule whose result is no number, or that did not come to a result.
    package struct Fault: Error, Equatable, Sendable {
        package let rule: String
        /// Nil where its pattern ran out of steps.
        package let result: String?
    }

    package func write(_ number: E164, as side: Side, using scratch: borrowing Pattern.Scratch) throws(Fault) -> Written {
        let plan = side == .called ? called : caller
        if plan.rules.isEmpty { return Written(text: number.description, rule: nil) }
        switch plan.translate(number.description, using: scratch) {
        case .none: return Written(text: number.description, rule: nil)
        case .undecided(let rule): throw Fault(rule: rule, result: nil)
        case .translated(let text, let rule):
            guard Self.isNumber(text) else { throw Fault(rule: rule, result: text) }
            return Written(text: text, rule: rule)
        }
    }

    /// Digits and `*`, up to 32, perhaps behind a plus: what stands in a SIP URI as it is (RFC 3261 §25.1, RFC 3966 §3).
    package static func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "+") ? text.utf8.dropFirst() : text.utf8[...]
        return (1...32).contains(digits.count) && digits.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: "*") }
    }
}
