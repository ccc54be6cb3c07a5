/// All cmdlets that are known.
package enum CmdletTable {
    package static let all: [Cmdlet] =
        UsageCmdlets.all + VoiceRouteCmdlets.all + RoutingPolicyCmdlets.all + DialOutPolicyCmdlets.all + BridgeCmdlets.all
        + ServiceNumberCmdlets.all + ConferencingUserCmdlets.all + SettingsCmdlets.all + DialPlanCmdlets.all + DialPlanTestCmdlets.all
        + NumberCmdlets.all + NumberOrderCmdlets.all + InviteCmdlets.all + KeptPolicyCmdlets.all + GatewayCmdlets.all
        + TranslationRuleCmdlets.all + TenantCmdlets.all + GroupCmdlets.all + DiscoveryCmdlets.all + NotHeldCmdlets.all

    /// As PowerShell has them (about_Aliases).
    fileprivate static let aliases = ["gcm": "Get-Command", "help": "Get-Help", "man": "Get-Help"]

    /// The cmdlet of that name or alias, of either case.
    package static func named(_ name: String) -> Cmdlet? { CommandSet.all.cmdlet(name) }
}

extension CommandSet {
    /// All that there are.
    static let all = CommandSet(
        CmdletTable.all, aliases: CmdletTable.aliases, UtilityTable.all, utilityAliases: UtilityTable.aliases, help: "Get-Help")
}
