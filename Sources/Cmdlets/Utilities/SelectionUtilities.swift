/// `Where-Object` and `ForEach-Object`: a block or a comparison for each object.
enum SelectionUtilities {
    static let all = [
        Utility(
            "Where-Object", "Passes on the objects for which a condition holds",
            "FilterScript@0 Property@0 Value@1 InputObject " + comparisons
        ) {
            (call) throws(Stop) in
            try WhereStage(call)
        },
        Utility(
            "ForEach-Object", "Does something for each object",
            "Process@0* MemberName Begin End ArgumentList InputObject Parallel ThrottleLimit", changes: true
        ) {
            (call) throws(Stop) in try ForEachStage(call)
        },
    ]

    /// The operators that `Where-Object Property -eq value` has.
    private static let comparisons = [
        "eq", "ne", "gt", "ge", "lt", "le", "like", "notlike", "match", "notmatch", "contains", "notcontains", "in", "notin", "ceq", "cne",
        "clike", "cmatch", "is", "isnot", "not",
    ].map { $0 + "?" }.joined(separator: " ")
}

private final class WhereStage: Stage {
    private enum Test {
        case block(Block)
        case property(String, BinaryOperator?, Value, isNegated: Bool)
    }
    private let test: Test
    private let given: Value?

    init(_ call: UtilityCall) throws(Stop) {
        let bound = call.bound
        given = bound["InputObject"]
        if case .block(let block)? = bound["FilterScript"] {
            test = .block(block.block)
        } else {
            guard let name = bound.text("Property") ?? bound.text("FilterScript") else {
                throw .failure(
                    .invalidArgument, "MissingMandatoryParameter", "Where-Object needs a { condition } or a property and a comparison",
                    at: call.place)
            }
            let signs = bound.values.keys.filter { $0 != "not" && ScriptReader.comparison(named: $0) != nil }.sorted()
            guard signs.count < 2 else {
                throw .argument("Where-Object compares once: -\(signs[0]) and -\(signs[1]) exclude each other", at: call.place)
            }
            guard signs.isEmpty || bound.has("Value") else {
                throw .failure(.invalidArgument, "MissingArgument", "a value must follow -\(signs[0])", at: call.place)
            }
            let sign = signs.first.flatMap { ScriptReader.comparison(named: $0) }
            test = .property(name, sign, bound["Value"] ?? .null, isNegated: bound.isOn("not"))
        }
        super.init(call.run, next: call.next, at: call.place, hasInput: call.hasInput)
    }

    override func take(_ value: Value) throws(Stop) {
        try run.meter.step()
        let holds = try run.within(home) { () throws(Stop) in try accepts(value) }
        if holds { try next.take(value) }
    }

    override func end() throws(Stop) { if !hasInput, let given { try take(given) } }

    private func accepts(_ value: Value) throws(Stop) -> Bool {
        switch test {
        case .block(let block): return try Value(gathered: run.each(value, block)).isTrue
        case .property(let name, let sign, let wanted, let isNegated):
            let property = try run.property(name, of: value, at: place)
            guard let sign else { return property.isTrue != isNegated }
            return try run.apply(sign, property, wanted, at: place).isTrue
        }
    }
}

private final class ForEachStage: Stage {
    private var first: Block?
    private var process: [Block] = []
    private var last: Block?
    private var member: String?
    private let arguments: [Value]
    private let given: Value?
    private let confirmation: Confirmation

    init(_ call: UtilityCall) throws(Stop) {
        func block(_ name: String) -> Block? { if case .block(let value)? = call.bound[name] { value.block } else { nil } }
        if call.bound.has("Parallel") {
            throw .failure(
                .notImplemented, "NotHere", "ForEach-Object -Parallel is not available here: everything runs in turn; use -Process",
                at: call.place)
        }
        if call.bound.has("ThrottleLimit") {
            throw .failure(
                .notImplemented, "NotHere",
                "ForEach-Object -ThrottleLimit goes with -Parallel, which is not available here: everything runs in turn; leave it out",
                at: call.place)
        }
        given = call.bound["InputObject"]
        confirmation = Confirmation(call.run, call.bound.common, impact: .low)
        (first, last) = (block("Begin"), block("End"))
        for value in call.bound["Process"]?.items ?? [] { if case .block(let value) = value { process.append(value.block) } }
        // Of two blocks in places the first is for the beginning, of three the last is for the end.
        if process.count > 1, first == nil { first = process.removeFirst() }
        if process.count > 1, last == nil { last = process.removeLast() }
        let words = call.bound["MemberName"].map { [$0] } ?? call.bound["Process"]?.items ?? []
        member = process.isEmpty ? words.first?.text : nil
        arguments = call.bound["ArgumentList"]?.items ?? Array(words.dropFirst())
        guard !process.isEmpty || member != nil || first != nil || last != nil else {
            throw .failure(.invalidArgument, "MissingMandatoryParameter", "ForEach-Object needs a { block }", at: call.place)
        }
        if member == nil, call.bound.common.whatIf == true || call.bound.common.confirm == true {
            throw .failure(
                .invalidOperation, "NoShouldProcessForScriptBlockSet",
                "The -WhatIf and -Confirm parameters are not supported for script blocks.", at: call.place)
        }
        super.init(call.run, next: call.next, at: call.place, hasInput: call.hasInput)
    }

    override func begin() throws(Stop) { try perform(first, .null) }

    override func take(_ value: Value) throws(Stop) {
        for block in process { try perform(block, value) }
        guard let member else { return }
        let isMethod = Methods.names.contains(member.lowercased())
        let isProperty = if case .object(let box) = value { box[member] != nil } else { false }
        let calls = isMethod && !isProperty
        guard try confirmation.allows(action(on: value, member, calls: calls), on: "InputObject: \(value.text)") else { return }
        try next.takeItems(
            of: calls ? try run.call(value, member, arguments, at: place) : try run.property(member, of: value, at: place))
    }

    private func action(on value: Value, _ member: String, calls: Bool) -> String {
        if calls {
            let words = arguments.isEmpty ? "" : " with arguments: \(arguments.map(\.text).joined(separator: ", "))"
            return "Invoke method '\(member)'\(words)"
        }
        let kind = if case .table = value { "key" } else { "property" }
        return "Retrieve the value for \(kind) '\(member)'"
    }

    override func end() throws(Stop) {
        if !hasInput, let given {
            try take(given)
        } else if !hasInput {
            for block in process { try perform(block, .null) }
        }
        try perform(last, .null)
    }

    private func perform(_ block: Block?, _ value: Value) throws(Stop) {
        guard let block else { return }
        try run.meter.enter()
        defer { run.meter.exit() }
        do throws(Stop) {
            try run.within(home) { () throws(Stop) in
                let before = run.scope.variables["_"]
                run.scope.variables["_"] = Scope.Slot(value: value, type: nil)
                defer { run.scope.variables["_"] = before }
                try run.run(block.statements, into: next)
            }
        } catch {
            guard case .giveBack = error else { throw error }
        }
    }
}

extension Interpreter {
    /// What a block puts out for a value, which is its `$_`.
    func each(_ value: Value, _ block: Block) throws(Stop) -> [Value] {
        let before = scope.variables["_"]
        scope.variables["_"] = Scope.Slot(value: value, type: nil)
        defer { scope.variables["_"] = before }
        return try values(of: block.statements)
    }
}
