import Dialing

/// The bridge's service numbers (domain reference §7.4, §7.6, §8.6).
package enum ServiceNumberCmdlets {
    private static let bridge: [CmdletParameter] = [.text("BridgeId", group: "bridge"), .text("BridgeName", group: "bridge")]
    private static let number: [CmdletParameter] = [
        .identity([.positional, .required, .pipeline], group: "number"), CmdletParameter("Instance", .value, group: "number"),
    ]
    static let all = [
        Cmdlet(
            "Get-CsOnlineDialInConferencingServiceNumber", "Shows the numbers of the conference bridge",
            [.identity()] + bridge + [.text("City"), CmdletParameter("ResultSize", .integer(0...Int(Int32.max)))], body: get),
        Cmdlet(
            "Set-CsOnlineDialInConferencingServiceNumber", "Sets the languages of a number", changes: true,
            number + [
                .text("PrimaryLanguage"), CmdletParameter("SecondaryLanguages", .texts, .nullable), .toggle("RestoreDefaultLanguages"),
            ], body: set),
        Cmdlet(
            "Register-CsOnlineDialInConferencingServiceNumber", "Puts a number on the conference bridge", changes: true, number + bridge,
            body: register),
        Cmdlet(
            "Unregister-CsOnlineDialInConferencingServiceNumber", "Takes a number off the conference bridge", changes: true,
            number + bridge + [.toggle("RemoveDefaultServiceNumber")], body: unregister),
        Cmdlet("Get-CsOnlineDialInConferencingLanguagesSupported", "Shows the languages of service numbers", [], body: languages),
    ]

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let tenant = workspace.tenant
        try tenant.checkBridge(id: given.text("BridgeId"), "BridgeId", name: given.text("BridgeName"), "BridgeName")
        var numbers = tenant.bridgeNumbers
        if given.has("Identity") {
            let wanted = try given.required("Identity").asNumber("Identity")
            numbers = numbers.filter { $0.telephoneNumber == wanted }
            guard !numbers.isEmpty else { throw .notFound("Identity", "\(wanted) is not on the bridge \(tenant.bridge.name)") }
        }
        if let city = given.text("City") { numbers = numbers.filter { $0.city?.isSameName(as: city) ?? false } }
        return numbers.prefix(given.integer("ResultSize") ?? .max).map { number in
            .object(
                OutputObject([
                    "Identity": .text(number.telephoneNumber.description), "Number": .text(String(number.telephoneNumber.value)),
                    "City": .optional(number.city), "Country": .optional(number.country),
                    "PrimaryLanguage": .optional(number.primaryLanguage),
                    "SecondaryLanguages": .texts(number.secondaryLanguages), "BridgeId": .text(tenant.bridgeID),
                    "IsShared": .truth(number.operatorID == Operator.serviceCarrier),
                    "Type": .text(number.isTollFree ? "TollFree" : "Toll"), "OperatorId": .text(number.operatorID),
                ]))
        }
    }

    /// The place in the inventory of the number that `-Identity` or `-Instance` names.
    private static func index(_ given: Arguments, _ tenant: Tenant) throws(CmdletError) -> Int {
        var text = given.text("Identity")
        if let instance = given.value("Instance") {
            guard let number = (instance[property: "Number"] ?? instance[property: "TelephoneNumber"])?.text else {
                throw .invalid("Instance", "-Instance takes what Get-CsOnlineDialInConferencingServiceNumber puts out")
            }
            text = number
        }
        guard let text else { throw .invalid("Identity", "\(given.cmdlet.name) needs -Identity") }
        let wanted = try text.asNumber("Identity")
        guard let index = tenant.numbers.firstIndex(where: { $0.telephoneNumber == wanted }) else {
            throw .notFound("Identity", "\(wanted) is not a number of this tenant; its operator uploads it after the order")
        }
        return index
    }

    private static func register(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let tenant = workspace.tenant
        try tenant.checkBridge(id: given.text("BridgeId"), "BridgeId", name: given.text("BridgeName"), "BridgeName")
        let index = try index(given, tenant), number = tenant.numbers[index]
        guard number.usage == .conference else {
            throw .refused(
                "\(number.telephoneNumber) was provided for \(number.usage.rawValue) use, not for audio conferencing; choose a service number",
                parameter: "Identity", id: "Forbidden")
        }
        switch number.status {
        case .conferenceAssigned: workspace.warn("\(number.telephoneNumber) is on the bridge already")
        case .unassigned:
            if let release = number.release {
                throw .refused(
                    "\(number.telephoneNumber) is on its way back to its operator: \(release.rawValue)", parameter: "Identity",
                    id: "Forbidden")
            }
            try checkOperator(of: number, workspace)
            workspace.tenant.numbers[index].status = .conferenceAssigned
        case .userAssigned, .voiceApplicationAssigned:
            throw .refused(
                "\(number.telephoneNumber) is \(number.status.rawValue); take it back there first", parameter: "Identity", id: "Forbidden")
        }
        return []
    }

    private static func checkOperator(of number: PhoneNumberAssignment, _ workspace: Workspace) throws(CmdletError) {
        let id = number.operatorID
        guard id != Operator.serviceCarrier else { return }
        func refuse(_ why: String) -> CmdletError {
            .refused("\(number.telephoneNumber) is a number of \(id), \(why)", parameter: "Identity", id: "Forbidden")
        }
        guard workspace.platformOperator(id)?.products.contains(.conferencing) ?? false else {
            throw refuse("which does not offer Conferencing")
        }
        guard let relation = workspace.tenant.relation(to: id) else { throw refuse("which is not one of your operators") }
        if case .operatorLeft(_, let isDeclined, _)? = relation.suspension {
            throw refuse("which \(Unusable.leaving(isDeclined: isDeclined)) the tenant")
        }
        guard relation.status == .active else { throw refuse("which is suspended") }
        if case .countryNotEnabled(_, let country, _)? = workspace.tenant.faultOfCountry(number, relation) {
            throw refuse("which is not enabled for \(country) in this tenant")
        }
    }

    private static func unregister(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let tenant = workspace.tenant
        try tenant.checkBridge(id: given.text("BridgeId"), "BridgeId", name: given.text("BridgeName"), "BridgeName")
        let index = try index(given, tenant), number = tenant.numbers[index].telephoneNumber
        guard tenant.numbers[index].status == .conferenceAssigned else {
            throw .notFound("Identity", "\(number) is not on the bridge \(tenant.bridge.name)")
        }
        try workspace.checkUnheld(number)
        if tenant.bridge.defaultServiceNumber == number {
            guard given.flag("RemoveDefaultServiceNumber") else {
                throw .refused(
                    "\(number) is the default of the bridge \(tenant.bridge.name); set another, or give -RemoveDefaultServiceNumber",
                    parameter: "Identity")
            }
            workspace.tenant.bridge.defaultServiceNumber = nil
        }
        workspace.tenant.numbers[index].status = .unassigned
        return []
    }
}

