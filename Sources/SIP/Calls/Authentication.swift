import Basis

/// By what a leg's requests are let in (RFC 3261 §22): its credentials, and what its INVITE has shown of them.
struct Authentication: Sendable {
    /// All requests of the leg and of other phones that took its call count with them: no count of a nonce is used twice.
    @Indirect var credentials: Credentials?
    /// Of the current INVITE with all that it was sent again for.
    private var shown = Credentials.Shown()
    /// The lines by which the INVITE was authorized last; its ACK has them as well (§22.1).
    private(set) var lines: [UInt8] = []

    init(_ account: Account?) { credentials = account.map { Credentials($0) } }

    /// Another INVITE begins, which has shown nothing.
    mutating func begin() { shown = Credentials.Shown() }

    /// Takes in a challenge of the INVITE; false when there is nothing new to try.
    mutating func accepts(_ response: Message?) -> Bool {
        guard let response, var credentials else { return false }
        defer { self.credentials = credentials }
        return credentials.accept(response, to: &shown)
    }

    mutating func authorizeInvite(uri: [UInt8], body: [UInt8], clientNonce: UInt64) -> [UInt8] {
        var credentials = credentials
        lines = credentials?.lines(.invite, uri: uri, body: body, for: &shown, clientNonce: clientNonce) ?? []
        self.credentials = credentials
        return lines
    }

    /// The trunk has another account: what the old one was challenged with is nothing to the new one.
    mutating func renew(_ account: Account?) { credentials = account.map { Credentials($0) } }

    mutating func letGo() { lines = [] }
}
