import Basis
import FarEnd
import Foundation
import Reactor
import SIP

/// An operator's far end on a socket: answers INVITEs as told, or by magic number, and writes one JSON line per call.
///
/// `@unchecked Sendable`: used on the loop's thread only.
final class OperatorStub: @unchecked Sendable {
    private let loop: EventLoop
    private let name: String
    private var farEnd: FarEnd
    private var socket: UDPSocket?
    private var alarm: Reactor.Alarm?
    private let write: (String) -> Void

    init(on loop: EventLoop, listen: SocketAddress, name: String, normal: Behaviour, write: @escaping (String) -> Void) throws {
        (self.loop, self.name, self.write) = (loop, name, write)
        var random = SystemRandomNumberGenerator()
        let configuration = SIP.Configuration(host: listen.host, port: listen.port)
        farEnd = FarEnd(configuration, random: SeededRandom(seed: random.next())) { Behaviour.magic($0, otherwise: normal) }
        alarm = try Reactor.Alarm(on: loop) { [weak self] in self?.turn { $0.tick(at: loop.now) } }
        socket = try UDPSocket(on: loop, at: listen) { [weak self] bytes, source in
            let message = bytes.withUnsafeBufferPointer { Array($0) }
            self?.turn { $0.received(message, from: source, at: loop.now) }
        }
    }

    /// Gives up the socket, so that the loop can end.
    func close() { (socket, alarm) = (nil, nil) }

    private func turn(_ mutate: (inout FarEnd) -> Void) {
        mutate(&farEnd)
        while let output = farEnd.nextOutput() {
            switch output {
            case .transmit(let bytes, let address, _): _ = socket?.send(bytes, to: address)
            case .call(.ended, let record): write(line(of: record))
            case .call: break
            }
        }
        alarm?.set(at: farEnd.nextDeadline)
    }

    private func line(of record: CallRecord) -> String {
        func milliseconds(_ instant: Instant?) -> Int64? { instant.map { ($0 - record.startedAt).nanoseconds / 1_000_000 } }
        let line = Line(
            operator: name, callee: record.callee, callerId: record.from, assertedIdentity: record.assertedIdentity,
            privacy: record.privacy,
            tenant: record.tenant, sessionId: record.sessionID, callId: record.callID, ringingMs: milliseconds(record.ringingAt),
            answeredMs: milliseconds(record.answeredAt), endedMs: milliseconds(record.endedAt), ending: record.ending.rawValue,
            code: record.code, acknowledged: record.isAcknowledged, inviteRetransmissions: record.inviteRetransmissions,
            answerRetransmissions: record.answerRetransmissions, byes: record.byes)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Times are milliseconds after the INVITE.
    private struct Line: Encodable {
        let `operator`: String, callee: String, callerId: String, assertedIdentity: String?, privacy: String?, tenant: String?
        let sessionId: String?, callId: String
        let ringingMs: Int64?, answeredMs: Int64?, endedMs: Int64?
        let ending: String, code: Int?, acknowledged: Bool
        let inviteRetransmissions: Int, answerRetransmissions: Int, byes: Int
    }
}
