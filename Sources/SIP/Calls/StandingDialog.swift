import Basis

/// What it takes to hang up a connected leg when the endpoint that dialled it is gone (RFC 3261 §12.2.1.1, §15).
package struct StandingDialog: Codable, Equatable, Sendable {
    let callID: String
    /// Values of `From` and `To` with their tags.
    let from: String
    let to: String
    /// The Request-URI, and the values of `Route` in order.
    let uri: String
    let routes: [String]
    /// The last sequence number that was used when the leg connected.
    let cSeq: UInt32
    /// Where the INVITE went, or where the dialog's requests go when that is an address.
    let address: String
    let transport: String
    /// A host name that the dialog's requests go to, as a URI.
    var next: String?

    /// Requests that the leg may have sent since: a gap in the numbers is allowed, a repetition is not (§12.2.2).
    static let gap: UInt32 = 10_000
}

extension Endpoint {
    /// The dialog of a leg that is connected.
    package func standingDialog(of id: LegID) -> StandingDialog? {
        guard let leg = legs.leg(id), leg.call.isConnected, let dialog = leg.dialog else { return nil }
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        var callID = Writer(capacity: 32)
        callID.hex(leg.callID.high)
        callID.hex(leg.callID.low)
        let path = dialog.path, way: Hop, next: String?
        switch dialog.destination {
        case .hop(let hop): (way, next) = (hop, nil)
        case .named(let name, let otherwise): (way, next) = (otherwise, name.uri)
        }
        return StandingDialog(
            callID: text(callID.bytes), from: text(leg.from), to: text(dialog.to), uri: text(path.uri), routes: path.routes.map(text),
            cSeq: leg.cSeq, address: way.address.description, transport: way.transport.rawValue, next: next)
    }

    /// Sends BYE for a leg of an earlier endpoint, once and its repetitions, and again with the trunk's credentials when it is challenged;
    /// nobody is told what comes of it.
    package mutating func hangUp(_ dialog: StandingDialog, credentials: (username: String, password: String)? = nil, at now: Instant) {
        guard let address = SocketAddress(dialog.address), let transport = Transport(rawValue: dialog.transport) else { return }
        let callIDBytes = Array(dialog.callID.utf8), branch = layer.identifiers.next()
        guard let callID = CallID(callIDBytes.span, callIDBytes.indices) else { return }
        let hop = Hop(address, transport)
        let destination = dialog.next.flatMap { SIPURI(Array($0.utf8)) }.map { Destination($0, like: hop) } ?? .hop(hop)
        let head = RequestHead(
            method: .bye, uri: Array(dialog.uri.utf8), branch: branch, from: Array(dialog.from.utf8), to: Array(dialog.to.utf8),
            callID: callID, cSeq: dialog.cSeq + StandingDialog.gap, routes: dialog.routes.map { Array($0.utf8) },
            transport: destination.transport)
        var account = credentials.map { Credentials(username: $0.username, password: $0.password) }
        layer.sayFarewell(head, to: destination, owner: .nobody, credentials: &account, at: now)
    }
}
