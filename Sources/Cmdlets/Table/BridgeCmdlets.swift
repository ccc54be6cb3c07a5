import Dialing

/// The conference bridge (domain reference §7.4, §8.6).
enum BridgeCmdlets {
    static let all = [
        Cmdlet(
            "Get-CsOnlineDialInConferencingBridge", "Shows the conference bridge",
            [.identity(group: "bridge"), .text("Name", group: "bridge")],
            body: get),
        Cmdlet(
            "Set-CsOnlineDialInConferencingBridge", "Names the conference bridge or sets its default number", changes: true,
            [
                .identity([.positional], group: "bridge"), .text("Name", group: "bridge"),
                CmdletParameter("Instance", .value, .pipeline, group: "bridge"), .text("DefaultServiceNumber"), .toggle("SetDefault"),
            ], body: set),
    ]

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let tenant = workspace.tenant
        guard tenant.settings.audioConferencingEnabled else { return [] }
        try tenant.checkBridge(id: given.text("Identity"), "Identity", name: given.text("Name"), "Name")
        return [
            .object(
                OutputObject([
                    "Identity": .text(tenant.bridgeID), "Name": .text(tenant.bridge.name),
                    "Region": .text(tenant.country.description),
                    "DefaultServiceNumber": .optional(tenant.bridge.defaultServiceNumber?.value), "IsDefault": .truth(true),
                    "ServiceNumbers": .texts(tenant.bridgeNumbers.map(\.telephoneNumber.value)),
                ]))
        ]
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try workspace.tenant.checkBridge(id: given.text("Identity"), "Identity", name: given.text("Name"), "Name")
        if let instance = given.value("Instance") {
            guard let identity = instance[property: "Identity"]?.text, let name = instance[property: "Name"]?.text else {
                throw .invalid("Instance", "-Instance takes what Get-CsOnlineDialInConferencingBridge puts out")
            }
            try workspace.tenant.checkBridge(id: identity, "Instance", name: nil, "Instance")
            workspace.tenant.bridge.name = try name.checkedAsName("Instance")
        }
        if let text = given.text("DefaultServiceNumber") {
            workspace.tenant.bridge.defaultServiceNumber = try workspace.tenant.checkedDefault(try text.asNumber("DefaultServiceNumber"))
        }
        return []
    }
}

extension Tenant {
    /// What is on the bridge, by number.
    var bridgeNumbers: [PhoneNumberAssignment] {
        numbers.filter { $0.status == .conferenceAssigned }.sorted { $0.telephoneNumber < $1.telephoneNumber }
    }

    /// The object id of the bridge.
    var bridgeID: String { ObjectID.bridge(of: id) }

    /// There is one bridge; whoever names another is told.
    func checkBridge(id: String?, _ idParameter: String, name: String?, _ nameParameter: String) throws(CmdletError) {
        if let id, !id.isSameName(as: bridgeID), !id.isSameName(as: bridge.identity) {
            throw .notFound(idParameter, "there is no bridge \(id); the tenant's bridge is \(bridgeID)")
        }
        if let name, !name.isSameName(as: bridge.name) {
            throw .notFound(nameParameter, "there is no bridge called \(name); the tenant's bridge is \(bridge.name)")
        }
    }

    /// A toll number on the bridge that no operator provided (domain reference §7.4).
    fileprivate func checkedDefault(_ telephoneNumber: E164) throws(CmdletError) -> E164 {
        let parameter = "DefaultServiceNumber"
        guard let number = number(telephoneNumber), number.status == .conferenceAssigned else {
            throw .refused("\(telephoneNumber) is not assigned to the bridge \(bridge.name)", parameter: parameter)
        }
        guard number.operatorID == Operator.serviceCarrier else {
            throw .refused(
                "\(telephoneNumber) is an Operator Connect Conferencing number, which cannot be the default of a bridge",
                parameter: parameter)
        }
        guard !number.isTollFree else {
            throw .refused("\(telephoneNumber) is toll-free; the default of a bridge is a toll number", parameter: parameter)
        }
        return telephoneNumber
    }
}
