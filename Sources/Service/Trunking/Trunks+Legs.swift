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
