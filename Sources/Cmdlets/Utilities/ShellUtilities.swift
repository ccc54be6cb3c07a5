/// Making objects, looking into them, variables, dates.
enum ShellUtilities {
    static let all = [
        Utility("New-Object", "Makes an object", "TypeName@0 ArgumentList@1=Args Property", whole: newObject),
        Utility(
            "Add-Member", "Adds properties to an object",
            "NotePropertyName@0 NotePropertyValue@1 MemberType=Type Name Value NotePropertyMembers InputObject PassThru? Force?",
            whole: addMember),
        Utility("Get-Member", "Shows the properties of objects", "Name@0 MemberType=Type Static? Force? InputObject", whole: getMember),
        Utility(
            "Get-Date", "Gives the date and time, in UTC",
            "Date@0 Format UFormat Year Month Day Hour Minute Second Millisecond DisplayHint AsUTC?", whole: getDate),
        Utility("New-TimeSpan", "Gives a span of time", "Start@0 End@1 Days Hours Minutes Seconds", whole: newTimeSpan),
        Utility("Set-StrictMode", "Makes it an error to use what is not there", "Version@0 Off?") { (call, _) throws(Stop) in
            call.run.root.set(Interpreter.strictMode, .truth(!call.bound.isOn("Off")))
        },
        Utility("Get-Variable", "Shows a variable", "Name@0 ValueOnly? Scope") { (call, _) throws(Stop) in
            let name = try call.required("Name").text
            guard let value = call.run.scope.slot(name.lowercased())?.value else {
                throw .failure(.objectNotFound, "VariableNotFound", "there is no variable \(name)", at: call.place)
            }
            try call.put(call.bound.isOn("ValueOnly") ? value : variable(name, value))
        },
        Utility(
            "Set-Variable", "Sets a variable", "Name@0 Value@1 Scope Option Description Force? PassThru? Visibility", changes: true,
            whole: setVariable),
        Utility(
            "New-Variable", "Sets a variable", "Name@0 Value@1 Scope Option Description Force? PassThru? Visibility", changes: true,
            whole: setVariable),
        Utility("Remove-Variable", "Drops a variable", "Name@0 Scope Force?", changes: true) { (call, _) throws(Stop) in
            let scope = Self.scope(call) == .script ? call.run.root : call.run.scope
            for name in try call.required("Name").items {
                guard scope.variables[name.text.lowercased()] != nil else {
                    throw .failure(.objectNotFound, "VariableNotFound", "there is no variable \(name.text) in this scope", at: call.place)
                }
                guard try call.confirmation.allows("Remove variable", on: "Name: \(name.text)") else { continue }
                scope.variables[name.text.lowercased()] = nil
            }
        },
        Utility("Clear-Host", "Clears the screen, of which there is none", "") { (_, _) throws(Stop) in },
        Utility("Start-Sleep", "Waits, for which there is no need here", "Seconds@0 Milliseconds Duration") { (_, _) throws(Stop) in },
    ]

    private static func newObject(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        let written = call.text("TypeName") ?? "PSObject"
        guard let type = TypeName(written) else {
            throw .failure(
                .notImplemented, "TypeNotFound",
                "the type \(written) is not available here; those that are: \(TypeName.known.joined(separator: ", "))", at: call.place)
        }
        let given = call.bound["ArgumentList"]?.items ?? []
        guard case .table(let properties)? = call.bound["Property"] else {
            return try call.next.take(call.run.make(type, given, at: call.place))
        }
        try call.put(call.run.custom(properties))
    }

    private static func addMember(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        var added: [(String, Value)] = []
        if case .table(let members)? = call.bound["NotePropertyMembers"] ?? call.bound["NotePropertyName"] {
            added = members.entries.map { ($0.key.text, $0.value) }
        } else if let kind = call.text("MemberType") ?? (call.bound.has("Name") ? "NoteProperty" : nil),
            kind.isSameName(as: "NoteProperty")
        {
            added = [(call.text("Name") ?? "", call.bound["Value"] ?? .null)]
        } else if let kind = call.text("MemberType"), !kind.isSameName(as: call.text("NotePropertyName") ?? "") {
            throw .failure(
                .notImplemented, "NotHere", "Add-Member -MemberType \(kind) is not available here; there is NoteProperty", at: call.place)
        } else if let name = call.text("NotePropertyName"), name.isSameName(as: "NoteProperty"), let second = call.text("NotePropertyValue")
        {
            added = [(second, call.bound["Value"] ?? .null)]
        } else if let name = call.text("NotePropertyName") {
            added = [(name, call.bound["NotePropertyValue"] ?? .null)]
        }
        guard !added.isEmpty, !added.contains(where: { $0.0.isEmpty }) else {
            throw .argument("Add-Member needs -NotePropertyName and -NotePropertyValue", at: call.place)
        }
        for value in input {
            guard case .object(let box) = value else {
                throw .argument("a property can be added to an object only, not to \(value.typeName)", at: call.place)
            }
            for (name, value) in added {
                guard box.index(of: name) == nil || call.bound.isOn("Force") else {
                    throw .failure(
                        .resourceExists, "MemberAlreadyExists", "the object has a property \(name) already; -Force replaces it",
                        at: call.place)
                }
                try call.run.meter.make(bytes: 48)
                call.run.hold(value)
                box.set(name, value.held)
            }
            if call.bound.isOn("PassThru") { try call.put(value) }
        }
    }

