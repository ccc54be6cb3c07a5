import Basis

/// The commands that a script may use: whoever runs one says which there are.
struct CommandSet: Sendable {
    let cmdlets: [Cmdlet]
    let utilities: [Utility]
    /// By name and alias in lower case.
    private let cmdletsByName: [String: Cmdlet]
    private let utilitiesByName: [String: Utility]
    /// What `-?` behind any command runs.
    let help: Cmdlet

    /// Aliases are in lower case, and lead to names.
    init(_ cmdlets: [Cmdlet], aliases: [String: String], _ utilities: [Utility], utilityAliases: [String: String], help: String) {
        (self.cmdlets, self.utilities) = (cmdlets, utilities)
        var byName = Dictionary(uniqueKeysWithValues: cmdlets.map { ($0.name.lowercased(), $0) })
        for (alias, name) in aliases { byName[alias] = byName[name.lowercased()] }
        cmdletsByName = byName
        var utilitiesByName = Dictionary(uniqueKeysWithValues: utilities.map { ($0.name.lowercased(), $0) })
        for (alias, name) in utilityAliases { utilitiesByName[alias] = utilitiesByName[name.lowercased()] }
        self.utilitiesByName = utilitiesByName
        self.help = byName[help.lowercased()]!
    }

    /// The cmdlet of that name or alias, of either case.
    func cmdlet(_ name: String) -> Cmdlet? { cmdletsByName[name.lowercased()] }
    /// The utility of that name or alias, of either case.
    func utility(_ name: String) -> Utility? { utilitiesByName[name.lowercased()] }

    var names: [String] { cmdlets.map(\.name) + utilities.map(\.name) }

    /// Why there is no command of that name, and what it may have been meant for.
    func unknown(_ written: String, at place: Script.Place) -> CmdletError {
        let name = CommandNames.plain(written)
        let isOfService = name.lowercased().contains("-cs")
        let isNear = isOfService && nearestName(to: name, among: cmdlets.map(\.name), within: 3) != nil
        if !isNear, let why = CommandNames.reason(name) {
            return CmdletError(.notImplemented, "CommandNotAvailable", "\(name) is not available here: \(why)", at: place)
        }
        let hint = name.contains("-") ? "" : "; text stands in quotes"
        // A verb is more seldom mistaken than what it is done to.
        let verb = name.prefix { $0 != "-" }.lowercased() + "-"
        let held = cmdlets.filter { $0.whyNotHeld == nil }.map(\.name) + utilities.map(\.name)
        let ofVerb = held.filter { $0.lowercased().hasPrefix(verb) }
        let meant = nearestName(to: name, among: ofVerb) ?? nearestName(to: name, among: names)
        let nearest = meant.map { "; did you mean \($0)?" } ?? hint
        return CmdletError(.objectNotFound, "CommandNotFoundException", "there is no cmdlet \(name)\(nearest)", at: place)
    }
}
