/// Errors as values: records, as `catch`, `$Error` and `-ErrorVariable` have them.
extension Interpreter {
    static let recordType = "System.Management.Automation.ErrorRecord"
    /// Records that `$Error` keeps.
    static let errorsLimit = 256

    func record(of error: CmdletError) -> ObjectBox {
        let type = error.exceptionType
        let exception = ObjectBox(
            ["Message": .text(error.message), "InnerException": .null, "StackTrace": .text(""), "HResult": .integer(-2_146_233_087)],
            typeName: type,
            display: "\(type): \(error.message)")
        let category = ObjectBox(
            [
                "Category": .text(error.category.rawValue), "Activity": .text(""),
                "Reason": .text(type.split(separator: ".").last.map(String.init) ?? type),
                "TargetName": .text(error.parameter ?? ""),
            ],
            typeName: "System.Management.Automation.ErrorCategoryInfo",
            display: "\(error.category.rawValue): (:) [], \(type.split(separator: ".").last ?? "")")
        let place = ObjectBox(
            [
                "ScriptLineNumber": .integer(error.line ?? 0), "OffsetInLine": .integer(error.column ?? 0),
                "ScriptName": .text(client.name),
                "PositionMessage": .text("At line:\(error.line ?? 0) char:\(error.column ?? 0)"), "Line": .text(""),
            ],
            typeName: "System.Management.Automation.InvocationInfo")
        let record = ObjectBox(
            [
                "Exception": .object(exception), "TargetObject": .optional(error.parameter), "CategoryInfo": .object(category),
                "FullyQualifiedErrorId": .text(error.id), "ErrorDetails": .null, "InvocationInfo": .object(place),
                "ScriptStackTrace": .text("at line \(error.line ?? 0)"),
            ],
            typeName: Self.recordType, display: error.message)
        _ = keep(.object(record))
        return record
    }

    /// The error that a record was made of.
    func error(of record: ObjectBox) -> CmdletError {
        var message = record.display ?? "", place: Script.Place?, exception: String?
        if case .object(let box)? = record["Exception"] {
            message = box["Message"]?.text ?? message
            exception = box.typeName
        }
        if case .object(let box)? = record["InvocationInfo"], let line = box["ScriptLineNumber"]?.integer, line > 0 {
            place = Script.Place(line: line, column: box["OffsetInLine"]?.integer ?? 1)
        }
        var category = CmdletError.Category.operationStopped
        if case .object(let box)? = record["CategoryInfo"] {
            category = CmdletError.Category(rawValue: box["Category"]?.text ?? "") ?? category
        }
        var error = CmdletError(category, record["FullyQualifiedErrorId"]?.text ?? "", message, at: place)
        error.exception = exception
        return error
    }

    func remember(_ record: ObjectBox) {
        errors.items.insert(.object(record), at: 0)
        if errors.items.count > Self.errorsLimit { errors.items.removeLast() }
    }

    /// Whether `catch [type]` is for such an error.
    func covers(_ type: TypeName, _ record: ObjectBox) -> Bool {
        guard case .object(let exception)? = record["Exception"] else { return false }
        func last(_ name: String) -> String { name.split(separator: ".").last.map { $0.lowercased() } ?? "" }
        let wanted = last(type.written), actual = last(exception.typeName)
        if wanted == "exception" || wanted == "systemexception" || wanted == actual { return true }
        // What PowerShell throws of its own, such as PSInvalidCastException, is one of .NET's as well.
        if actual == "ps" + wanted { return true }
        return wanted == "runtimeexception" && exception.typeName.hasPrefix("System.Management.Automation.")
    }

    /// What becomes of an error that need not end the script: as `-ErrorAction` or `$ErrorActionPreference` says.
    func handle(_ failure: CommandFailure, _ common: CommonArguments) throws(Stop) {
        isFine = false
        let record = failure.record ?? record(of: failure.error)
        try append(.object(record), to: \.errorVariable, common)
        switch common.errorAction {
        case .stop: throw .failed(CommandFailure(failure.error, record: record))
        case .continue:
            remember(record)
            streams.errors.append(failure.error)
        case .silentlyContinue: remember(record)
        case .ignore: break
        }
    }

    /// Puts a value into the variable that a command named by `-ErrorVariable` and its like, and into those of the functions around it.
    func append(_ value: Value, to variable: KeyPath<CommonArguments, String?>, _ common: CommonArguments) throws(Stop) {
        if let name = common[keyPath: variable] { append(value, to: name) }
        for (common, home) in around.reversed() {
            guard let name = common[keyPath: variable] else { continue }
            try within(home) { () throws(Stop) in append(value, to: name) }
        }
    }

    func append(_ value: Value, to name: String) {
        let key = Self.key(ofVariable: name)
        if case .array(let box)? = scope.variables[key]?.value, box.kind == .list {
            hold(value)
            box.items.append(value)
        } else {
            scope.set(key, keep(.array(ArrayBox([value], kind: .list))))
        }
    }

    /// Empties the variables that a command names when it begins; a `+` before a name keeps what is there. Where what it puts out goes.
    func begin(_ common: CommonArguments, next: any Sink) -> any Sink {
        for name in [common.errorVariable, common.warningVariable, common.outVariable, common.informationVariable].compactMap(\.self) {
            let key = Self.key(ofVariable: name), before = scope.slot(key)?.value ?? .nothing
            if name.hasPrefix("+"), case .array(let box) = before, box.kind == .list { continue }
            let kept = name.hasPrefix("+") && !before.isNull ? before.items : []
            scope.set(key, keep(.array(ArrayBox(kept, kind: .list))))
        }
        return common.outVariable.map { VariableSink(self, next: next, name: $0) } ?? next
    }

    private static func key(ofVariable name: String) -> String { name.lowercased().trimmed { $0 == "+" } }
}

extension Value {
    static func optional(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
}

extension CmdletError {
    /// The exception's type, as `catch [type]` names it.
    var exceptionType: String {
        if let exception { return exception }
        let automation = "System.Management.Automation."
        switch (category, id) {
        case (_, "CommandNotFoundException"): return automation + "CommandNotFoundException"
        case (.objectNotFound, _): return automation + "ItemNotFoundException"
        case (_, "RuntimeException"), (_, "DivideByZero"): return "System.DivideByZeroException"
        case (.invalidType, _): return automation + "PSInvalidCastException"
        case (.invalidArgument, _), (.invalidData, _): return automation + "ParameterBindingException"
        case (.invalidOperation, _): return automation + "PSInvalidOperationException"
        case (.notImplemented, _): return automation + "PSNotImplementedException"
        case (.parserError, _): return automation + "ParseException"
        case (.limitsExceeded, _), (.resourceExists, _), (.operationStopped, _), (.writeError, _): return automation + "RuntimeException"
        }
    }
}
