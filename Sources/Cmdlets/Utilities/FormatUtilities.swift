/// How objects are to be shown.
enum FormatUtilities {
    static let all = [
        Utility(
            "Format-Table", "Shows objects as a table",
            "Property@0 AutoSize? Wrap? HideTableHeaders? GroupBy View ShowError? Expand RepeatHeader? Force? InputObject"
        ) { (call, input) throws(Stop) in
            try format(call, input, isTable: true)
        },
        Utility("Format-List", "Shows objects as lists", "Property@0 GroupBy View Expand Force? InputObject") {
            (call, input) throws(Stop) in
            try format(call, input, isTable: false)
        },
    ]

    private static func format(_ call: UtilityCall, _ input: [Value], isTable: Bool) throws(Stop) {
        let choices = try PropertyChoice.all(call.bound["Property"], at: call.place)
        let group = try call.bound["GroupBy"].map { value throws(Stop) in try PropertyChoice(value, at: call.place) }
        let style = FormatStyle()
        style.wraps = call.bound.isOn("Wrap")
        style.hidesHeader = call.bound.isOn("HideTableHeaders")
        for choice in choices {
            if let width = choice.width { style.widths[choice.name.lowercased()] = width }
            if let alignment = choice.alignment { style.alignments[choice.name.lowercased()] = alignment }
        }
        if choices.isEmpty, input.contains(where: { if case .table = $0 { true } else { false } }) {
            style.showsEntries()
        }
        for value in input.flatMap({ $0.shownApart(choices) }) {
            let isPlain = if case .object = value { false } else if case .table = value { false } else { true }
            if isPlain {
                try call.put(value)
                continue
            }
            var properties: [ObjectBox.Property] = [], known: Set<String> = []
            for choice in choices.isEmpty ? [try PropertyChoice(.text("*"), at: call.place)] : choices {
                for property in try choice.properties(of: value, call.run, at: call.place)
                where known.insert(property.name.lowercased()).inserted { properties.append(property) }
            }
            try call.run.meter.make(bytes: properties.count * 48)
            let box = ObjectBox(properties, typeName: "Microsoft.PowerShell.Commands.Internal.Format.FormatEntryData")
            let heading = try group.map { choice throws(Stop) in
                "   \(choice.name): \(try choice.value(of: value, call.run, at: call.place).text)"
            }
            box.view = isTable ? .table(style, heading: heading) : .list(style, heading: heading)
            try call.put(call.run.keep(.object(box)))
        }
    }
}

extension Value {
    /// A hashtable of which no properties are wanted is shown by its entries.
    fileprivate func shownApart(_ choices: [PropertyChoice]) -> [Value] {
        guard choices.isEmpty, case .table(let box) = self else { return [self] }
        return box.rows.map { .object(ObjectBox($0, typeName: "System.Collections.DictionaryEntry")) }
    }
}
