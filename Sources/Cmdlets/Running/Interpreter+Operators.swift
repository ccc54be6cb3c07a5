/// The operators (about_Operators, about_Arithmetic_Operators, about_Comparison_Operators). What the left side is decides.
extension Interpreter {
    func apply(_ sign: BinaryOperator, _ left: Value, _ right: Value, at place: Script.Place) throws(Stop) -> Value {
        switch sign {
        case .add: return try add(left, right, at: place)
        case .subtract, .multiply, .divide, .remainder: return try calculate(sign, left, right, at: place)
        case .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight: return try combineBits(sign, left, right, at: place)
        case .equal, .unequal, .greater, .greaterOrEqual, .less, .lessOrEqual, .like, .match:
            return try compare(left, right, sign, at: place)
        case .contains(let isCaseSensitive, let isNegated):
            return .truth(try holds(left, right, isCaseSensitive, at: place) != isNegated)
        case .within(let isCaseSensitive, let isNegated):
            return .truth(try holds(right, left, isCaseSensitive, at: place) != isNegated)
        case .replace(let isCaseSensitive): return try replace(left, right, isCaseSensitive, at: place)
        case .split(let isCaseSensitive): return try split(left, right, isCaseSensitive, at: place)
        case .join: return .text(try meter.joined((left.isNull ? [] : left.items).lazy.map(\.text), by: right.text))
        case .isType(let isNegated):
            guard case .type(let type) = try typed(right, at: place) else { return .truth(isNegated) }
            if case .integer(let integer) = left, type.isNarrow || type.isLong && Int32(exactly: integer) != nil {
                throw .failure(
                    .notImplemented, "NotHere",
                    "-is [\(type.written)] is not available here for \(integer): a whole number is an [int], or a [long] where it is beyond that, "
                        + "whatever it was converted to", at: place)
            }
            return .truth(isOf(type, left) != isNegated)
        case .asType:
            guard case .type(let type) = try typed(right, at: place) else { return .null }
            do throws(Stop) {
                return try converted(left, to: type, at: place)
            } catch {
                guard case .failed = error else { throw error }
                return .null
            }
        case .format: return try format(left.text, with: right, at: place)
        case .range: return try range(left, right, at: place)
        case .and, .or, .xor, .coalesce: return .truth(left.isTrue && right.isTrue)
        }
    }

    private func typed(_ value: Value, at place: Script.Place) throws(Stop) -> Value {
        if case .type = value { return value }
        guard let type = TypeName(value.text) else { throw .cast("\(value.text) is not a type that is available here", at: place) }
        return .type(type)
    }

    // MARK: arithmetic

    private func add(_ left: Value, _ right: Value, at place: Script.Place) throws(Stop) -> Value {
        switch (left, right) {
        case (.null, _), (.nothing, _): return right.held
        case (.text(let text), _):
            let more = right.text
            return try meter.made(text + more)
        case (.character(let scalar), .integer), (.character(let scalar), .real):
            return try add(.integer(Int(scalar.value)), right, at: place)
        case (.character(let scalar), _): return try meter.made(String(Character(scalar)) + right.text)
        case (.array(let box), _): return keep(try meter.made(box.items + (right.isNull ? [.null] : right.items)))
        case (.table(let first), .table(let second)):
            let sum = first.copy()
            for entry in second.entries {
                guard sum[entry.key] == nil else { throw .argument("the key \(entry.key.text) is in both hashtables", at: place) }
                sum[entry.key] = entry.value
            }
            try meter.make(bytes: sum.entries.count * 48)
            return keep(.table(sum))
        case (.moment(let moment), .span(let span)):
            guard let sum = moment.adding(milliseconds: span) else {
                throw .invalid("the date lies outside the years 1 to 9999", at: place)
            }
            return .moment(sum)
        case (.span(let first), .span(let second)): return try span(first.addingReportingOverflow(second), at: place)
        case (.table, _), (.object, _), (.block, _), (.type, _), (.moment, _), (.span, _):
            throw .failure(.invalidOperation, "MethodNotFound", "nothing can be added to \(left.typeName)", at: place)
        case (.truth, _), (.integer, _), (.real, _): return try calculate(.add, left, right, at: place)
        }
    }

