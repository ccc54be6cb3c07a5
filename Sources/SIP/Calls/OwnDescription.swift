/// Our side of the session: the description in force, and all that our side can do (RFC 3264).
struct OwnDescription: Sendable {
    private(set) var inForce: [UInt8]
    private var ability: [UInt8]
    /// Our part in the handshake that keyed the media.
    private var role: Setup?

    init(offered sdp: [UInt8]) { (inForce, ability) = (sdp, sdp) }

    /// The answer to an offer from what our side can do, or nil for 488; an unchanged one keeps its version.
    mutating func answer(to offered: [UInt8]) -> [UInt8]? {
        guard let offer = SessionDescription(offered), let known = SessionDescription(ability),
            let answer = known.answer(to: offer, as: role)
        else { return nil }
        role = answer.media.indices.lazy.compactMap { answer.setup(at: $0) }.first ?? role
        return takingEffect(answer)
    }

    /// All that our side can do, again.
    mutating func offer() -> [UInt8] {
        guard let known = SessionDescription(ability) else { return ability }
        return takingEffect(known)
    }

    /// Whether the far end's description answers what is in force so that there is something to talk by.
    func isAnswered(by answer: [UInt8]) -> Bool { SessionDescription.isAnswer(answer, to: inForce) }

    /// What is in force was offered, and that is the far end's answer.
    mutating func settle(by answer: [UInt8]) {
        guard let offered = SessionDescription(inForce), let said = SessionDescription(answer) else { return }
        settle(as: offered.role(after: said))
    }

    /// The far end's answer gave us that part; nil where it gave none.
    mutating func settle(as role: Setup?) { self.role = role ?? self.role }

    /// Other media of ours as an offer under the session's own origin (§8); nil where it cannot be read.
    func successor(_ offered: [UInt8]) -> [UInt8]? {
        guard var next = SessionDescription(offered), let current = SessionDescription(inForce) else { return nil }
        next.succeed(current)
        return next.bytes
    }

    /// The far end has accepted an offer of ours.
    mutating func moved(to sdp: [UInt8]) { (ability, inForce) = (sdp, sdp) }

    /// What is in force comes after an offer of ours that the far end took and that is not to hold.
    mutating func outdo(_ offered: [UInt8]) {
        guard let version = SessionDescription(offered)?.version, var current = SessionDescription(inForce) else { return }
        current.version = version &+ 1
        inForce = current.bytes
    }

    private mutating func takingEffect(_ next: SessionDescription) -> [UInt8] {
        guard let current = SessionDescription(inForce), !next.isSame(as: current) else { return inForce }
        var next = next
        next.version = current.version.map { $0 &+ 1 }
        inForce = next.bytes
        return inForce
    }
}
