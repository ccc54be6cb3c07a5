import Basis

/// The legs of an endpoint. Each keeps its place for life, so that finding one is a look-up of a number, changing one copies nothing,
/// and a table that grows moves none of them.
struct LegTable: Sendable {
    private static let blockSize = 64

    private var blocks: [[Leg?]] = []
    private var free: [LegPlace] = []
    private var places: [CallID: LegPlace] = [:]
    private var placesByID: [LegID: LegPlace] = [:]
    private var placesBySilent: [UInt64: LegPlace] = [:]

    var count: Int { places.count }

    var all: some Sequence<Leg> { blocks.lazy.joined().compactMap(\.self) }

    func place(of callID: CallID) -> LegPlace? { places[callID] }
    func place(of id: LegID) -> LegPlace? { placesByID[id] }
    /// By ``Leg/silentBranch``.
    func place(ofSilent branch: UInt64) -> LegPlace? { placesBySilent[branch] }

    mutating func insert(_ leg: consuming Leg, _ layer: inout TransactionLayer) -> LegPlace {
        if free.isEmpty {
            let first = LegPlace(blocks.count * Self.blockSize)
            blocks.append(Array(repeating: nil, count: Self.blockSize))
            free.append(contentsOf: (first..<first + LegPlace(Self.blockSize)).reversed())
        }
        let place = free.removeLast()
        places[leg.callID] = place
        placesByID[leg.invitation.id] = place
        note(place, silent: nil, leg.silentBranch)
        layer.atStake.move(place, from: nil, to: leg.wayAtStake)
        blocks[Self.block(of: place)][Self.offset(of: place)] = leg
        return place
    }

    /// The only way to change a leg: afterwards its deadline is kept, or it is forgotten.
    mutating func touch(
        _ place: LegPlace, _ layer: inout TransactionLayer, notBefore floor: Instant = .zero,
        _ body: (inout Leg, inout TransactionLayer) -> Void
    ) {
        let (block, offset) = (Self.block(of: place), Self.offset(of: place))
        let silent = blocks[block][offset]?.silentBranch
        let names = blocks[block][offset]?.touched(at: place, &layer, notBefore: floor, body)
        note(place, silent: silent, names == nil ? blocks[block][offset]?.silentBranch : nil)
        guard let (callID, id) = names else { return }
        places[callID] = nil
        placesByID[id] = nil
        blocks[block][offset] = nil
        free.append(place)
    }

    private mutating func note(_ place: LegPlace, silent old: UInt64?, _ new: UInt64?) {
        guard old != new else { return }
        if let old { placesBySilent[old] = nil }
        if let new { placesBySilent[new] = place }
    }

    private static func block(of place: LegPlace) -> Int { Int(place) / blockSize }
    private static func offset(of place: LegPlace) -> Int { Int(place) % blockSize }
}
