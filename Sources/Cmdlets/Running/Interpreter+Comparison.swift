/// Comparisons: case means nothing unless the operator says so, the right side is made what the left is, and an array on the left gives those of
/// its items for which the comparison holds (about_Comparison_Operators).
extension Interpreter {
    func compare(_ left: Value, _ right: Value, _ sign: BinaryOperator, at place: Script.Place) throws(Stop) -> Value {
        guard case .array(let box) = left else { return .truth(try holds(left, sign, right, at: place)) }
        var found: [Value] = []
        for item in box.items {
            try meter.step()
            if try holds(item, sign, right, keepsGroups: false, at: place) { found.append(item) }
        }
        return keep(try meter.made(found))
    }

    private func holds(
        _ left: Value, _ sign: BinaryOperator, _ right: Value, keepsGroups: Bool = true, at place: Script.Place
    ) throws(Stop) -> Bool {
        switch sign {
        case .equal(let isCaseSensitive): return try equal(left, right, isCaseSensitive)
        case .unequal(let isCaseSensitive): return try !equal(left, right, isCaseSensitive)
        case .greater(let isCaseSensitive): return try order(left, right, isCaseSensitive, at: place) > 0
        case .greaterOrEqual(let isCaseSensitive): return try order(left, right, isCaseSensitive, at: place) >= 0
        case .less(let isCaseSensitive): return try order(left, right, isCaseSensitive, at: place) < 0
        case .lessOrEqual(let isCaseSensitive): return try order(left, right, isCaseSensitive, at: place) <= 0
        case .like(let isCaseSensitive, let isNegated):
            return try like(left.text, right.text, isCaseSensitive: isCaseSensitive) != isNegated
        case .match(let isCaseSensitive, let isNegated):
            return try match(left.text, right, isCaseSensitive: isCaseSensitive, keepsGroups: keepsGroups, at: place) != isNegated
        default: return false
        }
    }

    func like(_ text: String, _ wildcard: String, isCaseSensitive: Bool) throws(Stop) -> Bool {
        try meter.step(text.utf8.count / 16 * max(1, wildcard.utf8.count / 16) + wildcard.utf8.count / 64)
        return Wildcard(wildcard, isCaseSensitive: isCaseSensitive).matches(text)
    }

    /// Whether a collection has an item that equals a value.
    func holds(_ collection: Value, _ value: Value, _ isCaseSensitive: Bool, at place: Script.Place) throws(Stop) -> Bool {
        for item in collection.isNull ? [.null] : collection.items {
            try meter.step()
            if try equal(item, value, isCaseSensitive) { return true }
        }
        return false
    }

    func equal(_ left: Value, _ right: Value, _ isCaseSensitive: Bool = false) throws(Stop) -> Bool {
        switch (left, right) {
        case (.null, _), (.nothing, _): return right.isNull
        case (_, .null), (_, .nothing): return false
        case (.truth(let truth), _): return truth == right.isTrue
        case (.text, _), (.character, _):
            let (a, b) = (left.text, right.text)
            try meter.step(a.utf8.count / 64)
            return isCaseSensitive ? a == b : a.isSameName(as: b)
        case (.integer, _), (.real, _):
            guard let a = left.number, let b = right.number else { return false }
            if case .integer(let first) = a, case .integer(let second) = b { return first == second }
            return a.real == b.real
        case (.moment(let moment), _):
            if case .moment(let other) = right { return moment == other }
            return Moment(reading: right.text) == moment
        case (.span(let first), .span(let second)): return first == second
        case (.array(let first), .array(let second)): return first === second
        case (.table(let first), .table(let second)): return first === second
        case (.object(let first), .object(let second)) where first.isName && second.isName:
            return try equal(.text(left.text), right, isCaseSensitive)
        case (.object(let first), .object(let second)): return first === second
        case (.object(let box), .text(let text)): return box.display.map { isCaseSensitive ? $0 == text : $0.isSameName(as: text) } ?? false
        case (.block(let first), .block(let second)): return first.block === second.block
        case (.type(let first), .type(let second)): return first.fullName == second.fullName
        case (.type(let type), .text(let text)): return type.fullName.isSameName(as: text)
        case (.span, _), (.array, _), (.table, _), (.object, _), (.block, _), (.type, _): return false
        }
    }

    /// `$null` comes before everything but numbers below zero.
    private static func order(ofNull left: Value, _ right: Value) -> Int {
        func isBelowZero(_ value: Value) -> Bool {
            switch value {
            case .integer(let integer): integer < 0
            case .real(let real): real < 0
            default: false
            }
        }
        if left.isNull, right.isNull { return 0 }
        return left.isNull != isBelowZero(left.isNull ? right : left) ? -1 : 1
    }

    /// Below zero, zero or above, as the left comes before the right, beside it or after it.
    func order(_ left: Value, _ right: Value, _ isCaseSensitive: Bool = false, at place: Script.Place) throws(Stop) -> Int {
        func sign<Number: Comparable>(_ a: Number, _ b: Number) -> Int { a < b ? -1 : a > b ? 1 : 0 }
        if left.isNull || right.isNull { return Self.order(ofNull: left, right) }
        switch left {
        case .null, .nothing: return 0
        case .integer, .real, .truth:
            guard let b = right.number else { throw Self.mismatch(right, "a number to compare \(left.text) with", at: place) }
            guard let a = left.number else { return 0 }
            if case .integer(let first) = a, case .integer(let second) = b { return sign(first, second) }
            return sign(a.real ?? 0, b.real ?? 0)
        case .text, .character:
            let (a, b) = (left.text, right.text)
            try meter.step((a.utf8.count + b.utf8.count) / 64)
            return TextOrder.compare(a, b, isCaseSensitive: isCaseSensitive)
        case .moment(let moment):
            let other: Moment? = if case .moment(let other) = right { other } else { Moment(reading: right.text) }
            guard let other else { throw Self.mismatch(right, "a date to compare with", at: place) }
            return sign(moment, other)
        case .span(let span):
            guard case .span(let other) = right else { throw Self.mismatch(right, "a span of time to compare with", at: place) }
            return sign(span, other)
        case .array, .table, .object, .block, .type:
            throw .failure(.invalidOperation, "NotIcomparable", "\(left.typeName) is neither less nor greater than anything", at: place)
        }
    }
}
