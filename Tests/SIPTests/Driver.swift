import Basis
import FarEnd
import SIP

/// An endpoint and a simulated operator with a network between them that does as the test says.
struct Driver {
    enum Direction: String { case out = "->", back = "<-" }
    /// What becomes of one message: empty is loss; each entry is a copy's delay.
    typealias Network = (_ number: Int, _ direction: Direction, _ bytes: [UInt8]) -> [Duration]

    static let us = SocketAddress(host: "192.0.2.1", port: 5060)!
    static let trunk = SocketAddress(host: "192.0.2.2", port: 5060)!
    static let latency: Duration = .milliseconds(20)

    var endpoint: Endpoint
    var farEnd: FarEnd
    var now = Instant.zero
    var network: Network = { _, _, _ in [Driver.latency] }
    var transport = Transport.udp

    private(set) var ladder: [String] = []
    private(set) var outputs: [Output] = []
    private(set) var sent = 0
    /// The endpoint's last message and where it went, its last INVITE, and the far end's last message.
    private(set) var lastSent: [UInt8] = []
    private(set) var lastDestination: SocketAddress?
    private(set) var lastInvite: (bytes: [UInt8], destination: SocketAddress)?
    private(set) var lastReceived: [UInt8] = []
    /// The last request of each method that left the endpoint, and the last record of the far end.
    private var requests: [String: [UInt8]] = [:]
    private(set) var lastRecord: CallRecord?

    func sent(_ method: String) -> [UInt8]? { requests[method] }
    /// What the endpoint wants kept: it is, at once, unless somebody else sees to it.
    private(set) var kept: [StandingLeg] = []
    /// What nothing is to be kept of any more.
    private(set) var released: [KeptID] = []
    var keepsAtOnce = true
    private var inFlight: [(at: Instant, order: Int, direction: Direction, bytes: [UInt8])] = []
    private var order = 0

