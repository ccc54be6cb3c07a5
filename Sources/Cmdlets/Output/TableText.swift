/// Rows as a table: a heading, a rule below it, numbers to the right, columns as wide as what they hold and no wider than the window.
enum TableText {
    private struct Column {
        let name: String
        var width: Int
        let alignment: FormatStyle.Alignment
    }
    /// No column is made narrower for another.
    private static let leastWidth = 8

    static func table(_ rows: [[ObjectBox.Property]], _ style: FormatStyle?, width: Int, itemLimit: Int?) -> String {
        var names: [String] = [], known: Set<String> = []
        // Of columns of one letter no more would fit.
        for property in (rows.first ?? []).prefix((width + 1) / 2) where known.insert(property.name.lowercased()).inserted {
            names.append(property.name)
        }
        guard !names.isEmpty else { return "" }
        let keys = names.map { $0.lowercased() }
        let values = rows.map { row -> [Value?] in
            let byName = Dictionary(row.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            return keys.map { byName[$0] }
        }
        let cells = values.map { row in row.map { $0.map { OutputText.cell($0, itemLimit).oneLine } ?? "" } }
        var columns = names.enumerated().map { index, name -> Column in
            let natural = cells.reduce(name.count) { max($0, $1[index].count) }
            return Column(
                name: name, width: style?.widths[name.lowercased()] ?? natural,
                alignment: style?.alignments[name.lowercased()]
                    ?? (values.contains { row in row[index]?.isNumeric ?? false } ? .right : .left))
        }
        fit(&columns, into: width)
        var lines: [String] = []
        if !(style?.hidesHeader ?? false) {
            lines += wrapped(columns.map(\.name), columns, style)
            lines += wrapped(columns.map { String(repeating: "-", count: min($0.name.count, $0.width)) }, columns, style)
        }
        for row in cells { lines += wrapped(row, columns, style) }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Takes from the widest column until all of them fit.
    private static func fit(_ columns: inout [Column], into width: Int) {
        func total() -> Int { columns.reduce(columns.count - 1) { $0 + $1.width } }
        while total() > width, let widest = columns.indices.max(by: { columns[$0].width < columns[$1].width }),
            columns[widest].width > leastWidth
        {
            let second = columns.indices.filter { $0 != widest }.map { columns[$0].width }.max() ?? 0
            let excess = total() - width, room = max(1, columns[widest].width - max(second, leastWidth))
            columns[widest].width -= min(excess, room)
        }
    }

    private static func wrapped(_ cells: [String], _ columns: [Column], _ style: FormatStyle?) -> [String] {
        let parts = zip(cells, columns).map { cell, column -> [String] in
            guard cell.count > column.width else { return [cell] }
            guard style?.wraps ?? false else { return [cell.prefix(max(0, column.width - 1)) + "…"] }
            var rest = Substring(cell), pieces: [String] = []
            while !rest.isEmpty {
                pieces.append(String(rest.prefix(max(1, column.width))))
                rest = rest.dropFirst(max(1, column.width))
            }
            return pieces
        }
        return (0..<(parts.map(\.count).max() ?? 0)).map { line in
            let shown = zip(parts, columns).map { part, column -> String in
                let text = line < part.count ? part[line] : "", fill = max(0, column.width - text.count)
                let before = column.alignment == .right ? fill : column.alignment == .center ? fill / 2 : 0
                return String(repeating: " ", count: before) + text + String(repeating: " ", count: fill - before)
            }
            return shown.joined(separator: " ").trimmed(start: false) { $0 == " " }
        }
    }
}

extension Value {
    fileprivate var isNumeric: Bool {
        switch self {
        case .integer, .real, .truth: true
        default: false
        }
    }
}

extension String {
    fileprivate var oneLine: String { contains { $0.isNewline } ? replacing("\r\n", with: " ").replacing("\n", with: " ") : self }
}
