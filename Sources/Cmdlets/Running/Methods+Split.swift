extension Methods {
    /// `.Split(…)`: one text is a separator, several characters or texts each are one, and none means blanks.
    static func split(_ text: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value {
        var separators = given.first.map { $0.isNull ? [] : $0.items.map(\.text) } ?? [], rest = given.dropFirst()
        if rest.contains(where: { $0.integer == nil && Enumeration.splitting.names(of: $0) == nil }) {
            separators += rest.map(\.text)
            rest = []
        }
        if case .array? = given.first, given.count == 1, let long = separators.first(where: { $0.unicodeScalars.count != 1 }) {
            throw .argument("Split by several texts such as \(long.prefix(80)) needs options behind them, 'None' at the least", at: place)
        }
        let limit = rest.first?.integer
        let options = rest.last.flatMap { rest.count > 1 || limit == nil ? Enumeration.splitting.names(of: $0) : nil } ?? []
        guard limit ?? 0 >= 0 else { throw .argument("Split makes 0 pieces at least, not \(limit ?? 0)", at: place) }
        var cut = Cut(text: Array(text.utf8), limit: limit ?? .max, trims: options.contains("trimentries"))
        cut.dropsEmpty = options.contains("removeemptyentries")
        let places =
            given.isEmpty || given[0].isNull || separators.isEmpty ? cut.blanks : try cut.places(of: separators.map { Array($0.utf8) }, run)
        try run.meter.checkCount(min(places.count, cut.limit) + 1)
        let pieces = cut.pieces(between: places)
        try run.meter.make(bytes: text.utf8.count)
        return run.keep(try run.meter.made(pieces.map { .text($0) }))
    }
}

/// A text that is cut at places, as `String.Split` does.
private struct Cut {
    let text: [UInt8]
    let limit: Int
    let trims: Bool
    var dropsEmpty = false

    var blanks: [Range<Int>] {
        var places: [Range<Int>] = [], at = 0
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let end = at + UTF8.width(scalar)
            if scalar.properties.isWhitespace { places.append(at..<end) }
            at = end
        }
        return places
    }

    /// Where one of the separators stands, one place behind the other; an empty one stands nowhere.
    func places(of separators: [[UInt8]], _ run: Interpreter) throws(Stop) -> [Range<Int>] {
        let known = separators.filter { !$0.isEmpty }
        if known.count == 1, let only = known.first {
            return TextFinding(String(decoding: only, as: UTF8.self)).places(in: text, atMost: Meter.itemLimit)
        }
        let byFirst = Dictionary(grouping: known) { $0[0] }
        try run.meter.step(known.reduce(0) { $0 + $1.count } / 64 + known.count / 16 * text.count / 64)
        var places: [Range<Int>] = [], at = 0
        while at < text.count {
            guard let found = byFirst[text[at]]?.first(where: { text[at...].starts(with: $0) }) else {
                at += 1
                continue
            }
            try run.meter.step(found.count / 64)
            places.append(at..<at + found.count)
            at += found.count
        }
        return places
    }

    func pieces(between places: [Range<Int>]) -> [String] {
        guard limit > 0 else { return [] }
        var pieces: [String] = [], start = 0
        func piece(_ end: Int) -> String {
            let piece = String(decoding: text[start..<end], as: UTF8.self)
            return trims ? piece.trimmed : piece
        }
        for place in places {
            let next = piece(place.lowerBound)
            if dropsEmpty, next.isEmpty {
                start = place.upperBound
                continue
            }
            if pieces.count == limit - 1 { break }
            pieces.append(next)
            start = place.upperBound
        }
        let last = piece(text.count)
        if !dropsEmpty || !last.isEmpty { pieces.append(last) }
        return pieces
    }
}