    private static func getMember(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        var known: Set<String> = []
        for value in input where known.insert(value.typeName).inserted {
            let kind = value.typeName.contains("PSCustomObject") ? "NoteProperty" : "Property"
            for property in value.named.sorted(by: { $0.name.lowercased() < $1.name.lowercased() }) {
                if let wanted = call.text("Name"), !Wildcard(wanted).matches(property.name) { continue }
                if let wanted = call.text("MemberType"), !wanted.lowercased().contains("propert"), !kind.isSameName(as: wanted) { continue }
                let box = ObjectBox(
                    [
                        "Name": .text(property.name), "MemberType": .text(kind),
                        "Definition": .text("\(Interpreter.shortName(property.value.typeName)) \(property.name)=\(property.value.text)"),
                    ],
                    typeName: "Microsoft.PowerShell.Commands.MemberDefinition")
                box.properties.insert(ObjectBox.Property(name: "TypeName", value: .text(value.typeName)), at: 0)
                try call.put(.object(box))
            }
        }
    }

    private static func getDate(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        var moment = call.run.now
        if let given = call.bound["Date"] ?? input.first, !given.isNull {
            guard case .moment(let read) = try call.run.converted(given, to: TypeName("datetime")!, at: call.place) else { return }
            moment = read
        }
        var parts = moment.parts
        for (name, path) in Self.parts { if let value = try call.integer(name) { parts[keyPath: path] = value } }
        guard
            let made = Moment(
                year: parts.year, month: parts.month, day: parts.day, hour: parts.hour, minute: parts.minute, second: parts.second,
                millisecond: parts.millisecond)
        else { throw .argument("there is no such date", at: call.place) }
        if let format = call.text("Format") {
            return try call.put(call.run.formatted(.moment(made), Self.named[format.lowercased()] ?? format, at: call.place))
        }
        if let format = call.text("UFormat") { return try call.put(call.run.meter.made(Self.unix(format, made, call))) }
        try call.put(.moment(made))
    }

    private static let parts: [(String, any WritableKeyPath<Moment.Parts, Int> & Sendable)] = [
        ("Year", \.year), ("Month", \.month), ("Day", \.day), ("Hour", \.hour), ("Minute", \.minute), ("Second", \.second),
        ("Millisecond", \.millisecond),
    ]

    /// The formats of `-Format` that have names.
    private static let named = [
        "filedate": "yyyyMMdd", "filedateuniversal": "yyyyMMdd'Z'", "filedatetime": "yyyyMMdd'T'HHmmssffff",
        "filedatetimeuniversal": "yyyyMMdd'T'HHmmssffff'Z'",
    ]

    /// `%Y-%m-%d` and its like.
    private static func unix(_ format: String, _ moment: Moment, _ call: UtilityCall) throws(Stop) -> String {
        let letters: [Character: String] = [
            "Y": "yyyy", "m": "MM", "d": "dd", "H": "HH", "M": "mm", "S": "ss", "y": "yy", "B": "MMMM", "b": "MMM", "A": "dddd", "a": "ddd",
            "T": "HH:mm:ss", "F": "yyyy-MM-dd", "p": "tt", "I": "hh",
        ]
        var result = "", rest = Substring(format)
        while let character = rest.popFirst() {
            guard character == "%", let letter = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch letter {
            case "%": result += "%"
            case "n": result += "\n"
            case "t": result += "\t"
            default:
                guard let meant = letters[letter] else {
                    let known = letters.keys.sorted().map { "%\($0)" }.joined(separator: " ")
                    throw .argument("-UFormat knows \(known), not %\(letter)", at: call.place)
                }
                result += moment.formatted(meant)
            }
        }
        return result
    }

    private static func newTimeSpan(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        if call.bound.has("Start") || call.bound.has("End") {
            func moment(_ name: String) throws(Stop) -> Moment {
                guard let given = call.bound[name] else { return call.run.now }
                guard case .moment(let moment) = try call.run.converted(given, to: TypeName("datetime")!, at: call.place) else {
                    return call.run.now
                }
                return moment
            }
            return try call.put(.span(moment("End").milliseconds - moment("Start").milliseconds))
        }
        var total = 0
        for (name, unit) in [("Days", Moment.day), ("Hours", 3_600_000), ("Minutes", 60_000), ("Seconds", 1_000)] {
            total += (try call.integer(name, in: -1_000_000...1_000_000) ?? 0) * unit
        }
        try call.put(.span(total))
    }

    private static func setVariable(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        let scope = scope(call), place = scope == .script ? call.run.root : call.run.scope
        for name in try call.required("Name").items {
            let value = call.bound["Value"] ?? Value(gathered: input)
            guard call.name != "New-Variable" || call.bound.isOn("Force") || place.variables[name.text.lowercased()] == nil else {
                throw .failure(
                    .resourceExists, "VariableAlreadyExists", "there is a variable \(name.text) already; Set-Variable or -Force sets it",
                    at: call.place)
            }
            let action = call.name == "New-Variable" ? "New variable" : "Set variable"
            guard try call.confirmation.allows(action, on: "Name: \(name.text) Value: \(value.text)") else { continue }
            try call.run.set(Variable(scope: scope, name: name.text.lowercased()), value, at: call.place)
            if call.bound.isOn("PassThru") { try call.put(variable(name.text, value)) }
        }
    }

    private static func variable(_ name: String, _ value: Value) -> Value {
        .object(ObjectBox(["Name": .text(name), "Value": value], typeName: "System.Management.Automation.PSVariable"))
    }

    private static func scope(_ call: UtilityCall) -> Variable.Scope {
        ["global", "script"].contains(call.text("Scope")?.lowercased() ?? "") ? .script : .nearest
    }
}
