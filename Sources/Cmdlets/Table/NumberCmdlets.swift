import Dialing

/// The number inventory (domain reference §7.2, §8.12).
enum NumberCmdlets {
    private static let pageLimit = 1_000
    /// Values that the vendor's inventory knows; a word that is none of them would find nothing for ever (domain reference §7.2).
    private static let activationStates = [
        "Activated", "AssignmentPending", "AssignmentFailed", "UpdatePending", "UpdateFailed", "Deactivated",
    ]
    private static let assignmentStatuses = [
        "Unassigned", "UserAssigned", "ConferenceAssigned", "VoiceApplicationAssigned", "ThirdPartyAppAssigned", "PolicyAssigned",
    ]
    static let all = [
        Cmdlet(
            "Get-CsPhoneNumberAssignment", "Shows the numbers that operators have provided",
            [
                .text("TelephoneNumber", [.positional, .pipeline]), .text("TelephoneNumberContain"), .text("TelephoneNumberStartsWith"),
                .text("TelephoneNumberGreaterThan"), .text("TelephoneNumberLessThan"),
                CmdletParameter("ActivationState", .choice(activationStates)),
                .text("AssignedPstnTargetId"),
                CmdletParameter("AssignmentCategory", .choice(["Primary", "Private", "Alternate"])),
                CmdletParameter("CapabilitiesContain", .texts), .text("IsoCountryCode"),
                CmdletParameter("NumberType", .choice(["CallingPlan", "OperatorConnect", "DirectRouting"])),
                CmdletParameter("PstnAssignmentStatus", .choice(assignmentStatuses)), .filter,
                CmdletParameter("Skip", .integer(0...Int(Int32.max))),
                CmdletParameter("Top", .integer(0...pageLimit)),
                .text("CivicAddressId"), .text("LocationId"),
                CmdletParameter("NetworkSiteId", .notHeld("its numbers have addresses and locations, and no network sites")),
            ],
            body: get)
    ]

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let filter = try given.text("Filter").map { text throws(CmdletError) in try ObjectFilter(text) }
        let capabilities = (given.texts("CapabilitiesContain") ?? []).flatMap {
            $0.split(separator: ",").map { $0.split(separator: " ").joined() }
        }
        let bounds = try Bounds(given)
        try workspace.visit(workspace.tenant.numbers.count)
        var found: [OutputObject] = []
        for number in workspace.tenant.numbers.sorted(by: { $0.telephoneNumber < $1.telephoneNumber })
        where bounds.contain(number.telephoneNumber) {
            let object = output(number, workspace)
            let equals = [
                "ActivationState", "AssignedPstnTargetId", "AssignmentCategory", "IsoCountryCode", "NumberType", "PstnAssignmentStatus",
                "CivicAddressId", "LocationId",
            ]
            .allSatisfy { name in
                given.text(name).map { wanted in
                    let isBridge = name == "AssignedPstnTargetId" && wanted.isSameName(as: workspace.tenant.bridge.identity)
                    return object[name]?.text?.isSameName(as: isBridge ? workspace.tenant.bridgeID : wanted) ?? false
                } ?? true
            }
            let has = object["Capability"]!.items.compactMap(\.text)
            guard equals, capabilities.allSatisfy({ wanted in has.contains { $0.isSameName(as: wanted) } }) else { continue }
            if try filter?.accepts(object) ?? true { found.append(object) }
        }
        return found.dropFirst(given.integer("Skip") ?? 0).prefix(given.integer("Top") ?? 500).map { .object($0) }
    }

    /// What the parameters say of the number itself. Numbers stand in the order of their digits.
    private struct Bounds {
        let exact: String?, part: String?, start: String?, above: String?, below: String?

        init(_ given: Arguments) throws(CmdletError) {
            exact = try given.text("TelephoneNumber").map { text throws(CmdletError) in
                guard !text.lowercased().hasPrefix("tel:") else {
                    throw .invalid("TelephoneNumber", "-TelephoneNumber is given without tel:")
                }
                return try text.asNumber("TelephoneNumber").description
            }
            part = given.text("TelephoneNumberContain")
            start = given.text("TelephoneNumberStartsWith").map(Self.withPlus)
            above = given.text("TelephoneNumberGreaterThan").map(Self.withPlus)
            below = given.text("TelephoneNumberLessThan").map(Self.withPlus)
        }

        private static func withPlus(_ text: String) -> String { text.hasPrefix("+") ? text : "+" + text }

        func contain(_ telephoneNumber: E164) -> Bool {
            let text = telephoneNumber.description
            return exact.map { $0 == text } ?? true && part.map { text.contains($0) } ?? true && start.map { text.hasPrefix($0) } ?? true
                && above.map { text > $0 } ?? true && below.map { text < $0 } ?? true
        }
    }

    private static func output(_ number: PhoneNumberAssignment, _ workspace: Workspace) -> OutputObject {
        let use =
            switch number.usage {
            case .user: "UserAssignment"
            case .application: "VoiceApplicationAssignment"
            case .conference: "ConferenceAssignment"
            }
        let target = number.status == .conferenceAssigned ? workspace.tenant.bridgeID : number.assignedTo
        let block = number.block.flatMap { $0.holds(at: workspace.now) ? $0 : nil }
        let provision = number.provision ?? PhoneNumberAssignment.Provision()
        return OutputObject([
            "TelephoneNumber": .text(number.telephoneNumber.description), "OperatorId": .text(number.operatorID),
            "NumberType": .text(number.numberType), "ActivationState": .text("Activated"),
            "AssignedPstnTargetId": .optional(target), "AssignmentCategory": .text("Primary"),
            "Capability": .texts([use, number.isTollFree ? "TollFree" : "Geographic"] + (provision.capabilities ?? []).map(\.rawValue)),
            "City": .optional(number.city),
            "IsoCountryCode": .optional(number.country), "PstnAssignmentStatus": .text(number.status.rawValue),
            "PstnPartnerId": .text(number.operatorID),
            "PstnPartnerName": .text(workspace.platformOperator(number.operatorID)?.name ?? number.operatorID),
            "NumberSource": .text("Online"), "CivicAddressId": .optional(provision.civicAddressId), "IsoSubdivision": .null,
            "LocationId": .optional(provision.locationId), "LocationUpdateSupported": .truth(provision.locationUpdateSupported ?? false),
            "NetworkSiteId": .null, "PortInOrderStatus": .null, "ReverseNumberLookup": .list([]),
            "Tag": .list([]),
            "AssignmentBlockedState": .text(block.map { $0.until == nil ? "BlockedForever" : "BlockedUntil" } ?? "NotBlocked"),
            "AssignmentBlockedUntil": .moment(block?.until),
            "SmsActivationState": .text("NotActivated"),
            "CallingProfile": .optional(provision.callingProfile), "AcquiredNumberState": .text(number.release?.rawValue ?? "Active"),
        ])
    }
}
