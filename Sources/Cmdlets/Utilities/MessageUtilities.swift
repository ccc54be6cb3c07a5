/// What a script says, and what it asks.
enum MessageUtilities {
    static let all = [
        Utility("Write-Host", "Shows a text", "Object@0* NoNewline? Separator ForegroundColor BackgroundColor") { (call) throws(Stop) in
            try MessageStage(call) { (call, value) throws(Stop) in
                let text = try call.run.meter.joined(value.items.lazy.map(\.shownOnHost), by: call.text("Separator") ?? " ")
                try keep(text, call)
                try call.run.say(text + (call.bound.isOn("NoNewline") ? "" : "\n"))
            }
        },
        Utility("Write-Output", "Puts values out", "InputObject@0* NoEnumerate?") { (call) throws(Stop) in
            try MessageStage(call) { (call, value) throws(Stop) in
                if call.bound.isOn("NoEnumerate") { try call.put(value) } else { for item in value.items { try call.put(item) } }
            }
        },
        Utility("Write-Warning", "Says a warning", "Message@0") { (call) throws(Stop) in
            try MessageStage(call) { (call, value) throws(Stop) in try call.run.warn(value.text, call.bound.common) }
        },
        Utility("Write-Verbose", "Says what goes on, if -Verbose wants it", "Message@0") { (call) throws(Stop) in
            try MessageStage(call) { (call, value) throws(Stop) in
                if call.bound.common.verbose ?? (call.run.preference("verbosepreference") == "continue") {
                    try call.run.say("VERBOSE: \(value.text)\n")
                }
            }
        },
        Utility("Write-Debug", "Says details, if $DebugPreference wants them", "Message@0") { (call) throws(Stop) in
            try MessageStage(call) { (call, value) throws(Stop) in
                let isWanted = call.bound["Debug"]?.isTrue ?? (call.run.preference("debugpreference") == "continue")
                if isWanted { try call.run.say("DEBUG: \(value.text)\n") }
            }
        },
        Utility("Write-Information", "Says a message, if $InformationPreference wants it", "MessageData@0 Tags@1") { (call) throws(Stop) in
            try MessageStage(call) { (call, value) throws(Stop) in
                try keep(value.text, call)
                let given = call.text("InformationAction").map(CmdletParameter.action)
                let action = given?.lowercased() ?? call.run.preference("informationpreference")
                if action == "continue" { try call.run.say(value.text + "\n") }
            }
        },
        Utility(
            "Write-Progress", "Is for a progress bar, of which nothing is kept",
            "Activity@0 Status@1 Id@2 PercentComplete SecondsRemaining CurrentOperation ParentId Completed?"
        ) {
            (call, _) throws(Stop) in _ = call
        },
        Utility(
            "Write-Error", "Makes an error",
            "Message@0 Exception ErrorId Category TargetObject ErrorRecord RecommendedAction CategoryReason"
        ) { (call) throws(Stop) in
            try MessageStage(call, writeError)
        },
        Utility("Read-Host", "Asks for an answer", "Prompt@0 AsSecureString? MaskInput?") { (call, _) throws(Stop) in
            guard !call.bound.isOn("AsSecureString") else {
                throw .failure(
                    .notImplemented, "NotHere", "Read-Host -AsSecureString is not available here: a script handles no secrets",
                    at: call.place)
            }
            let question = Need.Question(prompt: call.text("Prompt") ?? "", kind: call.bound.isOn("MaskInput") ? .secret : .text)
            try call.put(call.run.meter.made(call.run.client.answer(to: question)))
        },
        Utility(
            "Start-Transcript", "Keeps what is shown, for a file of the client",
            "Path@0=LiteralPath Append? Force? NoClobber? IncludeInvocationHeader?", changes: true
        ) { (call, _) throws(Stop) in
            let standard = call.run.scope.slot("transcript")?.value.held
            let path = call.text("Path") ?? standard.flatMap { $0.isNull ? nil : $0.text } ?? "transcript.txt"
            if call.bound.isOn("NoClobber"), !call.bound.isOn("Append"), try call.run.client.exists(path) {
                throw .failure(.resourceExists, "NoClobber", "\(path) is there already", at: call.place)
            }
            guard try call.confirmation.allows(call.name, on: path) else { return }
            call.run.transcript = (path, call.bound.isOn("Append"), "")
            try call.run.say("Transcript started, output file is \(path)\n")
        },
        Utility("Stop-Transcript", "Ends what Start-Transcript began", "") { (call, _) throws(Stop) in
            guard let transcript = call.run.transcript else { throw .invalid("no transcript was begun", at: call.place) }
            try call.run.say("Transcript stopped, output file is \(transcript.path)\n")
            try call.run.closeTranscript()
        },
    ]