    init(seed: UInt64 = 1, behaviour: @escaping @Sendable (String) -> Behaviour = { Behaviour.magic($0) }) {
        endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: seed))
        endpoint.keepLegs(under: Self.key)
        farEnd = FarEnd(Configuration(host: "192.0.2.2", port: 5060), random: SeededRandom(seed: seed &+ 1), behaviour: behaviour)
    }

    static let key = LegKey(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
    static let leg = LegID(dialOut: SortableID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001), attempt: 1)

    static func invitation(_ number: String = "+14255550123", id: LegID = leg, to trunk: SocketAddress = trunk) -> Invitation {
        var invitation = Invitation(
            id: id, destination: trunk, host: "192.0.2.2", number: number, callerID: "+14255550100",
            sdp: Array("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 8 0\r\n".utf8))
        invitation.tenantHeader = ("X-Tenant-ID", "contoso")
        return invitation
    }

    mutating func invite(_ number: String = "+14255550123") { invite(number) { _ in } }

    mutating func invite(_ number: String, _ change: (inout Invitation) -> Void) {
        var invitation = Self.invitation(number)
        invitation.transport = transport
        change(&invitation)
        endpoint.invite(invitation, at: now)
        drain()
    }

    mutating func invite(_ change: (inout Invitation) -> Void) { invite("+14255550123", change) }

    mutating func cancel() {
        endpoint.cancel(Self.leg, at: now)
        drain()
    }

    mutating func hangUp() {
        endpoint.hangUp(Self.leg, at: now)
        drain()
    }

    /// What the test does to the endpoint, and what comes of it.
    mutating func turn(_ body: (inout Endpoint, Instant) -> Void) {
        body(&endpoint, now)
        drain()
    }

    mutating func inject(_ text: String, from source: SocketAddress = Driver.trunk) { inject(Array(text.utf8), from: source) }

    mutating func inject(_ bytes: [UInt8], from source: SocketAddress = Driver.trunk) {
        endpoint.received(bytes, from: source, over: transport, at: now)
        drain()
    }

    /// Runs to the given moment, or until nothing more is due.
    mutating func run(until limit: Duration = .seconds(100_000)) {
        let end = Instant.zero + limit
        while let next = nextEvent(), next <= end {
            now = max(now, next)
            if let index = inFlight.indices.min(by: { (inFlight[$0].at, inFlight[$0].order) < (inFlight[$1].at, inFlight[$1].order) }),
                inFlight[index].at <= now
            {
                let message = inFlight.remove(at: index)
                switch message.direction {
                case .out: farEnd.received(message.bytes, from: Self.us, over: transport, at: now)
                case .back: endpoint.received(message.bytes, from: Self.trunk, over: transport, at: now)
                }
            } else {
                endpoint.tick(at: now)
                farEnd.tick(at: now)
            }
            drain()
        }
        if limit < .seconds(100_000) { now = max(now, end) }
    }

    private mutating func nextEvent() -> Instant? {
        [inFlight.map(\.at).min(), endpoint.nextDeadline, farEnd.nextDeadline].compactMap(\.self).min()
    }

    private mutating func drain() {
        while let output = endpoint.nextOutput() {
            if case .keep(let id, let standing) = output {
                kept.append(standing)
                if keepsAtOnce { endpoint.kept(id, at: now) }
                continue
            }
            if case .released(let id) = output { released.append(id) }
            guard case .transmit(let bytes, let destination, _) = output else {
                outputs.append(output)
                continue
            }
            (lastSent, lastDestination) = (bytes, destination)
            requests[Self.title(bytes)] = bytes
            if Self.title(bytes) == "INVITE" { lastInvite = (bytes, destination) }
            send(.out, bytes)
        }
        while let output = farEnd.nextOutput() {
            switch output {
            case .transmit(let bytes, _, _): send(.back, bytes)
            case .call(_, let record): lastRecord = record
            }
        }
    }

    private mutating func send(_ direction: Direction, _ bytes: [UInt8]) {
        precondition(!bytes.isEmpty, "an empty datagram")
        let copies = network(sent, direction, bytes)
        sent += 1
        if direction == .back { lastReceived = bytes }
        ladder.append("\(now.nanoseconds / 1_000_000) \(direction.rawValue) \(Self.title(bytes))\(copies.isEmpty ? " lost" : "")")
        for delay in copies {
            order += 1
            inFlight.append((now + delay, order, direction, bytes))
        }
    }

    /// `INVITE`, or `200 INVITE`.
    static func title(_ bytes: [UInt8]) -> String {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let first = lines[0].split(separator: " ")
        guard first[0] == "SIP/2.0" else { return String(first[0]) }
        let method = lines.first { $0.hasPrefix("CSeq: ") }?.split(separator: " ").last ?? ""
        return "\(first[1]) \(method)"
    }

    var titles: [String] { ladder.map { $0.split(separator: " ").dropFirst().filter { $0 != "lost" }.joined(separator: " ") } }

    /// What the endpoint reported, in short.
    var story: [String] {
        outputs.compactMap { output in
            switch output {
            case .transmit, .keep, .released: nil
            case .progress(_, let code, _, let sdp, _): "progress \(code)\(sdp == nil ? "" : " sdp")"
            case .answered(_, let code, _, let sdp): "answered\(code == 200 ? "" : " \(code)")\(sdp == nil ? "" : " sdp")"
            case .answeredInVain: "answered in vain"
            case .sessionChanged(_, let sdp):
                "session \(String(decoding: sdp, as: UTF8.self).split(separator: "\r\n").last { $0.hasPrefix("a=") } ?? "")"
            case .failed(_, let failure):
                "failed \(failure.kind)\(failure.code.map { " \($0)" } ?? "")\(failure.wasAnswered ? " answered" : "")"
            case .ended(_, let by, _, _): "ended \(by)"
            case .probed(_, let result): "probed \(result)"
            case .resolve(let name): "resolve \(name.uri)"
            case .unreadable: "unreadable"
            case .moved(_, let result): "moved \(result)"
            case .dropped(let why): "dropped \(why)"
            }
        }
    }

    /// The part of ``story`` that must come exactly once: `failed`, or `answered` and `ended`.
    var fate: [String] {
        story.compactMap { line in ["failed", "answered", "ended"].first { line.hasPrefix($0) && line != "answered in vain" } }
    }
    var isFateSettled: Bool { fate == ["failed"] || fate == ["answered", "ended"] }
}
