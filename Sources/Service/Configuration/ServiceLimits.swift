import Dialing

extension StoredDocuments {
    /// The limits that the platform has set for all tenants, if it has.
    func defaultLimits() throws(StoreFailure) -> DialOutLimits? { try setting(StoredDocument.limitsKey, as: DialOutLimits.self) }
}

extension StoredDocument {
    static let limitsKey = "limits"
}
