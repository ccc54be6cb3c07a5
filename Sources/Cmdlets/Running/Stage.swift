/// A command of a pipeline that is being run: it takes values from the one before it and gives values to the next.
class Stage: Sink {
    let run: Interpreter
    let next: any Sink
    let place: Script.Place
    /// Whether something is piped in.
    let hasInput: Bool
    /// Where the command was written: what its blocks see.
    let home: Scope

    init(_ run: Interpreter, next: any Sink, at place: Script.Place, hasInput: Bool) {
        self.run = run
        self.next = next
        self.place = place
        self.hasInput = hasInput
        home = run.scope
    }

    /// Before the first value.
    func begin() throws(Stop) {}
    /// After the last value.
    func end() throws(Stop) {}
    func take(_ value: Value) throws(Stop) {}
}

/// What a pipeline's last command puts out goes to a file of the client.
final class FileSink: Sink {
    private let run: Interpreter
    private let path: String
    private let appends: Bool
    private var values: [Value] = []

    init(_ run: Interpreter, path: String, appends: Bool) {
        (self.run, self.path, self.appends) = (run, path, appends)
    }

    func take(_ value: Value) throws(Stop) { values.append(value) }

    func close() throws(Stop) {
        guard try Confirmation(run).allows("Output to File", on: path) else { return }
        try run.write(run.shown(values), to: path, appends: appends)
    }
}

extension Interpreter {
    /// The values as they would be shown, which is counted before it is done.
    func shown(_ values: [Value], width: Int? = nil) throws(Stop) -> String {
        try meter.step(OutputText.steps(values))
        return OutputText.render(values, width: width, itemLimit: itemLimit)
    }

    func run(_ pipeline: Pipeline, into sink: any Sink) throws(Stop) {
        var redirections: [Redirection] = []
        switch pipeline.elements.last {
        case .expression(_, let own)?: redirections = own
        case .command(let command)?: redirections = command.redirections
        case nil: return
        }
        guard !redirections.isEmpty else { return try run(pipeline.elements, into: sink) }
        try redirected(redirections, into: sink) { sink throws(Stop) in try run(pipeline.elements, into: sink) }
    }

    private func redirected(_ redirections: [Redirection], into sink: any Sink, _ body: (any Sink) throws(Stop) -> Void) throws(Stop) {
        var target = sink, files: [FileSink] = []
        let before = streams
        var silenced: Set<Redirection.Stream> = []
        for redirection in redirections {
            let path = try evaluate(redirection.target)
            if path.isNull { silenced.insert(redirection.stream) }
            switch redirection.stream {
            case .output, .all: target = path.isNull ? Drain() : try file(path.text, redirection, &files)
            case .errors, .warnings, .others:
                guard path.isNull else {
                    throw .failure(
                        .notImplemented, "Redirection", "only what is put out goes to a file; use -ErrorVariable or -WarningVariable",
                        at: redirection.place)
                }
            }
        }
        let drops = silenced.contains(.errors) || silenced.contains(.all)
        let action = scope.variables["erroractionpreference"]
        if drops { scope.set("erroractionpreference", .text("SilentlyContinue")) }
        defer {
            if drops { scope.variables["erroractionpreference"] = action }
            if silenced.contains(.warnings) || silenced.contains(.all) { streams.warnings = before.warnings }
            if silenced.contains(.others) || silenced.contains(.all) {
                streams.items =
                    before.items + streams.items.dropFirst(before.items.count).filter { if case .host = $0 { false } else { true } }
            }
        }
        try body(target)
        for file in files { try file.close() }
    }

    private func file(_ path: String, _ redirection: Redirection, _ files: inout [FileSink]) throws(Stop) -> any Sink {
        let sink = FileSink(self, path: path, appends: redirection.appends)
        files.append(sink)
        return sink
    }

    private func run(_ elements: [Pipeline.Element], into sink: any Sink) throws(Stop) {
        var source: Value?
        var calls: [Call] = []
        for (index, element) in elements.enumerated() {
            switch element {
            case .expression(let expression, _): source = try evaluate(expression)
            case .command(let command): calls.append(try call(of: command, hasInput: index > 0))
            }
        }
        if calls.isEmpty, elements.count == 1, case .expression(let expression, _) = elements[0], case .step = expression.form { return }
        if calls.isEmpty, let source {
            if case .table = source { return try sink.take(source) }
            return try sink.takeItems(of: source)
        }
        var stages: [Stage] = [], next = sink
        for call in calls.reversed() {
            let stage = try call.make(self, next)
            stages.insert(stage, at: 0)
            next = stage
        }
        do throws(Stop) {
            for stage in stages { try stage.begin() }
            if let source {
                for item in source.items { try stages[0].take(item) }
            }
            for stage in stages { try stage.end() }
        } catch {
            guard case .enough(let id) = error, let index = stages.firstIndex(where: { ObjectIdentifier($0) == id }) else { throw error }
            for stage in stages[index...] { try stage.end() }
        }
    }

    /// A command with its arguments, ready to be made a stage.
    struct Call {
        let make: (Interpreter, any Sink) throws(Stop) -> Stage
    }

    private func call(of command: Command, hasInput: Bool) throws(Stop) -> Call {
        switch command.name {
        case .word(let word): return try call(named: word, command, hasInput)
        case .value(let expression, let isDotted):
            let value = try evaluate(expression)
            guard case .block(let block) = value else {
                guard case .text(let name) = value else {
                    throw .failure(
                        .invalidOperation, "BadExpression", "& is followed by a block or the name of a command", at: expression.place)
                }
                return try call(named: name, command, hasInput)
            }
            let given = try given(command.arguments)
            return Call { (run, next) throws(Stop) in
                try FunctionStage(
                    run, block.block, named: "{ }", given, isDotted: isDotted, next: next, at: command.place, hasInput: hasInput)
            }
        }
    }

    private func call(named written: String, _ command: Command, _ hasInput: Bool) throws(Stop) -> Call {
        let name = CommandNames.plain(written)
        // `-?` shows help and runs nothing.
        if command.arguments.contains(where: { if case .parameter("?", _, _) = $0 { true } else { false } }) {
            return Call { (run, next) throws(Stop) in
                try CmdletStage(
                    run, run.commands.help, [.positional(.text(name), word: nil, command.place)], next: next, at: command.place,
                    hasInput: false)
            }
        }
        if let function = scope.function(name.lowercased()) {
            let given = try given(command.arguments)
            return Call { (run, next) throws(Stop) in
                try FunctionStage(
                    run, function.block, named: function.name, given, isDotted: false, next: next, at: command.place, hasInput: hasInput)
            }
        }
        if let utility = commands.utility(name) {
            let given = try given(command.arguments)
            return Call { (run, next) throws(Stop) in
                try utility.stage(run, given, next: next, at: command.place, hasInput: hasInput)
            }
        }
        guard let cmdlet = commands.cmdlet(name) else { throw .failed(CommandFailure(commands.unknown(written, at: command.place))) }
        let given = try given(command.arguments, isOfService: !cmdlet.acceptsAnything)
        return Call { (run, next) throws(Stop) in
            try CmdletStage(run, cmdlet, given, next: next, at: command.place, hasInput: hasInput)
        }
    }
}
