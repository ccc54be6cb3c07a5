import Basis
import Reactor
import SIP

/// One connection: its machine, the stream beneath it and the framer above, and what waits until it is open.
final class SIPConnection {
    typealias Outgoing = UnansweredRequests.Outgoing

    let peer: Peer
    /// Whether we made it.
    let isOurs: Bool
    var kind: SIPTransports.ConnectionKind { .init(peer.transport, isOurs: isOurs) }
    private(set) var waiting: [Outgoing] = []
    private(set) var unanswered = UnansweredRequests()
    private var waitingBytes = 0
    /// Whether it ever carried messages.
    private(set) var wasOpen = false

    private let loop: EventLoop
    private let settings: TransportSettings
    private weak var transports: SIPTransports?
    private var machine: ConnectionMachine
    private var framer = StreamFramer()
    private var stream: TCPStream?
    private var codec: TLSCodec?
    private var alarm: Alarm?

    /// Begins a connection to `peer`.
    init(to peer: Peer, of transports: SIPTransports) {
        (self.peer, isOurs, self.transports, loop, settings) = (peer, true, transports, transports.loop, transports.settings)
        machine = ConnectionMachine(transports.settings, isSecure: peer.transport == .tls, isOurs: true, at: transports.loop.now)
    }

    /// Takes over a stream that a peer began.
    init(_ stream: TCPStream, over transport: Transport, of transports: SIPTransports) {
        (peer, isOurs, self.stream) = (Peer(stream.peer, transport), false, stream)
        (self.transports, loop, settings) = (transports, transports.loop, transports.settings)
        machine = ConnectionMachine(transports.settings, isSecure: transport == .tls, isOurs: false, at: transports.loop.now)
    }

    /// Called once, when whoever keeps the connection has it.
    func start() {
        do throws(UVError) {
            alarm = try Alarm(on: loop) { [weak self] in self?.handle(.tick) }
            if let stream {
                read(stream)
                handle(.connected)
            } else {
                stream = try TCPStream(on: loop, to: peer.address) { [weak self] error in self?.connected(error) }
                alarm?.set(at: machine.deadline)
            }
        } catch { handle(.failed(TransportFailure(system: error))) }
    }

    private func connected(_ error: UVError?) {
        if let error { return handle(.failed(TransportFailure(system: error))) }
        if let stream { read(stream) }
        handle(.connected)
    }

    private func read(_ stream: TCPStream) {
        stream.writeQueueLimit = settings.queuedBytesLimit
        // Without the option a dead peer is found by the pings alone.
        try? stream.setAcknowledgementTimeout(settings.acknowledgedWithin)
        stream.start(
            received: { [weak self] bytes in self?.received(bytes) },
            ended: { [weak self] in self?.handle(.failed(TransportFailure(.closedByPeer))) },
            failed: { [weak self] failure in self?.handle(.failed(TransportFailure(stream: failure))) })
    }

    /// Writes the message, or keeps it until the connection is open. False: too much waits already.
    func send(_ message: Outgoing) -> Bool {
        if wasOpen {
            unanswered.sent(message)
            write(message.bytes)
            handle(.message)
            return true
        }
        guard waitingBytes + message.bytes.count <= settings.queuedBytesLimit else { return false }
        waiting.append(message)
        waitingBytes += message.bytes.count
        return true
    }

    /// Ends it from our side.
    func close(_ reason: TransportFailure.Reason) { handle(.failed(TransportFailure(reason))) }

    private func write(_ bytes: [UInt8]) {
        guard let codec else {
            stream?.write(bytes)
            return
        }
        codec.write(bytes)
        flushCodec()
    }

    private func flushCodec() {
        guard let bytes = codec?.takeOutput(), !bytes.isEmpty else { return }
        stream?.write(bytes)
    }

    private func received(_ bytes: Span<UInt8>) {
        guard let codec else { return received(bytes.withUnsafeBufferPointer { Array($0) }) }
        let events = codec.received(bytes)
        flushCodec()
        for event in events { told(event) }
    }

    private func told(_ event: TLSCodec.Event) {
        switch event {
        case .secured: handle(.secured)
        case .plaintext(let bytes): received(bytes)
        case .ended: handle(.failed(TransportFailure(.closedByPeer)))
        case .failed(let failure): handle(.failed(failure))
        }
    }

    private func received(_ bytes: [UInt8]) {
        for element in framer.received(bytes) {
            if stream == nil { return }
            switch element {
            case .message(let message):
                handle(.message)
                unanswered.received(message)
                transports?.deliver(message, from: peer)
            case .ping: handle(.ping)
            case .pong: handle(.pong)
            case .broken(let fault): handle(.failed(TransportFailure(.framing, fault.rawValue)))
            }
        }
        handle(.unfinished(framer.buffered > 0))
    }

    private func handle(_ event: ConnectionMachine.Event) {
        guard let transports else { return }
        if let effect = machine.handle(event, at: loop.now, using: &transports.random) { perform(effect, of: transports) }
        alarm?.set(at: machine.deadline)
    }

    private func perform(_ effect: ConnectionMachine.Effect, of transports: SIPTransports) {
        switch effect {
        case .startHandshake:
            guard let codec = isOurs ? TLSCodec(client: transports.tls, to: peer) : transports.serverCodec() else {
                let name = peer.serverName ?? peer.address.host
                return handle(.failed(TransportFailure(.certificateRefused, "no certificate can say \(name)")))
            }
            self.codec = codec
            let events = codec.start()
            flushCodec()
            for event in events { told(event) }
        case .flush:
            wasOpen = true
            transports.opened(self)
            for message in waiting {
                unanswered.sent(message)
                write(message.bytes)
            }
            (waiting, waitingBytes) = ([], 0)
        case .sendPing: write([13, 10, 13, 10])
        case .sendPong: write([13, 10])
        case .close(let failure):
            alarm = nil
            codec?.finish()
            flushCodec()
            stream?.close()
            stream = nil
            transports.closed(self, failure)
        }
    }
}
