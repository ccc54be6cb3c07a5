/// A cmdlet that works on values and knows nothing of the tenant: `Sort-Object`, `ConvertTo-Json` and their like.
struct Utility: Sendable {
    let name: String
    /// One sentence.
    let synopsis: String
    let parameters: [ParameterSpec]
    /// Whether it changes anything, so that `-WhatIf` has a meaning.
    let changes: Bool
    let make: @Sendable (UtilityCall) throws(Stop) -> Stage

    /// `parameters` are names with marks: `Property@0` is at a place, `Unique?` a switch, `Object@0*` takes all that remain, `LiteralPath=Path`
    /// has another name.
    init(
        _ name: String, _ synopsis: String, _ parameters: String, changes: Bool = false,
        stage: @escaping @Sendable (UtilityCall) throws(Stop) -> Stage
    ) {
        self.name = name
        self.synopsis = synopsis
        self.parameters = parameters.split(separator: " ").map(Self.spec)
        self.changes = changes
        make = stage
    }

    /// One that works when everything piped in is there.
    init(
        _ name: String, _ synopsis: String, _ parameters: String, changes: Bool = false,
        whole body: @escaping @Sendable (UtilityCall, [Value]) throws(Stop) -> Void
    ) {
        self.init(name, synopsis, parameters, changes: changes) { (call) throws(Stop) in BatchStage(call, body) }
    }

    private static func spec(_ written: Substring) -> ParameterSpec {
        var text = String(written)
        var spec = ParameterSpec(name: "")
        if text.hasSuffix("*") {
            spec.takesRemaining = true
            text.removeLast()
        }
        if text.hasSuffix("?") {
            spec.isSwitch = true
            text.removeLast()
        }
        let all = text.split(separator: "=").map(String.init), halves = all[0].split(separator: "@").map(String.init)
        if halves.count == 2 { spec.position = Int(halves[1]) }
        let names = [halves[0]] + all.dropFirst()
        return ParameterSpec(
            name: names[0], aliases: Array(names.dropFirst()), isSwitch: spec.isSwitch, position: spec.position,
            takesRemaining: spec.takesRemaining)
    }

    /// What it takes besides its own parameters.
    var common: [ParameterSpec] { CommonArguments.specs(changes: changes) }

    func stage(_ run: Interpreter, _ given: [Given], next: any Sink, at place: Script.Place, hasInput: Bool) throws(Stop) -> Stage {
        try run.meter.step(5)
        let bound = try run.bind(given, to: parameters, of: name, changes: changes)
        try TakenValues.check(bound, of: name, at: place)
        let next = run.begin(bound.common, next: next)
        return try make(
            UtilityCall(
                run: run, name: name, bound: bound, confirmation: Confirmation(run, bound.common), next: next, place: place,
                hasInput: hasInput))
    }
}

/// A utility with its arguments, where it stands.
struct UtilityCall {
    let run: Interpreter
    let name: String
    let bound: BoundArguments
    let confirmation: Confirmation
    let next: any Sink
    let place: Script.Place
    let hasInput: Bool

    func put(_ value: Value) throws(Stop) { try next.take(value) }

    func text(_ name: String) -> String? { bound.text(name) }

    func required(_ parameter: String) throws(Stop) -> Value {
        guard let value = bound[parameter], !value.isNull else {
            throw .failure(.invalidArgument, "MissingMandatoryParameter", "\(name) needs -\(parameter)", at: place)
        }
        return value
    }

    func integer(_ parameter: String, in range: ClosedRange<Int> = 0...Int(Int32.max)) throws(Stop) -> Int? {
        guard let value = bound[parameter], !value.isNull else { return nil }
        guard let integer = value.integer, range.contains(integer) else {
            throw .argument("-\(parameter) is a whole number from \(range.lowerBound) to \(range.upperBound), not \(value.text)", at: place)
        }
        return integer
    }
}

/// Gathers what is piped in and works on all of it.
final class BatchStage: Stage {
    private let call: UtilityCall
    private let body: @Sendable (UtilityCall, [Value]) throws(Stop) -> Void
    private var input: [Value] = []

    init(_ call: UtilityCall, _ body: @escaping @Sendable (UtilityCall, [Value]) throws(Stop) -> Void) {
        self.call = call
        self.body = body
        super.init(call.run, next: call.next, at: call.place, hasInput: call.hasInput)
    }

    override func take(_ value: Value) throws(Stop) {
        try run.meter.step()
        try run.meter.checkCount(input.count + 1)
        input.append(value)
    }

    override func end() throws(Stop) {
        if !hasInput, let object = call.bound["InputObject"] { input = object.items }
        do throws(Stop) {
            try run.within(home) { () throws(Stop) in try body(call, input) }
        } catch {
            guard case .failed(let failure) = error.at(place) else { throw error }
            try run.handle(failure, call.bound.common)
        }
    }
}
