/// `[CmdletBinding()] param( … )`.
struct ParameterBlock {
    var all: [Parameter] = []
    var isAdvanced = false
    var supportsShouldProcess = false
    var impact = Impact.medium
    var placesAll = true
    var standardSet: String?
}

extension ScriptReader {
    /// `[CmdletBinding()] param( … )` at the start of a script or block, if it is there.
    mutating func parameterBlock() throws(ScriptError) -> ParameterBlock {
        let start = source
        var block = ParameterBlock()
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(";") { continue }
            guard source.current == "[", let name = attributeHere, Self.ofBlock.contains(name) else { break }
            let (_, settings) = try attribute()
            guard name == "cmdletbinding" else { continue }
            block.isAdvanced = true
            for (setting, value) in settings { try apply(setting, value?.fixed, to: &block) }
        }
        guard source.wordHere.lowercased() == "param", source.follows("param", by: "(") else {
            source = start
            return ParameterBlock()
        }
        source.advance(5)
        try skipBlanks(lineEnds: true)
        source.advance()
        block.all = try parameters()
        block.isAdvanced =
            block.isAdvanced
            || block.all.contains {
                $0.isMandatory(in: nil) || !$0.sets.isEmpty || $0.position != nil || $0.takesPipeline || $0.takesPipelineByName
            }
        return block
    }

    /// A setting of `[CmdletBinding( )]`; what only says where help is, is passed over.
    private func apply(_ setting: String?, _ value: Value?, to block: inout ParameterBlock) throws(ScriptError) {
        func refuse() -> ScriptError {
            let words = [setting, value?.text].compactMap(\.self)
            return error(.attribute("CmdletBinding(\(words.joined(separator: " = ")))"))
        }
        switch setting {
        case "defaultparametersetname": block.standardSet = value?.text
        case "supportsshouldprocess": block.supportsShouldProcess = value?.isTrue ?? true
        case "positionalbinding": block.placesAll = value?.isTrue ?? true
        case "confirmimpact":
            guard let impact = value.flatMap({ Impact(rawValue: $0.text.lowercased()) }) else { throw refuse() }
            block.impact = impact
        case "helpuri": break
        default: throw refuse()
        }
    }

    private static let ofBlock: Set<String> = [
        "cmdletbinding", "outputtype", "alias", "diagnostics.codeanalysis.suppressmessageattribute",
        "system.diagnostics.codeanalysis.suppressmessageattribute", "diagnostics.codeanalysis.suppressmessage",
    ]

    /// The name of an attribute that stands here, in lower case: a name in brackets with parentheses after it.
    private var attributeHere: String? {
        var look = source
        look.advance()
        let name = look.take { $0.isNamePart || $0 == "." }
        return look.current == "(" || Self.ofBlock.contains(name.lowercased()) ? name.lowercased() : nil
    }

    /// Parameters up to and with the closing parenthesis.
    mutating func parameters() throws(ScriptError) -> [Parameter] {
        try bracketed { reader throws(ScriptError) in
            var parameters: [Parameter] = []
            while true {
                try reader.skipBlanks(lineEnds: true)
                if reader.source.skip(")") { return parameters }
                guard !reader.source.atEnd else { throw reader.error(.missingClosing(")")) }
                parameters.append(try reader.parameter())
                guard parameters.count <= Self.tableLimit else { throw reader.error(.tooManyItems) }
                try reader.skipBlanks(lineEnds: true)
                if reader.source.skip(",") { continue }
                guard reader.source.current == ")" else {
                    throw reader.source.atEnd ? reader.error(.missingClosing(")")) : reader.unexpected()
                }
            }
        }
    }

    private mutating func parameter() throws(ScriptError) -> Parameter {
        let place = source.place
        var draft = Parameter(place: place, name: "")
        while source.current == "[" {
            if attributeHere != nil {
                let start = source
                let (name, arguments) = try attribute()
                let here = source
                source = start
                try apply(name, arguments, to: &draft)
                source = here
            } else {
                draft.type = try typeName()
            }
            try skipBlanks(lineEnds: true)
        }
        guard source.current == "$" else { throw error(.variableName) }
        let name = try variableName().name
        var parameter = Parameter(place: place, name: name)
        (parameter.aliases, parameter.type, parameter.isMandatory, parameter.position) = (
            draft.aliases, draft.type, draft.isMandatory, draft.position
        )
        (parameter.takesPipeline, parameter.takesPipelineByName, parameter.takesRemaining) = (
            draft.takesPipeline, draft.takesPipelineByName, draft.takesRemaining
        )
        (parameter.sets, parameter.allowed, parameter.checks) = (draft.sets, draft.allowed, draft.checks)
        try skipBlanks(lineEnds: true)
        if source.skip("=") {
            try skipBlanks(lineEnds: true)
            parameter.initial = try itemWithoutComma()
        }
        return parameter
    }

    typealias AttributeArgument = (name: String?, value: Expression?)

    /// `[Name(Argument, Name = Argument)]`.
    private mutating func attribute() throws(ScriptError) -> (String, [AttributeArgument]) {
        source.advance()
        let name = source.take { $0.isNamePart || $0 == "." }.lowercased()
        var arguments: [AttributeArgument] = []
        if source.skip("(") {
            arguments = try nested { reader throws(ScriptError) in try reader.attributeArguments() }
        }
        try close("]")
        return (name, arguments)
    }

    private mutating func attributeArguments() throws(ScriptError) -> [AttributeArgument] {
        var arguments: [AttributeArgument] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(")") { return arguments }
            guard !source.atEnd else { throw error(.missingClosing(")")) }
            guard arguments.count < Self.itemLimit else { throw error(.tooManyItems) }
            if source.current?.isNameStart ?? false {
                let name = source.take { $0.isNamePart }.lowercased()
                try skipBlanks(lineEnds: true)
                let hasValue = source.skip("=")
                try skipBlanks(lineEnds: true)
                arguments.append((name, hasValue ? try itemWithoutComma() : nil))
            } else {
                arguments.append((nil, try itemWithoutComma()))
            }
            try skipBlanks(lineEnds: true)
            if source.skip(",") { continue }
            guard source.current == ")" else { throw source.atEnd ? error(.missingClosing(")")) : unexpected() }
        }
    }

    private func apply(_ name: String, _ arguments: [AttributeArgument], to parameter: inout Parameter) throws(ScriptError) {
        let values = arguments.compactMap { $0.name == nil ? $0.value?.fixed : nil }.flatMap(\.items)
        func two() -> (Int, Int)? {
            guard values.count == 2, let low = values[0].integer, let high = values[1].integer, low <= high else { return nil }
            return (low, high)
        }
        switch name.hasSuffix("attribute") ? String(name.dropLast(9)) : name {
        case "parameter": try applySettings(arguments, to: &parameter)
        case "alias": parameter.aliases += values.map(\.text)
        case "validateset" where !values.isEmpty: parameter.checks.append(.set(values))
        case "validaterange" where values.count == 2: parameter.checks.append(.range(values[0], values[1]))
        case "validatenotnull": parameter.checks.append(.notNull)
        case "validatenotnullorempty", "validatenotnullorwhitespace": parameter.checks.append(.notNullOrEmpty)
        case "validatepattern" where values.count == 1: parameter.checks.append(.pattern(values[0].text))
        case "validatescript":
            guard case .block(let block)? = arguments.first?.value?.form else { throw error(.attribute(name)) }
            parameter.checks.append(.script(block))
        case "allownull", "allowemptystring", "allowemptycollection":
            if let emptiness = Parameter.Emptiness(rawValue: name) { parameter.allowed.insert(emptiness) }
        case "argumentcompleter", "supportswildcards", "credential": break
        case "validatelength":
            guard let (low, high) = two() else { throw error(.attribute(name)) }
            parameter.checks.append(.length(low, high))
        case "validatecount":
            guard let (low, high) = two() else { throw error(.attribute(name)) }
            parameter.checks.append(.count(low, high))
        default: throw error(.attribute(name))
        }
    }

    private func applySettings(_ arguments: [AttributeArgument], to parameter: inout Parameter) throws(ScriptError) {
        var set: String?, isMandatory = false
        for (name, value) in arguments {
            let isOn = value?.fixed?.isTrue ?? true
            switch name {
            case "mandatory": isMandatory = isOn
            case "position": parameter.position = value?.fixed?.integer
            case "valuefrompipeline": parameter.takesPipeline = isOn
            case "valuefrompipelinebypropertyname": parameter.takesPipelineByName = isOn
            case "valuefromremainingarguments": parameter.takesRemaining = isOn
            case "parametersetname": set = value?.fixed?.text
            case "helpmessage", "helpmessagebasename", "helpmessageresourceid", "dontshow": break
            default: throw error(.attribute("Parameter(\(name ?? value?.fixed?.text ?? ""))"))
            }
        }
        if let set, !set.isSameName(as: Parameter.allSets) {
            parameter.sets.append((set, isMandatory))
        } else {
            parameter.isMandatory = parameter.isMandatory || isMandatory
        }
    }
}

extension Expression {
    /// The value of what needs nothing run.
    var fixed: Value? {
        switch form {
        case .constant(let value), .word(_, let value): return value
        case .text(let parts):
            var text = ""
            for part in parts {
                guard case .literal(let literal) = part else { return nil }
                text += literal
            }
            return .text(text)
        case .list(let items):
            let values = items.compactMap(\.fixed)
            return values.count == items.count ? .list(values) : nil
        case .unary(.minus, let value):
            switch value.fixed {
            case .integer(let integer)?: return .integer(-integer)
            case .real(let real)?: return .real(-real)
            default: return nil
            }
        case .parenthesis(let statement): return statement.fixed
        case .array(let statements):
            let values = statements.compactMap(\.fixed)
            return values.count == statements.count ? .list(values.flatMap(\.items)) : nil
        default: return nil
        }
    }
}

extension Statement {
    var fixed: Value? {
        guard case .pipeline(let pipeline) = form, pipeline.elements.count == 1, case .expression(let value, _) = pipeline.elements[0]
        else {
            return nil
        }
        return value.fixed
    }
}
