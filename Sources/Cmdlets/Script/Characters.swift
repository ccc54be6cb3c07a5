/// Kinds of characters, as PowerShell tells them apart.
extension Unicode.Scalar {
    var isLineEnd: Bool { self == "\n" || self == "\r" }
    var isBlank: Bool { self == " " || self == "\t" || (value > 127 && properties.generalCategory == .spaceSeparator) }
    /// `'` and its typographic forms, which close one another.
    var isSingleQuote: Bool { self == "'" || (0x2018...0x201B).contains(value) }
    /// `"` and its typographic forms, which close one another.
    var isDoubleQuote: Bool { self == "\"" || (0x201C...0x201E).contains(value) }
    /// `-`, en dash, em dash, horizontal bar.
    var isDash: Bool { self == "-" || (0x2013...0x2015).contains(value) }
    /// Control characters, and those like the zero-width space that come along when text is pasted.
    var isInvisible: Bool { value < 32 || value == 127 || (value > 127 && properties.generalCategory == .format) }
    var isDigit: Bool { (48...57).contains(value) }
    var isNameStart: Bool { value < 128 ? self == "_" || (97...122).contains(value | 32) : properties.isAlphabetic }
    var isNamePart: Bool { isNameStart || isDigit }
    /// What ends a word that stands without quotes.
    var endsBareWord: Bool {
        switch self {
        case ";", ",", "|", "(", ")", "{", "}", "&", "<", ">": true
        default: isLineEnd || isBlank || isSingleQuote || isDoubleQuote
        }
    }
}
