/// Reads a script by recursive descent. Nothing is looked up or run here: names of cmdlets and parameters are only words.
package struct ScriptReader {
    package static let sizeLimit = 4 << 20
    package static let statementLimit = 20_000
    package static let nestingLimit = 32
    /// Items of one array, elements of one pipeline, arguments of one command.
    package static let itemLimit = 10_000
    /// Entries of one hashtable.
    package static let tableLimit = 100

    var source: ScriptSource
    private var depth = 0

    /// Reads a whole script, or says what is wrong with the first thing that is.
    package static func read(_ text: String) throws(ScriptError) -> Script {
        guard text.utf8.count <= sizeLimit else {
            throw ScriptError(place: Script.Place(line: 1, column: 1), text: "", rule: .tooLong)
        }
        var reader = ScriptReader(source: ScriptSource(text))
        return Script(statements: try reader.statements())
    }

    private init(source: ScriptSource) { self.source = source }

    private mutating func statements() throws(ScriptError) -> [Script.Statement] {
        var statements: [Script.Statement] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(";") { continue }
            if source.atEnd { return statements }
            guard statements.count < Self.statementLimit else { throw error(.tooManyStatements) }
            statements.append(try statement())
            try skipBlanks()
            guard source.atEnd || source.current!.isLineEnd || source.current == ";" else { throw unexpected() }
        }
    }

    private mutating func statement() throws(ScriptError) -> Script.Statement {
        let start = source.position, line = source.line
        var target: Script.Target?
        var first: Script.Expression?
        if source.current == "$" {
            let beginning = source
            let expression = try value()
            try skipBlanks()
            if source.skip("=") {
                target = try assignable(expression, from: beginning)
                try skipBlanks(lineEnds: true)
            } else {
                first = expression
            }
        }
        let pipeline = try pipeline(first: first)
        return Script.Statement(line: line, text: source.text(from: start), target: target, pipeline: pipeline)
    }

    private mutating func assignable(_ expression: Script.Expression, from beginning: ScriptSource) throws(ScriptError) -> Script.Target {
        let here = source
        source = beginning
        defer { source = here }
        switch expression.form {
        case .variable(let name): return Script.Target(place: expression.place, variable: name)
        case .property(let object, let property):
            if case .variable(let name) = object.form { return Script.Target(place: expression.place, variable: name, property: property) }
        case .truth(let truth): throw error(.constantAssigned(truth ? "true" : "false"))
        case .null: throw error(.constantAssigned("null"))
        case .text, .list, .table, .pipeline: break
        }
        throw error(.unexpected("="))
    }

    mutating func pipeline(first: Script.Expression? = nil) throws(ScriptError) -> Script.Pipeline {
        var elements: [Script.Element] = []
        if let first { elements.append(.expression(try list(from: first))) }
        while true {
            if !elements.isEmpty {
                try skipBlanks()
                guard source.skip("|") else { return elements }
                try skipBlanks(lineEnds: true)
            }
            guard elements.count < Self.itemLimit else { throw error(.tooManyItems) }
            elements.append(try element())
        }
    }

    private mutating func element() throws(ScriptError) -> Script.Element {
        guard let scalar = source.current, !scalar.isLineEnd else { throw error(.missingCommand) }
        switch scalar {
        case "&": throw error(.callOperator)
        case "." where source.peek(1).map { !$0.isDigit } ?? true: throw error(.callOperator)
        case _ where scalar.isNameStart: return .command(try command())
        default:
            let expression = try value()
            return .expression(try list(from: expression))
        }
    }

    private mutating func command() throws(ScriptError) -> Script.Command {
        let place = source.place
        let start = source
        let written = source.take { !$0.endsBareWord && $0 != "=" && $0 != "$" && $0 != "`" }
        let name = String(String.UnicodeScalarView(written.unicodeScalars.map { $0.isDash ? "-" : $0 }))
        let isKeyword = Self.controlFlow.contains(name.lowercased())
        if isKeyword || source.current == "," {
            source = start
            throw error(isKeyword ? .controlFlow(name.lowercased()) : .bareTextInExpression)
        }
        return Script.Command(place: place, name: name, arguments: try arguments())
    }

    private static let controlFlow: Set<String> = [
        "if", "else", "elseif", "foreach", "for", "while", "do", "until", "switch", "function", "filter", "param", "begin", "process",
        "end",
        "try", "catch", "finally", "throw", "return", "break", "continue", "trap", "class", "enum", "using", "exit", "foreach-object",
        "where-object",
    ]

    private mutating func arguments() throws(ScriptError) -> [Script.Argument] {
        var arguments: [Script.Argument] = []
        while true {
            let before = source.position
            try skipBlanks()
            guard let scalar = source.current, !scalar.isLineEnd, scalar != ";", scalar != "|", scalar != ")", scalar != "}" else {
                return arguments
            }
            guard source.position > before else { throw error(.valueRunsOn) }
            guard arguments.count < Self.itemLimit else { throw error(.tooManyItems) }
            if scalar.isDash, let next = source.peek(1), next.isNameStart {
                arguments.append(try parameter())
            } else {
                arguments.append(.value(try argumentList()))
            }
        }
    }

    private mutating func parameter() throws(ScriptError) -> Script.Argument {
        let place = source.place
        source.advance()
        let name = source.take { $0.isNamePart }
        guard source.skip(":") else { return .parameter(name, value: nil, place) }
        try skipBlanks()
        guard let scalar = source.current, !scalar.isLineEnd, scalar != ";", scalar != "|" else {
            throw error(.missingValue(after: "-\(name):"))
        }
        return .parameter(name, value: try argumentList(), place)
    }

    /// One value, or several with commas between them.
    private mutating func argumentList() throws(ScriptError) -> Script.Expression {
        let first = try argument()
        return try list(from: first, next: { reader throws(ScriptError) in try reader.argument() })
    }

    /// Goes on with `, value` after a first value, if there is a comma.
    mutating func list(
        from first: Script.Expression,
        next: (inout ScriptReader) throws(ScriptError) -> Script.Expression = { reader throws(ScriptError) in try reader.value() }
    ) throws(ScriptError) -> Script.Expression {
        var items = [first]
        while true {
            let before = source
            try skipBlanks()
            guard source.skip(",") else {
                source = before
                return items.count == 1 ? first : Script.Expression(place: first.place, form: .list(items))
            }
            try skipBlanks(lineEnds: true)
            guard items.count < Self.itemLimit else { throw error(.tooManyItems) }
            if source.atEnd { throw error(.missingValue(after: "the comma")) }
            items.append(try next(&self))
        }
    }

    /// Steps over blanks, comments and continued lines; with `lineEnds`, over line ends too.
    mutating func skipBlanks(lineEnds: Bool = false) throws(ScriptError) {
        while let scalar = source.current {
            switch scalar {
            case "#": _ = source.take { !$0.isLineEnd }
            case "<" where source.peek(1) == "#": try blockComment()
            case "`":
                guard let next = source.peek(1) else { return source.advance() }
                if next.isLineEnd {
                    source.advance(next == "\r" && source.peek(2) == "\n" ? 3 : 2)
                } else if next.isBlank {
                    let tick = source
                    source.advance()
                    guard source.onlyBlanksFollow else { return source = tick }
                    source = tick
                    throw error(.blankAfterBacktick)
                } else {
                    return
                }
            case _ where scalar.isBlank || (lineEnds && scalar.isLineEnd): source.advance()
            default: return
            }
        }
    }

    private mutating func blockComment() throws(ScriptError) {
        let start = source
        source.advance(2)
        while !source.skip("#>") {
            guard !source.atEnd else {
                source = start
                throw error(.unterminatedComment)
            }
            source.advance()
        }
    }

    mutating func nested<Result>(_ read: (inout ScriptReader) throws(ScriptError) -> Result) throws(ScriptError) -> Result {
        guard depth < Self.nestingLimit else { throw error(.tooDeep) }
        depth += 1
        let result = try read(&self)
        depth -= 1
        return result
    }

    func error(_ rule: ScriptError.Rule) -> ScriptError { ScriptError(place: source.place, text: source.restOfLine, rule: rule) }

    func unexpected() -> ScriptError {
        guard let scalar = source.current else { return error(.missingCommand) }
        switch scalar {
        case "<", ">": return error(scalar == "<" && source.lineContains(">") ? .placeholder : .redirection)
        case "{": return error(.scriptBlock)
        case "&": return error(.callOperator)
        case "[": return error(.indexing)
        case "=", "+", "*", "/", "%", "!": return error(.operation(String(scalar)))
        case _ where scalar.isDash:
            return error(.operation("-" + String(source.restOfLine.dropFirst().prefix { $0.isLetter })))
        default:
            return error(.unexpected(scalar.isInvisible ? "the character U+" + scalar.hexadecimal : String(scalar)))
        }
    }
}

extension Unicode.Scalar {
    var hexadecimal: String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
