extension String {
    /// The most bytes of a name.
    static let nameLimit = 256
    /// ``isName`` in words.
    static let nameRule = "has 1 to \(nameLimit) bytes and no control characters"

    /// Not empty, not too long, without control characters.
    var isName: Bool { (1...Self.nameLimit).contains(utf8.count) && !utf8.contains { $0 < 32 || $0 == 127 } }

    /// Whether it begins with what cmdlets put before the name of each policy but Global, so that none could name it.
    package var hasTag: Bool { lowercased().hasPrefix("tag:") }
    /// Not ``hasTag``, in words.
    static let tagRule = "does not begin with Tag:, which stands before the name of every policy"

    /// Without control characters, those behind ASCII among them.
    var isWithoutControls: Bool { unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) } }

    /// `name@domain` without spaces and control characters, so that it stands in a mail's header as it is.
    package var isEMailAddress: Bool {
        guard isName, let at = utf8.firstIndex(of: UInt8(ascii: "@")), at != startIndex else { return false }
        let domain = utf8[utf8.index(after: at)...]
        return !domain.isEmpty && !domain.contains(UInt8(ascii: "@")) && !utf8.contains { $0 == 32 || ",;<>\"".utf8.contains($0) }
    }

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

extension Array where Element: Hashable {
    /// The first that stands twice.
    var standingTwice: Element? {
        var seen: Set<Element> = []
        return first { !seen.insert($0).inserted }
    }
}

extension [String] {
    /// The first that stands twice, whatever its case.
    var namedTwice: String? {
        var seen: Set<String> = []
        return first { !seen.insert($0.lowercased()).inserted }
    }
}
