import Dialing

/// Runs a script on a copy of the tenant. It reaches nothing but the workspace, the client's files that it was given, and its own values.
final class Interpreter {
    let commands: CommandSet
    var workspace: Workspace
    var meter = Meter()
    let root = Scope(parent: nil)
    var scope: Scope
    var streams = Streams()
    var client: ClientSide
    /// Whether the last statement went well: `$?`.
    var isFine = true
    /// How many `try` blocks are around: while there is one, a failed cmdlet is undone alone.
    var attempts = 0
    /// The error that a `catch` block is dealing with.
    var caught: [ObjectBox] = []
    /// The functions that are being run, with what they were called with and from where: their `-ErrorVariable` has the errors within, too.
    var around: [(common: CommonArguments, home: Scope)] = []
    var searches: [String: PatternSearch] = [:]
    /// What `Start-Transcript` keeps, until it is closed.
    var transcript: (path: String, appends: Bool, text: String)?
    let errors = ArrayBox([], kind: .list)
    /// What lies within something else, kept until the end: a chain of it, or a ring, would otherwise be taken apart from its end in as many
    /// calls as it is long, or never.
    private var held: [AnyObject] = []

    init(_ commands: CommandSet, workspace: Workspace, client: ClientSide) {
        self.commands = commands
        self.workspace = workspace
        self.client = client
        scope = root
        for (name, value) in Self.automatic(client) { root.variables[name] = Scope.Slot(value: value, type: nil) }
        root.variables["error"] = Scope.Slot(value: .array(errors), type: nil)
    }

    /// What a script finds set (about_Automatic_Variables, about_Preference_Variables). A failed cmdlet stops the script unless it says otherwise.
    private static func automatic(_ client: ClientSide) -> [String: Value] {
        let folder = FileText.parts(client.name).parent
        return [
            "erroractionpreference": .text("Stop"), "whatifpreference": .truth(false), "confirmpreference": .text("High"),
            "warningpreference": .text("Continue"), "verbosepreference": .text("SilentlyContinue"),
            "debugpreference": .text("SilentlyContinue"), "informationpreference": .text("SilentlyContinue"),
            "progresspreference": .text("Continue"), enumerationLimit: .integer(4), "ofs": .text(" "),
            "psscriptroot": .text(folder.isEmpty ? "." : folder),
            "pscommandpath": .text(client.name),
            "home": .text("~"), "lastexitcode": .integer(0), "psculture": .text("en-US"), "psuiculture": .text("en-US"),
            "nestedpromptlevel": .integer(0),
            "pwd": .text("."), "input": .nothing, "args": .list([]), "psedition": .text("Core"), "iswindows": .truth(false),
            "islinux": .truth(true),
            "maximumhistorycount": .integer(4_096), "maximumfunctioncount": .integer(4_096), "shellid": .text("Microsoft.PowerShell"),
        ]
    }

    /// Keeps what lies within a new array; hashtables and objects themselves too.
    func keep(_ value: Value) -> Value {
        switch value {
        case .array(let box): for item in box.items { hold(item) }
        case .table(let box):
            held.append(box)
            for entry in box.entries { hold(entry.value) }
        case .object(let box):
            held.append(box)
            for property in box.properties { hold(property.value) }
        default: break
        }
        return value
    }

    /// Keeps what is put into something else.
    func hold(_ value: Value) {
        switch value {
        case .array(let box): held.append(box)
        case .table(let box): held.append(box)
        case .object(let box): held.append(box)
        default: break
        }
    }

    /// Takes everything apart, one by one.
    func dismantle() {
        for container in held {
            switch container {
            case let box as ArrayBox: box.items = []
            case let box as TableBox: box.removeAll()
            case let box as ObjectBox: box.properties = []
            default: break
            }
        }
        held = []
        errors.items = []
        root.variables = [:]
        streams = Streams()
    }

    /// Runs in another scope than the present one.
    func within<Result>(_ other: Scope, _ body: () throws(Stop) -> Result) throws(Stop) -> Result {
        let before = scope
        scope = other
        defer { scope = before }
        return try body()
    }

    // MARK: variables

    func value(of variable: Variable, at place: Script.Place) throws(Stop) -> Value {
        if let value = slot(of: variable)?.value { return value }
        switch variable.name {
        case "?": return .truth(isFine)
        case "psversiontable": return .table(Self.versions)
        case "myinvocation": return .object(invocation(of: client.name))
        default: break
        }
        guard let strict = root.variables[Self.strictMode]?.value, strict.isTrue else { return .null }
        throw .failure(
            .objectNotFound, "VariableIsUndefined", "there is no variable $\(variable.name), and Set-StrictMode asks for one", at: place)
    }

