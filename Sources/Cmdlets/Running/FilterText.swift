/// The text of a `-Filter { … }`, taken apart into what stands there and what has first to be computed.
enum FilterText {
    enum Piece: Equatable {
        case plain(String)
        /// A variable with its members and items, or a text in double quotes.
        case computed(String)
    }

    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = [], plain = "", rest = Substring(text)
        while let first = rest.first {
            let taken =
                switch first {
                case "'": quoted(rest)
                case "\"": quoted(rest)
                case "$": variable(rest)
                default: rest.prefix(1)
                }
            rest = rest.dropFirst(taken.count)
            let isConstant = ["$true", "$false", "$null"].contains(taken.lowercased())
            guard first == "\"" || first == "$" && taken.count > 1 && !isConstant else {
                plain += taken
                continue
            }
            if !plain.isEmpty { pieces.append(.plain(plain)) }
            plain = ""
            pieces.append(.computed(String(taken)))
        }
        return plain.isEmpty ? pieces : pieces + [.plain(plain)]
    }

    /// Up to the closing quote, where a doubled one closes nothing, nor one behind a backtick in double quotes.
    private static func quoted(_ text: Substring) -> Substring {
        guard let quote = text.first else { return text }
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if quote == "\"", character == "`" { rest = rest.dropFirst() }
            guard character == quote else { continue }
            guard rest.first == quote else { break }
            rest = rest.dropFirst()
        }
        return text[..<rest.startIndex]
    }

    /// `$name`, `${name}` or `$( )`, with the members and items behind.
    private static func variable(_ text: Substring) -> Substring {
        var rest = text.dropFirst()
        if rest.first == "(" || rest.first == "{" {
            rest = bracketed(rest)
        } else {
            rest = rest.drop(while: isNamePart)
            if rest.first == ":", let next = rest.dropFirst().first, isNamePart(next) { rest = rest.dropFirst().drop(while: isNamePart) }
            guard rest.startIndex > text.index(after: text.startIndex) else { return text.prefix(1) }
        }
        while let first = rest.first {
            if first == "[" {
                rest = bracketed(rest)
            } else if first == ".", let next = rest.dropFirst().first, isNamePart(next) {
                rest = rest.dropFirst().drop(while: isNamePart)
                if rest.first == "(" { rest = bracketed(rest) }
            } else {
                break
            }
        }
        return text[..<rest.startIndex]
    }

    /// What stands behind the bracket that closes the first one.
    private static func bracketed(_ text: Substring) -> Substring {
        var rest = text, depth = 0
        while let first = rest.first {
            if first == "'" || first == "\"" {
                rest = rest.dropFirst(quoted(rest).count)
                continue
            }
            rest = rest.dropFirst()
            if "([{".contains(first) { depth += 1 }
            if ")]}".contains(first) { depth -= 1 }
            if depth == 0 { break }
        }
        return rest
    }

    private static func isNamePart(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
}
