/// A script of cmdlets as read, before anything is run: the subset of PowerShell that administration scripts use.
package struct Script: Equatable, Sendable {
    package var statements: [Statement]

    /// `[target =] element | element …`
    package struct Statement: Equatable, Sendable {
        package var line: Int
        /// As it was written.
        package var text: String
        var target: Target?
        var pipeline: Pipeline
    }

    /// What an assignment sets: a variable or one property of the object in it.
    struct Target: Equatable, Sendable {
        var place: Place
        var variable: String
        var property: String?
    }

    typealias Pipeline = [Element]

    enum Element: Equatable, Sendable {
        case command(Command)
        case expression(Expression)
    }

    struct Command: Equatable, Sendable {
        var place: Place
        var name: String
        var arguments: [Argument]
    }

    /// Whether a value belongs to the parameter before it is known only when the cmdlet is.
    enum Argument: Equatable, Sendable {
        case parameter(String, value: Expression?, Place)
        case value(Expression)

        var place: Place {
            switch self {
            case .parameter(_, _, let place): place
            case .value(let expression): expression.place
            }
        }
    }

    struct Expression: Equatable, Sendable {
        var place: Place
        var form: Form

        indirect enum Form: Equatable, Sendable {
            case text([TextPart])
            case null, truth(Bool)
            case variable(String)
            case property(Expression, String)
            case list([Expression])
            case table([TableItem])
            case pipeline(Pipeline)
        }
    }

    struct TableItem: Equatable, Sendable {
        var key: String
        var value: Expression
    }

    /// Text in double quotes: what stands there, and the variables to put in.
    enum TextPart: Equatable, Sendable {
        case literal(String)
        case variable(String, Place)
    }

    /// Both count from 1; a column is a Unicode scalar.
    package struct Place: Equatable, Sendable {
        package var line: Int
        package var column: Int
    }
}

/// Why a script cannot be read: where, what stands there, and the rule that it breaks.
package struct ScriptError: Error, Equatable, Sendable {
    package var place: Script.Place
    /// What stands at that place, up to ``ScriptError/textLimit`` characters of its line.
    package var text: String
    package var rule: Rule

    package static let textLimit = 40

    package enum Rule: Equatable, Sendable {
        case tooLong, tooManyStatements, tooDeep, tooManyItems
        case unterminatedText(quote: String), unterminatedComment
        case missingClosing(String)
        case missingValue(after: String)
        case missingCommand
        case unexpected(String)
        case valueRunsOn
        case placeholder, redirection, scriptBlock, splatting, hereString, callOperator, subexpression, indexing, variableScope
        case controlFlow(String), operation(String)
        case automaticVariable(String)
        case variableName
        case constantAssigned(String)
        case blankAfterBacktick
        case escape
        case bareTextInExpression
        case tableKey, tableKeyTwice(String)
    }
}

extension ScriptError.Rule {
    /// The rule in a sentence for the administrator.
    package var message: String {
        switch self {
        case .tooLong: "a script has up to \(ScriptReader.sizeLimit) bytes"
        case .tooManyStatements: "a script has up to \(ScriptReader.statementLimit) statements"
        case .tooDeep: "brackets nest up to \(ScriptReader.nestingLimit) deep"
        case .tooManyItems:
            "an array, pipeline or command has up to \(ScriptReader.itemLimit) items, a hashtable up to \(ScriptReader.tableLimit)"
        case .unterminatedText(let quote): "the text has no closing \(quote)"
        case .unterminatedComment: "the comment has no closing #>"
        case .missingClosing(let bracket): "a closing \(bracket) is missing"
        case .missingValue(let before): "a value must follow \(before)"
        case .missingCommand: "a command or a value must stand here"
        case .unexpected(let token): "\(token) is not expected here"
        case .valueRunsOn: "white space must follow a value; text with brackets or quotes in it belongs in single quotes"
        case .placeholder: "this looks like a placeholder of a documentation page; put the real value, in quotes, in its place"
        case .redirection: "redirection is not supported"
        case .scriptBlock: "script blocks are not supported"
        case .splatting: "splatting is not supported; an array is @(…), a hashtable @{…}"
        case .hereString: "here-strings are not supported; text in quotes may span lines"
        case .callOperator: "the operators & and . for calls are not supported"
        case .subexpression: "$(…) is not supported; assign the value to a variable first"
        case .indexing: "[ ] is not supported, neither to pick an item nor to name a type"
        case .variableScope: "only plain variables are supported, without scope or drive"
        case .controlFlow(let word): "\(word) is not supported: a script is a list of commands"
        case .operation(let sign): "the operator \(sign) is not supported"
        case .automaticVariable(let name):
            "\(name) in double quotes is a variable to PowerShell; write patterns and translations in single quotes"
        case .variableName: "a variable name must follow the $"
        case .constantAssigned(let name): "$\(name) cannot be assigned"
        case .blankAfterBacktick: "a backtick continues the line only as its very last character; blanks follow this one"
        case .escape: "a `u escape is `u{ and one to six hexadecimal digits } of a Unicode scalar"
        case .bareTextInExpression: "text must stand in quotes here"
        case .tableKey: "a hashtable has entries of the form key = value"
        case .tableKeyTwice(let key): "the key \(key) stands twice in the hashtable"
        }
    }
}
