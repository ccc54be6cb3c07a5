import Basis

/// A connected leg as versions kept it that knew its Call-ID alone.
package struct StandingDialog: Decodable, Sendable {
    let callID: String
    let from: String
    let to: String
    /// Request-URI and `Route` as a request had them: with a strict router the other way round.
    let uri: String
    let routes: [String]
    let cSeq: UInt32
    let address: String
    let transport: String

    /// The leg of this dial-out.
    package func leg(of dialOut: SortableID) -> StandingLeg {
        var (target, routes) = (uri, routes)
        if let first = routes.first, !first.contains(";lr"), let last = routes.popLast() {
            routes = ["<\(uri)>"] + routes
            target = String(last.dropFirst().dropLast())
        }
        var leg = StandingLeg(
            dialOut: dialOut, attempt: 0, address: address, transport: transport, takesTCP: false, host: "", number: "", callerID: "",
            privacy: "",
            from: from, ringSeconds: 0, invites: 1, inviteCSeq: 1, hopHost: "", hop: address, hopTransport: transport, cSeq: cSeq,
            dialog: .init(to: to, target: target, routes: routes))
        leg.callID = callID
        return leg
    }
}
