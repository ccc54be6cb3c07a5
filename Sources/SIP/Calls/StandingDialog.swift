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
    let address: String
    let transport: String

    /// Requests that the leg may have sent since: a gap in the numbers is allowed, a repetition is not (§12.2.2).
    static let gap: UInt32 = 10_000
}

extension Endpoint {
    /// The dialog of a leg that is connected.
    package func standingDialog(of id: LegID) -> StandingDialog? {
        guard let leg = callIDs[id].flatMap({ legs[$0] }), leg.call.isConnected, let dialog = leg.dialog else { return nil }
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        var callID = Writer(capacity: 32)
        callID.hex(leg.callID.high)
        callID.hex(leg.callID.low)
        let path = dialog.path
        return StandingDialog(
            callID: text(callID.bytes), from: text(leg.from), to: text(dialog.to), uri: text(path.uri), routes: path.routes.map(text),
            cSeq: leg.cSeq, address: (dialog.address ?? leg.invitation.destination).description,
            transport: leg.invitation.transport.rawValue)
    }

    /// Sends BYE for a leg of an earlier endpoint, once and its repetitions; nobody is told what comes of it.
    package mutating func hangUp(_ dialog: StandingDialog, at now: Instant) {
        guard let address = SocketAddress(dialog.address), let transport = Transport(rawValue: dialog.transport) else { return }
        let branch = layer.identifiers.next()
        var writer = Writer(capacity: 512)
        writer.text("BYE \(dialog.uri) SIP/2.0\r\n")
        writer.raw(layer.stationery.via(transport))
        writer.hex(branch)
        writer.endLine()
        writer.line("From", dialog.from)
        writer.line("To", dialog.to)
        writer.line("Call-ID", dialog.callID)
        writer.line("CSeq", "\(dialog.cSeq + StandingDialog.gap) BYE")
        for route in dialog.routes { writer.line("Route", route) }
        writer.raw(layer.stationery.plain)
        writer.body([])
        layer.sayFarewell(branch: branch, bytes: writer.bytes, to: address, over: transport, at: now)
    }
}
