/// Reads a script by recursive descent (about_Language_Keywords, about_Operators, about_Parsing). Nothing is looked up or run here: names of
/// cmdlets and parameters are only words.
package struct ScriptReader {
    package static let sizeLimit = 4 << 20
    /// Of the whole script, those in blocks counting.
    package static let statementLimit = 50_000
    package static let nestingLimit = 48
    /// Expressions and blocks within one another, where `1 + 1 + 1` is two.
    package static let heightLimit = 200
    /// Items of one array, elements of one pipeline, arguments of one command.
    package static let itemLimit = 10_000
    /// Entries of one hashtable.
    package static let tableLimit = 1_000

    var source: ScriptSource
    private var depth = 0
    private var statementCount = 0
    /// How high what was read since the last opening bracket stands.
    private var height = 0
    /// Whether a comma makes an array here, or parts the arguments of a method.
    private var commaJoins = true

    /// Reads a whole script, or says what is wrong with the first thing that is.
    static func read(_ text: String) throws(ScriptError) -> Script {
        guard text.utf8.count <= sizeLimit else {
            throw ScriptError(place: Script.Place(line: 1, column: 1), text: "", rule: .tooLong)
        }
        var reader = ScriptReader(source: ScriptSource(text))
        return Script(block: try reader.block(closing: nil))
    }

    init(source: ScriptSource) { self.source = source }

    /// Reads what stands in braces, the opening one being behind us, up to and with the closing one; without `closing`, up to the end.
    mutating func block(closing: Unicode.Scalar?) throws(ScriptError) -> Block {
        let start = source.position, place = source.place
        let parameters = try parameterBlock()
        var begin: [Statement]?, process: [Statement]?, end: [Statement] = []
        while true {
            try skipBlanks(lineEnds: true)
            let word = source.wordHere.lowercased()
            guard ["begin", "process", "end", "dynamicparam", "clean"].contains(word), source.follows(word, by: "{") else { break }
            if word == "dynamicparam" || word == "clean" { throw error(.notHere(word, instead: "declare parameters in param()")) }
            source.advance(word.count)
            let body = try body(after: word)
            switch word {
            case "begin": begin = body
            case "process": process = body
            default: end = body
            }
        }
        if begin != nil || process != nil || !end.isEmpty {
            try skipBlanks(lineEnds: true)
        } else {
            end = try statements(until: closing)
        }
        let text = source.text(from: start)
        if let closing {
            guard source.current == closing else { throw source.atEnd ? error(.missingClosing(String(closing))) : unexpected() }
            source.advance()
        } else if !source.atEnd {
            throw unexpected()
        }
        let block = Block(place: place, text: text)
        (block.parameters, block.isAdvanced, block.standardSet) = (parameters.all, parameters.isAdvanced, parameters.standardSet)
        (block.supportsShouldProcess, block.impact, block.placesAll) = (
            parameters.supportsShouldProcess, parameters.impact, parameters.placesAll
        )
        (block.begin, block.process, block.end) = (begin, process, end)
        return block
    }

    /// Statements up to a closing bracket, which is not stepped over, or the end.
    mutating func statements(until closing: Unicode.Scalar?) throws(ScriptError) -> [Statement] {
        var statements: [Statement] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(";") { continue }
            if source.atEnd || source.current == closing { return statements }
            statementCount += 1
            guard statementCount <= Self.statementLimit else { throw error(.tooManyStatements) }
            statements.append(try statement())
            try skipBlanks()
            guard source.atEnd || source.current!.isLineEnd || source.current == ";" || source.current == closing else {
                if statements.last!.endsWithBlock { continue }
                throw unexpected()
            }
        }
    }

    /// `{ … }` after a keyword.
    mutating func body(after keyword: String) throws(ScriptError) -> [Statement] {
        try skipBlanks(lineEnds: true)
        guard source.skip("{") else { throw error(.missingBlock(after: keyword)) }
        return try bracketed { reader throws(ScriptError) in
            let statements = try reader.statements(until: "}")
            guard reader.source.skip("}") else { throw reader.error(.missingClosing("}")) }
            return statements
        }
    }

    /// `( … )` after a keyword.
    mutating func condition(after keyword: String) throws(ScriptError) -> Statement {
        try skipBlanks(lineEnds: true)
        guard source.skip("(") else { throw error(.missingParenthesis(after: keyword)) }
        return try bracketed { reader throws(ScriptError) in
            try reader.skipBlanks(lineEnds: true)
            let statement = try reader.statement()
            try reader.close(")")
            return statement
        }
    }

    mutating func close(_ bracket: Unicode.Scalar) throws(ScriptError) {
        try skipBlanks(lineEnds: true)
        guard source.current == bracket else { throw source.atEnd ? error(.missingClosing(String(bracket))) : unexpected() }
        source.advance()
    }

    /// Steps over blanks, comments and continued lines; with `lineEnds`, over line ends too.
    mutating func skipBlanks(lineEnds: Bool = false) throws(ScriptError) {
        while let scalar = source.current {
            switch scalar {
            case "#": source.skip { !$0.isLineEnd }
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
        let beside = height
        height = 0
        let result = try read(&self)
        depth -= 1
        try stand(on: height, beside: beside)
        return result
    }

    /// What is read next is on its own: how high it stands comes back as the second value.
    mutating func measured<Result>(_ read: (inout ScriptReader) throws(ScriptError) -> Result) throws(ScriptError) -> (Result, height: Int)
    {
        let beside = height
        height = 0
        let result = try read(&self)
        defer { height = beside }
        return (result, height)
    }

    /// Something was put on top of what stands so high.
    mutating func stand(on lower: Int, beside: Int) throws(ScriptError) {
        guard lower < Self.heightLimit else { throw error(.tooDeep) }
        height = max(beside, lower + 1)
    }

    /// How high what was read so far stands.
    var heightSoFar: Int { height }

    /// Reads within brackets, where a comma makes an array.
    mutating func bracketed<Result>(_ read: (inout ScriptReader) throws(ScriptError) -> Result) throws(ScriptError) -> Result {
        let before = commaJoins
        commaJoins = true
        let result = try nested(read)
        commaJoins = before
        return result
    }

    /// Reads an argument of a method, which a comma ends.
    mutating func itemWithoutComma() throws(ScriptError) -> Expression {
        let before = commaJoins
        commaJoins = false
        let item = try expression()
        commaJoins = before
        return item
    }

    /// Goes on with `, value` in an expression, where a comma makes an array.
    mutating func joined(_ first: Expression) throws(ScriptError) -> Expression {
        guard commaJoins else { return first }
        return try list(from: first) { reader throws(ScriptError) in try reader.unary() }
    }

    func error(_ rule: ScriptError.Rule) -> ScriptError { ScriptError(place: source.place, text: source.restOfLine, rule: rule) }

    func unexpected() -> ScriptError {
        guard let scalar = source.current else { return error(.missingCommand) }
        switch scalar {
        case "<" where source.lineContains(">"): return error(.placeholder)
        case "&" where source.peek(1) == "&", "|" where source.peek(1) == "|":
            return error(.notHere(String(scalar) + String(scalar), instead: "use if ($?) { … }"))
        case "&": return error(.notHere("a background job", instead: "everything runs in turn"))
        case "=", "+", "*", "/", "%", "!": return error(.operation(String(scalar)))
        case _ where scalar.isDash:
            return error(.operation("-" + String(source.restOfLine.dropFirst().prefix { $0.isLetter })))
        default:
            return error(.unexpected(scalar.isInvisible ? "the character U+" + scalar.hexadecimal : String(scalar)))
        }
    }
}

extension Statement {
    /// After a closing brace another statement may follow on the same line.
    fileprivate var endsWithBlock: Bool {
        switch form {
        case .choice, .each, .counting, .selection, .attempt, .function: true
        case .repetition(_, _, let isFirstFree, _, _): !isFirstFree
        case .pipeline, .assignment, .raise, .giveBack, .leave, .interrupt, .resume: false
        }
    }
}

extension Unicode.Scalar {
    var hexadecimal: String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
