import Basis

/// When the service last said that it was there while a call was up: what the next start knows of how long that call lasted, should this one be
/// killed (docs/decisions/lost-dial-outs.md).
final class LastSeen {
    /// How often it says so.
    static let interval = Duration.seconds(60)

    private struct Stored: Codable {
        static let key = "lastSeen"
        let at: WallTime
    }

    private let world: any World
    private let ledger: Ledger
    var alarm: (any WorldAlarm)?
    private var isOn = false

    init(world: any World, ledger: Ledger) { (self.world, self.ledger) = (world, ledger) }

    /// A call is up.
    func begin() {
        guard !isOn else { return }
        isOn = true
        alarm?.set(at: world.now + Self.interval)
    }

    /// Once in an interval, for as long as a call is up. What the store refuses now would say nothing later.
    func note(isUp: Bool) {
        isOn = false
        guard isUp else { return }
        begin()
        guard ledger.failure == nil else { return }
        let body = JSON.encode(Stored(at: world.wallTime))
        ledger.note([.document(StoredDocument(kind: .setting, key: Stored.key, version: 0, body: body))])
    }

    /// What an earlier start said last; nil where it never did.
    static func time(_ contents: StoreContents) throws(StoreFailure) -> WallTime? {
        try contents.documents.setting(Stored.key, as: Stored.self)?.at
    }
}
