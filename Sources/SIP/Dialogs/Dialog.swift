/// The far end's half of a dialog, early or confirmed (RFC 3261 §12), as the caller sees it.
struct Dialog: Sendable {
    /// The value of `To` with its tag, as it goes into every request.
    let to: [UInt8]
    private let tag: Range<Int>
    /// The remote target; moves with every target refresh.
    private(set) var target: [UInt8]
    /// The route set in the order of sending.
    let routes: [[UInt8]]
    /// Where requests go: to the first route, or to the target (RFC 3261 §8.1.2, §12.2.1.1).
    private(set) var destination: Destination
    /// The way that the INVITE took.
    private let hop: Hop
    var remoteCSeq: UInt32?
    /// The far end's BYE has come: it is there no more.
    var isHungUp = false
    /// The last reliable provisional response that was acknowledged (RFC 3262 §4).
    var lastRSeq: Int?
    /// The session description of a provisional response, and whether it was the offer's answer (RFC 3262 §5) or a preview.
    var earlyMedia: [UInt8]?
    var isOfferAnswered = false

    /// `fallback` is the Request-URI of the INVITE, for a response without a usable `Contact`; `hop` is the way that the INVITE took.
    init(_ response: Message, fallback: @autoclosure () -> [UInt8], over hop: Hop) {
        let value = response.to
        tag = response.parameter("tag", of: value).map { $0.lowerBound - value.lowerBound..<$0.upperBound - value.lowerBound } ?? 0..<0
        to = Array(response.bytes[value])
        routes = response.elements(.recordRoute, limit: Message.Limits.messageSize).reversed().map { Array(response.bytes[$0]) }
        let contact = response.contactURI
        target = contact.map { Array($0.bytes) } ?? fallback()
        (self.hop, destination) = (hop, Self.destination(routes, contact, like: hop))
    }

    /// A dialog as it was kept.
    init(_ kept: StandingLeg.Dialog, over hop: Hop) {
        let value = Array(kept.to.utf8), found = SIP.parameter("tag", of: value.indices, in: value.span)
        (to, tag) = (value, found ?? 0..<0)
        target = Array(kept.target.utf8)
        routes = kept.routes.map { Array($0.utf8) }
        (self.hop, destination) = (hop, Self.destination(routes, SIPURI(target[...]), like: hop))
    }

    private static func destination(_ routes: [[UInt8]], _ target: SIPURI?, like hop: Hop) -> Destination {
        let next = firstRouteURI(routes).flatMap { SIPURI($0) } ?? (routes.isEmpty ? target : nil)
        return next.map { Destination($0, like: hop) } ?? .hop(hop)
    }

    /// The far end's tag; empty when an RFC 2543 peer gave none.
    var remoteTag: ArraySlice<UInt8> { to[tag] }

    mutating func move(to contact: SIPURI) {
        target = Array(contact.bytes)
        if routes.isEmpty { destination = Destination(contact, like: hop) }
    }

    /// What goes into the Request-URI and, in order, into `Route` (§12.2.1.1); a strict router comes first as the Request-URI.
    var path: (uri: [UInt8], routes: [[UInt8]]) {
        guard let uri = Self.firstRouteURI(routes), SIPURI(uri)?.isLooseRouter == false, isRequestURI(uri) else { return (target, routes) }
        return (Array(uri), Array(routes.dropFirst()) + [Array("<".utf8) + target + Array(">".utf8)])
    }

    private static func firstRouteURI(_ routes: [[UInt8]]) -> ArraySlice<UInt8>? {
        guard let route = routes.first, let open = route.firstIndex(of: UInt8(ascii: "<")),
            let close = route[open...].firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        return route[open + 1..<close]
    }
}

extension StandingLeg.Dialog {
    init(_ dialog: SIP.Dialog) {
        self.init(
            to: String(decoding: dialog.to, as: UTF8.self), target: String(decoding: dialog.target, as: UTF8.self),
            routes: dialog.routes.map { String(decoding: $0, as: UTF8.self) })
    }
}
