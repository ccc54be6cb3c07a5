extension ScriptReader {
    /// A statement up to its end, where a line end, a semicolon or a closing bracket stands.
    mutating func statement() throws(ScriptError) -> Statement {
        let start = source.position, place = source.place
        let form = try form()
        return Statement(place: place, text: source.text(from: start), form: form)
    }

    private mutating func form() throws(ScriptError) -> Statement.Form {
        if source.current == ":", let label = try label() { return try loop(label: label) }
        let word = source.wordHere.lowercased()
        guard Self.keywords.contains(word), !source.wordGoesOn(word) else { return try pipelineOrAssignment() }
        switch word {
        case "if": return try choice()
        case "while", "for", "do", "switch": return try loop(label: nil)
        case "foreach":
            guard source.follows(word, by: "(") else { return try pipelineOrAssignment() }
            return try loop(label: nil)
        case "try": return try attempt()
        case "function", "filter": return try function(word)
        case "return", "throw", "exit":
            source.advance(word.count)
            let value = try valueAfterKeyword()
            return word == "return" ? .giveBack(value) : word == "throw" ? .raise(value) : .leave(value)
        case "break", "continue":
            source.advance(word.count)
            try skipBlanks()
            let label = source.wordHere
            source.advance(label.unicodeScalars.count)
            let name = label.isEmpty ? nil : label.lowercased()
            return word == "break" ? .interrupt(label: name) : .resume(label: name)
        case "using":
            if source.restOfLine.lowercased().hasPrefix("using namespace") {
                source.skip { !$0.isLineEnd && $0 != ";" }
                return .choice([], otherwise: nil)
            }
            throw error(.notHere("using", instead: "everything that is available needs no module"))
        default: throw error(.notHere(word, instead: Self.instead[word] ?? "write it with function, if and foreach"))
        }
    }

    private static let keywords: Set<String> = [
        "if", "while", "for", "do", "switch", "foreach", "try", "function", "filter", "return", "throw", "exit", "break", "continue",
        "using",
        "class", "enum", "trap", "workflow", "configuration", "data", "parallel", "sequence", "inlinescript", "else", "elseif", "catch",
        "finally", "until", "param",
    ]

    private static let instead = [
        "class": "use [PSCustomObject]@{ }", "enum": "use [ValidateSet()] or a hashtable", "trap": "use try and catch",
        "else": "it follows the } of an if on the same line or the next",
        "elseif": "it follows the } of an if on the same line or the next",
        "catch": "it follows the } of a try", "finally": "it follows the } of a try or catch", "until": "it follows the } of a do",
        "param": "it stands before every other statement of its script or block",
    ]

    private mutating func label() throws(ScriptError) -> String? {
        let start = source
        source.advance()
        let name = source.take { $0.isNamePart }
        try skipBlanks(lineEnds: true)
        if name.isEmpty || !["while", "for", "do", "switch", "foreach"].contains(source.wordHere.lowercased()) {
            source = start
            return nil
        }
        return name.lowercased()
    }

    private mutating func valueAfterKeyword() throws(ScriptError) -> Statement? {
        try skipBlanks()
        guard let scalar = source.current, !scalar.isLineEnd, scalar != ";", scalar != "}", scalar != ")" else { return nil }
        return try statement()
    }

    private mutating func choice() throws(ScriptError) -> Statement.Form {
        var choices: [(condition: Statement, body: [Statement])] = []
        source.advance(2)
        choices.append((try condition(after: "if"), try body(after: "if ( )")))
        while true {
            let here = source
            try skipBlanks(lineEnds: true)
            switch source.wordHere.lowercased() {
            case "elseif":
                source.advance(6)
                choices.append((try condition(after: "elseif"), try body(after: "elseif ( )")))
            case "else":
                source.advance(4)
                try skipBlanks(lineEnds: true)
                if source.wordHere.lowercased() == "if" {
                    throw error(.notHere("else if", instead: "write elseif"))
                }
                return .choice(choices, otherwise: try body(after: "else"))
            default:
                source = here
                return .choice(choices, otherwise: nil)
            }
        }
    }

    private mutating func loop(label: String?) throws(ScriptError) -> Statement.Form {
        let word = source.wordHere.lowercased()
        source.advance(word.count)
        switch word {
        case "while":
            let condition = try condition(after: word)
            return .repetition(condition: condition, body: try body(after: "while ( )"), isFirstFree: false, until: false, label: label)
        case "do":
            let body = try body(after: word)
            try skipBlanks(lineEnds: true)
            let end = source.wordHere.lowercased()
            guard end == "while" || end == "until" else { throw error(.missingValue(after: "do { }, while or until,")) }
            source.advance(5)
            return .repetition(
                condition: try condition(after: end), body: body, isFirstFree: true, until: end == "until", label: label)
        case "for": return try counting(label: label)
        case "foreach": return try each(label: label)
        default: return try selection(label: label)
        }
    }

    private mutating func counting(label: String?) throws(ScriptError) -> Statement.Form {
        try skipBlanks(lineEnds: true)
        guard source.skip("(") else { throw error(.missingParenthesis(after: "for")) }
        var parts: [Statement?] = []
        for place in 0..<3 {
            try skipBlanks(lineEnds: true)
            let isEmpty = source.current == ";" || source.current == ")"
            parts.append(isEmpty ? nil : try statement())
            try skipBlanks(lineEnds: true)
            if place < 2, !source.skip(";") {
                guard source.current == ")" else { throw source.atEnd ? error(.missingClosing(")")) : unexpected() }
            }
        }
        try close(")")
        return .counting(first: parts[0], condition: parts[1], next: parts[2], body: try body(after: "for ( )"), label: label)
    }

    private mutating func each(label: String?) throws(ScriptError) -> Statement.Form {
        try skipBlanks(lineEnds: true)
        guard source.skip("(") else { throw error(.missingParenthesis(after: "foreach")) }
        try skipBlanks(lineEnds: true)
        guard source.current == "$" else { throw error(.variableName) }
        let variable = try variableName()
        try skipBlanks(lineEnds: true)
        guard source.wordHere.lowercased() == "in" else { throw error(.missingValue(after: "the variable of foreach, in,")) }
        source.advance(2)
        let list = try bracketed { reader throws(ScriptError) in
            try reader.skipBlanks(lineEnds: true)
            let list = try reader.statement()
            try reader.close(")")
            return list
        }
        return .each(variable: variable.name, list, body: try body(after: "foreach ( )"), label: label)
    }

    private mutating func selection(label: String?) throws(ScriptError) -> Statement.Form {
        var style = Selection.Style.exact, isCaseSensitive = false
        while true {
            try skipBlanks()
            guard let scalar = source.current, scalar.isDash else { break }
            source.advance()
            switch source.wordHere.lowercased() {
            case "wildcard": style = .wildcard
            case "regex": style = .pattern
            case "casesensitive": isCaseSensitive = true
            case "exact": style = .exact
            default: throw error(.notHere("switch -\(source.wordHere)", instead: "there are -Exact, -Wildcard, -Regex and -CaseSensitive"))
            }
            source.advance(source.wordHere.count)
        }
        let subject = try condition(after: "switch")
        try skipBlanks(lineEnds: true)
        guard source.skip("{") else { throw error(.missingBlock(after: "switch ( )")) }
        var cases: [(pattern: Expression?, body: [Statement])] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(";") { continue }
            if source.skip("}") { break }
            guard !source.atEnd else { throw error(.missingClosing("}")) }
            guard cases.count < Self.itemLimit else { throw error(.tooManyItems) }
            if source.wordHere.lowercased() == "default", source.follows("default", by: "{") {
                source.advance(7)
                cases.append((nil, try body(after: "default")))
            } else {
                let pattern = try argument()
                cases.append((pattern, try body(after: "a case")))
            }
        }
        return .selection(
            Selection(style: style, isCaseSensitive: isCaseSensitive, subject: subject, cases: cases, label: label))
    }

    private mutating func attempt() throws(ScriptError) -> Statement.Form {
        let start = source
        source.advance(3)
        let tried = try body(after: "try")
        var catches: [Statement.Catch] = [], finally: [Statement]?
        while finally == nil {
            let here = source
            try skipBlanks(lineEnds: true)
            let word = source.wordHere.lowercased()
            if word == "catch" {
                source.advance(5)
                catches.append(Statement.Catch(types: try caughtTypes(), body: try body(after: "catch")))
            } else if word == "finally" {
                source.advance(7)
                finally = try body(after: "finally")
            } else {
                source = here
                break
            }
        }
        guard !catches.isEmpty || finally != nil else {
            source = start
            throw error(.attempt)
        }
        return .attempt(body: tried, catches: catches, finally: finally)
    }

    private mutating func caughtTypes() throws(ScriptError) -> [TypeName] {
        var types: [TypeName] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(",") { continue }
            guard source.current == "[" else { return types }
            types.append(try typeName())
        }
    }

    private mutating func function(_ keyword: String) throws(ScriptError) -> Statement.Form {
        let start = source.position
        source.advance(keyword.count)
        try skipBlanks()
        var name = source.take { !$0.endsBareWord }
        for scope in ["global:", "script:", "local:"] where name.lowercased().hasPrefix(scope) {
            name = String(name.dropFirst(scope.count))
        }
        guard !name.isEmpty else { throw error(.missingValue(after: keyword)) }
        try skipBlanks(lineEnds: true)
        var parameters: [Parameter] = []
        if source.skip("(") { parameters = try self.parameters() }
        try skipBlanks(lineEnds: true)
        guard source.skip("{") else { throw error(.missingBlock(after: "\(keyword) \(name)")) }
        let block = try bracketed { reader throws(ScriptError) in try reader.block(closing: "}") }
        if !parameters.isEmpty { block.parameters = parameters }
        let isFilter = keyword == "filter"
        if isFilter, block.process == nil {
            block.process = block.end
            block.end = []
        }
        return .function(
            Function(
                name: String(String.UnicodeScalarView(name.unicodeScalars.map { $0.isDash ? "-" : $0 })), block: block, isFilter: isFilter,
                text: source.text(from: start)))
    }
}
