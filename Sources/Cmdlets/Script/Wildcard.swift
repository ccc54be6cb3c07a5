/// A wildcard expression of `*`, `?`, `[a-z]` and plain text (about_Wildcards).
struct Wildcard {
    private enum Part { case any, one, scalar(Unicode.Scalar), set([ClosedRange<UInt32>]) }
    private var parts: [Part] = []
    private let isCaseSensitive: Bool

    init(_ text: String, isCaseSensitive: Bool = false) {
        self.isCaseSensitive = isCaseSensitive
        var scalars = Array((isCaseSensitive ? text : text.lowercased()).unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "*": parts.append(.any)
            case "?": parts.append(.one)
            case "`": if let next = scalars.popFirst() { parts.append(.scalar(next)) }
            case "[":
                guard let close = scalars.firstIndex(of: "]") else {
                    parts.append(.scalar(scalar))
                    continue
                }
                parts.append(.set(Self.ranges(scalars[..<close])))
                scalars = scalars[(close + 1)...]
            default: parts.append(.scalar(scalar))
            }
        }
    }

    private static func ranges(_ scalars: ArraySlice<Unicode.Scalar>) -> [ClosedRange<UInt32>] {
        var ranges: [ClosedRange<UInt32>] = [], rest = scalars
        while let first = rest.popFirst() {
            guard rest.first == "-", let last = rest.dropFirst().first, last >= first else {
                ranges.append(first.value...first.value)
                continue
            }
            ranges.append(first.value...last.value)
            rest = rest.dropFirst(2)
        }
        return ranges
    }

    func matches(_ text: String) -> Bool {
        let text = Array((isCaseSensitive ? text : text.lowercased()).unicodeScalars)
        var at = 0, part = 0
        var star: (part: Int, at: Int)?
        while at < text.count {
            if part < parts.count, case .any = parts[part] {
                star = (part, at)
                part += 1
            } else if part < parts.count, Self.accepts(parts[part], text[at]) {
                at += 1
                part += 1
            } else if let last = star {
                star = (last.part, last.at + 1)
                part = last.part + 1
                at = last.at + 1
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private static func accepts(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .any: false
        case .one: true
        case .scalar(let wanted): wanted == scalar
        case .set(let ranges): ranges.contains { $0.contains(scalar.value) }
        }
    }
}
