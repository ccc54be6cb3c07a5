/// Values on their way to the cmdlets of the service and back.
extension Given {
    var asBinding: Binder.Given {
        switch self {
        case .named(let name, let value, let word, let place):
            .parameter(name, value: word.map { .text($0) } ?? value?.asCmdletValue(), place)
        case .positional(let value, let word, let place): .value(word.map { .text($0) } ?? value.asCmdletValue(), place)
        }
    }
}

/// Makes data without references of values.
struct PlainValues {
    /// Values that one is made of; what comes after them is the name of its type.
    static let limit = 100_000
    private(set) var count = 0

    /// What lies deeper than ``Meter/levelLimit`` is the name of its type.
    mutating func plain(_ value: Value, _ level: Int = 0) -> CmdletValue {
        count += 1
        guard level < Meter.levelLimit, count <= Self.limit else { return .text(value.typeName) }
        switch value {
        case .null, .nothing: return .null
        case .truth(let truth): return .truth(truth)
        case .integer(let integer): return .integer(integer)
        case .real(let real): return .real(real)
        case .text(let text): return .text(text)
        case .moment(let moment): return .moment(moment.unix)
        case .array(let box): return .list(box.items.map { plain($0, level + 1) })
        case .table(let box):
            var entries: [String: CmdletValue] = [:]
            for entry in box.entries { entries[entry.key.text.lowercased()] = plain(entry.value, level + 1) }
            return .table(entries)
        case .object(let box):
            return .object(
                OutputObject(
                    properties: box.properties.map { OutputObject.Property(name: $0.name, value: plain($0.value, level + 1)) },
                    display: box.isName ? box.display : nil))
        case .character, .span, .block, .type: return .text(value.text)
        }
    }
}

extension Value {
    /// As a cmdlet takes it.
    func asCmdletValue() -> CmdletValue {
        var values = PlainValues()
        return values.plain(self)
    }

    /// As a cmdlet puts it out.
    init(_ value: CmdletValue, of cmdlet: Cmdlet) {
        let noun = cmdlet.name.split(separator: "-", maxSplits: 1).last.map(String.init) ?? cmdlet.name
        self.init(value, typeName: ObjectBox.serviceTypes + noun)
    }

    private init(_ value: CmdletValue, typeName: String) {
        switch value {
        case .null: self = .null
        case .truth(let truth): self = .truth(truth)
        case .integer(let integer): self = .integer(integer)
        case .real(let real): self = .real(real)
        case .text(let text): self = .text(text)
        case .moment(let unix): self = .moment(Moment(unix: unix))
        case .list(let items): self = .array(ArrayBox(items.map { Value($0, typeName: typeName) }))
        case .table(let entries):
            let table = TableBox()
            for key in entries.keys.sorted() { table[key] = Value(entries[key]!, typeName: typeName) }
            self = .table(table)
        case .object(let object) where object.isDictionary:
            let table = TableBox(.dictionary)
            for property in object.properties { table[property.name] = Value(property.value, typeName: typeName) }
            self = .table(table)
        case .object(let object):
            self = .object(
                ObjectBox(
                    object.properties.map { ObjectBox.Property(name: $0.name, value: Value($0.value, typeName: typeName)) },
                    typeName: typeName, display: object.display, isOfService: true))
        }
    }
}
