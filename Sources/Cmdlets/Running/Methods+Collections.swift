extension Methods {
    static func list(_ box: ArrayBox, _ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value? {
        let growing: Set<String> = ["add", "addrange", "remove", "removeat", "insert", "clear"]
        if box.kind == .fixed, growing.contains(name) {
            throw .failure(
                .invalidOperation, "FixedSize", "an array is of fixed length; use += or [System.Collections.ArrayList]", at: place)
        }
        try run.meter.step(box.items.count / 16)
        switch (name, given.count) {
        case ("add", 1):
            try run.meter.checkCount(box.items.count + 1)
            try run.meter.make(bytes: 16)
            run.hold(given[0])
            box.items.append(given[0].held)
            return box.kind == .list ? .integer(box.items.count - 1) : .nothing
        case ("addrange", 1):
            try run.meter.checkCount(box.items.count + given[0].items.count)
            try run.meter.make(bytes: given[0].items.count * 16)
            for item in given[0].items { run.hold(item) }
            box.items += given[0].items
            return .nothing
        case ("insert", 2):
            guard let at = given[0].integer, (0...box.items.count).contains(at) else { throw outside(given[0], box, at: place) }
            try run.meter.make(bytes: 16)
            run.hold(given[1])
            box.items.insert(given[1].held, at: at)
            return .nothing
        case ("removeat", 1):
            guard let at = given[0].integer, box.items.indices.contains(at) else { throw outside(given[0], box, at: place) }
            box.items.remove(at: at)
            return .nothing
        case ("remove", 1):
            let at = try index(of: given[0], in: box, run)
            if let at { box.items.remove(at: at) }
            return box.kind == .generic ? .truth(at != nil) : .nothing
        case ("clear", 0):
            box.items = []
            return .nothing
        case ("contains", 1): return .truth(try index(of: given[0], in: box, run) != nil)
        case ("indexof", 1): return .integer(try index(of: given[0], in: box, run) ?? -1)
        case ("toarray", 0), ("clone", 0): return run.keep(try run.meter.made(box.items))
        case ("reverse", 0):
            box.items.reverse()
            return .nothing
        case ("sort", 0):
            box.items = try run.sorted(box.items, at: place)
            return .nothing
        case ("getvalue", 1): return try run.item(of: .array(box), at: given[0], place)
        case ("getupperbound", 1), ("getlength", 1):
            guard given[0].integer == 0 else { throw .argument("\(name) is of the dimension 0, the only one", at: place) }
            return .integer(box.items.count - (name == "getlength" ? 0 : 1))
        default: return try filtered(box.items, name, given, run)
        }
    }

    /// `.ForEach({ })` and `.Where({ })`, which any value has (about_Arrays).
    static func filtered(_ items: [Value], _ name: String, _ given: [Value], _ run: Interpreter) throws(Stop) -> Value? {
        guard name == "foreach" || name == "where", case .block(let block)? = given.first else { return nil }
        let mode = given.count > 1 ? Enumeration.choice.names(of: given[1])?.first ?? "default" : "default"
        let limit = given.count > 2 ? given[2].integer ?? 0 : 0, most = limit > 0 ? limit : mode == "first" || mode == "last" ? 1 : .max
        let before = run.scope.variables["_"]
        defer { run.scope.variables["_"] = before }
        var found: [Value] = [], others: [Value] = [], isBehind = false
        for item in items {
            if name == "where", mode != "last", mode != "split", found.count >= most { break }
            run.scope.variables["_"] = Scope.Slot(value: item, type: nil)
            if mode == "skipuntil", isBehind {
                found.append(item)
                continue
            }
            let values = try run.values(of: block.block.statements)
            if name == "foreach" {
                found += values
                continue
            }
            let holds = Value(gathered: values).isTrue
            if mode == "until", holds { break }
            isBehind = isBehind || holds
            if holds != (mode == "until"), mode != "split" || found.count < most { found.append(item) } else { others.append(item) }
        }
        if mode == "last" { found = Array(found.suffix(most)) }
        guard mode == "split" else { return run.keep(try run.meter.made(found)) }
        return run.keep(try run.meter.made([run.keep(run.meter.made(found)), run.keep(run.meter.made(others))]))
    }

    private static func index(of value: Value, in box: ArrayBox, _ run: Interpreter) throws(Stop) -> Int? {
        for (index, item) in box.items.enumerated() {
            try run.meter.step()
            if try run.equal(item, value, true) { return index }
        }
        return nil
    }

    private static func outside(_ index: Value, _ box: ArrayBox, at place: Script.Place) -> Stop {
        .failure(.invalidArgument, "ArgumentOutOfRange", "there is no item \(index.text): the list has \(box.items.count)", at: place)
    }

    static func table(_ box: TableBox, _ name: String, _ given: [Value], _ run: Interpreter, at place: Script.Place) throws(Stop) -> Value?
    {
        if let key = given.first, name != "containsvalue" { try run.meter.read(key, times: 2) }
        switch (name, given.count) {
        case ("add", 2):
            guard box[given[0]] == nil else { throw .argument("the key \(given[0].text) is in the hashtable already", at: place) }
            try run.meter.checkCount(box.entries.count + 1)
            try run.meter.make(bytes: 48)
            run.hold(given[1])
            box[given[0]] = given[1].held
            return .nothing
        case ("remove", 1):
            try run.meter.step(box.entries.count)
            box[given[0]] = nil
            return .nothing
        case ("clear", 0):
            box.removeAll()
            return .nothing
        case ("contains", 1), ("containskey", 1): return .truth(box[given[0]] != nil)
        case ("containsvalue", 1):
            for entry in box.entries {
                try run.meter.step()
                if try run.equal(entry.value, given[0], true) { return .truth(true) }
            }
            return .truth(false)
        case ("getenumerator", 0): return run.keep(try run.meter.made(entries(of: box)))
        case ("clone", 0):
            try run.meter.make(bytes: box.entries.count * 48)
            return run.keep(.table(box.copy()))
        default: return nil
        }
    }

    /// The entries of a hashtable as objects.
    static func entries(of box: TableBox) -> [Value] {
        box.entries.map {
            .object(ObjectBox(["Name": $0.key, "Key": $0.key, "Value": $0.value], typeName: "System.Collections.DictionaryEntry"))
        }
    }
}

extension Interpreter {
    /// `value.Name(arguments)` or `[type]::Name(arguments)`.
    func call(
        _ object: Expression, _ member: MemberName, _ arguments: [Expression], _ isStatic: Bool, at place: Script.Place
    ) throws(Stop) -> Value {
        let holder = try evaluate(object), name = try self.name(member)
        var given: [Value] = []
        for argument in arguments { given.append(try evaluate(argument).held) }
        if isStatic {
            guard case .type(let type) = holder else { throw .invalid("only a [type] has members with ::", at: place) }
            return try StaticMembers.call(type, name, given, self, at: place)
        }
        if case .object(let box) = holder, box.typeName == Self.cmdletType {
            return try askToProcess(name.lowercased(), given, impact(of: box), at: place)
        }
        return try call(holder, name, given, at: place)
    }

    func call(_ holder: Value, _ name: String, _ given: [Value], at place: Script.Place) throws(Stop) -> Value {
        let lower = name.lowercased()
        if case .table(let box) = holder, case .block(let block)? = box[name] { return Value(gathered: try invoke(block, given)) }
        try overloads(of: holder, lower)?.check(name, given, at: place)
        if let result = try common(holder, lower, given, at: place) { return result }
        let result: Value?
        switch holder {
        case .null, .nothing: throw .failure(.invalidOperation, "InvokeMethodOnNull", "$null has no method \(name)", at: place)
        case .text(let text): result = try Methods.text(text, lower, given, self, at: place)
        case .character(let scalar): result = try Methods.text(String(Character(scalar)), lower, given, self, at: place)
        case .array(let box):
            let own = try Methods.list(box, lower, given, self, at: place)
            result = own == nil ? try each(of: box, name, given, at: place) : own
        case .table(let box): result = try Methods.table(box, lower, given, self, at: place)
        case .moment(let moment): result = try Methods.moment(moment, lower, given, at: place)
        case .block(let block):
            result =
                lower == "invoke" || lower == "invokereturnasis"
                ? Value(gathered: try invoke(block, given)) : lower == "getnewclosure" ? holder : nil
        case .object(let box) where box.typeName == Self.patternType:
            let limit = ["replace": 2, "split": 1][lower].flatMap { $0 < given.count ? given[$0].integer : nil }
            result = try StaticMembers.pattern(
                lower, [given.first ?? .null, holder] + given.dropFirst().prefix(lower == "replace" ? 1 : 0), limit: limit, self, at: place)
        case .truth, .integer, .real, .span, .object, .type: result = nil
        }
        if let result { return result }
        if let found = try Methods.filtered(holder.items, lower, given, self) { return found }
        throw .failure(
            .invalidOperation, "MethodNotFound", "\(holder.typeName) has no method \(name) with \(given.count) arguments here", at: place)
    }

    /// What a method of that name, in lower case, takes where the value has one.
    private func overloads(of holder: Value, _ name: String) -> Overloads? {
        let own: Overloads? =
            switch holder {
            case .text, .character: Methods.texts
            case .array: Methods.lists
            case .table: Methods.tables
            case .moment: Methods.moments
            case .object(let box) where box.typeName == Self.patternType: Methods.patterns
            case .null, .nothing, .truth, .integer, .real, .span, .object, .block, .type: nil
            }
        if let own, own.has(name) { return own }
        if holder.isNull { return nil }
        return Methods.common.has(name) ? Methods.common : ["foreach", "where"].contains(name) ? Methods.lists : nil
    }

    /// A method of each item of an array, where the array has none of that name.
    private func each(of box: ArrayBox, _ name: String, _ given: [Value], at place: Script.Place) throws(Stop) -> Value? {
        guard !box.items.isEmpty else { return nil }
        var results: [Value] = []
        for item in box.items { results.append(try call(item, name, given, at: place)) }
        return keep(try meter.made(results))
    }

    private func common(_ holder: Value, _ name: String, _ given: [Value], at place: Script.Place) throws(Stop) -> Value? {
        guard !holder.isNull else { return nil }
        switch (name, given.count) {
        case ("tostring", 0): return try meter.made(holder.spoken)
        case ("tostring", _):
            let isCulture = given[0].typeName == Self.cultureType
            guard !isCulture, holder.isFormatted else {
                guard isCulture, given.count == 1 else { return try unformatted(holder, given, at: place) }
                return try meter.made(given[0].text.isEmpty ? holder.text : holder.spoken)
            }
            return try formatted(holder, given[0].text, at: place)
        case ("gettype", 0):
            let full = holder.typeName,
                shown = full == "System.Management.Automation.PSCustomObject" ? "PSCustomObject" : Self.shortName(full)
            return .object(
                ObjectBox(
                    ["Name": .text(shown), "FullName": .text(full), "BaseType": .text("System.Object")], typeName: "System.RuntimeType",
                    display: full))
        case ("equals", 1):
            let isText = if case .text = holder { true } else { false }, isOther = if case .text = given[0] { true } else { false }
            return .truth(isText == isOther ? try equal(holder, given[0], true) : false)
        case ("gethashcode", 0): return .integer(holder.text.utf8.reduce(17) { ($0 &* 31 &+ Int($1)) & 0x7FFF_FFFF })
        default: return nil
        }
    }

    private func unformatted(_ holder: Value, _ given: [Value], at place: Script.Place) throws(Stop) -> Value {
        throw .failure(
            .invalidOperation, "MethodCountCouldNotFindBest",
            "Cannot find an overload for \"ToString\" and the argument count: \"\(given.count)\": \(holder.typeName) takes no format.",
            at: place)
    }

    func invoke(_ block: BlockValue, _ given: [Value]) throws(Stop) -> [Value] {
        let collector = Collector(self)
        try call(
            block.block,
            arguments: given.map {
                Given.positional($0, word: nil, Script.Place(line: block.block.place.line, column: block.block.place.column))
            }, into: collector)
        return collector.values
    }
}
