/// The parts of a message that are the same in all of an endpoint's messages, as bytes.
package struct Stationery: Sendable {
    private let sentBys: [String]
    private let vias: [[UInt8]]
    private let contacts: [[UInt8]]
    /// `Max-Forwards`, `Allow`, `Supported`, `User-Agent`.
    let offer: [UInt8]
    /// The same within a dialog, where a reliable provisional response is not wanted: nobody waits to hear it ring (RFC 3262 §3).
    let renewal: [UInt8]
    /// `Max-Forwards` and `User-Agent`, for requests that offer nothing.
    package let plain: [UInt8]
    package let agent: [UInt8]
    let host: [UInt8]

    package init(_ configuration: Configuration) {
        sentBys = Transport.allCases.map { configuration.sentBy($0) }
        vias = Transport.allCases.map { Self.via($0, sentBy: configuration.sentBy($0)) }
        contacts = Transport.allCases.map { transport in
            let suffix = transport == .udp ? "" : ";transport=\(transport.rawValue.lowercased())"
            return Array("Contact: <sip:dialout@\(configuration.sentBy(transport))\(suffix)>\r\n".utf8)
        }
        let agent = "User-Agent: \(configuration.userAgent)\r\n"
        self.agent = Array(agent.utf8)
        plain = Array("Max-Forwards: 70\r\n\(agent)".utf8)
        let allow = "Max-Forwards: 70\r\nAllow: \(Configuration.allowedMethods)\r\n"
        offer = Array("\(allow)Supported: timer, 100rel\r\n\(agent)".utf8)
        renewal = Array("\(allow)Supported: timer\r\n\(agent)".utf8)
        host = Array(configuration.hostInURI.utf8)
    }

    package func contact(_ transport: Transport) -> [UInt8] { contacts[transport.index] }
    /// The end of a start line, and `Via` up to its branch.
    package func via(_ transport: Transport) -> [UInt8] { vias[transport.index] }
    /// The same as another endpoint wrote it.
    static func via(_ transport: Transport, sentBy: String) -> [UInt8] {
        Array(" SIP/2.0\r\nVia: SIP/2.0/\(transport.rawValue) \(sentBy);rport;branch=\(Via.cookie)".utf8)
    }
    /// `host:port` in `Via`.
    func sentBy(_ transport: Transport) -> String { sentBys[transport.index] }
}

extension Transport {
    fileprivate var index: Int {
        switch self {
        case .udp: 0
        case .tcp: 1
        case .tls: 2
        }
    }
}
