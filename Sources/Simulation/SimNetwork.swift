import Basis
import SIP

/// What may happen to a datagram; probabilities from 0 to 1.
package struct Faults: Sendable {
    package var loss = 0.0
    package var duplication = 0.0
    /// One way, drawn anew for each datagram, so that they overtake each other.
    package var delay: ClosedRange<Int64> = 1...40
    /// What befalls single messages, by their place in the ladder, from 0.
    package var mishaps: [Int: Mishap] = [:]
    package var streams = StreamFaults()

    /// Whether all that is sent arrives, but for what the far ends do not take.
    var losesNothing: Bool { loss == 0 && mishaps.isEmpty && streams.breaks.isEmpty }

    package init() {}
}

/// Datagrams and connections between the service and the operators' far ends, with faults drawn from the world's seed.
package final class SimNetwork {
    private let world: SimWorld
    private let faults: Faults
    private var random: SeededRandom
    package static let serviceAddress = SocketAddress("10.0.0.1:5060")!
    package private(set) var operators: [SocketAddress: SimTrunk] = [:]
    /// Calls for which the service has sent an ACK; one that is late or lost is the network's doing.
    package private(set) var acknowledged: Set<String> = []
    /// One call as it leaves the service: the first INVITE of a Call-ID.
    package struct Invite: Sendable {
        package let at: Instant
        package let trunk: SocketAddress
        package let callID: String
        package let sessionID: String
    }
    package private(set) var invites: [Invite] = []
    private var seen: Set<String> = []
    /// What happens besides when the message of that number, from 0 on, has left its sender.
    var crashes: [Int: () -> Void] = [:]
    /// Messages so far that belong to a call.
    package private(set) var carried = 0
    /// Where messages to the service arrive.
    package var toService: ([UInt8], SocketAddress, Transport) -> Void = { _, _, _ in }
    /// The same for services at other addresses.
    var toOthers: [SocketAddress: ([UInt8], SocketAddress, Transport) -> Void] = [:]
    let streams: SimStreams
    /// Addresses that trunks answer from in place of their own, and at which they are then heard as well.
    package var homes: [SocketAddress: SocketAddress] = [:]
    /// Where nobody listens and the host says so.
    package var refusing: Set<SocketAddress> = []
    /// Where the service is told that nothing gets to an address.
    package var unreachable: (SocketAddress, Transport, String) -> Void = { _, _, _ in }

    package init(_ world: SimWorld, _ faults: Faults) {
        (self.world, self.faults, random) = (world, faults, world.random.fork())
        streams = SimStreams(world, faults)
        streams.network = self
        world.network = { [weak self] in self?.fromService($0, $1, to: $2, over: $3) }
    }

    private func fromService(_ bytes: [UInt8], _ source: SocketAddress, to address: SocketAddress, over transport: Transport) {
        note(bytes, to: address)
        if transport.isReliable { return streams.send(.init(bytes: bytes), to: address) }
        if refusing.contains(address) { return refuse(address) }
        carry(bytes, "-> \(address)") { [weak self] in
            self?.trunk(at: address)?.received(bytes, from: source, over: .udp)
        }
    }

    package func add(_ trunk: SimTrunk) {
        operators[trunk.address] = trunk
        trunk.transmit = { [weak self, address = trunk.address] bytes, destination, transport in
            guard let self else { return }
            if transport.isReliable { return streams.send(.init(bytes: bytes), from: address) }
            let source = homes[address] ?? address
            carry(bytes, "<- \(source)") { [weak self] in
                guard let self else { return }
                (toOthers[destination] ?? toService)(bytes, source, .udp)
            }
        }
    }

    func trunk(at address: SocketAddress) -> SimTrunk? {
        operators[address] ?? homes.first { $0.value == address }.flatMap { operators[$0.key] }
    }

    private func refuse(_ address: SocketAddress) {
        world.note("-> \(address) refused")
        world.schedule(after: .milliseconds(faults.delay.lowerBound)) { [weak self] in self?.unreachable(address, .udp, "refused") }
    }

    private func note(_ bytes: [UInt8], to address: SocketAddress) {
        let text = String(decoding: bytes, as: UTF8.self)
        func value(_ name: String) -> String {
            text.split(separator: "\r\n").first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) } ?? ""
        }
        if text.hasPrefix("ACK ") {
            acknowledged.insert(value("Call-ID: "))
        } else if text.hasPrefix("INVITE "), !value("To: ").contains(";tag="), seen.insert(value("Call-ID: ") + " \(address)").inserted {
            invites.append(
                Invite(
                    at: world.now, trunk: address, callID: value("Call-ID: "), sessionID: String(value("Session-ID: ").prefix(32))))
        }
    }

    private func carry(_ bytes: [UInt8], _ arrow: String, _ deliver: @escaping () -> Void) {
        let mishap = count(bytes)
        defer { hasLeft() }
        let method = Self.title(bytes)
        if let mishap {
            world.note("\(arrow) \(method) \(mishap)")
            for delay in mishap.delays { world.schedule(after: .milliseconds(faults.delay.lowerBound) + delay, deliver) }
            return
        }
        if Double.random(in: 0..<1, using: &random) < faults.loss { return world.note("\(arrow) \(method) lost") }
        world.note("\(arrow) \(method)")
        world.schedule(after: .milliseconds(Int64.random(in: faults.delay, using: &random)), deliver)
        if Double.random(in: 0..<1, using: &random) < faults.duplication {
            world.schedule(after: .milliseconds(Int64.random(in: faults.delay, using: &random)), deliver)
        }
    }
}

extension SimNetwork {
    /// The method, or the code and phrase.
    static func title(_ bytes: [UInt8]) -> String {
        let startLine = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
        return startLine.hasPrefix("SIP/2.0 ") ? String(startLine.dropFirst(8)) : String(startLine.prefix { $0 != " " })
    }

    /// A message has left its sender.
    func hasLeft() { crashes.removeValue(forKey: carried - 1)?() }

    /// Counts the message, unless it only asks whether a trunk is there, and says what befalls it.
    func count(_ bytes: [UInt8]) -> Mishap? {
        if String(decoding: bytes, as: UTF8.self).contains(" OPTIONS\r\n") { return nil }
        carried += 1
        return faults.mishaps[carried - 1]
    }
}
