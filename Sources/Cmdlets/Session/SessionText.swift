/// The variables and functions of a session at a prompt, as one text: the service keeps nothing between two scripts, so that the client gets
/// the text with the answer and sends it along with the next script.
///
/// Each value begins with a letter for its kind. Texts have their length in UTF-8 bytes before them; arrays, hashtables and objects are
/// numbered as they come, and one that came already is only its number, so that what was shared stays shared.
///
/// | letter | what follows |
/// |---|---|
/// | `n`, `e`, `t`, `f` | nothing: null, nothing, true, false |
/// | `i`, `m`, `p`, `c` | an integer, and `;` : itself, milliseconds of a moment, of a span, a character's scalar |
/// | `d` | a text that reads as a number |
/// | `s`, `y`, `b` | a text: itself, the name of a type, a block as it was written |
/// | `a`, `l`, `h`, `o` | a count and `;`, then items or keys with values: array, list, hashtable, ordered hashtable |
/// | `j` | an object: its type's name, its display or `n`, whether a cmdlet put it out, then properties |
/// | `r` | the number of what came already |
///
/// Behind variables and functions stand `$?` and `$Error`, whose errors are numbered for themselves: those alone are another's after a script that failed.
package enum SessionText {
    /// UTF-8 bytes of a session's text.
    package static let limit = 4 << 20

    /// Errors that a session keeps.
    static let errorLimit = 32

    /// What a script finds set anew each time, and none of a session's.
    static let notKept: Set<String> = [
        "error", "input", "args", "pwd", "shellid", "psscriptroot", "pscommandpath", "home", "psculture", "psuiculture", "psedition",
        "iswindows", "islinux", "nestedpromptlevel", "maximumhistorycount", "maximumfunctioncount", "lastexitcode", "_", "matches",
    ]

    /// The same, which texts of earlier versions have.
    static let keptNoMore: Set<String> = ["myinvocation", "psboundparameters"]

    /// The names of the variables in a session's text; none where it cannot be read.
    package static func variableNames(in text: String) -> [String] {
        guard let read = try? SessionReader(text) else { return [] }
        return read.variables.map(\.name).filter { !$0.hasSuffix("preference") && !["ofs", Interpreter.enumerationLimit].contains($0) }
    }

    /// A text that is none of a session's.
    package struct Unreadable: Error, Equatable, Sendable {
        /// The byte at which it could not be read on.
        package let offset: Int
        package var description: String { "is not what an answer gave: it cannot be read at byte \(offset)" }
    }
}

/// Writes what stands at the root of a script that has run.
struct SessionWriter {
    private(set) var text = ""
    private var numbers: [ObjectIdentifier: Int] = [:]
    private var depth = 0

    /// The session as a script has left it.
    static func write(_ run: Interpreter) throws(CmdletError) -> String {
        try checked(variables(run.root) + status(isFine: run.isFine, run.errors.items))
    }

    /// The session as it was before a script that failed, but for its error.
    static func write(_ before: String, failedBy error: CommandFailure, in run: Interpreter) throws(CmdletError) -> String {
        let record = error.record ?? run.record(of: error.error)
        let fresh = Interpreter(run.commands, workspace: run.workspace, client: run.client).root
        let kept = before.isEmpty ? try variables(fresh) : try SessionReader.variables(in: before)
        return try checked(kept + status(isFine: false, [.object(record)] + run.errors.items))
    }

    private static func status(isFine: Bool, _ errors: [Value]) throws(CmdletError) -> String {
        var writer = SessionWriter()
        try writer.put(.truth(isFine))
        try writer.put(.array(ArrayBox(Array(errors.prefix(SessionText.errorLimit)), kind: .list)))
        return writer.text
    }

    private static func variables(_ scope: Scope) throws(CmdletError) -> String {
        var writer = SessionWriter()
        let anew = SessionText.notKept.union(SessionText.keptNoMore)
        let variables = scope.variables.filter { !anew.contains($0.key) && !$0.key.hasPrefix(" ") }
        writer.count(variables.count)
        for (name, slot) in variables.sorted(by: { $0.key < $1.key }) {
            writer.put(name)
            if let type = slot.type { writer.put("y", type.written) } else { writer.text += "n" }
            try writer.put(slot.value)
        }
        writer.count(scope.functions.count)
        for (_, function) in scope.functions.sorted(by: { $0.key < $1.key }) {
            writer.put(function.text)
            try writer.check()
        }
        return writer.text
    }

    private func check() throws(CmdletError) { _ = try Self.checked(text) }

    private static func checked(_ text: String) throws(CmdletError) -> String {
        guard text.utf8.count <= SessionText.limit else {
            throw CmdletError(
                .limitsExceeded, "LimitExceeded",
                "the variables of a session have up to \(SessionText.limit) bytes together; Remove-Variable drops one")
        }
        return text
    }

