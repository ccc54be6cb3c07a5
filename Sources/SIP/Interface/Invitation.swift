import Basis

/// All that one attempt needs: whom to ring, through which trunk, as whom.
package struct Invitation: Sendable {
    package var id: LegID
    /// Where the trunk listens.
    package var destination: SocketAddress
    package var transport: Transport = .udp
    /// The trunk's URI does not insist on UDP: an INVITE too long for a datagram goes by TCP first (RFC 3261 §18.1.1).
    package var takesTCP = false
    /// `host` or `host:port` of the trunk in the Request-URI and `To`.
    package var host: String
    /// The callee, digits and `*`, for E.164 behind a `+`.
    package var number: String
    /// The caller, written like the callee.
    package var callerID: String
    package var privacy: Privacy = .none
    /// Whether `P-Asserted-Identity` tells the caller ID (RFC 3325 §9.1).
    package var isAsserted = true
    /// The header that names the tenant to the operator; its name must be a token.
    package var tenantHeader: (name: String, value: String)?
    package var sdp: [UInt8]
    /// For digest authentication, when the trunk asks for it.
    package var credentials: Account?
    /// The session timer that is offered (RFC 4028), in seconds, at least ``SessionTimer/leastInterval``; nil offers none.
    package var sessionExpires: Int? = 1800
    /// Hosts to which a 3xx may send the same number on, `host` or `host:port` in lower case, and where each listens; the default
    /// port may be there or not. Empty, or any other contact: a 3xx is a failure.
    package var ownHosts: [String: SocketAddress] = [:]
    /// How long the phone is to ring at most, for whoever has to end the leg without having dialled it.
    package var ringSeconds = 60

    package init(id: LegID, destination: SocketAddress, host: String, number: String, callerID: String, sdp: [UInt8]) {
        self.id = id
        self.destination = destination
        self.host = host
        self.number = number
        self.callerID = callerID
        self.sdp = sdp
    }

    /// A field whose text could not go into a header as it is.
    package enum Field: String, Sendable { case host, number, callerID, tenantHeader }

    /// The first field that may not be written; nothing that a caller supplies reaches the wire unchecked.
    var invalidField: Field? {
        if host.isEmpty || !host.utf8.allSatisfy(Self.isHostByte) { return .host }
        if !Self.isNumber(number) { return .number }
        if !Self.isNumber(callerID) { return .callerID }
        if let tenantHeader {
            let isText = tenantHeader.value.utf8.allSatisfy { $0 >= 32 && $0 != 0x7F }
            if tenantHeader.name.isEmpty || !tenantHeader.name.utf8.allSatisfy(isTokenByte) || !isText { return .tenantHeader }
        }
        return nil
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
        default: isAlphanumeric(byte)
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "+") ? text.utf8.dropFirst() : text.utf8[...]
        return (1...32).contains(digits.count) && digits.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: "*") }
    }
}
