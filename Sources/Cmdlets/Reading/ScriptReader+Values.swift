extension ScriptReader {
    /// A value as a command's argument, where a word without quotes is text.
    mutating func argument() throws(ScriptError) -> Expression {
        guard let scalar = source.current else { throw error(.missingValue(after: "this")) }
        if scalar == "$" {
            let start = source
            let value = try postfix(of: primary())
            if source.current.map({ $0.endsBareWord || $0 == "]" || $0 == "}" }) ?? true { return value }
            source = start
            return try bareWord()
        }
        if scalar == "@" || scalar == "(" || scalar == "{" || scalar.isSingleQuote || scalar.isDoubleQuote {
            return try postfix(of: primary())
        }
        guard !scalar.endsBareWord else { throw unexpected() }
        return try bareWord()
    }

    /// A value that stands alone: a text, a number, a variable, or something in brackets.
    mutating func primary() throws(ScriptError) -> Expression {
        let place = source.place
        guard let scalar = source.current else { throw error(.missingValue(after: "this")) }
        switch scalar {
        case "$": return try variable()
        case "@": return try collection()
        case "(":
            source.advance()
            let statement = try bracketed { reader throws(ScriptError) in
                try reader.skipBlanks(lineEnds: true)
                let statement = try reader.statement()
                try reader.close(")")
                return statement
            }
            return Expression(place: place, form: .parenthesis(statement))
        case "{":
            source.advance()
            return Expression(place: place, form: .block(try bracketed { reader throws(ScriptError) in try reader.block(closing: "}") }))
        case _ where scalar.isSingleQuote: return Expression(place: place, form: .constant(.text(try singleQuoted())))
        case _ where scalar.isDoubleQuote: return Expression(place: place, form: .text(try doubleQuoted()))
        case _ where scalar.isDigit || scalar == ".": return try number()
        case _ where scalar.isNameStart: throw error(.bareTextInExpression)
        default: throw unexpected()
        }
    }

    mutating func number() throws(ScriptError) -> Expression {
        let start = source
        let word = source.numberHere
        guard let value = NumberText.read(String(String.UnicodeScalarView(word.unicodeScalars.map { $0.isDash ? "-" : $0 }))), !word.isEmpty
        else { throw word.unicodeScalars.first?.isDigit ?? false ? error(.bareTextInExpression) : unexpected() }
        source.advance(word.unicodeScalars.count)
        if let next = source.current, next.isNamePart {
            source = start
            throw error(.bareTextInExpression)
        }
        return Expression(place: start.place, form: .constant(value))
    }

    private mutating func bareWord() throws(ScriptError) -> Expression {
        let place = source.place
        var parts = TextParts()
        while let scalar = source.current, !scalar.endsBareWord {
            switch scalar {
            case "`":
                if source.peek(1)?.isLineEnd ?? true { return Expression(place: place, form: parts.word) }
                try parts.append(escape())
            case "$": try dollar(into: &parts)
            case _ where scalar.isInvisible: throw unexpected()
            default:
                parts.append(scalar)
                source.advance()
            }
        }
        return Expression(place: place, form: parts.word)
    }

    private mutating func variable() throws(ScriptError) -> Expression {
        let place = source.place
        if source.peek(1) == "(" {
            source.advance(2)
            return Expression(place: place, form: .group(try group()))
        }
        return try namedVariable(at: place)
    }

    /// A variable by its name, or one of the three that never change.
    mutating func namedVariable(at place: Script.Place) throws(ScriptError) -> Expression {
        let variable = try variableName()
        let form: Expression.Form =
            switch variable.name {
            case "true": .constant(.truth(true))
            case "false": .constant(.truth(false))
            case "null": .constant(.null)
            default: .variable(variable)
            }
        return Expression(place: place, form: form)
    }

    /// Statements up to and with a closing parenthesis.
    mutating func group() throws(ScriptError) -> [Statement] {
        try bracketed { reader throws(ScriptError) in
            let statements = try reader.statements(until: ")")
            guard reader.source.skip(")") else { throw reader.error(.missingClosing(")")) }
            return statements
        }
    }

    /// `$name`, `${name}` or `$scope:name`, in lower case, since case means nothing.
    mutating func variableName() throws(ScriptError) -> Variable {
        let start = source
        source.advance()
        if let scalar = source.current, scalar == "?" || scalar == "$" || scalar == "^" {
            source.advance()
            guard scalar == "?" else {
                source = start
                throw error(.automaticVariable("$" + String(Character(scalar))))
            }
            return Variable(name: "?")
        }
        let isBraced = source.skip("{")
        var name = source.take { isBraced ? $0 != "}" && $0 != ":" && !$0.isLineEnd : $0.isNamePart }
        var scope = Variable.Scope.nearest
        if source.current == ":", source.peek(1).map({ $0.isNamePart || isBraced }) ?? false {
            switch name.lowercased() {
            case "script": scope = .script
            case "global": scope = .global
            case "local", "private": scope = .local
            case let drive:
                source = start
                if drive == "env" { throw error(.environment) }
                throw error(["function", "alias", "variable", "using"].contains(drive) ? .drive(drive) : .variableScope)
            }
            source.advance()
            name = source.take { isBraced ? $0 != "}" && !$0.isLineEnd : $0.isNamePart }
        }
        if name.isEmpty || (isBraced && !source.skip("}")) {
            source = start
            throw error(.variableName)
        }
        return Variable(scope: scope, name: name.lowercased() == "psitem" ? "_" : name.lowercased())
    }

    /// `@( )`, `@{ }`, `@" "@` or `@' '@`.
    private mutating func collection() throws(ScriptError) -> Expression {
        let place = source.place
        switch source.peek(1) {
        case "("?:
            source.advance(2)
            return Expression(place: place, form: .array(try group()))
        case "{"?:
            source.advance(2)
            let entries = try bracketed { reader throws(ScriptError) in try reader.tableItems() }
            return Expression(place: place, form: .table(entries, isOrdered: false))
        case let quote? where quote.isSingleQuote || quote.isDoubleQuote:
            return try hereText(isExpandable: quote.isDoubleQuote)
        default: throw error(.notHere("@", instead: "an array is @(…), a hashtable @{…}, and splatting @name stands after a command"))
        }
    }

    private mutating func tableItems() throws(ScriptError) -> [(key: Expression, value: Statement)] {
        var items: [(key: Expression, value: Statement)] = [], names: Set<String> = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(";") { continue }
            if source.skip("}") { return items }
            guard !source.atEnd else { throw error(.missingClosing("}")) }
            guard items.count < Self.tableLimit else { throw error(.tooManyItems) }
            let start = source
            let key = try tableKey()
            if case .constant(.text(let name)) = key.form, !names.insert(name.lowercased()).inserted {
                source = start
                throw error(.tableKeyTwice(name))
            }
            try skipBlanks()
            guard source.skip("=") else { throw error(.tableKey) }
            try skipBlanks(lineEnds: true)
            if source.atEnd { throw error(.missingValue(after: "the =")) }
            items.append((key, try statement()))
            try skipBlanks()
            guard let next = source.current, next == ";" || next == "}" || next.isLineEnd else {
                throw source.atEnd ? error(.missingClosing("}")) : unexpected()
            }
        }
    }

    private mutating func tableKey() throws(ScriptError) -> Expression {
        let place = source.place
        guard let scalar = source.current else { throw error(.tableKey) }
        if scalar.isNameStart {
            return Expression(place: place, form: .constant(.text(source.take { $0.isNamePart || $0 == "-" || $0 == "." })))
        }
        if scalar.isSingleQuote || scalar.isDoubleQuote || scalar == "$" || scalar == "(" || scalar.isDigit || scalar.isDash
            || scalar == "["
        {
            return try unary()
        }
        throw error(.tableKey)
    }
}

/// Gathers literal text and values in turn.
struct TextParts {
    private var parts: [Expression.TextPart] = []
    private var literal = String.UnicodeScalarView()

    mutating func append(_ scalar: Unicode.Scalar?) { if let scalar { literal.append(scalar) } }

    mutating func append(_ value: Expression) {
        flush()
        parts.append(.value(value))
    }

    private mutating func flush() {
        if !literal.isEmpty { parts.append(.literal(String(literal))) }
        literal = String.UnicodeScalarView()
    }

    var done: [Expression.TextPart] {
        var copy = self
        copy.flush()
        return copy.parts
    }

    /// What a word without quotes is: a text, which may be a number too.
    var word: Expression.Form {
        let parts = done
        guard parts.count <= 1 else { return .text(parts) }
        guard case .literal(let text)? = parts.first else { return parts.isEmpty ? .constant(.text("")) : .text(parts) }
        guard let number = NumberText.read(text), !text.isEmpty else { return .constant(.text(text)) }
        return .word(text, number)
    }
}
