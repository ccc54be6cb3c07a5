import Basis

/// What an endpoint is told once.
package struct Configuration: Sendable {
    /// Host name or IP address in `Via`, `Contact` and `From`.
    package var host: String
    package var port: UInt16
    /// Where TLS is heard: the port in what is said over TLS.
    package var securePort: UInt16 = 5061
    package var userAgent = "dialout"
    package var timers = Timers()
    /// A call that rings longer without anybody ending it is cancelled by the endpoint itself.
    package var longestRinging: Duration = .seconds(600)
    /// How long a leg waits at most for being kept (``Output/keep(_:_:)``); one that is answered is hung up then.
    package var keepPatience: Duration = .seconds(2)
    /// Legs held at once, those included that linger after their end.
    package var legLimit = 250_000
    /// Dialogs that nobody wanted and that are being hung up; past it a 2xx waits for its repetition.
    package var forkLimit = 10_000

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `host:port`, IPv6 in brackets.
    func sentBy(_ transport: Transport) -> String { "\(hostInURI):\(transport == .tls ? securePort : port)" }
    var hostInURI: String { host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host }

    static let allowedMethods = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO"
    static let supportedOptions = ["timer", "100rel"]
}

/// The parts of a message that are the same in all of an endpoint's messages, as bytes.
struct Stationery: Sendable {
    private let vias: [[UInt8]]
    private let contacts: [[UInt8]]
    /// `Max-Forwards`, `Allow`, `Supported`, `User-Agent`.
    let offer: [UInt8]
    /// `Max-Forwards` and `User-Agent`, for requests that offer nothing.
    let plain: [UInt8]
    let agent: [UInt8]
    let host: [UInt8]

    init(_ configuration: Configuration) {
        vias = Transport.allCases.map {
            Array(" SIP/2.0\r\nVia: SIP/2.0/\($0.rawValue) \(configuration.sentBy($0));rport;branch=\(Identifiers.cookie)".utf8)
        }
        contacts = Transport.allCases.map { transport in
            let suffix = transport == .udp ? "" : ";transport=\(transport.rawValue.lowercased())"
            return Array("Contact: <sip:dialout@\(configuration.sentBy(transport))\(suffix)>\r\n".utf8)
        }
        let agent = "User-Agent: \(configuration.userAgent)\r\n"
        self.agent = Array(agent.utf8)
        plain = Array("Max-Forwards: 70\r\n\(agent)".utf8)
        offer = Array("Max-Forwards: 70\r\nAllow: \(Configuration.allowedMethods)\r\nSupported: timer, 100rel\r\n\(agent)".utf8)
        host = Array(configuration.hostInURI.utf8)
    }

    func contact(_ transport: Transport) -> [UInt8] { contacts[transport.index] }
    /// The end of a start line, and `Via` up to its branch.
    func via(_ transport: Transport) -> [UInt8] { vias[transport.index] }
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
