extension ScriptReader {
    /// An expression with all its operators (about_Operator_Precedence).
    mutating func expression() throws(ScriptError) -> Expression {
        let first = try binary(from: 0)
        let here = source
        try skipBlanks()
        guard source.current == "?", source.peek(1) != "?" else {
            source = here
            return first
        }
        source.advance()
        try skipBlanks(lineEnds: true)
        let yes = try binary(from: 0)
        try skipBlanks(lineEnds: true)
        guard source.skip(":") else { throw error(.missingValue(after: "? … the colon and")) }
        try skipBlanks(lineEnds: true)
        return Expression(place: first.place, form: .conditional(first, yes, try binary(from: 0)))
    }

    private static let levels = 8

    private mutating func binary(from level: Int) throws(ScriptError) -> Expression {
        guard level < Self.levels else {
            return try joined(unary())
        }
        let beside = heightSoFar
        var (left, top) = try measured { reader throws(ScriptError) in try reader.binary(from: level + 1) }
        while true {
            let here = source
            try skipBlanks()
            guard let (sign, length) = operatorHere(), sign.level == level else {
                source = here
                if top > 0 { try stand(on: top - 1, beside: beside) }
                return left
            }
            source.advance(length)
            try skipBlanks(lineEnds: true)
            if source.atEnd { throw error(.missingValue(after: "the operator")) }
            let (right, other) = try measured { reader throws(ScriptError) in try reader.binary(from: level + 1) }
            left = Expression(place: left.place, form: .binary(sign, left, right))
            top = max(top, other) + 1
            guard top < Self.heightLimit else { throw error(.tooDeep) }
        }
    }

    /// The operator that stands here, and how many characters it has.
    private func operatorHere() -> (BinaryOperator, Int)? {
        guard let scalar = source.current else { return nil }
        let next = source.peek(1)
        switch scalar {
        case "+" where next != "=" && next != "+": return (.add, 1)
        case "*" where next != "=" && next != ">": return (.multiply, 1)
        case "/" where next != "=": return (.divide, 1)
        case "%" where next != "=": return (.remainder, 1)
        case "." where next == ".": return (.range, 2)
        case "?" where next == "?" && source.peek(2) != "=": return (.coalesce, 2)
        case _ where scalar.isDash:
            if let sign = Self.words[source.wordAfterDash] { return (sign, source.wordAfterDash.count + 1) }
            return next == "=" || next?.isDash ?? false || next?.isNameStart ?? false ? nil : (.subtract, 1)
        default: return nil
        }
    }

    /// Operators by what follows the dash; those that compare have forms with `i` and `c` (about_Comparison_Operators).
    private static let words: [String: BinaryOperator] = {
        var words: [String: BinaryOperator] = [
            "and": .and, "or": .or, "xor": .xor, "band": .bitAnd, "bor": .bitOr, "bxor": .bitXor, "shl": .shiftLeft, "shr": .shiftRight,
            "join": .join, "is": .isType(isNegated: false), "isnot": .isType(isNegated: true), "as": .asType, "f": .format,
        ]
        let comparisons: [(String, (Bool) -> BinaryOperator)] = [
            ("eq", { .equal(isCaseSensitive: $0) }), ("ne", { .unequal(isCaseSensitive: $0) }),
            ("gt", { .greater(isCaseSensitive: $0) }), ("ge", { .greaterOrEqual(isCaseSensitive: $0) }),
            ("lt", { .less(isCaseSensitive: $0) }), ("le", { .lessOrEqual(isCaseSensitive: $0) }),
            ("like", { .like(isCaseSensitive: $0, isNegated: false) }), ("notlike", { .like(isCaseSensitive: $0, isNegated: true) }),
            ("match", { .match(isCaseSensitive: $0, isNegated: false) }), ("notmatch", { .match(isCaseSensitive: $0, isNegated: true) }),
            ("contains", { .contains(isCaseSensitive: $0, isNegated: false) }),
            ("notcontains", { .contains(isCaseSensitive: $0, isNegated: true) }),
            ("in", { .within(isCaseSensitive: $0, isNegated: false) }), ("notin", { .within(isCaseSensitive: $0, isNegated: true) }),
            ("replace", { .replace(isCaseSensitive: $0) }), ("split", { .split(isCaseSensitive: $0) }),
        ]
        for (name, form) in comparisons {
            words[name] = form(false)
            words["i" + name] = form(false)
            words["c" + name] = form(true)
        }
        return words
    }()

    static let unaryWords: [String: UnaryOperator] = ["not": .not, "split": .split, "join": .join, "bnot": .bitNot]

    /// An operator between values by its name without the dash, as `Where-Object Property -eq value` has it.
    static func comparison(named name: String) -> BinaryOperator? { words[name.lowercased()] }

    mutating func unary() throws(ScriptError) -> Expression {
        let place = source.place
        guard let scalar = source.current else { throw error(.missingValue(after: "this")) }
        let next = source.peek(1)
        if scalar == "!" { return try operand(of: .not, 1, at: place) }
        if scalar == "," {
            source.advance()
            try skipBlanks()
            return Expression(place: place, form: .list([try nested { reader throws(ScriptError) in try reader.unary() }]))
        }
        if scalar.isDash || scalar == "+" {
            if next == scalar || scalar.isDash && next?.isDash ?? false {
                source.advance(2)
                try skipBlanks()
                let variable = try nested { reader throws(ScriptError) in try reader.unary() }
                return Expression(place: place, form: .step(variable, by: scalar == "+" ? 1 : -1, isPrefix: true))
            }
            if scalar.isDash, let word = Self.unaryWords[source.wordAfterDash] {
                return try operand(of: word, source.wordAfterDash.count + 1, at: place)
            }
            if scalar.isDash, next?.isNameStart ?? false { throw unexpected() }
            if next?.isDigit ?? false || next == "." { return try postfix(of: try number()) }
            return try operand(of: scalar == "+" ? .plus : .minus, 1, at: place)
        }
        if scalar == "[" { return try typed(at: place) }
        return try postfix(of: try primary())
    }