    /// The name of the variable that keeps what `Set-StrictMode` said; no script can write it.
    static let strictMode = " strict"

    private static var versions: TableBox {
        let table = TableBox()
        table["PSVersion"] = .object(
            ObjectBox(
                ["Major": .integer(7), "Minor": .integer(4), "Patch": .integer(0)],
                typeName: "System.Management.Automation.SemanticVersion", display: "7.4.0"))
        table["PSEdition"] = .text("Core")
        table["Platform"] = .text("Unix")
        return table
    }

    func slot(of variable: Variable) -> Scope.Slot? {
        switch variable.scope {
        case .nearest: scope.slot(variable.name)
        case .local: scope.variables[variable.name]
        case .script, .global: root.variables[variable.name]
        }
    }

    func scope(for variable: Variable) -> Scope {
        switch variable.scope {
        case .nearest, .local: scope
        case .script, .global: root
        }
    }

    func set(_ variable: Variable, _ value: Value, type: TypeName? = nil, at place: Script.Place) throws(Stop) {
        guard !Self.constants.contains(variable.name) else {
            throw .failure(.invalidOperation, "VariableNotWritable", "$\(variable.name) cannot be assigned", at: place)
        }
        let target = scope(for: variable)
        if let why = Self.notHonoured[variable.name] { throw .failed(CommandFailure(Self.refusal(of: variable.name, why, at: place))) }
        let type = type ?? target.variables[variable.name]?.type
        var value = try type.map { type throws(Stop) in try converted(value, to: type, at: place) } ?? value
        if target.variables.count >= Meter.variableLimit { throw Meter.exceeded("a script has up to \(Meter.variableLimit) variables") }
        if Self.preferences.contains(variable.name) {
            if case .integer(let number) = value { value = .text(CmdletParameter.action(String(number))) }
            try checkPreference(variable.name, value, at: place)
        }
        if variable.name == Self.enumerationLimit, value.integer.map({ $0 < -1 }) ?? true {
            throw Self.mismatch(value, "a count of items, or -1 for all", at: place)
        }
        target.variables[variable.name] = Scope.Slot(value: value, type: type)
    }

    private static let constants: Set<String> = [
        "true", "false", "null", "?", "psversiontable", "home", "psscriptroot", "pscommandpath", "error",
    ]
    private static let preferences: Set<String> = [
        "erroractionpreference", "confirmpreference", "warningpreference", "verbosepreference", "debugpreference", "informationpreference",
    ]

    /// Variables that would change what commands do in PowerShell, and why they are not taken here.
    private static let notHonoured = [
        "psdefaultparametervalues": "give each command its parameters, or splat a hashtable of them with @name",
        "errorview": "an error is shown in one way",
    ]

    private static func refusal(of name: String, _ why: String, at place: Script.Place) -> CmdletError {
        CmdletError(.notImplemented, "NotHere", "$\(name) is not available here: \(why)", at: place)
    }

    /// Why a variable cannot be had here, if it is one of those that PowerShell looks at and this service does not.
    static func refusal(of variable: Variable, at place: Script.Place) -> CmdletError? {
        notHonoured[variable.name].map { refusal(of: variable.name, $0, at: place) }
    }

    static let enumerationLimit = "formatenumerationlimit"

    /// Items of a collection that a cell shows; nil for all.
    var itemLimit: Int? { root.variables[Self.enumerationLimit]?.value.integer.flatMap { $0 < 0 ? nil : $0 } }

    /// A preference is one of the documented words, or refused: what is not understood would be passed over otherwise.
    private func checkPreference(_ name: String, _ value: Value, at place: Script.Place) throws(Stop) {
        let words =
            name == "confirmpreference"
            ? ["None", "Low", "Medium", "High"] : ["Stop", "Continue", "SilentlyContinue", "Ignore", "Inquire"]
        guard words.contains(where: { $0.isSameName(as: value.text) }) else {
            throw .argument("$\(name) is one of \(enumeration(words)), not \(value.text)", at: place)
        }
        guard !value.text.isSameName(as: "Inquire") else {
            throw .argument("$\(name) = Inquire is not available here; use Stop, Continue or SilentlyContinue", at: place)
        }
        guard !value.text.isSameName(as: "Stop") || ["erroractionpreference", "warningpreference"].contains(name) else {
            throw .argument("$\(name) = Stop is not available here; use Continue or SilentlyContinue", at: place)
        }
    }

    func preference(_ name: String) -> String { scope.slot(name)?.value.text.lowercased() ?? "" }
}
