extension ScriptReader {
    /// A value as a cmdlet's argument, where a word without quotes is text.
    mutating func argument() throws(ScriptError) -> Script.Expression {
        guard let scalar = source.current else { throw error(.missingValue(after: "this")) }
        if scalar == "$" || scalar == "@" || scalar == "(" || scalar.isSingleQuote || scalar.isDoubleQuote { return try value() }
        guard !scalar.endsBareWord, scalar != "[" else { throw unexpected() }
        return try bareWord()
    }

    /// A value where text needs quotes: the right-hand side of an assignment, an item of `@( )`, the value of a hashtable's key.
    mutating func value() throws(ScriptError) -> Script.Expression {
        let place = source.place
        guard let scalar = source.current else { throw error(.missingValue(after: "this")) }
        switch scalar {
        case "$": return try properties(of: variable())
        case "@": return try properties(of: bracket())
        case "(":
            return try properties(of: nested { reader throws(ScriptError) in try reader.parenthesis(place) })
        case _ where scalar.isSingleQuote: return Script.Expression(place: place, form: .text([.literal(try singleQuoted())]))
        case _ where scalar.isDoubleQuote: return Script.Expression(place: place, form: .text(try doubleQuoted()))
        case _ where scalar.isDigit || scalar.isDash || scalar == "+" || scalar == ".": return try number()
        case _ where scalar.isNameStart: throw error(.bareTextInExpression)
        default: throw unexpected()
        }
    }

    private mutating func number() throws(ScriptError) -> Script.Expression {
        let start = source
        let word = source.take { !$0.endsBareWord }
        let digits = word.unicodeScalars.drop { $0.isDash || $0 == "+" }
        guard let first = digits.first, first.isDigit || first == ".", digits.allSatisfy({ $0.isDigit || $0 == "." }) else {
            source = start
            throw word.unicodeScalars.first!.isDigit ? error(.bareTextInExpression) : unexpected()
        }
        return Script.Expression(place: start.place, form: .text([.literal(word)]))
    }

    private mutating func bareWord() throws(ScriptError) -> Script.Expression {
        let place = source.place
        var parts = TextParts()
        while let scalar = source.current, !scalar.endsBareWord {
            switch scalar {
            case "`":
                if source.peek(1)?.isLineEnd ?? true { return Script.Expression(place: place, form: .text(parts.done)) }
                try parts.append(escape())
            case "$": try dollar(into: &parts)
            case _ where scalar.isInvisible: throw unexpected()
            default:
                parts.append(scalar)
                source.advance()
            }
        }
        return Script.Expression(place: place, form: .text(parts.done))
    }

    private mutating func singleQuoted() throws(ScriptError) -> String {
        let start = source
        source.advance()
        var text = String.UnicodeScalarView()
        while let scalar = source.current {
            source.advance()
            if scalar.isSingleQuote {
                guard let next = source.current, next.isSingleQuote else { return String(text) }
                source.advance()
            }
            text.append(scalar)
        }
        source = start
        throw error(.unterminatedText(quote: "'"))
    }

    private mutating func doubleQuoted() throws(ScriptError) -> [Script.TextPart] {
        let start = source
        source.advance()
        var parts = TextParts()
        while let scalar = source.current {
            switch scalar {
            case "`": try parts.append(escape())
            case "$": try dollar(into: &parts)
            default:
                source.advance()
                if scalar.isDoubleQuote {
                    guard let next = source.current, next.isDoubleQuote else { return parts.done }
                    source.advance()
                }
                parts.append(scalar)
            }
        }
        source = start
        throw error(.unterminatedText(quote: "\""))
    }

    /// A `$` in text: a variable if a name follows, refused if PowerShell would put something else there, and otherwise itself.
    private mutating func dollar(into parts: inout TextParts) throws(ScriptError) {
        let place = source.place
        switch source.peek(1) {
        case "("?: throw error(.subexpression)
        case let next? where next == "$" || next == "^" || next == "?" || next.isDigit:
            throw error(.automaticVariable("$" + String(next)))
        case let next? where next == "{" || next.isNameStart: parts.append(variable: try variableName(), place)
        default:
            parts.append("$")
            source.advance()
        }
    }

    private mutating func escape() throws(ScriptError) -> Unicode.Scalar? {
        let start = source
        source.advance()
        guard let scalar = source.current else {
            source = start
            throw error(.unterminatedText(quote: "\""))
        }
        source.advance()
        switch scalar {
        case "0": return "\0"
        case "a": return "\u{7}"
        case "b": return "\u{8}"
        case "e": return "\u{1B}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "u":
            guard source.skip("{") else { return scalar }
            let digits = source.take { $0.properties.isASCIIHexDigit }
            guard (1...6).contains(digits.count), source.skip("}"), let escaped = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
            else {
                source = start
                throw error(.escape)
            }
            return escaped
        case "\r" where source.current == "\n":
            source.advance()
            return nil
        case "\n", "\r": return nil
        default: return scalar
        }
    }