    private mutating func count(_ count: Int) { text += "\(count);" }
    private mutating func put(_ string: String) { text += "\(string.utf8.count);\(string)" }
    private mutating func put(_ letter: Character, _ string: String) {
        text.append(letter)
        put(string)
    }

    private static func letter(of box: TableBox) -> String {
        switch box.kind {
        case .hashtable: box.isCaseSensitive ? "z" : "h"
        case .ordered: box.isCaseSensitive ? "q" : "o"
        case .dictionary: "k"
        case .orderedHashtable: "w"
        }
    }

    private mutating func put(_ value: Value) throws(CmdletError) {
        try check()
        switch value {
        case .null: text += "n"
        case .nothing: text += "e"
        case .truth(let truth): text += truth ? "t" : "f"
        case .integer(let integer): text += "i\(integer);"
        case .real(let real): put("d", "\(real)")
        case .character(let scalar): text += "c\(scalar.value);"
        case .text(let string): put("s", string)
        case .moment(let moment): text += "m\(moment.milliseconds);"
        case .span(let milliseconds): text += "p\(milliseconds);"
        case .type(let type): put("y", type.written)
        case .block(let block): put("b", block.block.text)
        case .array(let box):
            try within(box) { writer throws(CmdletError) in
                writer.text += box.kind == .fixed ? "a" : box.kind == .list ? "l" : "g"
                writer.count(box.items.count)
                for item in box.items { try writer.put(item) }
            }
        case .table(let box):
            try within(box) { writer throws(CmdletError) in
                writer.text += Self.letter(of: box)
                writer.count(box.entries.count)
                for entry in box.entries {
                    try writer.put(entry.key)
                    try writer.put(entry.value)
                }
            }
        case .object(let box): try within(box) { writer throws(CmdletError) in try writer.put(object: box) }
        }
    }

    private mutating func put(object box: ObjectBox) throws(CmdletError) {
        put("j", box.typeName)
        if let display = box.display { put("s", display) } else { text += "n" }
        text += box.isOfService ? "t" : "f"
        count(box.properties.count)
        for property in box.properties {
            put(property.name)
            try put(property.value)
        }
    }

    private mutating func within(
        _ box: AnyObject, _ write: (inout SessionWriter) throws(CmdletError) -> Void
    ) throws(CmdletError) {
        if let number = numbers[ObjectIdentifier(box)] {
            text += "r\(number);"
            return
        }
        guard depth < Meter.levelLimit else {
            throw CmdletError(
                .limitsExceeded, "LimitExceeded",
                "the variables of a session nest up to \(Meter.levelLimit) deep; Remove-Variable drops one")
        }
        numbers[ObjectIdentifier(box)] = numbers.count
        depth += 1
        try write(&self)
        depth -= 1
    }
}

