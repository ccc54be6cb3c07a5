extension Interpreter {
    func evaluate(_ expression: Expression) throws(Stop) -> Value {
        try meter.step()
        try meter.enter()
        defer { meter.exit() }
        do throws(Stop) {
            return try compute(expression)
        } catch {
            throw error.at(expression.place)
        }
    }

    private func compute(_ expression: Expression) throws(Stop) -> Value {
        let place = expression.place
        switch expression.form {
        case .constant(let value), .word(_, let value): return value
        case .text(let parts): return try text(of: parts)
        case .variable(let variable): return try value(of: variable, at: place)
        case .list(let items): return try list(of: items)
        case .array(let statements): return keep(try meter.made(flattened(statements)))
        case .group(let statements): return Value(gathered: try values(of: statements))
        case .parenthesis(let statement): return try value(of: statement)
        case .table(let entries, let isOrdered): return try table(entries, isOrdered)
        case .block(let block): return .block(BlockValue(block: block))
        case .type(let type): return .type(type)
        case .cast(let type, let value): return try cast(value, to: type, at: place)
        case .unary(let sign, let operand): return try unary(sign, operand)
        case .binary(let sign, let left, let right): return try binary(sign, left, right, at: place)
        case .step(let target, let amount, let isPrefix): return try step(target, by: amount, isPrefix)
        case .conditional(let condition, let yes, let no): return try evaluate(evaluate(condition).isTrue ? yes : no)
        case .member(let object, let name, let isStatic): return try member(object, name, isStatic, at: place)
        case .index(let object, let index): return try item(of: evaluate(object), at: evaluate(index), place)
        case .call(let object, let name, let arguments, let isStatic): return try call(object, name, arguments, isStatic, at: place)
        }
    }

    private func text(of parts: [Expression.TextPart]) throws(Stop) -> Value {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .value(let expression):
                text += try evaluate(expression).text(separator: scope.slot("ofs")?.value.text ?? " ")
                guard text.utf8.count <= Meter.textLimit else { throw Meter.exceeded("a text has up to \(Meter.textLimit) bytes") }
            }
        }
        return try meter.made(text)
    }

    private func list(of items: [Expression]) throws(Stop) -> Value {
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try evaluate(item).held) }
        return keep(try meter.made(values))
    }

    private func flattened(_ statements: [Statement]) throws(Stop) -> [Value] {
        guard statements.count == 1, case .pipeline(let pipeline) = statements[0].form, pipeline.elements.count == 1,
            case .expression(let expression, let redirections) = pipeline.elements[0], redirections.isEmpty
        else { return try values(of: statements) }
        let value = try evaluate(expression)
        return value.items
    }

    private func table(_ entries: [(key: Expression, value: Statement)], _ isOrdered: Bool) throws(Stop) -> Value {
        let table = TableBox(isOrdered ? .ordered : .hashtable)
        for entry in entries {
            let key = try evaluate(entry.key)
            guard !key.isNull else { throw .invalid("a hashtable has no key $null", at: entry.key.place) }
            try meter.read(key)
            table[key] = try value(of: entry.value).held
        }
        try meter.make(bytes: entries.count * 48)
        return keep(.table(table))
    }

    private func cast(_ expression: Expression, to type: TypeName, at place: Script.Place) throws(Stop) -> Value {
        if type.kind == .custom, case .table(let entries, _) = expression.form {
            guard case .table(let box) = try table(entries, true) else { return .null }
            return try custom(box)
        }
        return try converted(evaluate(expression), to: type, at: place)
    }

    /// An object with the entries of a hashtable as its properties.
    func custom(_ table: TableBox) throws(Stop) -> Value {
        try meter.make(bytes: table.entries.count * 48)
        return keep(.object(ObjectBox(table.entries.map { ObjectBox.Property(name: $0.key.text, value: $0.value) })))
    }

    private func unary(_ sign: UnaryOperator, _ operand: Expression) throws(Stop) -> Value {
        let value = try evaluate(operand)
        switch sign {
        case .not: return .truth(!value.isTrue)
        case .minus:
            switch value.number {
            case .integer(let integer)? where integer != .min: return .integer(-integer)
            case .real(let real)?: return .real(-real)
            default: throw .cast("\(value.text) is not a number", at: operand.place)
            }
        case .plus:
            guard let number = value.number else { throw .cast("\(value.text) is not a number", at: operand.place) }
            return number
        case .bitNot:
            guard let integer = value.integer else { throw .cast("\(value.text) is not a whole number", at: operand.place) }
            return .integer(~integer)
        case .join: return .text(try meter.joined(value.items.lazy.map(\.text)))
        case .split:
            var words: [Value] = []
            for item in value.items {
                try meter.read(item)
                let found = item.text.unicodeScalars.split { $0.properties.isWhitespace }
                try meter.checkCount(words.count + found.count)
                words += found.map { .text(String(Substring($0))) }
            }
            return try meter.made(words)
        }
    }

    private func binary(_ sign: BinaryOperator, _ left: Expression, _ right: Expression, at place: Script.Place) throws(Stop) -> Value {
        switch sign {
        case .and: return .truth(try evaluate(left).isTrue ? evaluate(right).isTrue : false)
        case .or: return .truth(try evaluate(left).isTrue ? true : evaluate(right).isTrue)
        case .xor: return .truth(try evaluate(left).isTrue != evaluate(right).isTrue)
        case .coalesce:
            let value = try evaluate(left)
            return value.isNull ? try evaluate(right) : value
        default:
            let first = try evaluate(left)
            return try apply(sign, first, try evaluate(right), at: place)
        }
    }

    private func step(_ target: Expression, by amount: Int, _ isPrefix: Bool) throws(Stop) -> Value {
        let before = try evaluate(target)
        guard let number = before.number else { throw .cast("\(before.text) is not a number", at: target.place) }
        let after = try apply(.add, number, .integer(amount), at: target.place)
        try store(after, in: target)
        return isPrefix ? after : before.isNull ? .integer(0) : before
    }

    func name(_ name: MemberName) throws(Stop) -> String {
        switch name {
        case .name(let name): return name
        case .value(let expression): return try evaluate(expression).text
        }
    }

    private func member(_ object: Expression, _ member: MemberName, _ isStatic: Bool, at place: Script.Place) throws(Stop) -> Value {
        let name = try self.name(member)
        if isStatic {
            guard case .type(let type) = try evaluate(object) else { throw .invalid("only a [type] has members with ::", at: place) }
            return try StaticMembers.value(of: type, name, self, at: place)
        }
        return try property(name, of: evaluate(object), at: place)
    }
}