extension ServiceNumberCmdlets {
    private static func languages(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        NumberLanguage.supported.map { .object(OutputObject(["Code": .text($0.code), "Name": .text($0.name)])) }
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let index = try index(given, workspace.tenant)
        var number = workspace.tenant.numbers[index]
        guard number.status == .conferenceAssigned else { throw .notFound("Identity", "\(number.telephoneNumber) is not on the bridge") }
        guard number.operatorID != Operator.serviceCarrier else {
            throw .refused("\(number.telephoneNumber) is a shared number, whose languages are fixed", parameter: "Identity")
        }
        if given.flag("RestoreDefaultLanguages") { (number.primaryLanguage, number.secondaryLanguages) = (nil, []) }
        if let primary = given.text("PrimaryLanguage") { number.primaryLanguage = try language(primary, "PrimaryLanguage") }
        if given.has("SecondaryLanguages") {
            let wanted = (given.texts("SecondaryLanguages") ?? []).flatMap { $0.split(separator: ",").map(String.init) }
            number.secondaryLanguages = []
            for code in wanted { number.secondaryLanguages.append(try language(code, "SecondaryLanguages")) }
        }
        let secondary = number.secondaryLanguages
        guard secondary.count <= NumberLanguage.secondaryLimit else {
            throw .invalid(
                "SecondaryLanguages", "a number has up to \(NumberLanguage.secondaryLimit) secondary languages, not \(secondary.count)")
        }
        guard !number.hasLanguageTwice else { throw .invalid("SecondaryLanguages", "a language stands twice") }
        workspace.tenant.numbers[index] = number
        return []
    }

    private static func language(_ code: String, _ parameter: String) throws(CmdletError) -> String {
        let trimmed = code.split(separator: " ").joined()
        guard let known = NumberLanguage.code(trimmed) else {
            throw .invalid(parameter, "\(code) is not a language of Get-CsOnlineDialInConferencingLanguagesSupported")
        }
        return known
    }
}
