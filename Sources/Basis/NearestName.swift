/// The name that differs least from what was written, by Levenshtein's distance without regard to case, if it is near enough to be what was
/// meant: `limit` letters off, else two, or a third of them.
package func nearestName(to written: String, among names: some Sequence<String>, within limit: Int? = nil) -> String? {
    let bytes = Array(written.lowercased().utf8.prefix(80))
    let nearest = names.map { (name: $0, distance: editDistance(bytes, Array($0.lowercased().utf8.prefix(80)))) }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let nearest, nearest.distance <= limit ?? max(2, bytes.count / 3) else { return nil }
    return nearest.name
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let substituted = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
        }
    }
    return row[right.count]
}
