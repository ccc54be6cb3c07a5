enum FileText {
    /// The lines of a text, whatever ends them; what follows the last line end is a line only if there is something.
    static func lines(_ text: String) -> [String] {
        var lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }.map { part in
            String(part.last == "\r" ? part.dropLast() : part)
        }
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }

    static func parts(_ path: String) -> (parent: String, leaf: String) {
        let trimmed = path.trimmed(start: false) { $0 == "/" || $0 == "\\" }
        guard let slash = trimmed.lastIndex(where: { $0 == "/" || $0 == "\\" }) else { return ("", trimmed) }
        return (String(trimmed[..<slash]), String(trimmed[trimmed.index(after: slash)...]))
    }

    static func base(_ leaf: String) -> String {
        guard let dot = leaf.lastIndex(of: "."), dot > leaf.startIndex else { return leaf }
        return String(leaf[..<dot])
    }
}
