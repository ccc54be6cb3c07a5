import Basis
import Dialing
import SIP

/// A leg on its trunk, kept from before its INVITE leaves until it is over, or another phone that took its call, so that the next start of
/// the service can end it.
struct StandingCall: Decodable, Sendable {
    let `operator`: String
    let trunk: String
    let leg: StandingLeg

    init(_ leg: StandingLeg, on trunk: TrunkKey) { (self.operator, self.trunk, self.leg) = (trunk.operatorID, trunk.trunk, leg) }

    var key: TrunkKey { TrunkKey(operatorID: `operator`, trunk: trunk) }
    /// The document that keeps it.
    var document: StoredDocument {
        StoredDocument(kind: .dialog, key: StoredDocument.name(of: leg.keptID ?? KeptID(leg.id)), version: 0, body: packed)
    }

    /// As it is kept; of versions before as JSON. Nil where it cannot be read.
    fileprivate init?(_ body: [UInt8]) {
        let isPacked = body.first == Self.form
        guard let call = isPacked ? try? StandingCall(packed: body) : try? JSON.decode(StandingCall.self, body) else { return nil }
        self = call
    }
}

/// In few bytes: it is written before each INVITE and once more with the answer, and an answered call has it for as long as it lasts.
extension StandingCall: Packable {
    /// Comes first. JSON begins with no such byte.
    private static let form: UInt8 = 1

    func pack(into packed: inout PackedWriter) {
        packed.add(byte: Self.form)
        packed.add(`operator`)
        packed.add(trunk)
        packed.add(leg)
    }

    init(unpacking packed: inout PackedReader) throws(PackedFault) {
        let form = try packed.byte()
        guard form == Self.form else { throw PackedFault("a leg has no form \(form)") }
        (self.operator, trunk, leg) = (try packed.read(), try packed.read(), try packed.read())
    }
}

extension StoredDocument {
    /// Takes the document of a leg away.
    static func over(_ leg: LegID) -> StoredDocument { over(KeptID(leg)) }

    static func over(_ id: KeptID) -> StoredDocument { StoredDocument(kind: .dialog, key: name(of: id), version: 0, body: nil) }

    /// Takes this document away.
    static func over(_ kept: StoredDocument) -> StoredDocument { StoredDocument(kind: kept.kind, key: kept.key, version: 0, body: nil) }

    /// Attempts count from 1; with 0 it is a document of versions that kept one dialog a dial-out.
    fileprivate static func name(of id: KeptID) -> String {
        let leg = id.leg.attempt == 0 ? "\(id.leg.dialOut)" : "\(id.leg.dialOut)/\(id.leg.attempt)"
        return id.fork.map { "\(leg)/\(String($0, radix: 16))" } ?? leg
    }
}

extension StoreContents {
    /// The legs that an earlier start left up, some of them `lost` dial-outs'. One that cannot be read is passed over: it keeps nobody from
    /// starting.
    func standingCalls(of lost: [DialOut]) -> [StandingCall] {
        documents[.dialog].compactMap { document in
            guard let body = document.body else { return nil }
            if let call = StandingCall(body) { return call }
            guard let dialOut = SortableID(document.key), let old = try? JSON.decode(StandingDialog.self, body) else { return nil }
            let trunk = lost.first { $0.id == dialOut }?.lastTrunk
            return StandingCall(old.leg(of: dialOut), on: trunk ?? TrunkKey(operatorID: "", trunk: ""))
        }
    }

    /// The key under which earlier starts made the identifiers of their legs.
    var legKey: LegKey? {
        guard let stored = try? documents.setting(StoredLegKey.key, as: StoredLegKey.self), let words = SortableID(stored.words) else {
            return nil
        }
        return LegKey(high: words.high, low: words.low)
    }
}

/// The ``LegKey`` as it is kept: 32 hex digits.
struct StoredLegKey: Codable {
    fileprivate static let key = "legKey"
    let words: String

    static func document(_ key: LegKey) -> StoredDocument {
        let stored = StoredLegKey(words: SortableID(high: key.high, low: key.low).description)
        return StoredDocument(kind: .setting, key: Self.key, version: 0, body: JSON.encode(stored), isSecret: true)
    }
}
