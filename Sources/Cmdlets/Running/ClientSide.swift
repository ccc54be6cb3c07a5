/// What the client has given: its files and its answers, and when the script was begun.
struct ClientSide {
    /// A file's text; nil where there is none.
    var files: [String: ClientFile]
    var answers: [String]
    /// Values for the script's own `param()`.
    var parameters: [String: Value] = [:]
    /// Milliseconds since 1970.
    var now: Int
    /// The name of the script's file.
    var name: String
    var written: [String: String] = [:]
    var writtenOrder: [String] = []
    /// Folders that the script has made: each is at the client when a file is written into it.
    private var folders: Set<String> = []
    private(set) var answered = 0

    init(files: [String: ClientFile] = [:], answers: [String] = [], now: Int = 0, name: String = "") {
        (self.files, self.answers, self.now, self.name) = (files, answers, now, name)
    }

    /// The next answer, or the need of one.
    mutating func answer(to question: Need.Question) throws(Stop) -> String {
        guard answered < answers.count else { throw .needs(.answer(question)) }
        answered += 1
        return answers[answered - 1]
    }

    /// The text of a file of the client or one that the script has written; nil if there is none.
    func text(of path: String) throws(Stop) -> String? {
        let key = Self.key(path)
        if let text = written[key] { return text }
        switch files.first(where: { Self.key($0.key) == key })?.value {
        case .text(let text)?: return text
        case .absent?: return nil
        case .present?, .leaf?, .container?, nil: throw .needs(.file(path))
        }
    }

    func exists(_ path: String) throws(Stop) -> Bool {
        let key = Self.key(path)
        if written[key] != nil || folders.contains(key) || written.keys.contains(where: { $0.hasPrefix(key + "/") }) { return true }
        switch files.first(where: { Self.key($0.key) == key })?.value {
        case .text?, .present?, .leaf?, .container?: return true
        case .absent?: return false
        case nil: throw .needs(.path(path))
        }
    }

    /// Whether it is a folder that is at the path; nil where nothing is there, or where the client told only that something is.
    func isFolder(_ path: String) throws(Stop) -> Bool? {
        guard try exists(path) else { return nil }
        let key = Self.key(path)
        if written[key] != nil { return false }
        if folders.contains(key) { return true }
        switch files.first(where: { Self.key($0.key) == key })?.value {
        case .text?, .leaf?: return false
        case .present?: return nil
        case .container?, .absent?, nil: return true
        }
    }

    /// Makes a folder, and those that it lies in.
    mutating func makeFolder(_ path: String) {
        var key = Self.key(path)
        while !key.isEmpty, folders.insert(key).inserted { key = FileText.parts(key).parent }
    }

    mutating func write(_ text: String, to path: String) {
        let key = Self.key(path)
        if written.updateValue(text, forKey: key) == nil { writtenOrder.append(path) }
    }

    var outputs: [(name: String, text: String)] { writtenOrder.map { ($0, written[Self.key($0)] ?? "") } }

    /// One file has one name: `.\a.csv`, `./a.csv` and `a.csv`.
    static func key(_ path: String) -> String {
        var key = path.replacing("\\", with: "/")
        while key.hasPrefix("./") { key.removeFirst(2) }
        while key.count > 1, key.hasSuffix("/") { key.removeLast() }
        return key
    }
}

/// A file of the client, as far as it has told of it.
package enum ClientFile: Equatable, Sendable {
    case text(String)
    /// There is such a file or folder.
    case present
    /// There is such a file.
    case leaf
    /// There is such a folder.
    case container
    case absent
}
