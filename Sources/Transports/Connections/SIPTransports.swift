import Basis
import Reactor
import SIP

/// All that SIP messages travel on: one UDP socket, connections that are made when they are wanted and kept, and those that peers make.
///
/// Messages and failures go out by the two closures, always in a turn of the loop of their own, never from within ``send(_:to:over:)``.
/// `@unchecked Sendable`: used on its loop only, which the sockets check.
package final class SIPTransports: @unchecked Sendable {
    package typealias Received = (_ message: [UInt8], _ source: SocketAddress, _ transport: Transport) -> Void
    package typealias Failed = (_ destination: SocketAddress, _ transport: Transport, _ failure: TransportFailure) -> Void

    let loop: EventLoop
    let settings: TransportSettings
    var random: SeededRandom
    private let received: Received
    private let failed: Failed
    private var isClosed = false
    private var udp: UDPSocket?
    private var tcp: TCPListener?
    private var tlsListener: TCPListener?
    /// The certificate files as they were read last without a fault.
    private(set) var tls: TLSContext
    private var tlsStamps: TLSFileStamps
    private var tlsAlarm: Alarm?
    /// What became of a change of the certificate files.
    package var tlsReloaded: (Result<Void, TLSFault>) -> Void = { _ in }
    private var connections: [Peer: SIPConnection] = [:]
    private var backoff: Backoff
    private var known: KnownTrunks
    /// Failures since the start, by reason.
    package private(set) var failures: [TransportFailure.Reason: Int] = [:]
    /// Responses whose connection was gone: RFC 3261 §18.2.2 would connect for them, but then any stranger could make us.
    package private(set) var lostResponses = 0
    /// A kind of connection: what is spoken on it, and whether we made it.
    package struct ConnectionKind: Hashable, Sendable {
        package let transport: Transport
        package let isOurs: Bool

        package init(_ transport: Transport, isOurs: Bool) { (self.transport, self.isOurs) = (transport, isOurs) }
    }
    /// Connections since the start that came to carry messages.
    package private(set) var opened: [ConnectionKind: Int] = [:]
    /// Connections that were made at once because another one broke with requests unanswered.
    package private(set) var reconnections = 0

    /// Binds UDP and TCP to one address and port, and TLS to one of its own; throws when one is in use (`UVError`) or a certificate file
    /// cannot be used (``TLSFault``). Port 0 lets the system choose.
    package init(
        on loop: EventLoop, at address: SocketAddress, tls tlsAddress: SocketAddress? = nil,
        settings: TransportSettings = TransportSettings(), random: SeededRandom, received: @escaping Received, failed: @escaping Failed
    ) throws {
        (self.loop, self.settings, self.random, self.received, self.failed) = (loop, settings, random, received, failed)
        (backoff, known) = (Backoff(settings), KnownTrunks(limit: settings.rememberedLimit))
        (tlsStamps, tls, localAddress) = (TLSFileStamps(settings.tls), try TLSContext(reading: settings.tls), address)
        try bind(to: address)
        if let tlsAddress {
            tlsListener = try TCPListener(on: loop, at: tlsAddress) { [weak self] stream in self?.accept(stream, over: .tls) }
        }
        guard !settings.tls.files.isEmpty else { return }
        tlsAlarm = try Alarm(on: loop) { [weak self] in self?.watchTLSFiles() }
        tlsAlarm?.set(at: loop.now + settings.tlsFilesEvery)
    }

    private func watchTLSFiles() {
        lookAtTLSFiles()
        tlsAlarm?.set(at: loop.now + settings.tlsFilesEvery)
    }

    private func bind(to address: SocketAddress) throws(UVError) {
        for attempt in 1...Self.portAttempts {
            let udp = try UDPSocket(
                on: loop, at: address,
                undelivered: { [weak self] destination, error in self?.report(TransportFailure(system: error), to: destination, .udp) },
                received: { [weak self] bytes, source in self?.received(bytes.withUnsafeBufferPointer { Array($0) }, source, .udp) })
            do throws(UVError) {
                tcp = try TCPListener(on: loop, at: udp.localAddress) { [weak self] stream in self?.accept(stream, over: .tcp) }
                (self.udp, localAddress) = (udp, udp.localAddress)
                return
            } catch {
                if address.port != 0 || attempt == Self.portAttempts { throw error }
            }
        }
    }

    /// A port that the system chose for UDP may be taken for TCP.
    private static let portAttempts = 8

    /// Reads the certificate files again, for connections made from now on; after a fault the reading before stays in force.
    package func reloadTLS() {
        tlsStamps = TLSFileStamps(settings.tls)
        do throws(TLSFault) {
            tls = try TLSContext(reading: settings.tls)
            tlsReloaded(.success(()))
        } catch { tlsReloaded(.failure(error)) }
    }

    /// Reads them again if they have changed.
    func lookAtTLSFiles() { if TLSFileStamps(settings.tls) != tlsStamps { reloadTLS() } }

    /// When our own certificate is in force; nil where there is none.
    package var certificateTimes: CertificateTimes? { tls.times }
    package var tlsAddress: SocketAddress? { tlsListener?.localAddress }

    /// Our side of a connection that a peer made over TLS.
    func serverCodec() -> TLSCodec { TLSCodec(server: tls, requiresCertificate: settings.tls.requiresClientCertificate) }

    /// Where UDP and TCP are heard, or were before ``close()``.
    package private(set) var localAddress: SocketAddress
    package var connectionCount: Int { connections.count }
    /// Connections that carry messages now.
    package var open: [ConnectionKind: Int] {
        connections.values.reduce(into: [:]) { if $1.wasOpen { $0[$1.kind, default: 0] += 1 } }
    }

    /// Whether datagrams can be sent there: an IPv4 socket reaches no IPv6 address.
    package func reaches(_ address: SocketAddress, over transport: Transport) -> Bool {
        transport != .udp || address.isIPv4 || !localAddress.isIPv4
    }

    /// Whether a connection there failed so lately that none is tried.
    package func isBackingOff(_ address: SocketAddress, over transport: Transport) -> Bool {
        transport != .udp && backoff.failure(of: known.peer(at: address, over: transport), at: loop.now) != nil
    }

    /// Says what a name was resolved to, before anything is sent there.
    package func learn(_ address: SocketAddress, serverName: String?) { known.learn(address, serverName: serverName) }

    /// Sends one message; what becomes of it is told by the failures alone.
    package func send(_ message: [UInt8], to address: SocketAddress, over transport: Transport) {
        if isClosed { return }
        switch transport {
        case .udp: udp?.send(message, to: address)
        case .tcp, .tls: send(.init(bytes: message), to: known.peer(at: address, over: transport))
        }
    }

    private func send(_ message: SIPConnection.Outgoing, to peer: Peer) {
        if let connection = connections[peer] ?? connections[Peer(peer.address, peer.transport)] {
            if !connection.send(message) { report(TransportFailure(.queueFull), to: peer.address, peer.transport) }
            return
        }
        if message.bytes.starts(with: Self.responseStart) { return lostResponses += 1 }
        if let failure = backoff.failure(of: peer, at: loop.now) {
            return report(TransportFailure(.backingOff, failure.description), to: peer.address, peer.transport)
        }
        guard connections.values.count(where: \.isOurs) < settings.connectionLimit else {
            return report(TransportFailure(.tooManyConnections), to: peer.address, peer.transport)
        }
        let connection = SIPConnection(to: peer, of: self)
        connections[peer] = connection
        _ = connection.send(message)
        connection.start()
    }

    private static let responseStart = Array("SIP/2.0 ".utf8)

    /// Closes everything; nothing is reported any more, and nothing sent.
    package func close() {
        isClosed = true
        (udp, tcp, tlsListener, tlsAlarm) = (nil, nil, nil, nil)
        for connection in connections.values { connection.close(.closing) }
    }

    private func accept(_ stream: TCPStream, over transport: Transport) {
        guard connections.values.count(where: { !$0.isOurs }) < settings.acceptedLimit else {
            failures[.tooManyConnections, default: 0] += 1
            return stream.close()
        }
        let connection = SIPConnection(stream, over: transport, of: self)
        connections[connection.peer] = connection
        connection.start()
    }

    func deliver(_ message: [UInt8], from peer: Peer) { received(message, peer.address, peer.transport) }

    func opened(_ connection: SIPConnection) {
        opened[connection.kind, default: 0] += 1
        if connection.isOurs { backoff.succeeded(connection.peer) }
    }

    /// A connection has ended. What was not answered is said again, or has failed; where nothing waited, nothing failed. That the peer was heard,
    /// though not understood, is told in any case.
    func closed(_ connection: SIPConnection, _ failure: TransportFailure) {
        if connections[connection.peer] === connection { connections[connection.peer] = nil }
        if failure.reason == .closing { return }
        let address = connection.peer.address
        if connection.isOurs, !connection.wasOpen { backoff.failed(connection.peer, failure, at: loop.now) }
        if failure.reason.isOfPath, let again = connection.unanswered.repeated {
            if failure.reason.isOfContent {
                report(failure, to: address, connection.peer.transport)
            } else {
                failures[failure.reason, default: 0] += 1
            }
            reconnections += 1
            for message in again { send(message, to: connection.peer) }
        } else if connection.unanswered.isEmpty, connection.waiting.isEmpty {
            failures[failure.reason, default: 0] += 1
        } else {
            report(failure, to: address, connection.peer.transport)
        }
    }

    private func report(_ failure: TransportFailure, to address: SocketAddress, _ transport: Transport) {
        failures[failure.reason, default: 0] += 1
        loop.submit { [weak self] in
            guard let self, !isClosed else { return }
            failed(address, transport, failure)
        }
    }
}
