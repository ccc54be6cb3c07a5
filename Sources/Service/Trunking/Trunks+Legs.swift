import Basis
import SIP

/// What the trunks hold of their legs and questions.
extension Trunks {
    struct Leg {
        let trunk: TrunkKey
        let address: TrunkAddress
        /// The trunk can be tried elsewhere, so that a failure speaks against the address alone.
        let hasOtherAddress: Bool
        var steps: [Step] = []
        var waiter: CheckedContinuation<Step, Never>?
        var isFollowed = false
        var stop: Stop?
        var isAnswered = false
        /// How long the phone may ring, until it does.
        var ringing: Duration?
        var hasShownLife = false
        var maxDuration: Duration
        /// A dial-out waits for what becomes of it.
        var hasStory = true
        var isOver = false
        var holdsChannel = true
    }

    /// OPTIONS to one of a trunk's addresses, and where to ask after it.
    struct Probe {
        let trunk: TrunkKey
        let peer: TrunkURI
        let address: TrunkAddress
        let others: ArraySlice<TrunkAddress>
    }
}

/// What is seen of them from outside.
extension Trunks {
    func channelsInUse(_ trunk: TrunkKey) -> Int { board.lines[trunk]?.channels.inUse ?? 0 }
    func line(_ trunk: TrunkKey) -> Switchboard.Line? { board.lines[trunk] }
    func position(of dialOut: SortableID) -> Int? { board.position(of: dialOut) }
    /// Dial-outs that wait for a trunk.
    var waiting: [SortableID] { board.waiting.keys.sorted() }
    func legs(on trunk: TrunkKey) -> [LegID] { legs.filter { $0.value.trunk == trunk }.map(\.key).sorted() }

    /// Why a dial-out that may try these trunks need not be admitted at all.
    func refusal(_ wanted: [TrunkKey], for caller: Caller) -> Switchboard.Seizure? { board.refusal(wanted, for: caller, at: world.now) }
}

extension Trunks {
    /// Legs that are up are let in by the account that their trunk has now: a BYE by the old one would leave the phone up.
    func renewAccounts(of trunks: Set<TrunkKey>, _ endpoint: inout Endpoint) {
        guard !trunks.isEmpty else { return }
        for (id, leg) in legs where trunks.contains(leg.trunk) {
            endpoint.renewAccount(board.lines[leg.trunk]?.trunk.credentials, of: id)
        }
    }
}
