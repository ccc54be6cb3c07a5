extension ScriptReader {
    mutating func singleQuoted() throws(ScriptError) -> String {
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

    mutating func doubleQuoted() throws(ScriptError) -> [Expression.TextPart] {
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

    /// `@"` or `@'` up to the same quote and an `@` at the start of a line.
    mutating func hereText(isExpandable: Bool) throws(ScriptError) -> Expression {
        let start = source, place = source.place
        source.advance(2)
        source.skip { $0.isBlank }
        guard source.current?.isLineEnd ?? false else {
            throw source.atEnd ? error(.unterminatedHereText(end: isExpandable ? "\"@" : "'@")) : error(.hereTextOnFirstLine)
        }
        source.skipLineEnd()
        var parts = TextParts(), isFirst = true
        while true {
            let end = source
            if !isFirst { source.skipLineEnd() }
            if isFirst || source.position > end.position, let quote = source.current, source.peek(1) == "@",
                isExpandable ? quote.isDoubleQuote : quote.isSingleQuote
            {
                source.advance(2)
                return Expression(place: place, form: isExpandable ? .text(parts.done) : parts.plain)
            }
            source = end
            guard let scalar = source.current else {
                source = start
                throw error(.unterminatedHereText(end: isExpandable ? "\"@" : "'@"))
            }
            isFirst = false
            if isExpandable, scalar == "`" {
                try parts.append(escape())
            } else if isExpandable, scalar == "$" {
                try dollar(into: &parts)
            } else {
                parts.append(scalar)
                source.advance()
            }
        }
    }

    /// A `$` in text: a variable or `$( )` if one follows, refused if PowerShell would put something else there, and otherwise itself.
    mutating func dollar(into parts: inout TextParts) throws(ScriptError) {
        let place = source.place
        switch source.peek(1) {
        case "("?:
            source.advance(2)
            parts.append(Expression(place: place, form: .group(try group())))
        case let next? where next == "$" || next == "^" || next == "?" || next.isDigit:
            throw error(.automaticVariable("$" + String(Character(next))))
        case let next? where next == "{" || next.isNameStart:
            parts.append(try namedVariable(at: place))
        default:
            parts.append("$")
            source.advance()
        }
    }

    /// What a backtick and the character after it stand for; nil for a line end, which goes on (about_Special_Characters).
    mutating func escape() throws(ScriptError) -> Unicode.Scalar? {
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
}

extension TextParts {
    /// The text in which nothing was put in.
    var plain: Expression.Form {
        guard case .literal(let text)? = done.first else { return .constant(.text("")) }
        return .constant(.text(text))
    }
}
