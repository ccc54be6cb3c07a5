import Basis

/// Call-IDs, tags and branches that nobody who has seen some of them can foretell.
///
/// Those of a leg follow from its dial-out, its attempt and the ``LegKey``; all others are SipHash-2-4 of a counter under a drawn key.
package struct Identifiers: Sendable {
    private let drawn: LegKey
    private var legKey: LegKey
    private var counter: UInt64 = 0

    package init(_ random: SeededRandom) {
        var random = random
        drawn = LegKey(high: random.next(), low: random.next())
        legKey = LegKey(high: random.next(), low: random.next())
    }

    /// Legs dialled from now on have identifiers under this key.
    mutating func adopt(_ key: LegKey) { legKey = key }

    package mutating func next() -> UInt64 {
        counter += 1
        return Self.hash(counter, 0, 0, under: drawn)
    }

    /// The Call-ID of what is no leg.
    mutating func callID() -> CallID { CallID(high: next(), low: next()) }

    // MARK: legs

    /// A keyed permutation (Luby and Rackoff 1988, four rounds of SipHash) of the dial-out's identifier, in which the attempt, 0 to 63,
    /// stands for the six bits that are the same in all of them (RFC 9562 §5.7).
    func callID(of leg: LegID) -> CallID {
        let attempt = UInt64(truncatingIfNeeded: leg.attempt)
        var left = leg.dialOut.high & ~0xF000 | (attempt & 0xF) << 12, right = leg.dialOut.low & ~(3 << 62) | (attempt >> 4) << 62
        for round in Self.rounds { (left, right) = (right, left ^ Self.hash(right, round, Domain.callID, under: legKey)) }
        return CallID(high: left, low: right)
    }

    /// The leg that a Call-ID of ours was made for; another one gives a leg that never was.
    func leg(of callID: CallID) -> LegID {
        var (left, right) = (callID.high, callID.low)
        for round in Self.rounds.reversed() { (left, right) = (right ^ Self.hash(left, round, Domain.callID, under: legKey), left) }
        let attempt = (left >> 12) & 0xF | (right >> 62) << 4
        let dialOut = SortableID(high: left & ~0xF000 | 0x7000, low: right & ~(3 << 62) | 1 << 63)
        return LegID(dialOut: dialOut, attempt: Int(truncatingIfNeeded: attempt))
    }

    private static let rounds: [UInt64] = [1, 2, 3, 4]

    /// The tag of `From`; in a response it proves that the leg was ours, even if it is long forgotten.
    func tag(of callID: CallID) -> UInt64 { Self.hash(callID.high, callID.low, Domain.tag, under: legKey) }

    /// The branch of a leg's INVITE outside a dialog, counted from 1 on.
    func branch(of callID: CallID, invite number: Int) -> UInt64 {
        Self.hash(callID.high, callID.low, Domain.invite + UInt64(number) << 8, under: legKey)
    }

    /// One branch for the BYE that ends the dialog of this Call-ID and tag, however often it is asked for.
    func branch(of callID: ArraySlice<UInt8>, _ tag: ArraySlice<UInt8>) -> UInt64 {
        Self.hash(Self.fold([callID, tag]), 0, Domain.farewell, under: legKey)
    }

    /// The tag by which a request outside any dialog is answered: the same for each of its retransmissions (RFC 3261 §8.2.7).
    func tag(answering request: Message) -> UInt64 {
        let number = withUnsafeBytes(of: request.cSeq.number.littleEndian) { Array($0) }
        let parts = [request.bytes[request.callID], request.tag(of: request.from) ?? [], (request.transactionKey ?? [])[...], number[...]]
        return Self.hash(Self.fold(parts), 0, Domain.stranger, under: legKey)
    }

    /// FNV-1a.
    private static func fold(_ parts: [ArraySlice<UInt8>]) -> UInt64 {
        parts.joined().reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private enum Domain {
        static let callID: UInt64 = 1
        static let tag: UInt64 = 2
        static let invite: UInt64 = 3
        static let farewell: UInt64 = 4
        static let stranger: UInt64 = 5
    }

    /// SipHash-2-4 of three words (Aumasson, Bernstein 2012).
    private static func hash(_ first: UInt64, _ second: UInt64, _ third: UInt64, under key: LegKey) -> UInt64 {
        var v = (
            key.high ^ 0x736f_6d65_7073_6575, key.low ^ 0x646f_7261_6e64_6f6d, key.high ^ 0x6c79_6765_6e65_7261,
            key.low ^ 0x7465_6462_7974_6573
        )
        func round() {
            v.0 &+= v.1
            v.2 &+= v.3
            v.1 = (v.1 << 13 | v.1 >> 51) ^ v.0
            v.3 = (v.3 << 16 | v.3 >> 48) ^ v.2
            v.0 = v.0 << 32 | v.0 >> 32
            v.2 &+= v.1
            v.0 &+= v.3
            v.1 = (v.1 << 17 | v.1 >> 47) ^ v.2
            v.3 = (v.3 << 21 | v.3 >> 43) ^ v.0
            v.2 = v.2 << 32 | v.2 >> 32
        }
        func absorb(_ block: UInt64) {
            v.3 ^= block
            round()
            round()
            v.0 ^= block
        }
        absorb(first)
        absorb(second)
        absorb(third)
        absorb(24 << 56)
        v.2 ^= 0xFF
        for _ in 0..<4 { round() }
        return v.0 ^ v.1 ^ v.2 ^ v.3
    }
}
