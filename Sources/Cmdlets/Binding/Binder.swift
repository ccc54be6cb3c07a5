import Basis
import Dialing

/// Binds the arguments of a command to the parameters of its cmdlet, as PowerShell does: names of either case and unambiguous beginnings of
/// them, then positions, then what is piped in.
struct Binder {
    let cmdlet: Cmdlet
    private var arguments: Arguments
    private var positional: [(CmdletValue, Script.Place)] = []

    init(_ cmdlet: Cmdlet) {
        self.cmdlet = cmdlet
        arguments = Arguments(of: cmdlet)
    }

    /// One argument after evaluation.
    enum Given {
        case parameter(String, value: CmdletValue?, Script.Place)
        case value(CmdletValue, Script.Place)
    }

    /// Binds everything but what is piped in.
    static func bind(_ given: [Given], to cmdlet: Cmdlet) throws(CmdletError) -> Arguments {
        var binder = Binder(cmdlet)
        if cmdlet.acceptsAnything { return binder.arguments }
        try binder.bindNamed(given)
        try binder.bindPositional()
        try binder.checkGroups()
        return binder.arguments
    }

    private mutating func bindNamed(_ given: [Given]) throws(CmdletError) {
        var index = 0
        while index < given.count {
            defer { index += 1 }
            switch given[index] {
            case .value(let value, let place): positional.append((value, place))
            case .parameter(let name, var value, let place):
                let parameter = try parameter(named: name, at: place)
                guard arguments[parameter] == nil else {
                    throw error("ParameterAlreadyBound", "-\(parameter.name) is given twice", parameter.name, place)
                }
                if value == nil, parameter.kind == .toggle {
                    value = .truth(true)
                } else if value == nil, index + 1 < given.count, case .value(let next, _) = given[index + 1] {
                    value = next
                    index += 1
                }
                guard let value else { throw error("MissingArgument", "a value must follow -\(parameter.name)", parameter.name, place) }
                try bind(value, to: parameter, at: place)
            }
        }
    }

    /// Whether the cmdlet has such a parameter and holds it.
    static func check(_ name: String, of cmdlet: Cmdlet, at place: Script.Place) throws(CmdletError) {
        guard !cmdlet.acceptsAnything, name != "?" else { return }
        let parameter = try Binder(cmdlet).parameter(named: name, at: place)
        guard case .notHeld(let why) = parameter.kind else { return }
        throw CmdletError(
            .notImplemented, "NotHeldByThisService", "-\(parameter.name) is not held by this service: \(why)", parameter: parameter.name,
            at: place)
    }

    private func parameter(named name: String, at place: Script.Place) throws(CmdletError) -> CmdletParameter {
        if let exact = cmdlet.parameters.first(where: { $0.name.isSameName(as: name) }) { return exact }
        let full = CmdletParameter.aliases[name.lowercased()] ?? name
        if let exact = cmdlet.common.first(where: { $0.name.isSameName(as: full) }) { return exact }
        let all = cmdlet.parameters + cmdlet.common
        let beginning = name.lowercased()
        let own = cmdlet.parameters.filter { $0.name.lowercased().hasPrefix(beginning) }
        let matching = own.isEmpty ? all.filter { $0.name.lowercased().hasPrefix(beginning) } : own
        if matching.count == 1 { return matching[0] }
        if matching.isEmpty {
            let nearest = nearestName(to: name, among: cmdlet.parameters.map(\.name)).map { "; did you mean -\($0)?" } ?? ""
            throw error("NamedParameterNotFound", "\(cmdlet.name) has no parameter -\(name)\(nearest)", name, place)
        }
        let names = enumeration(matching.map { "-" + $0.name })
        throw error("AmbiguousParameter", "-\(name) can be \(names)", name, place)
    }

    private mutating func bindPositional() throws(CmdletError) {
        var slots = cmdlet.parameters.filter { parameter in
            guard parameter.options.contains(.positional), arguments[parameter] == nil else { return false }
            return parameter.group == nil || !cmdlet.parameters.contains { $0.group == parameter.group && arguments[$0] != nil }
        }[...]
        for (value, place) in positional {
            guard let slot = slots.popFirst() else {
                throw error("PositionalParameterNotFound", "\(cmdlet.name) has no place for \(value.shown)", nil, place)
            }
            try bind(value, to: slot, at: place)
        }
    }

    private func checkGroups() throws(CmdletError) {
        var taken: [String: String] = [:]
        for parameter in cmdlet.parameters where arguments[parameter] != nil {
            guard let group = parameter.group else { continue }
            if let other = taken.updateValue(parameter.name, forKey: group) {
                throw error("AmbiguousParameterSet", "-\(other) and -\(parameter.name) exclude each other", parameter.name, nil)
            }
        }
    }

    private mutating func bind(_ value: CmdletValue, to parameter: CmdletParameter, at place: Script.Place?) throws(CmdletError) {
        do throws(CmdletError) {
            arguments[parameter] = try parameter.convert(value)
        } catch {
            var error = error
            error.line = place?.line
            error.column = place?.column
            throw error
        }
    }

