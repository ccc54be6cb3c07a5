/// What `Select-Object`, `Sort-Object`, `Group-Object` and the `Format-` cmdlets take for a property: a name, a block, or a hashtable with a name
/// and an expression (about_Calculated_Properties).
struct PropertyChoice {
    enum Source { case name(String), block(Block) }
    let name: String
    let source: Source
    var isDescending: Bool?
    var format: String?
    var width: Int?
    var alignment: FormatStyle.Alignment?

    init(_ value: Value, at place: Script.Place) throws(Stop) {
        switch value {
        case .block(let block): (name, source) = (block.block.text.trimmed, .block(block.block))
        case .table(let table):
            func entry(_ names: String...) -> Value? {
                table.entries.first { entry in names.contains { $0.hasPrefix(entry.key.text.lowercased()) } }?.value
            }
            guard let expression = entry("expression") else { throw .argument("a calculated property needs Expression", at: place) }
            if case .block(let block) = expression { source = .block(block.block) } else { source = .name(expression.text) }
            let written: String = if case .block(let block) = expression { block.block.text.trimmed } else { expression.text }
            name = (entry("name") ?? entry("label"))?.text ?? written
            if let descending = entry("descending") { isDescending = descending.isTrue }
            if let ascending = entry("ascending") { isDescending = !ascending.isTrue }
            format = entry("formatstring")?.text
            width = entry("width")?.integer.map { min(max($0, 1), FormatText.widthLimit) }
            alignment = try entry("alignment").map { value throws(Stop) in
                guard let alignment = FormatStyle.Alignment(rawValue: value.text.lowercased()) else {
                    throw .argument("Alignment is left, center or right, not \(value.text.prefix(80))", at: place)
                }
                return alignment
            }
        default: (name, source) = (value.text, .name(value.text))
        }
    }

    static func all(_ value: Value?, at place: Script.Place) throws(Stop) -> [PropertyChoice] {
        var choices: [PropertyChoice] = []
        for item in value?.items ?? [] where !item.isNull { choices.append(try PropertyChoice(item, at: place)) }
        return choices
    }

    func value(of object: Value, _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        let found: Value
        switch source {
        case .name(let name): found = try run.property(name, of: object, at: place)
        case .block(let block): found = Value(gathered: try run.each(object, block))
        }
        guard let format else { return found.held }
        return try run.formatted(found.held, format, at: place)
    }

    /// Whether an object has no property of the name.
    func isMissing(in object: Value) -> Bool {
        guard case .name(let name) = source, case .object(let box) = object, !box.isOfService else { return false }
        return box.index(of: name) == nil
    }

    /// The properties that it stands for in an object: several where its name has wildcards.
    func properties(of object: Value, _ run: Interpreter, at place: Script.Place) throws(Stop) -> [ObjectBox.Property] {
        if case .name(let name) = source, name.contains("*") || name.contains("?") {
            let wildcard = Wildcard(name)
            return object.named.filter { wildcard.matches($0.name) }
        }
        guard case .name(let name) = source, case .object(let box) = object, let index = box.index(of: name) else {
            return [ObjectBox.Property(name: name, value: try value(of: object, run, at: place))]
        }
        guard format == nil, self.name == name else {
            return [ObjectBox.Property(name: self.name, value: try value(of: object, run, at: place))]
        }
        return [box.properties[index]]
    }
}

extension Value {
    /// Its properties by name.
    var named: [ObjectBox.Property] {
        switch self {
        case .object(let box): box.properties
        case .table(let box): box.entries.map { ObjectBox.Property(name: $0.key.text, value: $0.value) }
        case .text(let text): [ObjectBox.Property(name: "Length", value: .integer(text.utf16.count))]
        case .null, .nothing: []
        default: [ObjectBox.Property(name: "Value", value: self)]
        }
    }
}
