import Dialing

/// Numbers for users, which this service does not dial, and what becomes of numbers (domain reference §7.2, §7.3, §7.6, §8.12).
enum NumberOrderCmdlets {
    private static let types = CmdletParameter.Kind.choice(["CallingPlan", "OperatorConnect", "DirectRouting"])
    private static let days = CmdletParameter("AssignmentBlockedDays", .integer(1...365), group: "block")
    static let all = [
        Cmdlet(
            "Set-CsPhoneNumberAssignment", "Assigns a number to a user, or blocks it", changes: true,
            [
                .identity([.positional, .pipeline]), .text("PhoneNumber", .required), CmdletParameter("PhoneNumberType", types),
                CmdletParameter("AssignmentCategory", .choice(["Primary"])), days,
                CmdletParameter("EnterpriseVoiceEnabled", .notHeld("it places no calls of users")),
                CmdletParameter("AssignmentBlockedForever", .toggle, group: "block"), .toggle("RemoveAssignmentBlock", group: "block"),
                CmdletParameter("LocationId", .notHeld("its numbers have no places")),
            ], body: assign),
        Cmdlet(
            "Remove-CsPhoneNumberAssignment", "Takes a number from a user", changes: true,
            [
                .identity([.positional, .pipeline]), .text("PhoneNumber"), CmdletParameter("PhoneNumberType", types), .toggle("RemoveAll"),
                days, CmdletParameter("AssignmentBlockedForever", .toggle, group: "block"),
            ], body: unassign),
        Cmdlet(
            "New-CsPhoneNumberUsageChangeOrder", "Asks for another use of numbers", changes: true,
            [
                CmdletParameter("TelephoneNumber", .texts, [.positional, .required]),
                CmdletParameter("Usage", .choice(["UserType", "ServiceType"]), .required),
            ], body: changeUsage),
        Cmdlet(
            "New-CsOnlineTelephoneNumberReleaseOrder", "Asks the operator to take numbers back", changes: true,
            [
                CmdletParameter("TelephoneNumber", .texts, .positional, group: "numbers"), .text("StartingNumber"), .text("EndingNumber"),
                .text("FileContent", group: "numbers"),
            ], body: release),
        Cmdlet(
            "Get-CsOnlineTelephoneNumberOrder", "Shows orders about numbers and what came of them",
            [.text("OrderId", [.positional, .pipeline]), .text("OrderType")], body: orders),
    ]

    private static func place(of telephoneNumber: E164, _ parameter: String, _ tenant: Tenant) throws(CmdletError) -> Int {
        guard let index = tenant.numbers.firstIndex(where: { $0.telephoneNumber == telephoneNumber }) else {
            throw .notFound(parameter, "\(telephoneNumber) is not a number of this tenant")
        }
        return index
    }

    private static func block(_ given: Arguments, _ now: Int) -> PhoneNumberAssignment.Block? {
        if given.flag("AssignmentBlockedForever") { return PhoneNumberAssignment.Block(until: nil) }
        return given.integer("AssignmentBlockedDays").map { PhoneNumberAssignment.Block(until: now + $0 * Moment.day) }
    }

    private static func assign(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let index = try place(of: try given.required("PhoneNumber").asNumber("PhoneNumber"), "PhoneNumber", workspace.tenant)
        var number = workspace.tenant.numbers[index]
        try checkType(number, given)
        let isBlock =
            given.flag("AssignmentBlockedForever") || given.flag("RemoveAssignmentBlock") || given.integer("AssignmentBlockedDays") != nil
        if isBlock, given.text("Identity") != nil {
            throw .invalid(
                "Identity",
                "-Identity assigns a number, and does not go with what blocks one; a switch is turned off as -AssignmentBlockedForever:$false"
            )
        }
        if let block = block(given, workspace.now) {
            guard number.status == .unassigned else {
                throw .refused("\(number.telephoneNumber) is \(number.status.rawValue); take it back there first", parameter: "PhoneNumber")
            }
            number.block = block
        } else if given.flag("RemoveAssignmentBlock") {
            number.block = nil
        } else {
            let user = try workspace.user(try given.required("Identity"))
            try checkAssignable(number, given, workspace)
            if let other = workspace.tenant.lines[user.upn], other != number.telephoneNumber {
                throw .refused("\(user.upn) has the number \(other) already; take it back first", parameter: "Identity")
            }
            (number.status, number.assignedTo) = (.userAssigned, user.upn)
        }
        workspace.tenant.numbers[index] = number
        return []
    }