    private func error(_ id: String, _ message: String, _ parameter: String?, _ place: Script.Place?) -> CmdletError {
        CmdletError(.invalidArgument, id, message, parameter: parameter, at: place)
    }
}

extension Arguments {
    /// These arguments with what is piped in, where it finds a place: a piped object gives the property of the parameter's name.
    func taking(piped value: CmdletValue) throws(CmdletError) -> Arguments {
        guard let parameter = cmdlet.pipelineParameter else {
            throw CmdletError(.invalidArgument, "InputObjectNotBound", "\(cmdlet.name) takes nothing from a pipeline")
        }
        guard self[parameter] == nil else { return self }
        if let group = parameter.group, let other = cmdlet.parameters.first(where: { $0.group == group && self[$0] != nil }) {
            throw CmdletError(.invalidArgument, "InputObjectNotBound", "nothing can be piped into \(cmdlet.name) beside -\(other.name)")
        }
        var arguments = self
        if case .object(let object) = value, object.display == nil, parameter.kind != .value {
            guard let property = object[parameter.name] ?? CmdletParameter.pipedNames[parameter.name].flatMap({ object[$0] }) else {
                throw CmdletError(.invalidArgument, "InputObjectNotBound", "what is piped into \(cmdlet.name) has no \(parameter.name)")
            }
            arguments[parameter] = try parameter.convert(property)
        } else {
            arguments[parameter] = try parameter.convert(value)
        }
        return arguments
    }

    /// Whether everything required is there; to be asked when nothing can be added any more.
    func checkRequired() throws(CmdletError) {
        for parameter in cmdlet.parameters where parameter.options.contains(.required) && self[parameter] == nil {
            guard let group = parameter.group, cmdlet.parameters.contains(where: { $0.group == group && self[$0] != nil }) else {
                throw CmdletError(
                    .invalidArgument, "MissingMandatoryParameter", "\(cmdlet.name) needs -\(parameter.name)", parameter: parameter.name)
            }
        }
    }
}

extension CmdletParameter {
    /// Makes the value the parameter's type, or says why it cannot be.
    func convert(_ value: CmdletValue) throws(CmdletError) -> Arguments.Bound {
        if case .null = value, kind != .value, kind != .ignored {
            guard options.contains(.nullable) || kind == .listChange else {
                throw CmdletError(
                    .invalidData, "ParameterArgumentValidationErrorNullNotAllowed", "-\(name) cannot be $null", parameter: name)
            }
            return .null
        }
        switch kind {
        case .text:
            let text = try text(value)
            return text.isEmpty && options.contains(.nullable) ? .null : .text(text)
        case .texts:
            guard let texts = ListChange.replace(value.items).texts else { throw wrongType(value) }
            return .texts(texts.add)
        case .listChange: return .change(try ListChange(value, for: name))
        case .integer(let range):
            guard let integer = Int(try text(value)), range.contains(integer) else {
                throw .invalid(name, "-\(name) is a whole number from \(range.lowerBound) to \(range.upperBound), not \(value.shown)")
            }
            return .integer(integer)
        case .limit:
            let text = try text(value)
            if text.isSameName(as: "Unlimited") { return .integer(.max) }
            guard let integer = Int(text), (0...Int(Int32.max)).contains(integer) else {
                throw .invalid(name, "-\(name) is a whole number from 0 to \(Int32.max), or Unlimited, not \(value.shown)")
            }
            return .integer(integer)
        case .truth, .toggle: return .truth(try truth(value))
        case .choice(let choices):
            let written = try text(value), text = choices == Self.actions ? CmdletParameter.action(written) : written
            guard let choice = choices.first(where: { $0.isSameName(as: text) }) else {
                throw .invalid(name, "-\(name) is one of \(enumeration(choices, limit: 20)), not \(text)")
            }
            return .text(choice)
        case .value, .ignored: return .value(value)
        case .notHeld(let why):
            throw CmdletError(.notImplemented, "NotHeldByThisService", "-\(name) is not held by this service: \(why)", parameter: name)
        }
    }

    private func text(_ value: CmdletValue) throws(CmdletError) -> String {
        guard let text = value.text else { throw wrongType(value) }
        guard text.utf8.count <= TenantLimits.text else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "-\(name) has up to \(TenantLimits.text) bytes", parameter: name)
        }
        return text
    }

    private func truth(_ value: CmdletValue) throws(CmdletError) -> Bool {
        switch value {
        case .truth(let truth): return truth
        case .integer(let integer): return integer != 0
        case .text(let text) where text == "1" || text.isSameName(as: "true"): return true
        case .text(let text) where text == "0" || text.isSameName(as: "false"): return false
        default:
            throw CmdletError(.invalidType, "CannotConvertArgument", "-\(name) is $true or $false, not \(value.shown)", parameter: name)
        }
    }

    private func wrongType(_ value: CmdletValue) -> CmdletError {
        CmdletError(.invalidType, "CannotConvertArgument", "-\(name) takes one text, not \(value.shown)", parameter: name)
    }
}
