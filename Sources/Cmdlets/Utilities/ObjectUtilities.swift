/// Choosing, ordering and counting objects.
enum ObjectUtilities {
    static let all = [
        Utility(
            "Select-Object", "Picks properties, or the first objects",
            "Property@0 ExcludeProperty ExpandProperty First Last Skip SkipLast Index Unique? Wait? InputObject"
        ) {
            (call) throws(Stop) in try SelectStage(call)
        },
        Utility(
            "Sort-Object", "Puts objects in order", "Property@0 Descending? Unique? CaseSensitive? Top Bottom Stable? Culture InputObject",
            whole: sort),
        Utility(
            "Group-Object", "Puts objects with the same properties together",
            "Property@0 NoElement? AsHashTable? AsString? CaseSensitive? InputObject", whole: group),
        Utility(
            "Measure-Object", "Counts objects, and adds up their properties",
            "Property@0 Sum? Average? Minimum? Maximum? StandardDeviation? AllStats? Line? Word? Character? InputObject", whole: measure),
        Utility("Get-Unique", "Drops what is the same as the one before", "AsString? OnType? InputObject", whole: unique),
        Utility(
            "Compare-Object", "Shows what is in only one of two lists",
            "ReferenceObject@0 DifferenceObject@1 Property IncludeEqual? ExcludeDifferent? PassThru? CaseSensitive? SyncWindow",
            whole: compare),
    ]

    private static func sort(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        let run = call.run
        let choices = try PropertyChoice.all(call.bound["Property"], at: call.place)
        var rows: [(keys: [Value], value: Value)] = []
        for value in input {
            var keys: [Value] = []
            for choice in choices {
                keys.append(choice.isMissing(in: value) ? .nothing : try choice.value(of: value, run, at: call.place))
            }
            rows.append((choices.isEmpty ? [value] : keys, value))
        }
        guard Interpreter.isHere(culture: call.text("Culture") ?? "") else {
            throw .argument("-Culture is en-US here, not \(call.text("Culture") ?? "")", at: call.place)
        }
        let isDescending = call.bound.isOn("Descending"), isCaseSensitive = call.bound.isOn("CaseSensitive")
        let directions = choices.isEmpty ? [isDescending] : choices.map { $0.isDescending ?? isDescending }
        let rounds = Interpreter.rounds(ofSorting: input.count) * 2
        try run.meter.step(input.count * rounds)
        for key in rows.lazy.flatMap(\.keys) { try run.meter.read(key, times: rounds) }
        func compared(_ left: [Value], _ right: [Value]) -> Int {
            for (index, pair) in zip(left, right).enumerated() {
                // Those that have no such property come last in either direction.
                switch pair {
                case (.nothing, .nothing): continue
                case (.nothing, _): return 1
                case (_, .nothing): return -1
                default: break
                }
                let order = run.placed(pair.0, pair.1, isCaseSensitive, at: call.place)
                if order != 0 { return directions[index] ? -order : order }
            }
            return 0
        }
        var places = Array(rows.indices)
        Sorting.sort(&places) { first, second in
            let order = compared(rows[first].keys, rows[second].keys)
            return order == 0 ? first - second : order
        }
        var sorted = places.map { rows[$0] }
        if call.bound.isOn("Unique") {
            var kept: [(keys: [Value], value: Value)] = []
            for row in sorted where kept.last.map({ compared($0.keys, row.keys) != 0 }) ?? true { kept.append(row) }
            sorted = kept
        }
        if let top = try call.integer("Top") { sorted = Array(sorted.prefix(top)) }
        if let bottom = try call.integer("Bottom") { sorted = Array(sorted.suffix(bottom)) }
        for row in sorted { try call.put(row.value) }
    }

    /// The order of any two values: of numbers where one is a number and the other can be read as one, of moments likewise, else of their texts;
    /// `$null` comes first.
    static func order(_ left: Value, _ right: Value, _ isCaseSensitive: Bool = false) -> Int {
        func sign<Key: Comparable>(_ a: Key, _ b: Key) -> Int { a < b ? -1 : a > b ? 1 : 0 }
        func moment(_ value: Value) -> Moment? {
            switch value {
            case .moment(let moment): moment
            case .text(let text): Moment(reading: text)
            default: nil
            }
        }
        switch (left, right) {
        case (.null, .null), (.nothing, .nothing), (.null, .nothing), (.nothing, .null): return 0
        case (.null, _), (.nothing, _): return -1
        case (_, .null), (_, .nothing): return 1
        case (.integer(let a), .integer(let b)): return sign(a, b)
        case (.span(let a), .span(let b)): return sign(a, b)
        case (.moment, _), (_, .moment): if let a = moment(left), let b = moment(right) { return sign(a, b) }
        case (.integer, _), (.real, _), (.truth, _), (_, .integer), (_, .real), (_, .truth):
            if let a = left.real, let b = right.real { return sign(a, b) }
        default: break
        }
        return TextOrder.compare(left.text, right.text, isCaseSensitive: isCaseSensitive)
    }