    private static func checkType(_ number: PhoneNumberAssignment, _ given: Arguments) throws(CmdletError) {
        guard let type = given.text("PhoneNumberType"), !type.isSameName(as: number.numberType) else { return }
        throw .refused("\(number.telephoneNumber) is \(number.numberType), not \(type)", parameter: "PhoneNumberType")
    }

    private static func checkAssignable(_ number: PhoneNumberAssignment, _ given: Arguments, _ workspace: Workspace) throws(CmdletError) {
        func refuse(_ why: String) -> CmdletError { .refused("\(number.telephoneNumber) \(why)", parameter: "PhoneNumber") }
        guard number.usage == .user else { throw refuse("was provided for \(number.usage.rawValue) use, not for users") }
        if let release = number.release { throw refuse("is on its way back to its operator: \(release.rawValue)") }
        if let block = number.block, block.holds(at: workspace.now) {
            throw refuse("is blocked \(block.until.map { "until \(Moment(unix: $0).timestamp)" } ?? "for ever")")
        }
        switch number.status {
        case .unassigned: break
        case .userAssigned:
            if let user = number.assignedTo { throw refuse("is assigned to \(user)") } else { throw refuse("is assigned to a user") }
        case .conferenceAssigned, .voiceApplicationAssigned: throw refuse("is \(number.status.rawValue); take it back there first")
        }
    }

    private static func unassign(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let user = try given.text("Identity").map { identity throws(CmdletError) in try workspace.user(identity) }
        let wanted = try given.text("PhoneNumber").map { text throws(CmdletError) in try text.asNumber("PhoneNumber") }
        guard wanted != nil || user != nil && given.flag("RemoveAll") else {
            throw .invalid("PhoneNumber", "Remove-CsPhoneNumberAssignment needs -PhoneNumber, or -Identity with -RemoveAll")
        }
        var count = 0
        for index in workspace.tenant.numbers.indices {
            let number = workspace.tenant.numbers[index]
            guard wanted.map({ $0 == number.telephoneNumber }) ?? true, number.status == .userAssigned,
                user.map({ $0.upn == number.assignedTo }) ?? true
            else { continue }
            try checkType(number, given)
            workspace.tenant.numbers[index].status = .unassigned
            workspace.tenant.numbers[index].assignedTo = nil
            workspace.tenant.numbers[index].block = block(given, workspace.now)
            count += 1
        }
        guard count > 0 || wanted == nil else {
            throw .refused(
                "\(wanted!) is not assigned to \(user.map(\.upn) ?? "a user"); numbers of the bridge go by Unregister-CsOnlineDialInConferencingServiceNumber",
                parameter: "PhoneNumber")
        }
        return []
    }

    // MARK: orders

    private static func numbers(_ texts: [String], _ parameter: String) throws(CmdletError) -> [E164] {
        var numbers: [E164] = []
        for text in texts.flatMap({ $0.split(whereSeparator: { ",;\n\r".contains($0) }).map(String.init) }) {
            let trimmed = text.split(separator: " ").joined()
            guard !trimmed.isEmpty, !trimmed.isSameName(as: "Numbers"), !trimmed.isSameName(as: "TelephoneNumber") else { continue }
            numbers.append(try trimmed.asNumber(parameter))
        }
        guard !numbers.isEmpty else { throw .invalid(parameter, "an order names at least one number") }
        guard numbers.count <= TenantNumberOrder.limit else {
            throw .invalid(parameter, "an order has up to \(TenantNumberOrder.limit) numbers, not \(numbers.count)")
        }
        return numbers
    }

    private static func keep(
        _ kind: TenantNumberOrder.Kind, _ entries: [TenantNumberOrder.Entry], _ workspace: inout Workspace
    ) -> [CmdletValue] {
        var orders = workspace.tenant.policies.orders
        let serial = orders.filter { $0.createdAt == workspace.now }.count
        let order = TenantNumberOrder(
            id: ObjectID.order(serial, at: workspace.now, of: workspace.tenant.id), kind: kind, createdAt: workspace.now, entries: entries)
        orders.append(order)
        workspace.tenant.policies.orders = Array(orders.suffix(TenantPolicies.orderLimit))
        return [.text(order.id)]
    }

    private static func changeUsage(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let usage: PhoneNumberAssignment.Usage = given.text("Usage") == "ServiceType" ? .conference : .user
        var entries: [TenantNumberOrder.Entry] = []
        for telephoneNumber in try numbers(given.texts("TelephoneNumber") ?? [], "TelephoneNumber") {
            var refusal: String?
            if let index = workspace.tenant.numbers.firstIndex(where: { $0.telephoneNumber == telephoneNumber }) {
                let number = workspace.tenant.numbers[index]
                if number.status != .unassigned {
                    refusal = "is \(number.status.rawValue)"
                } else if number.isTollFree, usage == .user {
                    refusal = "is toll-free, which users cannot have"
                } else {
                    workspace.tenant.numbers[index].usage = usage
                }
            } else {
                refusal = "is not a number of this tenant"
            }
            entries.append(TenantNumberOrder.Entry(telephoneNumber: telephoneNumber, message: refusal))
        }
        return keep(.usageUpdate, entries, &workspace)
    }

