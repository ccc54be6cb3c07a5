/// The characters of a script and a position in them. It knows what PowerShell takes for blanks, quotes and dashes, and nothing of grammar.
struct ScriptSource {
    private let scalars: [Unicode.Scalar]
    private(set) var position = 0
    private(set) var line = 1
    private var lineStart = 0

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        self.scalars = scalars.first == "\u{FEFF}" ? Array(scalars.dropFirst()) : scalars
    }

    var current: Unicode.Scalar? { peek(0) }
    var atEnd: Bool { position >= scalars.count }
    var place: Script.Place { Script.Place(line: line, column: position - lineStart + 1) }

    func peek(_ ahead: Int) -> Unicode.Scalar? {
        let index = position + ahead
        return index < scalars.count ? scalars[index] : nil
    }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == "\n" || (scalar == "\r" && current != "\n") {
                line += 1
                lineStart = position
            }
        }
    }

    /// Steps over `literal` if it stands here.
    mutating func skip(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        for index in 0..<count where peek(index)?.value != UInt32(literal.utf8Start[index]) { return false }
        advance(count)
        return true
    }

    mutating func take(while accepts: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while position < scalars.count, accepts(scalars[position]) { advance() }
        return text(from: start)
    }

    /// The same as ``take(while:)``, keeping nothing.
    mutating func skip(while accepts: (Unicode.Scalar) -> Bool) {
        while position < scalars.count, accepts(scalars[position]) { advance() }
    }

    mutating func skipLineEnd() {
        if current == "\r", peek(1) == "\n" { advance(2) } else if current?.isLineEnd ?? false { advance() }
    }

    /// The letters that stand here, of a keyword perhaps.
    var wordHere: String { run(from: position) { $0.isNamePart } }

    /// The letters after the dash that stands here, in lower case.
    var wordAfterDash: String { run(from: position + 1) { $0.isNamePart }.lowercased() }

    /// What may be a number with its sign and suffix.
    var numberHere: String {
        var end = position
        while end < scalars.count {
            let scalar = scalars[end]
            let isSign = scalar == "+" || scalar.isDash
            let isExponent = end > position && (scalars[end - 1] == "e" || scalars[end - 1] == "E") && !isHexadecimal
            let isRange = scalar == "." && end + 1 < scalars.count && scalars[end + 1] == "."
            let isMember = scalar == "." && end + 1 < scalars.count && scalars[end + 1].isNameStart
            guard scalar.isNamePart && scalar.isASCII || scalar == "." && !isRange && !isMember || isSign && (end == position || isExponent)
            else { break }
            end += 1
        }
        return Self.string(scalars[position..<end])
    }

    private var isHexadecimal: Bool { current == "0" && (peek(1) == "x" || peek(1) == "X") }

    private func run(from start: Int, while accepts: (Unicode.Scalar) -> Bool) -> String {
        var end = start
        while end < scalars.count, accepts(scalars[end]) { end += 1 }
        return start < end ? Self.string(scalars[start..<end]) : ""
    }

    /// Whether `scalar` comes next after a word, blanks and line ends between.
    func follows(_ word: String, by scalar: Unicode.Scalar) -> Bool {
        var index = position + word.unicodeScalars.count
        while index < scalars.count, scalars[index].isBlank || scalars[index].isLineEnd { index += 1 }
        return index < scalars.count && scalars[index] == scalar
    }

    /// Whether the word that stands here is only the beginning of a name, such as `for-each.exe` or `if.txt`.
    func wordGoesOn(_ word: String) -> Bool {
        let next = peek(word.unicodeScalars.count)
        return next.map { $0.isDash || $0 == "." || $0 == "\\" || $0 == "/" || $0 == ":" } ?? false
    }

    func text(from start: Int) -> String { Self.string(scalars[start..<position]) }

    /// What stands from here to the end of the line, shortened.
    var restOfLine: String {
        let rest = scalars[min(position, scalars.count)...].prefix(ScriptError.textLimit)
        return Self.string(rest.prefix { !$0.isLineEnd })
    }

    /// Whether `scalar` comes before the line ends.
    func lineContains(_ scalar: Unicode.Scalar) -> Bool {
        scalars[min(position, scalars.count)...].prefix { !$0.isLineEnd }.contains(scalar)
    }

    /// Whether only blanks, at least one, stand between here and the end of the line.
    var onlyBlanksFollow: Bool {
        guard let current, current.isBlank else { return false }
        return scalars[position...].first { !$0.isBlank }?.isLineEnd ?? true
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
