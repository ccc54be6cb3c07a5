import Basis
import Dialing

/// What an operator is told of a tenant beside calls: that it was made the tenant's own, or not any more, that contact, size, countries or
/// services are others, that a number is to be released (domain reference §7.1, §7.6).
package struct OperatorNotice: Sendable {
    enum Kind: String, CaseIterable { case consentAdded, consentChanged, consentRemoved, releaseRequested }

    let type: Kind
    /// Its own, which sorts among those of dial-outs by its time.
    let id: SortableID
    let at: WallTime
    let operatorID: String
    let tenant: String
    /// The relation as it is now, or was; of a release the number.
    let content: JSONValue

    /// As JSON.
    var written: [UInt8] {
        let member = type == .releaseRequested ? "number" : "consent"
        return JSON.encode(
            JSONValue.object([
                "type": .string(type.rawValue), "at": .string(at.rfc3339), "operator": .string(operatorID), "tenant": .string(tenant),
                member: content.withTimesShown,
            ]))
    }
}

extension TenantOperator {
    /// As the API shows it.
    var shown: JSONValue { JSONValue(showing: self).withTimesShown }
}

extension JSONValue {
    /// A relation of a tenant's document with its times in the form in which all are shown.
    fileprivate var withTimesShown: JSONValue {
        func time(_ value: JSONValue) -> JSONValue {
            value.integer.map { .string(WallTime(milliseconds: Int64($0)).rfc3339) } ?? value
        }
        var shown = self
        if shown["since"] != .null { shown["since"] = time(shown["since"]) }
        if shown["agreement"] != .null { shown["agreement"]["at"] = time(shown["agreement"]["at"]) }
        return shown
    }
}

extension OperatorNotice: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(type)
        packed.add(id)
        packed.add(at.milliseconds)
        for text in [operatorID, tenant, String(decoding: JSON.encode(content), as: UTF8.self)] { packed.add(text) }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        (type, id, at) = (try packed.read(), try packed.read(), WallTime(milliseconds: try packed.read()))
        (operatorID, tenant) = (try packed.read(), try packed.read())
        let text: String = try packed.read()
        do throws(JSONReader.Fault) { content = try JSONReader.read(Array(text.utf8)) } catch { throw PackedFault("a notice is no JSON") }
    }
}

extension OperatorNotice.Kind: Packable {}