    private mutating func variable() throws(ScriptError) -> Script.Expression {
        let place = source.place
        if source.peek(1) == "(" { throw error(.subexpression) }
        let name = try variableName()
        let form: Script.Expression.Form =
            switch name {
            case "true": .truth(true)
            case "false": .truth(false)
            case "null": .null
            default: .variable(name)
            }
        return Script.Expression(place: place, form: form)
    }

    /// `$name` or `${name}`, in lower case, since case means nothing.
    private mutating func variableName() throws(ScriptError) -> String {
        let start = source
        source.advance()
        let braced = source.skip("{")
        let name = source.take { $0.isNamePart }
        let scoped = source.current == ":" && (source.peek(1)?.isNamePart ?? false)
        if name.isEmpty || scoped || (braced && !source.skip("}")) {
            source = start
            throw error(scoped ? .variableScope : .variableName)
        }
        return name.lowercased()
    }

    private mutating func properties(of object: Script.Expression) throws(ScriptError) -> Script.Expression {
        var expression = object
        var steps = 0
        while let next = source.peek(1), source.current == ".", next.isNameStart {
            guard steps < Self.nestingLimit else { throw error(.tooDeep) }
            source.advance()
            let name = source.take { $0.isNamePart }
            expression = Script.Expression(place: object.place, form: .property(expression, name))
            steps += 1
        }
        if source.current == "[" { throw error(.indexing) }
        return expression
    }

    private mutating func parenthesis(_ place: Script.Place) throws(ScriptError) -> Script.Expression {
        source.advance()
        try skipBlanks(lineEnds: true)
        let pipeline = try pipeline()
        try skipBlanks(lineEnds: true)
        guard source.skip(")") else { throw source.atEnd ? error(.missingClosing(")")) : unexpected() }
        return Script.Expression(place: place, form: .pipeline(pipeline))
    }

    private mutating func bracket() throws(ScriptError) -> Script.Expression {
        let place = source.place
        switch source.peek(1) {
        case "("?: return try nested { reader throws(ScriptError) in try reader.array(place) }
        case "{"?: return try nested { reader throws(ScriptError) in try reader.table(place) }
        case let quote? where quote.isSingleQuote || quote.isDoubleQuote: throw error(.hereString)
        default: throw error(.splatting)
        }
    }

    private mutating func array(_ place: Script.Place) throws(ScriptError) -> Script.Expression {
        source.advance(2)
        var items: [Script.Expression] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(";") { continue }
            if source.skip(")") { return Script.Expression(place: place, form: .list(items)) }
            guard !source.atEnd else { throw error(.missingClosing(")")) }
            guard items.count < Self.itemLimit else { throw error(.tooManyItems) }
            let here = source.place
            items.append(Script.Expression(place: here, form: .pipeline(try pipeline())))
            try skipBlanks()
            guard let next = source.current, next == ";" || next == ")" || next.isLineEnd else {
                throw source.atEnd ? error(.missingClosing(")")) : unexpected()
            }
        }
    }

    private mutating func table(_ place: Script.Place) throws(ScriptError) -> Script.Expression {
        source.advance(2)
        var items: [Script.TableItem] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(";") { continue }
            if source.skip("}") { return Script.Expression(place: place, form: .table(items)) }
            guard !source.atEnd else { throw error(.missingClosing("}")) }
            guard items.count < Self.tableLimit else { throw error(.tooManyItems) }
            items.append(try tableItem(after: items))
            try skipBlanks()
            guard let next = source.current, next == ";" || next == "}" || next.isLineEnd else {
                throw source.atEnd ? error(.missingClosing("}")) : unexpected()
            }
        }
    }

    private mutating func tableItem(after items: [Script.TableItem]) throws(ScriptError) -> Script.TableItem {
        let start = source
        let key = try tableKey()
        if items.contains(where: { $0.key == key.lowercased() }) {
            source = start
            throw error(.tableKeyTwice(key))
        }
        try skipBlanks()
        guard source.skip("=") else { throw error(.tableKey) }
        try skipBlanks(lineEnds: true)
        let first = try value()
        return Script.TableItem(key: key.lowercased(), value: try list(from: first))
    }

    private mutating func tableKey() throws(ScriptError) -> String {
        guard let scalar = source.current else { throw error(.tableKey) }
        if scalar.isSingleQuote { return try singleQuoted() }
        if scalar.isDoubleQuote {
            guard case (.literal(let text)?, nil) = { ($0.first, $0.dropFirst().first) }(try doubleQuoted()) else { throw error(.tableKey) }
            return text
        }
        let key = source.take { $0.isNamePart }
        guard !key.isEmpty else { throw error(.tableKey) }
        return key
    }
}

/// Gathers literal text and variables in turn.
private struct TextParts {
    private var parts: [Script.TextPart] = []
    private var literal = String.UnicodeScalarView()

    mutating func append(_ scalar: Unicode.Scalar?) { if let scalar { literal.append(scalar) } }

    mutating func append(variable name: String, _ place: Script.Place) {
        flush()
        parts.append(.variable(name, place))
    }

    private mutating func flush() {
        if !literal.isEmpty { parts.append(.literal(String(literal))) }
        literal = String.UnicodeScalarView()
    }

    var done: [Script.TextPart] {
        var copy = self
        copy.flush()
        return copy.parts
    }
}
