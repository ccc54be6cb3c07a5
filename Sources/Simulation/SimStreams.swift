import Basis
import SIP

/// What befalls the connections of a run.
package struct StreamFaults: Sendable {
    package enum Break: Sendable, CaseIterable {
        /// What is under way in either direction is lost.
        case reset
        /// The trunk closes: what it has written arrives, what it has not read is lost.
        case closed
    }
    package enum Deafness: Sendable, CaseIterable { case refusing, silent }

    /// By the number, from 0, of the message by TCP right behind which its connection breaks.
    package var breaks: [Int: Break] = [:]
    /// Addresses that take no connections.
    package var deaf: [SocketAddress: Deafness] = [:]

    package init() {}
}

/// TCP between the service and the trunks: bytes arrive in order and cut anywhere, connections are made by whoever wants one, and break.
///
/// Either side says again on another connection, once, what a broken one left unanswered, as `Transports` does.
final class SimStreams {
    private typealias Outgoing = UnansweredRequests.Outgoing
    private enum Side: Int { case service, trunk }

    private final class Stream {
        /// The trunk's end as the service sees it, and the trunk.
        let address: SocketAddress, trunk: SocketAddress
        var isOpen = false
        var isDead = [false, false]
        var waiting: [Outgoing] = []
        var ends = [End(), End()]

        struct End {
            var framer = StreamFramer()
            var unanswered = UnansweredRequests()
            /// When the last piece gets there.
            var lastArrival = Instant.zero
        }

        init(_ address: SocketAddress, trunk: SocketAddress) { (self.address, self.trunk) = (address, trunk) }
    }

    private let world: SimWorld
    private let faults: Faults
    private var random: SeededRandom
    weak var network: SimNetwork?
    /// Whether the service takes connections.
    var isServiceUp: () -> Bool = { true }
    private var ofService: [SocketAddress: Stream] = [:]
    private var ofTrunks: [SocketAddress: Stream] = [:]
    private var lastPort: UInt16 = 40_000
    private var written = 0
    /// What could not be cut into messages.
    private(set) var unframed: [String] = []
    /// Messages that went by TCP, and connections that broke.
    var messages: Int { written }
    private(set) var broken = 0

    /// How long a connection that nobody answers is tried.
    private static let patience = Duration.seconds(5)

    init(_ world: SimWorld, _ faults: Faults) { (self.world, self.faults, random) = (world, faults, world.random.fork()) }

    private var delay: Duration { .milliseconds(Int64.random(in: faults.delay, using: &random)) }

    // MARK: the service's side

    func send(_ message: UnansweredRequests.Outgoing, to address: SocketAddress) {
        if let stream = ofService[address] { return write(message, to: stream, from: .service) }
        guard !SimNetwork.title(message.bytes).first!.isNumber else { return world.note("=> \(address) has no connection") }
        let stream = Stream(address, trunk: address)
        (stream.waiting, ofService[address]) = ([message], stream)
        if faults.streams.deaf[address] == .refusing || network?.refusing.contains(address) == true {
            return world.schedule(after: delay) { [self] in fail(stream, "refused") }
        }
        guard faults.streams.deaf[address] == nil, network?.trunk(at: address)?.address == address else {
            return world.schedule(after: Self.patience) { [self] in fail(stream, "connection timed out") }
        }
        world.schedule(after: delay + delay) { [self] in
            guard ofService[address] === stream else { return }
            ofTrunks[address] = stream
            open(stream, for: .service)
        }
    }

    private func fail(_ stream: Stream, _ cause: String) {
        guard ofService[stream.address] === stream else { return }
        ofService[stream.address] = nil
        world.note("=> \(stream.address) \(cause)")
        network?.unreachable(stream.address, .tcp, cause)
    }

    /// The process is gone: its system resets what it had open.
    func serviceDied() {
        for stream in ofService.values.sorted(by: { $0.address.description < $1.address.description }) {
            stream.isDead = [true, true]
            world.schedule(after: delay) { [self] in trunkLearns(stream) }
        }
        ofService = [:]
    }

