/// The variables and functions of a script, a function or a block that is being run; what is not here is looked for where it was called from
/// (about_Scopes).
final class Scope {
    struct Slot {
        var value: Value
        /// What every value put in is converted to.
        var type: TypeName?
    }

    let parent: Scope?
    var variables: [String: Slot] = [:]
    var functions: [String: Function] = [:]

    init(parent: Scope?) { self.parent = parent }

    func slot(_ name: String) -> Slot? {
        var scope: Scope? = self
        while let here = scope {
            if let slot = here.variables[name] { return slot }
            scope = here.parent
        }
        return nil
    }

    func function(_ name: String) -> Function? {
        var scope: Scope? = self
        while let here = scope {
            if let function = here.functions[name] { return function }
            scope = here.parent
        }
        return nil
    }

    func set(_ name: String, _ value: Value) { variables[name] = Slot(value: value, type: variables[name]?.type) }
}
