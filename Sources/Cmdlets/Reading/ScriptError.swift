/// Why a script cannot be read or is not run: where, what stands there, and the rule that it breaks.
package struct ScriptError: Error, Equatable, Sendable {
    package var place: Script.Place
    /// What stands at that place, up to ``ScriptError/textLimit`` characters of its line.
    package var text: String
    package var rule: Rule

    package static let textLimit = 40

    package enum Rule: Equatable, Sendable {
        case tooLong, tooManyStatements, tooDeep, tooManyItems
        case unterminatedText(quote: String), unterminatedComment, unterminatedHereText(end: String), hereTextOnFirstLine
        case missingClosing(String)
        case missingValue(after: String)
        case missingCommand
        case missingBlock(after: String)
        case missingParenthesis(after: String)
        case unexpected(String)
        case valueRunsOn
        case placeholder, variableScope, environment, drive(String)
        case notHere(String, instead: String), operation(String)
        case automaticVariable(String)
        case variableName
        case constantAssigned(String), notAssignable
        case blankAfterBacktick
        case escape
        case bareTextInExpression
        case tableKey, tableKeyTwice(String)
        case attempt
        case attribute(String)
        case unknownType(String)
    }
}

extension ScriptError.Rule {
    /// The rule in a sentence for the administrator.
    package var message: String {
        switch self {
        case .tooLong: "a script has up to \(ScriptReader.sizeLimit) bytes"
        case .tooManyStatements: "a script has up to \(ScriptReader.statementLimit) statements"
        case .tooDeep:
            "brackets and blocks nest up to \(ScriptReader.nestingLimit) deep, and expressions with their operators up to \(ScriptReader.heightLimit)"
        case .tooManyItems:
            "an array, pipeline or command has up to \(ScriptReader.itemLimit) items, a hashtable up to \(ScriptReader.tableLimit)"
        case .unterminatedText(let quote): "the text has no closing \(quote)"
        case .unterminatedComment: "the comment has no closing #>"
        case .unterminatedHereText(let end): "the here-string has no closing \(end) at the start of a line"
        case .hereTextOnFirstLine: "the text of a here-string begins on the next line"
        case .missingClosing(let bracket): "a closing \(bracket) is missing"
        case .missingValue(let before): "a value must follow \(before)"
        case .missingCommand: "a command or a value must stand here"
        case .missingBlock(let before): "a block in braces must follow \(before)"
        case .missingParenthesis(let before): "a condition in parentheses must follow \(before)"
        case .unexpected(let token): "\(token) is not expected here"
        case .valueRunsOn: "white space must follow a value; text with brackets or quotes in it belongs in single quotes"
        case .placeholder: "this looks like a placeholder of a documentation page; put the real value, in quotes, in its place"
        case .variableScope: "a variable has no scope here but global:, script:, local: and private:"
        case .environment:
            "$env: is not available: a script sees nothing of the server's environment; use param() or Read-Host to ask for the value"
        case .drive(let drive): "$\(drive): is not available: there are no drives here"
        case .notHere(let what, let instead): "\(what) is not available here; \(instead)"
        case .operation(let sign): "the operator \(sign) is not supported"
        case .automaticVariable(let name):
            "\(name) in double quotes is a variable to PowerShell; write patterns and translations in single quotes"
        case .variableName: "a variable name must follow the $"
        case .constantAssigned(let name): "$\(name) cannot be assigned"
        case .notAssignable: "only a variable, a property or an item can be assigned"
        case .blankAfterBacktick: "a backtick continues the line only as its very last character; blanks follow this one"
        case .escape: "a `u escape is `u{ and one to six hexadecimal digits } of a Unicode scalar"
        case .bareTextInExpression: "text must stand in quotes here"
        case .tableKey: "a hashtable has entries of the form key = value"
        case .tableKeyTwice(let key): "the key \(key) stands twice in the hashtable"
        case .attempt: "try needs a catch or a finally"
        case .attribute(let name): "the attribute [\(name)] is not available here"
        case .unknownType(let name):
            "the type [\(name)] is not available here; those that are: \(TypeName.known.joined(separator: ", "))"
        }
    }
}
