/// How a file of the client is written: its text goes there and back as UTF-8.
enum FileEncoding {
    case plain, marked, ascii

    static let mark: Unicode.Scalar = "\u{FEFF}"

    /// By the name that `-Encoding` gives; nil for what is not here.
    init?(named name: String) {
        switch name.lowercased() {
        case "utf8", "utf8nobom", "default": self = .plain
        case "utf8bom", "utf-8": self = .marked
        case "ascii": self = .ascii
        default: return nil
        }
    }

    func written(_ text: String, isBehind before: String) -> String {
        switch self {
        case .plain: text
        case .marked: before.isEmpty ? String(Self.mark) + text : text
        case .ascii: String(decoding: text.utf16.map { $0 < 128 ? UInt8($0) : UInt8(ascii: "?") }, as: UTF8.self)
        }
    }
}

extension UtilityCall {
    /// What `-Encoding` says, without which a file is UTF-8.
    func encoding() throws(Stop) -> FileEncoding {
        guard let name = text("Encoding") else { return .plain }
        guard let encoding = FileEncoding(named: name) else {
            throw .failure(
                .notImplemented, "EncodingNotHere",
                "-Encoding \(name.prefix(80)) is not available here: files go to the client and back as UTF-8; use utf8, utf8BOM, utf8NoBOM or "
                    + "ascii", at: place)
        }
        return encoding
    }

    func read(_ path: String) throws(Stop) -> String {
        let encoding = try encoding(), text = try run.read(path, at: place)
        if case .ascii = encoding, let other = text.unicodeScalars.first(where: { !$0.isASCII }) {
            throw .failure(
                .invalidData, "NotAscii", "\(path) has the character \(other), which -Encoding ascii cannot read; leave -Encoding out",
                at: place)
        }
        return text
    }
}

extension Interpreter {
    /// Without a mark of its encoding at its beginning.
    func read(_ path: String, at place: Script.Place) throws(Stop) -> String {
        guard let text = try client.text(of: path) else {
            throw .failure(.objectNotFound, "PathNotFound", "there is no file \(path)", at: place)
        }
        try meter.file(bytes: text.utf8.count)
        return text.unicodeScalars.first == FileEncoding.mark ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// What the client gets back; to add to a file its text is needed.
    func write(_ text: String, to path: String, appends: Bool, as encoding: FileEncoding = .plain) throws(Stop) {
        let before = appends ? try client.text(of: path) ?? "" : ""
        try meter.file(bytes: before.utf8.count + text.utf8.count)
        client.write(before + encoding.written(text, isBehind: before), to: path)
    }
}
