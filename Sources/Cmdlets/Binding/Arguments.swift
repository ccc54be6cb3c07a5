/// The arguments of one command, bound to the parameters of its cmdlet and of the right type.
struct Arguments: Sendable {
    let cmdlet: Cmdlet
    private var bound: [String: Bound] = [:]

    enum Bound: Sendable {
        case null, truth(Bool), integer(Int), text(String), texts([String]), change(ListChange), value(CmdletValue)
    }

    init(of cmdlet: Cmdlet) { self.cmdlet = cmdlet }

    subscript(parameter: CmdletParameter) -> Bound? {
        get { bound[parameter.name] }
        set { bound[parameter.name] = newValue }
    }

    private func get(_ name: String) -> Bound? {
        assert(
            cmdlet.parameters.contains { $0.name == name } || cmdlet.common.contains { $0.name == name },
            "\(cmdlet.name) has no \(name)")
        return bound[name]
    }

    /// Whether it was given at all, be it as `$null`.
    func has(_ name: String) -> Bool { get(name) != nil }

    /// Nil if it was not given, or given as `$null`.
    func text(_ name: String) -> String? { if case .text(let text)? = get(name) { text } else { nil } }
    func integer(_ name: String) -> Int? { if case .integer(let integer)? = get(name) { integer } else { nil } }
    func truth(_ name: String) -> Bool? { if case .truth(let truth)? = get(name) { truth } else { nil } }
    func flag(_ name: String) -> Bool { truth(name) ?? false }
    func texts(_ name: String) -> [String]? { if case .texts(let texts)? = get(name) { texts } else { nil } }
    func value(_ name: String) -> CmdletValue? { if case .value(let value)? = get(name) { value } else { nil } }

    /// `$null` empties the list.
    func change(_ name: String) -> ListChange? {
        switch get(name) {
        case .change(let change)?: change
        case .null?: .replace([])
        default: nil
        }
    }

    func text(ifDeclared name: String) -> String? { if case .text(let text)? = bound[name] { text } else { nil } }

    func required(_ name: String) throws(CmdletError) -> String {
        guard let text = text(name) else {
            throw CmdletError(.invalidArgument, "MissingMandatoryParameter", "\(cmdlet.name) needs -\(name)", parameter: name)
        }
        return text
    }
}

/// What becomes of a list (domain reference §8.1).
enum ListChange: Equatable, Sendable {
    case replace([CmdletValue])
    case modify(remove: [CmdletValue], add: [CmdletValue])

    /// Reads a list, or a hashtable of `Add`, `Remove` and `Replace`.
    init(_ value: CmdletValue, for parameter: String) throws(CmdletError) {
        guard case .table(let entries) = value else {
            self = .replace(value.items)
            return
        }
        if let stranger = entries.keys.sorted().first(where: { !["add", "remove", "replace"].contains($0) }) {
            throw .invalid(parameter, "-\(parameter) takes a hashtable of Add, Remove or Replace, not \(stranger)")
        }
        if let items = entries["replace"] {
            guard entries.count == 1 else { throw .invalid(parameter, "Replace cannot stand beside Add or Remove in -\(parameter)") }
            self = .replace(items.items)
        } else if entries.isEmpty {
            throw .invalid(parameter, "the hashtable of -\(parameter) holds neither Add nor Remove nor Replace")
        } else {
            self = .modify(remove: entries["remove"]?.items ?? [], add: entries["add"]?.items ?? [])
        }
    }

    var texts: (replaces: Bool, remove: [String], add: [String])? {
        func all(_ values: [CmdletValue]) -> [String]? {
            let texts = values.compactMap(\.text)
            return texts.count == values.count ? texts : nil
        }
        switch self {
        case .replace(let values): return all(values).map { (true, [], $0) }
        case .modify(let remove, let add):
            guard let remove = all(remove), let add = all(add) else { return nil }
            return (false, remove, add)
        }
    }
}
