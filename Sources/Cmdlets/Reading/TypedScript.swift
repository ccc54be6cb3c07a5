/// A script as it is typed at a prompt, line by line.
package enum TypedScript {
    /// Whether more lines must follow: a bracket, quote, comment or here-string is open, or the text ends in a pipe, an operator or a backtick.
    /// What is wrong in another way is complete: the service says why.
    package static func isUnfinished(_ text: String) -> Bool {
        guard text.utf8.count <= ScriptReader.sizeLimit else { return false }
        let fault: ScriptError
        do throws(ScriptError) {
            _ = try ScriptReader.read(text)
            return text.hasSuffix("`")
        } catch { fault = error }
        switch fault.rule {
        case .unterminatedText, .unterminatedComment, .unterminatedHereText, .missingClosing: return true
        case .hereTextOnFirstLine, .missingCommand, .missingBlock, .missingValue, .missingParenthesis:
            return isAtEnd(fault.place, of: text)
        case .attempt: return text.last { !$0.isWhitespace } == "}"
        default: return false
        }
    }

    private static func isAtEnd(_ place: Script.Place, of text: String) -> Bool {
        var source = ScriptSource(text)
        while !source.atEnd, source.place.line < place.line || source.place.column < place.column { source.advance() }
        while let scalar = source.current {
            guard scalar.isBlank || scalar.isLineEnd else { return false }
            source.advance()
        }
        return true
    }

    /// The line without what a console wrote before it: `PS C:\> `, and `>> ` where the line goes on what was copied from one.
    package static func withoutPrompt(_ line: String, goesOn: Bool) -> (line: String, isCopied: Bool) {
        if line.hasPrefix("PS ") || line.hasPrefix("PS>"), let end = line.firstIndex(of: ">") {
            let place = line[line.index(line.startIndex, offsetBy: 2)..<end]
            if place.allSatisfy({ !"|;'\"$(){}=".contains($0) }) {
                return (String(line[line.index(after: end)...].drop { $0 == ">" || $0 == " " }), true)
            }
        }
        guard goesOn, line.hasPrefix(">>") else { return (line, false) }
        return (String(line.dropFirst(line.hasPrefix(">> ") ? 3 : 2)), true)
    }
}
