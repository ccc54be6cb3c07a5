import Basis
import SIP

/// Many calls of one endpoint, moved on together so that only the endpoint's part is timed.
struct Calls {
    private static let trunk = SocketAddress(host: "192.0.2.2", port: 5060)!
    static let offer = Array(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
            .utf8)
    static let answer = Array(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 101\r\na=sendrecv\r\n".utf8)

    private let count: Int
    private var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1))
    private var now = Instant.zero
    private var next = 0
    private(set) var invites: [[UInt8]] = []
    private var byes: [[UInt8]] = []
    private var ended = 0

    init(_ count: Int) { self.count = count }

    /// Nanoseconds of processor time that the endpoint needs for all calls from start to end.
    mutating func whole() -> Int {
        let first = next
        ended = 0
        var time = invite()
        time += ring() + answer()
        pass(.seconds(30))
        time += hangUp(from: first)
        time += processorNanoseconds { pass(.seconds(100)) }
        precondition(ended == count && endpoint.legCount == 0, "\(ended) of \(count) ended, \(endpoint.legCount) held")
        return time
    }

    @discardableResult
    mutating func invite() -> Int {
        let invitations = (0..<count).map { offset in
            Invitation(
                id: LegID(dialOut: SortableID(high: 1, low: UInt64(next + offset)), attempt: 1), destination: Self.trunk, host: "192.0.2.2",
                number: "+1425555\(1_000_000 + next + offset)".prefix(12).description, callerID: "+14255550100", sdp: Self.offer)
        }
        next += count
        (invites, byes) = ([], [])
        invites.reserveCapacity(count)
        return processorNanoseconds {
            for invitation in invitations {
                endpoint.invite(invitation, at: now)
                drain()
            }
        }
    }

    @discardableResult
    mutating func ring() -> Int {
        receive(invites.map { response(100, "Trying", to: $0) }) + receive(invites.map { response(180, "Ringing", to: $0) })
    }

    @discardableResult
    mutating func answer() -> Int { receive(invites.map { response(200, "OK", to: $0, sdp: Self.answer) }) }

    private mutating func hangUp(from first: Int) -> Int {
        let time = processorNanoseconds {
            for low in first..<first + count {
                endpoint.hangUp(LegID(dialOut: SortableID(high: 1, low: UInt64(low)), attempt: 1), at: now)
                drain()
            }
        }
        return time + receive(byes.map { response(200, "OK", to: $0) })
    }

    /// Lets go of what only this measurement holds.
    mutating func settle() {
        pass(.seconds(40))
        (invites, byes) = ([], [])
    }

    /// Nanoseconds of processor time that so many reports of the trunk's transport take.
    mutating func reports(_ number: Int) -> Int {
        processorNanoseconds {
            for _ in 0..<number {
                endpoint.transportFailed(to: Self.trunk, over: .udp, at: now)
                drain()
            }
        }
    }

    private mutating func receive(_ messages: [[UInt8]]) -> Int {
        pass(.milliseconds(20))
        return processorNanoseconds {
            for message in messages {
                endpoint.received(message, from: Self.trunk, at: now)
                drain()
            }
        }
    }

    private mutating func pass(_ time: Duration) {
        let end = now + time
        while let next = endpoint.nextDeadline, next <= end {
            now = max(now, next)
            endpoint.tick(at: now)
            drain()
        }
        now = end
    }

    private mutating func drain() {
        while let output = endpoint.nextOutput() {
            switch output {
            case .transmit(let bytes, _, _):
                if bytes[0] == UInt8(ascii: "I") { invites.append(bytes) }
                if bytes[0] == UInt8(ascii: "B") { byes.append(bytes) }
            case .ended: ended += 1
            case .keep, .released, .progress, .answered, .answeredInVain, .sessionChanged, .moved, .failed, .probed, .resolve, .unreadable,
                .dropped:
                break
            }
        }
    }

    /// What a trunk says to one of our requests.
    func response(_ code: Int, _ phrase: String, to request: [UInt8], sdp: [UInt8] = []) -> [UInt8] {
        guard let message = try? Message(parsing: request) else { preconditionFailure("sent what cannot be read") }
        func value(_ name: HeaderName) -> String { message.text(name) ?? "" }
        let to = value(.to).contains(";tag=") ? value(.to) : value(.to) + (code > 100 ? ";tag=8f3a2b1c" : "")
        let head = """
            SIP/2.0 \(code) \(phrase)\r
            Via: \(value(.via))\r
            From: \(value(.from))\r
            To: \(to)\r
            Call-ID: \(value(.callID))\r
            CSeq: \(value(.cSeq))\r
            Contact: <sip:+14255550123@192.0.2.2:5060>\r
            Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r
            Server: trunk\r
            \(sdp.isEmpty ? "" : "Content-Type: application/sdp\r\n")Content-Length: \(sdp.count)\r
            \r

            """
        return Array(head.utf8) + sdp
    }
}
