extension ScriptReader {
    func operatorOfAssignment() -> (sign: String, change: BinaryOperator?)? {
        switch (source.current, source.peek(1)) {
        case ("="?, let next) where next != "=": ("=", nil)
        case ("+"?, "="?): ("+=", .add)
        case ("*"?, "="?): ("*=", .multiply)
        case ("/"?, "="?): ("/=", .divide)
        case ("%"?, "="?): ("%=", .remainder)
        case (let dash?, "="?) where dash.isDash: ("-=", .subtract)
        case ("?"?, "?"?) where source.peek(2) == "=": ("??=", .coalesce)
        default: nil
        }
    }

    mutating func pipelineOrAssignment() throws(ScriptError) -> Statement.Form {
        guard startsExpression else { return .pipeline(try pipeline(first: nil)) }
        let start = source
        let expression = try expression()
        try skipBlanks()
        guard let (sign, change) = operatorOfAssignment() else {
            return .pipeline(try pipeline(first: .expression(expression, try redirections())))
        }
        try checkAssignable(expression, from: start)
        source.advance(sign.count)
        try skipBlanks(lineEnds: true)
        if source.atEnd { throw error(.missingCommand) }
        return .assignment(expression, change, try nested { reader throws(ScriptError) in try reader.statement() })
    }

    private mutating func checkAssignable(_ expression: Expression, from start: ScriptSource) throws(ScriptError) {
        let here = source
        source = start
        defer { source = here }
        switch expression.form {
        case .constant(.truth(let truth)): throw error(.constantAssigned(truth ? "true" : "false"))
        case .variable, .member, .index, .constant(.null): return
        case .cast(_, let inner): try checkAssignable(inner, from: start)
        case .list(let items): for item in items { try checkAssignable(item, from: start) }
        default: throw error(.notAssignable)
        }
    }

    /// Whether what stands here is a value and not the name of a command.
    var startsExpression: Bool {
        guard let scalar = source.current else { return false }
        switch scalar {
        case "$", "@", "(", "[", "{", "+", "!", ",": return true
        case ".": return source.peek(1)?.isDigit ?? false
        case _ where scalar.isSingleQuote || scalar.isDoubleQuote: return true
        case _ where scalar.isDigit: return NumberText.read(source.numberHere) != nil
        case _ where scalar.isDash:
            let next = source.peek(1)
            if next.map({ $0.isDash || $0.isDigit || $0 == "(" || $0 == "$" || $0 == "." || $0.isSingleQuote || $0.isDoubleQuote }) ?? false
            {
                return true
            }
            return Self.unaryWords[source.wordAfterDash] != nil
        default: return false
        }
    }

    mutating func pipeline(first: Pipeline.Element?) throws(ScriptError) -> Pipeline {
        var elements: [Pipeline.Element] = []
        if let first { elements.append(first) } else { elements.append(try element()) }
        while true {
            let here = source
            try skipBlanks()
            if source.current?.isLineEnd ?? false { try skipBlanks(lineEnds: true) }
            guard source.current == "|", source.peek(1) != "|" else {
                source = here
                return Pipeline(elements: elements)
            }
            source.advance()
            try skipBlanks(lineEnds: true)
            guard elements.count < Self.itemLimit else { throw error(.tooManyItems) }
            if startsExpression { throw error(.notHere("a value after a |", instead: "only commands can follow it")) }
            elements.append(try element())
        }
    }

    private mutating func element() throws(ScriptError) -> Pipeline.Element {
        guard let scalar = source.current, !scalar.isLineEnd else { throw error(.missingCommand) }
        let place = source.place
        if scalar == "&" || scalar == ".",
            source.peek(1).map({ $0.isBlank || $0 == "{" || $0 == "$" || $0 == "(" || $0 == "'" || $0 == "\"" }) ?? false
        {
            source.advance()
            try skipBlanks()
            let isDotted = scalar == "."
            if source.current?.isNameStart ?? false, !isDotted {
                return .command(try command(at: place, named: .word(commandWord())))
            }
            return .command(try command(at: place, named: .value(try argument(), isDotted: isDotted)))
        }
        guard
            scalar.isNameStart || scalar == "%" || scalar == "?" || scalar == "." || scalar == "\\" || scalar == "~" || scalar == "/"
                || scalar.isDigit
        else { throw unexpected() }
        return .command(try command(at: place, named: .word(try checkedWord())))
    }

    private mutating func checkedWord() throws(ScriptError) -> String {
        let start = source
        let word = commandWord()
        if source.current == ",", !word.isEmpty {
            source = start
            throw error(.bareTextInExpression)
        }
        guard !word.isEmpty else { throw unexpected() }
        return word
    }

