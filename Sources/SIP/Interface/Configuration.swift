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

    package static let allowedMethods = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO"
    static let supportedOptions = ["timer", "100rel"]
}
