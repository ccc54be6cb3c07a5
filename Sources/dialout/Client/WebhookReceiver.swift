import Basis
import Foundation
import Reactor
import Service
import Web

/// A webhook endpoint for trying: hears HTTP, checks signatures (Standard Webhooks 1.0), and hands over the bodies of what is good.
///
/// `@unchecked Sendable`: used on the loop's thread only.
final class WebhookReceiver: @unchecked Sendable {
    private let loop: EventLoop
    private let secrets: [Secret]
    private let take: (String) -> Void
    private var listener: TCPListener?
    private var peers: [ObjectIdentifier: Peer] = [:]

    /// How old or new a signature may be, in seconds.
    static let tolerance: Int64 = 300

    let address: SocketAddress

    init(on loop: EventLoop, at address: SocketAddress, secrets: [Secret], _ take: @escaping (String) -> Void) throws {
        (self.loop, self.secrets, self.take) = (loop, secrets, take)
        var accept: (TCPStream) -> Void = { _ in }
        let listener = try TCPListener(on: loop, at: address) { accept($0) }
        (self.listener, self.address) = (listener, listener.localAddress)
        accept = { [weak self] stream in self?.accept(stream) }
    }

    func close() {
        listener = nil
        for peer in peers.values { peer.stream.close() }
        peers = [:]
    }

    private final class Peer {
        let stream: TCPStream
        let connection: Web.Connection

        init(_ stream: TCPStream, at now: Instant) { (self.stream, connection) = (stream, Web.Connection(at: now)) }
    }

    private func accept(_ stream: TCPStream) {
        let peer = Peer(stream, at: loop.now), id = ObjectIdentifier(peer)
        peers[id] = peer
        stream.start(
            received: { [weak self] bytes in self?.received(bytes, from: id) }, ended: { [weak self] in self?.forget(id) },
            failed: { [weak self] _ in self?.forget(id) })
    }

    private func forget(_ id: ObjectIdentifier) { peers.removeValue(forKey: id)?.stream.close() }

    private func received(_ bytes: Span<UInt8>, from id: ObjectIdentifier) {
        guard let peer = peers[id] else { return }
        for incoming in peer.connection.received(bytes, at: loop.now) {
            peer.connection.send(answer(incoming.request), for: incoming.number, at: loop.now)
        }
        peer.stream.write(peer.connection.takeOutgoing())
        if peer.connection.phase != .open { forget(id) }
    }

    private func answer(_ request: Request) -> Response {
        guard request.method == .post else { return Problem(405, "Method Not Allowed", detail: "webhooks are POSTed").response }
        if let fault = fault(of: request) {
            remark("refused: \(fault)")
            return Problem(401, "Unauthorized", detail: fault).response
        }
        take(String(decoding: request.body, as: UTF8.self))
        return Response(204)
    }

    /// What is wrong with a request's signature; nil when nothing is, or nobody asks.
    private func fault(of request: Request) -> String? {
        guard !secrets.isEmpty else { return nil }
        guard let id = request.headers["webhook-id"], let time = request.headers["webhook-timestamp"].flatMap({ Int64($0) }),
            let signatures = request.headers["webhook-signature"]
        else { return "webhook-id, webhook-timestamp or webhook-signature is missing" }
        let now = Int64(Date().timeIntervalSince1970)
        guard (now - Self.tolerance...now + Self.tolerance).contains(time) else {
            return "the timestamp of \(id) is more than \(Self.tolerance) seconds off"
        }
        let signed = Array("\(id).\(time).".utf8) + request.body
        let wanted = Set(secrets.map { "v1," + $0.webhookSignature(of: signed) })
        guard signatures.split(separator: " ").contains(where: { wanted.contains(String($0)) }) else {
            return "the signature of \(id) is not by the secret"
        }
        return nil
    }
}
