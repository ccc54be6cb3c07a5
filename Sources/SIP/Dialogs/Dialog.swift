import Basis

/// The far end's half of a dialog, early or confirmed (RFC 3261 §12), as the caller sees it.
struct Dialog: Sendable {
    /// The far end's tag; empty when an RFC 2543 peer gave none.
    let remoteTag: [UInt8]
    /// The value of `To` with its tag, as it goes into every request.
    let to: [UInt8]
    /// The remote target; moves with every target refresh.
    var target: [UInt8] { didSet { address = Self.address(routes, target) } }
    /// The route set in the order of sending.
    let routes: [[UInt8]]
    /// Where requests go: the first route or the target when its host is an address; a name, which would need DNS, is nil.
    private(set) var address: SocketAddress?
    var remoteCSeq: UInt32?
    /// The last reliable provisional response that was acknowledged (RFC 3262 §4).
    var lastRSeq: Int?
    /// The session description of a provisional response, and whether it was the offer's answer (RFC 3262 §5) or a preview.
    var earlyMedia: [UInt8]?
    var isOfferAnswered = false

    /// Proxies that may have recorded themselves.
    static let routeLimit = 16

    /// `fallback` is the Request-URI of the INVITE, for a response without a usable `Contact`.
    init(_ response: Message, fallback: [UInt8]) {
        remoteTag = response.tag(of: response.to) ?? []
        to = Array(response.bytes[response.to])
        routes = response.elements(.recordRoute, limit: Self.routeLimit).reversed().map { Array(response.bytes[$0]) }
        target = response.contactURI ?? fallback
        address = Self.address(routes, target)
    }

    /// What goes into the Request-URI and, in order, into `Route` (§12.2.1.1); a strict router comes first as the Request-URI.
    var path: (uri: [UInt8], routes: [[UInt8]]) {
        guard let uri = Self.firstRouteURI(routes), SIPURI(uri)?.isLooseRouter == false else { return (target, routes) }
        return (uri, Array(routes.dropFirst()) + [Array("<".utf8) + target + Array(">".utf8)])
    }

    private static func address(_ routes: [[UInt8]], _ target: [UInt8]) -> SocketAddress? {
        SIPURI(firstRouteURI(routes) ?? target)?.address
    }

    private static func firstRouteURI(_ routes: [[UInt8]]) -> [UInt8]? {
        guard let route = routes.first, let open = route.firstIndex(of: UInt8(ascii: "<")),
            let close = route[open...].firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        return Array(route[open + 1..<close])
    }
}

extension Message {
    /// The URI of the first `Contact`, when it is one that a request can be sent to.
    var contactURI: [UInt8]? {
        guard let value = firstElement(.contact) else { return nil }
        let found = Array(bytes[uri(of: value)])
        let isClean = found.allSatisfy { $0 > 32 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        return isClean && SIPURI(found) != nil ? found : nil
    }
}