    private func calculate(_ sign: BinaryOperator, _ left: Value, _ right: Value, at place: Script.Place) throws(Stop) -> Value {
        switch (sign, left, right) {
        case (.subtract, .moment(let first), .moment(let second)): return .span(first.milliseconds - second.milliseconds)
        case (.subtract, .moment(let moment), .span(let span)):
            guard let difference = moment.adding(milliseconds: -span) else {
                throw .invalid("the date lies outside the years 1 to 9999", at: place)
            }
            return .moment(difference)
        case (.subtract, .span(let first), .span(let second)): return try span(first.subtractingReportingOverflow(second), at: place)
        case (.multiply, .text(let text), _): return try repeated(text, right, at: place)
        case (.multiply, .array(let box), _):
            guard let count = right.integer, count >= 0 else { throw Self.mismatch(right, "a count", at: place) }
            try meter.checkCount(box.items.count.multipliedReportingOverflow(by: count).overflow ? .max : box.items.count * count)
            return keep(try meter.made(Array(repeatElement(box.items, count: count).joined())))
        default: break
        }
        guard let first = left.number else { throw Self.mismatch(left, "a number", at: place) }
        guard let second = right.number else { throw Self.mismatch(right, "a number", at: place) }
        if case .integer(let a) = first, case .integer(let b) = second { return try whole(sign, a, b, at: place) }
        let a = first.real ?? 0, b = second.real ?? 0
        switch sign {
        case .add: return .real(a + b)
        case .subtract: return .real(a - b)
        case .multiply: return .real(a * b)
        case .divide: return .real(a / b)
        default: return .real(a.truncatingRemainder(dividingBy: b))
        }
    }

    /// Whole numbers stay whole where the result is, and become floating-point numbers where it is too large.
    private func whole(_ sign: BinaryOperator, _ a: Int, _ b: Int, at place: Script.Place) throws(Stop) -> Value {
        let result: (partialValue: Int, overflow: Bool)
        switch sign {
        case .add: result = a.addingReportingOverflow(b)
        case .subtract: result = a.subtractingReportingOverflow(b)
        case .multiply: result = a.multipliedReportingOverflow(by: b)
        default:
            guard b != 0 else { throw .failure(.operationStopped, "RuntimeException", "a number cannot be divided by zero", at: place) }
            if sign == .remainder { return .integer(b == -1 ? 0 : a % b) }
            return b != -1 && a % b == 0 ? .integer(a / b) : b == -1 && a != .min ? .integer(-a) : .real(Double(a) / Double(b))
        }
        // What two [int] come to is an [int], or a [double].
        let isInt = Int32(exactly: a) != nil && Int32(exactly: b) != nil && Int32(exactly: result.partialValue) == nil
        guard result.overflow || isInt else { return .integer(result.partialValue) }
        let (x, y) = (Double(a), Double(b))
        return .real(sign == .add ? x + y : sign == .subtract ? x - y : x * y)
    }

    private func span(_ sum: (partialValue: Int, overflow: Bool), at place: Script.Place) throws(Stop) -> Value {
        guard !sum.overflow, sum.partialValue.magnitude <= Moment.spanLimit else {
            throw .invalid("a span of time has up to 10,000 years", at: place)
        }
        return .span(sum.partialValue)
    }

    private func repeated(_ text: String, _ times: Value, at place: Script.Place) throws(Stop) -> Value {
        guard let count = times.integer, count >= 0 else { throw Self.mismatch(times, "a count", at: place) }
        guard !text.utf8.count.multipliedReportingOverflow(by: count).overflow, text.utf8.count * count <= Meter.textLimit else {
            throw Meter.exceeded("a text has up to \(Meter.textLimit) bytes")
        }
        return try meter.made(String(repeating: text, count: count))
    }