/// Reads a session's text, trusting nothing in it.
struct SessionReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var boxes: [Value] = []
    /// Everything that holds something, to be taken apart at the end.
    private(set) var values: [Value] = []
    private(set) var variables: [(name: String, slot: Scope.Slot)] = []
    private(set) var functions: [Function] = []
    private(set) var isFine = true
    private(set) var errors: [Value] = []
    /// Where the variables and functions end.
    private var end = 0

    /// What a text that was read has of variables and functions.
    static func variables(in text: String) throws(CmdletError) -> String {
        guard let read = try? SessionReader(text) else { return "0;0;" }
        return String(decoding: read.bytes[..<read.end], as: UTF8.self)
    }

    init(_ text: String) throws(SessionText.Unreadable) {
        bytes = Array(text.utf8)
        guard bytes.count <= SessionText.limit else { throw SessionText.Unreadable(offset: SessionText.limit) }
        guard !bytes.isEmpty else { return }
        for _ in 0..<(try count()) {
            let name = try string()
            guard !name.isEmpty, !name.hasPrefix(" "), name == name.lowercased(), !SessionText.notKept.contains(name) else {
                throw unreadable
            }
            var type: TypeName?
            switch try letter() {
            case "n": break
            case "y": type = try typeName()
            default: throw unreadable
            }
            variables.append((name, Scope.Slot(value: try value(), type: type)))
        }
        for _ in 0..<(try count()) { functions.append(try function()) }
        end = position
        if position < bytes.count { try readStatus() }
        guard position == bytes.count, variables.count <= Meter.variableLimit else { throw unreadable }
    }

    /// Versions before this one kept none.
    private mutating func readStatus() throws(SessionText.Unreadable) {
        boxes = []
        guard case .truth(let isFine) = try value(), case .array(let box) = try value() else { throw unreadable }
        (self.isFine, errors) = (isFine, box.items)
    }

    private var unreadable: SessionText.Unreadable { SessionText.Unreadable(offset: position) }

    private mutating func letter() throws(SessionText.Unreadable) -> Character {
        guard position < bytes.count else { throw unreadable }
        defer { position += 1 }
        return Character(Unicode.Scalar(bytes[position]))
    }

    private mutating func integer() throws(SessionText.Unreadable) -> Int {
        guard let end = bytes[position...].prefix(21).firstIndex(of: UInt8(ascii: ";")),
            let integer = Int(String(decoding: bytes[position..<end], as: UTF8.self))
        else { throw unreadable }
        position = end + 1
        return integer
    }

    /// Of things that have at least a byte each.
    private mutating func count() throws(SessionText.Unreadable) -> Int {
        let count = try integer()
        guard (0...bytes.count - position).contains(count) else { throw unreadable }
        return count
    }

    private mutating func string() throws(SessionText.Unreadable) -> String {
        let count = try count()
        guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else { throw unreadable }
        position += count
        return text
    }

    private mutating func typeName() throws(SessionText.Unreadable) -> TypeName {
        guard let type = TypeName(try string()) else { throw unreadable }
        return type
    }

    private mutating func block() throws(SessionText.Unreadable) -> Block {
        guard let read = try? ScriptReader.read(try string()) else { throw unreadable }
        return read.block
    }

    private mutating func function() throws(SessionText.Unreadable) -> Function {
        guard let read = try? ScriptReader.read(try string()), read.block.statements.count == 1,
            case .function(let function) = read.block.statements[0].form
        else { throw unreadable }
        return function
    }

    private mutating func value() throws(SessionText.Unreadable) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Meter.levelLimit + 1 else { throw unreadable }
        let letter = try letter()
        switch letter {
        case "n": return .null
        case "e": return .nothing
        case "t": return .truth(true)
        case "f": return .truth(false)
        case "i": return .integer(try integer())
        case "s": return .text(try string())
        case "y": return .type(try typeName())
        case "b": return .block(BlockValue(block: try block()))
        case "d":
            guard let real = Double(try string()) else { throw unreadable }
            return .real(real)
        case "c":
            guard let scalar = UInt32(exactly: try integer()).flatMap(Unicode.Scalar.init) else { throw unreadable }
            return .character(scalar)
        case "m":
            guard let moment = Moment(milliseconds: try integer()) else { throw unreadable }
            return .moment(moment)
        case "p":
            let span = try integer()
            guard span.magnitude <= Moment.spanLimit else { throw unreadable }
            return .span(span)
        case "r":
            let number = try integer()
            guard boxes.indices.contains(number) else { throw unreadable }
            return boxes[number]
        case "a", "l", "g", "h", "o", "z", "q", "k", "w", "j": return try container(letter)
        default: throw unreadable
        }
    }

    private mutating func container(_ letter: Character) throws(SessionText.Unreadable) -> Value {
        switch letter {
        case "a", "l", "g":
            let box = ArrayBox([], kind: letter == "a" ? .fixed : letter == "l" ? .list : .generic)
            begin(.array(box))
            for _ in 0..<(try count()) { box.items.append(try value()) }
            return .array(box)
        case "h", "o", "z", "q", "k", "w":
            let kind: TableBox.Kind =
                letter == "k"
                ? .dictionary : letter == "w" ? .orderedHashtable : letter == "o" || letter == "q" ? .ordered : .hashtable
            let box = TableBox(kind, isCaseSensitive: letter != "h" && letter != "o")
            begin(.table(box))
            for _ in 0..<(try count()) {
                let key = try value()
                box[key] = try value()
            }
            return .table(box)
        default:
            let typeName = try string()
            let display: String?
            switch try self.letter() {
            case "n": display = nil
            case "s": display = try string()
            default: throw unreadable
            }
            let isOfService = try self.letter() == "t"
            let box = ObjectBox([], typeName: typeName, display: display, isOfService: isOfService)
            begin(.object(box))
            for _ in 0..<(try count()) {
                let name = try string()
                box.properties.append(ObjectBox.Property(name: name, value: try value()))
            }
            return .object(box)
        }
    }

    private mutating func begin(_ value: Value) {
        boxes.append(value)
        values.append(value)
    }
}

extension Interpreter {
    /// Takes over what a session kept.
    func take(_ session: SessionReader, of size: Int) throws(Stop) {
        try meter.make(bytes: size)
        for value in session.values { hold(value) }
        (isFine, errors.items) = (session.isFine, session.errors)
        for function in session.functions { root.functions[function.name.lowercased()] = function }
        for (name, slot) in session.variables {
            try set(Variable(name: name), slot.value, type: slot.type, at: Script.Place(line: 1, column: 1))
        }
    }
}