    private mutating func operand(of sign: UnaryOperator, _ length: Int, at place: Script.Place) throws(ScriptError) -> Expression {
        source.advance(length)
        try skipBlanks()
        if source.current == nil { throw error(.missingValue(after: "the operator")) }
        return Expression(place: place, form: .unary(sign, try nested { reader throws(ScriptError) in try reader.unary() }))
    }

    /// `[type]` alone, before a value, or before `::`.
    private mutating func typed(at place: Script.Place) throws(ScriptError) -> Expression {
        let type = try typeName()
        if source.current == ":", source.peek(1) == ":" || source.current == "." {
            return try postfix(of: Expression(place: place, form: .type(type)))
        }
        let here = source
        try skipBlanks()
        if type.kind == .ordered, source.current == "@" {
            let value = try primary()
            guard case .table(let entries, _) = value.form else { throw error(.tableKey) }
            return try postfix(of: Expression(place: place, form: .table(entries, isOrdered: true)))
        }
        guard let scalar = source.current, startsCastValue(scalar) else {
            source = here
            return try postfix(of: Expression(place: place, form: .type(type)))
        }
        return Expression(place: place, form: .cast(type, try nested { reader throws(ScriptError) in try reader.unary() }))
    }

    private func startsCastValue(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "$", "@", "(", "[", "{": true
        case _ where scalar.isSingleQuote || scalar.isDoubleQuote || scalar.isDigit: true
        case _ where scalar.isDash: source.peek(1)?.isDigit ?? false || source.peek(1) == "$"
        default: false
        }
    }

    /// `[name]`, `[name[]]`, `[name[argument]]`.
    mutating func typeName() throws(ScriptError) -> TypeName {
        let start = source
        source.advance()
        var depth = 0
        let written = source.take { scalar in
            if scalar == "[" { depth += 1 }
            if scalar == "]" { depth -= 1 }
            return depth >= 0 && !scalar.isLineEnd
        }
        guard source.skip("]") else {
            source = start
            throw error(.missingClosing("]"))
        }
        guard let type = TypeName(written.trimmed) else {
            source = start
            throw error(.unknownType(written))
        }
        return type
    }

    /// `.name`, `::name`, `(arguments)`, `[index]`, `++`, as they follow without a blank.
    mutating func postfix(of value: Expression) throws(ScriptError) -> Expression {
        var value = value, steps = 0
        while let scalar = source.current {
            let next = source.peek(1)
            if scalar == ".", let next, next.isNameStart || next == "$" || next == "(" || next.isSingleQuote || next.isDoubleQuote {
                source.advance()
                value = try member(of: value, isStatic: false)
                steps += 1
                try stand(on: heightSoFar, beside: 0)
            } else if scalar == "?", next == ".", source.peek(2)?.isNameStart ?? false {
                throw error(.notHere("?.", instead: "ask with if first"))
            } else if scalar == ":", next == ":" {
                source.advance(2)
                value = try member(of: value, isStatic: true)
                steps += 1
                try stand(on: heightSoFar, beside: 0)
            } else if scalar == "[" {
                source.advance()
                let index = try expression(closing: "]")
                value = Expression(place: value.place, form: .index(value, index))
                steps += 1
                try stand(on: heightSoFar, beside: 0)
            } else if scalar == "+" && next == "+" || scalar.isDash && next?.isDash ?? false {
                source.advance(2)
                return Expression(place: value.place, form: .step(value, by: scalar == "+" ? 1 : -1, isPrefix: false))
            } else {
                return value
            }
            guard steps <= Self.nestingLimit else { throw error(.tooDeep) }
        }
        return value
    }

    private mutating func expression(closing close: Unicode.Scalar) throws(ScriptError) -> Expression {
        try bracketed { reader throws(ScriptError) in
            try reader.skipBlanks(lineEnds: true)
            let value = try reader.expression()
            try reader.close(close)
            return value
        }
    }

    private mutating func member(of value: Expression, isStatic: Bool) throws(ScriptError) -> Expression {
        guard let scalar = source.current else { throw error(.missingValue(after: ".")) }
        let place = source.place
        let name: MemberName
        if scalar.isNameStart {
            name = .name(source.take { $0.isNamePart })
        } else if scalar == "(" {
            source.advance()
            name = .value(try expression(closing: ")"))
        } else {
            name = .value(try primary())
        }
        if source.current == "{" {
            return Expression(place: place, form: .call(value, name, [try primary()], isStatic: isStatic))
        }
        guard source.current == "(" else { return Expression(place: place, form: .member(value, name, isStatic: isStatic)) }
        source.advance()
        let arguments = try nested { reader throws(ScriptError) in try reader.callArguments() }
        return Expression(place: place, form: .call(value, name, arguments, isStatic: isStatic))
    }

    private mutating func callArguments() throws(ScriptError) -> [Expression] {
        var arguments: [Expression] = []
        while true {
            try skipBlanks(lineEnds: true)
            if source.skip(")") { return arguments }
            guard !source.atEnd else { throw error(.missingClosing(")")) }
            guard arguments.count < Self.itemLimit else { throw error(.tooManyItems) }
            arguments.append(try itemWithoutComma())
            try skipBlanks(lineEnds: true)
            if source.skip(",") { continue }
            guard source.current == ")" else { throw source.atEnd ? error(.missingClosing(")")) : unexpected() }
        }
    }
}
