/// `a`, `a and b`, `a, b and 7 more`: at most `limit` of the names.
package func enumeration(_ names: [String], limit: Int = 5) -> String {
    let shown = names.count > limit ? Array(names.prefix(limit - 1)) + ["\(names.count - limit + 1) more"] : names
    guard let last = shown.last else { return "" }
    return shown.count == 1 ? last : shown.dropLast().joined(separator: ", ") + " and " + last
}
