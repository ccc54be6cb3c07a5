import Basis
import SIP

/// An endpoint with one call under way, and what happens to it: steps between NUL bytes, the first byte of each saying what it is.
///
/// | byte | step |
/// |---|---|
/// | `d` | the rest is a datagram from the trunk; in it byte 1 stands for the branch of the last request sent, 2 for the Call-ID, 3 for our tag, 4 for the number of the last request |
/// | `t` | time passes: 20 ms, 500 ms, 5 s, 40 s, 400 s or 2,000 s, by the next byte |
/// | `c`, `h` | cancel, hang up |
/// | `x` | the transport says that nothing gets to the trunk |
/// | `p` | a probe by OPTIONS |
///
/// Whatever happened, the call is hung up at last; then it has had exactly one fate, and nothing is held.
struct Script {
    private static let leg = LegID(dialOut: SortableID(high: 1, low: 2), attempt: 1)
    private static let pauses: [Duration] = [
        .milliseconds(20), .milliseconds(500), .seconds(5), .seconds(40), .seconds(400), .seconds(2_000),
    ]
    /// Steps played of one input, and alarms of one play.
    private enum Limits {
        static let steps = 64
        static let alarms = 100_000
    }

    private let steps: [ArraySlice<UInt8>]
    private var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1))
    private var now = Instant.zero
    private var alarms = 0
    private var branch: [UInt8] = []
    private var callID: [UInt8] = []
    private var tag: [UInt8] = []
    private var number: [UInt8] = []
    private var keepsAtOnce = true
    /// What was last to be kept.
    private var asked = KeptID(Self.leg)
    private var failed = 0, answered = 0, ended = 0

    init(_ bytes: [UInt8]) { steps = bytes.split(separator: 0, maxSplits: Limits.steps, omittingEmptySubsequences: true) }

    func play() {
        var copy = self
        copy.playAll()
    }

    private mutating func playAll() {
        var invitation = Invitation(
            id: Self.leg, destination: FuzzTarget.trunk, host: "192.0.2.2", number: "+14255550123", callerID: "+14255550100", sdp: Self.sdp)
        invitation.credentials = Account(username: "dialout", password: "secret")
        invitation.ownHosts = ["192.0.2.3": SocketAddress(host: "192.0.2.3", port: 5060)!]
        endpoint.keepLegs(under: LegKey(high: 1, low: 2))
        endpoint.invite(invitation, at: now)
        drain()
        for step in steps.prefix(Limits.steps) { play(step) }
        endpoint.hangUp(Self.leg, at: now)
        drain()
        pass(.seconds(100_000))
        precondition(failed == 1 && answered == 0 || failed == 0 && answered == 1 && ended == 1, "\(failed) \(answered) \(ended)")
        precondition(endpoint.legCount == 0, "a leg is held for ever")
    }

    private mutating func play(_ step: ArraySlice<UInt8>) {
        switch step.first {
        case UInt8(ascii: "d"): endpoint.received(filled(step.dropFirst()), from: FuzzTarget.trunk, at: now)
        case UInt8(ascii: "t"): pass(Self.pauses[Int(step.dropFirst().first ?? 0) % Self.pauses.count])
        case UInt8(ascii: "c"): endpoint.cancel(Self.leg, at: now)
        case UInt8(ascii: "h"): endpoint.hangUp(Self.leg, at: now)
        case UInt8(ascii: "k"): endpoint.kept(asked, at: now)
        case UInt8(ascii: "n"): endpoint.notKept(asked, at: now)
        case UInt8(ascii: "s"): keepsAtOnce = false
        case UInt8(ascii: "x"): endpoint.transportFailed(to: FuzzTarget.trunk, over: .udp, at: now)
        case UInt8(ascii: "p"): endpoint.probe(ProbeID(1), host: "192.0.2.2", at: FuzzTarget.trunk, at: now)
        default: break
        }
        drain()
    }

    private func filled(_ template: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in template {
            switch byte {
            case 1: bytes += branch
            case 2: bytes += callID
            case 3: bytes += tag
            case 4: bytes += number
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private mutating func pass(_ time: Duration) {
        let end = now + time
        while let next = endpoint.nextDeadline, next <= end {
            alarms += 1
            precondition(alarms < Limits.alarms, "an alarm that never stops")
            now = max(now, next)
            endpoint.tick(at: now)
            drain()
        }
        now = end
    }

    private mutating func drain() {
        while let output = endpoint.nextOutput() {
            switch output {
            case .transmit(let bytes, _, _): noted(bytes)
            case .failed: failed += 1
            case .answered: answered += 1
            case .ended: ended += 1
            case .keep(let id, _):
                asked = id
                if keepsAtOnce { endpoint.kept(id, at: now) }
            case .resolve(let name):
                // Every other name leads somewhere.
                endpoint.resolved(name, name.host.utf8.count.isMultiple(of: 2) ? [Hop(FuzzTarget.trunk, .udp)] : [], at: now)
            case .released, .progress, .answeredInVain, .sessionChanged, .moved, .probed, .dropped, .unreadable: break
            }
        }
    }

    /// What we send can be read, and later datagrams may refer to it.
    private mutating func noted(_ bytes: [UInt8]) {
        guard let message = try? Message(parsing: bytes) else { preconditionFailure("sent what cannot be read") }
        guard message.isRequest, message.cSeq.method != .ack, let via = message.text(.via), let from = message.text(.from) else { return }
        branch = Array(via.utf8.suffix(23))
        tag = Array(from.utf8.suffix(16))
        callID = Array((message.text(.callID) ?? "").utf8)
        number = Array("\(message.cSeq.number)".utf8)
    }

    private static let sdp = Array(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8\r\na=sendrecv\r\n".utf8)
}
