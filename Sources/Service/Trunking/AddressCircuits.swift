import Basis

/// A circuit for each address that failed lately: one failure opens it, and the trunk's other addresses are asked first until one call
/// has found out that it works again.
struct AddressCircuits: Sendable {
    /// Addresses that are kept; past it a failure of another one is not remembered.
    static let limit = 4096

    private var circuits: [TrunkAddress: Circuit] = [:]

    var count: Int { circuits.count }

    /// In their order, those in doubt last.
    mutating func ordered(_ addresses: [TrunkAddress], at now: Instant) -> [TrunkAddress] {
        for address in addresses { _ = circuits[address]?.handle(.timeout, at: now) }
        let isDoubtful = { [circuits] (address: TrunkAddress) in circuits[address]?.isDoubtful ?? false }
        return addresses.filter { !isDoubtful($0) } + addresses.filter(isDoubtful)
    }

    mutating func note(_ event: Circuit.Event, of address: TrunkAddress, at now: Instant) {
        var circuit = circuits[address] ?? Circuit(failureLimit: 1)
        _ = circuit.handle(event, at: now)
        guard circuit.state != .closed(failures: 0) else { return circuits[address] = nil }
        if circuits[address] == nil, circuits.count >= Self.limit {
            circuits = circuits.filter { $0.value.deadline.map { now < $0 } ?? false }
            guard circuits.count < Self.limit else { return }
        }
        circuits[address] = circuit
    }
}