    private func combineBits(_ sign: BinaryOperator, _ left: Value, _ right: Value, at place: Script.Place) throws(Stop) -> Value {
        guard let a = left.integer else { throw Self.mismatch(left, "a whole number", at: place) }
        guard let b = right.integer else { throw Self.mismatch(right, "a whole number", at: place) }
        switch sign {
        case .bitAnd: return .integer(a & b)
        case .bitOr: return .integer(a | b)
        case .bitXor: return .integer(a ^ b)
        case .shiftLeft:
            let shifted = a << (b & 63)
            guard Int32(exactly: a) == nil || Int32(exactly: shifted) != nil else {
                throw .failure(
                    .invalidOperation, "BeyondInt32", "\(a) -shl \(b) needs more than the 32 bits of an [int]; multiply by a power of 2",
                    at: place)
            }
            return .integer(shifted)
        default: return .integer(a >> (b & (Int32(exactly: a) == nil ? 63 : 31)))
        }
    }

    private func range(_ left: Value, _ right: Value, at place: Script.Place) throws(Stop) -> Value {
        if case .text(let first) = left, case .text(let last) = right, Int(first) == nil || Int(last) == nil {
            guard first.unicodeScalars.count == 1, last.unicodeScalars.count == 1 else {
                throw Self.mismatch(left, "a whole number", at: place)
            }
            let a = first.unicodeScalars.first!.value, b = last.unicodeScalars.first!.value
            let codes = a <= b ? Array(a...b) : (b...a).reversed()
            return keep(try meter.made(codes.compactMap { Unicode.Scalar($0).map { .character($0) } }))
        }
        guard let a = left.integer else { throw Self.mismatch(left, "a whole number", at: place) }
        guard let b = right.integer else { throw Self.mismatch(right, "a whole number", at: place) }
        let (distance, overflow) = a.subtractingReportingOverflow(b)
        try meter.checkCount(overflow ? .max : Int(clamping: distance.magnitude))
        try meter.step(Int(distance.magnitude))
        let numbers = a <= b ? Array(a...b) : (b...a).reversed()
        return keep(try meter.made(numbers.map { .integer($0) }))
    }

    func format(_ format: String, with value: Value, at place: Script.Place) throws(Stop) -> Value {
        do throws(FormatText.Fault) {
            return try meteredText(FormatText.compose(format, value.isNull ? [.null] : value.items))
        } catch {
            throw Self.fault(error, format, at: place)
        }
    }

    /// A value by a format, as `.ToString(format)` gives it.
    func formatted(_ value: Value, _ format: String, at place: Script.Place) throws(Stop) -> Value {
        do throws(FormatText.Fault) { return try meteredText(FormatText.text(of: value, format)) } catch {
            throw Self.fault(error, format, at: place)
        }
    }

    private static func fault(_ fault: FormatText.Fault, _ format: String, at place: Script.Place) -> Stop {
        switch fault {
        case .malformed:
            .failure(
                .invalidOperation, "FormatError", "the format \(format.prefix(80)) is not understood; a brace stands doubled", at: place)
        case .notFor(let format, let kind):
            .failure(.invalidOperation, "FormatError", "the format \(format.prefix(80)) is none that \(kind) has here", at: place)
        case .noItem(let index):
            .failure(.invalidOperation, "FormatError", "the format asks for item {\(index)}, which is not there", at: place)
        case .tooWide: Meter.exceeded("a formatted item has up to \(FormatText.widthLimit) columns")
        }
    }

    /// Counts a text where only a fault of formatting can be thrown; what is too much is told with the next thing made.
    private func meteredText(_ text: String) throws(FormatText.Fault) -> Value {
        guard text.utf8.count <= Meter.textLimit else { throw .tooWide }
        do throws(Stop) { return try meter.made(text) } catch { throw .tooWide }
    }
}