    private static func keep(_ information: String, _ call: UtilityCall) throws(Stop) {
        if let name = call.bound.common.informationVariable { call.run.append(.text(information), to: name) }
    }

    private static func writeError(_ call: UtilityCall, _ value: Value) throws(Stop) {
        if case .object(let record)? = call.bound["ErrorRecord"] {
            return try call.run.handle(CommandFailure(call.run.error(of: record), record: record), call.bound.common)
        }
        var message = value.text, exception: ObjectBox?
        if case .object(let given)? = call.bound["Exception"] {
            exception = given
            message = call.bound.has("Message") ? message : given["Message"]?.text ?? message
        }
        let categories = Enumeration.errorCategory
        guard let category = categories.names(of: call.bound["Category"] ?? .text("NotSpecified"))?.first.flatMap(categories.member) else {
            throw .argument("-Category is \(categories.described), not \(call.text("Category") ?? "")", at: call.place)
        }
        let id = call.text("ErrorId") ?? "Microsoft.PowerShell.Commands.WriteErrorException"
        var error = CmdletError(CmdletError.Category(rawValue: category) ?? .writeError, id, message, at: call.place)
        error.exception = exception?.typeName ?? "Microsoft.PowerShell.Commands.WriteErrorException"
        let record = call.run.record(of: error)
        if let exception { record.set("Exception", .object(exception)) }
        record.set("TargetObject", call.bound["TargetObject"] ?? .null)
        if case .object(let info)? = record["CategoryInfo"] { info.set("Category", .text(category)) }
        try call.run.handle(CommandFailure(error, record: record), call.bound.common)
    }
}

/// Does something with what is given, or with each value piped in.
private final class MessageStage: Stage {
    private let call: UtilityCall
    private let body: (UtilityCall, Value) throws(Stop) -> Void

    init(_ call: UtilityCall, _ body: @escaping (UtilityCall, Value) throws(Stop) -> Void) throws(Stop) {
        self.call = call
        self.body = body
        super.init(call.run, next: call.next, at: call.place, hasInput: call.hasInput)
    }

    override func take(_ value: Value) throws(Stop) { try perform(value) }

    override func end() throws(Stop) {
        guard !hasInput else { return }
        let first = ["Object", "InputObject", "Message", "MessageData"].lazy.compactMap { self.call.bound[$0] }.first
        try perform(first ?? .text(""))
    }

    private func perform(_ value: Value) throws(Stop) {
        try run.meter.step()
        do throws(Stop) { try body(call, value) } catch { throw error.at(place) }
    }
}

extension Interpreter {
    /// Shows a text that is no output.
    func say(_ text: String) throws(Stop) {
        try meter.put(out: text.utf8.count + 16)
        streams.items.append(.host(text))
    }

    func warn(_ text: String, _ common: CommonArguments) throws(Stop) {
        try append(.text(text), to: \.warningVariable, common)
        switch common.warningAction {
        case .continue:
            try meter.put(out: text.utf8.count + 16)
            streams.warnings.append(text)
        case .silentlyContinue, .ignore: break
        case .stop: throw .failure(.operationStopped, "ActionPreferenceStop", "stopped by a warning, as -WarningAction says: \(text)")
        }
    }

    func closeTranscript() throws(Stop) {
        guard let open = transcript else { return }
        transcript = nil
        let text = open.text + OutputText.render(streams.items, itemLimit: itemLimit)
        try write(text, to: open.path, appends: open.appends)
    }
}

extension Value {
    /// As `Write-Host` shows it: the items of arrays with blanks between.
    fileprivate var shownOnHost: String {
        if case .moment(let moment) = self { return moment.formatted("G") }
        if case .table(let box) = self { return box.entries.lazy.map { "[\($0.key.text), \($0.value.text)]" }.joinedUpToLimit(by: " ") }
        return text
    }
}
