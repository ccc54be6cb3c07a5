import Dialing

extension [StoredDocument] {
    static let limitsKey = "limits"

    /// The limits that the platform has set for all tenants, if it has.
    func defaultLimits() throws(StoreFailure) -> DialOutLimits? {
        guard let body = first(where: { $0.kind == .setting && $0.key == Self.limitsKey })?.body else { return nil }
        do { return try JSON.decode(DialOutLimits.self, body) } catch {
            throw StoreFailure("the stored limits cannot be read: \(error)")
        }
    }
}
