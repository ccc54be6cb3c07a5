extension String {
    /// The most bytes of a name.
    static let nameLimit = 256

    /// Not empty, not too long, without control characters.
    var isName: Bool { (1...Self.nameLimit).contains(utf8.count) && !utf8.contains { $0 < 32 || $0 == 127 } }

    /// Labels of letters, digits, hyphens and underscores with dots between, at least two.
    package var isDomainName: Bool {
        let labels = split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1 && utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_" }
            }
    }
}

extension [String] {
    /// The first that stands twice, whatever its case.
    var namedTwice: String? {
        var seen: Set<String> = []
        return first { !seen.insert($0.lowercased()).inserted }
    }
}
