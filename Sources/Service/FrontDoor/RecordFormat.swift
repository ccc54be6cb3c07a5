import Basis
import Web

/// In what form records are answered.
enum RecordFormat: CaseIterable {
    /// A page of them.
    case json
    /// All of them, a line each: RFC 4180, or one JSON object (NDJSON).
    case csv, lines

    var mediaType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv"
        case .lines: "application/x-ndjson"
        }
    }

    /// What the client prefers (RFC 9110 §12.5.1): of several that it likes alike the first of the cases; without a field it is JSON. Throws
    /// where it takes none of them.
    init(_ request: Request) throws(Problem) {
        guard let accepted = Accept(request) else {
            self = .json
            return
        }
        let weighed = Self.allCases.map { ($0, accepted.weight(of: $0.mediaType).quality) }
        let best = weighed.map(\.1).max() ?? 0
        guard best > 0, let format = weighed.first(where: { $0.1 == best })?.0 else {
            throw Self.unacceptable(Self.allCases)
        }
        self = format
    }

    /// The answer to who takes none of the forms that there are.
    static func unacceptable(_ forms: [RecordFormat]) -> Problem {
        Problem(
            406, "Not Acceptable", detail: "records come as " + forms.map(\.mediaType).joined(separator: ", "), reason: "notAcceptable")
    }
}

/// What forms of an answer the client takes (RFC 9110 §12.5.1).
struct Accept {
    private let ranges: [AcceptedRange]

    /// Nil where it says nothing.
    init?(_ request: Request) {
        let elements = request.headers.list("accept")
        guard !elements.isEmpty else { return nil }
        ranges = elements.compactMap { AcceptedRange($0) }
    }

    /// In thousandths, and whether the type is named itself.
    func weight(of mediaType: String) -> (quality: Int, isNamed: Bool) {
        let range = ranges.filter { $0.has(mediaType) }.max { $0.rank < $1.rank }
        return (range?.quality ?? 0, range?.isOfOneType ?? false)
    }

    /// Of two that it likes alike, one that is named goes before.
    func prefers(_ mediaType: String, to other: String) -> Bool {
        let (quality, isNamed) = weight(of: mediaType), least = weight(of: other).quality
        return quality > least || quality == least && quality > 0 && isNamed
    }
}

/// One element of an Accept field.
private struct AcceptedRange {
    private let type: Substring
    private let subtype: Substring
    let quality: Int

    /// Nil for what is none, or asks for a charset other than UTF-8.
    init?(_ text: Substring) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { Substring($0.lowercased().withoutBlanks) }
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
        (type, subtype) = (names[0], names[1])
        var quality = 1000
        for parameter in parts.dropFirst() {
            if parameter.hasPrefix("q=") {
                guard let weight = Double(parameter.dropFirst(2)), (0...1).contains(weight) else { return nil }
                quality = Int(weight * 1000)
            } else if parameter.hasPrefix("charset="), parameter.dropFirst(8).filter({ $0 != "\"" }) != "utf-8" {
                return nil
            }
        }
        self.quality = quality
    }

    /// The narrower range counts.
    var rank: Int { type == "*" ? 0 : subtype == "*" ? 1 : 2 }

    var isOfOneType: Bool { rank == 2 }

    func has(_ mediaType: String) -> Bool {
        let names = mediaType.split(separator: "/")
        return type == "*" && subtype == "*" || type == names[0] && (subtype == "*" || subtype == names[1])
    }
}

extension String {
    fileprivate var withoutBlanks: String { filter { $0 != " " && $0 != "\t" } }
}
