import Basis
import FarEnd
import SIP

/// One trunk's far end in the simulated network, and all that it has seen.
package final class SimTrunk {
    package let operatorID: String
    package let name: String
    package let address: SocketAddress
    private let world: SimWorld
    private var farEnd: FarEnd
    private var pending: Int?
    /// Takes what it sends.
    var transmit: ([UInt8], SocketAddress, Transport) -> Void = { _, _, _ in }
    /// The latest record of each call, by Call-ID.
    package private(set) var calls: [String: CallRecord] = [:]

    /// `contactHost` stands in its `Contact` and `Via` in place of the address.
    package init(
        _ world: SimWorld, operatorID: String, name: String, address: SocketAddress, contactHost: String? = nil,
        behaviour: @escaping @Sendable (String) -> Behaviour
    ) {
        (self.world, self.operatorID, self.name, self.address) = (world, operatorID, name, address)
        farEnd = FarEnd(
            Configuration(host: contactHost ?? address.host, port: address.port), random: world.random.fork(), behaviour: behaviour)
    }

    /// While true it takes no new INVITE and no OPTIONS; calls that it has go on, so that they can be hung up.
    package var isDeaf = false

    package var isQuiet: Bool { liveCalls.isEmpty }
    package var liveCalls: [CallRecord] { farEnd.liveCalls }

    func received(_ bytes: [UInt8], from source: SocketAddress, over transport: Transport) {
        if !isDeaf || !(bytes.starts(with: Array("INVITE ".utf8)) || bytes.starts(with: Array("OPTIONS ".utf8))) {
            turn { $0.received(bytes, from: source, over: transport, at: world.now) }
        }
    }

    private func turn(_ mutate: (inout FarEnd) -> Void) {
        mutate(&farEnd)
        while let output = farEnd.nextOutput() {
            switch output {
            case .transmit(let bytes, let address, let transport): transmit(bytes, address, transport)
            case .call(_, let record): calls[record.callID] = record
            }
        }
        for record in farEnd.records { calls[record.callID] = record }
        if let pending { world.cancel(pending) }
        pending = farEnd.nextDeadline.map { deadline in
            world.schedule(at: deadline) { [weak self] in self?.tick() }
        }
    }

    private func tick() {
        pending = nil
        turn { $0.tick(at: world.now) }
    }
}
