/// What `Get-Help` says of a cmdlet beside its name and syntax.
package struct CmdletHelp: Sendable {
    package struct Example: Sendable {
        package let code: String
        /// What it does, in a sentence.
        package let says: String
    }
    /// A sentence or more.
    package let description: String
    /// What parameters mean where they mean something else than with most cmdlets.
    let parameters: [String: String]
    package let examples: [Example]

    init(_ description: String, _ parameters: [String: String] = [:], _ examples: KeyValuePairs<String, String>) {
        self.description = description
        self.parameters = parameters
        self.examples = examples.map { Example(code: $0.key, says: $0.value) }
    }

    /// By cmdlet.
    static let all: [String: CmdletHelp] = [
        routing, routingMore, bridge, people, numbers, orders, kept, dialPlans, discovery,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}

extension Cmdlet {
    package var help: CmdletHelp? { CmdletHelp.all[name] }

    /// What a parameter means, in a sentence.
    func meaning(of parameter: CmdletParameter) -> String {
        switch parameter.kind {
        case .notHeld(let why): return "Not held by this service: \(why)."
        case .ignored where help?.parameters[parameter.name] == nil && CmdletHelp.parameters[parameter.name] == nil:
            return "Taken for scripts that give it, and not looked at."
        case .text, .texts, .listChange, .integer, .limit, .truth, .toggle, .choice, .value, .ignored:
            return help?.parameters[parameter.name] ?? CmdletHelp.parameters[parameter.name] ?? ""
        }
    }
}
