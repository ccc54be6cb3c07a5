/// Values as PowerShell shows them: objects with up to four properties as a table, with more as lists, texts as lines.
enum OutputText {
    /// Columns of the window that is shown in.
    static let width = 120
    private static let tableLimit = 4

    /// `width` is what `-Width` says, at which lists are broken too; the window is wide enough for them.
    static func render(_ values: [Value], width: Int? = nil, itemLimit: Int?) -> String {
        render(values.map { .value($0) }, width: width, itemLimit: itemLimit)
    }

    /// `itemLimit` is how many items of a collection a cell shows; nil for all.
    static func render(_ items: [Streams.Item], width: Int? = nil, itemLimit: Int?) -> String {
        var text = "", index = 0
        // Between what is shown as table or list and what comes before or after stands a blank line.
        var needsGap = false
        while index < items.count {
            switch items[index] {
            case .host(let said):
                if needsGap { text += "\n" }
                needsGap = false
                text += said
                index += 1
            case .value(let value):
                if let line = line(of: value) {
                    if needsGap { text += "\n" }
                    needsGap = false
                    text += line + "\n"
                    index += 1
                    continue
                }
                let shape = Shape(of: value)
                var rows: [[ObjectBox.Property]] = []
                while index < items.count, case .value(let next) = items[index], line(of: next) == nil, Shape(of: next) == shape {
                    rows += shape.rows(of: next)
                    index += 1
                }
                if !text.isEmpty { text += text.hasSuffix("\n") ? "\n" : "\n\n" }
                if let heading = shape.heading { text += heading + "\n\n" }
                text +=
                    shape.isTable
                    ? TableText.table(
                        rows, shape.isHashtable ? .ofHashtable : shape.style, width: width ?? Self.width, itemLimit: itemLimit)
                    : rows.map { list($0, itemLimit, width: width) }.joined(separator: "\n")
                needsGap = true
            }
        }
        return text
    }

    /// Steps that it takes to show the values: one for each, four for each property, and one for each 64 bytes.
    static func steps(_ values: [Value]) -> Int {
        values.reduce(0) { sum, value in
            let properties =
                switch value {
                case .object(let box): box.properties.count
                case .table(let box): box.entries.count
                case .array(let box): box.items.count
                case .null, .nothing, .truth, .integer, .real, .character, .text, .moment, .span, .block, .type: 0
                }
            return sum + 1 + properties * 4 + value.size >> 6
        }
    }

    /// What is shown as a line; nil for what has properties.
    private static func line(of value: Value) -> String? {
        switch value {
        case .null, .nothing: return ""
        case .moment(let moment): return moment.formatted("F")
        case .array(let box):
            return box.items.map { item in if case .array = item { item.typeName } else { line(of: item) ?? item.text } }.joined(
                separator: "\n")
        case .table: return nil
        case .object(let box):
            if case .line(let line)? = box.view { return line }
            return box.view == nil ? box.display : nil
        case .truth, .integer, .real, .character, .text, .span, .block, .type: return value.text
        }
    }

    /// What objects must have in common to stand in one table or list.
    private struct Shape: Equatable {
        let isTable: Bool
        let style: FormatStyle?
        let heading: String?
        let isHashtable: Bool
        private let names: [String]
        private let typeName: String

        init(of value: Value) {
            typeName = value.typeName
            var names: [String] = [], isTable = true, style: FormatStyle?, heading: String?
            isHashtable = if case .table = value { true } else { false }
            if case .object(let box) = value {
                names = box.properties.map(\.name)
                switch box.view {
                case .table(let own, let above)?: (style, heading) = (own, above)
                case .list(let own, let above)?: (style, heading, isTable) = (own, above, false)
                case .line?, nil: isTable = names.count <= OutputText.tableLimit
                }
            }
            (self.names, self.isTable, self.style, self.heading) = (style == nil ? names : [], isTable, style, heading)
        }

        static func == (left: Shape, right: Shape) -> Bool {
            left.isTable == right.isTable && left.isHashtable == right.isHashtable && left.style === right.style
                && left.heading == right.heading && left.names == right.names
                && left.typeName == right.typeName
        }

        /// A row for an object, and for each entry of a hashtable.
        func rows(of value: Value) -> [[ObjectBox.Property]] {
            switch value {
            case .object(let box): [box.properties]
            case .table(let box): box.rows
            default: []
            }
        }
    }

    /// In the look of `Format-List`: a line a property, the colons below one another.
    private static func list(_ properties: [ObjectBox.Property], _ itemLimit: Int?, width: Int?) -> String {
        let names = properties.map(\.name.count).max() ?? 0, indent = "\n" + String(repeating: " ", count: names + 3)
        return properties.map { property in
            let value = cell(property.value, itemLimit), pieces = width.map { broken(value, at: max(1, $0 - names - 3)) } ?? [value]
            return property.name + String(repeating: " ", count: names - property.name.count) + " : " + pieces.joined(separator: indent)
                + "\n"
        }.joined()
    }

    /// Lines of at most so many characters, which end between words where they can.
    private static func broken(_ text: String, at limit: Int) -> [String] {
        var lines: [String] = [], rest = Substring(text)
        while rest.count > limit {
            let line = rest.prefix(limit), isWhole = rest.dropFirst(limit).first == " "
            let cut = isWhole ? line.endIndex : line.lastIndex(of: " ").flatMap { $0 > line.startIndex ? $0 : nil } ?? line.endIndex
            lines.append(String(rest[..<cut]))
            rest = rest[cut...]
            if rest.first == " " { rest = rest.dropFirst() }
        }
        return lines + [String(rest)]
    }

    /// As a cell or the value of a property: an array in braces, cut after its first items.
    static func cell(_ value: Value, _ itemLimit: Int?) -> String {
        let limit = itemLimit ?? .max
        switch value {
        case .array(let box):
            let shown = box.items.prefix(limit).map { item in if case .array = item { item.typeName } else { cell(item, itemLimit) } }
            return "{" + shown.joined(separator: ", ") + (box.items.count > limit ? "…" : "") + "}"
        case .table(let box):
            let shown = box.entries.prefix(limit).map { "[\($0.key.text), \($0.value.text)]" }
            return "{" + shown.joined(separator: ", ") + (box.entries.count > limit ? "…" : "") + "}"
        case .moment(let moment): return moment.formatted("G")
        default: return value.text
        }
    }
}
