/// One cmdlet as data: what it is called, what it takes, and the function that does it. Binding knows nothing else of any cmdlet.
package struct Cmdlet: Sendable {
    typealias Body = @Sendable (Arguments, inout Workspace) throws(CmdletError) -> [CmdletValue]

    package let name: String
    /// One sentence.
    package let synopsis: String
    let parameters: [CmdletParameter]
    /// Whether it changes anything, so that `-WhatIf` has a meaning.
    let changes: Bool
    let body: Body
    /// Why it is not held by this service, if it is only known by name.
    let whyNotHeld: String?
    /// How what it puts out is shown, where it is neither list nor table.
    let view: (@Sendable (OutputObject) -> String)?

    init(
        _ name: String, _ synopsis: String, changes: Bool = false, _ parameters: [CmdletParameter], whyNotHeld: String? = nil,
        view: (@Sendable (OutputObject) -> String)? = nil, body: @escaping Body
    ) {
        self.name = name
        self.synopsis = synopsis
        self.parameters = parameters
        self.changes = changes
        self.whyNotHeld = whyNotHeld
        self.view = view
        self.body = body
    }

    /// A documented cmdlet for something that this service does not hold.
    static func notHeld(_ name: String, _ why: String) -> Cmdlet {
        Cmdlet(name, "Not held by this service: \(why).", [CmdletParameter("*", .ignored)], whyNotHeld: why) { (_, _) throws(CmdletError) in
            throw CmdletError(.notImplemented, "NotHeldByThisService", "\(name) is not held by this service: \(why)")
        }
    }

    var acceptsAnything: Bool { parameters.first?.name == "*" }
    /// What it takes besides its own parameters.
    var common: [CmdletParameter] { (changes ? CmdletParameter.ofChanges : []) + CmdletParameter.common }
    /// The parameters that do something here.
    var offered: [CmdletParameter] {
        parameters.filter { parameter in
            switch parameter.kind {
            case .notHeld, .ignored: false
            case .text, .texts, .listChange, .integer, .limit, .truth, .toggle, .choice, .value: true
            }
        }
    }
    var pipelineParameter: CmdletParameter? { parameters.first { $0.options.contains(.pipeline) } }
}

/// One parameter: its type, and how it is given. Positional ones take values without a name in the order in which they are declared.
package struct CmdletParameter: Sendable {
    package let name: String
    let kind: Kind
    let options: Options
    /// Parameters of one group exclude one another.
    let group: String?

    enum Kind: Sendable, Equatable {
        case text, texts
        /// A list, or `@{Add; Remove; Replace}` (domain reference §8.1).
        case listChange
        case integer(ClosedRange<Int>)
        /// How many at most: a whole number, or `Unlimited`.
        case limit
        case truth, toggle
        case choice([String])
        /// Objects are taken as they are.
        case value
        /// Reserved or internal: taken and not looked at (domain reference §8).
        case ignored
        /// Documented, but of something that the service does not hold.
        case notHeld(String)
    }

    struct Options: OptionSet, Sendable {
        let rawValue: UInt8
        static let positional = Options(rawValue: 1)
        static let required = Options(rawValue: 2)
        /// `$null` is a value with a meaning.
        static let nullable = Options(rawValue: 4)
        /// Takes piped values, or of piped objects the property of its name.
        static let pipeline = Options(rawValue: 8)
    }

    init(_ name: String, _ kind: Kind, _ options: Options = [], group: String? = nil) {
        self.name = name
        self.kind = kind
        self.options = options
        self.group = group
    }

    static func text(_ name: String, _ options: Options = [], group: String? = nil) -> CmdletParameter {
        CmdletParameter(name, .text, options, group: group)
    }
    static func identity(_ options: Options = [.positional, .pipeline], group: String? = nil) -> CmdletParameter {
        CmdletParameter("Identity", .text, options, group: group)
    }
    static let filter = CmdletParameter("Filter", .text)
    static func toggle(_ name: String, group: String? = nil) -> CmdletParameter { CmdletParameter(name, .toggle, group: group) }

    static let actions = ["Stop", "Continue", "SilentlyContinue", "Ignore"]

    /// What a number stands for (System.Management.Automation.ActionPreference); any other text itself.
    static func action(_ text: String) -> String {
        ["0": "SilentlyContinue", "1": "Stop", "2": "Continue", "4": "Ignore"][text] ?? text
    }

    /// What every cmdlet takes (about_CommonParameters).
    static let common: [CmdletParameter] =
        ["Force", "Verbose", "Debug"].map { CmdletParameter($0, .toggle) }
        + ["ErrorAction", "WarningAction"].map { CmdletParameter($0, .choice(actions)) }
        + ["ErrorVariable", "WarningVariable", "OutVariable"].map { CmdletParameter($0, .text) }
        + [
            CmdletParameter("PipelineVariable", .notHeld("use ForEach-Object, where the object is $_")),
            CmdletParameter("InformationVariable", .notHeld("no cmdlet writes to the information stream")),
        ]
        + [
            "InformationAction", "ProgressAction", "OutBuffer", "MsftInternalProcessingMode", "Tenant",
            "TenantDomain",
            "DomainController",
        ].map { CmdletParameter($0, .ignored) }

    /// What those take besides that change something.
    static let ofChanges = ["WhatIf", "Confirm"].map { CmdletParameter($0, .toggle) }

    /// What a piped object may call the value for a parameter where it has none of the parameter's name.
    static let pipedNames = ["Identity": "TelephoneNumber"]

    static let aliases = [
        "wi": "WhatIf", "cf": "Confirm", "vb": "Verbose", "db": "Debug", "ea": "ErrorAction", "wa": "WarningAction", "ev": "ErrorVariable",
        "wv": "WarningVariable", "ov": "OutVariable", "pv": "PipelineVariable",
    ]

    /// The type, as `Get-Command` shows it.
    var typeName: String {
        switch kind {
        case .text: "String"
        case .texts: "String[]"
        case .listChange: "PSListModifier"
        case .integer: "Int32"
        case .limit: "Unlimited"
        case .truth: "Boolean"
        case .toggle: "SwitchParameter"
        case .choice(let values): values.joined(separator: "|")
        case .value: "Object"
        case .ignored, .notHeld: "(not used)"
        }
    }
}
