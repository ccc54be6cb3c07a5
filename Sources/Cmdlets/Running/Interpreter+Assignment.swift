import Basis

extension Interpreter {
    func assign(to target: Expression, _ change: BinaryOperator?, _ source: Statement) throws(Stop) {
        guard let change else { return try store(value(of: source), in: target) }
        let more = try value(of: source)
        if change == .add, case .variable(let variable) = target.form, try grow(variable, by: more, at: target.place) { return }
        let before = try evaluate(target)
        if change == .coalesce {
            if before.isNull { try store(more, in: target) }
            return
        }
        try store(apply(change, before, more, at: target.place), in: target)
    }

    /// Adds to the array or text in a variable where nothing else holds it, so that a loop of `+=` costs no more than what it adds.
    private func grow(_ variable: Variable, by more: Value, at place: Script.Place) throws(Stop) -> Bool {
        let target = scope(for: variable)
        guard var slot = target.variables[variable.name], slot.type == nil else { return false }
        switch slot.value {
        case .text(var text):
            let addition = more.text
            guard text.utf8.count + addition.utf8.count <= Meter.textLimit else {
                throw Meter.exceeded("a text has up to \(Meter.textLimit) bytes")
            }
            try meter.make(bytes: addition.utf8.count)
            slot.value = .null
            target.variables[variable.name] = slot
            text += addition
            target.variables[variable.name]?.value = .text(text)
            return true
        case .array(var box) where box.kind == .fixed:
            slot.value = .null
            target.variables[variable.name] = slot
            defer { target.variables[variable.name]?.value = .array(box) }
            let addition = more.isNull ? [.null] : more.items
            for item in addition { hold(item) }
            try meter.checkCount(box.items.count + addition.count)
            if isKnownUniquelyReferenced(&box) {
                try meter.make(bytes: addition.count * 16)
                box.items += addition
                box.element = .any
            } else {
                try meter.make(bytes: (box.items.count + addition.count) * 16)
                box = ArrayBox(box.items + addition)
                _ = keep(.array(box))
            }
            return true
        default: return false
        }
    }

    /// Puts a value where an expression points.
    func store(_ value: Value, in target: Expression) throws(Stop) {
        let place = target.place
        switch target.form {
        case .variable(let variable): try set(variable, value, at: place)
        case .constant(.null): return
        case .cast(let type, let inner):
            if case .variable(let variable) = inner.form {
                try set(variable, value, type: type, at: place)
            } else {
                try store(converted(value, to: type, at: place), in: inner)
            }
        case .list(let targets):
            let values = value.items
            for (index, target) in targets.enumerated() {
                let isLast = index == targets.count - 1
                let rest = values.dropFirst(index)
                try store(isLast && rest.count > 1 ? meter.made(Array(rest)) : rest.first ?? .null, in: target)
            }
        case .member(let object, let name, let isStatic):
            guard !isStatic else { throw .invalid("what belongs to a type cannot be set here", at: place) }
            let holder = try evaluate(object)
            try setProperty(self.name(name), of: holder, to: value.held, at: place)
        case .index(let object, let index):
            let holder = try evaluate(object)
            try setItem(of: holder, at: evaluate(index), to: value.held, place)
        default: throw .invalid("only a variable, a property or an item can be assigned", at: place)
        }
    }

    private func setProperty(_ name: String, of holder: Value, to value: Value, at place: Script.Place) throws(Stop) {
        if case .table = holder { return try setItem(of: holder, at: .text(name), to: value, place) }
        try meter.make(bytes: 16)
        hold(value)
        switch holder {
        case .object(let box):
            guard let index = box.index(of: name) else {
                throw .failure(
                    .invalidOperation, "PropertyNotFound",
                    "there is no property \(name) to set\(nearest(name, box)); Add-Member adds one", at: place)
            }
            box.properties[index].value = value
        case .array(let box) where box.items.count == 1: try setProperty(name, of: box.items[0], to: value, at: place)
        case .null, .nothing: throw .failure(.invalidOperation, "PropertyNotFound", "$null has no property \(name) to set", at: place)
        default: throw .failure(.invalidOperation, "PropertyNotFound", "there is no property \(name) to set", at: place)
        }
    }

    private func setItem(of holder: Value, at index: Value, to value: Value, _ place: Script.Place) throws(Stop) {
        if case .object = holder { return try setProperty(index.text, of: holder, to: value, at: place) }
        let isTable = if case .table = holder { true } else { false }
        try meter.make(bytes: isTable ? 48 : 16)
        hold(value)
        switch holder {
        case .table(let box):
            guard !index.isNull else { throw .invalid("a hashtable has no key $null", at: place) }
            try meter.read(index)
            try meter.checkCount(box.entries.count + 1)
            if box.isOrdered, case .integer(let at) = index, box[index] == nil, box.entries.indices.contains(at) {
                box.replaceValue(at: at, with: value)
            } else {
                box[index] = value
            }
        case .array(let box):
            guard let written = index.integer else { throw .cast("\(index.text) is not the number of an item", at: place) }
            let at = written < 0 ? written + box.items.count : written
            guard box.items.indices.contains(at) else {
                throw .failure(
                    .invalidOperation, "IndexOutOfRange", "there is no item \(written): the array has \(box.items.count)", at: place)
            }
            box.items[at] = value
        default: throw .failure(.invalidOperation, "CannotIndex", "only an array or a hashtable has items to set", at: place)
        }
    }

    func nearest(_ name: String, _ box: ObjectBox) -> String {
        nearestName(to: name, among: box.properties.map(\.name)).map { "; did you mean \($0)?" } ?? ""
    }
}