    private static func group(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        let choices = try PropertyChoice.all(call.bound["Property"], at: call.place)
        var order: [String] = [], groups: [String: (values: [Value], members: [Value])] = [:]
        for value in input {
            var keys: [Value] = []
            for choice in choices { keys.append(try choice.value(of: value, call.run, at: call.place)) }
            if choices.isEmpty { keys = [value] }
            for key in keys { try call.run.meter.read(key, times: 3) }
            let text = keys.map(\.text).joined(separator: ", "), name = call.bound.isOn("CaseSensitive") ? text : text.lowercased()
            if groups[name] == nil { order.append(name) }
            groups[name, default: (keys, [])].members.append(value)
        }
        try call.run.meter.make(bytes: input.count * 16)
        let table = TableBox()
        for name in order { try call.run.meter.read(bytes: name.utf8.count, times: Interpreter.rounds(ofSorting: order.count)) }
        var found = order.enumerated().compactMap { (place, name) in groups[name].map { (place: place, group: $0) } }
        // Where the values of a property are of several types, all stays as it came.
        let isOrdered = (0..<max(1, choices.count)).allSatisfy { place in
            Set(found.map { $0.group.values[place] }.filter { !$0.isNull }.map(\.typeName)).count < 2
        }
        if isOrdered {
            found.sort { first, second in
                let orders = zip(first.group.values, second.group.values).lazy.map { Self.order($0, $1) }
                return (orders.first { $0 != 0 } ?? first.place - second.place) < 0
            }
        }
        for (_, group) in found {
            let shown = group.values.map(\.text).joined(separator: ", ")
            if call.bound.isOn("AsHashTable") {
                table[group.values.count == 1 && !call.bound.isOn("AsString") ? group.values[0].held : .text(shown)] = call.run.keep(
                    .list(group.members))
                continue
            }
            let box = ObjectBox(
                ["Count": .integer(group.members.count), "Name": .text(shown)], typeName: "Microsoft.PowerShell.Commands.GroupInfo")
            if !call.bound.isOn("NoElement") {
                box.set("Group", call.run.keep(.list(group.members)))
            }
            box.hidden = [ObjectBox.Property(name: "Values", value: call.run.keep(.list(group.values)))]
            try call.put(call.run.keep(.object(box)))
        }
        if call.bound.isOn("AsHashTable") { try call.put(call.run.keep(.table(table))) }
    }

