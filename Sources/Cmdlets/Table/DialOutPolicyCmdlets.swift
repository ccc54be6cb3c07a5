import Basis
import Dialing

/// The fixed outbound calling restriction policies (domain reference §6, §8.5).
enum DialOutPolicyCmdlets {
    private static let noGroups = "a dial-out policy is granted to users or with -Global, not to groups"
    static let all = [
        Cmdlet("Get-CsOnlineDialOutPolicy", "Shows the dial-out policies", [.identity(), .filter], body: get),
        Cmdlet(
            "Grant-CsDialoutPolicy", "Gives a user or everybody a dial-out policy", changes: true,
            [
                .identity([.positional, .required, .pipeline], group: "to"), .toggle("Global", group: "to"),
                .text("PolicyName", [.positional, .required, .nullable]), .toggle("PassThru"),
                CmdletParameter("Group", .notHeld(noGroups)), CmdletParameter("Rank", .notHeld(noGroups)),
            ], body: grant),
    ]

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let rows = [("Global", workspace.tenant.globalDialOutPolicy)] + DialOutPolicy.instances.map { ($0.name.asIdentity, $0) }
        return try given.selected(from: rows, "dial-out policy", identity: \.0).map { identity, policy in
            .object(
                OutputObject([
                    "Identity": .text(identity), "AllowPSTNConferencingDialOutType": .text(policy.conferencing.rawValue),
                    "AllowPSTNOutboundCallingType": .text(policy.outboundCalling.rawValue),
                ]).followed(by: OutputObject.configuration(of: identity)))
        }
    }

    private static func grant(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var policy: DialOutPolicy?
        if let name = given.text("PolicyName") {
            policy = name.isSameName(as: "Global") ? workspace.tenant.globalDialOutPolicy : DialOutPolicy.named(name)
            guard policy != nil else {
                let nearest = nearestName(to: name, among: DialOutPolicy.instances.map(\.name)).map { "; did you mean \($0)?" } ?? ""
                throw .notFound("PolicyName", "there is no dial-out policy \(name)\(nearest)")
            }
        }
        let holder: String
        if given.flag("Global") || (given.text("Identity") ?? "").isSameName(as: "Global") {
            holder = "Global"
            workspace.tenant.globalDialOutPolicy = policy ?? .international
        } else {
            var user = try workspace.user(try given.required("Identity"))
            user.grants.dialOutPolicy = policy?.name
            workspace.changed[user.upn] = user
            holder = user.upn
        }
        guard given.flag("PassThru") else { return [] }
        return [
            .object(
                OutputObject([
                    "Identity": .text(holder), "PolicyType": .text("OnlineDialOutPolicy"), "PolicyName": .optional(policy?.name.asIdentity),
                ]))
        ]
    }
}
