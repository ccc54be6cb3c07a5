import Cmdlets
import Service

/// A price list in a file: JSON as the API takes it, or CSV with a price a row, as `prices show --csv` writes it.
enum PriceFile {
    struct Refused: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    /// Columns of CSV, in the order in which they are shown; members of a price by the same names.
    static let columns = ["prefix", "destination", "perMinute", "connectionCharge", "minimumSeconds", "incrementSeconds"]
    private static let required = ["prefix", "perMinute"]
    private static let counts: Set<String> = ["minimumSeconds", "incrementSeconds"]

    /// The prices of a text of CSV. Amounts stay the texts that they are: the service reads them.
    static func prices(csv text: String) throws(Refused) -> [JSONValue] {
        var reader = CSVReader(text, delimiter: CSVReader.delimiter(of: text)), prices: [JSONValue] = [], row = 1
        guard let names = reader.next(), required.allSatisfy(names.contains) else {
            throw Refused("its first line names no columns \(required.joined(separator: " and "))")
        }
        if let other = names.first(where: { !columns.contains($0) }) {
            throw Refused("there is no column \(other); there are \(columns.joined(separator: ", "))")
        }
        guard Set(names).count == names.count else { throw Refused("a column stands twice in its first line") }
        while let cells = reader.next() {
            row += 1
            if cells == [""] { continue }
            guard cells.count == names.count else {
                throw Refused("row \(row) has \(cells.count) cells, and there are \(names.count) columns")
            }
            prices.append(try price(Array(zip(names, cells)), row: row))
        }
        if reader.isUnclosed { throw Refused("a quote in it is not closed") }
        return prices
    }

    private static func price(_ cells: [(String, String)], row: Int) throws(Refused) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for (name, cell) in cells where !cell.isEmpty {
            let text = CSVText.read(cell)
            guard counts.contains(name) else {
                members[name] = .string(text)
                continue
            }
            guard let count = Int64(text) else { throw Refused("row \(row): \(name) is a whole number of seconds, not \(text)") }
            members[name] = .integer(count)
        }
        return .object(members)
    }
}