    private static func measure(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        let bound = call.bound, all = bound.isOn("AllStats")
        if bound.isOn("Line") || bound.isOn("Word") || bound.isOn("Character") {
            let text = try call.run.meter.joined(input.lazy.map(\.text), by: "\n")
            let lines = input.map { $0.text.split(separator: "\n", omittingEmptySubsequences: false) }.reduce(0) { sum, lines in
                sum + lines.count - (lines.last?.isEmpty == true ? 1 : 0)
            }
            return try call.put(
                .object(
                    ObjectBox(
                        [
                            "Lines": .integer(lines), "Words": .integer(text.split { $0.isWhitespace }.count),
                            "Characters": .integer(input.reduce(0) { $0 + $1.text.count }),
                        ],
                        typeName: "TextMeasureInfo")))
        }
        for name in try PropertyChoice.all(bound["Property"], at: call.place).map({ Optional($0) }) + (bound.has("Property") ? [] : [nil]) {
            var values: [Value] = []
            for value in input {
                let found = try name?.value(of: value, call.run, at: call.place) ?? value
                if !found.isNull { values.append(found) }
            }
            if let name, case .name = name.source, values.isEmpty, !input.isEmpty,
                !input.contains(where: { $0.named.contains { $0.name.isSameName(as: name.name) } })
            {
                throw .failure(
                    .invalidArgument, "GenericMeasurePropertyNotFound",
                    "The property \"\(name.name)\" cannot be found in the input for any objects", at: call.place)
            }
            let needsNumbers = all || bound.isOn("Sum") || bound.isOn("Average") || bound.isOn("StandardDeviation")
            var numbers: [Double] = []
            for value in values where needsNumbers {
                guard let real = value.real else { throw Interpreter.mismatch(value, "a number to add up", at: call.place) }
                numbers.append(real)
            }
            let sum = numbers.reduce(0, +), mean = sum / Double(max(1, numbers.count))
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, numbers.count - 1))
            for value in values { try call.run.meter.read(value, times: 2) }
            let sorted = values.map { $0.number ?? $0 }
            let box = ObjectBox(["Count": .integer(values.count)], typeName: "Microsoft.PowerShell.Commands.GenericMeasureInfo")
            box.set("Average", all || bound.isOn("Average") ? values.isEmpty ? .null : .real(sum / Double(values.count)) : .null)
            box.set("Sum", all || bound.isOn("Sum") ? .real(sum) : .null)
            box.set("Maximum", all || bound.isOn("Maximum") ? sorted.max { order($0, $1) < 0 } ?? .null : .null)
            box.set("Minimum", all || bound.isOn("Minimum") ? sorted.min { order($0, $1) < 0 } ?? .null : .null)
            box.set(
                "StandardDeviation",
                all || bound.isOn("StandardDeviation") ? values.isEmpty ? .null : .real(variance.squareRoot()) : .null)
            box.set("Property", .optional(name?.name))
            try call.put(.object(box))
        }
    }

    private static func unique(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        var last: Value?
        for value in input {
            try call.run.meter.read(value)
            let isSame = last.map { $0.text == value.text } ?? false
            if !isSame { try call.put(value) }
            last = value
        }
    }

    private static func compare(_ call: UtilityCall, _ input: [Value]) throws(Stop) {
        let choices = try PropertyChoice.all(call.bound["Property"], at: call.place)
        func key(_ value: Value) throws(Stop) -> String {
            var parts: [String] = []
            for choice in choices { parts.append(try choice.value(of: value, call.run, at: call.place).text) }
            let text = choices.isEmpty ? value.text : parts.joined(separator: "\u{0}")
            try call.run.meter.read(bytes: text.utf8.count, times: 2)
            return call.bound.isOn("CaseSensitive") ? text : text.lowercased()
        }
        func counted(_ values: [Value]) throws(Stop) -> [String: Int] {
            var counts: [String: Int] = [:]
            for value in values { counts[try key(value), default: 0] += 1 }
            return counts
        }
        let reference = call.bound["ReferenceObject"]?.items ?? [], difference = call.bound["DifferenceObject"]?.items ?? input
        let most = max(reference.count, difference.count)
        if let window = try call.integer("SyncWindow"), window < most {
            throw .argument("-SyncWindow is \(most) at the least here: every object is compared with every other", at: call.place)
        }
        let showsEqual = call.bound.isOn(call.bound.has("IncludeEqual") ? "IncludeEqual" : "ExcludeDifferent")
        var onlyLeft = try counted(reference)
        var rows: [(Value, String)] = []
        for value in difference {
            let name = try key(value)
            if let count = onlyLeft[name], count > 0 {
                onlyLeft[name] = count - 1
                if showsEqual { rows.insert((value, "=="), at: rows.filter { $0.1 == "==" }.count) }
            } else {
                rows.append((value, "=>"))
            }
        }
        for value in reference {
            let name = try key(value)
            guard let count = onlyLeft[name], count > 0 else { continue }
            onlyLeft[name] = count - 1
            rows.append((value, "<="))
        }
        for (value, side) in rows where side == "==" || !call.bound.isOn("ExcludeDifferent") {
            if call.bound.isOn("PassThru") {
                try call.put(value)
                continue
            }
            let box = ObjectBox([], typeName: "System.Management.Automation.PSCustomObject")
            if choices.isEmpty { box.set("InputObject", value) }
            for choice in choices { box.set(choice.name, try choice.value(of: value, call.run, at: call.place)) }
            box.set("SideIndicator", .text(side))
            try call.put(.object(box))
        }
    }
}

extension Interpreter {
    /// The order of two values as `Sort-Object` has it: what the left one is decides, and where the right one cannot be made that, their texts.
    func placed(_ left: Value, _ right: Value, _ isCaseSensitive: Bool, at place: Script.Place) -> Int {
        (try? order(left, right, isCaseSensitive, at: place)) ?? TextOrder.compare(left.text, right.text, isCaseSensitive: isCaseSensitive)
    }

    /// How often each of so many is compared while they are sorted.
    static func rounds(ofSorting count: Int) -> Int { max(1, count.bitWidth - count.leadingZeroBitCount) }

