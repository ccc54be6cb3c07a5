extension String {
    /// As a script has it in single quotes: each single quote in it, of whatever form, stands twice, as one alone would end the text.
    package var inSingleQuotes: String { "'" + escaped { $0.isSingleQuote ? $0 : nil } + "'" }

    /// As a script has it in double quotes: what ends the text or has a meaning within stands behind a backtick.
    package var inDoubleQuotes: String { "\"" + escaped { $0.isDoubleQuote || $0 == "`" || $0 == "$" ? "`" : nil } + "\"" }

    private func escaped(_ mark: (Unicode.Scalar) -> Unicode.Scalar?) -> String {
        var text = UnicodeScalarView()
        for scalar in unicodeScalars {
            if let mark = mark(scalar) { text.append(mark) }
            text.append(scalar)
        }
        return String(text)
    }
}
