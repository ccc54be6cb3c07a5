import Basis
import Dialing

extension OperatorNotice {
    /// What a changed object of a tenant tells its operator; nil where it concerns none.
    init?(_ object: ObjectChange, of tenant: String, at now: WallTime, drawing id: () -> SortableID) {
        guard let (kind, operatorID, content) = object.notice else { return nil }
        self.init(type: kind, id: id(), at: now, operatorID: operatorID, tenant: tenant, content: content)
    }
}

extension ObjectChange {
    fileprivate var notice: (OperatorNotice.Kind, operatorID: String, content: JSONValue)? {
        switch place.member {
        case "operators":
            guard let id = place.key else { return nil }
            if before == .null { return (.consentAdded, id, after) }
            if after == .null { return (.consentRemoved, id, before) }
            return before["agreement"] == after["agreement"] ? (.consentChanged, id, after) : nil
        case "numbers":
            let isAsked = after["release"].string == PhoneNumberAssignment.Release.releaseRequested.rawValue && before["release"] == .null
            guard isAsked, let id = after["operatorID"].string else { return nil }
            return (.releaseRequested, id, after["telephoneNumber"])
        default: return nil
        }
    }
}