    /// A number goes back when nothing holds it any more; what still does is said number by number (domain reference §7.6).
    private static func release(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var wanted: [E164]
        if given.has("StartingNumber") || given.has("EndingNumber") {
            let first = try given.required("StartingNumber").asNumber("StartingNumber")
            let last = try given.required("EndingNumber").asNumber("EndingNumber")
            wanted = workspace.tenant.numbers.map(\.telephoneNumber).filter { $0 >= first && $0 <= last }.sorted()
            guard !wanted.isEmpty, wanted.count <= TenantNumberOrder.limit else {
                throw .invalid(
                    "StartingNumber", "from \(first) to \(last) stand \(wanted.count) numbers; an order has 1 to \(TenantNumberOrder.limit)"
                )
            }
        } else {
            let parameter = given.has("FileContent") ? "FileContent" : "TelephoneNumber"
            wanted = try numbers(given.text("FileContent").map { [$0] } ?? given.texts("TelephoneNumber") ?? [], parameter)
        }
        var entries: [TenantNumberOrder.Entry] = []
        for telephoneNumber in wanted {
            let holders = workspace.holders(of: telephoneNumber)
            if holders == nil {
                workspace.tenant.numbers[try place(of: telephoneNumber, "TelephoneNumber", workspace.tenant)].release = .releaseRequested
            }
            entries.append(TenantNumberOrder.Entry(telephoneNumber: telephoneNumber, message: holders))
        }
        return keep(.release, entries, &workspace)
    }

    private static func orders(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var orders = workspace.tenant.policies.orders
        if let id = given.text("OrderId") {
            orders = orders.filter { $0.id.isSameName(as: id) }
            guard !orders.isEmpty else { throw .notFound("OrderId", "there is no order \(id)") }
        }
        if let type = given.text("OrderType") { orders = orders.filter { $0.kind.rawValue.isSameName(as: type) } }
        return orders.map { .object(output($0)) }
    }

    private static func output(_ order: TenantNumberOrder) -> OutputObject {
        let failed = order.entries.filter { $0.message != nil }, done = order.entries.filter { $0.message == nil }
        let status = failed.isEmpty ? "Success" : done.isEmpty ? "Error" : "PartialSuccess"
        return OutputObject([
            "OrderId": .text(order.id), "OrderType": .text(order.kind.rawValue),
            "CreatedAt": .moment(order.createdAt), "Status": .text(status), "TotalCount": .integer(order.entries.count),
            "SuccessCount": .integer(done.count),
            "FailureCount": .integer(failed.count), "WarningCount": .integer(0), "SuccessPhoneNumbers": .texts(done.map(\.telephoneNumber)),
            "FailedPhoneNumbers": .texts(failed.map(\.telephoneNumber)), "WarningPhoneNumbers": .list([]),
            "AdditionalDetails": .list(
                order.entries.map { entry in
                    .object(
                        OutputObject([
                            "TelephoneNumber": .text(entry.telephoneNumber.description),
                            "Status": .text(entry.message == nil ? "Success" : "Error"), "Message": .optional(entry.message),
                        ]))
                }),
        ])
    }
}

extension Workspace {
    /// Everything that keeps a number from going back to its operator, in one sentence; nil where nothing does.
    fileprivate func holders(of telephoneNumber: E164) -> String? {
        guard let number = tenant.number(telephoneNumber) else { return "is not a number of this tenant" }
        if number.operatorID == Operator.serviceCarrier { return "is a shared number, which is never released" }
        let uses = tenant.uses(of: telephoneNumber, defaultOf: principals(showing: telephoneNumber), migrating: migrating)
        return uses.isEmpty ? nil : "is " + enumeration(uses.map(\.words), limit: 20)
    }
}

extension Tenant {
    /// The number of each user who has one, by user principal name.
    var lines: [String: E164] {
        numbers.reduce(into: [:]) { lines, number in if let user = number.assignedTo { lines[user] = number.telephoneNumber } }
    }
}

extension PhoneNumberAssignment {
    var numberType: String { operatorID == Operator.serviceCarrier ? "CallingPlan" : "OperatorConnect" }
}
