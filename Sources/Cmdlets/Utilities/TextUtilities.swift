/// Searching texts, and everything as text.
enum TextUtilities {
    static let all = [
        Utility(
            "Select-String", "Finds texts that match",
            "Pattern@0 InputObject SimpleMatch? CaseSensitive? NotMatch? AllMatches? Quiet? List? Raw?", whole: selectString),
        Utility("Out-String", "Gives what would be shown, as text", "Width Stream? NoNewline? InputObject") { (call, input) throws(Stop) in
            let text = try call.shown(input)
            guard call.bound.isOn("Stream") else { return try call.put(call.run.meter.made(text)) }
            for line in FileText.lines(text) { try call.put(.text(line)) }
        },
        Utility("Out-Host", "Shows what is piped in", "Paging? InputObject") { (call, input) throws(Stop) in
            try call.run.say(call.run.shown(input))
        },
        Utility("Out-Default", "Shows what is piped in", "InputObject") { (call, input) throws(Stop) in
            try call.run.say(call.run.shown(input))
        },
        Utility("Out-Null", "Drops what is piped in", "InputObject") { (_, _) throws(Stop) in },
        Utility("Tee-Object", "Keeps what is piped through", "FilePath@0 Variable Append? InputObject Encoding") {
            (call, input) throws(Stop) in
            if let name = call.text("Variable") {
                let value = Value(gathered: input).held
                if try call.confirmation.allows("Set variable", on: "Name: \(name) Value: \(value.text)") {
                    call.run.scope.set(name.lowercased(), call.run.keep(value))
                }
            } else {
                let path = try call.required("FilePath").text
                if try call.confirmation.allows("Output to File", on: path) {
                    try call.run.write(call.run.shown(input), to: path, appends: call.bound.isOn("Append"), as: call.encoding())
                }
            }
            for value in input { try call.put(value) }
        },
    ]

    private static func selectString(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        let run = call.run
        var searches: [String] = []
        for pattern in try call.required("Pattern").items {
            searches.append(call.bound.isOn("SimpleMatch") ? Interpreter.escaped(pattern.text) : pattern.text)
        }
        let isCaseSensitive = call.bound.isOn("CaseSensitive")
        var found = 0
        for (index, value) in input.enumerated() {
            var hit: String?
            for source in searches where hit == nil {
                let isFound =
                    try run.first(
                        run.search(source, isCaseSensitive: isCaseSensitive, at: call.place), in: Array(value.text.utf8),
                        at: call.place) != nil
                if isFound { hit = source }
            }
            guard (hit != nil) != call.bound.isOn("NotMatch") else { continue }
            found += 1
            if call.bound.isOn("Quiet") { break }
            if call.bound.isOn("Raw") {
                try call.put(.text(value.text))
                continue
            }
            let matches =
                try hit.flatMap { source throws(Stop) in
                    try StaticMembers.pattern(
                        "matches", [.text(value.text), .text(source)] + (isCaseSensitive ? [] : [.text("IgnoreCase")]), run, at: call.place)
                } ?? .list([])
            let shown = call.bound.isOn("AllMatches") ? matches : call.run.keep(.list(Array(matches.items.prefix(1))))
            try call.put(
                run.keep(
                    .object(
                        ObjectBox(
                            [
                                "LineNumber": .integer(index + 1), "Line": .text(value.text), "Pattern": .text(hit ?? searches.first ?? ""),
                                "Matches": shown,
                            ],
                            typeName: "Microsoft.PowerShell.Commands.MatchInfo", display: value.text))))
        }
        if call.bound.isOn("Quiet") { try call.put(.truth(found > 0)) }
    }
}

extension UtilityCall {
    /// What is shown of the values, in a line where `-NoNewline` says so: then texts stand as they are.
    func shown(_ values: [Value]) throws(Stop) -> String {
        let text = try run.shown(values, width: integer("Width", in: 10...FormatText.widthLimit))
        guard bound.isOn("NoNewline") else { return text }
        let isText = values.allSatisfy { if case .text = $0 { true } else { false } }
        return isText ? try run.meter.joined(values.lazy.map(\.text)) : FileText.lines(text).joined()
    }
}
