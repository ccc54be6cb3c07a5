import Basis

@testable import SIP

/// An endpoint alone: a test reads each of its messages and answers by hand.
struct Bench {
    struct Sent {
        let at: Int64
        let text: String
        let to: SocketAddress
        let transport: Transport

        var method: String { String(text.prefix { $0 != " " }) }
        var uri: String { String(text.split(separator: " ")[1]) }
        var via: String { header("Via") }
        func header(_ name: String) -> String { headers(name).first ?? "" }
        func headers(_ name: String) -> [String] {
            text.split(separator: "\r\n").filter { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
        }
        /// `500 BYE 192.0.2.2:5060 udp`
        var line: String { "\(at) \(method) \(to) \(transport)" }
    }

    var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1))
    var now = Instant.zero
    private(set) var sent: [Sent] = []
    private(set) var names: [HostName] = []
    private(set) var kept: [StandingLeg] = []
    var keepsAtOnce = true
    /// What the endpoint told, in short.
    private(set) var story: [String] = []
    /// What the far end said of its session, as it was told.
    private(set) var descriptions: [String] = []

    static let offer = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
    static let longOffer = offer + (0..<20).map { "a=x-filler-\($0):\(String(repeating: "y", count: 60))\r\n" }.joined()

    var invites: [Sent] { sent.filter { $0.method == "INVITE" } }
    func last(_ method: String) -> Sent? { sent.last { $0.method == method } }

    mutating func invite(_ change: (inout Invitation) -> Void = { _ in }) {
        var invitation = Driver.invitation()
        invitation.sdp = Array(Self.offer.utf8)
        change(&invitation)
        endpoint.invite(invitation, at: now)
        drain()
    }

    mutating func turn(_ body: (inout Endpoint, Instant) -> Void) {
        body(&endpoint, now)
        drain()
    }

    /// Answers a request of ours as a far end with that tag.
    mutating func answer(
        _ request: Sent, _ status: String, tag: String = "far", _ more: [String] = [], sdp: String = "",
        from source: SocketAddress = Driver.trunk, over transport: Transport? = nil
    ) {
        let to = request.header("To")
        var lines = ["SIP/2.0 \(status)", "Via: \(request.via)", "From: \(request.header("From"))"]
        lines += ["To: \(to)\(to.contains(";tag=") ? "" : ";tag=\(tag)")"]
        lines += ["Call-ID: \(request.header("Call-ID"))", "CSeq: \(request.header("CSeq"))"] + more
        if !sdp.isEmpty { lines.append("Content-Type: application/sdp") }
        lines += ["Content-Length: \(sdp.utf8.count)", "", sdp]
        receive(lines.joined(separator: "\r\n"), from: source, over: transport ?? request.transport)
    }

    mutating func receive(_ text: String, from source: SocketAddress = Driver.trunk, over transport: Transport = .udp) {
        endpoint.received(Array(text.utf8), from: source, over: transport, at: now)
        drain()
    }

    /// A request of the far end within the dialog that `ack` confirmed; `via` stands as it is.
    mutating func request(
        _ method: String, after ack: Sent, cSeq: Int, via: String, over transport: Transport = .udp, _ more: [String] = [],
        sdp: String = ""
    ) {
        let more = more + (sdp.isEmpty ? [] : ["Content-Type: application/sdp"])
        receive(
            "\(method) sip:dialout@192.0.2.1:5060 SIP/2.0\r\nVia: \(via)\r\nFrom: \(ack.header("To"))\r\nTo: \(ack.header("From"))\r\n"
                + "Call-ID: \(ack.header("Call-ID"))\r\nCSeq: \(cSeq) \(method)\r\n" + more.map { "\($0)\r\n" }.joined()
                + "Content-Length: \(sdp.utf8.count)\r\n\r\n\(sdp)", over: transport)
    }

    /// Does what is due up to then.
    mutating func run(until limit: Duration) {
        let end = Instant.zero + limit
        while let next = endpoint.nextDeadline, next <= end {
            now = max(now, next)
            endpoint.tick(at: now)
            drain()
        }
        now = max(now, end)
    }

    private mutating func drain() {
        while let output = endpoint.nextOutput() {
            switch output {
            case .transmit(let bytes, let to, let transport):
                sent.append(
                    Sent(at: now.nanoseconds / 1_000_000, text: String(decoding: bytes, as: UTF8.self), to: to, transport: transport))
            case .resolve(let name): names.append(name)
            case .keep(let id, let standing):
                kept.append(standing)
                if keepsAtOnce { endpoint.kept(id, at: now) }
            case .released: break
            case .progress(_, let code, _, _, _): story.append("progress \(code)")
            case .answered(_, _, _, let sdp):
                story.append("answered")
                if let sdp { descriptions.append(String(decoding: sdp, as: UTF8.self)) }
            case .answeredInVain: story.append("answered in vain")
            case .sessionChanged(_, let sdp):
                story.append("session")
                descriptions.append(String(decoding: sdp, as: UTF8.self))
            case .failed(_, let failure): story.append("failed \(failure.kind)\(failure.code.map { " \($0)" } ?? "")")
            case .ended(_, let by, _, _): story.append("ended \(by)")
            case .probed(_, let result): story.append("probed \(result)")
            case .unreadable: story.append("unreadable")
            case .moved(_, let result): story.append("moved \(result)")
            case .dropped(let why): story.append("dropped \(why)")
            }
        }
    }
}

extension SIPURI {
    /// Where the URI points when its host is an address.
    var address: SocketAddress? { SocketAddress(host: nextHost, port: port ?? (transport == .tls ? 5061 : 5060)) }
}
