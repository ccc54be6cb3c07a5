/// Rows under their heads, each column as wide as what stands in it.
func textTable(_ heads: [String], _ rows: [[String]]) -> String {
    let lines = [heads] + rows
    let widths = heads.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
        let cells = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        return String(cells.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
}