    private mutating func commandWord() -> String {
        if source.current == "%" || source.current == "?" {
            defer { source.advance() }
            return String(Character(source.current!))
        }
        let written = source.take { !$0.endsBareWord && $0 != "=" && $0 != "$" && $0 != "`" }
        return String(String.UnicodeScalarView(written.unicodeScalars.map { $0.isDash ? "-" : $0 }))
    }

    private mutating func command(at place: Script.Place, named name: Command.Name) throws(ScriptError) -> Command {
        var command = Command(place: place, name: name, arguments: [])
        while true {
            let before = source.position
            try skipBlanks()
            if let redirection = try redirection() {
                command.redirections.append(redirection)
                continue
            }
            guard let scalar = source.current, !scalar.isLineEnd, scalar != ";", scalar != "|", scalar != ")", scalar != "}" else {
                return command
            }
            guard source.position > before || command.mayBeFollowed(by: scalar) else { throw error(.valueRunsOn) }
            guard command.arguments.count < Self.itemLimit else { throw error(.tooManyItems) }
            if scalar.isDash, let next = source.peek(1), next.isNameStart || next == "?" {
                command.arguments.append(try parameter())
            } else if scalar == "@", let next = source.peek(1), next.isNameStart {
                let place = source.place
                source.advance()
                command.arguments.append(.splat(source.take { $0.isNamePart }.lowercased(), place))
            } else if scalar.isDash, source.peek(1)?.isDash ?? false, source.peek(2) == "%" {
                throw error(.notHere("--%", instead: "write the arguments as PowerShell's"))
            } else {
                command.arguments.append(.value(try argumentList()))
            }
        }
    }

    private mutating func parameter() throws(ScriptError) -> Argument {
        let place = source.place
        source.advance()
        if source.skip("?") { return .parameter("?", value: nil, place) }
        let name = source.take { $0.isNamePart }
        guard source.skip(":") else { return .parameter(name, value: nil, place) }
        try skipBlanks()
        guard let scalar = source.current, !scalar.isLineEnd, scalar != ";", scalar != "|" else {
            throw error(.missingValue(after: "-\(name):"))
        }
        return .parameter(name, value: try argumentList(), place)
    }

    /// One value, or several with commas between them.
    private mutating func argumentList() throws(ScriptError) -> Expression {
        let first = try argument()
        return try list(from: first) { reader throws(ScriptError) in try reader.argument() }
    }

    /// Goes on with `, value` after a first value, if there is a comma.
    mutating func list(
        from first: Expression, next: (inout ScriptReader) throws(ScriptError) -> Expression
    ) throws(ScriptError) -> Expression {
        var items = [first]
        while true {
            let before = source
            try skipBlanks()
            guard source.skip(",") else {
                source = before
                return items.count == 1 ? first : Expression(place: first.place, form: .list(items))
            }
            try skipBlanks(lineEnds: true)
            guard items.count < Self.itemLimit else { throw error(.tooManyItems) }
            if source.atEnd { throw error(.missingValue(after: "the comma")) }
            items.append(try next(&self))
        }
    }

    mutating func redirections() throws(ScriptError) -> [Redirection] {
        var all: [Redirection] = []
        while true {
            try skipBlanks()
            guard let redirection = try redirection() else { return all }
            all.append(redirection)
        }
    }

    /// `>`, `>>`, `2>`, `*>` and what follows, if one stands here.
    private mutating func redirection() throws(ScriptError) -> Redirection? {
        guard let scalar = source.current else { return nil }
        let isNumbered = (scalar.isDigit || scalar == "*") && source.peek(1) == ">"
        guard scalar == ">" || isNumbered else { return nil }
        let place = source.place
        let stream: Redirection.Stream
        switch isNumbered ? scalar : "1" {
        case "1": stream = .output
        case "2": stream = .errors
        case "3": stream = .warnings
        case "*": stream = .all
        default: stream = .others
        }
        let appends = source.peek(isNumbered ? 2 : 1) == ">"
        let sign = source
        source.advance((isNumbered ? 2 : 1) + (appends ? 1 : 0))
        if source.current == "&" {
            source = sign
            throw error(.notHere("joining streams with >&", instead: "use -ErrorVariable or -WarningVariable"))
        }
        try skipBlanks()
        guard let next = source.current, !next.isLineEnd else { throw error(.missingValue(after: ">")) }
        return Redirection(place: place, stream: stream, appends: appends, target: try argument())
    }
}

extension Command {
    /// Whether its first argument may stand without a blank before it: the block of `%{ … }` and `?{ … }`.
    fileprivate func mayBeFollowed(by scalar: Unicode.Scalar) -> Bool {
        guard case .word(let name) = name, arguments.isEmpty else { return false }
        return scalar == "{" && (name == "%" || name == "?")
    }
}