    /// Values in their natural order.
    func sorted(_ values: [Value], at place: Script.Place) throws(Stop) -> [Value] {
        let rounds = Self.rounds(ofSorting: values.count)
        try meter.step(values.count * rounds)
        for value in values { try meter.read(value, times: rounds) }
        return values.sorted { ObjectUtilities.order($0, $1, true) < 0 }
    }
}

/// `Select-Object`, which lets the pipeline end when it has the first objects that it wants.
private final class SelectStage: Stage {
    private let call: UtilityCall
    private let choices: [PropertyChoice]
    private let excluded: [Wildcard]
    private let first: Int?
    /// What is left out at the beginning, or at the end where the last objects alone are wanted.
    private let skip: Int
    private let last: Int?
    private let skipLast: Int?
    private let indices: Set<Int>?
    private var tail: [Value] = []
    private var seen = 0
    private var given = 0
    private var known: Set<String> = []

    init(_ call: UtilityCall) throws(Stop) {
        self.call = call
        choices = try PropertyChoice.all(call.bound["Property"], at: call.place)
        excluded = (call.bound["ExcludeProperty"]?.items ?? []).map { Wildcard($0.text) }
        first = try call.integer("First")
        skip = try call.integer("Skip") ?? 0
        last = try call.integer("Last")
        skipLast = try call.integer("SkipLast")
        indices = call.bound["Index"].map { Set($0.items.compactMap(\.integer)) }
        super.init(call.run, next: call.next, at: call.place, hasInput: call.hasInput)
    }

    private var skipsAtEnd: Bool { last != nil && first == nil }

    override func take(_ value: Value) throws(Stop) {
        try run.meter.step()
        seen += 1
        if let indices, !indices.contains(seen - 1) { return }
        guard skipsAtEnd || seen > skip else { return }
        if let first, given < first || last == nil {
            if given < first { try put(value) }
            given += 1
            if given >= first, last == nil { throw .enough(ObjectIdentifier(self)) }
            return
        }
        guard let kept = last.map({ skipsAtEnd ? $0 + skip : $0 }) ?? skipLast else { return try put(value) }
        tail.append(value)
        guard tail.count > kept else { return }
        let oldest = tail.removeFirst()
        if last == nil { try put(oldest) }
    }

    override func end() throws(Stop) {
        if !hasInput, let object = call.bound["InputObject"] { for item in object.items { try put(item) } }
        guard last != nil else { return }
        for value in skipsAtEnd ? tail.dropLast(skip) : tail[...] { try put(value) }
        tail = []
    }

    private func put(_ value: Value) throws(Stop) {
        try run.within(home) { () throws(Stop) in
            for made in try found(of: value) {
                if call.bound.isOn("Unique") {
                    try run.meter.read(made)
                    guard known.insert(Self.key(of: made)).inserted else { continue }
                }
                try call.put(made)
            }
        }
    }

    /// What an object is told by: its properties, lists among them by their items.
    private static func key(of value: Value) -> String {
        guard case .object(let box) = value else { return value.text }
        return box.properties.map { "\($0.name)\u{1}\($0.value.text)" }.joined(separator: "\u{0}")
    }

    /// Nothing of an object of which it cannot be made, where `-ErrorAction` lets that be.
    private func found(of value: Value) throws(Stop) -> [Value] {
        do throws(Stop) { return try made(of: value) } catch {
            guard case .failed(let failure) = error.at(place) else { throw error }
            try run.handle(failure, call.bound.common)
            return []
        }
    }

    private func made(of value: Value) throws(Stop) -> [Value] {
        if let name = call.text("ExpandProperty") {
            guard choices.isEmpty else {
                throw .failure(
                    .notImplemented, "NotHere", "-Property beside -ExpandProperty is not available here; use -Property with { } for each",
                    at: place)
            }
            let hasIt = value.named.contains { $0.name.isSameName(as: name) }
            let found = try run.property(name, of: value, at: place)
            guard hasIt || !found.isNull else {
                throw .failure(.objectNotFound, "ExpandPropertyNotFound", "there is no property \(name)", at: place)
            }
            return found.items.filter { !$0.isNull }
        }
        guard !choices.isEmpty || !excluded.isEmpty else { return [value] }
        var properties: [ObjectBox.Property] = []
        for choice in choices.isEmpty ? [try PropertyChoice(.text("*"), at: place)] : choices {
            for property in try choice.properties(of: value, run, at: place) {
                guard !excluded.contains(where: { $0.matches(property.name) }) else { continue }
                if !properties.contains(where: { $0.name.isSameName(as: property.name) }) { properties.append(property) }
            }
        }
        try run.meter.make(bytes: properties.count * 48)
        return [run.keep(.object(ObjectBox(properties)))]
    }
}