    // MARK: the trunks' side

    func send(_ message: UnansweredRequests.Outgoing, from trunk: SocketAddress) {
        if let stream = ofTrunks[trunk] { return write(message, to: stream, from: .trunk) }
        lastPort += 1
        let source = SocketAddress(host: trunk.host[...], port: lastPort)!, stream = Stream(source, trunk: trunk)
        (stream.waiting, ofTrunks[trunk]) = ([message], stream)
        world.schedule(after: delay + delay) { [self] in
            guard ofTrunks[trunk] === stream else { return }
            guard isServiceUp() else {
                ofTrunks[trunk] = nil
                return world.note("<= \(trunk) refused")
            }
            ofService[source] = stream
            open(stream, for: .trunk)
        }
    }

    // MARK: what is on the way

    private func open(_ stream: Stream, for side: Side) {
        stream.isOpen = true
        for message in stream.waiting { write(message, to: stream, from: side) }
        stream.waiting = []
    }

    private func write(_ message: Outgoing, to stream: Stream, from side: Side) {
        guard stream.isOpen else { return stream.waiting.append(message) }
        let other = side == .service ? Side.trunk : .service
        stream.ends[side.rawValue].unanswered.sent(message)
        _ = network?.count(message.bytes)
        world.note("\(side == .service ? "=>" : "<=") \(stream.trunk) \(SimNetwork.title(message.bytes))")
        var rest = message.bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Int.random(in: 1...max(1, message.bytes.count), using: &random)))
            rest = rest.dropFirst(piece.count)
            let arrival = max(stream.ends[other.rawValue].lastArrival, world.now + delay)
            stream.ends[other.rawValue].lastArrival = arrival
            world.schedule(at: arrival) { [self] in arrived(piece, at: other, of: stream) }
        }
        written += 1
        if let how = faults.streams.breaks[written - 1] { tear(stream, how) }
        network?.hasLeft()
    }

    private func arrived(_ piece: [UInt8], at side: Side, of stream: Stream) {
        guard !stream.isDead[side.rawValue] else { return }
        for element in stream.ends[side.rawValue].framer.received(piece) {
            guard !stream.isDead[side.rawValue] else { return }
            switch element {
            case .message(let message):
                stream.ends[side.rawValue].unanswered.received(message)
                switch side {
                case .service: network?.toService(message, stream.address, .tcp)
                case .trunk: network?.trunk(at: stream.trunk)?.received(message, from: SimNetwork.serviceAddress, over: .tcp)
                }
            case .broken(let fault): unframed.append("\(side) at \(stream.trunk): \(fault)")
            case .ping, .pong: unframed.append("\(side) at \(stream.trunk): a line of its own")
            }
        }
    }

    private func tear(_ stream: Stream, _ how: StreamFaults.Break) {
        guard stream.isDead == [false, false] else { return }
        broken += 1
        world.note("the connection to \(stream.trunk) is \(how)")
        stream.isDead = [how == .reset, true]
        let toService = how == .reset ? world.now + delay : max(world.now + delay, stream.ends[Side.service.rawValue].lastArrival)
        world.schedule(at: toService) { [self] in serviceLearns(stream) }
        world.schedule(after: delay) { [self] in trunkLearns(stream) }
    }

    private func serviceLearns(_ stream: Stream) {
        guard ofService[stream.address] === stream else { return }
        ofService[stream.address] = nil
        stream.isDead = [true, true]
        let unanswered = stream.ends[Side.service.rawValue].unanswered
        if unanswered.isEmpty { return }
        guard let again = unanswered.repeated else {
            network?.unreachable(stream.address, .tcp, "reset")
            return
        }
        for message in again { send(message, to: stream.address) }
    }

    private func trunkLearns(_ stream: Stream) {
        guard ofTrunks[stream.trunk] === stream else { return }
        ofTrunks[stream.trunk] = nil
        for message in stream.ends[Side.trunk.rawValue].unanswered.repeated ?? [] { send(message, from: stream.trunk) }
    }
}
